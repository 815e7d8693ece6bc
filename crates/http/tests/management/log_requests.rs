//! What entries of the log say of the requests that they came by (sections 1.7 and 2.18).

use http::Method;
use latchkey_core::model::{Client, ClientKind};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, PHONE};
use serde_json::{Value, json};

use crate::support::{Answer, JSON, OTP_GRANT, TestServer, build};
use crate::tool::{Tool, server};

const PHONE_AGENT: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148";
/// `{"name":"Auth0.swift","version":"2.10.0","env":{"iOS":"18.1"}}`
const SDK: &str = "eyJuYW1lIjoiQXV0aDAuc3dpZnQiLCJ2ZXJzaW9uIjoiMi4xMC4wIiwiZW52Ijp7ImlPUyI6IjE4LjEifX0";

async fn post(server: &TestServer, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
    let mut all = vec![("content-type", JSON)];
    all.extend_from_slice(headers);
    server.request(Method::POST, path, &all, body.to_string().as_bytes()).await
}

async fn sign_in(server: &TestServer, headers: &[(&str, &str)]) {
    let start = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE, "send": "code"});
    assert_eq!(post(server, "/passwordless/start", headers, start).await.status, 200);
    let exchange = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": server.t.code(),
        "realm": "sms", "scope": "openid profile",
    });
    let answer = post(server, "/oauth/token", headers, exchange).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn of_type(tool: &Tool<'_>, kind: &str) -> Value {
    let found = tool.get(&format!("/logs?per_page=1&sort=date:-1&q=type:{kind}")).await.json();
    found[0].clone()
}

/// M-033
#[tokio::test]
async fn an_entry_says_who_called_by_what_and_asked_for_what() {
    let server = server().await;
    let headers = [("user-agent", PHONE_AGENT), ("auth0-client", SDK), ("x-correlation-id", "checkout-7")];
    sign_in(&server, &headers).await;
    let tool = Tool::new(&server).await;
    let (sent, entry) = (of_type(&tool, "cs").await, of_type(&tool, "sepotpft").await);
    for (name, value) in [
        ("user_agent", json!(PHONE_AGENT)),
        ("isMobile", json!(true)),
        ("auth0_client", json!({"name": "Auth0.swift", "version": "2.10.0", "env": {"iOS": "18.1"}})),
        ("references", json!({"correlation_id": "checkout-7"})),
        ("ip", json!("192.0.2.1")),
        ("tenant_name", json!(server.t.engine.settings.tenant)),
    ] {
        assert_eq!((&sent[name], &entry[name]), (&value, &value), "{name}: {entry}");
    }
    assert_eq!((&entry["scope"], &sent["scope"]), (&json!("openid profile"), &Value::Null));
    assert_eq!(entry["client_ip"], Value::Null, "it is that of the person: {entry}");
    let by_agent =
        format!("/logs?q=type:sepotpft%20AND%20user_agent:%22{}%22", PHONE_AGENT.replace(' ', "%20"));
    assert_eq!(tool.get(&by_agent).await.json(), json!([entry]));
    assert_eq!(tool.get("/logs?q=user_agent:Mozilla*%20AND%20type:sepotpft").await.json(), json!([entry]));
    assert_eq!(tool.get("/logs?q=user_agent:okhttp").await.json(), json!([]));
}

/// M-033
#[tokio::test]
async fn the_address_of_a_server_stands_beside_that_of_its_person() {
    let server = server().await;
    let trusted = |client: &mut Client| client.trust_forwarded_for = true;
    server.t.add_client(CONFIDENTIAL, ClientKind::RegularWeb, Some("web-secret"), trusted).await;
    let start = json!({
        "client_id": CONFIDENTIAL, "client_secret": "web-secret", "connection": "sms",
        "phone_number": PHONE, "send": "code",
    });
    let answer = post(&server, "/passwordless/start", &[("auth0-forwarded-for", "203.0.113.9")], start).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let sent = of_type(&Tool::new(&server).await, "cs").await;
    assert_eq!((&sent["ip"], &sent["client_ip"]), (&json!("203.0.113.9"), &json!("192.0.2.1")), "{sent}");
}

/// M-033, S-168: what callers say of themselves is short, and nothing else than that.
#[tokio::test]
async fn headers_of_any_size_and_kind_neither_fail_nor_fill_the_log() {
    let server = server().await;
    let long = "x".repeat(4000);
    let headers =
        [("user-agent", long.as_str()), ("auth0-client", long.as_str()), ("x-correlation-id", &long)];
    sign_in(&server, &headers).await;
    let tool = Tool::new(&server).await;
    let entry = of_type(&tool, "sepotpft").await;
    assert_eq!(entry["user_agent"].as_str().unwrap().len(), 256);
    assert_eq!(entry["references"]["correlation_id"].as_str().unwrap().len(), 64);
    assert_eq!((&entry["auth0_client"], &entry["isMobile"]), (&Value::Null, &json!(false)));
    let mut request = build(Method::POST, "/passwordless/start", &[("content-type", JSON)], b"");
    request.headers_mut().insert("user-agent", http::HeaderValue::from_bytes(b"a\xff").unwrap());
    assert_eq!(server.send(request).await.status, 400);
}
