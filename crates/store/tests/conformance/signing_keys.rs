//! Signing keys and their turns.

use std::sync::Arc;

use latchkey_core::Timestamp;
use latchkey_core::model::{EventKind, KeyId, KeyState, SigningAlgorithm, SigningKey};
use latchkey_core::store::StoreError;
use latchkey_core::vault::Sealed;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, event, history};

on_every_engine![
    the_first_keys_are_inserted_once,
    keys_of_another_algorithm_are_inserted_beside,
    of_nodes_that_start_at_once_one_inserts_its_keys,
    keys_are_listed_newest_first,
    a_rotation_moves_every_key_one_step,
    a_rotation_away_from_a_key_that_is_not_current_is_a_conflict,
    of_many_rotations_at_once_one_happens,
    a_rotation_without_a_next_key_makes_the_new_one_current,
    a_key_is_revoked_unless_it_is_current,
];

use KeyState::{Current, Next, Previous, Revoked};

fn key(id: &str, alg: SigningAlgorithm, state: KeyState, created_at: Timestamp) -> SigningKey {
    SigningKey {
        id: KeyId::from(id),
        alg,
        state,
        private: Sealed(vec![0, 255, 1]),
        public_jwk: format!(r#"{{"kid":"{id}"}}"#),
        created_at,
        retired_at: None,
    }
}

fn rsa(id: &str, state: KeyState, age: i64) -> SigningKey {
    key(id, SigningAlgorithm::RS256, state, NOW.minus(age))
}

/// The two keys that a node brings along.
fn first_keys() -> Vec<SigningKey> {
    vec![rsa("one", Current, 20), rsa("two", Next, 10)]
}

async fn states(t: &Bench) -> Vec<(String, KeyState)> {
    let keys = t.list_signing_keys().await.unwrap();
    keys.into_iter().map(|key| (key.id.as_str().to_owned(), key.state)).collect()
}

fn are(expected: &[(&str, KeyState)]) -> Vec<(String, KeyState)> {
    expected.iter().map(|(id, state)| (String::from(*id), *state)).collect()
}

async fn the_first_keys_are_inserted_once(t: Bench) {
    assert_eq!(t.list_signing_keys().await.unwrap(), []);

    assert!(t.init_signing_keys(first_keys()).await.unwrap());
    let late = vec![rsa("three", Current, 0), rsa("four", Next, 0)];
    assert!(!t.init_signing_keys(late).await.unwrap());

    let [one, two] = [rsa("one", Current, 20), rsa("two", Next, 10)];
    assert_eq!(t.list_signing_keys().await.unwrap(), [two, one]);
}

async fn keys_of_another_algorithm_are_inserted_beside(t: Bench) {
    assert!(t.init_signing_keys(first_keys()).await.unwrap());

    let others = [SigningAlgorithm::ES256, SigningAlgorithm::EdDSA, SigningAlgorithm::HS256];
    for alg in others {
        let id = format!("{alg:?}");
        assert!(t.init_signing_keys(vec![key(&id, alg, Current, NOW)]).await.unwrap());
    }

    let mut algs: Vec<_> = t.list_signing_keys().await.unwrap().into_iter().map(|key| key.alg).collect();
    algs.truncate(3);
    for alg in others {
        assert!(algs.contains(&alg), "{algs:?}");
    }
}

async fn of_nodes_that_start_at_once_one_inserts_its_keys(t: Bench) {
    let nodes: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let keys = vec![rsa(&format!("next-{n}"), Next, 0), rsa(&format!("current-{n}"), Current, 1)];
            tokio::spawn(async move { store.init_signing_keys(keys).await.unwrap().then_some(n) })
        })
        .collect();

    let mut winners = Vec::new();
    for node in nodes {
        winners.extend(node.await.unwrap());
    }

    let [n] = winners[..] else { panic!("{winners:?}") };
    let expected = [(format!("next-{n}"), Next), (format!("current-{n}"), Current)];
    assert_eq!(states(&t).await, expected);
}

async fn keys_are_listed_newest_first(t: Bench) {
    let keys = vec![
        rsa("b", Previous, 30),
        rsa("d", Next, 0),
        rsa("c", Current, 10),
        SigningKey { retired_at: Some(NOW), ..rsa("a", Revoked, 20) },
    ];
    assert!(t.init_signing_keys(keys.clone()).await.unwrap());

    let newest_first = [&keys[1], &keys[2], &keys[3], &keys[0]].map(SigningKey::clone);
    assert_eq!(t.list_signing_keys().await.unwrap(), newest_first);
}

