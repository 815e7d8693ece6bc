//! Passkeys, and the sign-ins by them.

use std::sync::Arc;

use latchkey_core::Timestamp;
use latchkey_core::model::{
    Address, Channel, CredentialId, DeviceKey, EventKind, KeyAlgorithm, Passkey, PasskeyId, Strategy, User,
};
use latchkey_core::store::{
    AddPasskey, ChangeUser, Changed, CountCredentials, CredentialCount, EnrolKey, LinkUsers, PasskeyAdded,
    PasskeyRemoved, PasskeyUsed, Redeemed, RemovePasskey, SignUpWithPasskey, UsePasskey, WaysIn,
};

use crate::credentials::key;
use crate::engines::{Bench, on_every_engine};
use crate::jobs;
use crate::samples::{
    NOW, address, event, family, hash, history, id, ledger_key, open, redeem, send, session, user, user_id,
};

on_every_engine![
    a_passkey_is_found_as_it_was_made,
    a_credential_id_is_unique_over_all_users,
    of_many_sign_ups_with_one_credential_one_happens,
    a_user_has_so_many_passkeys_and_no_more,
    who_is_gone_blocked_or_without_the_identity_gets_no_passkey,
    a_use_counts_the_login_and_saves_its_refresh_family,
    a_counter_never_falls_and_one_that_does_not_grow_is_told,
    who_is_blocked_does_not_get_in,
    a_passkey_that_is_gone_or_anothers_is_not_used,
    a_passkey_is_renamed_and_deleted_by_its_user_only,
    a_passkey_that_is_the_last_way_in_stays,
    of_many_removals_at_once_none_takes_the_last_way_in,
    passkeys_go_with_their_user_and_do_not_come_back_with_the_id,
    passkeys_move_with_a_link_and_part_with_their_identity,
    the_first_proof_of_an_address_ends_what_was_made_before_it,
    an_operator_who_vouches_for_an_address_ends_what_was_made_before,
    an_import_that_vouches_for_an_address_ends_what_was_made_before,
    domains_are_listed_once_each,
    passkeys_of_nobody_are_swept,
    what_leads_nowhere_at_the_moment_is_no_other_way_in,
    credentials_are_counted_by_their_people_and_by_when_they_were_made,
    a_passkey_of_another_domain_takes_no_place,
];

const DOMAIN: &str = "login.example";

/// Passkey `n` of a user on the connection of their first identity.
pub(crate) fn passkey(user: &User, n: u32) -> Passkey {
    let identity = user.primary().unwrap();
    Passkey {
        id: PasskeyId::new(format!("passkey|dev_{n:016}")),
        credential_id: [n.to_be_bytes().as_slice(), &[0, 255, 7]].concat(),
        user: user.id.clone(),
        user_handle: vec![3; 64],
        connection: identity.connection.clone(),
        provider_user_id: identity.provider_user_id.clone(),
        relying_party: DOMAIN.into(),
        public_key: vec![0, 255, 1],
        counter: 5,
        backup_eligible: true,
        backed_up: false,
        user_verified: true,
        transports: vec!["internal".into(), "hybrid".into()],
        aaguid: Some("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa".into()),
        name: "Ana’s phone".into(),
        user_agent: None,
        created_at: NOW.plus(n.into()),
        used_at: None,
    }
}

/// Somebody who signed up with a passkey.
pub(crate) fn newcomer(n: u32) -> User {
    User::with_passkey("db", Strategy::Database, &id(NOW, n), NOW)
}

fn sign_up(user: &User, n: u32) -> SignUpWithPasskey {
    SignUpWithPasskey {
        user: user.clone(),
        passkey: passkey(user, n),
        refresh: None,
        max_families: 10,
        events: vec![event(EventKind::SignedUp)],
    }
}

pub(crate) fn add(user: &User, n: u32) -> AddPasskey {
    AddPasskey {
        passkey: passkey(user, n),
        proved_at: NOW,
        most: 3,
        events: vec![event(EventKind::MethodChanged)],
    }
}

