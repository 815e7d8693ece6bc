//! What the server keeps about itself, and ids that are accepted once.

use std::sync::Arc;

use crate::engines::{Bench, on_every_engine};
use crate::samples::NOW;

on_every_engine![
    a_value_is_kept_as_it_was_first_set,
    of_many_first_values_at_once_all_are_told_the_same,
    an_id_is_new_once_until_it_expires,
    an_id_is_seen_from_its_first_use_until_it_expires,
    of_many_uses_of_one_id_at_once_one_is_new,
    the_sweep_forgets_ids_that_have_expired,
];

async fn a_value_is_kept_as_it_was_first_set(t: Bench) {
    assert_eq!(t.find_meta("data_key").await.unwrap(), None);

    assert_eq!(t.init_meta("data_key", "first").await.unwrap(), "first");
    assert_eq!(t.init_meta("data_key", "second").await.unwrap(), "first");
    assert_eq!(t.init_meta("other", "").await.unwrap(), "");

    assert_eq!(t.find_meta("data_key").await.unwrap().as_deref(), Some("first"));
    assert_eq!(t.find_meta("other").await.unwrap().as_deref(), Some(""));
}

async fn of_many_first_values_at_once_all_are_told_the_same(t: Bench) {
    let nodes: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.init_meta("data_key", &n.to_string()).await.unwrap() })
        })
        .collect();

    let held = t.init_meta("data_key", "late").await.unwrap();
    for node in nodes {
        assert_eq!(node.await.unwrap(), held);
    }
    assert_eq!(t.find_meta("data_key").await.unwrap(), Some(held));
}

async fn an_id_is_new_once_until_it_expires(t: Bench) {
    let expires_at = NOW.plus(60);

    assert!(t.insert_once("client/jti", expires_at, NOW).await.unwrap());
    assert!(!t.insert_once("client/jti", expires_at, NOW).await.unwrap());
    // A later deadline does not make it new.
    assert!(!t.insert_once("client/jti", NOW.plus(600), NOW.plus(59)).await.unwrap());
    assert!(t.insert_once("other/jti", expires_at, NOW).await.unwrap());

    assert!(t.insert_once("client/jti", NOW.plus(120), NOW.plus(60)).await.unwrap());
    assert!(!t.insert_once("client/jti", NOW.plus(120), NOW.plus(61)).await.unwrap());
}

async fn an_id_is_seen_from_its_first_use_until_it_expires(t: Bench) {
    assert!(!t.is_seen("jti", NOW).await.unwrap());
    t.insert_once("jti", NOW.plus(60), NOW).await.unwrap();

    assert!(t.is_seen("jti", NOW).await.unwrap());
    assert!(t.is_seen("jti", NOW.plus(59)).await.unwrap());
    assert!(!t.is_seen("jti", NOW.plus(60)).await.unwrap());
    assert!(!t.is_seen("JTI", NOW).await.unwrap());
}

async fn of_many_uses_of_one_id_at_once_one_is_new(t: Bench) {
    let uses: Vec<_> = (0..16)
        .map(|_| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.insert_once("jti", NOW.plus(60), NOW).await.unwrap() })
        })
        .collect();

    let mut new = 0;
    for used in uses {
        new += u32::from(used.await.unwrap());
    }

    assert_eq!(new, 1);
}

async fn the_sweep_forgets_ids_that_have_expired(t: Bench) {
    assert!(t.insert_once("past", NOW.minus(1), NOW.minus(60)).await.unwrap());
    assert!(t.insert_once("kept", NOW, NOW.minus(60)).await.unwrap());

    assert_eq!(t.sweep(NOW, 10).await.unwrap(), 1);

    assert!(t.insert_once("past", NOW, NOW.minus(60)).await.unwrap());
    assert!(!t.insert_once("kept", NOW, NOW.minus(60)).await.unwrap());
}
