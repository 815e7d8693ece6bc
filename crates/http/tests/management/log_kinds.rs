//! Entries about what was refused, limited, read and removed (section 2.18), and that none of them fills the log.

use http::Method;
use latchkey_testkit::{CONFIDENTIAL, EMAIL, NATIVE, PHONE, SPA};
use serde_json::{Value, json};

use crate::support::{Browser, JSON, TestServer, authorize};
use crate::tool::{Tool, failure, grant, server};

/// Entries of one type, the newest first.
async fn entries(server: &TestServer, kind: &str) -> Vec<Value> {
    server.t.settled().await;
    let tool = Tool::new(server).await;
    let kind = kind.replace(' ', "%20");
    let found = tool.get(&format!("/logs?per_page=100&sort=date:-1&q=type:{kind}")).await.json();
    found.as_array().unwrap().clone()
}

async fn only(server: &TestServer, kind: &str) -> Value {
    let found = entries(server, kind).await;
    assert_eq!(found.len(), 1, "{kind}: {found:?}");
    found[0].clone()
}

/// M-033, M-041
#[tokio::test]
async fn a_mail_is_not_a_text_message_and_its_entry_has_no_more_than_the_host_of_its_link() {
    let server = server().await;
    server.t.start(NATIVE, PHONE).await.unwrap();
    let start = json!({"client_id": SPA, "connection": "email", "email": EMAIL, "send": "link"});
    assert_eq!(server.post("/passwordless/start", start).await.status, 200);
    assert_eq!(only(&server, "cs").await["connection"], "sms");
    let mail = only(&server, "cls").await;
    assert_eq!((&mail["connection"], &mail["details"]["send"]), (&json!("email"), &json!("link")), "{mail}");
    assert_eq!(mail["details"]["link"], "https://login.example");
    assert_eq!(mail["description"], "Code/Link Sent");
}

/// M-033, M-041
#[tokio::test]
async fn a_refused_call_is_told_by_its_kind_and_a_flood_of_them_a_few_times() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    assert_eq!(failure(&tool.get("/clients/nobody").await).0, 404);
    let unknown = format!("/users/{}", PHONE.replace('+', "%2B"));
    let missing = tool.call(Method::PATCH, &unknown, Some(json!({"name": "x"}))).await;
    assert_eq!(failure(&missing).0, 404, "{}", missing.text);
    let entry = only(&server, "fapi").await;
    assert_eq!(
        entry["details"],
        json!({
            "request": {"method": "PATCH", "path": "/api/v2/users/{id}"},
            "response": {"statusCode": 404, "body": {"errorCode": "inexistent_user"}},
        })
    );
    assert_eq!((&entry["client_id"], &entry["ip"]), (&tool.claims()["azp"], &json!("192.0.2.1")));
    assert!(!entry.to_string().contains(&PHONE[1..]), "{entry}");

    let tool = Tool::new(&server).await;
    for _ in 0..40 {
        let refused = tool.call(Method::DELETE, "/clients", None).await;
        assert_eq!(failure(&refused).0, 405);
        server.t.clock.advance(1);
    }
    let found = entries(&server, "fapi").await;
    let flood = found.iter().filter(|entry| entry["details"]["response"]["statusCode"] == 405).count();
    assert!((10..20).contains(&flood), "{flood}");
}

/// M-033
#[tokio::test]
async fn who_has_no_token_or_too_small_a_one_is_told_once_for_each_place() {
    let server = server().await;
    for _ in 0..30 {
        let refused =
            server.request(Method::DELETE, "/api/v2/clients/x", &[("content-type", JSON)], b"").await;
        assert_eq!(refused.status, 401);
    }
    grant(&server, "read:clients").await;
    let small = Tool::new(&server).await;
    assert_eq!(failure(&small.get("/users").await).0, 403);
    grant(&server, &latchkey_wire::management::scope::ALL.join(" ")).await;
    let found = entries(&server, "fapi").await;
    let of = |status: u16| {
        let with = |entry: &&Value| entry["details"]["response"]["statusCode"] == status;
        found.iter().filter(with).collect::<Vec<_>>()
    };
    assert_eq!((of(401).len(), of(403).len()), (10, 1), "{found:?}");
    assert_eq!(of(401)[0]["client_id"], Value::Null);
}

/// M-033
#[tokio::test]
async fn a_deleted_user_is_told_beside_the_operation_under_either_name() {
    let server = server().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    let tool = Tool::new(&server).await;
    let user = tool.get("/users").await.json()[0]["user_id"].as_str().unwrap().to_owned();
    let gone = tool.call(Method::DELETE, &format!("/users/{}", user.replace('|', "%7C")), None).await;
    assert_eq!(gone.status, 204);
    let entry = only(&server, "sdu").await;
    assert_eq!((&entry["user_id"], &entry["connection"]), (&json!(user), &json!("sms")), "{entry}");
    assert_eq!(entries(&server, "du").await, [entry]);
    let act = &entries(&server, "sapi").await[0];
    assert_eq!(act["details"]["act"], "delete user");
    assert_eq!(act["details"]["request"], json!({"method": "DELETE", "path": "/api/v2/users/{id}"}));
}

