//! What ends when an address is proved for the first time or changes hands, whoever does it (S-148).

use latchkey_core::model::{
    Address, AddressChange, Channel, EventKind, RefreshFamily, Session, Strategy, User,
};
use latchkey_core::store::{
    AddPasskey, ChangeEnds, ChangeUser, Changed, DeviceKeyFilter, EnrolKey, Enrolled, LinkUsers,
    PasskeyAdded, Redeem, Redeemed,
};

use crate::credentials::{enrolment, key};
use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    NOW, address, event, family, hash, history, id, ledger_key, open, redeem, send, session, user, user_id,
};
use crate::{jobs, passkeys};

on_every_engine![
    the_proof_that_ends_all_others_counts_itself,
    nothing_is_added_by_a_proof_from_before,
    a_change_of_the_address_ends_passkeys_and_sessions_proved_or_not,
    a_first_address_that_nobody_proved_leaves_the_passkey_that_is_the_only_way_in,
    who_parts_takes_no_session_along_and_leaves_none,
    what_was_proved_of_two_users_apart_counts_when_they_are_one,
    an_account_that_nobody_proved_brings_nothing_into_another_one,
    that_credentials_are_dropped_is_written_only_where_there_were_any,
    a_change_by_its_person_ends_their_other_sessions_and_nothing_else,
    what_is_undone_ends_everything_whatever_became_of_the_identities,
];

fn unproved(n: u32) -> User {
    let mut user = user(n);
    user.identities[0].verified_at = None;
    user
}

async fn found(t: &Bench, n: u32) -> User {
    t.find_user(&user_id(n)).await.unwrap().unwrap()
}

/// A user with a passkey, a session and a refresh family.
async fn settled(t: &Bench, user: &User, n: u32) {
    t.insert_user(user, Vec::new()).await.unwrap();
    assert_eq!(t.add_passkey(passkeys::add(user, n)).await.unwrap(), PasskeyAdded::Done);
    t.insert_session(&Session { user: user.id.clone(), ..session(n, n) }, None).await.unwrap();
    t.insert_refresh_family(RefreshFamily { user: user.id.clone(), ..family(n, n) }, hash(n), 10)
        .await
        .unwrap();
}

/// Passkeys, sessions, and whether the refresh family is good.
async fn held(t: &Bench, user: &User, n: u32) -> (usize, usize, bool) {
    (
        t.list_passkeys(&user.id).await.unwrap().len(),
        t.list_sessions(&user.id).await.unwrap().len(),
        t.find_refresh_family(&hash(n), NOW).await.unwrap().is_some(),
    )
}

fn change(seen: &User, user: &User) -> ChangeUser {
    let events = vec![event(EventKind::OperatorActed), event(EventKind::CredentialsDropped)];
    ChangeUser { seen: seen.clone(), user: user.clone(), apart: None, ends: Default::default(), events }
}

async fn changed(t: &Bench, seen: &User, user: &User) {
    assert_eq!(t.change_user(change(seen, user)).await.unwrap(), Changed::Done);
}

fn link(primary: &User, secondary: &User) -> LinkUsers {
    let mut linked = primary.clone();
    linked.identities.extend(secondary.identities.clone());
    LinkUsers {
        primary: primary.clone(),
        secondary: secondary.clone(),
        linked,
        ledgers: vec![ledger_key(1)],
        events: vec![event(EventKind::OperatorActed), event(EventKind::CredentialsDropped)],
    }
}

async fn has_told_of_drops(t: &Bench) -> bool {
    history(&*t.store).await.iter().any(|(kind, _)| *kind == EventKind::CredentialsDropped)
}

async fn the_proof_that_ends_all_others_counts_itself(t: Bench) {
    t.insert_user(&unproved(1), Vec::new()).await.unwrap();
    assert!(found(&t, 1).await.counts_proof_of(NOW));
    send(&*t, open(1)).await;
    let now = redeem(1).now;
    let refresh = Some((RefreshFamily { auth_time: now, ..family(1, 2) }, hash(2)));

    let redeemed = t.redeem_challenge(Redeem { refresh, ..redeem(1) }).await.unwrap();

    let Redeemed::Accepted { user: told, .. } = redeemed else { panic!("{redeemed:?}") };
    assert_eq!(found(&t, 1).await, *told);
    assert!(!told.counts_proof_of(now), "another one of the same second");
    assert!(told.counts_proof_of(told.proved_at(now)));
    let given = t.find_refresh_family(&hash(2), now).await.unwrap().unwrap();
    assert!(told.counts_proof_of(given.auth_time));
    // A second one ends nothing.
    send(&*t, open(1)).await;
    let later = t.redeem_challenge(Redeem { now: now.plus(90), ..redeem(1) }).await.unwrap();
    let Redeemed::Accepted { user: later, .. } = later else { panic!("{later:?}") };
    assert_eq!(later.proofs_since, told.proofs_since);
    assert_eq!(later.proved_at(now.plus(90)), now.plus(90));
}

