//! Passwords, keys of devices, and their ends.

use std::sync::Arc;

use latchkey_core::model::{
    Channel, CredentialId, DEVICE_KEY_LIFE, DeviceKey, EventKind, KeyAlgorithm, Password, RefreshFamily,
    RefreshKind, Strategy, TryRules, User, revoked_mark,
};
use latchkey_core::store::{
    AccessRevoked, ChangeUser, Changed, CredentialOutcome, CredentialSignIn, DeviceKeyFilter, EnrolKey,
    Enrolled, KeySignIn, LinkUsers, PasswordSignIn, PasswordTry, Redeem, Redeemed, RevokeAccess, SignUp,
    WaysIn,
};
use latchkey_core::vault::Sealed;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    CLIENT, DAY, ENDING, FREE_TRIES, NOW, address, client, client_id, event, family, hash, history, id,
    ledger_key, open, redeem, send, session, user, user_id,
};

on_every_engine![
    who_signs_up_has_a_password_and_a_taken_address_leaves_nothing,
    of_many_sign_ups_at_once_one_gets_the_address,
    tries_are_charged_before_they_are_compared_and_given_back,
    of_many_tries_at_once_no_more_pass_than_the_ledger_allows,
    a_password_signs_in_and_proves_no_address,
    a_key_signs_in_once_per_jwt,
    of_one_jwt_on_many_nodes_one_is_accepted,
    a_key_with_too_many_failures_is_refused,
    blocked_users_and_gone_keys_sign_nobody_in,
    a_device_has_one_key_and_a_user_has_only_so_many,
    a_removed_key_ends_what_came_by_it,
    a_key_is_not_enrolled_by_a_proof_that_ended,
    the_first_proof_of_an_address_drops_what_was_there_before,
    a_key_that_is_enrolled_during_the_first_proof_does_not_stay,
    a_second_proof_drops_nothing,
    a_change_of_an_address_or_its_proof_drops_them,
    a_link_drops_those_of_the_secondary,
    users_clients_and_connections_take_them_along,
    keys_that_ended_are_swept_with_what_came_by_them,
];

const MARK: &str = "device|1";

/// A user of a database who has proved nothing.
pub(crate) fn account(n: u32) -> User {
    let mut user = user(n);
    user.identities[0].strategy = Strategy::Database;
    user.identities[0].verified_at = None;
    user
}

fn password(n: u32) -> Password {
    Password {
        id: CredentialId::new(format!("pwd_{n}")),
        user: user_id(n),
        connection: "sms".into(),
        hash: Sealed(vec![1, 0, 255]),
        created_at: NOW,
    }
}

/// Key `n` of a user.
pub(crate) fn key(user: u32, n: u32) -> DeviceKey {
    DeviceKey {
        id: CredentialId::new(format!("dcr_{n}")),
        user: user_id(user),
        client: client_id(CLIENT),
        connection: "sms".into(),
        name: format!("phone {n}"),
        device: Some(format!("device {n}")),
        public_key: vec![48, 0, 255],
        fingerprint: "AB:CD".into(),
        algorithm: KeyAlgorithm::Rs256,
        attestation: None,
        created_at: NOW,
        last_used_at: None,
        expires_at: NOW.plus(DEVICE_KEY_LIFE),
    }
}

pub(crate) fn enrolment(key: DeviceKey) -> EnrolKey {
    EnrolKey {
        proved_at: key.created_at,
        key,
        most: 3,
        proof: None,
        challenge: None,
        events: vec![event(EventKind::DeviceKeyEnrolled)],
    }
}

fn sign_in(user: u32, credential: &str) -> CredentialSignIn {
    let family = RefreshFamily { kind: RefreshKind::Device, device: Some("phone".into()), ..family(9, user) };
    CredentialSignIn {
        credential: CredentialId::from(credential),
        user: user_id(user),
        now: NOW.plus(10),
        ip: Some("192.0.2.1".into()),
        counts: true,
        refresh: Some((family, hash(user))),
        max_families: 10,
        on_success: vec![event(EventKind::SignedIn)],
        on_failure: vec![event(EventKind::SignInFailed)],
    }
}