/// M-033, M-041
#[tokio::test]
async fn whoever_reads_secrets_is_told_of_by_their_names_alone() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = format!("/clients/{CONFIDENTIAL}");
    assert_eq!(tool.get(&format!("{path}?fields=name")).await.status, 200);
    assert_eq!(entries(&server, "mgmt_api_read").await, [Value::Null; 0]);
    for _ in 0..3 {
        assert_eq!(tool.get(&path).await.json()["client_secret"], "web-secret");
    }
    let entry = only(&server, "mgmt_api_read").await;
    assert_eq!(entry["details"]["accessedSecrets"], json!(["client_secret"]), "{entry}");
    assert_eq!(entry["details"]["on"], CONFIDENTIAL);
    assert!(!entry.to_string().contains("web-secret"), "{entry}");

    let options =
        json!({"provider": "twilio", "twilio_sid": "AC1", "twilio_token": "canary-token", "from": "+1"});
    let sms = tool.get("/connections?name=sms").await.json()[0]["id"].as_str().unwrap().to_owned();
    let change =
        tool.call(Method::PATCH, &format!("/connections/{sms}"), Some(json!({"options": options}))).await;
    assert_eq!(change.status, 200, "{}", change.text);
    assert!(tool.get("/connections").await.text.contains("canary-token"));
    let entry = entries(&server, "mgmt_api_read").await[0].clone();
    assert_eq!(entry["details"]["accessedSecrets"], json!(["options.twilio_token"]), "{entry}");
    server.t.clock.advance(601);
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get(&path).await.status, 200);
    assert_eq!(entries(&server, "mgmt_api_read").await.len(), 3);
}

/// M-033
#[tokio::test]
async fn asking_without_a_page_is_told_whatever_it_comes_to() {
    let server = server().await;
    let browser = Browser::new(&server);
    let silent = authorize(SPA, &[("prompt", "none"), ("scope", "openid")]);
    for _ in 0..5 {
        assert_eq!(browser.get(&silent).await.fields()["error"], "login_required");
    }
    let failed = only(&server, "fsa").await;
    assert_eq!((&failed["client_id"], &failed["details"]["error"]), (&json!(SPA), &json!("login_required")));
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    assert!(browser.get(&silent).await.fields().contains_key("code"));
    let done = only(&server, "ssa").await;
    assert_eq!((&done["scope"], &done["connection"]), (&json!("openid"), &json!("sms")), "{done}");
    assert!(done["user_id"].as_str().unwrap().starts_with("sms|"));
}

/// M-033
#[tokio::test]
async fn refused_pages_and_sign_outs_are_told_and_no_query_of_theirs() {
    let server = server().await;
    let out = "/v2/logout?returnTo=https%3A%2F%2Fevil.example%2F%3Fcanary";
    for _ in 0..5 {
        assert_eq!(server.get(out, &[]).await.status, 400);
    }
    let entry = only(&server, "flo").await;
    assert_eq!(entry["details"], json!({"error": "returnTo"}));
    assert!(!entry.to_string().contains("canary"));
    let headers = [("content-type", JSON), ("origin", "https://evil.example")];
    let start = json!({"client_id": SPA, "connection": "sms", "phone_number": PHONE}).to_string();
    for _ in 0..5 {
        let refused = server.request(Method::POST, "/passwordless/start", &headers, start.as_bytes()).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
    }
    let entry = only(&server, "fco").await;
    assert_eq!(
        (&entry["client_id"], &entry["details"]["origin"]),
        (&json!(SPA), &json!("https://evil.example"))
    );
}

/// M-033
#[tokio::test]
async fn a_limit_that_is_reached_is_told_once() {
    let server = server().await;
    let (mut refused, start) = (0, json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE}));
    while refused < 3 {
        server.t.clock.advance(31);
        let answer = server.post("/passwordless/start", start.clone()).await;
        refused += u32::from(answer.status == 429);
    }
    let entry = only(&server, "limit_phone").await;
    assert_eq!((&entry["details"]["delivery_method"], &entry["connection"]), (&json!("sms"), &json!("sms")));
    let time = |name: &str| entry["details"][name].as_str().unwrap().to_owned();
    assert!(time("reset_time") > time("trigger_time"), "{entry}");
    assert!(!entry.to_string().contains(&PHONE[1..]), "{entry}");

    server.t.start(NATIVE, "+14155550123").await.unwrap();
    let guess = |n: u32| {
        json!({
            "grant_type": crate::support::OTP_GRANT, "client_id": NATIVE, "username": "+14155550123",
            "otp": format!("{n:06}"), "realm": "sms",
        })
    };
    for n in 0..40 {
        server.post("/oauth/token", guess(n)).await;
    }
    let blocked = entries(&server, "(limit_wc OR limit_mu)").await;
    assert!(!blocked.is_empty() && blocked.len() <= 2, "{blocked:?}");
}

/// S-168: a domain that is not ours is no domain of links.
#[tokio::test]
async fn a_request_for_a_domain_that_is_unknown_is_refused() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({"domain": "login.acme.example", "type": "self_managed_certs"});
    assert_eq!(tool.call(Method::POST, "/custom-domains", Some(body)).await.status, 201);
    let bearer = format!("Bearer {}", tool.token);
    for (domain, status) in
        [("login.example", 200), ("LOGIN.acme.example", 200), ("evil.example", 400), ("", 400)]
    {
        let headers = [("authorization", bearer.as_str()), ("auth0-custom-domain", domain)];
        let answer = server.get("/api/v2/users", &headers).await;
        assert_eq!(answer.status.as_u16(), status, "{domain}: {}", answer.text);
        if status == 400 {
            assert_eq!(answer.json()["errorCode"], "inexistent_custom_domain");
        }
    }
}