async fn nothing_is_added_by_a_proof_from_before(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let seen = found(&t, 1).await;
    let mut moved = seen.clone();
    moved.identities[0].address = address(20);
    changed(&t, &seen, &moved).await;
    let moved = found(&t, 1).await;
    for (at, enrolled, added) in [
        (NOW, Enrolled::Gone, PasskeyAdded::Gone),
        (moved.proved_at(NOW), Enrolled::Done, PasskeyAdded::Done),
    ] {
        let enrol = EnrolKey { proved_at: at, ..enrolment(key(1, 1)) };
        assert_eq!(t.enrol_device_key(enrol).await.unwrap(), enrolled);
        let add = AddPasskey { proved_at: at, ..passkeys::add(&moved, 1) };
        assert_eq!(t.add_passkey(add).await.unwrap(), added);
    }
}

async fn a_change_of_the_address_ends_passkeys_and_sessions_proved_or_not(t: Bench) {
    for (n, proved) in [(1, true), (2, false)] {
        settled(&t, &user(n), n).await;
        let seen = found(&t, n).await;
        let mut moved = seen.clone();
        moved.identities[0].address = address(20 + n);
        moved.identities[0].verified_at = proved.then_some(NOW);
        changed(&t, &seen, &moved).await;
        assert_eq!(held(&t, &moved, n).await, (0, 0, false), "{proved}");
        assert!(!found(&t, n).await.counts_proof_of(NOW));
    }
    assert!(has_told_of_drops(&t).await);
    // Again in the same second: what was proved in between is of before, too.
    let seen = found(&t, 1).await;
    let between = seen.proved_at(NOW);
    let mut moved = seen.clone();
    moved.identities[0].address = address(30);
    changed(&t, &seen, &moved).await;
    assert!(seen.counts_proof_of(between) && !found(&t, 1).await.counts_proof_of(between));
}

async fn a_first_address_that_nobody_proved_leaves_the_passkey_that_is_the_only_way_in(t: Bench) {
    let newcomer = User::with_passkey("db", Strategy::Database, &id(NOW, 1), NOW);
    settled(&t, &newcomer, 1).await;
    let seen = t.find_user(&newcomer.id).await.unwrap().unwrap();
    let mut named = seen.clone();
    named.identities[0].address = address(1);
    changed(&t, &seen, &named).await;
    assert_eq!(held(&t, &newcomer, 1).await, (1, 1, true));
    assert!(t.find_user(&newcomer.id).await.unwrap().unwrap().counts_proof_of(NOW));

    let mut proved = named.clone();
    proved.identities[0].verified_at = Some(NOW);
    changed(&t, &named, &proved).await;
    assert_eq!(held(&t, &newcomer, 1).await, (0, 0, false));
}

async fn who_parts_takes_no_session_along_and_leaves_none(t: Bench) {
    let other = User::first_seen(
        "email",
        Channel::Email,
        Address::from_canonical("ana@example.com"),
        &id(NOW, 5),
        NOW,
    );
    let mut both = user(1);
    both.identities.extend(other.identities.clone());
    settled(&t, &both, 1).await;
    let seen = found(&t, 1).await;
    let alone = User { identities: user(1).identities, ..seen.clone() };

    let parted = ChangeUser { apart: Some(other.clone()), ..change(&seen, &alone) };
    assert_eq!(t.change_user(parted).await.unwrap(), Changed::Done);

    assert_eq!(held(&t, &alone, 1).await, (1, 0, false), "the passkey is of the identity that stayed");
    assert!(!found(&t, 1).await.counts_proof_of(NOW));
    assert!(t.list_sessions(&other.id).await.unwrap().is_empty());
    assert!(!has_told_of_drops(&t).await, "nothing was dropped but sessions");
}

