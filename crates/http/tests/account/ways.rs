//! What counts as a way into an account, and as more than a code: only what works now.

use latchkey_core::model::{Client, ClientKind, DeviceKey, KeyAlgorithm, Strategy};
use latchkey_core::store::EnrolKey;
use latchkey_testkit::{DevicePair, NATIVE, PHONE, SPA, SoftDevice};
use serde_json::{Value, json};

use crate::devices::{enrol, forged};
use crate::passkeys::{add as add_passkey, come_by_passkey};
use crate::scene::{come_in, press, server, set_tenant, users};
use crate::support::TestServer;

const PASSKEY: &str = "This passkey is the only way into your account";
const DEVICE: &str = "This device is the only way into your account";

/// The options of the connection from now on.
async fn set_options(server: &TestServer, options: Value) {
    server.t.add_connection("sms", Strategy::Sms, options).await;
}

async fn change_client(server: &TestServer, id: &str, change: impl FnOnce(&mut Client)) {
    let mut client = (*server.t.engine.client(&id.into()).await.unwrap().unwrap()).clone();
    change(&mut client);
    server.t.engine.save_client(&client).await.unwrap();
}

/// Nothing sends codes any more.
async fn stop_codes(server: &TestServer) {
    let mut sms = (*server.t.engine.connection("sms").await.unwrap().unwrap()).clone();
    sms.options.insert(String::from("provider"), json!("broken"));
    server.t.engine.store.put_connection(&sms).await.unwrap();
    server.t.engine.directory.forget();
}

/// The passkey as if it had been made for another domain.
async fn move_passkey(server: &TestServer, at: usize, domain: &str) {
    let store = &server.t.engine.store;
    let user = users(server).await[0].id.clone();
    let passkey = store.list_passkeys(&user).await.unwrap().remove(at);
    store.delete_passkeys(&user, Some(&passkey.id), Vec::new()).await.unwrap();
    let passkey = latchkey_core::model::Passkey { relying_party: domain.into(), ..passkey };
    let proved_at = server.t.engine.now();
    let add = latchkey_core::store::AddPasskey { passkey, proved_at, most: 20, events: Vec::new() };
    store.add_passkey(add).await.unwrap();
}

#[tokio::test]
async fn a_passkey_of_a_domain_of_before_is_no_way_in() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let (page, _) = add_passkey(&browser, &page, 1).await;
    add_passkey(&browser, &page, 2).await;
    move_passkey(&server, 1, "old.example").await;
    stop_codes(&server).await;
    let page = browser.get("/account").await;
    assert_eq!(page.text.matches(PASSKEY).count(), 1, "the one that works: {}", page.text);
    let ids: Vec<String> = {
        let user = users(&server).await[0].id.clone();
        let all = server.t.engine.store.list_passkeys(&user).await.unwrap();
        all.iter().map(|one| one.id.as_str().to_owned()).collect()
    };
    assert_eq!(forged(&browser, &page, "/account/passkeys/remove", &ids[0]).await.status, 409);
    let after = press(&browser, &page, "/account/passkeys/remove", &[("id", &ids[1])]).await;
    assert!(after.text.contains("Your change is saved."), "{}", after.text);
}

/// Codes are refused beside the passkey, and no application takes it: it is in the way, and leads nowhere.
#[tokio::test]
async fn where_codes_are_refused_a_passkey_that_no_application_takes_is_no_way_in() {
    for refused in [false, true] {
        let server = server().await;
        enrol(&server, &SoftDevice::es256(), "Ana's iPhone").await;
        server.t.clock.advance(61);
        let (browser, page) = come_in(&server).await;
        let (_, mut passkey) = add_passkey(&browser, &page, 1).await;
        let beside = if refused { "refused" } else { "same" };
        let options = json!({
            "authentication_methods": {"passkey": {"enabled": true}},
            "latchkey": {"codes_beside_passkeys": beside},
        });
        set_options(&server, options).await;
        for client in server.t.engine.store.list_clients(&Default::default()).await.unwrap() {
            change_client(&server, client.id.as_str(), |client| {
                client.grant_types.retain(|grant| grant != latchkey_wire::token::WEBAUTHN);
            })
            .await;
        }
        let (_, page) = come_by_passkey(&server, &mut passkey).await;
        assert_eq!(page.text.contains(DEVICE), refused, "{}", page.text);
        assert!(!page.text.contains(PASSKEY), "without it, codes work: {}", page.text);
    }
}

/// An expired key is there until the sweep, and so is one that an operator's limit ended.
#[tokio::test]
async fn a_key_that_signs_nobody_in_any_more_is_no_way_in() {
    for ended in ["", "days", "grant", "connection", "switched off"] {
        let server = server().await;
        enrol(&server, &SoftDevice::ed25519(1), "Old phone").await;
        server.t.clock.advance(3 * 86_400);
        let second = enrol(&server, &SoftDevice::ed25519(2), "New phone").await;
        server.t.clock.advance(61);
        let (browser, page) = come_in(&server).await;
        match ended {
            "days" => set_tenant(&server, json!({"device_keys": {"enabled": true, "max_age_days": 2}})).await,
            "grant" => enrol_elsewhere(&server).await,
            "connection" => {
                enrol_elsewhere(&server).await;
                let client = json!("urn:ietf:params:oauth:grant-type:jwt-bearer");
                change_client(&server, SPA, |spa| {
                    spa.kind = ClientKind::Native;
                    spa.grant_types.push(client.as_str().unwrap().to_owned());
                })
                .await;
                let mut sms = (*server.t.engine.connection("sms").await.unwrap().unwrap()).clone();
                sms.enabled_clients.retain(|client| client.as_str() != SPA);
                server.t.engine.store.put_connection(&sms).await.unwrap();
                server.t.engine.directory.forget();
            }
            "switched off" => {
                set_tenant(&server, json!({"device_keys": {"enabled": false}})).await;
            }
            _ => {}
        }
        if matches!(ended, "grant" | "connection") {
            let user = users(&server).await[0].id.clone();
            let filter = latchkey_core::store::DeviceKeyFilter { user: Some(user), client: None };
            let keys = server.t.engine.store.list_device_keys(&filter, 9).await.unwrap();
            let old = keys.iter().find(|key| key.name == "Old phone").unwrap();
            server
                .t
                .engine
                .store
                .remove_device_key(&old.id, server.t.engine.now(), Vec::new())
                .await
                .unwrap();
        }
        stop_codes(&server).await;
        let refused = forged(&browser, &page, "/account/devices/remove", &second).await;
        let expected = if ended.is_empty() { 303 } else { 409 };
        assert_eq!(refused.status.as_u16(), expected, "{ended}: {}", refused.text);
        assert_eq!(refused.text.contains(DEVICE), !ended.is_empty(), "{ended}");
    }
}

