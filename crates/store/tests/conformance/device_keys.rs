//! Keys of devices of today: challenges, names, and the last way in. What they share with those of Touch ID is in
//! `credentials.rs`.

use std::sync::Arc;

use latchkey_core::model::{CredentialId, DeviceKey, EventKind, KeyAlgorithm, KeyAttestation};
use latchkey_core::store::{
    CredentialOutcome, DeviceKeyFilter, EnrolKey, Enrolled, KeyRemoved, PasskeyRemoved, RemoveKey,
    RemovePasskey, WaysIn,
};

use crate::credentials::{by_key, enrolment, key, signed_up};
use crate::engines::{Bench, on_every_engine};
use crate::passkeys::{add, newcomer, passkey, ways};
use crate::samples::{NOW, event, history, user, user_id};

on_every_engine![
    a_key_of_today_is_read_back_as_it_was_written,
    of_many_enrolments_by_one_challenge_one_is_done,
    a_challenge_that_enrolled_nothing_is_not_used_up,
    a_key_is_renamed_by_its_user_alone,
    the_last_way_in_stays,
    of_many_removals_at_once_none_takes_the_last_key_or_passkey,
    a_key_is_for_an_account_that_its_user_has,
];

fn today(user: u32, n: u32) -> DeviceKey {
    let id = CredentialId::new(format!("dcr_{n}"));
    DeviceKey {
        device: Some(id.to_string()),
        name: "iPhone".into(),
        public_key: br#"{"kty":"EC"}"#.to_vec(),
        fingerprint: format!("print {n}"),
        algorithm: KeyAlgorithm::Es256,
        attestation: Some(KeyAttestation { format: "android-key".into(), checks_person: true }),
        ..key(user, n)
    }
}

fn answering(key: DeviceKey, challenge: &str) -> EnrolKey {
    EnrolKey { challenge: Some((challenge.to_owned(), NOW.plus(60))), ..enrolment(key) }
}

async fn keys(t: &Bench, n: u32) -> Vec<DeviceKey> {
    let filter = DeviceKeyFilter { user: Some(user_id(n)), client: None };
    t.list_device_keys(&filter, 100).await.unwrap()
}

async fn a_key_of_today_is_read_back_as_it_was_written(t: Bench) {
    signed_up(&t, 1).await;
    let plain = DeviceKey { algorithm: KeyAlgorithm::EdDsa, attestation: None, ..today(1, 2) };
    for key in [today(1, 1), plain, key(1, 3)] {
        assert_eq!(t.enrol_device_key(enrolment(key.clone())).await.unwrap(), Enrolled::Done);
        assert_eq!(t.find_device_key(&key.id).await.unwrap(), Some(key));
    }
    // S-066: three devices, two of one name.
    assert_eq!(keys(&t, 1).await.len(), 3);
}

