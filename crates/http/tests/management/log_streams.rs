//! Log streams as tools write and read them.

use http::Method;
use latchkey_core::flow::manage::Operator;
use latchkey_testkit::{EMAIL, NATIVE, PHONE, SPA};
use serde_json::{Value, json};

use crate::tool::{Tool, failure, grant, is_closed, refuses, unlimited};

const PATH: &str = "/log-streams";

fn body() -> Value {
    json!({
        "name": "SIEM", "type": "http", "filters": [{"type": "category", "name": "auth.login.fail"}],
        "sink": {
            "httpEndpoint": "https://logs.example/in", "httpAuthorization": "canary-one",
            "httpContentType": "application/json", "httpContentFormat": "JSONLINES",
            "httpCustomHeaders": [{"header": "X-Key", "value": "canary-two"}],
        },
    })
}

async fn create(tool: &Tool<'_>) -> String {
    let made = tool.call(Method::POST, PATH, Some(body())).await.json();
    made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// MS-001
#[tokio::test]
async fn a_stream_is_made_read_changed_and_deleted() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get(PATH).await.json(), json!([]));
    let made = tool.call(Method::POST, PATH, Some(body())).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let mut made = made.json();
    let secret = made.as_object_mut().unwrap().remove("signing_secret").unwrap();
    assert!(secret.as_str().unwrap().starts_with("whsec_"), "{secret}");
    let id = made["id"].as_str().unwrap().to_owned();
    assert!(id.len() == 20 && id[4..].bytes().all(|b| b.is_ascii_digit()), "{id}");
    assert_eq!(made["status"], "active");
    assert_eq!(made["sink"], body()["sink"]);
    let path = format!("{PATH}/{id}");
    assert_eq!(tool.get(&path).await.json(), made);
    for query in ["", "?page=0&per_page=100&include_totals=true"] {
        assert_eq!(tool.get(&format!("{PATH}{query}")).await.json(), json!([made]), "{query}");
    }
    // Secrets stay where a new sink lacks them.
    let change =
        json!({"name": "Other", "status": "paused", "sink": {"httpEndpoint": "https://logs.example/in"}});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    assert_eq!((&changed["name"], &changed["status"]), (&json!("Other"), &json!("paused")));
    let sink = json!({
        "httpEndpoint": "https://logs.example/in", "httpAuthorization": "canary-one",
        "httpCustomHeaders": [{"header": "X-Key", "value": "canary-two"}],
    });
    assert_eq!(changed["sink"], sink);
    for _ in 0..2 {
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    }
    let none = (404, Value::Null, json!("The log stream does not exist."));
    assert_eq!(failure(&tool.get(&path).await), none);
    assert_eq!(failure(&tool.call(Method::PATCH, &path, Some(json!({}))).await), none);
}

/// MS-001
#[tokio::test]
async fn secrets_of_a_stream_go_to_no_other_endpoint_than_the_one_they_were_given_for() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = format!("{PATH}/{}", create(&tool).await);
    let made = tool.get(&path).await.json();
    let two = "https://logs.example/two";
    let bodies = [
        (json!({"sink": {"httpEndpoint": two}}), "on property sink.httpAuthorization"),
        (
            json!({"sink": {"httpEndpoint": two, "httpAuthorization": "new"}}),
            "on property sink.httpCustomHeaders",
        ),
    ];
    refuses(&tool, Method::PATCH, &path, &bodies).await;
    assert_eq!(tool.get(&path).await.json(), made);
    let sink = json!({"httpEndpoint": two, "httpAuthorization": "new", "httpCustomHeaders": []});
    let changed = tool.call(Method::PATCH, &path, Some(json!({"sink": sink}))).await.json();
    assert_eq!(changed["sink"], sink);
}