pub(crate) fn by_key(user: u32, n: u32, mark: &str) -> KeySignIn {
    KeySignIn {
        sign_in: sign_in(user, &format!("dcr_{n}")),
        assertion: mark.to_owned(),
        assertion_ends: NOW.plus(100),
        ledger: (ledger_key(50 + n), TryRules { consecutive: 2, ..FREE_TRIES }),
    }
}

fn a_try(most: u32) -> PasswordTry {
    let rules = TryRules { consecutive: most, ..FREE_TRIES };
    PasswordTry { account: (ledger_key(70), FREE_TRIES), pair: Some((ledger_key(71), rules)), now: NOW }
}

fn by_password(user: u32) -> PasswordSignIn {
    PasswordSignIn { sign_in: sign_in(user, &format!("pwd_{user}")), charged: a_try(3) }
}

fn sign_up(user: User, password: Password) -> SignUp {
    let events = |kind| vec![event(kind)];
    let (on_success, on_failure) = (events(EventKind::SignedUp), events(EventKind::SignUpFailed));
    SignUp { user, password, on_success, on_failure }
}

pub(crate) async fn signed_up(t: &Bench, n: u32) {
    assert!(t.sign_up(sign_up(account(n), password(n))).await.unwrap());
}

async fn enrolled(t: &Bench, key: DeviceKey) {
    assert_eq!(t.enrol_device_key(enrolment(key)).await.unwrap(), Enrolled::Done);
}

/// Somebody signed up with a key, who signed in by it and by password and in a browser.
async fn settled(t: &Bench, n: u32) {
    signed_up(t, n).await;
    enrolled(t, key(n, n)).await;
    let outcome = t.sign_in_by_key(by_key(n, n, &format!("device|{n}"))).await.unwrap();
    assert!(matches!(outcome, CredentialOutcome::Accepted(_)));
    t.insert_session(&session(n, n), None).await.unwrap();
}

async fn has_anything(t: &Bench, n: u32) -> bool {
    let password = t.find_password("sms", &address(n)).await.unwrap();
    password.is_some() || !keys(t, n).await.is_empty()
}

async fn keys(t: &Bench, n: u32) -> Vec<DeviceKey> {
    let filter = DeviceKeyFilter { user: Some(user_id(n)), client: None };
    t.list_device_keys(&filter, 100).await.unwrap()
}

async fn is_signed_in(t: &Bench, n: u32) -> bool {
    t.find_refresh_family(&hash(n), NOW).await.unwrap().is_some()
}

/// The mark of a credential that is gone.
async fn is_marked(t: &Bench, id: &str) -> bool {
    t.is_seen(&revoked_mark(&CredentialId::from(id).family()), NOW.plus(20)).await.unwrap()
}

async fn who_signs_up_has_a_password_and_a_taken_address_leaves_nothing(t: Bench) {
    signed_up(&t, 1).await;

    let mut second = account(2);
    second.identities[0].address = address(1);
    let other = Password { user: user_id(2), ..password(2) };
    assert!(!t.sign_up(sign_up(second, other)).await.unwrap());

    assert_eq!(t.find_password("sms", &address(1)).await.unwrap(), Some(password(1)));
    assert_eq!(t.find_password("email", &address(1)).await.unwrap(), None);
    assert_eq!(t.find_password("sms", &address(2)).await.unwrap(), None);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(account(1)));
    assert_eq!(t.find_user(&user_id(2)).await.unwrap(), None);
    let written = [(EventKind::SignedUp, None), (EventKind::SignUpFailed, None)];
    assert_eq!(history(&*t.store).await, written);
}

async fn of_many_sign_ups_at_once_one_gets_the_address(t: Bench) {
    let t = Arc::new(t);
    let tries = (1..=8).map(|n| {
        let t = Arc::clone(&t);
        tokio::spawn(async move {
            let mut user = account(n);
            user.identities[0].address = address(1);
            t.sign_up(sign_up(user, password(n))).await.unwrap()
        })
    });
    let mut won = 0;
    for one in tries.collect::<Vec<_>>() {
        won += u32::from(one.await.unwrap());
    }
    assert_eq!((won, t.count_users().await.unwrap()), (1, 1));
}

