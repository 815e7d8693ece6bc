//! Users as tools write and read them.

use http::Method;
use latchkey_core::model::EventKind;
use latchkey_testkit::NATIVE;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};

const PHONE: &str = "+14155550100";

pub async fn make(tool: &Tool<'_>, body: Value) -> Value {
    let made = tool.call(Method::POST, "/users", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()
}

/// The path of a user, its id encoded as tools do it.
pub fn path(user: &Value) -> String {
    format!("/users/{}", user["user_id"].as_str().unwrap().replace('|', "%7C"))
}

pub async fn patch(tool: &Tool<'_>, user: &Value, body: Value) -> crate::support::Answer {
    tool.call(Method::PATCH, &path(user), Some(body)).await
}

/// M-017
#[tokio::test]
async fn a_user_is_made_read_and_deleted_as_tools_do_it() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let sms = make(&tool, json!({"connection": "sms", "phone_number": PHONE, "email": null})).await;
    let id = sms["user_id"].as_str().unwrap();
    let hex = id.strip_prefix("sms|").unwrap();
    assert!(hex.len() == 24 && hex.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    let now = server.t.engine.now().to_iso8601();
    assert!(now.ends_with(".000Z"));
    assert_eq!(
        sms,
        json!({
            "user_id": id, "phone_number": PHONE, "phone_verified": false, "name": PHONE, "nickname": PHONE,
            "picture": "https://login.example/avatar.svg", "created_at": now, "updated_at": now,
            "identities": [{"connection": "sms", "user_id": hex, "provider": "sms", "isSocial": false}],
        })
    );
    let body = json!({
        "connection": "email", "email": "Ana.B@Example.com", "email_verified": true, "verify_email": false,
        "user_id": "my-own-id", "name": "Ana", "given_name": "A", "family_name": "B", "nickname": "an",
        "picture": "https://pictures.example/a.png", "blocked": false,
        "user_metadata": {"a": {"b": 1}}, "app_metadata": {"plan": "pro"},
    });
    let email = make(&tool, body.clone()).await;
    assert_eq!(
        (&email["user_id"], &email["email"]),
        (&json!("email|my-own-id"), &json!("ana.b@example.com"))
    );
    for name in ["email_verified", "name", "nickname", "picture", "blocked", "user_metadata", "app_metadata"]
    {
        assert_eq!(email[name], body[name], "{name}");
    }
    for user in [&sms, &email] {
        assert_eq!(tool.get(&path(user)).await.json(), *user);
    }
    let part = tool.get(&format!("{}?fields=email,user_id&include_fields=true", path(&email))).await.json();
    assert_eq!(part, json!({"email": "ana.b@example.com", "user_id": "email|my-own-id"}));

    assert_eq!(tool.call(Method::DELETE, &path(&sms), None).await.status, 204);
    let text = json!("The user does not exist.");
    assert_eq!(failure(&tool.get(&path(&sms)).await), (404, json!("inexistent_user"), text));
    assert_eq!(tool.call(Method::DELETE, &path(&sms), None).await.status, 204);
    assert_eq!(tool.call(Method::DELETE, "/users/sms%7C%00", None).await.status, 204);
}

/// M-017
#[tokio::test]
async fn an_id_or_an_address_that_is_taken_is_a_conflict() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({"connection": "sms", "phone_number": PHONE, "user_id": "sms|one"});
    assert_eq!(make(&tool, body).await["user_id"], "sms|one");
    for body in [
        json!({"connection": "sms", "phone_number": PHONE}),
        json!({"connection": "sms", "phone_number": "+14155550101", "user_id": "one"}),
    ] {
        let refused = tool.call(Method::POST, "/users", Some(body)).await;
        let text = json!("The user already exists.");
        assert_eq!(failure(&refused), (409, json!("auth0_idp_error"), text));
    }
    make(&tool, json!({"connection": "email", "email": "a@example.com", "user_id": "one"})).await;
}