/// S-064
async fn of_many_enrolments_by_one_challenge_one_is_done(t: Bench) {
    let t = Arc::new(t);
    signed_up(&t, 1).await;
    signed_up(&t, 2).await;
    let enrolments = (1..=2).map(|n| {
        let t = Arc::clone(&t);
        tokio::spawn(async move { t.enrol_device_key(answering(today(n, n), "challenge")).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for one in enrolments.collect::<Vec<_>>() {
        outcomes.push(one.await.unwrap());
    }
    assert!(outcomes.contains(&Enrolled::Done) && outcomes.contains(&Enrolled::Replayed), "{outcomes:?}");
    assert_eq!(keys(&t, 1).await.len() + keys(&t, 2).await.len(), 1);
}

async fn a_challenge_that_enrolled_nothing_is_not_used_up(t: Bench) {
    signed_up(&t, 1).await;
    for n in 1..=3 {
        t.enrol_device_key(enrolment(today(1, n))).await.unwrap();
    }
    assert_eq!(t.enrol_device_key(answering(today(1, 4), "challenge")).await.unwrap(), Enrolled::TooMany);
    t.remove_device_key(&CredentialId::from("dcr_1"), NOW, Vec::new()).await.unwrap();
    assert_eq!(t.enrol_device_key(answering(today(1, 4), "challenge")).await.unwrap(), Enrolled::Done);
    assert_eq!(t.enrol_device_key(answering(today(1, 4), "challenge")).await.unwrap(), Enrolled::Replayed);
}

async fn a_key_is_renamed_by_its_user_alone(t: Bench) {
    signed_up(&t, 1).await;
    signed_up(&t, 2).await;
    t.enrol_device_key(enrolment(today(1, 1))).await.unwrap();
    let id = CredentialId::from("dcr_1");
    let written = || vec![event(EventKind::MethodChanged)];
    assert!(!t.rename_device_key(&user_id(2), &id, "mine", written()).await.unwrap());
    assert!(t.rename_device_key(&user_id(1), &id, "blue", written()).await.unwrap());
    assert_eq!(keys(&t, 1).await[0].name, "blue");
    let renamed =
        history(&*t.store).await.iter().filter(|(kind, _)| *kind == EventKind::MethodChanged).count();
    assert_eq!(renamed, 1);
}

fn removal(n: u32, key: u32) -> RemoveKey {
    let events = vec![event(EventKind::DeviceKeyRemoved)];
    let id = CredentialId::new(format!("dcr_{key}"));
    RemoveKey { user: user_id(n), id, ways: ways(&user(n)), now: NOW, events }
}

async fn the_last_way_in_stays(t: Bench) {
    // Of somebody with an address it is none.
    signed_up(&t, 1).await;
    t.enrol_device_key(enrolment(today(1, 1))).await.unwrap();
    assert_eq!(t.remove_own_device_key(removal(2, 1)).await.unwrap(), KeyRemoved::Gone);
    let no_senders = RemoveKey { ways: WaysIn::default(), ..removal(1, 1) };
    assert_eq!(t.remove_own_device_key(no_senders).await.unwrap(), KeyRemoved::LastWay);
    assert_eq!(t.remove_own_device_key(removal(1, 1)).await.unwrap(), KeyRemoved::Done);
    assert_eq!(t.remove_own_device_key(removal(1, 1)).await.unwrap(), KeyRemoved::Gone);
    // Of somebody without one.
    let nameless = newcomer(3);
    t.insert_user(&nameless, Vec::new()).await.unwrap();
    let removal =
        |key: u32| RemoveKey { user: nameless.id.clone(), ways: ways(&nameless), ..removal(3, key) };
    let theirs = |key: u32| {
        let connection = nameless.identities[0].connection.clone();
        DeviceKey { user: nameless.id.clone(), connection, ..today(3, key) }
    };
    t.enrol_device_key(enrolment(theirs(3))).await.unwrap();
    assert_eq!(t.remove_own_device_key(removal(3)).await.unwrap(), KeyRemoved::LastWay);
    t.enrol_device_key(enrolment(theirs(4))).await.unwrap();
    // It is still there, and signs nobody in.
    let dead = CredentialId::from("dcr_4");
    let mut without = removal(3);
    without.ways.keys.retain(|id| *id != dead);
    assert_eq!(t.remove_own_device_key(without).await.unwrap(), KeyRemoved::LastWay);
    assert!(t.remove_device_key(&dead, NOW, Vec::new()).await.unwrap());
    t.enrol_device_key(enrolment(theirs(5))).await.unwrap();
    assert_eq!(t.remove_own_device_key(removal(3)).await.unwrap(), KeyRemoved::Done);
    assert_eq!(t.remove_own_device_key(removal(5)).await.unwrap(), KeyRemoved::LastWay);
    t.add_passkey(add(&nameless, 1)).await.unwrap();
    assert_eq!(t.remove_own_device_key(removal(5)).await.unwrap(), KeyRemoved::Done);
    let removals =
        history(&*t.store).await.iter().filter(|(kind, _)| *kind == EventKind::DeviceKeyRemoved).count();
    assert_eq!(removals, 3);
}

async fn of_many_removals_at_once_none_takes_the_last_key_or_passkey(t: Bench) {
    let nameless = newcomer(3);
    t.insert_user(&nameless, Vec::new()).await.unwrap();
    let connection = nameless.identities[0].connection.clone();
    for n in [1, 2] {
        let key = DeviceKey { user: nameless.id.clone(), connection: connection.clone(), ..today(3, n) };
        assert_eq!(t.enrol_device_key(enrolment(key)).await.unwrap(), Enrolled::Done);
    }
    let acts: Vec<_> = [1, 2]
        .map(|n| {
            let act = RemoveKey { user: nameless.id.clone(), ways: ways(&nameless), ..removal(3, n) };
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.remove_own_device_key(act).await.unwrap() })
        })
        .into();

    let mut done = Vec::new();
    for act in acts {
        done.push(act.await.unwrap());
    }

    assert_eq!(done.iter().filter(|one| **one == KeyRemoved::LastWay).count(), 1, "{done:?}");
    // A passkey stays beside the key, which ends by itself; the key does not stay beside the passkey.
    t.add_passkey(add(&nameless, 1)).await.unwrap();
    let remove = RemovePasskey {
        user: nameless.id.clone(),
        id: passkey(&nameless, 1).id,
        ways: ways(&nameless),
        events: Vec::new(),
    };
    let store = Arc::clone(&t.store);
    let passkey = tokio::spawn(async move { store.remove_passkey(remove).await.unwrap() });
    let mut left = 0;
    for n in [1, 2] {
        let act = RemoveKey { user: nameless.id.clone(), ways: ways(&nameless), ..removal(3, n) };
        left += usize::from(t.remove_own_device_key(act).await.unwrap() == KeyRemoved::Done);
    }
    assert_eq!((passkey.await.unwrap(), left), (PasskeyRemoved::LastWay, 1));
}

async fn a_key_is_for_an_account_that_its_user_has(t: Bench) {
    signed_up(&t, 1).await;
    let elsewhere = DeviceKey { connection: "elsewhere".into(), ..today(1, 1) };
    assert_eq!(t.enrol_device_key(enrolment(elsewhere)).await.unwrap(), Enrolled::Gone);
    t.enrol_device_key(enrolment(today(1, 2))).await.unwrap();
    assert!(matches!(t.sign_in_by_key(by_key(1, 2, "a")).await.unwrap(), CredentialOutcome::Accepted(_)));
}
