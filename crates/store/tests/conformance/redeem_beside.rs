//! A right code of somebody who has something stronger.

use latchkey_core::model::{
    ClientId, CredentialId, DEVICE_KEY_LIFE, DeviceKey, EventKind, KeyAlgorithm, KeyRule, Passkey, PasskeyId,
    User,
};
use latchkey_core::store::{AddPasskey, EnrolKey, Enrolled, PasskeyAdded, Redeem, Redeemed, Stronger};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{CLIENT, NOW, client_id, family, hash, open, redeem, send, user, user_id};

on_every_engine![
    a_code_beside_a_passkey_is_told_or_refused,
    a_code_beside_a_key_of_the_client_is_told_until_the_key_ends,
    what_was_enrolled_before_the_address_was_proved_stops_nobody,
];

const DOMAIN: &str = "login.example";

fn beside(refuse: bool) -> Redeem {
    let stronger = Some(stronger(refuse));
    Redeem { stronger, refresh: Some((family(1, 1), hash(1))), ..redeem(1) }
}

fn stronger(refuse: bool) -> Stronger {
    let keys = KeyRule {
        client: client_id(CLIENT),
        now: NOW,
        life: Some(DEVICE_KEY_LIFE),
        touch_id_bits: Some(0),
        connections: vec!["sms".into()],
        databases: vec!["sms".into()],
    };
    Stronger {
        relying_party: DOMAIN.into(),
        passkeys: vec!["sms".into()],
        passkeys_elsewhere: Vec::new(),
        keys,
        refuse,
    }
}

fn passkey_of(user: &User, domain: &str) -> AddPasskey {
    let identity = user.primary().unwrap();
    let passkey = Passkey {
        id: PasskeyId::new(format!("passkey|dev_{domain}")),
        credential_id: domain.as_bytes().to_vec(),
        user: user.id.clone(),
        user_handle: vec![3; 64],
        connection: identity.connection.clone(),
        provider_user_id: identity.provider_user_id.clone(),
        relying_party: domain.into(),
        public_key: vec![1],
        counter: 0,
        backup_eligible: true,
        backed_up: true,
        user_verified: true,
        transports: Vec::new(),
        aaguid: None,
        name: "phone".into(),
        user_agent: None,
        created_at: NOW,
        used_at: None,
    };
    AddPasskey { passkey, proved_at: NOW, most: 3, events: Vec::new() }
}

fn key_of(client: ClientId) -> EnrolKey {
    let key = DeviceKey {
        id: CredentialId::new("dcr_1"),
        user: user_id(1),
        client,
        connection: user(1).primary().unwrap().connection.clone(),
        name: "phone".into(),
        device: None,
        public_key: vec![0, 255, 1],
        fingerprint: "aa:bb".into(),
        created_at: NOW,
        algorithm: KeyAlgorithm::Es256,
        attestation: None,
        last_used_at: None,
        expires_at: NOW.plus(DEVICE_KEY_LIFE),
    };
    EnrolKey { key, most: 3, proof: None, proved_at: NOW, challenge: None, events: Vec::new() }
}

async fn weaker(t: &Bench, redeem: Redeem) -> bool {
    match t.redeem_challenge(redeem).await.unwrap() {
        Redeemed::Accepted { weaker, .. } => weaker,
        outcome => panic!("{outcome:?}"),
    }
}

