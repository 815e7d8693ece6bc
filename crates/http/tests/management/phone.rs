//! The provider and the templates of text messages as tools write and read them, and what they send.

use http::Method;
use latchkey_core::model::{Address, Event, Strategy};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_testkit::{NATIVE, PHONE, Script, TestEngine};
use serde_json::{Value, json};

use crate::support::{Answer, TestServer};
use crate::tool::{Tool, failure, grant, server, unlimited};

const PROVIDERS: &str = "/branding/phone/providers";
const TEMPLATES: &str = "/branding/phone/templates";

fn twilio() -> Value {
    json!({
        "name": "twilio", "credentials": {"auth_token": "canary"},
        "configuration": {"sid": "AC1", "default_from": "+14155550199", "delivery_methods": ["text"]},
    })
}

async fn made(tool: &Tool<'_>, path: &str, body: Value) -> String {
    let answer = tool.call(Method::POST, path, Some(body)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn start(server: &TestServer) -> Answer {
    server
        .post("/passwordless/start", json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE}))
        .await
}

/// M-030
#[tokio::test]
async fn a_provider_is_made_once_read_without_its_token_changed_and_deleted() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get(PROVIDERS).await.json(), json!({"providers": []}));
    let id = made(&tool, PROVIDERS, twilio()).await;
    assert!(id.starts_with("pro_"), "{id}");
    assert_eq!(failure(&tool.call(Method::POST, PROVIDERS, Some(twilio())).await).0, 409);
    let path = format!("{PROVIDERS}/{id}");
    let read = tool.get(&path).await.json();
    for (name, value) in [
        ("name", json!("twilio")),
        ("channel", json!("phone")),
        ("disabled", json!(false)),
        ("tenant", json!("latchkey")),
        ("configuration", twilio()["configuration"].clone()),
    ] {
        assert_eq!(read[name], value, "{name}");
    }
    assert!(read.get("credentials").is_none() && read["created_at"].is_string(), "{read}");
    // Without a token the one there is stays; none takes its place.
    for token in [json!(null), json!(""), json!(1)] {
        let body = json!({"credentials": {"auth_token": token}});
        let (status, _, message) = failure(&tool.call(Method::PATCH, &path, Some(body)).await);
        assert_eq!(status, 400, "{token}");
        assert!(message.as_str().unwrap().ends_with("on property credentials.auth_token"), "{message}");
    }
    assert_eq!(failure(&tool.call(Method::PATCH, &path, Some(json!({"credentials": null}))).await).0, 400);
    assert_eq!(tool.call(Method::PATCH, &path, Some(json!({"credentials": {}}))).await.status, 200);
    let change = json!({"disabled": true, "configuration": {"sid": "AC2", "mssid": "MG1", "delivery_methods": ["text", "voice"]}});
    let changed = tool.call(Method::PATCH, &path, Some(change.clone())).await.json();
    assert_eq!((&changed["disabled"], &changed["configuration"]), (&json!(true), &change["configuration"]));
    for (query, count) in [("", 1), ("?disabled=true", 1), ("?disabled=false", 0)] {
        let list = tool.get(&format!("{PROVIDERS}{query}")).await.json();
        assert_eq!(list["providers"].as_array().unwrap().len(), count, "{query}");
    }
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    let gone = (404, Value::Null, json!("Notification Resource not found"));
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        assert_eq!(failure(&tool.call(method, &path, Some(json!({}))).await), gone);
    }
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
}

/// M-030
#[tokio::test]
async fn who_sends_a_code_is_the_connection_or_else_the_tenant() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let id = made(&tool, PROVIDERS, twilio()).await;
    let sid = async || {
        assert_eq!(start(&server).await.status, 200);
        server.t.senders.options().get("twilio_sid").cloned()
    };
    assert_eq!(sid().await, Some(json!("AC1")));
    assert_eq!(server.t.senders.options()["twilio_token"], "canary");
    let own = json!({"twilio_sid": "AC9", "twilio_token": "t"});
    server.t.add_connection("sms", Strategy::Sms, own.clone()).await;
    assert_eq!(sid().await, Some(json!("AC9")));
    let mut gives_way = own.clone();
    gives_way["use_tenant_provider"] = json!(true);
    server.t.add_connection("sms", Strategy::Sms, gives_way).await;
    assert_eq!(sid().await, Some(json!("AC1")));
    server.t.add_connection("sms", Strategy::Sms, own).await;
    let one = json!({"phone_consolidated_experience": true});
    tool.call(Method::PATCH, "/tenants/settings", Some(one)).await;
    assert_eq!(sid().await, Some(json!("AC1")));
    let off = json!({"disabled": true});
    tool.call(Method::PATCH, &format!("{PROVIDERS}/{id}"), Some(off)).await;
    assert_eq!(sid().await, Some(json!("AC9")));
}