async fn tries_are_charged_before_they_are_compared_and_given_back(t: Bench) {
    signed_up(&t, 1).await;
    for _ in 0..2 {
        assert!(t.claim_password_try(a_try(3)).await.unwrap());
    }
    let outcome = t.sign_in_by_password(by_password(1)).await.unwrap();
    assert!(matches!(outcome, CredentialOutcome::Accepted(_)));
    for _ in 0..3 {
        assert!(t.claim_password_try(a_try(3)).await.unwrap());
    }
    assert!(!t.claim_password_try(a_try(3)).await.unwrap());
    // Refused, and charged nowhere: the account has the five that were, less the one that was right.
    let ledger = t.find_ledger(ledger_key(70)).await.unwrap().unwrap();
    let is_blocked_at = |per_day| ledger.is_blocked(&TryRules { per_day, ..FREE_TRIES }, NOW);
    assert!(is_blocked_at(4) && !is_blocked_at(5));
    assert!(t.unblock_ledgers(Vec::new(), vec![ledger_key(71)], Vec::new()).await.unwrap());
    assert!(t.claim_password_try(a_try(3)).await.unwrap());
}

async fn of_many_tries_at_once_no_more_pass_than_the_ledger_allows(t: Bench) {
    let t = Arc::new(t);
    let tries = (0..20).map(|_| {
        let t = Arc::clone(&t);
        tokio::spawn(async move { t.claim_password_try(a_try(5)).await.unwrap() })
    });
    let mut passed = 0;
    for one in tries.collect::<Vec<_>>() {
        passed += u32::from(one.await.unwrap());
    }
    assert_eq!(passed, 5);
}

async fn a_password_signs_in_and_proves_no_address(t: Bench) {
    signed_up(&t, 1).await;
    let CredentialOutcome::Accepted(user) = t.sign_in_by_password(by_password(1)).await.unwrap() else {
        panic!("refused");
    };
    assert_eq!((user.logins_count, user.last_login), (1, Some(NOW.plus(10))));
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(*user.clone()));
    assert_eq!(user.identities[0].verified_at, None);
    let family = t.find_refresh_family(&hash(1), NOW).await.unwrap().unwrap();
    assert_eq!((family.user, family.credential), (user_id(1), Some(CredentialId::from("pwd_1"))));

    let silent = CredentialSignIn { counts: false, refresh: None, ..sign_in(1, "pwd_1") };
    t.sign_in_by_password(PasswordSignIn { sign_in: silent, ..by_password(1) }).await.unwrap();
    assert_eq!(t.find_user(&user_id(1)).await.unwrap().unwrap().logins_count, 1);

    let other = PasswordSignIn { sign_in: sign_in(1, "pwd_2"), ..by_password(1) };
    assert_eq!(t.sign_in_by_password(other).await.unwrap(), CredentialOutcome::Gone);
}

async fn a_key_signs_in_once_per_jwt(t: Bench) {
    signed_up(&t, 1).await;
    enrolled(&t, key(1, 1)).await;
    let outcome = t.sign_in_by_key(by_key(1, 1, MARK)).await.unwrap();
    let CredentialOutcome::Accepted(user) = outcome else { panic!("{outcome:?}") };
    assert_eq!((user.logins_count, user.identities[0].verified_at), (1, None));
    let used = t.find_device_key(&CredentialId::from("dcr_1")).await.unwrap().unwrap();
    assert_eq!(used, DeviceKey { last_used_at: Some(NOW.plus(10)), ..key(1, 1) });
    let family = t.find_refresh_family(&hash(1), NOW).await.unwrap().unwrap();
    assert_eq!(family.credential, Some(CredentialId::from("dcr_1")));

    assert_eq!(t.sign_in_by_key(by_key(1, 1, MARK)).await.unwrap(), CredentialOutcome::Replayed);
    let Some(t) = t.reopen().await else { return };
    // S-064: after a restart it is still known.
    assert_eq!(t.sign_in_by_key(by_key(1, 1, MARK)).await.unwrap(), CredentialOutcome::Replayed);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap().unwrap().logins_count, 1);
}