/// M-003, M-017
#[tokio::test]
async fn what_cannot_be_a_user_is_refused_by_name() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"connection": "email", "email": "a@example.com"});
        body[name] = value;
        body
    };
    let large = "x".repeat(17_000);
    for (body, code, text) in [
        (json!({"email": "a@example.com"}), "invalid_body", "Missing required property: connection"),
        (json!({"connection": "sms"}), "invalid_body", "Missing required property: phone_number"),
        (json!({"connection": "email"}), "invalid_body", "Missing required property: email"),
        (json!({"connection": "none", "email": "a@b.c"}), "invalid_body", "The connection does not exist"),
        (
            json!({"connection": "sms", "phone_number": "555"}),
            "invalid_body",
            "'String does not match pattern: ^\\+[0-9]{1,15}$' on property phone_number",
        ),
        (with("email", json!("nobody")), "invalid_body", "format email' on property email"),
        (with("email", json!(7)), "invalid_body", "'Expected type string' on property email"),
        (with("email_verified", json!("true")), "invalid_body", "'Expected type boolean'"),
        (with("user_metadata", json!([])), "invalid_body", "'Expected type object'"),
        (with("app_metadata", json!({"x": large})), "invalid_body", "on property app_metadata"),
        (with("app_metadata", json!({"x": "\0"})), "invalid_body", "on property app_metadata"),
        (with("user_id", json!("a b")), "invalid_body", "on property user_id"),
        (with("user_id", json!("email|")), "invalid_body", "on property user_id"),
        (with("user_id", json!("x".repeat(256))), "invalid_body", "on property user_id"),
        (with("name", json!("")), "invalid_body", "on property name"),
        (with("name", json!("x".repeat(301))), "invalid_body", "on property name"),
        (with("given_name", json!("x".repeat(151))), "invalid_body", "on property given_name"),
        (with("picture", json!("javascript:alert(1)")), "invalid_body", "on property picture"),
        (with("shoe_size", json!(43)), "invalid_body", "Additional properties not allowed: shoe_size"),
        (with("phone_number", json!(PHONE)), "operation_not_supported", "phone_number"),
        (with("password", json!("secret-canary")), "operation_not_supported", "password"),
        (with("username", json!("ana")), "operation_not_supported", "username"),
    ] {
        let refused = tool.call(Method::POST, "/users", Some(body.clone())).await;
        let (status, said, message) = failure(&refused);
        assert_eq!((status, said), (400, json!(code)), "{body} {message}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
        assert!(!refused.text.contains("canary"));
        server.t.clock.advance(1);
    }
    for body in [json!([]), json!("x"), json!(null)] {
        assert_eq!(failure(&tool.call(Method::POST, "/users", Some(body)).await).0, 400);
    }
    assert_eq!(tool.get("/users").await.json(), json!([]));
}

/// M-018
#[tokio::test]
async fn metadata_merges_at_its_first_level_and_null_unsets() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({
        "connection": "email", "email": "a@example.com", "name": "Ana", "family_name": "B",
        "user_metadata": {"a": {"x": 1, "y": 2}, "b": 1}, "app_metadata": {"plan": "pro"},
    });
    let user = make(&tool, body).await;
    server.t.clock.advance(60);
    let change = json!({
        "user_metadata": {"a": {"x": 9}, "b": null, "c": [null]}, "app_metadata": {}, "family_name": null,
        "name": null, "nickname": "an",
    });
    let changed = patch(&tool, &user, change).await.json();
    assert_eq!(changed["user_metadata"], json!({"a": {"x": 9}, "c": [null]}));
    assert_eq!(changed["app_metadata"], json!({"plan": "pro"}));
    assert_eq!((changed.get("family_name"), &changed["name"]), (None, &json!("a@example.com")));
    assert_eq!(changed["nickname"], "an");
    assert_eq!(changed["updated_at"], server.t.engine.now().to_iso8601());
    assert_eq!(changed["created_at"], user["created_at"]);
    let emptied = patch(&tool, &user, json!({"user_metadata": {"a": null, "c": null}})).await.json();
    assert_eq!(emptied.get("user_metadata"), None);
    assert_eq!(tool.get(&path(&user)).await.json(), emptied);
    assert_eq!(patch(&tool, &user, json!({})).await.json(), emptied);
}

