//! The message of a connection before it is saved, and a connection that an operator tries out.

use http::Method;
use latchkey_core::model::{Address, EventKind};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_testkit::{NATIVE, PHONE, Script};
use serde_json::{Value, json};

use crate::support::{Answer, TestServer};
use crate::tool::{Tool, failure, is_closed, refuses, server, unlimited};

async fn path(server: &TestServer, name: &str) -> String {
    let found = server.t.engine.store.find_connection(name).await.unwrap().unwrap();
    format!("/connections/{}", found.id)
}

async fn preview(tool: &Tool<'_>, path: &str, body: Value) -> Value {
    let answer = tool.call(Method::POST, &format!("{path}/preview"), Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn codes(preview: &Value) -> Vec<&str> {
    let findings = preview["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

async fn try_out(tool: &Tool<'_>, path: &str, body: Value) -> Answer {
    tool.call(Method::POST, &format!("{path}/try"), Some(body)).await
}

/// M-042
#[tokio::test]
async fn a_message_is_shown_as_unsaved_options_make_it_with_what_is_wrong() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = path(&server, "sms").await;
    let template = "@@password@@ ist Ihr native-Code: Grüße!";
    let options = json!({"provider": "inbox", "template": template, "totp": {"length": 5}});
    let shown =
        preview(&tool, &path, json!({"options": options, "client_id": NATIVE, "language": "de"})).await;
    assert_eq!(
        (&shown["channel"], &shown["language"], &shown["encoding"], &shown["segments"]),
        (&json!("sms"), &json!("de"), &json!("GSM-7"), &json!(1))
    );
    assert_eq!(shown["text"], "48291 ist Ihr native-Code: Grüße!");
    assert_eq!(codes(&shown), ["short_code", "autofill"]);

    let wrong = json!({"options": {"template": "Your code: @@code@@ ł"}});
    let shown = preview(&tool, &path, wrong).await;
    assert_eq!(shown["encoding"], "UCS-2");
    for code in ["no_code", "unknown_variable", "ucs2", "no_sender", "no_name"] {
        assert!(codes(&shown).contains(&code), "{code}: {shown}");
    }
    let shown = preview(&tool, &path, json!({"options": {"totp": {"length": 99}}})).await;
    assert!(shown.get("text").is_none() && codes(&shown).contains(&"option"), "{shown}");
    // Nothing was saved, and nothing sent.
    let found = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    assert!(found.options.is_empty() && server.t.senders.sent().is_empty());
}

/// M-042
#[tokio::test]
async fn a_mail_is_shown_with_a_code_or_a_link() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = path(&server, "email").await;
    let shown = preview(&tool, &path, json!({"send": "code", "client_id": NATIVE})).await;
    assert_eq!((&shown["subject"], &shown["channel"]), (&json!("482913 for native"), &json!("email")));
    assert_eq!(codes(&shown), ["no_sender"]);
    let shown = preview(&tool, &path, json!({"client_id": NATIVE})).await;
    assert_eq!(shown["text"], "482913 https://login.example/link/sample");
    let bodies = [
        (json!({"send": "both"}), "on property send"),
        (json!({"client_id": "nobody"}), "on property client_id"),
        (json!({"options": 1}), "on property options"),
    ];
    refuses(&tool, Method::POST, &format!("{path}/preview"), &bodies).await;
    let (status, code, _) =
        failure(&tool.call(Method::POST, "/connections/con_x/preview", Some(json!({}))).await);
    assert_eq!((status, code), (404, json!("inexistent_connection")));
}

/// M-042, M-032
#[tokio::test]
async fn a_try_tells_what_the_access_token_says_where_the_tenant_has_an_api_for_it() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = path(&server, "sms").await;
    let api = json!({"identifier": "https://things.example/", "name": "Things", "scopes": [{"value": "read:things"}]});
    assert_eq!(tool.call(Method::POST, "/resource-servers", Some(api)).await.status, 201);
    let settings = json!({"default_audience": "https://things.example/"});
    assert_eq!(tool.call(Method::PATCH, "/tenants/settings", Some(settings)).await.status, 200);
    server.t.clock.advance(2);
    assert_eq!(try_out(&tool, &path, json!({"to": PHONE, "client_id": NATIVE})).await.status, 200);
    let body = json!({"to": PHONE, "client_id": NATIVE, "code": server.t.code()});
    let right = tool.call(Method::POST, &format!("{path}/try/verify"), Some(body)).await;
    assert_eq!(right.status, 200, "{}", right.text);
    let token = right.json()["access_token"].clone();
    assert_eq!(token["audience"], "https://things.example/");
    assert!(token["claims"]["aud"].to_string().contains("https://things.example/"), "{token}");
    assert!(token["header"]["alg"].is_string() && !right.text.contains("eyJ"), "{}", right.text);
}

/// M-042, M-041
#[tokio::test]
async fn a_try_sends_a_real_code_and_tells_what_the_provider_said_but_not_the_code() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = path(&server, "sms").await;
    let tried = try_out(&tool, &path, json!({"to": PHONE, "client_id": NATIVE})).await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    let code = server.t.code();
    assert_eq!(server.t.senders.last().to, PHONE);
    assert!(!tried.text.contains(&code), "{}", tried.text);
    let body = tried.json();
    assert_eq!(body["outcome"], "sent");
    assert_eq!(body["message"]["text"], "Your verification code is: ••••••");
    assert_eq!(body["attempts"][0]["provider"]["message_id"], "SM1");

    let verify = async |code: &str, create: bool| {
        let body = json!({"to": PHONE, "client_id": NATIVE, "code": code, "create_user": create});
        tool.call(Method::POST, &format!("{path}/try/verify"), Some(body)).await
    };
    let (status, _, message) = failure(&verify(&server.t.wrong_code(), false).await);
    assert!(status == 400 && message.as_str().unwrap().ends_with("on property code"), "{message}");
    let right = verify(&code, false).await;
    assert_eq!(right.status, 200, "{}", right.text);
    let body = right.json();
    assert_eq!((&body["user"]["exists"], &body["user"]["created"]), (&json!(false), &json!(false)));
    assert_eq!(body["id_token"]["claims"]["iss"], "https://login.example/");
    assert_eq!(body["id_token"]["claims"]["phone_number"], PHONE);
    assert_eq!(body["access_token"], json!({"opaque": true}));
    assert!(!right.text.contains("eyJ"), "{}", right.text);
    let address = Address::from_canonical(PHONE);
    let user = async || server.t.engine.store.find_user_by_address("sms", &address).await.unwrap();
    assert!(user().await.is_none(), "nobody is made unasked");
    let made = verify(&code, true).await.json();
    assert_eq!((&made["user"]["created"], user().await.is_some()), (&json!(true), true));
    assert_eq!(failure(&verify(&code, true).await).0, 400, "the code is used up");

    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    let mut acts: Vec<&str> = events.iter().filter_map(|event| event.detail.get("act")?.as_str()).collect();
    acts.sort_unstable();
    assert_eq!(acts, ["try connection", "verify a try of connection", "verify a try of connection"]);
    let sent = events.iter().find(|event| event.kind == EventKind::CodeSent).unwrap();
    assert_eq!((sent.detail["trial"].clone(), sent.ip.clone()), (json!(true), None));
    let all = format!("{events:?}");
    assert!(!all.contains(&code) && !all.contains("4155550100"), "{all}");
}