async fn a_code_beside_a_passkey_is_told_or_refused(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    t.add_passkey(passkey_of(&user(1), "login.other")).await.unwrap();
    send(&*t, open(1)).await;
    assert!(!weaker(&t, beside(true)).await, "a passkey of another domain cannot be used here");
    assert_eq!(t.add_passkey(passkey_of(&user(1), DOMAIN)).await.unwrap(), PasskeyAdded::Done);
    send(&*t, open(1)).await;
    assert!(!weaker(&t, Redeem { refresh: None, ..redeem(1) }).await, "nobody asked");
    let none = |stronger| Stronger { passkeys: Vec::new(), ..stronger };
    let asked = Redeem { refresh: None, ..beside(true) };
    send(&*t, open(1)).await;
    let without = Redeem { stronger: asked.stronger.clone().map(none), ..asked.clone() };
    assert!(!weaker(&t, without).await, "there are no passkeys any more");
    let elsewhere =
        |stronger: Stronger| Stronger { passkeys_elsewhere: stronger.passkeys.clone(), ..none(stronger) };
    send(&*t, open(1)).await;
    let without = Redeem { stronger: asked.stronger.clone().map(elsewhere), ..asked };
    assert!(weaker(&t, without).await, "told, and refused at the others alone");

    send(&*t, open(1)).await;
    let told = Redeem { refresh: Some((family(1, 2), hash(2))), ..beside(false) };
    assert!(weaker(&t, told).await);
    let events = t.list_events(&Default::default(), &Default::default()).await.unwrap();
    let last = events.iter().find(|event| event.detail.contains_key("weaker")).unwrap();
    assert_eq!(last.kind, EventKind::SignedIn);

    send(&*t, open(1)).await;
    let refused = Redeem { refresh: Some((family(1, 3), hash(3))), ..beside(true) };
    assert_eq!(t.redeem_challenge(refused.clone()).await.unwrap(), Redeemed::Weaker { user: user_id(1) });
    assert!(t.find_refresh_family(&hash(3), NOW).await.unwrap().is_none());
    assert_eq!(t.redeem_challenge(refused).await.unwrap(), Redeemed::Replayed, "the code is used up");
    assert_eq!(t.list_passkeys(&user_id(1)).await.unwrap().len(), 2, "no code takes a passkey away");
}

async fn a_code_beside_a_key_of_the_client_is_told_until_the_key_ends(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    assert!(matches!(t.enrol_device_key(key_of(ClientId::from("another"))).await.unwrap(), Enrolled::Done));
    let asked = || Redeem { refresh: None, ..beside(false) };
    send(&*t, open(1)).await;
    assert!(!weaker(&t, asked()).await, "it signs in elsewhere only");
    let mut own = key_of(client_id(CLIENT));
    own.key.id = CredentialId::new("dcr_2");
    assert!(matches!(t.enrol_device_key(own).await.unwrap(), Enrolled::Done));
    send(&*t, open(1)).await;
    assert!(weaker(&t, asked()).await);
    let rule = stronger(false).keys;
    for keys in [
        KeyRule { life: None, ..rule.clone() },
        KeyRule { life: Some(0), ..rule.clone() },
        KeyRule { now: NOW.plus(DEVICE_KEY_LIFE), ..rule.clone() },
        KeyRule { connections: vec!["other".into()], ..rule.clone() },
    ] {
        let stronger = Some(Stronger { keys, ..stronger(false) });
        send(&*t, open(1)).await;
        assert!(!weaker(&t, Redeem { stronger, ..asked() }).await, "it signs nobody in any more");
    }
    t.remove_device_key(&CredentialId::new("dcr_2"), NOW, Vec::new()).await.unwrap();
    let mut legacy = key_of(client_id(CLIENT));
    (legacy.key.id, legacy.key.algorithm) = (CredentialId::new("dcr_3"), KeyAlgorithm::Rs256);
    assert!(matches!(t.enrol_device_key(legacy).await.unwrap(), Enrolled::Done));
    send(&*t, open(1)).await;
    assert!(weaker(&t, asked()).await, "Touch ID");
    for keys in [
        KeyRule { touch_id_bits: None, ..rule.clone() },
        KeyRule { touch_id_bits: Some(1024), ..rule.clone() },
        KeyRule { databases: Vec::new(), ..rule.clone() },
    ] {
        let stronger = Some(Stronger { keys, ..stronger(false) });
        send(&*t, open(1)).await;
        assert!(!weaker(&t, Redeem { stronger, ..asked() }).await, "its client has the grants no more");
    }
    t.remove_device_key(&CredentialId::new("dcr_3"), NOW, Vec::new()).await.unwrap();
    send(&*t, open(1)).await;
    assert!(!weaker(&t, asked()).await, "it is gone");
}

async fn what_was_enrolled_before_the_address_was_proved_stops_nobody(t: Bench) {
    let mut unproved = user(1);
    unproved.identities[0].verified_at = None;
    t.insert_user(&unproved, Vec::new()).await.unwrap();
    t.add_passkey(passkey_of(&unproved, DOMAIN)).await.unwrap();
    send(&*t, open(1)).await;
    assert!(!weaker(&t, beside(true)).await, "it was a stranger's, maybe, and is gone now");
    assert!(t.list_passkeys(&user_id(1)).await.unwrap().is_empty());
}