async fn of_one_jwt_on_many_nodes_one_is_accepted(t: Bench) {
    signed_up(&t, 1).await;
    enrolled(&t, key(1, 1)).await;
    let t = Arc::new(t);
    let tries = (0..10).map(|_| {
        let t = Arc::clone(&t);
        tokio::spawn(async move {
            let sign_in = CredentialSignIn { refresh: None, ..sign_in(1, "dcr_1") };
            t.sign_in_by_key(KeySignIn { sign_in, ..by_key(1, 1, MARK) }).await.unwrap()
        })
    });
    let mut accepted = 0;
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap() {
            CredentialOutcome::Accepted(_) => accepted += 1,
            other => assert_eq!(other, CredentialOutcome::Replayed),
        }
    }
    assert_eq!(accepted, 1);
}

async fn a_key_with_too_many_failures_is_refused(t: Bench) {
    signed_up(&t, 1).await;
    enrolled(&t, key(1, 1)).await;
    let act = by_key(1, 1, MARK);
    t.charge_key_failure(act.ledger, NOW, Vec::new()).await.unwrap();
    let first = t.sign_in_by_key(act.clone()).await.unwrap();
    assert!(matches!(first, CredentialOutcome::Accepted(_)), "{first:?}");
    for _ in 0..2 {
        t.charge_key_failure(act.ledger, NOW, vec![event(EventKind::SignInFailed)]).await.unwrap();
    }
    let again =
        KeySignIn { sign_in: CredentialSignIn { refresh: None, ..sign_in(1, "dcr_1") }, ..by_key(1, 1, "x") };
    assert_eq!(t.sign_in_by_key(again.clone()).await.unwrap(), CredentialOutcome::Refused);
    t.unblock_ledgers(vec![act.ledger.0], Vec::new(), Vec::new()).await.unwrap();
    assert!(matches!(t.sign_in_by_key(again).await.unwrap(), CredentialOutcome::Accepted(_)));
}

async fn blocked_users_and_gone_keys_sign_nobody_in(t: Bench) {
    for n in [1, 2] {
        signed_up(&t, n).await;
        enrolled(&t, key(n, n)).await;
    }
    t.update_user(&User { blocked: true, ..account(1) }).await.unwrap();
    assert_eq!(t.sign_in_by_key(by_key(1, 1, MARK)).await.unwrap(), CredentialOutcome::Blocked);
    assert_eq!(t.sign_in_by_password(by_password(1)).await.unwrap(), CredentialOutcome::Blocked);
    let blocked = EnrolKey { ..enrolment(key(1, 3)) };
    assert_eq!(t.enrol_device_key(blocked).await.unwrap(), Enrolled::Gone);

    assert!(t.remove_device_key(&CredentialId::from("dcr_2"), NOW, Vec::new()).await.unwrap());
    assert_eq!(t.sign_in_by_key(by_key(2, 2, "x")).await.unwrap(), CredentialOutcome::Gone);
    // Somebody else's key.
    let stolen = KeySignIn { sign_in: sign_in(2, "dcr_1"), ..by_key(2, 1, "y") };
    assert_eq!(t.sign_in_by_key(stolen).await.unwrap(), CredentialOutcome::Gone);
    assert_eq!(t.sign_in_by_key(by_key(3, 3, "z")).await.unwrap(), CredentialOutcome::Gone);
    assert!(!is_signed_in(&t, 1).await && !is_signed_in(&t, 2).await);
}

