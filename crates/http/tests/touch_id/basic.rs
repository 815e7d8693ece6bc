//! `/api/v2/device-credentials` as Lock for iOS 1.23 and later calls it: by HTTP Basic (protocol 2.19, 7.2).

use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD};
use http::Method;
use latchkey_testkit::DevicePair;
use serde_json::{Value, json};

use crate::phone::{
    DATABASE, EMAIL, LOCK, NAME, PASSWORD, Phone, RAW, account, by_key, changed, is_refused, limited,
    profile, server, sign_up,
};
use crate::support::{Answer, JSON, TestServer};

const PATH: &str = "/api/v2/device-credentials";
const DEVICE: &str = "E621E1F8-C36C-495A-93FC-0C247A3E6E5F";

fn basic(connection: &str, user: &str, password: &str) -> String {
    let text = format!("{connection}\\{user}:{password}");
    format!("Basic {}", BASE64URL_NOPAD.encode(text.as_bytes()))
}

async fn call(server: &TestServer, auth: &str, method: Method, path: &str, body: Value) -> Answer {
    let headers = [("authorization", auth), ("content-type", JSON)];
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    server.request(method, &format!("{PATH}{path}"), &headers, &bytes).await
}

/// As `A0KeyUploader` uploads a key.
async fn upload(server: &TestServer, auth: &str, pair: &DevicePair, change: Value) -> Answer {
    let body = json!({
        "device_name": NAME, "type": "public_key", "value": BASE64.encode(pair.pem().as_bytes()),
        "device_id": DEVICE, "client_id": LOCK,
    });
    call(server, auth, Method::POST, "", changed(body, change)).await
}

/// P-162, P-163, P-164
#[tokio::test]
async fn lock_lists_deletes_and_uploads_the_key_of_its_device() {
    let server = server().await;
    let (_, user) = account(&server).await;
    let auth = basic(DATABASE, EMAIL, PASSWORD);
    let list = format!("?client_id={LOCK}&type=public_key&user_id={}", user.replace('|', "%7C"));
    let empty = call(&server, &auth, Method::GET, &list, Value::Null).await;
    assert_eq!((empty.status.as_u16(), empty.text.as_str()), (200, "[]"));

    let pair = DevicePair::generate(1024, 7);
    let uploaded = upload(&server, &auth, &pair, json!({})).await;
    assert_eq!(uploaded.status, 201, "{}", uploaded.text);
    let body = uploaded.json();
    let id = body["id"].as_str().unwrap();
    assert!(id.starts_with("dcr_") && id.len() == 20 && body.as_object().unwrap().len() == 1, "{id}");
    assert_eq!(
        uploaded.header("warning"),
        "299 latchkey \"RSA keys of less than 2048 bits are accepted until 2027-06-30\""
    );

    let listed = call(&server, &auth, Method::GET, &list, Value::Null).await.json();
    assert_eq!(
        listed,
        json!([{
            "id": id, "type": "public_key", "user_id": user, "client_id": LOCK, "device_name": NAME,
            "device_id": DEVICE, "fingerprint": pair.fingerprint(), "created_at": "2026-11-24T12:00:00.000Z",
            "expires_at": "2027-11-24T12:00:00.000Z", "algorithm": "RS256",
        }])
    );
    let phone = Phone { pair, user, tokens: Value::Null };
    let tokens = phone.logged_in(&server).await;
    let used = call(&server, &auth, Method::GET, &list, Value::Null).await.json();
    assert_eq!(used[0]["last_used_at"], "2026-11-24T12:00:00.000Z");

    let deleted = call(&server, &auth, Method::DELETE, &format!("/{id}"), Value::Null).await;
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
    is_refused(&phone.log_in(&server).await);
    assert_eq!(profile(&server, &tokens["id_token"]).await.status, 401);
    let again = upload(&server, &auth, &phone.pair, json!({})).await;
    assert_eq!(again.status, 201);
    phone.logged_in(&server).await;
}

/// P-162: either alphabet, with padding or without; a password may hold what separates.
#[tokio::test]
async fn the_header_is_read_in_every_spelling() {
    let server = server().await;
    let password = "a:b\\c??>>~~ü/+";
    sign_up(&server, json!({ "password": password })).await;
    let text = format!("{DATABASE}\\{EMAIL}:{password}");
    for encoded in [
        BASE64URL_NOPAD.encode(text.as_bytes()),
        BASE64URL.encode(text.as_bytes()),
        BASE64.encode(text.as_bytes()),
        BASE64.encode(text.as_bytes()).trim_end_matches('=').to_owned(),
    ] {
        for scheme in ["Basic", "basic"] {
            let auth = format!("{scheme} {encoded}");
            let listed = call(&server, &auth, Method::GET, "", Value::Null).await;
            assert_eq!(listed.status, 200, "{auth} {}", listed.text);
        }
    }
    for bad in ["Basic", "Basic !!!", "Basic YWJj", &format!("Basic {}", BASE64.encode(b"a\\:b")), "Basic "] {
        let refused = call(&server, bad, Method::GET, "", Value::Null).await;
        assert_eq!(refused.status, 400, "{bad} {}", refused.text);
    }
}

