//! Users and their identities.

use latchkey_core::model::{Address, Channel, EventKind, Identity, Strategy, User, UserId};
use latchkey_core::store::{Redeemed, StoreError};
use serde_json::json;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    DAY, NOW, address, event, family, hash, history, id, open, page, redeem, send, session, user, user_id,
};

on_every_engine![
    a_user_is_found_by_id_and_by_each_address,
    a_user_of_a_database_stays_one,
    an_address_that_another_user_has_is_a_conflict_and_leaves_nothing,
    an_id_that_another_user_has_is_a_conflict,
    users_are_listed_by_id_page_after_page_with_all_their_identities,
    an_update_replaces_all_but_identities_and_login_counters,
    an_update_of_nobody_is_false,
    a_deleted_user_frees_the_address_and_leaves_the_refresh_families,
    the_sessions_of_a_deleted_user_end,
    users_are_counted,
];

/// A user with a phone number and an email address.
fn user_of_two(n: u32) -> User {
    let mut user = user(n);
    user.identities.insert(0, email(n));
    user
}

fn email(n: u32) -> Identity {
    Identity {
        connection: "email".into(),
        strategy: Strategy::Email,
        channel: Channel::Email,
        address: email_address(n),
        provider_user_id: id(NOW, 1000 + n),
        verified_at: None,
    }
}

fn email_address(n: u32) -> Address {
    Address::from_canonical(format!("user{n}@example.com"))
}

async fn a_user_of_a_database_stays_one(t: Bench) {
    let record = user(1).of_database();
    assert_eq!(record.id.as_str(), format!("auth0|{}", id(NOW, 1)));
    t.insert_user(&record, Vec::new()).await.unwrap();
    assert_eq!(t.find_user(&record.id).await.unwrap(), Some(record.clone()));
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), Some(record));
}

async fn a_user_is_found_by_id_and_by_each_address(t: Bench) {
    let mut record = user_of_two(1);
    record.blocked = true;
    record.attributes = json!({ "name": "Ana \0 \u{1f600}" }).as_object().unwrap().clone();
    record.user_metadata = json!({ "a": [1.5, null] }).as_object().unwrap().clone();
    record.app_metadata = json!({ "b": { "c": true } }).as_object().unwrap().clone();
    record.last_login = Some(NOW.minus(1));
    record.last_ip = Some("2001:db8::1".into());
    record.logins_count = 3;
    assert_eq!(t.find_user(&record.id).await.unwrap(), None);
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), None);

    t.insert_user(&record, Vec::new()).await.unwrap();
    t.insert_user(&user(2), Vec::new()).await.unwrap();

    assert_eq!(t.find_user(&record.id).await.unwrap().as_ref(), Some(&record));
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap().as_ref(), Some(&record));
    assert_eq!(t.find_user_by_address("email", &email_address(1)).await.unwrap(), Some(record));
    assert_eq!(t.find_user_by_address("email", &address(1)).await.unwrap(), None);
    assert_eq!(t.find_user_by_address("sms", &address(3)).await.unwrap(), None);
}

/// S-128
async fn an_address_that_another_user_has_is_a_conflict_and_leaves_nothing(t: Bench) {
    let told = || vec![event(EventKind::OperatorActed)];
    t.insert_user(&user(1), told()).await.unwrap();
    let mut second = user_of_two(2);
    second.identities.push(user(1).identities.remove(0));

    let refused = t.insert_user(&second, told()).await;

    assert!(matches!(refused, Err(StoreError::Conflict("address"))), "{refused:?}");
    assert_eq!(history(&*t).await, [(EventKind::OperatorActed, None)]);
    assert_eq!(t.find_user(&second.id).await.unwrap(), None);
    assert_eq!(t.find_user_by_address("email", &email_address(2)).await.unwrap(), None);
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), Some(user(1)));
    t.insert_user(&user_of_two(2), Vec::new()).await.unwrap();
}

async fn an_id_that_another_user_has_is_a_conflict(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();

    let refused = t.insert_user(&User { id: user_id(1), ..user(2) }, Vec::new()).await;

    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    assert_eq!(t.find_user_by_address("sms", &address(2)).await.unwrap(), None);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(user(1)));
}