fn use_of(passkey: &Passkey, counter: i64) -> UsePasskey {
    UsePasskey {
        id: passkey.id.clone(),
        user: passkey.user.clone(),
        counter,
        backed_up: true,
        now: NOW.plus(100),
        ip: Some("192.0.2.1".into()),
        refresh: None,
        max_families: 10,
        on_success: vec![event(EventKind::PasskeyExchanged)],
        on_failure: vec![event(EventKind::PasskeyExchangeFailed)],
        on_clone: vec![event(EventKind::PasskeyCloned)],
        refuse_clones: false,
    }
}

/// A user of the suite with a passkey, a session and a refresh family.
async fn settled(t: &Bench, user: &User) {
    t.insert_user(user, Vec::new()).await.unwrap();
    assert_eq!(t.add_passkey(add(user, 1)).await.unwrap(), PasskeyAdded::Done);
    let session = latchkey_core::model::Session { user: user.id.clone(), ..session(1, 1) };
    t.insert_session(&session, None).await.unwrap();
    let family = latchkey_core::model::RefreshFamily { user: user.id.clone(), ..family(1, 1) };
    t.insert_refresh_family(family, hash(9), 10).await.unwrap();
}

/// Passkeys, sessions and live refresh families of a user.
async fn held(t: &Bench, user: &User) -> (usize, usize, usize) {
    let families = t.list_refresh_families(&user.id).await.unwrap();
    (
        t.list_passkeys(&user.id).await.unwrap().len(),
        t.list_sessions(&user.id).await.unwrap().len(),
        families.iter().filter(|family| family.revoked_at.is_none()).count(),
    )
}

async fn a_passkey_is_found_as_it_was_made(t: Bench) {
    let user = newcomer(1);
    let made = Passkey { counter: u32::MAX.into(), aaguid: None, ..passkey(&user, 1) };
    let act = SignUpWithPasskey { passkey: made.clone(), ..sign_up(&user, 1) };

    assert!(t.sign_up_with_passkey(act).await.unwrap());

    assert_eq!(t.find_passkey(&made.credential_id).await.unwrap(), Some(made.clone()));
    assert_eq!(t.find_passkey(&[1]).await.unwrap(), None);
    assert_eq!(t.list_passkeys(&user.id).await.unwrap(), [made]);
    assert_eq!(t.find_user(&user.id).await.unwrap(), Some(user));
    assert_eq!(history(&*t).await, [(EventKind::SignedUp, None)]);
}

/// S-058
async fn a_credential_id_is_unique_over_all_users(t: Bench) {
    let (ana, bo) = (newcomer(1), newcomer(2));
    assert!(t.sign_up_with_passkey(sign_up(&ana, 1)).await.unwrap());
    let same = Passkey { id: PasskeyId::from("passkey|dev_other"), ..passkey(&bo, 1) };

    assert!(
        !t.sign_up_with_passkey(SignUpWithPasskey { passkey: same.clone(), ..sign_up(&bo, 1) })
            .await
            .unwrap()
    );

    assert_eq!(t.find_user(&bo.id).await.unwrap(), None);
    let same = AddPasskey {
        passkey: Passkey { user: ana.id.clone(), provider_user_id: id(NOW, 1), ..same },
        ..add(&ana, 1)
    };
    assert_eq!(t.add_passkey(same).await.unwrap(), PasskeyAdded::Taken);
    assert_eq!(history(&*t).await.len(), 1);
}

async fn of_many_sign_ups_with_one_credential_one_happens(t: Bench) {
    let t = Arc::new(t);
    let racers = (1..=8).map(|n| {
        let t = Arc::clone(&t);
        tokio::spawn(async move {
            let user = newcomer(n);
            let passkey = Passkey { credential_id: vec![1; 16], ..passkey(&user, n) };
            t.sign_up_with_passkey(SignUpWithPasskey { passkey, ..sign_up(&user, n) }).await.unwrap()
        })
    });
    let mut happened = 0;
    for racer in racers.collect::<Vec<_>>() {
        happened += usize::from(racer.await.unwrap());
    }

    assert_eq!((happened, t.count_users().await.unwrap()), (1, 1));
}