async fn what_was_proved_of_two_users_apart_counts_when_they_are_one(t: Bench) {
    settled(&t, &user(1), 1).await;
    settled(&t, &user(2), 2).await;
    let (one, two) = (found(&t, 1).await, found(&t, 2).await);

    assert_eq!(t.link_users(link(&one, &two)).await.unwrap(), Changed::Done);

    let linked = found(&t, 1).await;
    assert_eq!(held(&t, &linked, 1).await, (2, 2, true));
    assert!(linked.counts_proof_of(NOW) && !has_told_of_drops(&t).await);
}

async fn an_account_that_nobody_proved_brings_nothing_into_another_one(t: Bench) {
    let squatter = |n| {
        let mut user = unproved(n);
        user.identities[0].strategy = Strategy::Database;
        user
    };
    for (n, primary, secondary) in [(1, squatter(1), user(2)), (3, user(3), squatter(4))] {
        settled(&t, &primary, n).await;
        settled(&t, &secondary, n + 1).await;
        let (one, two) = (found(&t, n).await, found(&t, n + 1).await);
        assert_eq!(t.link_users(link(&one, &two)).await.unwrap(), Changed::Done);
        assert_eq!(t.list_passkeys(&primary.id).await.unwrap().len(), 1, "{n}");
        assert_eq!(t.list_sessions(&primary.id).await.unwrap().len(), 1, "{n}");
        assert_eq!(found(&t, n).await.counts_proof_of(NOW), n == 3, "{n}");
    }
    assert!(has_told_of_drops(&t).await);
}

/// User `n`, who took another address by themselves.
fn exchanged(seen: &User, n: u32) -> User {
    let mut user = seen.clone();
    let before = user.identities[0].clone();
    user.address_changes =
        vec![AddressChange { at: NOW, identity: before.key(), before: Some(before), removed_from: None }];
    user.identities[0].address = address(n);
    user
}

async fn a_change_by_its_person_ends_their_other_sessions_and_nothing_else(t: Bench) {
    settled(&t, &user(1), 1).await;
    assert_eq!(t.enrol_device_key(enrolment(key(1, 1))).await.unwrap(), Enrolled::Done);
    t.insert_session(&session(1, 2), None).await.unwrap();
    let seen = found(&t, 1).await;
    let user = exchanged(&seen, 20);
    let ends = ChangeEnds::OtherSessions(hash(2));

    let act = ChangeUser { ends, ..change(&seen, &user) };
    assert_eq!(t.change_user(act).await.unwrap(), Changed::Done);

    assert_eq!(found(&t, 1).await, user, "what can be undone is kept with the user");
    assert_eq!(held(&t, &user, 1).await, (1, 1, true));
    assert_eq!(t.list_sessions(&user.id).await.unwrap()[0].id, hash(2));
    let of_user = DeviceKeyFilter { user: Some(user.id.clone()), client: None };
    assert_eq!(t.list_device_keys(&of_user, 10).await.unwrap().len(), 1);
    assert!(user.counts_proof_of(NOW) && !has_told_of_drops(&t).await);
}

async fn what_is_undone_ends_everything_whatever_became_of_the_identities(t: Bench) {
    settled(&t, &user(1), 1).await;
    let seen = found(&t, 1).await;

    let act = ChangeUser { ends: ChangeEnds::Everything, ..change(&seen, &seen) };
    assert_eq!(t.change_user(act).await.unwrap(), Changed::Done);

    assert_eq!(held(&t, &seen, 1).await, (0, 0, false));
    assert!(!found(&t, 1).await.counts_proof_of(NOW) && has_told_of_drops(&t).await);
}

async fn that_credentials_are_dropped_is_written_only_where_there_were_any(t: Bench) {
    let drops = || async {
        history(&*t.store)
            .await
            .into_iter()
            .filter(|(kind, _)| *kind == EventKind::CredentialsDropped)
            .count()
    };
    t.insert_user(&unproved(1), Vec::new()).await.unwrap();
    changed(&t, &unproved(1), &user(1)).await;
    assert_eq!(drops().await, 0);
    settled(&t, &unproved(2), 2).await;
    jobs::import_over(&t, user(2), vec!["phone_verified"]).await;
    assert_eq!(drops().await, 1);
    assert!([found(&t, 1).await, found(&t, 2).await].iter().all(|user| !user.counts_proof_of(NOW)));
    let told = history(&*t.store).await;
    let of_drop = told.iter().find(|(kind, _)| *kind == EventKind::CredentialsDropped).unwrap();
    assert_eq!(of_drop.1, Some(user_id(2)));
}