/// M-030
#[tokio::test]
async fn a_start_says_so_where_nobody_sends() {
    let server = unlimited().await;
    let options = json!({"provider": "broken", "use_tenant_provider": true});
    let t = &server.t;
    let mut sms = t.engine.store.find_connection("sms").await.unwrap().unwrap();
    sms.options = options.as_object().unwrap().clone();
    t.engine.put_connection(&sms).await.unwrap();
    let text = "The connection has no provider to send by".to_owned();
    assert_eq!(start(&server).await.error(), (400, "bad.connection".into(), text));
}

/// M-030, S-002
#[tokio::test]
async fn a_trial_goes_to_the_provider_and_to_nobody_else() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let id = made(&tool, PROVIDERS, twilio()).await;
    let path = format!("{PROVIDERS}/{id}/try");
    let trial = json!({"to": PHONE, "delivery_method": "text"});
    let tried = tool.call(Method::POST, &path, Some(trial.clone())).await;
    assert_eq!((tried.status.as_u16(), &tried.json()["code"]), (202, &json!(202)));
    let sent = server.t.senders.last();
    assert_eq!((sent.to.as_str(), sent.body.expose()), (PHONE, "This is a test message of latchkey."));
    for body in [json!({}), json!({"to": "1"}), json!({"to": PHONE, "delivery_method": "voice"})] {
        assert_eq!(failure(&tool.call(Method::POST, &path, Some(body)).await).0, 400);
    }
    assert_eq!(
        failure(&tool.call(Method::POST, &format!("{PROVIDERS}/pro_x/try"), Some(trial.clone())).await).0,
        404
    );
    for _ in 0..4 {
        assert_eq!(tool.call(Method::POST, &path, Some(trial.clone())).await.status, 202);
    }
    let (status, code, _) = failure(&tool.call(Method::POST, &path, Some(trial)).await);
    assert_eq!((status, code), (429, json!("too_many_requests")));
    assert_eq!(server.t.senders.sent().len(), 5);
}

/// M-030
#[tokio::test]
async fn a_trial_tells_the_providers_id_of_the_message_and_why_one_was_not_sent() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = format!("{PROVIDERS}/{}/try", made(&tool, PROVIDERS, twilio()).await);
    let tried = tool.call(Method::POST, &path, Some(json!({"to": PHONE}))).await.json();
    assert_eq!(tried["outcome"], "sent");
    assert_eq!(tried["attempts"][0]["provider"]["message_id"], "SM1", "{tried}");
    let text = String::from("Not a number (Code: 21211)");
    let error = ProviderError { text: text.clone(), code: Some(21211), tell: true, reason: None };
    server.t.senders.script([Script::Fail(SendError::BadAddress(error))]);
    let refused = tool.call(Method::POST, &path, Some(json!({"to": PHONE}))).await;
    assert_eq!((failure(&refused).0, failure(&refused).2), (400, json!(text)));
}

/// M-030
#[tokio::test]
async fn a_custom_provider_sends_codes_by_a_gateway_whose_secret_is_never_read_back() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let configuration = json!({
        "delivery_methods": ["text"], "gateway_url": "https://g.example/", "default_from": "Acme",
        "gateway_authentication": {"method": "bearer", "audience": "g"},
    });
    let custom = json!({
        "name": "custom", "configuration": configuration, "credentials": {"gateway_secret": "canary"},
    });
    let mut in_clear = custom.clone();
    in_clear["configuration"]["gateway_authentication"]["secret"] = json!("canary");
    let (status, _, message) = failure(&tool.call(Method::POST, PROVIDERS, Some(in_clear)).await);
    assert_eq!(status, 400);
    let message = message.as_str().unwrap();
    assert!(
        message.contains("configuration.gateway_authentication") && !message.contains("canary"),
        "{message}"
    );
    let path = format!("{PROVIDERS}/{}", made(&tool, PROVIDERS, custom).await);
    let read = tool.get(&path).await;
    assert!(!read.text.contains("canary"), "{}", read.text);
    assert_eq!(read.json()["configuration"], configuration);
    // What is not said again stays.
    assert_eq!(tool.call(Method::PATCH, &path, Some(json!({"credentials": {}}))).await.status, 200);
    assert_eq!(start(&server).await.status, 200);
    let options = server.t.senders.options();
    for (name, value) in [
        ("provider", json!("sms_gateway")),
        ("gateway_url", json!("https://g.example/")),
        ("from", json!("Acme")),
        ("gateway_authentication", json!({"method": "bearer", "audience": "g", "secret": "canary"})),
    ] {
        assert_eq!(options[name], value, "{name}");
    }
    let tried = tool.call(Method::POST, &format!("{path}/try"), Some(json!({"to": PHONE}))).await;
    assert_eq!(tried.status, 202, "{}", tried.text);
    assert_eq!(server.t.senders.last().body.expose(), "This is a test message of latchkey.");
}