async fn a_device_has_one_key_and_a_user_has_only_so_many(t: Bench) {
    signed_up(&t, 1).await;
    signed_up(&t, 2).await;
    for n in [1, 2, 3] {
        enrolled(&t, key(1, n)).await;
    }
    assert_eq!(t.enrol_device_key(enrolment(key(1, 4))).await.unwrap(), Enrolled::TooMany);
    let again = DeviceKey { id: CredentialId::from("dcr_9"), name: "renamed".into(), ..key(1, 2) };
    enrolled(&t, again.clone()).await;
    enrolled(&t, key(2, 5)).await;

    let listed = keys(&t, 1).await;
    let ids: Vec<&str> = listed.iter().map(|key| key.id.as_str()).collect();
    assert_eq!(ids, ["dcr_1", "dcr_3", "dcr_9"]);
    assert_eq!(listed[2], again);
    assert!(is_marked(&t, "dcr_2").await);
    let all = |client: Option<&str>| {
        let filter = DeviceKeyFilter { user: None, client: client.map(client_id) };
        let t = &t;
        async move { t.list_device_keys(&filter, 100).await.unwrap().len() }
    };
    assert_eq!((all(None).await, all(Some(CLIENT)).await, all(Some("other")).await), (4, 4, 0));
    assert_eq!(t.list_device_keys(&DeviceKeyFilter::default(), 2).await.unwrap().len(), 2);
    assert_eq!(t.enrol_device_key(enrolment(key(7, 7))).await.unwrap(), Enrolled::Gone);
}

async fn a_removed_key_ends_what_came_by_it(t: Bench) {
    settled(&t, 1).await;
    let mine = CredentialSignIn { refresh: Some((family(9, 8), hash(8))), ..sign_in(1, "pwd_1") };
    t.sign_in_by_password(PasswordSignIn { sign_in: mine, ..by_password(1) }).await.unwrap();
    let id = CredentialId::from("dcr_1");

    assert!(t.remove_device_key(&id, NOW, vec![event(EventKind::DeviceKeyRemoved)]).await.unwrap());
    assert!(!t.remove_device_key(&id, NOW, vec![event(EventKind::DeviceKeyRemoved)]).await.unwrap());

    assert!(!is_signed_in(&t, 1).await && is_marked(&t, "dcr_1").await);
    assert!(is_signed_in(&t, 8).await, "what came by the password stays");
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap().len(), 1);
    let removals = history(&*t.store).await;
    assert_eq!(removals.iter().filter(|(kind, _)| *kind == EventKind::DeviceKeyRemoved).count(), 1);
}

async fn a_key_is_not_enrolled_by_a_proof_that_ended(t: Bench) {
    settled(&t, 1).await;
    let by = |proof: &str, n| EnrolKey { proof: Some(CredentialId::from(proof)), ..enrolment(key(1, n)) };
    assert_eq!(t.enrol_device_key(by("dcr_1", 2)).await.unwrap(), Enrolled::Done);
    t.remove_device_key(&CredentialId::from("dcr_1"), NOW, Vec::new()).await.unwrap();
    assert_eq!(t.enrol_device_key(by("dcr_1", 3)).await.unwrap(), Enrolled::Gone);
    assert_eq!(t.enrol_device_key(by("pwd_1", 3)).await.unwrap(), Enrolled::Done);
}

/// S-148
async fn the_first_proof_of_an_address_drops_what_was_there_before(t: Bench) {
    settled(&t, 1).await;
    t.insert_refresh_family(family(1, 7), hash(7), 10).await.unwrap();
    send(&*t, open(1)).await;
    let mut on_success = redeem(1).on_success;
    on_success.push(event(EventKind::CredentialsDropped));
    let refresh = Some((family(9, 30), hash(30)));

    let redeemed = t.redeem_challenge(Redeem { on_success, refresh, ..redeem(1) }).await.unwrap();

    assert!(matches!(redeemed, Redeemed::Accepted { created: false, .. }));
    assert!(!has_anything(&t, 1).await);
    assert!(is_marked(&t, "dcr_1").await && is_marked(&t, "pwd_1").await);
    assert!(!is_signed_in(&t, 1).await && !is_signed_in(&t, 7).await);
    assert!(is_signed_in(&t, 30).await, "who proved the address stays signed in");
    assert!(t.list_sessions(&user_id(1)).await.unwrap().is_empty());
    let kinds: Vec<EventKind> = history(&*t.store).await.into_iter().map(|(kind, _)| kind).collect();
    assert!(kinds.contains(&EventKind::CredentialsDropped), "{kinds:?}");
    assert!(t.find_user(&user_id(1)).await.unwrap().unwrap().identities[0].verified_at.is_some());
}