/// S-006: wrong is wrong, and counts where it counts at `/oauth/ro`.
#[tokio::test]
async fn a_wrong_password_is_told_alike_and_counted() {
    let server = limited().await;
    account(&server).await;
    let mut texts = Vec::new();
    for (connection, user, password) in [
        (DATABASE, EMAIL, "wrong-password"),
        (DATABASE, "ben@example.com", PASSWORD),
        ("nowhere", EMAIL, PASSWORD),
        ("sms", EMAIL, PASSWORD),
    ] {
        let refused = call(&server, &basic(connection, user, password), Method::GET, "", Value::Null).await;
        assert_eq!(refused.status, 401, "{}", refused.text);
        texts.push(refused.text);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    for _ in 0..9 {
        call(&server, &basic(DATABASE, EMAIL, "wrong-password"), Method::GET, "", Value::Null).await;
    }
    let blocked = call(&server, &basic(DATABASE, EMAIL, PASSWORD), Method::GET, "", Value::Null).await;
    assert_eq!((blocked.status.as_u16(), &blocked.json()["errorCode"]), (429, &json!("too_many_attempts")));
    assert_eq!(crate::phone::log_in(&server, json!({})).await.error().0, 429);
    let engine = &server.t.engine;
    let places = (engine.hashing.take().unwrap(), engine.hashing.take().unwrap());
    let busy = call(&server, &basic(DATABASE, EMAIL, PASSWORD), Method::GET, "", Value::Null).await;
    assert_eq!((busy.status.as_u16(), busy.header("retry-after")), (503, "2"));
    drop(places);
}

/// S-066, S-121: a person sees and touches what is theirs; a name is a label.
#[tokio::test]
async fn people_have_their_own_devices_only() {
    let server = server().await;
    let (_, ana) = account(&server).await;
    let ben = json!({"email": "ben@example.com", "password": "bens-password"});
    sign_up(&server, ben).await;
    let (hers, his) = (basic(DATABASE, EMAIL, PASSWORD), basic(DATABASE, "ben@example.com", "bens-password"));
    let (first, second) = (DevicePair::generate(1024, 7), DevicePair::generate(1024, 8));
    let id = upload(&server, &hers, &first, json!({})).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(upload(&server, &hers, &second, json!({"device_id": "another"})).await.status, 201);

    let listed = call(&server, &his, Method::GET, "", Value::Null).await;
    assert_eq!(listed.text, "[]");
    let other =
        call(&server, &his, Method::GET, &format!("?user_id={}", ana.replace('|', "%7C")), Value::Null).await;
    assert_eq!((other.status.as_u16(), other.text.as_str()), (200, "[]"));
    assert_eq!(call(&server, &his, Method::DELETE, &format!("/{id}"), Value::Null).await.status, 204);
    // Two phones of one name, and both sign in.
    for pair in [&first, &second] {
        let now = latchkey_core::Clock::now(&*server.t.clock).0;
        let jwt = pair.jwt(RAW, now, json!({ "iss": ana }));
        assert_eq!(by_key(&server, &jwt, json!({})).await.status, 200);
    }
    let all = call(&server, &hers, Method::GET, "", Value::Null).await.json();
    let keys = all.as_array().unwrap().iter().filter(|one| one["type"] == "public_key").count();
    assert_eq!(keys, 2);
    let managed = server.get("/api/v2/users", &[("authorization", hers.as_str())]).await;
    assert_eq!(managed.status, 400, "{}", managed.text);
}

/// S-063, S-167, and the names of what is wrong.
#[tokio::test]
async fn what_cannot_be_a_key_of_a_device_is_refused_by_its_name() {
    let server = server().await;
    account(&server).await;
    let auth = basic(DATABASE, EMAIL, PASSWORD);
    let pair = DevicePair::generate(1024, 7);
    let short = BASE64.encode(&DevicePair::generate(1000, 3).der());
    for (change, text) in [
        (json!({"device_name": null}), "device_name"),
        (json!({"device_name": ""}), "device_name"),
        (json!({"device_name": "x".repeat(101)}), "device_name"),
        (json!({"device_name": "a\u{202e}b"}), "device_name"),
        (json!({"device_name": "a\u{0}"}), "device_name"),
        (json!({"device_id": "x".repeat(101)}), "device_id"),
        (json!({"device_id": "\u{0}"}), "device_id"),
        (json!({"device_id": ""}), "device_id"),
        (json!({"type": "refresh_token"}), "type"),
        (json!({"value": "not base64 !!"}), "value"),
        (json!({ "value": short }), "value"),
        (json!({"value": "x".repeat(20_000)}), "value"),
        (json!({"client_id": null}), "client_id"),
        (json!({"unknown": 1}), "unknown"),
    ] {
        let refused = upload(&server, &auth, &pair, change.clone()).await;
        let body = refused.json();
        assert_eq!((refused.status.as_u16(), &body["errorCode"]), (400, &json!("invalid_body")), "{change}");
        assert!(body["message"].as_str().unwrap().contains(text), "{change} {body}");
    }
    let strong = DevicePair::generate(2048, 7);
    for client in ["nobody", "native", "a\u{0}", &"x".repeat(300)] {
        let refused = upload(&server, &auth, &strong, json!({ "client_id": client })).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["errorCode"]),
            (403, &json!("feature_not_enabled"))
        );
    }
    for n in 0..20 {
        assert_eq!(upload(&server, &auth, &pair, json!({"device_id": format!("d{n}")})).await.status, 201);
    }
    let full = upload(&server, &auth, &pair, json!({"device_id": "one more"})).await;
    assert_eq!((full.status.as_u16(), &full.json()["errorCode"]), (400, &json!("operation_not_supported")));
    assert_eq!(upload(&server, &auth, &pair, json!({"device_id": "d3"})).await.status, 201);
}

#[tokio::test]
async fn one_user_enrols_at_a_pace() {
    let server = limited().await;
    account(&server).await;
    let auth = basic(DATABASE, EMAIL, PASSWORD);
    let pair = DevicePair::generate(1024, 7);
    for _ in 0..5 {
        assert_eq!(upload(&server, &auth, &pair, json!({})).await.status, 201);
    }
    assert_eq!(upload(&server, &auth, &pair, json!({})).await.status, 429);
}