async fn rotate(t: &Bench, expected: &str, next: &str, age: i64) -> Result<(), StoreError> {
    let events = vec![event(EventKind::KeyRotated)];
    t.rotate_signing_keys(&KeyId::from(expected), rsa(next, Next, age), NOW, events).await
}

async fn a_rotation_moves_every_key_one_step(t: Bench) {
    t.init_signing_keys(first_keys()).await.unwrap();
    t.init_signing_keys(vec![key("ec", SigningAlgorithm::ES256, Current, NOW)]).await.unwrap();

    rotate(&t, "one", "three", 5).await.unwrap();

    let expected = [("ec", Current), ("three", Next), ("two", Current), ("one", Previous)];
    assert_eq!(states(&t).await, are(&expected));
    let retired: Vec<_> =
        t.list_signing_keys().await.unwrap().into_iter().map(|key| key.retired_at).collect();
    assert_eq!(retired, [None, None, None, Some(NOW)]);
    assert_eq!(history(&*t).await, [(EventKind::KeyRotated, None)]);
}

async fn a_rotation_away_from_a_key_that_is_not_current_is_a_conflict(t: Bench) {
    t.init_signing_keys(first_keys()).await.unwrap();
    rotate(&t, "one", "three", 5).await.unwrap();
    let before = t.list_signing_keys().await.unwrap();

    for stale in ["one", "three", "unknown"] {
        let refused = rotate(&t, stale, "four", 4).await;
        assert!(matches!(refused, Err(StoreError::Conflict("rotation"))), "{refused:?}");
    }

    assert_eq!(t.list_signing_keys().await.unwrap(), before);
    assert_eq!(history(&*t).await.len(), 1);
}

async fn of_many_rotations_at_once_one_happens(t: Bench) {
    t.init_signing_keys(first_keys()).await.unwrap();
    let rotations: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let next = rsa(&format!("new-{n}"), Next, 0);
            tokio::spawn(async move {
                store.rotate_signing_keys(&KeyId::from("one"), next, NOW, Vec::new()).await
            })
        })
        .collect();

    let mut happened = 0;
    for rotation in rotations {
        match rotation.await.unwrap() {
            Ok(()) => happened += 1,
            Err(StoreError::Conflict("rotation")) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    assert_eq!(happened, 1);
    let states: Vec<KeyState> = states(&t).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [Next, Current, Previous]);
}

async fn a_rotation_without_a_next_key_makes_the_new_one_current(t: Bench) {
    t.init_signing_keys(first_keys()).await.unwrap();
    assert!(t.revoke_signing_key(&KeyId::from("two"), NOW, Vec::new()).await.unwrap());

    rotate(&t, "one", "three", 0).await.unwrap();

    let expected = [("three", Current), ("two", Revoked), ("one", Previous)];
    assert_eq!(states(&t).await, are(&expected));
}

async fn a_key_is_revoked_unless_it_is_current(t: Bench) {
    t.init_signing_keys(first_keys()).await.unwrap();
    rotate(&t, "one", "three", 5).await.unwrap();
    let revoke = |id: &str| {
        let (id, events) = (KeyId::from(id), vec![event(EventKind::KeyRevoked)]);
        let store = Arc::clone(&t.store);
        async move { store.revoke_signing_key(&id, NOW.plus(9), events).await }
    };

    assert!(revoke("one").await.unwrap());
    assert!(revoke("three").await.unwrap());
    assert!(!revoke("unknown").await.unwrap());
    let refused = revoke("two").await;
    assert!(matches!(refused, Err(StoreError::Conflict("current key"))), "{refused:?}");

    let keys = t.list_signing_keys().await.unwrap();
    let found: Vec<_> = keys.iter().map(|key| (key.id.as_str(), key.state, key.retired_at)).collect();
    // It left `Current` when it was rotated, not when it was revoked.
    let expected =
        [("three", Revoked, Some(NOW.plus(9))), ("two", Current, None), ("one", Revoked, Some(NOW))];
    assert_eq!(found, expected);
    let kinds: Vec<EventKind> = history(&*t).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [EventKind::KeyRotated, EventKind::KeyRevoked, EventKind::KeyRevoked]);
}
