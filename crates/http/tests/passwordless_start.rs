//! What a start does beyond its happy path and its refusals by shape, as seen from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::limit::Bucket;
use latchkey_core::model::{Address, ClientKind, Strategy};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::settings::Limits;
use latchkey_testkit::{CONFIDENTIAL, NATIVE, PHONE, Script, TestEngine};
use serde_json::{Value, json};
use support::{Answer, JSON, TestServer};

const STRANGER: &str = "+14155550101";

async fn start(server: &TestServer, phone: &str) -> Answer {
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": phone});
    server.post("/passwordless/start", body).await
}

fn secret_start(secret: &str) -> Value {
    json!({
        "client_id": CONFIDENTIAL, "client_secret": secret, "connection": "sms", "phone_number": PHONE,
    })
}

/// Status and body without the id, which differs each time.
fn shape(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    assert_eq!(body["_id"].as_str().unwrap().len(), 24);
    body["_id"] = Value::Null;
    (answer.status.as_u16(), body)
}

/// P-045
#[tokio::test]
async fn known_and_unknown_users_get_the_same_answer() {
    let server = TestServer::new().await;
    let unknown = start(&server, PHONE).await;
    server.t.redeem(NATIVE, PHONE, &server.t.code(), "openid").await.unwrap();
    let known = start(&server, PHONE).await;
    assert_eq!(shape(&unknown), shape(&known));
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&unknown), names(&known));
}

/// P-036, P-045
#[tokio::test]
async fn closed_sign_up_is_silent_about_strangers() {
    let server = TestServer::new().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.add_connection("sms", Strategy::Sms, json!({"disable_signup": true})).await;
    let sent = server.t.senders.sent().len();
    let (status, mut stranger) = shape(&start(&server, STRANGER).await);
    stranger["phone_number"] = json!(PHONE);
    assert_eq!(server.t.senders.sent().len(), sent);
    assert_eq!((status, stranger), shape(&start(&server, PHONE).await));
    assert_eq!(server.t.senders.sent().len(), sent + 1);
}

/// P-036
#[tokio::test]
async fn closed_sign_up_is_told_in_auth0s_words_where_that_is_wanted() {
    let server = TestServer::new().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    let options = json!({"disable_signup": true, "latchkey": {"auth0_oracles": true}});
    server.t.add_connection("sms", Strategy::Sms, options).await;
    let refused = start(&server, STRANGER).await;
    assert_eq!(refused.error(), (400, "bad.connection".into(), "Public signup is disabled".into()));
    assert_eq!(start(&server, PHONE).await.status, 200);
}

/// P-044
#[tokio::test]
async fn a_blocked_user_gets_the_usual_answer_and_no_message() {
    let server = TestServer::new().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    let usual = shape(&start(&server, PHONE).await);
    let store = &server.t.engine.store;
    let mut user = store.find_user_by_address("sms", &Address::from_canonical(PHONE)).await.unwrap().unwrap();
    user.blocked = true;
    assert!(store.update_user(&user).await.unwrap());
    let sent = server.t.senders.sent().len();
    assert_eq!(shape(&start(&server, PHONE).await), usual);
    assert_eq!(server.t.senders.sent().len(), sent);
}

/// P-038
#[tokio::test]
async fn what_the_provider_refused_is_quoted_with_its_code() {
    let server = TestServer::new().await;
    let text = "The 'To' number +14155550100 is not a valid phone number. (Code: 21211)";
    let error = ProviderError { text: text.into(), code: Some(21_211), tell: true, reason: None };
    server.t.senders.script([Script::Fail(SendError::BadAddress(error))]);
    let refused = start(&server, PHONE).await;
    assert_eq!(refused.error(), (400, "sms_provider_error".into(), text.into()));
}

/// P-046
#[tokio::test]
async fn spaces_around_a_number_are_not_part_of_it() {
    let server = TestServer::new().await;
    let answer = start(&server, "  +14155550100 ").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["phone_number"]), (200, &json!(PHONE)));
}

/// P-023
#[tokio::test]
async fn app_links_go_to_the_app_of_the_client() {
    let server = TestServer::new().await;
    server
        .t
        .add_client(NATIVE, ClientKind::Native, None, |client| {
            client.ios_bundle = Some("com.example.app".into());
            client.android_package = Some("com.example.droid".into());
        })
        .await;
    for (send, path) in [("link_ios", "ios/com.example.app"), ("link_android", "android/com.example.droid")] {
        let body = json!({
            "client_id": NATIVE, "connection": "sms", "phone_number": PHONE, "send": send,
        });
        let answer = server.post("/passwordless/start", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let link = format!("https://login.example/{path}/sms?code={}", server.t.code());
        assert!(server.t.senders.last().body.expose().contains(&link), "{send}");
    }
}

/// P-042, P-043
#[tokio::test]
async fn starts_with_a_secret_are_outside_the_limit_of_50_an_hour() {
    let t = TestEngine::with(|s| {
        s.limits = Limits { start_per_ip: Bucket::new(50, 50, 3600), ..Limits::off() };
    })
    .await;
    let server = TestServer::over(t);
    for n in 0..50 {
        assert_eq!(start(&server, &format!("+141555501{n:02}")).await.status, 200, "{n}");
    }
    let refused = start(&server, PHONE).await;
    assert_eq!((refused.status.as_u16(), refused.error().1.as_str()), (429, "too_many_requests"));
    assert_eq!((refused.header("x-ratelimit-limit"), refused.header("retry-after")), ("50", "72"));
    let web = server.post("/passwordless/start", secret_start("web-secret")).await;
    assert_eq!(web.status, 200, "{}", web.text);
    // A secret that is wrong takes nobody out of it.
    assert_eq!(server.post("/passwordless/start", secret_start("wrong")).await.status, 401);
    assert_eq!(start(&server, PHONE).await.status, 429);
}

async fn seen_ip(server: &TestServer, body: &Value, claimed: &str) -> Option<String> {
    let headers = [("content-type", JSON), ("auth0-forwarded-for", claimed)];
    let bytes = body.to_string();
    let answer = server.request(Method::POST, "/passwordless/start", &headers, bytes.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    server.t.senders.last().ip.clone()
}

/// P-011, P-012
#[tokio::test]
async fn the_forwarded_address_counts_when_a_trusted_client_proved_its_secret() {
    let server = TestServer::new().await;
    let public = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE});
    let claimed = "198.51.100.44";
    assert_eq!(seen_ip(&server, &public, claimed).await.as_deref(), Some("192.0.2.1"));
    assert_eq!(seen_ip(&server, &secret_start("web-secret"), claimed).await.as_deref(), Some("192.0.2.1"));
    server
        .t
        .add_client(CONFIDENTIAL, ClientKind::RegularWeb, Some("web-secret"), |client| {
            client.trust_forwarded_for = true;
        })
        .await;
    assert_eq!(seen_ip(&server, &secret_start("web-secret"), claimed).await.as_deref(), Some(claimed));
}