async fn users_are_listed_by_id_page_after_page_with_all_their_identities(t: Bench) {
    let mut by_email = user(4);
    by_email.id = UserId::new(format!("email|{}", id(NOW, 9)));
    for user in [user(3), user_of_two(1), by_email.clone(), user(2)] {
        t.insert_user(&user, Vec::new()).await.unwrap();
    }

    let first = t.list_users(&page(None, 2)).await.unwrap();
    let second = t.list_users(&page(Some(first[1].id.as_str()), 2)).await.unwrap();
    let third = t.list_users(&page(Some(second[1].id.as_str()), 2)).await.unwrap();

    assert_eq!(first, [by_email, user_of_two(1)]);
    assert_eq!(second, [user(2), user(3)]);
    assert_eq!(third, []);
}

async fn an_update_replaces_all_but_identities_and_login_counters(t: Bench) {
    send(&*t, open(1)).await;
    let Redeemed::Accepted { user: before, .. } = t.redeem_challenge(redeem(1)).await.unwrap() else {
        panic!("the code was refused");
    };
    let mut change = User { id: before.id.clone(), ..user_of_two(2) };
    change.blocked = true;
    change.attributes = json!({ "name": "Bo" }).as_object().unwrap().clone();
    change.user_metadata = json!({ "a": 1 }).as_object().unwrap().clone();
    change.app_metadata = json!({ "b": 2 }).as_object().unwrap().clone();
    change.updated_at = NOW.plus(DAY);
    change.last_login = None;
    change.last_ip = None;
    change.logins_count = 77;

    assert!(t.update_user(&change).await.unwrap());

    let kept = User {
        identities: before.identities.clone(),
        last_login: before.last_login,
        last_ip: before.last_ip.clone(),
        logins_count: before.logins_count,
        ..change
    };
    assert_eq!(kept.logins_count, 1);
    assert_eq!(t.find_user(&before.id).await.unwrap(), Some(kept));
    assert_eq!(t.find_user_by_address("sms", &address(2)).await.unwrap(), None);
}

async fn an_update_of_nobody_is_false(t: Bench) {
    assert!(!t.update_user(&user(1)).await.unwrap());

    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), None);
    assert_eq!(t.count_users().await.unwrap(), 0);
}

/// S-128
async fn a_deleted_user_frees_the_address_and_leaves_the_refresh_families(t: Bench) {
    t.insert_user(&user_of_two(1), Vec::new()).await.unwrap();
    t.insert_user(&user(2), Vec::new()).await.unwrap();
    t.insert_refresh_family(family(1, 1), hash(1), 10).await.unwrap();

    let told = || vec![event(EventKind::OperatorActed)];

    assert!(t.delete_user(&user_id(1), NOW, told()).await.unwrap());

    assert_eq!(history(&*t).await.len(), 1);
    assert!(!t.delete_user(&user_id(1), NOW, told()).await.unwrap());
    assert_eq!(history(&*t).await.len(), 1);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), None);
    assert_eq!(t.find_user_by_address("sms", &address(1)).await.unwrap(), None);
    assert_eq!(t.find_user_by_address("email", &email_address(1)).await.unwrap(), None);
    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap(), [family(1, 1)]);
    assert_eq!(t.find_refresh_family(&hash(1), NOW).await.unwrap(), Some(family(1, 1)));
    assert_eq!(t.find_user(&user_id(2)).await.unwrap(), Some(user(2)));
    t.insert_user(&User { id: user_id(3), ..user_of_two(1) }, Vec::new()).await.unwrap();
}

async fn the_sessions_of_a_deleted_user_end(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    for (user, n) in [(1, 1), (1, 2), (2, 3)] {
        t.insert_session(&session(user, n), None).await.unwrap();
    }

    t.delete_user(&user_id(1), NOW, Vec::new()).await.unwrap();

    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), []);
    assert_eq!(t.find_session(&hash(1)).await.unwrap(), None);
    assert_eq!(t.find_session(&hash(3)).await.unwrap(), Some(session(2, 3)));
}

async fn users_are_counted(t: Bench) {
    assert_eq!(t.count_users().await.unwrap(), 0);

    t.insert_user(&user_of_two(1), Vec::new()).await.unwrap();
    t.insert_user(&user(2), Vec::new()).await.unwrap();
    assert_eq!(t.count_users().await.unwrap(), 2);

    t.delete_user(&user_id(1), NOW, Vec::new()).await.unwrap();
    assert_eq!(t.count_users().await.unwrap(), 1);
}