/// M-030: whoever may change the provider would read the secret at a server of their own.
#[tokio::test]
async fn the_secret_of_a_gateway_goes_to_no_other_one_than_it_was_given_for() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let with = |url: &str| json!({"delivery_methods": ["text"], "gateway_url": url, "default_from": "Acme"});
    let custom = json!({
        "name": "custom", "configuration": with("https://g.example/"), "credentials": {"gateway_secret": "canary"},
    });
    let path = format!("{PROVIDERS}/{}", made(&tool, PROVIDERS, custom).await);
    let moved = json!({"configuration": with("https://h.example/")});
    let (status, _, message) = failure(&tool.call(Method::PATCH, &path, Some(moved.clone())).await);
    let message = message.as_str().unwrap();
    assert!(status == 400 && message.contains("credentials.gateway_secret"), "{status} {message}");
    assert_eq!(tool.get(&path).await.json()["configuration"]["gateway_url"], "https://g.example/");
    let mut whole = moved;
    whole["credentials"] = json!({"gateway_secret": "another"});
    assert_eq!(tool.call(Method::PATCH, &path, Some(whole)).await.status, 200);
}

/// M-030, RL-06
#[tokio::test]
async fn a_trial_counts_with_all_other_messages_and_its_event_masks_the_number() {
    let server = TestServer::over(TestEngine::with(|s| s.limits.country_sends_per_day = 1).await);
    grant(&server, &latchkey_wire::management::scope::ALL.join(" ")).await;
    let tool = Tool::new(&server).await;
    let id = made(&tool, PROVIDERS, twilio()).await;
    let path = format!("{PROVIDERS}/{id}/try");
    let trial = json!({"to": PHONE});
    assert_eq!(tool.call(Method::POST, &path, Some(trial.clone())).await.status, 202);
    let (status, code, _) = failure(&tool.call(Method::POST, &path, Some(trial)).await);
    assert_eq!((status, code), (429, json!("too_many_requests")));
    assert_eq!(server.t.senders.sent().len(), 1);
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    let masked = Address::from_canonical(PHONE).masked();
    let told = |event: &Event| event.address.as_deref() == Some(masked.as_str());
    assert_eq!(events.iter().filter(|event| told(event)).count(), 1, "{events:?}");
}

