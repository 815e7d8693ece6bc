//! Devices on the account page: those of today and those of Touch ID, renamed, taken away.

use http::Method;
use latchkey_core::model::{EventKind, Strategy};
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{DevicePair, NATIVE, PHONE, SoftDevice};
use serde_json::json;

use crate::notices::told;
use crate::scene::{acts, come_in, common, events, press, server, users};
use crate::support::{Answer, Browser, Form, JSON, TestServer};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The app of the person enrols the key of its device.
pub async fn enrol(server: &TestServer, device: &SoftDevice, name: &str) -> String {
    let tokens = server.t.sign_in(NATIVE, PHONE, "openid").await;
    enrol_by(server, device, name, tokens.id_token.unwrap().expose()).await
}

async fn enrol_by(server: &TestServer, device: &SoftDevice, name: &str, id_token: &str) -> String {
    let mut client = (*server.t.engine.client(&NATIVE.into()).await.unwrap().unwrap()).clone();
    client.grant_types.push(JWT_BEARER.into());
    server.t.engine.save_client(&client).await.unwrap();
    let challenge = challenge(server, "enrol").await;
    let proof = device.enrolment(NATIVE, &challenge, server.t.engine.now().0, (json!({}), json!({})));
    let bearer = format!("Bearer {id_token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
    let body = json!({"name": name, "proof": proof}).to_string();
    let answer = server.request(Method::POST, "/device-keys", &headers, body.as_bytes()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn challenge(server: &TestServer, purpose: &str) -> String {
    let body = json!({"client_id": NATIVE, "purpose": purpose});
    server.post("/device-keys/challenge", body).await.json()["challenge"].as_str().unwrap().to_owned()
}

pub async fn sign_in(server: &TestServer, device: &SoftDevice, key: &str) -> Answer {
    let challenge = challenge(server, "sign_in").await;
    let now = server.t.engine.now().0;
    let assertion = device.assertion((NATIVE, key), &challenge, now, (json!({}), json!({})));
    let body = json!({"grant_type": JWT_BEARER, "client_id": NATIVE, "assertion": assertion});
    server.post("/oauth/token", body).await
}

/// S-069
#[tokio::test]
async fn a_device_is_shown_renamed_and_taken_away() {
    let server = server().await;
    let device = SoftDevice::es256();
    let key = enrol(&server, &device, "Ana<b>s iPhone").await;
    assert_eq!(sign_in(&server, &device, &key).await.status, 200);
    server.t.clock.advance(60);
    let (browser, page) = come_in(&server).await;
    for shown in ["Devices that sign you in", "Ana&#60;b&#62;s iPhone", "Works until", "With a device"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let renamed = press(&browser, &page, "/account/devices/rename", &[("name", " Blue phone ")]).await;
    assert!(renamed.text.contains(">Blue phone</strong>"), "{}", renamed.text);
    for bad in [String::new(), String::from("a\u{202e}b"), "x".repeat(101)] {
        let refused = press(&browser, &renamed, "/account/devices/rename", &[("name", &bad)]).await;
        assert_eq!(refused.status, 400, "{bad:?}");
    }
    let removed = press(&browser, &renamed, "/account/devices/remove", &[]).await;
    assert!(removed.text.contains("Your change is saved."), "{}", removed.text);
    assert!(!removed.text.contains("Devices that sign you in"));
    assert_eq!(sign_in(&server, &device, &key).await.status, 403);
    assert_eq!(acts(&server, EventKind::MethodChanged).await, ["rename_device_key"]);
    assert_eq!(events(&server, EventKind::DeviceKeyRemoved).await.len(), 1);
}

#[tokio::test]
async fn a_device_of_touch_id_is_shown_and_taken_away_and_keeps_its_name() {
    let server = server().await;
    let (_, page) = come_in(&server).await;
    assert!(!page.text.contains("Devices that sign you in"));
    let user = users(&server).await.remove(0);
    let pair = DevicePair::generate(1024, 7);
    let key = latchkey_core::model::DeviceKey {
        id: "dcr_0123456789abcdef".into(),
        user: user.id,
        client: NATIVE.into(),
        connection: "sms".into(),
        name: "Old iPhone".into(),
        device: None,
        public_key: pair.der(),
        fingerprint: pair.fingerprint(),
        algorithm: latchkey_core::model::KeyAlgorithm::Rs256,
        attestation: None,
        created_at: server.t.engine.now(),
        last_used_at: None,
        expires_at: server.t.engine.now().plus(86_400),
    };
    let events = Vec::new();
    let proved_at = key.created_at;
    let act =
        latchkey_core::store::EnrolKey { key, most: 20, proof: None, proved_at, challenge: None, events };
    server.t.engine.store.enrol_device_key(act).await.unwrap();
    server.t.clock.advance(60);
    let (browser, page) = come_in(&server).await;
    for shown in ["Old iPhone", "With Touch ID, in an older app"] {
        assert!(page.text.contains(shown), "{shown}");
    }
    assert!(!page.text.contains("/account/devices/rename"));
    assert_eq!(forged(&browser, &page, "/account/devices/rename", "dcr_0123456789abcdef").await.status, 404);
    let removed = press(&browser, &page, "/account/devices/remove", &[]).await;
    assert!(!removed.text.contains("Old iPhone"));
}

/// A form that the page does not have.
pub async fn forged(browser: &Browser<'_>, page: &Answer, path: &str, id: &str) -> Answer {
    let mut fields = common(page);
    fields.extend([("id", id), ("name", "mine")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

#[tokio::test]
async fn the_device_of_somebody_else_is_not_there() {
    let server = server().await;
    let (device, (browser, page)) = (SoftDevice::es256(), crate::scene::come(&server, "+14155550102").await);
    let key = enrol(&server, &device, "Ana's iPhone").await;
    for id in [key.as_str(), "gone", "a\0b"] {
        for path in ["/account/devices/rename", "/account/devices/remove"] {
            assert_eq!(forged(&browser, &page, path, id).await.status, 404, "{id:?}");
        }
    }
    assert_eq!(sign_in(&server, &device, &key).await.status, 200);
}

/// S-061
#[tokio::test]
async fn devices_change_after_a_fresh_proof_alone() {
    let server = server().await;
    let key = enrol(&server, &SoftDevice::es256(), "Ana's iPhone").await;
    server.t.clock.advance(60);
    let (browser, page) = come_in(&server).await;
    server.t.clock.advance(301);
    assert_eq!(forged(&browser, &page, "/account/devices/remove", &key).await.status, 403);
    let stale = browser.get("/account").await;
    assert!(stale.text.contains("Ana&#39;s iPhone") && !stale.text.contains("/account/devices/remove"));
    let _ = Form::of(&page, "/account/devices/remove");
}

/// S-061: whoever takes access from an application is told which devices that signs out.
#[tokio::test]
async fn the_keys_of_an_application_that_somebody_leaves_end_and_are_told() {
    let server = server().await;
    let device = SoftDevice::es256();
    let key = enrol(&server, &device, "Ana's iPhone").await;
    server.t.clock.advance(60);
    let (browser, page) = come_in(&server).await;
    told(&server).await;
    let left = press(&browser, &page, "/account/apps/leave", &[]).await;
    assert!(left.text.contains("Your change is saved."), "{}", left.text);
    assert_eq!(sign_in(&server, &device, &key).await.status, 403);
    let removed = events(&server, EventKind::DeviceKeyRemoved).await;
    assert_eq!((removed.len(), &removed[0].detail["device_key"]), (1, &json!(key)));
    assert_eq!(removed[0].client, Some(NATIVE.into()));
    let [(to, text)] = told(&server).await.try_into().unwrap();
    assert_eq!(to, PHONE);
    assert_eq!(text, "DeviceKeyRemoved: Ana's iPhone; Firefox on Linux; 2026-11-24 12:01 UTC; en");
}

/// Somebody who signed up by a passkey, which is gone since.
#[tokio::test]
async fn an_application_whose_device_is_the_last_way_in_is_not_left() {
    let server = server().await;
    let options = json!({"authentication_methods": {"passkey": {"enabled": true}}});
    server.t.add_connection("passkeys", Strategy::Database, options).await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 4);
    let body = json!({
        "client_id": NATIVE, "realm": "passkeys", "user_profile": {"email": "ana@example.com", "name": "Ana"},
    });
    let begun = server.post("/passkey/register", body).await.json();
    let made = passkey.create(&begun["authn_params_public_key"], crate::scene::ORIGIN);
    let body = json!({
        "grant_type": "urn:okta:params:oauth:grant-type:webauthn", "client_id": NATIVE, "scope": "openid",
        "auth_session": begun["auth_session"], "authn_response": made,
    });
    let tokens = server.post("/oauth/token", body).await.json();
    enrol_by(&server, &SoftDevice::es256(), "Ana's iPhone", tokens["id_token"].as_str().unwrap()).await;
    let (browser, page) = crate::passkeys::come_by_passkey(&server, &mut passkey).await;
    let user = users(&server).await.remove(0).id;
    server.t.engine.store.delete_passkeys(&user, None, Vec::new()).await.unwrap();
    let refused = press(&browser, &page, "/account/apps/leave", &[]).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(crate::alert(&refused).starts_with("This device is the only way"), "{}", refused.text);
    assert!(events(&server, EventKind::DeviceKeyRemoved).await.is_empty());
}

/// Protocol 4.3: as at `/device-keys`.
#[tokio::test]
async fn one_person_renames_and_removes_so_many_devices_at_once_and_no_more() {
    let t = latchkey_testkit::TestEngine::with(|settings| {
        let device_keys_per_user = latchkey_core::settings::Limits::default().device_keys_per_user;
        settings.limits = latchkey_core::settings::Limits {
            device_keys_per_user,
            ..latchkey_core::settings::Limits::off()
        };
    })
    .await;
    let server = crate::scene::with_passkeys(TestServer::over(t)).await;
    let (browser, page) = come_in(&server).await;
    for path in ["rename", "remove", "remove", "rename", "remove"] {
        let path = format!("/account/devices/{path}");
        assert_eq!(forged(&browser, &page, &path, "gone").await.status, 404);
    }
    for path in ["/account/devices/rename", "/account/devices/remove"] {
        let refused = forged(&browser, &page, path, "gone").await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1"), "{path}");
    }
}
