//! The provider of mails as tools write and read it, and what it sends.

use http::Method;
use latchkey_core::model::Strategy;
use latchkey_testkit::NATIVE;
use serde_json::{Value, json};

use crate::support::MAILBOX;
use crate::tool::{Tool, failure, grant, unlimited};

const PATH: &str = "/emails/provider";

fn smtp() -> Value {
    json!({
        "name": "smtp", "default_from_address": "Acme <no-reply@acme.example>",
        "credentials": {"smtp_host": "mail.example", "smtp_port": 587, "smtp_user": "acme", "smtp_pass": "canary"},
        "settings": {"headers": {"X-SES-Message-Tags": "a=b"}},
    })
}

/// M-029
#[tokio::test]
async fn a_provider_is_made_once_read_without_secrets_changed_and_deleted() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let none = (404, json!("inexistent_email_provider"), json!("There is not a configured email provider"));
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        assert_eq!(failure(&tool.call(method.clone(), PATH, Some(json!({}))).await), none, "{method}");
    }
    let made = tool.call(Method::POST, PATH, Some(smtp())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let expected = json!({
        "name": "smtp", "enabled": true, "default_from_address": "Acme <no-reply@acme.example>",
        "credentials": {"smtp_host": "mail.example", "smtp_port": 587, "smtp_user": "acme"},
        "settings": {"headers": {"X-SES-Message-Tags": "a=b"}},
    });
    assert_eq!(made.json(), expected);
    assert_eq!(tool.get(PATH).await.json(), expected);
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(smtp())).await).0, 409);
    let some = tool.get(&format!("{PATH}?fields=name,enabled&include_fields=true")).await.json();
    assert_eq!(some, json!({"name": "smtp", "enabled": true}));

    let change = json!({"enabled": false, "default_from_address": "", "settings": null});
    let changed = tool.call(Method::PATCH, PATH, Some(change)).await.json();
    assert_eq!((&changed["enabled"], &changed["default_from_address"]), (&json!(false), &json!("")));
    assert_eq!((&changed["credentials"], changed.get("settings")), (&expected["credentials"], None));
    assert_eq!(tool.call(Method::DELETE, PATH, None).await.status, 204);
    assert_eq!(failure(&tool.get(PATH).await), none);
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
}

/// M-029
#[tokio::test]
async fn email_connections_that_name_no_sender_send_by_it() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    tool.call(Method::POST, PATH, Some(smtp())).await;
    let start = json!({"client_id": NATIVE, "connection": "email", "email": MAILBOX, "send": "code"});
    assert_eq!(server.post("/passwordless/start", start.clone()).await.status, 200);
    let options = server.t.senders.options();
    for (name, value) in [
        ("provider", "smtp"),
        ("smtp_host", "mail.example"),
        ("smtp_pass", "canary"),
        ("from", "Acme <no-reply@acme.example>"),
    ] {
        assert_eq!(options[name], value, "{name}");
    }
    // The password is kept where the credentials that are written lack it.
    let same = json!({"credentials": {"smtp_host": "mail.example", "smtp_port": 587, "smtp_user": "acme"}});
    assert_eq!(tool.call(Method::PATCH, PATH, Some(same)).await.status, 200);
    assert_eq!(server.post("/passwordless/start", start.clone()).await.status, 200);
    assert_eq!(server.t.senders.options()["smtp_pass"], "canary");
    let elsewhere =
        json!({"credentials": {"smtp_host": "other.example", "smtp_port": 465, "smtp_pass": "two"}});
    assert_eq!(tool.call(Method::PATCH, PATH, Some(elsewhere)).await.status, 200);
    assert_eq!(server.post("/passwordless/start", start.clone()).await.status, 200);
    let options = server.t.senders.options();
    assert_eq!((&options["smtp_host"], &options["smtp_pass"]), (&json!("other.example"), &json!("two")));
    assert_eq!(options["smtp_security"], "tls");
    // One that names its own keeps it.
    server.t.add_connection("email", Strategy::Email, json!({"provider": "own"})).await;
    assert_eq!(server.post("/passwordless/start", start).await.status, 200);
    assert_eq!(Value::Object(server.t.senders.options()), json!({"provider": "own"}));
}

/// M-029
#[tokio::test]
async fn a_password_goes_to_no_other_server_than_the_one_it_was_given_for() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    tool.call(Method::POST, PATH, Some(smtp())).await;
    let mut credentials = smtp()["credentials"].clone();
    credentials.as_object_mut().unwrap().remove("smtp_pass");
    let text = "Payload validation error: 'Must be given again, since it would go to another server' on \
                property credentials.smtp_pass";
    for (name, value) in
        [("smtp_host", json!("evil.example")), ("smtp_port", json!(25)), ("smtp_user", json!("eve"))]
    {
        let mut other = credentials.clone();
        other[name] = value;
        let refused = tool.call(Method::PATCH, PATH, Some(json!({"credentials": other}))).await;
        assert_eq!(failure(&refused), (400, json!("invalid_body"), json!(text)), "{name}");
    }
    assert_eq!(tool.get(PATH).await.json()["credentials"], credentials);
    // A server that wants none.
    let open = json!({"credentials": {"smtp_host": "open.example", "smtp_port": 25, "smtp_pass": null}});
    assert_eq!(tool.call(Method::PATCH, PATH, Some(open)).await.status, 200);
}

