//! Linking and unlinking.

use http::Method;
use latchkey_core::Timestamp;
use latchkey_testkit::NATIVE;
use serde_json::{Value, json};

use crate::support::Answer;
use crate::tool::{Tool, failure, server};
use crate::users::{make, patch, path};

const PHONE: &str = "+14155550100";

async fn two(tool: &Tool<'_>) -> (Value, Value) {
    let ana = json!({
        "connection": "email", "email": "ana@example.com", "user_id": "1", "app_metadata": {"kept": true},
    });
    let phone = json!({
        "connection": "sms", "phone_number": PHONE, "user_id": "2", "app_metadata": {"dropped": true},
    });
    (make(tool, ana).await, make(tool, phone).await)
}

async fn link(tool: &Tool<'_>, primary: &Value, body: Value) -> Answer {
    tool.call(Method::POST, &format!("{}/identities", path(primary)), Some(body)).await
}

/// M-022
#[tokio::test]
async fn two_users_become_one_who_signs_in_by_either_identity() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (ana, phone) = two(&tool).await;
    server.t.sign_in(NATIVE, PHONE, "openid offline_access").await;

    let linked = link(&tool, &ana, json!({"provider": "sms", "user_id": "sms|2"})).await;

    assert_eq!(linked.status, 201, "{}", linked.text);
    let linked = linked.json();
    assert_eq!(linked.as_array().unwrap().len(), 2);
    let profile = |at: usize, name: &str| linked[at]["profileData"][name].clone();
    assert_eq!((profile(0, "email"), profile(1, "phone_number")), (json!("ana@example.com"), json!(PHONE)));
    assert_eq!((&linked[1]["provider"], &linked[1]["user_id"]), (&json!("sms"), &json!("2")));
    assert_eq!(failure(&tool.get(&path(&phone)).await).0, 404);
    let whole = tool.get(&path(&ana)).await.json();
    assert_eq!((&whole["app_metadata"], whole.get("phone_number")), (&json!({"kept": true}), None));
    assert_eq!(whole["identities"][0].get("profileData"), None);
    assert_eq!(whole["identities"][1], linked[1]);
    let tokens = tool.get(&format!("{}/refresh-tokens", path(&ana))).await.json();
    assert_eq!(tokens["tokens"].as_array().unwrap().len(), 1);

    server.t.clock.advance(600);
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    assert_eq!(tool.get(&path(&ana)).await.json()["logins_count"], 1);
    assert_eq!(tool.get("/users").await.json().as_array().unwrap().len(), 1);
    let by_phone = tool.get("/users-by-phone?phone_number=%2B14155550100").await.json();
    assert_eq!(by_phone[0]["user_id"], "email|1");
}

/// M-022
#[tokio::test]
async fn what_cannot_be_linked_is_refused() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (ana, phone) = two(&tool).await;
    for (body, status, code) in [
        (json!({}), 400, "invalid_body"),
        (json!({"provider": "sms"}), 400, "invalid_body"),
        (json!({"provider": "sms", "user_id": []}), 400, "invalid_body"),
        (json!({"provider": "sms", "user_id": "2", "connection": "sms"}), 400, "invalid_body"),
        (json!({"provider": "email", "user_id": "1"}), 400, "invalid_body"),
        (json!({"provider": "sms", "user_id": "3"}), 404, "inexistent_user"),
        (json!({"provider": "sms", "user_id": "\0"}), 404, "inexistent_user"),
        (json!({"link_with": "not.a.token"}), 400, "invalid_body"),
    ] {
        let (said, found, message) = failure(&link(&tool, &ana, body.clone()).await);
        assert_eq!((said, found), (status, json!(code)), "{body} {message}");
    }
    assert_eq!(link(&tool, &ana, json!({"provider": "sms", "user_id": 2})).await.status, 201);
    // Linked already, to this user or to another one.
    let third = make(&tool, json!({"connection": "email", "email": "c@example.com"})).await;
    for primary in [&ana, &third] {
        let again = link(&tool, primary, json!({"provider": "sms", "user_id": "2"})).await;
        assert_eq!(failure(&again).0, 409);
    }
    let nobody = link(&tool, &phone, json!({"provider": "email", "user_id": "1"})).await;
    assert_eq!(failure(&nobody).0, 404);
    let narrow = Tool::of(&server, "update:current_user_identities read:users").await;
    assert_eq!(failure(&link(&narrow, &ana, json!({"provider": "sms", "user_id": "2"})).await).0, 403);
}

