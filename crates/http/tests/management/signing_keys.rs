//! The keys that sign tokens, as tools see and turn them.

use http::Method;
use latchkey_testkit::NATIVE;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::tool::{Tool, failure, server};

const PATH: &str = "/keys/signing";

async fn published(server: &TestServer) -> Vec<String> {
    let jwks = server.get("/.well-known/jwks.json", &[]).await.json();
    jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn by_state(tool: &Tool<'_>, state: &str) -> Value {
    let list = tool.get(&format!("{PATH}?include_totals=true")).await.json();
    let found = list.as_array().unwrap().iter().find(|key| key[state] == true);
    found.unwrap_or_else(|| panic!("{state}: {list}")).clone()
}

/// M-036
#[tokio::test]
async fn keys_take_turns_and_the_old_one_stays_published_until_it_is_revoked() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (old, next) = (by_state(&tool, "current").await, by_state(&tool, "next").await);
    assert!(old["cert"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"), "{old}");
    assert!(old["pkcs7"].as_str().unwrap().starts_with("-----BEGIN PKCS7-----\n"), "{old}");
    assert_eq!(old["fingerprint"].as_str().unwrap().replace(':', ""), old["thumbprint"]);
    assert_eq!(old["thumbprint"].as_str().unwrap().len(), 40);
    assert!(old["current_since"].is_string() && old.get("current_until").is_none(), "{old}");
    let path = format!("{PATH}/{}", old["kid"].as_str().unwrap());
    assert_eq!(tool.get(&path).await.json(), old);

    let refused = tool.call(Method::PUT, &format!("{path}/revoke"), None).await;
    assert_eq!(failure(&refused).1, json!("operation_not_supported"));
    server.t.clock.advance(10);
    let rotated = tool.call(Method::POST, &format!("{PATH}/rotate"), None).await;
    assert_eq!(rotated.status, 201, "{}", rotated.text);
    assert_eq!(rotated.json(), json!({"kid": next["kid"], "cert": next["cert"]}));
    let current = by_state(&tool, "current").await;
    assert_eq!(current["kid"], next["kid"]);
    let previous = by_state(&tool, "previous").await;
    assert_eq!((&previous["kid"], &previous["current_until"]), (&old["kid"], &current["current_since"]));
    let kid = old["kid"].as_str().unwrap().to_owned();
    assert!(published(&server).await.contains(&kid));

    let revoked = tool.call(Method::PUT, &format!("{path}/revoke"), None).await;
    // The token that it signed is gone with it, this tool's too.
    assert_eq!((revoked.status.as_u16(), &revoked.json()["kid"]), (200, &json!(kid)));
    assert!(!published(&server).await.contains(&kid));
    assert_eq!(tool.get(PATH).await.status, 401);
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get(&path).await.json()["revoked"], true);
    let unknown = tool.get(&format!("{PATH}/none")).await;
    assert_eq!((failure(&unknown).0, failure(&unknown).1), (404, json!("inexistent_signing_key")));
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    for (act, on) in [("rotate signing key", &current["kid"]), ("revoke signing key", &old["kid"])] {
        let told = events.iter().find(|event| event.detail.get("act") == Some(&json!(act)));
        assert_eq!(told.and_then(|event| event.detail.get("on")), Some(on), "{act}");
    }
}

/// M-004, M-036
#[tokio::test]
async fn five_rotations_a_day_are_enough_and_need_both_scopes() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = format!("{PATH}/rotate");
    for scope in ["create:signing_keys", "update:signing_keys", "read:signing_keys"] {
        let half = Tool::of(&server, scope).await;
        assert_eq!(failure(&half.call(Method::POST, &path, None).await).0, 403, "{scope}");
    }
    for _ in 0..5 {
        assert_eq!(tool.call(Method::POST, &path, None).await.status, 201);
    }
    let refused = tool.call(Method::POST, &path, None).await;
    assert_eq!(failure(&refused).1, json!("too_many_requests"));
    assert_eq!(refused.header("retry-after"), "86400");
    let reset = server.t.engine.now().plus(86_400).0.to_string();
    let told = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    assert_eq!(told.map(|name| refused.header(name)), ["5", "0", reset.as_str()]);
    server.t.clock.advance(86_400);
    let tool = Tool::new(&server).await;
    assert_eq!(tool.call(Method::POST, &path, None).await.status, 201);
}

/// M-014, M-036
#[tokio::test]
async fn clients_show_the_key_that_signs_to_those_who_may_read_keys() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let current = by_state(&tool, "current").await;
    let client = tool.get(&format!("/clients/{NATIVE}")).await.json();
    let keys = json!([{"cert": current["cert"], "pkcs7": current["pkcs7"], "subject": "deprecated"}]);
    assert_eq!(client["signing_keys"], keys);
    let reader = Tool::of(&server, "read:clients").await;
    assert_eq!(reader.get(&format!("/clients/{NATIVE}")).await.json().get("signing_keys"), None);
}

/// Ours: keys of the other kinds take turns, too.
#[tokio::test]
async fn a_rotation_names_the_kind_of_key() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let rotate = "/keys/signing/rotate?alg=";
    let none = tool.call(Method::POST, &format!("{rotate}ES256"), None).await;
    assert_eq!(none.status, 400, "{}", none.text);
    assert!(none.text.contains("no ES256 key yet"), "{}", none.text);
    assert_eq!(tool.call(Method::POST, &format!("{rotate}none"), None).await.status, 400);
    server.t.engine.ensure_keys(latchkey_core::model::SigningAlgorithm::ES256).await.unwrap();
    let made = tool.call(Method::POST, &format!("{rotate}ES256"), None).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let key = tool.get(&format!("/keys/signing/{}", made.json()["kid"].as_str().unwrap())).await.json();
    assert_eq!((&key["alg"], &key["current"]), (&json!("ES256"), &json!(true)));
}