/// M-029
#[tokio::test]
async fn credentials_that_nobody_knows_are_refused_and_kept_nowhere() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let mut body = smtp();
    body["credentials"]["password"] = json!("canary");
    let text = "Payload validation error: 'Is not known' on property credentials.password";
    let refused = (400, json!("invalid_body"), json!(text));
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(body.clone())).await), refused);
    assert_eq!(tool.call(Method::POST, PATH, Some(smtp())).await.status, 201);
    assert_eq!(failure(&tool.call(Method::PATCH, PATH, Some(body)).await), refused);
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
    // Neither secret nor read back, and yet known.
    let ms365 = json!({"tenantId": "t", "clientId": "c", "clientSecret": "canary"});
    let other = json!({"name": "ms365", "credentials": ms365});
    assert_eq!(tool.call(Method::PATCH, PATH, Some(other)).await.json()["credentials"], json!({}));
}

/// M-029
#[tokio::test]
async fn a_start_says_so_where_the_tenants_provider_lacks_something() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let mut nameless = smtp();
    nameless["default_from_address"] = json!("");
    assert_eq!(tool.call(Method::POST, PATH, Some(nameless)).await.status, 201);
    let start = json!({"client_id": NATIVE, "connection": "email", "email": MAILBOX, "send": "code"});
    let text = "The connection has no provider to send by".to_owned();
    let refused = server.post("/passwordless/start", start.clone()).await;
    assert_eq!(refused.error(), (400, "bad.connection".into(), text));
    let named = json!({"email": {"from": "codes@acme.example"}});
    server.t.add_connection("email", Strategy::Email, named).await;
    assert_eq!(server.post("/passwordless/start", start).await.status, 200);
}

/// M-029
#[tokio::test]
async fn another_provider_knows_no_secret_of_the_one_before() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    tool.call(Method::POST, PATH, Some(smtp())).await;
    let bare = tool.call(Method::PATCH, PATH, Some(json!({"name": "mailgun"}))).await;
    assert_eq!(
        failure(&bare).2,
        "Payload validation error: 'Is required, as a text' on property credentials.api_key"
    );
    let mailgun = json!({"name": "mailgun", "credentials": {"api_key": "canary", "domain": "acme.example", "region": "eu"}});
    let changed = tool.call(Method::PATCH, PATH, Some(mailgun.clone())).await;
    assert_eq!(changed.json()["credentials"], json!({"domain": "acme.example", "region": "eu"}));
    let back = json!({"name": "smtp", "credentials": {"smtp_host": "mail.example", "smtp_port": 587}});
    assert_eq!(tool.call(Method::PATCH, PATH, Some(back)).await.status, 200);
    let start = json!({"client_id": NATIVE, "connection": "email", "email": MAILBOX, "send": "code"});
    server.post("/passwordless/start", start).await;
    assert!(!server.t.senders.options().contains_key("smtp_pass"));
}

/// M-003, M-029
#[tokio::test]
async fn what_cannot_send_mails_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = smtp();
        body[name] = value;
        body
    };
    for (body, text) in [
        (json!({}), "Missing required property: name"),
        (with("name", json!("carrier-pigeon")), "on property name"),
        (with("name", json!(1)), "on property name"),
        (with("enabled", json!("yes")), "on property enabled"),
        (with("credentials", json!("x")), "on property credentials"),
        (with("credentials", json!({"smtp_host": "mail.example"})), "on property credentials.smtp_port"),
        (with("credentials", json!({"smtp_host": 1, "smtp_port": 25})), "on property credentials.smtp_host"),
        (
            with("credentials", json!({"smtp_host": "a", "smtp_port": 25, "smtp_pass": 1})),
            "credentials.smtp_pass",
        ),
        (with("settings", json!([])), "on property settings"),
        (with("default_from_address", json!(1)), "on property default_from_address"),
        (json!({"name": "sendgrid"}), "on property credentials.api_key"),
        (
            json!({"name": "ses", "credentials": {"accessKeyId": "a", "region": "r"}}),
            "credentials.secretAccessKey",
        ),
    ] {
        let (status, code, message) = failure(&tool.call(Method::POST, PATH, Some(body.clone())).await);
        assert_eq!((status, code), (400, json!("invalid_body")), "{body}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
    grant(&server, "read:clients").await;
    let stranger = Tool::of(&server, "").await;
    for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
        assert_eq!(failure(&stranger.call(method, PATH, Some(json!({}))).await).0, 403);
    }
}