/// To leave an application takes its devices away with all else: not where one of them is all there is.
#[tokio::test]
async fn an_application_whose_device_is_the_last_way_in_is_not_left() {
    let server = server().await;
    enrol(&server, &SoftDevice::es256(), "Ana's iPhone").await;
    server.t.clock.advance(61);
    let (browser, page) = come_in(&server).await;
    let (page, _) = add_passkey(&browser, &page, 1).await;
    stop_codes(&server).await;
    let user = users(&server).await[0].id.clone();
    let passkey = server.t.engine.store.list_passkeys(&user).await.unwrap().remove(0);
    server.t.engine.store.delete_passkeys(&user, None, Vec::new()).await.unwrap();
    let refused = press(&browser, &page, "/account/apps/leave", &[("client", NATIVE)]).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains(DEVICE), "{}", refused.text);
    let proved_at = server.t.engine.now();
    let add = latchkey_core::store::AddPasskey { passkey, proved_at, most: 20, events: Vec::new() };
    server.t.engine.store.add_passkey(add).await.unwrap();
    let left = press(&browser, &page, "/account/apps/leave", &[("client", NATIVE)]).await;
    assert!(left.text.contains("Your change is saved."), "{}", left.text);
}

/// A key of the person at a client that has no grant for it.
async fn enrol_elsewhere(server: &TestServer) {
    let user = users(server).await[0].id.clone();
    let now = server.t.engine.now();
    let key = DeviceKey {
        id: "dcr_elsewhere0000000".into(),
        user,
        client: SPA.into(),
        connection: "sms".into(),
        name: "Elsewhere".into(),
        device: None,
        public_key: br#"{"kty":"EC"}"#.to_vec(),
        fingerprint: "elsewhere".into(),
        algorithm: KeyAlgorithm::Es256,
        attestation: None,
        created_at: now,
        last_used_at: None,
        expires_at: now.plus(86_400),
    };
    keep(server, key).await;
}

async fn keep(server: &TestServer, key: DeviceKey) {
    let (proved_at, events) = (key.created_at, Vec::new());
    let act = EnrolKey { key, most: 20, proof: None, proved_at, challenge: None, events };
    server.t.engine.store.enrol_device_key(act).await.unwrap();
}

/// Decision 30: a key or a passkey that signs nobody in keeps no code out, and no person from their account.
#[tokio::test]
async fn what_signs_nobody_in_keeps_no_code_out() {
    for (left, has_more) in [
        ("", true),
        ("passkeys of the connection", false),
        ("grant of the device", false),
        ("Touch ID", false),
    ] {
        let server = server().await;
        match left {
            "Touch ID" => {
                server.t.sign_in(NATIVE, PHONE, "openid").await;
                let pair = DevicePair::generate(1024, 7);
                let now = server.t.engine.now();
                let user = users(&server).await[0].id.clone();
                keep(
                    &server,
                    DeviceKey {
                        id: "dcr_0123456789abcdef".into(),
                        user,
                        client: NATIVE.into(),
                        connection: "sms".into(),
                        name: "Old iPhone".into(),
                        device: None,
                        public_key: pair.der(),
                        fingerprint: pair.fingerprint(),
                        algorithm: KeyAlgorithm::Rs256,
                        attestation: None,
                        created_at: now,
                        last_used_at: None,
                        expires_at: now.plus(86_400),
                    },
                )
                .await;
            }
            "grant of the device" => {
                enrol(&server, &SoftDevice::es256(), "Ana's iPhone").await;
                change_client(&server, NATIVE, |client| {
                    client.grant_types.retain(|grant| !grant.ends_with("jwt-bearer"));
                })
                .await;
            }
            _ => {
                let (browser, page) = come_in(&server).await;
                add_passkey(&browser, &page, 1).await;
            }
        }
        let on = left != "passkeys of the connection";
        set_options(
            &server,
            json!({
                "authentication_methods": {"passkey": {"enabled": on}},
                "latchkey": {"codes_beside_passkeys": "refused"},
            }),
        )
        .await;
        server.t.clock.advance(61);
        server.t.start(NATIVE, PHONE).await.unwrap();
        let body = json!({
            "grant_type": "http://auth0.com/oauth/grant-type/passwordless/otp", "client_id": NATIVE,
            "realm": "sms", "username": PHONE, "otp": server.t.code(),
        });
        let traded = server.post("/oauth/token", body).await;
        assert_eq!(traded.status.as_u16(), if has_more { 403 } else { 200 }, "{left}: {}", traded.text);
        if !has_more {
            server.t.clock.advance(61);
            let (_, page) = come_in(&server).await;
            assert!(page.text.contains("<form"), "{left}: {}", page.text);
        }
    }
}