/// PB-099
async fn a_user_has_so_many_passkeys_and_no_more(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let t = Arc::new(t);
    let racers = (1..=20).map(|n| {
        let t = Arc::clone(&t);
        tokio::spawn(async move { t.add_passkey(add(&user(1), n)).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        outcomes.push(racer.await.unwrap());
    }

    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!((count(PasskeyAdded::Done), count(PasskeyAdded::Full)), (3, 17));
    assert_eq!(t.list_passkeys(&user_id(1)).await.unwrap().len(), 3);
    assert_eq!(history(&**t).await.len(), 3);
}

async fn who_is_gone_blocked_or_without_the_identity_gets_no_passkey(t: Bench) {
    assert_eq!(t.add_passkey(add(&user(1), 1)).await.unwrap(), PasskeyAdded::Gone);
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let foreign = Passkey { provider_user_id: "other".into(), ..passkey(&user(1), 1) };
    assert_eq!(
        t.add_passkey(AddPasskey { passkey: foreign, ..add(&user(1), 1) }).await.unwrap(),
        PasskeyAdded::Gone
    );
    t.update_user(&User { blocked: true, ..user(1) }).await.unwrap();
    assert_eq!(t.add_passkey(add(&user(1), 1)).await.unwrap(), PasskeyAdded::Gone);
    assert!(t.list_passkeys(&user_id(1)).await.unwrap().is_empty() && history(&*t).await.is_empty());
}

async fn a_use_counts_the_login_and_saves_its_refresh_family(t: Bench) {
    settled(&t, &user(1)).await;
    let made = passkey(&user(1), 1);
    let refresh = Some((family(1, 2), hash(2)));

    let used = t.use_passkey(UsePasskey { refresh, ..use_of(&made, 6) }).await.unwrap();

    let PasskeyUsed::Accepted { user: found, cloned: false } = used else { panic!("{used:?}") };
    assert_eq!((found.logins_count, found.last_login), (1, Some(NOW.plus(100))));
    let stored = t.find_user(&found.id).await.unwrap().unwrap();
    assert_eq!(stored, *found);
    assert_eq!(stored.identities, user(1).identities, "a passkey proves no address");
    let kept = t.find_passkey(&made.credential_id).await.unwrap().unwrap();
    assert_eq!((kept.counter, kept.backed_up, kept.used_at), (6, true, Some(NOW.plus(100))));
    assert!(t.find_refresh_family(&hash(2), NOW).await.unwrap().is_some());
    let kinds: Vec<EventKind> = history(&*t).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [EventKind::MethodChanged, EventKind::PasskeyExchanged]);
}

/// S-059, PB-097, PB-098
async fn a_counter_never_falls_and_one_that_does_not_grow_is_told(t: Bench) {
    settled(&t, &user(1)).await;
    let made = passkey(&user(1), 1);
    for (counter, wanted, kept) in
        [(5, true, 5), (3, true, 5), (0, true, 5), (4_294_967_295, false, 4_294_967_295)]
    {
        let used = t.use_passkey(use_of(&made, counter)).await.unwrap();
        assert!(
            matches!(used, PasskeyUsed::Accepted { cloned, .. } if cloned == wanted),
            "{counter}: {used:?}"
        );
        assert_eq!(t.find_passkey(&made.credential_id).await.unwrap().unwrap().counter, kept);
    }
    let told = history(&*t).await.into_iter().filter(|(kind, _)| *kind == EventKind::PasskeyCloned).count();
    assert_eq!(told, 3);
    // Or refused, and nothing else happens.
    let refresh = Some((family(1, 2), hash(2)));
    let strict = UsePasskey { refuse_clones: true, refresh, ..use_of(&made, 6) };
    assert_eq!(t.use_passkey(strict).await.unwrap(), PasskeyUsed::Cloned);
    assert_eq!(t.find_refresh_family(&hash(2), NOW).await.unwrap(), None);
    let told = history(&*t).await.into_iter().filter(|(kind, _)| *kind == EventKind::PasskeyCloned).count();
    assert_eq!(told, 4);
    // An authenticator that keeps no count.
    let silent = Passkey { counter: 0, ..passkey(&user(1), 2) };
    t.add_passkey(AddPasskey { passkey: silent.clone(), ..add(&user(1), 2) }).await.unwrap();
    let used = t.use_passkey(use_of(&silent, 0)).await.unwrap();
    assert!(matches!(used, PasskeyUsed::Accepted { cloned: false, .. }));
}

async fn who_is_blocked_does_not_get_in(t: Bench) {
    settled(&t, &user(1)).await;
    t.update_user(&User { blocked: true, ..user(1) }).await.unwrap();
    let made = passkey(&user(1), 1);
    let refresh = Some((family(1, 2), hash(2)));

    let used = t.use_passkey(UsePasskey { refresh, ..use_of(&made, 6) }).await.unwrap();

    assert_eq!(used, PasskeyUsed::Blocked { user: user_id(1) });
    assert_eq!(t.find_refresh_family(&hash(2), NOW).await.unwrap(), None);
    assert_eq!(t.find_passkey(&made.credential_id).await.unwrap().unwrap().counter, 5);
    assert_eq!(history(&*t).await.last().unwrap().0, EventKind::PasskeyExchangeFailed);
}

async fn a_passkey_that_is_gone_or_anothers_is_not_used(t: Bench) {
    settled(&t, &user(1)).await;
    t.insert_user(&user(2), Vec::new()).await.unwrap();
    let made = passkey(&user(1), 1);
    for act in [
        UsePasskey { user: user_id(2), ..use_of(&made, 6) },
        UsePasskey { user: user_id(3), ..use_of(&made, 6) },
        UsePasskey { id: PasskeyId::from("passkey|dev_other"), ..use_of(&made, 6) },
    ] {
        assert_eq!(t.use_passkey(act).await.unwrap(), PasskeyUsed::Gone);
    }
    assert_eq!(t.find_user(&user_id(2)).await.unwrap().unwrap().logins_count, 0);
    assert_eq!(history(&*t).await.len(), 1);
}

async fn a_passkey_is_renamed_and_deleted_by_its_user_only(t: Bench) {
    settled(&t, &user(1)).await;
    t.add_passkey(add(&user(1), 2)).await.unwrap();
    let (one, two) = (passkey(&user(1), 1), passkey(&user(1), 2));
    let acted = || vec![event(EventKind::OperatorActed)];

    assert!(!t.rename_passkey(&user_id(2), &one.id, "Theirs", acted()).await.unwrap());
    assert_eq!(t.delete_passkeys(&user_id(2), Some(&one.id), acted()).await.unwrap(), 0);
    assert_eq!(t.delete_passkeys(&user_id(2), None, acted()).await.unwrap(), 0);
    assert_eq!(history(&*t).await.len(), 2);
    assert!(t.rename_passkey(&user_id(1), &one.id, "Mine", acted()).await.unwrap());
    assert_eq!(t.delete_passkeys(&user_id(1), Some(&two.id), acted()).await.unwrap(), 1);

    let left = t.list_passkeys(&user_id(1)).await.unwrap();
    assert_eq!(left, [Passkey { name: "Mine".into(), ..one }]);
    assert_eq!(t.delete_passkeys(&user_id(1), None, acted()).await.unwrap(), 1);
    assert_eq!(history(&*t).await.len(), 5);
}

/// Of a user of whom everything works.
pub(crate) fn ways(user: &User) -> WaysIn {
    let reachable = user.identities.iter().filter(|identity| identity.reachable().is_some());
    WaysIn {
        addresses: reachable.map(|one| (one.connection.clone(), one.address.clone())).collect(),
        passkeys: (1..=9).map(|n| passkey(user, n).id).collect(),
        keys: (1..=9).map(|n| CredentialId::new(format!("dcr_{n}"))).collect(),
        ..WaysIn::default()
    }
}

fn remove(user: &User, n: u32) -> RemovePasskey {
    let (id, ways) = (passkey(user, n).id, ways(user));
    RemovePasskey { user: user.id.clone(), id, ways, events: vec![event(EventKind::MethodChanged)] }
}

async fn a_passkey_that_is_the_last_way_in_stays(t: Bench) {
    let (alone, settled_one) = (newcomer(1), user(2));
    t.sign_up_with_passkey(sign_up(&alone, 1)).await.unwrap();
    t.insert_user(&settled_one, Vec::new()).await.unwrap();
    t.add_passkey(add(&settled_one, 2)).await.unwrap();
    let before = history(&*t).await.len();

    assert_eq!(t.remove_passkey(remove(&alone, 1)).await.unwrap(), PasskeyRemoved::LastWay);
    // Another's, and nobody's.
    assert_eq!(t.remove_passkey(remove(&alone, 2)).await.unwrap(), PasskeyRemoved::Gone);
    assert_eq!(t.remove_passkey(remove(&newcomer(9), 1)).await.unwrap(), PasskeyRemoved::Gone);
    assert_eq!(history(&*t).await.len(), before);
    // An address is a way in, and so is a second passkey.
    assert_eq!(t.remove_passkey(remove(&settled_one, 2)).await.unwrap(), PasskeyRemoved::Done);
    t.add_passkey(add(&alone, 3)).await.unwrap();
    assert_eq!(t.remove_passkey(remove(&alone, 1)).await.unwrap(), PasskeyRemoved::Done);

    assert_eq!(t.list_passkeys(&alone.id).await.unwrap(), [passkey(&alone, 3)]);
    assert_eq!(history(&*t).await.len(), before + 3);
}

async fn what_leads_nowhere_at_the_moment_is_no_other_way_in(t: Bench) {
    let somebody = user(1);
    t.insert_user(&somebody, Vec::new()).await.unwrap();
    for n in [1, 2] {
        t.add_passkey(add(&somebody, n)).await.unwrap();
    }
    let with = |ways: WaysIn| RemovePasskey { ways, ..remove(&somebody, 1) };
    let elsewhere = WaysIn {
        addresses: vec![("email".into(), address(1)), ("sms".into(), address(2))],
        passkeys: vec![passkey(&somebody, 1).id, passkey(&somebody, 3).id],
        keys: vec![CredentialId::new("dcr_1")],
        ..WaysIn::default()
    };
    // A code is refused for as long as the other passkey is there.
    let refused = WaysIn {
        addresses_alone: vec![("sms".into(), address(1))],
        in_the_way: vec![passkey(&somebody, 2).id],
        ..WaysIn::default()
    };
    for ways in [WaysIn::default(), elsewhere, refused.clone()] {
        assert_eq!(t.remove_passkey(with(ways.clone())).await.unwrap(), PasskeyRemoved::LastWay, "{ways:?}");
    }
    let last = RemovePasskey { ways: refused, ..remove(&somebody, 2) };
    t.remove_passkey(last).await.map(|removed| assert_eq!(removed, PasskeyRemoved::Done)).unwrap();
    t.add_passkey(add(&somebody, 2)).await.unwrap();
    let second = WaysIn { passkeys: vec![passkey(&somebody, 2).id], ..WaysIn::default() };
    assert_eq!(t.remove_passkey(with(second.clone())).await.unwrap(), PasskeyRemoved::Done);
    let last = RemovePasskey { ways: second, ..remove(&somebody, 2) };
    assert_eq!(t.remove_passkey(last).await.unwrap(), PasskeyRemoved::LastWay);
}

async fn of_many_removals_at_once_none_takes_the_last_way_in(t: Bench) {
    let user = newcomer(1);
    t.sign_up_with_passkey(sign_up(&user, 1)).await.unwrap();
    for n in [2, 3] {
        t.add_passkey(add(&user, n)).await.unwrap();
    }
    let acts: Vec<_> = [1, 2, 3]
        .map(|n| {
            let (store, act) = (Arc::clone(&t.store), remove(&user, n));
            tokio::spawn(async move { store.remove_passkey(act).await.unwrap() })
        })
        .into();

    let mut done = Vec::new();
    for act in acts {
        done.push(act.await.unwrap());
    }

    assert_eq!(done.iter().filter(|one| **one == PasskeyRemoved::LastWay).count(), 1, "{done:?}");
    assert_eq!(t.list_passkeys(&user.id).await.unwrap().len(), 1);
}

async fn passkeys_go_with_their_user_and_do_not_come_back_with_the_id(t: Bench) {
    settled(&t, &user(1)).await;
    assert!(t.delete_user(&user_id(1), NOW, Vec::new()).await.unwrap());
    assert_eq!(held(&t, &user(1)).await, (0, 0, 1));

    // A node of the release before knows no passkeys: it leaves them.
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let left = passkey(&user(1), 1);
    t.add_passkey(add(&user(1), 1)).await.unwrap();
    if t.is_in_memory() {
        return;
    }
    t.tamper("DELETE FROM users; DELETE FROM identities;").await;
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    assert_eq!(t.find_passkey(&left.credential_id).await.unwrap(), None);
}

async fn passkeys_move_with_a_link_and_part_with_their_identity(t: Bench) {
    let (primary, secondary) = (user(1), newcomer(2));
    t.insert_user(&primary, Vec::new()).await.unwrap();
    t.sign_up_with_passkey(sign_up(&secondary, 1)).await.unwrap();
    let secondary = t.find_user(&secondary.id).await.unwrap().unwrap();
    let mut linked = primary.clone();
    linked.identities.extend(secondary.identities.clone());
    let link = LinkUsers {
        primary: primary.clone(),
        secondary: secondary.clone(),
        linked: linked.clone(),
        ledgers: vec![ledger_key(1)],
        events: Vec::new(),
    };

    assert_eq!(t.link_users(link).await.unwrap(), Changed::Done);

    let made = passkey(&secondary, 1);
    assert_eq!(t.find_passkey(&made.credential_id).await.unwrap().unwrap().user, primary.id);
    let used = t.use_passkey(UsePasskey { user: primary.id.clone(), ..use_of(&made, 6) }).await.unwrap();
    assert!(matches!(used, PasskeyUsed::Accepted { .. }));

    let seen = t.find_user(&primary.id).await.unwrap().unwrap();
    let parted = ChangeUser {
        user: User { identities: primary.identities.clone(), ..seen.clone() },
        seen,
        apart: Some(secondary.clone()),
        ends: Default::default(),
        events: Vec::new(),
    };
    assert_eq!(t.change_user(parted).await.unwrap(), Changed::Done);
    assert_eq!(t.find_passkey(&made.credential_id).await.unwrap().unwrap().user, secondary.id);
    assert!(t.list_passkeys(&primary.id).await.unwrap().is_empty());
}

async fn credentials_are_counted_by_their_people_and_by_when_they_were_made(t: Bench) {
    let count = |since, relying_party: &str, keys_after| CountCredentials {
        since,
        now: NOW,
        relying_party: relying_party.into(),
        keys_after,
    };
    let none = t.count_credentials(count(NOW, DOMAIN, Some(Timestamp(0)))).await.unwrap();
    assert_eq!(none, Default::default());
    for n in [1, 2] {
        t.insert_user(&user(n), Vec::new()).await.unwrap();
        t.add_passkey(add(&user(n), n)).await.unwrap();
    }
    t.add_passkey(add(&user(1), 7)).await.unwrap();

    let (passkeys, keys) = t.count_credentials(count(NOW.plus(2), DOMAIN, None)).await.unwrap();

    assert_eq!(passkeys, CredentialCount { users: 2, total: 3, new: 2 });
    assert_eq!(keys, CredentialCount::default());
    let (passkeys, _) = t.count_credentials(count(NOW, "login.other", None)).await.unwrap();
    assert_eq!(passkeys, CredentialCount::default(), "of a domain that is asked for");

    let today = DeviceKey { algorithm: KeyAlgorithm::Es256, ..key(1, 1) };
    for key in [today, key(2, 2)] {
        let (proof, challenge, events) = (None, None, Vec::new());
        let enrol = EnrolKey { key, most: 3, proof, proved_at: NOW, challenge, events };
        t.enrol_device_key(enrol).await.unwrap();
    }
    for (keys_after, total) in [(Some(NOW.plus(-1)), 2), (Some(NOW), 1), (None, 1)] {
        let (_, keys) = t.count_credentials(count(NOW, DOMAIN, keys_after)).await.unwrap();
        assert_eq!(keys.total, total, "those of today may be too old, or off: {keys_after:?}");
    }
}

async fn a_passkey_of_another_domain_takes_no_place(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    for n in 1..=4 {
        let mut former = add(&user(1), n);
        former.passkey.relying_party = String::from("login.other");
        let outcome = t.add_passkey(former).await.unwrap();
        assert_eq!(outcome == PasskeyAdded::Done, n <= 3, "{n}: three of each at most");
    }
    assert_eq!(t.add_passkey(add(&user(1), 5)).await.unwrap(), PasskeyAdded::Done);
}

/// An operator made them, or an import: nobody proved the address yet.
fn unproved(n: u32) -> User {
    let mut user = user(n);
    user.identities[0].verified_at = None;
    user
}

async fn the_first_proof_of_an_address_ends_what_was_made_before_it(t: Bench) {
    settled(&t, &unproved(1)).await;
    assert_eq!(held(&t, &user(1)).await, (1, 1, 1));
    send(&*t, open(1)).await;
    let refresh = Some((family(1, 2), hash(2)));

    let proved = t.redeem_challenge(latchkey_core::store::Redeem { refresh, ..redeem(1) }).await.unwrap();

    assert!(matches!(proved, Redeemed::Accepted { created: false, .. }));
    assert_eq!(held(&t, &user(1)).await, (0, 0, 1), "what came with the proof stays");
    assert!(t.find_refresh_family(&hash(2), NOW).await.unwrap().is_some());

    // From then on a proof is a sign-in like any other.
    let proved_at = NOW.plus(20);
    t.add_passkey(AddPasskey { proved_at, ..add(&user(1), 2) }).await.unwrap();
    send(&*t, open(1)).await;
    t.redeem_challenge(redeem(1)).await.unwrap();
    assert_eq!(held(&t, &user(1)).await, (1, 0, 1));
}

async fn an_operator_who_vouches_for_an_address_ends_what_was_made_before(t: Bench) {
    settled(&t, &unproved(1)).await;
    let seen = t.find_user(&user_id(1)).await.unwrap().unwrap();
    let named =
        User { attributes: serde_json::Map::from_iter([("name".into(), "Ana".into())]), ..seen.clone() };
    let change = |seen: User, user: User| ChangeUser {
        seen,
        user,
        apart: None,
        ends: Default::default(),
        events: Vec::new(),
    };
    t.change_user(change(seen, named.clone())).await.unwrap();
    assert_eq!(held(&t, &user(1)).await, (1, 1, 1));
    let mut vouched = named.clone();
    vouched.identities[0].verified_at = Some(NOW);

    t.change_user(change(named, vouched)).await.unwrap();

    assert_eq!(held(&t, &user(1)).await, (0, 0, 0));
}

async fn an_import_that_vouches_for_an_address_ends_what_was_made_before(t: Bench) {
    settled(&t, &unproved(1)).await;
    let mut record = user(1);
    record.identities[0].address = Address::from_canonical("ana@example.com");
    record.identities[0].channel = Channel::Email;

    jobs::import_over(&t, record, vec!["email_verified"]).await;

    let kept = t.find_user(&user_id(1)).await.unwrap().unwrap();
    assert_eq!(
        (kept.identities[0].channel, kept.identities[0].address.as_str()),
        (Channel::Email, "ana@example.com")
    );
    assert_eq!(held(&t, &user(1)).await, (0, 0, 0));
}

async fn domains_are_listed_once_each(t: Bench) {
    assert!(t.list_relying_parties().await.unwrap().is_empty());
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    for (n, party) in (1..).zip(["b.example", "a.example", "b.example"]) {
        let passkey = Passkey { relying_party: party.into(), ..passkey(&user(1), n) };
        t.add_passkey(AddPasskey { passkey, ..add(&user(1), n) }).await.unwrap();
    }
    assert_eq!(t.list_relying_parties().await.unwrap(), ["a.example", "b.example"]);
}

async fn passkeys_of_nobody_are_swept(t: Bench) {
    settled(&t, &user(1)).await;
    assert!(t.sign_up_with_passkey(sign_up(&newcomer(2), 2)).await.unwrap());
    if t.is_in_memory() {
        return;
    }
    t.tamper("DELETE FROM users WHERE id LIKE 'auth0%';").await;
    t.sweep(NOW, 100).await.unwrap();
    let other = passkey(&newcomer(2), 2);
    assert!(
        t.find_passkey(&other.credential_id).await.unwrap().is_some(),
        "it may be of a user who is being made"
    );
    t.sweep(NOW.plus(100), 100).await.unwrap();
    assert_eq!(t.find_passkey(&other.credential_id).await.unwrap(), None);
    assert_eq!(t.list_passkeys(&user_id(1)).await.unwrap().len(), 1);
}