/// S-148
async fn a_key_that_is_enrolled_during_the_first_proof_does_not_stay(t: Bench) {
    let t = Arc::new(t);
    for n in 1..=10 {
        signed_up(&t, n).await;
        send(&*t.store, open(n)).await;
        let (other, proof) = (Arc::clone(&t), Some(CredentialId::new(format!("pwd_{n}"))));
        let enrolling = tokio::spawn(async move {
            other.enrol_device_key(EnrolKey { proof, ..enrolment(key(n, n)) }).await.unwrap()
        });
        let redeemed = t.redeem_challenge(redeem(n)).await.unwrap();
        assert!(matches!(redeemed, Redeemed::Accepted { .. }));
        enrolling.await.unwrap();
        assert!(!has_anything(&t, n).await, "{n}");
    }
}

async fn a_second_proof_drops_nothing(t: Bench) {
    send(&*t, open(1)).await;
    t.redeem_challenge(redeem(1)).await.unwrap();
    enrolled(&t, key(1, 1)).await;
    let again = || async {
        let mut next = open(1);
        next.challenge.id = id(NOW.plus(20), 1);
        send(&*t, next).await;
        let mut on_success = redeem(1).on_success;
        on_success.push(event(EventKind::CredentialsDropped));
        let redeemed = t.redeem_challenge(Redeem { on_success, ..redeem(1) }).await.unwrap();
        assert!(matches!(redeemed, Redeemed::Accepted { created: false, .. }));
    };
    again().await;
    assert!(has_anything(&t, 1).await);
    // Nobody has proved the address of a user whom an operator made: there are no credentials to drop, and whoever
    // is signed in is signed out.
    let mut made = user(2);
    made.identities[0].verified_at = None;
    t.insert_user(&made, Vec::new()).await.unwrap();
    t.insert_session(&session(2, 2), None).await.unwrap();
    send(&*t, open(2)).await;
    t.redeem_challenge(redeem(2)).await.unwrap();
    assert!(t.list_sessions(&user_id(2)).await.unwrap().is_empty());
    let kinds: Vec<EventKind> = history(&*t.store).await.into_iter().map(|(kind, _)| kind).collect();
    assert!(!kinds.contains(&EventKind::CredentialsDropped), "{kinds:?}");
}

/// S-148
async fn a_change_of_an_address_or_its_proof_drops_them(t: Bench) {
    for (n, drops) in [(1, true), (2, true), (3, false)] {
        settled(&t, n).await;
        let seen = t.find_user(&user_id(n)).await.unwrap().unwrap();
        let mut user = seen.clone();
        match n {
            1 => user.identities[0].address = address(20),
            2 => user.identities[0].verified_at = Some(NOW),
            _ => user.block_decided = true,
        }
        let change = ChangeUser { seen, user, apart: None, ends: Default::default(), events: Vec::new() };
        assert_eq!(t.change_user(change).await.unwrap(), Changed::Done);
        assert_eq!(!has_anything(&t, n).await, drops, "{n}");
        assert_eq!(!is_signed_in(&t, n).await, drops, "{n}");
        assert_eq!(t.list_sessions(&user_id(n)).await.unwrap().is_empty(), drops, "{n}");
        assert_eq!(is_marked(&t, &format!("pwd_{n}")).await, drops, "{n}");
    }
    assert_eq!(t.find_password("sms", &address(20)).await.unwrap(), None);
}

