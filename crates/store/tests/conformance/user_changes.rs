//! Changes of users that touch more than one record.

use std::sync::Arc;

use latchkey_core::model::{Address, Channel, EventKind, RefreshFamily, Session, User};
use latchkey_core::store::{ChangeUser, Changed, LinkUsers, Redeemed, Rotate, Rotated, StoreError};
use serde_json::json;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    CLIENT, NOW, address, challenge_key, client_id, event, family, hash, history, id, ledger_key, open,
    promised, redeem, send, session, user, user_id,
};

on_every_engine![
    a_change_replaces_the_user_and_writes_its_event,
    who_saw_an_older_user_changes_nothing,
    a_login_is_no_change,
    codes_on_the_way_to_a_lost_address_die,
    an_address_of_another_user_is_a_conflict_and_leaves_nothing,
    who_is_blocked_loses_sessions_and_refresh_families,
    who_parts_is_a_user_of_their_own,
    a_link_moves_identities_sessions_and_refresh_families,
    a_link_of_users_that_changed_or_are_gone_does_nothing,
    of_a_link_and_a_sign_in_at_once_the_sign_in_ends_at_the_primary,
    an_id_that_comes_back_has_no_old_refresh_tokens,
];

fn change(seen: &User, user: &User) -> ChangeUser {
    ChangeUser {
        seen: seen.clone(),
        user: user.clone(),
        apart: None,
        ends: Default::default(),
        events: vec![event(EventKind::OperatorActed)],
    }
}

/// User 1, who got the address of user `n`.
fn moved(n: u32) -> User {
    let mut moved = user(1);
    moved.identities[0].address = address(n);
    moved
}

fn mail_user(n: u32) -> User {
    let address = Address::from_canonical(format!("user{n}@example.com"));
    User::first_seen("email", Channel::Email, address, &id(NOW, n), NOW)
}

fn link(primary: &User, secondary: &User) -> LinkUsers {
    let mut linked = primary.clone();
    linked.identities.extend(secondary.identities.clone());
    LinkUsers {
        primary: primary.clone(),
        secondary: secondary.clone(),
        linked,
        ledgers: vec![ledger_key(1)],
        events: vec![event(EventKind::OperatorActed)],
    }
}

async fn a_change_replaces_the_user_and_writes_its_event(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let mut changed = moved(2);
    changed.block_decided = true;
    changed.user_metadata = json!({"a": 1}).as_object().unwrap().clone();

    assert_eq!(t.change_user(change(&user(1), &changed)).await.unwrap(), Changed::Done);

    // The address changed hands.
    changed.proofs_since = Some(NOW.plus(1));
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(changed.clone()));
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), None);
    assert_eq!(t.find_user_by_address("sms", &address(2)).await.unwrap(), Some(changed));
    assert_eq!(history(&*t.store).await, [(EventKind::OperatorActed, None)]);
}

async fn who_saw_an_older_user_changes_nothing(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let mut first = user(1);
    first.user_metadata = json!({"a": 1}).as_object().unwrap().clone();
    t.change_user(change(&user(1), &first)).await.unwrap();

    assert_eq!(t.change_user(change(&user(1), &moved(2))).await.unwrap(), Changed::Overtaken);
    assert_eq!(t.change_user(change(&user(7), &user(7))).await.unwrap(), Changed::Gone);

    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(first));
    assert_eq!(history(&*t.store).await.len(), 1);
}

async fn a_login_is_no_change(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    send(&*t, open(1)).await;
    assert!(matches!(t.redeem_challenge(redeem(1)).await.unwrap(), Redeemed::Accepted { .. }));

    assert_eq!(t.change_user(change(&user(1), &moved(2))).await.unwrap(), Changed::Done);

    let found = t.find_user(&user_id(1)).await.unwrap().unwrap();
    assert_eq!((found.logins_count, found.last_login), (1, Some(NOW.plus(10))));
}

async fn codes_on_the_way_to_a_lost_address_die(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    for n in [1, 3] {
        send(&*t, open(n)).await;
    }

    t.change_user(change(&user(1), &moved(2))).await.unwrap();

    assert_eq!(t.find_challenge(&challenge_key(1)).await.unwrap(), None);
    assert!(t.find_challenge(&challenge_key(3)).await.unwrap().is_some());
    assert_eq!(promised(&*t.store).await, [id(NOW, 3)]);
    assert_eq!(t.redeem_challenge(redeem(1)).await.unwrap(), Redeemed::Absent);
}

async fn an_address_of_another_user_is_a_conflict_and_leaves_nothing(t: Bench) {
    for n in [1, 2] {
        t.insert_user(&user(n), Vec::new()).await.unwrap();
    }

    let refused = t.change_user(change(&user(1), &moved(2))).await;

    assert!(matches!(refused, Err(StoreError::Conflict("address"))), "{refused:?}");
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(user(1)));
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), Some(user(1)));
}