/// M-042, RL-01
#[tokio::test]
async fn a_try_counts_with_the_messages_of_its_number_and_a_failed_one_does_not() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = path(&server, "sms").await;
    let body = json!({"to": PHONE, "client_id": NATIVE});
    let refused = |text: &str, code| {
        let error = ProviderError { text: text.to_owned(), code: Some(code), tell: true, reason: None };
        Script::Fail(SendError::BadAddress(error))
    };
    server.t.senders.script([refused("The number is not valid (Code: 21211)", 21211)]);
    let tried = try_out(&tool, &path, body.clone()).await.json();
    assert_eq!(
        (&tried["outcome"], &tried["attempts"][0]["outcome"]),
        (&json!("not_sent"), &json!("bad_address"))
    );
    assert_eq!(tried["attempts"][0]["error"], "The number is not valid (Code: 21211)");
    let again = try_out(&tool, &path, body.clone()).await;
    assert_eq!(
        (again.status.as_u16(), again.header("retry-after").is_empty()),
        (429, false),
        "{}",
        again.text
    );
    server.t.clock.advance(61);
    assert_eq!(try_out(&tool, &path, body.clone()).await.json()["outcome"], "sent");
    let (status, _, message) =
        failure(&try_out(&tool, &path, json!({"to": "12", "client_id": NATIVE})).await);
    assert!(status == 400 && message.as_str().unwrap().ends_with("on property to"), "{message}");
}

/// M-042
#[tokio::test]
async fn a_try_falls_over_to_the_next_sender_and_shows_both() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = path(&server, "email").await;
    let error = ProviderError {
        text: String::new(),
        code: Some(535),
        tell: false,
        reason: Some("The mail server refused the login"),
    };
    server.t.senders.script([Script::Fail(SendError::Misconfigured(error))]);
    let body = json!({"to": "ada@example.com", "client_id": NATIVE, "send": "code"});
    let tried = try_out(&tool, &path, body).await.json();
    assert_eq!(tried["outcome"], "sent");
    assert_eq!(tried["attempts"][0]["error"], "The mail server refused the login");
    assert_eq!(tried["attempts"][1]["outcome"], "sent");
    let mail = server.t.senders.last_mail();
    assert_eq!((mail.to.as_str(), mail.link.is_none()), ("ada@example.com", true));
}

/// M-042
#[tokio::test]
async fn a_test_mail_goes_by_the_provider_of_the_tenant() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let call = async |body: Value| tool.call(Method::POST, "/emails/provider/try", Some(body)).await;
    let to = json!({"to": "ada@example.com"});
    assert_eq!(failure(&call(to.clone()).await).0, 404);
    let provider = json!({
        "name": "smtp", "default_from_address": "codes@acme.example", "settings": {"smtp_security": "tls"},
        "credentials": {"smtp_host": "mail.acme.example", "smtp_port": 2525, "smtp_user": "u", "smtp_pass": "canary"},
    });
    assert_eq!(tool.call(Method::POST, "/emails/provider", Some(provider)).await.status, 201);
    let tried = call(to).await;
    assert_eq!((tried.status.as_u16(), &tried.json()["outcome"]), (200, &json!("sent")), "{}", tried.text);
    assert_eq!(server.t.senders.last_mail().subject.expose(), "Test mail of latchkey");
    assert_eq!(server.t.senders.options()["smtp_security"], "tls");
    assert_eq!(failure(&call(json!({"to": "nobody"})).await).0, 400);
}

/// M-002
#[tokio::test]
async fn tries_and_previews_need_their_scopes() {
    let server = server().await;
    let path = path(&server, "sms").await;
    let (preview, try_out, verify) =
        (format!("{path}/preview"), format!("{path}/try"), format!("{path}/try/verify"));
    let calls = [&preview, &try_out, &verify].map(|path| (Method::POST, path.as_str()));
    is_closed(&server, &calls).await;
    is_closed(&server, &[(Method::POST, "/emails/provider/try")]).await;
}