/// M-018
#[tokio::test]
async fn a_changed_address_keeps_the_id_and_kills_the_codes_of_the_old_one() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "sms", "phone_number": PHONE, "phone_verified": true})).await;
    server.t.start(NATIVE, PHONE).await.unwrap();
    let code = server.t.code();
    let changed = patch(&tool, &user, json!({"phone_number": "+14155550101"})).await.json();
    assert_eq!(
        (&changed["user_id"], &changed["phone_number"], &changed["phone_verified"], &changed["name"]),
        (&user["user_id"], &json!("+14155550101"), &json!(false), &json!("+14155550101"))
    );
    assert!(server.t.redeem(NATIVE, PHONE, &code, "openid").await.is_err());
    server.t.sign_in(NATIVE, "+14155550101", "openid").await;
    let after = tool.get(&path(&user)).await.json();
    assert_eq!((&after["logins_count"], &after["phone_verified"]), (&json!(1), &json!(true)));
    assert_eq!((&after["last_ip"], after["last_login"].is_string()), (&json!("192.0.2.1"), true));
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(events.iter().any(|event| event.kind == EventKind::PhoneNumberChanged));
    let told = format!("{events:?}");
    assert!(!told.contains(PHONE) && !told.contains("+14155550101"), "{told}");
}

/// M-018, S-121
#[tokio::test]
async fn what_a_change_may_not_do_is_refused() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let sms = make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await;
    let other = make(&tool, json!({"connection": "email", "email": "a@example.com"})).await;
    make(&tool, json!({"connection": "email", "email": "b@example.com"})).await;
    make(&tool, json!({"connection": "sms", "phone_number": "+14155550101"})).await;
    for (user, body, code, text) in [
        (&sms, json!({"email_verified": true}), "operation_not_supported", "email_verified"),
        (&sms, json!({"email": "c@example.com"}), "operation_not_supported", "email"),
        (&other, json!({"phone_number": PHONE}), "operation_not_supported", "phone_number"),
        (&other, json!({"password": "x"}), "operation_not_supported", "password"),
        (&sms, json!({"verify_phone_number": true}), "operation_not_supported", "verify_phone_number"),
        (&other, json!({"verify_email": true}), "operation_not_supported", "verify_email"),
        (
            &other,
            json!({"email": "B@example.com"}),
            "auth0_idp_error",
            "The specified new email already exists",
        ),
        (
            &sms,
            json!({"phone_number": "+14155550101"}),
            "auth0_idp_error",
            "The specified new phone number already exists",
        ),
        (&sms, json!({"connection": "email", "email": "c@example.com"}), "invalid_body", "connection"),
        (&sms, json!({"phone_number": null}), "invalid_body", "on property phone_number"),
        (&sms, json!({"user_id": "x"}), "invalid_body", "Additional properties not allowed: user_id"),
        (&sms, json!({"created_at": "x"}), "invalid_body", "Additional properties not allowed: created_at"),
        (&sms, json!({"blocked": "yes"}), "invalid_body", "on property blocked"),
    ] {
        let (status, said, message) = failure(&patch(&tool, user, body.clone()).await);
        assert_eq!((status, said), (400, json!(code)), "{body} {message}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
    let unasked = json!({"verify_email": false, "verify_phone_number": null});
    assert_eq!(patch(&tool, &other, unasked).await.status, 200);
    let nobody = tool.call(Method::PATCH, "/users/sms%7Cnobody", Some(json!({"blocked": true}))).await;
    assert_eq!(failure(&nobody).0, 404);
    assert_eq!(tool.get(&path(&other)).await.json(), other);
}

/// M-018, S-121
#[tokio::test]
async fn a_tool_for_app_metadata_changes_nothing_else() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await;
    let narrow = Tool::of(&server, "update:users_app_metadata read:current_user").await;
    let changed = patch(&narrow, &user, json!({"app_metadata": {"a": 1}})).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["app_metadata"]), (200, &json!({"a": 1})));
    for body in [json!({"blocked": true}), json!({"app_metadata": {}, "name": "x"})] {
        assert_eq!(failure(&patch(&narrow, &user, body).await).0, 403);
    }
    // What people may see and write of themselves is not for tools.
    let own = Tool::of(&server, "read:current_user update:current_user_metadata delete:current_user").await;
    assert_eq!(failure(&own.get(&path(&user)).await).0, 403);
    assert_eq!(failure(&patch(&own, &user, json!({"user_metadata": {"a": 1}})).await).0, 403);
    assert_eq!(failure(&own.call(Method::DELETE, &path(&user), None).await).0, 403);
    assert_eq!(failure(&own.get("/users").await).0, 403);
}