/// M-041, MS-001
#[tokio::test]
async fn secrets_of_a_stream_are_for_tools_that_deploy_and_in_no_event() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let mut made = tool.call(Method::POST, PATH, Some(body())).await.json();
    let secret = made.as_object_mut().unwrap().remove("signing_secret").unwrap();
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    for secret in ["canary", "whsec_"] {
        assert!(!format!("{events:?}").contains(secret), "{events:?}");
    }
    let kept = server.t.engine.read_log_stream(made["id"].as_str().unwrap()).await.unwrap();
    assert!(!format!("{kept:?}").contains("canary"), "{kept:?}");
    for scopes in ["read:log_streams", "read:log_streams update:log_streams create:log_streams"] {
        grant(&server, scopes).await;
        let list = Tool::of(&server, "").await.get(PATH).await;
        assert!(list.text.contains("https://logs.example/in"), "{scopes} {}", list.text);
        assert!(!list.text.contains("canary"), "{scopes} {}", list.text);
        assert!(!list.text.contains(secret.as_str().unwrap()), "{scopes} {}", list.text);
    }
    grant(&server, "create:log_streams").await;
    let other = Tool::of(&server, "").await.call(Method::POST, PATH, Some(body())).await;
    assert!(other.status == 200 && !other.text.contains("whsec_"), "{}", other.text);
    let id = other.json()["id"].as_str().unwrap().to_owned();
    assert!(server.t.engine.remove_log_stream(&Operator::console(), &id).await.unwrap());
    grant(&server, "read:log_streams read:connections_options").await;
    assert_eq!(Tool::of(&server, "").await.get(PATH).await.json(), json!([made]));
}

/// M-003, MS-001
#[tokio::test]
async fn what_cannot_be_a_stream_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = body();
        body[name] = value;
        body
    };
    let sink = |name: &str, value: Value| {
        let mut body = body();
        body["sink"][name] = value;
        body
    };
    let bodies = [
        (json!({"type": "http"}), "Missing required property: name"),
        (json!({"name": "x"}), "Missing required property: type"),
        (json!({"name": "x", "type": "http"}), "Missing required property: sink"),
        (with("type", json!("splunk")), "Log streams of type splunk are not supported: use http"),
        (with("name", json!("")), "on property name"),
        (with("status", json!("suspended")), "on property status"),
        (with("filters", json!([{"type": "category", "name": "x"}])), "on property filters"),
        (with("sink", json!({})), "on property sink"),
        (with("sink", json!("x")), "on property sink"),
        (sink("httpEndpoint", json!("http://10.0.0.1/")), "on property sink.httpEndpoint"),
        (sink("httpEndpoint", json!(1)), "on property sink.httpEndpoint"),
        (sink("httpAuthorization", json!("a\r\nb")), "on property sink.httpAuthorization"),
        (sink("httpContentType", json!("a\r\nb")), "on property sink.httpContentType"),
        (sink("httpContentFormat", json!("XML")), "on property sink.httpContentFormat"),
        (
            sink("httpCustomHeaders", json!([{"header": "a b", "value": "c"}])),
            "on property sink.httpCustomHeaders",
        ),
        (
            sink("httpCustomHeaders", json!([{"header": "a", "value": "b\nc"}])),
            "on property sink.httpCustomHeaders",
        ),
        (sink("httpCustomHeaders", json!({})), "on property sink.httpCustomHeaders"),
        (
            sink("httpCustomHeaders", json!([{"header": "Webhook-Signature", "value": "v1,x"}])),
            "Webhook-Signature is set by this server",
        ),
        (
            sink("httpCustomHeaders", json!([{"header": "Content-Length", "value": "1"}])),
            "Content-Length is set by this server",
        ),
        (sink("httpAuthorization", json!("schlüssel")), "on property sink.httpAuthorization"),
        (with("startFrom", json!("soon")), "on property startFrom"),
        (with("isPriority", json!("yes")), "on property isPriority"),
        (
            with("pii_config", json!({"log_fields": ["email"], "method": "hash", "algorithm": "xxhash"})),
            "on property pii_config.method",
        ),
        (with("pii_config", json!({"log_fields": ["x"]})), "on property pii_config.log_fields"),
    ];
    refuses(&tool, Method::POST, PATH, &bodies).await;
    let path = format!("{PATH}/{}", create(&tool).await);
    let bodies = [
        (json!({"type": "splunk"}), "on property type"),
        (json!({"status": "suspended"}), "on property status"),
        (json!({"startFrom": "2026-01-01T00:00:00Z"}), "on property startFrom"),
        (json!({"sink": null}), "on property sink"),
        (json!({"sink": {"httpEndpoint": "ftp://a.example"}}), "on property sink.httpEndpoint"),
    ];
    refuses(&tool, Method::PATCH, &path, &bodies).await;
    is_closed(
        &server,
        &[(Method::GET, PATH), (Method::POST, PATH), (Method::PATCH, &path), (Method::DELETE, &path)],
    )
    .await;
}