/// M-003, M-030
#[tokio::test]
async fn what_cannot_send_texts_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = twilio();
        body[name] = value;
        body
    };
    for (body, text) in [
        (json!({"name": "twilio"}), "Missing required property: configuration"),
        (with("name", json!("pigeon")), "on property name"),
        (with("channel", json!("fax")), "on property channel"),
        (with("disabled", json!(1)), "on property disabled"),
        (with("credentials", json!({})), "on property credentials.auth_token"),
        (with("credentials", json!({"auth_token": 1})), "on property credentials.auth_token"),
        (with("credentials", json!({"auth_token": null})), "on property credentials.auth_token"),
        (with("credentials", json!({"auth_token": ""})), "on property credentials.auth_token"),
        (
            with("credentials", json!({"auth_token": "t", "api_secret": "canary"})),
            "on property credentials.api_secret",
        ),
        (with("configuration", json!({"sid": "AC1", "default_from": "+1"})), "on property configuration"),
        (
            with("configuration", json!({"sid": "AC1", "default_from": "+1", "delivery_methods": ["fax"]})),
            "on property configuration.delivery_methods",
        ),
        (
            with("configuration", json!({"sid": "../x", "default_from": "+1", "delivery_methods": ["text"]})),
            "on property configuration.sid",
        ),
        (
            with("configuration", json!({"sid": "AC1", "delivery_methods": ["text"]})),
            "Bad Operation on Notification Resource",
        ),
    ] {
        let (status, _, message) = failure(&tool.call(Method::POST, PROVIDERS, Some(body.clone())).await);
        assert_eq!(status, 400, "{body}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
    let custom =
        json!({"name": "custom", "credentials": {}, "configuration": {"delivery_methods": ["text"]}});
    let id = made(&tool, PROVIDERS, custom).await;
    let tried = tool.call(Method::POST, &format!("{PROVIDERS}/{id}/try"), Some(json!({"to": PHONE}))).await;
    let (status, _, message) = failure(&tried);
    assert_eq!(status, 400);
    assert!(message.as_str().unwrap().contains("set configuration.gateway_url"), "{message}");
    grant(&server, "read:clients").await;
    let stranger = Tool::of(&server, "").await;
    for path in [PROVIDERS, TEMPLATES] {
        for (method, under) in
            [(Method::GET, ""), (Method::POST, ""), (Method::PATCH, "/x"), (Method::POST, "/x/try")]
        {
            let answer = stranger.call(method, &format!("{path}{under}"), Some(json!({}))).await;
            assert_eq!(failure(&answer).0, 403, "{path}{under}");
        }
    }
}

/// M-030
#[tokio::test]
async fn templates_are_listed_without_an_id_until_somebody_writes_them() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let list = tool.get(TEMPLATES).await.json();
    let list = list["templates"].as_array().unwrap();
    assert_eq!(list.len(), 5);
    for template in list {
        assert!(template.get("id").is_none() && template["content"].get("from").is_none(), "{template}");
        assert_eq!((&template["customizable"], &template["channel"]), (&json!(true), &json!("phone")));
    }
    // As a tool that deploys writes them back.
    let mut listed = list[0].clone();
    listed["content"]["body"]["text"] = json!("{{ code }} @@password@@");
    let id = made(&tool, TEMPLATES, listed.clone()).await;
    assert!(id.starts_with("tem_"), "{id}");
    assert_eq!(failure(&tool.call(Method::POST, TEMPLATES, Some(listed)).await).0, 409);
    let path = format!("{TEMPLATES}/{id}");
    let change = json!({"disabled": true, "content": {"from": "+14155550199", "body": {"voice": "Hi"}}});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    assert_eq!(changed, tool.get(&path).await.json());
    assert_eq!(
        changed["content"],
        json!({"syntax": "liquid", "from": "+14155550199", "body": {"text": "{{ code }} @@password@@", "voice": "Hi"}})
    );
    assert_eq!(tool.get(&format!("{TEMPLATES}?disabled=true")).await.json(), json!({"templates": [changed]}));
    let reset = tool.call(Method::PATCH, &format!("{path}/reset"), Some(json!({}))).await;
    assert_eq!((reset.status.as_u16(), &reset.json()["id"]), (200, &json!(id)));
    assert_eq!(reset.json()["content"]["body"]["text"], "Your verification code is: {{ code }}");
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    let gone = (404, Value::Null, json!("Notification Resource not found"));
    assert_eq!(failure(&tool.call(Method::DELETE, &path, None).await), gone);
    assert_eq!(failure(&tool.get(&path).await), gone);
}

/// M-030
#[tokio::test]
async fn the_text_of_codes_is_the_connections_or_else_the_tenants() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let text = |text: &str| json!({"type": "otp_verify", "content": {"body": {"text": text}}});
    let id = made(&tool, TEMPLATES, text("Tenant @@password@@")).await;
    assert_eq!(start(&server).await.status, 200);
    assert!(server.t.senders.last().body.expose().starts_with("Tenant "));
    server.t.add_connection("sms", Strategy::Sms, json!({"template": "Own @@password@@"})).await;
    assert_eq!(start(&server).await.status, 200);
    assert!(server.t.senders.last().body.expose().starts_with("Own "));
    let path = format!("{TEMPLATES}/{id}");
    let trial = tool.call(Method::POST, &format!("{path}/try"), Some(json!({"to": PHONE}))).await;
    assert_eq!(failure(&trial).2, "There is not a configured phone provider");
    made(&tool, PROVIDERS, twilio()).await;
    let trial = tool.call(Method::POST, &format!("{path}/try"), Some(json!({"to": PHONE}))).await;
    assert_eq!(trial.status, 202, "{}", trial.text);
    assert!(server.t.senders.last().body.expose().starts_with("Tenant "));
    for (body, property) in [
        (text("no code"), "content.body.text"),
        (json!({"type": "otp_enroll"}), "type"),
        (json!({"content": {"from": ""}}), "content.from"),
        (json!({"content": {"syntax": "md"}}), "content.syntax"),
        (json!({"content": 1}), "content"),
        (json!({"disabled": "x"}), "disabled"),
    ] {
        let (status, _, message) = failure(&tool.call(Method::PATCH, &path, Some(body)).await);
        assert_eq!(status, 400);
        assert!(message.as_str().unwrap().ends_with(&format!("on property {property}")), "{message}");
    }
    for body in [json!({}), json!({"type": "fax"}), json!({"type": 1})] {
        assert_eq!(failure(&tool.call(Method::POST, TEMPLATES, Some(body)).await).0, 400);
    }
}
