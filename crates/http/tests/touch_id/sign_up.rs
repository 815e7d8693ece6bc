//! `/dbconnections/signup` (protocol 2.21).

use latchkey_core::model::{Address, ClientKind, Strategy};
use latchkey_testkit::NATIVE;
use serde_json::{Value, json};

use crate::phone::{
    DATABASE, EMAIL, LOCK, PASSWORD, history, limited, log_in, open_database, server, sign_up,
};
use crate::support::Answer;

fn failure(answer: &Answer) -> (u16, String, String) {
    let body = answer.json();
    assert_eq!(body["statusCode"], answer.status.as_u16(), "{}", answer.text);
    assert!(body["name"].is_string(), "{}", answer.text);
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), text("code"), text("description"))
}

#[tokio::test]
async fn who_signs_up_gets_the_recorded_answer_and_an_account_that_nobody_has_proved() {
    let server = server().await;
    let answer = sign_up(&server, json!({"email": "Ana@Example.com"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("cache-control").contains("no-store"));
    let body = answer.json();
    let names: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(names, ["_id", "email", "email_verified"]);
    assert_eq!((&body["email"], &body["email_verified"]), (&json!(EMAIL), &json!(false)));
    let address = Address::from_canonical(EMAIL);
    let user = server.t.engine.store.find_user_by_address(DATABASE, &address).await.unwrap().unwrap();
    assert_eq!(user.id.as_str(), format!("auth0|{}", body["_id"].as_str().unwrap()));
    assert_eq!(user.identities[0].verified_at, None);
    let form = format!(
        "client_id={LOCK}&email=ben%40example.com&password={PASSWORD}&connection={DATABASE}&username=ben"
    );
    assert_eq!(server.form("/dbconnections/signup", &form).await.status, 200);
}

/// S-006: an address that is taken is answered like a new one; Auth0's answer comes back by a switch.
#[tokio::test]
async fn a_taken_address_does_not_show_unless_the_connection_tells() {
    let server = server().await;
    let first = sign_up(&server, json!({})).await;
    assert_eq!(server.t.computed(), 1);
    let second = sign_up(&server, json!({"password": "another-password"})).await;
    assert_eq!(server.t.computed(), 2);
    assert_eq!((first.status, second.status), (second.status, first.status));
    let masked = |answer: &Answer| {
        let mut body = answer.json();
        assert_eq!(body["_id"].as_str().unwrap().len(), 24);
        body["_id"] = json!("");
        body
    };
    assert_eq!(masked(&first), masked(&second));
    assert_ne!(first.json()["_id"], second.json()["_id"]);
    let headers = |answer: &Answer| {
        let mut names: Vec<String> = answer.headers.keys().map(|name| name.to_string()).collect();
        names.sort();
        names
    };
    assert_eq!(headers(&first), headers(&second));
    assert_eq!(history(&server).await, ["fs", "ss"]);
    // Nothing was overwritten.
    assert_eq!(log_in(&server, json!({"password": "another-password"})).await.status, 401);
    assert_eq!(log_in(&server, json!({})).await.status, 200);

    open_database(&server.t, json!({"latchkey": {"auth0_oracles": true}})).await;
    let told = failure(&sign_up(&server, json!({})).await);
    assert_eq!(told, (400, "user_exists".into(), "The user already exists.".into()));
}

#[tokio::test]
async fn what_cannot_sign_up_is_refused_in_the_shape_of_databases() {
    let server = server().await;
    for (change, status, code, text) in [
        (json!({"email": null}), 400, "invalid_signup", "missing email parameter"),
        (json!({"password": null}), 400, "invalid_signup", "missing password parameter"),
        (json!({"connection": null}), 400, "invalid_signup", "missing connection parameter"),
        (json!({"client_id": null}), 400, "invalid_signup", "missing client_id parameter"),
        (json!({"email": "ana"}), 400, "invalid_signup", "Invalid email address"),
        (json!({"email": "a\u{0}@example.com"}), 400, "invalid_signup", "email parameter is malformed"),
        (json!({"email": ["a"]}), 400, "invalid_signup", "email parameter must be a string"),
        (json!({"password": "short"}), 400, "invalid_password", "Password is too weak"),
        (json!({"password": "x".repeat(257)}), 400, "invalid_password", "Password is too weak"),
        (json!({"password": "long enough\u{0}"}), 400, "invalid_password", "Password is too weak"),
        (json!({"connection": "nowhere"}), 400, "invalid_signup", "the connection was not found"),
        (json!({"connection": "a\u{0}"}), 400, "invalid_signup", "connection parameter is malformed"),
        (json!({"connection": "sms"}), 400, "invalid_signup", "the connection was disabled"),
        (json!({"client_id": "nobody"}), 403, "unauthorized_client", "invalid client"),
        (json!({"client_id": "a\u{0}"}), 403, "unauthorized_client", "invalid client"),
    ] {
        let refused = failure(&sign_up(&server, change.clone()).await);
        assert_eq!(refused, (status, code.into(), text.into()), "{change}");
    }
    let modern = sign_up(&server, json!({"client_id": NATIVE})).await.error();
    assert_eq!(modern.2, "OIDC conformant clients cannot use /dbconnections/signup");
    server.t.add_client("plain", ClientKind::Native, None, |client| client.oidc_conformant = false).await;
    let off = failure(&sign_up(&server, json!({"client_id": "plain"})).await);
    assert_eq!((off.0, off.1.as_str()), (404, "endpoint_disabled"));
    server.t.add_connection("sms", Strategy::Sms, json!({})).await;
    let sms = failure(&sign_up(&server, json!({"connection": "sms"})).await);
    assert_eq!(sms.2, "specified strategy does not support requested operation");
    open_database(&server.t, json!({"disable_signup": true})).await;
    let closed = failure(&sign_up(&server, json!({})).await);
    assert_eq!(closed, (400, "invalid_signup".into(), "Public signup is disabled".into()));
    assert!(history(&server).await.is_empty());
    let other =
        server.post("/dbconnections/change_password", json!({"client_id": LOCK, "email": EMAIL})).await;
    assert_eq!((other.status.as_u16(), other.error().1.as_str()), (404, "endpoint_disabled"));
}

#[tokio::test]
async fn one_address_signs_up_only_so_many() {
    let server = limited().await;
    for n in 0..50 {
        let answer = sign_up(&server, json!({"email": format!("user{n}@example.com")})).await;
        assert_eq!(answer.status, 200, "{n} {}", answer.text);
    }
    let refused = sign_up(&server, json!({"email": "one-more@example.com"})).await;
    assert_eq!((refused.status.as_u16(), refused.error().1.as_str()), (429, "too_many_requests"));
    assert_ne!(refused.header("retry-after"), "");
    let codes: Vec<String> = history(&server).await;
    assert_eq!(codes.len(), 50);
}

/// A password is nowhere in clear, and its hash is sealed.
#[tokio::test]
async fn a_stored_password_can_be_read_by_nobody() {
    let server = server().await;
    sign_up(&server, json!({})).await;
    let address = Address::from_canonical(EMAIL);
    let kept = server.t.engine.store.find_password(DATABASE, &address).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&kept.hash.0).contains("argon2"));
    let context = latchkey_core::model::Password::context(&kept.user, DATABASE);
    let hash = server.t.engine.vault.open_text(&context, &kept.hash).unwrap();
    assert!(hash.expose().starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{}", hash.expose());
    let other = latchkey_core::model::Password::context(&kept.user, "other");
    assert!(server.t.engine.vault.open_text(&other, &kept.hash).is_err());
    let value: Value = json!(format!("{kept:?}"));
    assert!(!value.as_str().unwrap().contains(PASSWORD));
}