/// M-022
#[tokio::test]
async fn who_is_blocked_is_not_linked_from_either_side() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (ana, phone) = two(&tool).await;
    let body = json!({"provider": "sms", "user_id": "2"});
    for user in [&ana, &phone] {
        assert_eq!(patch(&tool, user, json!({"blocked": true})).await.status, 200);
        let (status, code, message) = failure(&link(&tool, &ana, body.clone()).await);
        assert_eq!((status, code), (400, json!("operation_not_supported")), "{message}");
        assert!(message.as_str().unwrap().contains("blocked"), "{message}");
        assert_eq!(patch(&tool, user, json!({"blocked": false})).await.status, 200);
    }
    assert_eq!(link(&tool, &ana, body).await.status, 201);
}

/// M-022
#[tokio::test]
async fn an_id_token_of_the_other_user_links_as_long_as_it_lives() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (ana, phone) = two(&tool).await;
    let tokens = server.t.sign_in(NATIVE, PHONE, "openid").await;
    let id_token = tokens.id_token.unwrap().expose().to_owned();
    assert_eq!(failure(&link(&tool, &ana, json!({"link_with": tool.token})).await).0, 400);
    let changed = format!("{id_token}x");
    assert_eq!(failure(&link(&tool, &ana, json!({"link_with": changed})).await).0, 400);

    assert_eq!(link(&tool, &ana, json!({"link_with": id_token})).await.status, 201);
    assert_eq!(failure(&tool.get(&path(&phone)).await).0, 404);

    let third = make(&tool, json!({"connection": "sms", "phone_number": "+14155550101"})).await;
    let late = server.t.sign_in(NATIVE, "+14155550101", "openid").await.id_token.unwrap();
    server.t.clock.advance(36_001);
    let refused = link(&tool, &ana, json!({"link_with": late.expose()})).await;
    assert_eq!(failure(&refused).0, 400);
    assert_eq!(tool.get(&path(&third)).await.status, 200);
}

/// S-148: in the very second, too.
#[tokio::test]
async fn an_id_token_from_before_the_address_changed_hands_links_nobody() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (ana, phone) = two(&tool).await;
    let by = |token: Value| link(&tool, &ana, json!({ "link_with": token }));
    let native = server.t.engine.client(&NATIVE.into()).await.unwrap().unwrap();
    let known = server.t.engine.store.find_user(&"sms|2".into()).await.unwrap().unwrap();
    // By a passkey, before anybody proved the number.
    let held = server.t.engine.sign_id_token(&native, Default::default(), &known).await.unwrap();
    let first = server.t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap();
    assert_eq!(failure(&by(json!(held.expose())).await).0, 400);

    assert_eq!(patch(&tool, &phone, json!({"phone_number": "+14155550102"})).await.status, 200);
    assert_eq!(failure(&by(json!(first.expose())).await).0, 400);

    let second = server.t.sign_in(NATIVE, "+14155550102", "openid").await.id_token.unwrap();
    assert_eq!(by(json!(second.expose())).await.status, 201);
    server.t.clock.advance(60);
    let apart = format!("{}/identities/sms/2", path(&ana));
    assert_eq!(tool.call(Method::DELETE, &apart, None).await.status, 200);
    let late = by(json!(second.expose())).await;
    assert_eq!(failure(&late).0, 400, "it is of before the link");
}

/// M-022
#[tokio::test]
async fn an_identity_that_is_unlinked_is_a_user_of_its_own_by_its_former_id() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let (ana, phone) = two(&tool).await;
    link(&tool, &ana, json!({"provider": "sms", "user_id": "2"})).await;
    let unlink = async |rest: &str| {
        tool.call(Method::DELETE, &format!("{}/identities/{rest}", path(&ana)), None).await
    };
    for rest in ["email/1", "sms/3", "sms/email%7C2"] {
        assert_eq!(failure(&unlink(rest).await).0, 400, "{rest}");
    }
    server.t.clock.advance(60);

    let left = unlink("sms/2").await;

    assert_eq!(left.status, 200, "{}", left.text);
    let left = left.json();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["user_id"]), (1, &json!("1")));
    let alone = tool.get(&path(&phone)).await.json();
    assert_eq!((&alone["user_id"], &alone["phone_number"]), (&json!("sms|2"), &json!(PHONE)));
    assert_eq!(alone.get("app_metadata"), None);
    assert_eq!(alone["created_at"], Timestamp(server.t.engine.now().0).to_iso8601());
    assert_eq!(failure(&unlink("sms/2").await).0, 400);
}