async fn a_link_drops_those_of_the_secondary(t: Bench) {
    settled(&t, 1).await;
    settled(&t, 2).await;
    let mut proved = User::first_seen("email", Channel::Email, address(5), &id(NOW, 5), NOW);
    proved.id = user_id(5);
    t.insert_user(&proved, Vec::new()).await.unwrap();
    enrolled(&t, key(5, 5)).await;
    let find = |n| {
        let t = &t;
        async move { t.find_user(&user_id(n)).await.unwrap().unwrap() }
    };
    let link = |primary: User, secondary: User| {
        let mut linked = primary.clone();
        linked.identities.extend(secondary.identities.clone());
        LinkUsers { primary, secondary, linked, ledgers: Vec::new(), events: Vec::new() }
    };
    // Who has proved nothing keeps nothing of what was there before the other came.
    assert_eq!(t.link_users(link(find(1).await, find(2).await)).await.unwrap(), Changed::Done);
    assert!(!has_anything(&t, 1).await && keys(&t, 2).await.is_empty());
    assert!(!is_signed_in(&t, 2).await && is_marked(&t, "pwd_2").await && is_marked(&t, "dcr_1").await);

    settled(&t, 3).await;
    assert_eq!(t.link_users(link(find(5).await, find(3).await)).await.unwrap(), Changed::Done);
    assert_eq!(keys(&t, 5).await, [key(5, 5)]);
    assert_eq!(t.find_password("sms", &address(3)).await.unwrap(), None);
}

async fn users_clients_and_connections_take_them_along(t: Bench) {
    t.put_client(&client(CLIENT)).await.unwrap();
    for n in [1, 2, 3, 4] {
        settled(&t, n).await;
    }
    // Whoever lost a phone takes its application's access away.
    let told = |n: u32| (CredentialId::new(format!("dcr_{n}")), event(EventKind::DeviceKeyRemoved));
    let mut act = RevokeAccess {
        user: user_id(4),
        client: client_id(CLIENT),
        ways: WaysIn { keys: vec!["dcr_4".into()], ..WaysIn::default() },
        keys: vec![told(4), told(9)],
        now: NOW,
        events: vec![event(EventKind::ConsentRevoked)],
    };
    // But not where that is all that leads to the account.
    let before = history(&*t).await.len();
    assert_eq!(t.revoke_client_access(act.clone()).await.unwrap(), AccessRevoked::LastWay);
    assert_eq!((keys(&t, 4).await.len(), history(&*t).await.len()), (1, before), "nothing happened");
    act.ways.keys.clear();
    assert_eq!(t.revoke_client_access(act).await.unwrap(), AccessRevoked::Done);
    assert!(keys(&t, 4).await.is_empty() && is_marked(&t, "dcr_4").await);
    assert_eq!(history(&*t).await.len(), before + 2, "of a key that is gone alone");
    t.delete_user(&user_id(1), ENDING.at, Vec::new()).await.unwrap();
    assert!(keys(&t, 1).await.is_empty() && is_marked(&t, "pwd_1").await && is_marked(&t, "dcr_1").await);
    t.insert_user(&account(1), Vec::new()).await.unwrap();
    assert!(!has_anything(&t, 1).await, "who gets the id gets nothing of its former owner");

    assert!(t.delete_client(&client_id(CLIENT), Vec::new()).await.unwrap());
    assert!(keys(&t, 2).await.is_empty());
    assert!(t.find_password("sms", &address(2)).await.unwrap().is_some());

    enrolled(&t, key(3, 5)).await;
    t.delete_connection("sms", NOW, Vec::new()).await.unwrap();
    assert!(!has_anything(&t, 3).await && is_marked(&t, "pwd_3").await && is_marked(&t, "dcr_5").await);
}

async fn keys_that_ended_are_swept_with_what_came_by_them(t: Bench) {
    settled(&t, 1).await;
    let young = DeviceKey { expires_at: key(1, 1).expires_at.plus(DAY), ..key(1, 2) };
    enrolled(&t, young.clone()).await;
    let end = key(1, 1).expires_at;
    t.sweep(end, 100).await.unwrap();
    assert_eq!(keys(&t, 1).await.len(), 2);
    t.sweep(end.plus(1), 100).await.unwrap();
    assert_eq!(keys(&t, 1).await, [young]);
    assert!(!is_signed_in(&t, 1).await);
    let late = KeySignIn {
        sign_in: CredentialSignIn { now: end.plus(DAY), ..sign_in(1, "dcr_2") },
        ..by_key(1, 2, "x")
    };
    assert_eq!(t.sign_in_by_key(late).await.unwrap(), CredentialOutcome::Gone);
}