async fn who_is_blocked_loses_sessions_and_refresh_families(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    for (user, n) in [(1, 1), (2, 2)] {
        t.insert_session(&session(user, n), None).await.unwrap();
        t.insert_refresh_family(family(user, n), hash(n), 10).await.unwrap();
    }

    let blocked = User { blocked: true, ..user(1) };
    assert_eq!(t.change_user(change(&user(1), &blocked)).await.unwrap(), Changed::Done);

    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), []);
    assert_eq!(t.find_refresh_family(&hash(1), NOW).await.unwrap(), None);
    // They are told so, and get nothing.
    let use_again = Rotate {
        presented: hash(1),
        client: client_id(CLIENT),
        replacement: Some(hash(7)),
        now: NOW.plus(1),
        leeway: 0,
        reuse_while_child_unused: false,
        idle_expires_at: None,
        on_success: vec![event(EventKind::RefreshExchanged)],
        on_failure: Vec::new(),
        on_reuse: Vec::new(),
    };
    let told = t.rotate_refresh_token(use_again).await.unwrap();
    assert!(matches!(told, Rotated::Ok { user: Some(user), .. } if user.blocked));
    assert_eq!(t.find_family_of_token(&hash(7)).await.unwrap(), None);
    assert_eq!(t.list_sessions(&user_id(2)).await.unwrap().len(), 1);
    assert!(t.find_refresh_family(&hash(2), NOW).await.unwrap().is_some());
}

async fn who_parts_is_a_user_of_their_own(t: Bench) {
    let mut both = user(1);
    both.identities.extend(mail_user(2).identities);
    t.insert_user(&both, Vec::new()).await.unwrap();

    let parted = ChangeUser { apart: Some(mail_user(2)), ..change(&both, &user(1)) };
    assert_eq!(t.change_user(parted).await.unwrap(), Changed::Done);

    let left = User { proofs_since: Some(NOW.plus(1)), ..user(1) };
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(left));
    assert_eq!(t.find_user(&mail_user(2).id).await.unwrap(), Some(mail_user(2)));
}

async fn a_link_moves_identities_sessions_and_refresh_families(t: Bench) {
    let (primary, secondary) = (mail_user(9), user(1));
    for user in [&primary, &secondary] {
        t.insert_user(user, Vec::new()).await.unwrap();
    }
    t.insert_session(&session(1, 1), None).await.unwrap();
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();

    let act = link(&primary, &secondary);
    let linked = act.linked.clone();
    assert_eq!(t.link_users(act).await.unwrap(), Changed::Done);

    assert_eq!(t.find_user(&secondary.id).await.unwrap(), None);
    assert_eq!(t.find_user(&primary.id).await.unwrap().as_ref(), Some(&linked));
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), Some(linked));
    let given = Session { user: primary.id.clone(), ..session(1, 1) };
    assert_eq!(t.list_sessions(&primary.id).await.unwrap(), [given]);
    let given = RefreshFamily { user: primary.id.clone(), ..family(1, 1) };
    assert_eq!(t.find_refresh_family(&hash(1), NOW).await.unwrap(), Some(given));
    assert_eq!(history(&*t.store).await, [(EventKind::OperatorActed, None)]);
}

async fn a_link_of_users_that_changed_or_are_gone_does_nothing(t: Bench) {
    let (primary, secondary) = (mail_user(9), user(1));
    t.insert_user(&primary, Vec::new()).await.unwrap();
    assert_eq!(t.link_users(link(&primary, &secondary)).await.unwrap(), Changed::Gone);

    t.insert_user(&User { blocked: true, ..secondary.clone() }, Vec::new()).await.unwrap();
    assert_eq!(t.link_users(link(&primary, &secondary)).await.unwrap(), Changed::Overtaken);

    assert!(t.find_user(&secondary.id).await.unwrap().is_some());
    assert_eq!(t.find_user(&primary.id).await.unwrap(), Some(primary));
    assert_eq!(history(&*t.store).await, []);
}

async fn of_a_link_and_a_sign_in_at_once_the_sign_in_ends_at_the_primary(t: Bench) {
    let (primary, secondary) = (mail_user(9), user(1));
    for user in [&primary, &secondary] {
        t.insert_user(user, Vec::new()).await.unwrap();
    }
    send(&*t, open(1)).await;
    let linking = {
        let (store, act) = (Arc::clone(&t.store), link(&primary, &secondary));
        tokio::spawn(async move { store.link_users(act).await.unwrap() })
    };
    let mut act = redeem(1);
    act.refresh = Some((family(1, 1), hash(1)));

    let redeemed = t.redeem_challenge(act).await.unwrap();

    let linked = linking.await.unwrap();
    assert!(matches!(redeemed, Redeemed::Accepted { created: false, .. }), "{redeemed:?}");
    // The proof of an address is a change, when it was older than a day: then the link is tried anew.
    if linked == Changed::Overtaken {
        let seen = t.find_user(&secondary.id).await.unwrap().unwrap();
        assert_eq!(t.link_users(link(&primary, &seen)).await.unwrap(), Changed::Done);
    }
    let family = t.find_refresh_family(&hash(1), NOW).await.unwrap().unwrap();
    assert_eq!(family.user, primary.id);
    assert_eq!(t.find_user(&secondary.id).await.unwrap(), None);
}

async fn an_id_that_comes_back_has_no_old_refresh_tokens(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();
    t.delete_user(&user_id(1), NOW, Vec::new()).await.unwrap();
    assert!(t.find_refresh_family(&hash(1), NOW).await.unwrap().is_some());

    t.insert_user(&user(1), Vec::new()).await.unwrap();

    assert_eq!(t.find_refresh_family(&hash(1), NOW).await.unwrap(), None);
}