/// M-019
#[tokio::test]
async fn who_is_blocked_is_signed_out_and_gets_no_code() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let tokens = server.t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    let user = tool.get("/users").await.json()[0].clone();
    assert_eq!(user.get("blocked"), None);
    let tokens_of = format!("{}/refresh-tokens", path(&user));
    assert_eq!(tool.get(&tokens_of).await.json()["tokens"].as_array().unwrap().len(), 1);

    assert_eq!(patch(&tool, &user, json!({"blocked": true})).await.json()["blocked"], true);

    assert_eq!(tool.get(&tokens_of).await.json()["tokens"], json!([]));
    let refresh = json!({
        "grant_type": "refresh_token", "client_id": NATIVE,
        "refresh_token": tokens.refresh_token.unwrap().expose(),
    });
    assert_eq!(server.post("/oauth/token", refresh).await.status, 403);
    server.t.clock.advance(3600);
    let sent = server.t.senders.sent().len();
    server.t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(server.t.senders.sent().len(), sent);
    let freed = patch(&tool, &user, json!({"blocked": false})).await.json();
    assert_eq!(freed["blocked"], false);
}

/// M-021
#[tokio::test]
async fn users_are_found_by_address_on_whatever_connection() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let ana = make(&tool, json!({"connection": "email", "email": "ana@example.com"})).await;
    let bo = make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await;
    assert_eq!(tool.get("/users-by-email?email=ANA%40example.com").await.json(), json!([ana]));
    assert_eq!(tool.get("/users-by-phone?phone_number=%2B14155550100").await.json(), json!([bo]));
    let part = tool.get("/users-by-email?email=ana%40example.com&fields=email").await.json();
    assert_eq!(part, json!([{"email": "ana@example.com"}]));
    for nobody in ["/users-by-email?email=nobody", "/users-by-phone?phone_number=1"] {
        assert_eq!(tool.get(nobody).await.json(), json!([]));
    }
    for (asked, name) in [("/users-by-email", "email"), ("/users-by-phone", "phone_number")] {
        let (status, code, message) = failure(&tool.get(asked).await);
        assert_eq!((status, code), (400, json!("invalid_query_string")));
        assert!(message.as_str().unwrap().contains(name), "{message}");
    }
}

/// M-008
#[tokio::test]
async fn a_user_of_a_connection_is_deleted_by_address() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    make(&tool, json!({"connection": "email", "email": "ana@example.com"})).await;
    make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await;
    let id = async |name: &str| {
        let found = tool.get(&format!("/connections?name={name}")).await.json();
        found[0]["id"].as_str().unwrap().to_owned()
    };
    let (email, sms) = (id("email").await, id("sms").await);
    for (path, status) in [
        (format!("/connections/{email}/users?email=ana%40example.com"), 204),
        (format!("/connections/{sms}/users?phone_number=%2B14155550100"), 204),
        (format!("/connections/{email}/users?email=ana%40example.com"), 404),
        (format!("/connections/{email}/users?email=x"), 404),
        (format!("/connections/{email}/users"), 400),
        ("/connections/con_none/users?email=ana%40example.com".into(), 404),
    ] {
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status.as_u16(), status, "{path}");
    }
    assert_eq!(tool.get("/users").await.json(), json!([]));
}
