//! Templates of mails as tools write and read them.

use http::Method;
use latchkey_testkit::{NATIVE, PHONE};
use serde_json::{Value, json};

use crate::support::OTP_GRANT;
use crate::tool::{Tool, failure, is_closed, refuses, unlimited};

/// MS-002
#[tokio::test]
async fn a_template_is_changed_or_else_made_as_tools_do_it() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = "/email-templates/verify_email";
    let body = json!({
        "template": "verify_email", "body": "<p>{{ url }}</p>", "from": "", "subject": "Hi", "syntax": "liquid",
        "resultUrl": null, "urlLifetimeInSeconds": 432_000, "includeEmailInRedirect": false, "enabled": true,
    });
    let none = (404, json!("inexistent_email_template"), json!("The template does not exist."));
    assert_eq!(failure(&tool.get(path).await), none);
    assert_eq!(failure(&tool.call(Method::PATCH, path, Some(body.clone())).await), none);
    let made = tool.call(Method::POST, "/email-templates", Some(body.clone())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let mut expected = body.clone();
    expected.as_object_mut().unwrap().remove("resultUrl");
    assert_eq!(made.json(), expected);
    assert_eq!(tool.get(path).await.json(), expected);
    assert_eq!(failure(&tool.call(Method::POST, "/email-templates", Some(body)).await).0, 409);
    let changed = tool.call(Method::PATCH, path, Some(json!({"enabled": false}))).await.json();
    assert_eq!((&changed["enabled"], &changed["subject"]), (&json!(false), &json!("Hi")));
    let whole = json!({"template": "verify_email", "subject": "Hello"});
    assert_eq!(tool.call(Method::PUT, path, Some(whole.clone())).await.json(), whole);
}

/// M-003, MS-002
#[tokio::test]
async fn what_is_no_template_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let (status, code, message) = failure(&tool.get("/email-templates/birthday").await);
    assert_eq!((status, code), (400, json!("invalid_uri")));
    assert!(
        message.as_str().unwrap().starts_with("Path validation error: 'Must be one of verify_email"),
        "{message}"
    );
    let with = |name: &str, value: Value| json!({"template": "welcome_email", name: value});
    let bodies = [
        (json!({}), "Missing required property: template"),
        (json!({"template": "birthday"}), "on property template"),
        (json!({"template": 1}), "on property template"),
        (with("body", json!(1)), "on property body"),
        (with("syntax", json!("md")), "on property syntax"),
        (with("urlLifetimeInSeconds", json!("1")), "on property urlLifetimeInSeconds"),
        (with("enabled", json!("x")), "on property enabled"),
    ];
    refuses(&tool, Method::POST, "/email-templates", &bodies).await;
    tool.call(Method::POST, "/email-templates", Some(json!({"template": "welcome_email"}))).await;
    let path = "/email-templates/welcome_email";
    refuses(&tool, Method::PATCH, path, &[(json!({"template": "verify_email"}), "Cannot be changed")]).await;
    is_closed(
        &server,
        &[
            (Method::GET, path),
            (Method::PATCH, path),
            (Method::PUT, path),
            (Method::POST, "/email-templates"),
        ],
    )
    .await;
}

/// MS-002
#[tokio::test]
async fn whoever_signs_up_by_mail_is_welcomed_once_where_an_operator_wrote_it() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let sign_in = async |address: &str| {
        server.t.start_email(NATIVE, address).await.unwrap();
        let body = json!({
            "client_id": NATIVE, "grant_type": OTP_GRANT, "realm": "email", "username": address,
            "otp": server.t.mailed_code().expose(),
        });
        assert_eq!(server.post("/oauth/token", body).await.status, 200);
    };
    let welcomes = async || {
        server.t.engine.deliver_due().await.unwrap();
        server.t.settled().await;
        let mails = server.t.senders.mailed().into_iter();
        mails.filter(|mail| mail.code.expose().is_empty()).map(|mail| mail.to).collect::<Vec<_>>()
    };
    sign_in("before@example.com").await;
    let template = json!({"template": "welcome_email", "subject": "Welcome", "body": "Hi", "enabled": false});
    assert_eq!(tool.call(Method::POST, "/email-templates", Some(template)).await.status, 201);
    sign_in("off@example.com").await;
    let on = json!({"enabled": true});
    assert_eq!(tool.call(Method::PATCH, "/email-templates/welcome_email", Some(on)).await.status, 200);
    for address in ["before@example.com", "ana@example.com", "ana@example.com"] {
        sign_in(address).await;
    }
    server.t.start(NATIVE, PHONE).await.unwrap();
    server.t.redeem(NATIVE, PHONE, &server.t.code(), "openid").await.unwrap();
    for mail in server.t.senders.mailed() {
        eprintln!("{} {:?} {:?} {:?}", mail.to, mail.subject.expose(), mail.code.expose(), mail.id);
    }
    assert_eq!(welcomes().await, ["ana@example.com"]);
    assert_eq!(welcomes().await, ["ana@example.com"], "once");
}