/// MS-001: what a tool read, it writes back.
#[tokio::test]
async fn a_suspended_stream_is_written_back_and_a_secret_that_was_shown_is_not_kept_in_clear() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let id = create(&tool).await;
    let store = &server.t.engine.store;
    let mut document = server.t.engine.read_log_stream(&id).await.unwrap();
    document.body.insert("status".into(), json!("suspended"));
    assert!(store.replace_document(&document, Vec::new()).await.unwrap());
    let path = format!("{PATH}/{id}");
    let mut read = tool.get(&path).await.json();
    read["signing_secret"] = json!("whsec_canary");

    let changed = tool.call(Method::PATCH, &path, Some(read)).await;

    assert_eq!((changed.status.as_u16(), &changed.json()["status"]), (200, &json!("suspended")));
    let kept = server.t.engine.read_log_stream(&id).await.unwrap();
    assert!(!format!("{kept:?} {}", changed.text).contains("whsec_canary"));
    let active = tool.call(Method::PATCH, &path, Some(json!({"status": "active"}))).await.json();
    assert_eq!(active["status"], "active");
}

/// MS-001
#[tokio::test]
async fn health_test_replay_and_rotation_are_asked_of_a_stream() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = format!("{PATH}/{}", create(&tool).await);
    let act =
        async |name: &str, body: Value| tool.call(Method::POST, &format!("{path}/{name}"), Some(body)).await;
    let fresh = json!({
        "state": "healthy", "last_success_at": null, "failing_since": null, "failed_attempts": 0,
        "next_attempt_at": null, "errors": [], "delivered": 0, "lag": {"entries": 0, "seconds": 0},
    });
    assert_eq!(tool.get(&format!("{path}/health")).await.json(), fresh);
    assert_eq!(act("test", json!({})).await.json(), json!({"delivered": true}));
    assert_eq!(act("replay", json!({"date": "2026-11-01"})).await.json(), fresh);
    let rotated = act("rotate-secret", json!({"overlap": 60})).await.json();
    assert!(rotated["signing_secret"].as_str().unwrap().starts_with("whsec_"), "{rotated}");
    assert_eq!(rotated["previous_valid_until"], "2026-11-24T12:01:00.000Z");

    for (name, body, text) in [
        ("rotate-secret", json!({"overlap": -1}), "on property overlap"),
        ("rotate-secret", json!({"overlap": 604_801}), "on property overlap"),
        ("rotate-secret", json!({"overlap": "x"}), "on property overlap"),
        ("replay", json!({}), "Missing required property: log_id"),
        ("replay", json!({"log_id": "../x"}), "on property log_id"),
        ("replay", json!({"log_id": ["x"]}), "on property log_id"),
        ("replay", json!({"date": "2099-01-01"}), "on property date"),
        ("replay", json!([]), "Payload validation error"),
    ] {
        refuses(&tool, Method::POST, &format!("{path}/{name}"), &[(body, text)]).await;
    }
    let none = (404, Value::Null, json!("The log stream does not exist."));
    let unknown = format!("{PATH}/lst_0000000000000000");
    assert_eq!(failure(&tool.get(&format!("{unknown}/health")).await), none);
    for (name, body) in
        [("test", json!({})), ("replay", json!({"date": "2026-11-01"})), ("rotate-secret", json!({}))]
    {
        let answer = tool.call(Method::POST, &format!("{unknown}/{name}"), Some(body)).await;
        assert_eq!(failure(&answer), none, "{name}");
    }
    let paths = ["health", "test", "replay", "rotate-secret"].map(|name| format!("{path}/{name}"));
    let [health, test, replay, rotate] = &paths;
    let calls: &[(Method, &str)] =
        &[(Method::GET, health), (Method::POST, test), (Method::POST, replay), (Method::POST, rotate)];
    is_closed(&server, calls).await;
    // A new secret that nobody sees would leave receivers without one.
    grant(&server, "update:log_streams").await;
    let blind = Tool::of(&server, "").await.call(Method::POST, rotate, Some(json!({}))).await;
    assert_eq!((failure(&blind).0, failure(&blind).1), (403, json!("insufficient_scope")));
}

/// MS-001
#[tokio::test]
async fn tests_of_streams_are_limited_by_client() {
    let server = crate::tool::server().await;
    let tool = Tool::new(&server).await;
    let path = format!("{PATH}/{}/test", create(&tool).await);
    for _ in 0..5 {
        assert_eq!(tool.call(Method::POST, &path, None).await.status, 200);
    }
    assert_eq!(tool.call(Method::POST, &path, None).await.status, 429);
}

/// M-041: over sign-ins of apps and of pages, and changes of all that holds a secret.
#[tokio::test]
async fn no_code_token_or_secret_is_in_what_a_stream_carries() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let mut all = body();
    all["filters"] = json!([]);
    let stream = tool.call(Method::POST, PATH, Some(all)).await.json();
    let stream_path = format!("{PATH}/{}", stream["id"].as_str().unwrap());
    let mut secrets = vec![
        String::from("canary"),
        String::from("whsec_"),
        stream["signing_secret"].as_str().unwrap().to_owned(),
        tool.token.clone(),
        String::from("machine-secret"),
        String::from(PHONE),
        String::from(EMAIL),
    ];

    // By an app, on the pages, with a link on its way; with a wrong code, and a refresh token used twice.
    let t = &server.t;
    let tokens = t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    secrets.push(t.code());
    let refresh = tokens.refresh_token.unwrap().expose().to_owned();
    secrets.extend([tokens.access_token.expose().to_owned(), refresh.clone()]);
    let body = json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": refresh});
    let refreshed = server.post("/oauth/token", body.clone()).await.json();
    for name in ["access_token", "refresh_token", "id_token"] {
        secrets.push(refreshed[name].as_str().unwrap().to_owned());
    }
    assert_eq!(server.post("/oauth/token", body).await.status, 403);
    t.start(NATIVE, PHONE).await.unwrap();
    secrets.extend([t.code(), t.wrong_code()]);
    assert!(t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await.is_err());
    let mut browser = t.browser();
    let answer = t.sign_in_by_mail(SPA, &mut browser, EMAIL).await;
    secrets.push(t.mailed_code().expose().to_owned());
    secrets.push(latchkey_testkit::field(&answer, "code").unwrap());
    secrets.push(t.trade(SPA, &answer).await.unwrap().access_token.expose().to_owned());
    secrets.push(t.start_link(NATIVE, EMAIL, json!({})).await.expose().to_owned());
    secrets.push(t.mailed_code().expose().to_owned());

    // Everything with a secret in it, written and changed.
    let client = json!({"name": "Web", "app_type": "regular_web", "client_secret": "canary".repeat(10)});
    let client = tool.call(Method::POST, "/clients", Some(client)).await.json();
    let id = client["client_id"].as_str().unwrap_or_else(|| panic!("{client}")).to_owned();
    secrets.push(client["client_secret"].as_str().unwrap().to_owned());
    let rotated = tool.call(Method::POST, &format!("/clients/{id}/rotate-secret"), Some(json!({}))).await;
    secrets.push(rotated.json()["client_secret"].as_str().unwrap().to_owned());
    let twilio = json!({
        "name": "twilio", "credentials": {"auth_token": "canary-twilio"},
        "configuration": {"sid": "AC1", "default_from": "+14155550199", "delivery_methods": ["text"]},
    });
    let smtp = json!({
        "name": "smtp", "default_from_address": "no-reply@acme.example",
        "credentials": {"smtp_host": "mail.example", "smtp_port": 587, "smtp_user": "acme", "smtp_pass": "canary-smtp"},
    });
    let gateway = json!({
        "name": "texts", "strategy": "sms",
        "options": {
            "provider": "sms_gateway", "gateway_url": "https://gateway.example/", "from": "Acme",
            "gateway_authentication": {"method": "bearer", "audience": "a", "secret": "canary-gateway"},
        },
    });
    let sink = json!({
        "httpEndpoint": "https://logs.example/in", "httpAuthorization": "canary-three",
        "httpCustomHeaders": [{"header": "X-Key", "value": "canary-four"}],
    });
    for (method, path, body, status) in [
        (Method::POST, "/branding/phone/providers", twilio, 201),
        (Method::POST, "/emails/provider", smtp, 201),
        (Method::POST, "/connections", gateway, 201),
        (Method::PATCH, stream_path.as_str(), json!({"sink": sink}), 200),
    ] {
        let answer = tool.call(method, path, Some(body)).await;
        assert_eq!(answer.status, status, "{path} {}", answer.text);
    }
    let rotated = tool.call(Method::POST, &format!("{stream_path}/rotate-secret"), Some(json!({}))).await;
    secrets.push(rotated.json()["signing_secret"].as_str().unwrap().to_owned());

    t.clock.advance(11);
    t.stream_logs().await;

    let carried: Vec<String> = t.senders.streamed().into_iter().map(|(_, request)| request.body).collect();
    let carried = carried.concat();
    assert!(carried.lines().count() > 15, "{carried}");
    for secret in &secrets {
        assert!(secret.len() >= 6, "{secret}");
        assert!(!carried.contains(secret.as_str()), "{secret} is in {carried}");
    }
    // Nor in what is told of the stream.
    let health = tool.get(&format!("{stream_path}/health")).await.text;
    assert!(!health.contains("canary") && !health.contains("whsec_"), "{health}");
}
