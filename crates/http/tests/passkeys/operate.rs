//! What operators see of passkeys and do with them, and what becomes of passkeys when a server changes.

use std::sync::Arc;

use http::Method;
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::EventKind;
use latchkey_core::settings::Limits;
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{MACHINE, TestEngine};
use latchkey_wire::management::scope;
use serde_json::{Value, json};

use crate::scene::{ANA, ORIGIN, Scene, claims};
use crate::support::{Answer, JSON, TestServer, add_tool, tool_token};

/// A tool of an operator, with these scopes.
pub struct Tool<'a> {
    scene: &'a Scene,
    token: String,
}

impl<'a> Tool<'a> {
    pub async fn of(scene: &'a Scene, scopes: &str) -> Self {
        add_tool(&scene.server.t, MACHINE, &scope::ALL.join(" ")).await;
        // The tool is a client that is new to the connection.
        Self { scene, token: tool_token(&scene.server, MACHINE, scopes).await }
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
        let bytes = body.map(|body| body.to_string()).unwrap_or_default();
        self.scene.server.request(method, &format!("/api/v2{path}"), &headers, bytes.as_bytes()).await
    }
}

fn methods_of(tokens: &Value) -> String {
    let sub = claims(tokens)["sub"].as_str().unwrap().replace('|', "%7C");
    format!("/users/{sub}/authentication-methods")
}

/// M-024
#[tokio::test]
async fn an_operator_sees_renames_and_deletes_a_passkey() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let tokens = scene.sign_up(&mut passkey).await.json();
    let (at, tool) = (methods_of(&tokens), Tool::of(&scene, "").await);
    let list = tool.call(Method::GET, &at, None).await.json();
    assert_eq!(list.as_array().unwrap().len(), 1, "an identity without an address is no method: {list}");
    let shown = &list[0];
    for (name, value) in [
        ("type", json!("passkey")),
        ("confirmed", json!(true)),
        ("name", json!(ANA)),
        ("credential_device_type", json!("single_device")),
        ("credential_backed_up", json!(false)),
        ("relying_party_identifier", json!("login.example")),
        ("transports", json!(["internal", "hybrid"])),
        ("aaguid", json!("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    for name in [
        "created_at",
        "enrolled_at",
        "last_auth_at",
        "key_id",
        "public_key",
        "user_handle",
        "identity_user_id",
    ] {
        assert!(shown[name].is_string(), "{name}: {shown}");
    }
    let one = format!("{at}/{}", shown["id"].as_str().unwrap().replace('|', "%7C"));
    assert_eq!(tool.call(Method::GET, &one, None).await.json(), *shown);

    let renamed = tool.call(Method::PATCH, &one, Some(json!({"name": " Ana’s phone "}))).await;
    assert_eq!((renamed.status.as_u16(), &renamed.json()["name"]), (200, &json!("Ana’s phone")));
    for bad in
        [json!({"name": "x".repeat(151)}), json!({"name": ""}), json!({}), json!({"name": "a", "type": "b"})]
    {
        assert_eq!(tool.call(Method::PATCH, &one, Some(bad.clone())).await.status, 400, "{bad}");
    }
    assert_eq!(tool.call(Method::GET, &one, None).await.json()["name"], "Ana’s phone");

    let reader = Tool::of(&scene, "read:authentication_methods").await;
    assert_eq!(reader.call(Method::DELETE, &one, None).await.status, 403);
    assert_eq!(scene.sign_in(&mut passkey).await.status, 200);
    assert_eq!(tool.call(Method::DELETE, &one, None).await.status, 204);
    assert_eq!(tool.call(Method::DELETE, &one, None).await.status, 404);
    assert_eq!(scene.sign_in(&mut passkey).await.status, 403);
    let acted = scene.events(EventKind::OperatorActed).await;
    for act in ["update authentication method", "delete authentication method"] {
        let told = acted.iter().find(|event| event.detail["act"] == act).unwrap();
        assert_eq!((&told.detail["passkey"], &told.detail["on"]), (&shown["id"], &shown["id"]));
    }
    let all = serde_json::to_string(&scene.all_events().await).unwrap();
    assert!(!all.contains("Ana’s phone"));
}

/// M-024
#[tokio::test]
async fn all_passkeys_of_a_user_go_at_once_and_with_the_user() {
    let scene = Scene::new().await;
    let (mut ana, mut bo) = (SoftPasskey::new(Algorithm::Es256, 1), SoftPasskey::new(Algorithm::Es256, 2));
    let of_ana = scene.sign_up(&mut ana).await.json();
    let of_bo = scene.sign_up(&mut bo).await.json();
    let tool = Tool::of(&scene, "").await;
    assert_eq!(tool.call(Method::DELETE, &methods_of(&of_ana), None).await.status, 204);
    assert_eq!(
        (scene.sign_in(&mut ana).await.status.as_u16(), scene.sign_in(&mut bo).await.status.as_u16()),
        (403, 200)
    );
    let user = methods_of(&of_bo).replace("/authentication-methods", "");
    assert_eq!(tool.call(Method::DELETE, &user, None).await.status, 204);
    assert_eq!(scene.sign_in(&mut bo).await.status, 403);
}

/// An operator who vouches for an address says whose the account is: what was made of it before ends.
#[tokio::test]
async fn an_operator_may_give_an_address_to_who_signed_up_with_a_passkey() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let tokens = scene.sign_up(&mut passkey).await.json();
    let tool = Tool::of(&scene, "").await;
    let user = methods_of(&tokens).replace("/authentication-methods", "");
    let patch = async |body: Value| tool.call(Method::PATCH, &user, Some(body)).await;
    assert_eq!(patch(json!({"email_verified": true})).await.status, 400);
    assert_eq!(patch(json!({"phone_verified": true})).await.status, 400);
    let named = patch(json!({"email": ANA})).await;
    assert_eq!((named.status.as_u16(), &named.json()["email"]), (200, &json!(ANA)));
    assert_eq!(named.json()["email_verified"], false);
    assert_eq!(scene.sign_in(&mut passkey).await.status, 200);
    assert_eq!(patch(json!({"email_verified": true})).await.json()["email_verified"], true);
    assert_eq!(scene.sign_in(&mut passkey).await.status, 403);
    assert_eq!(scene.owner_by_code(ANA).await.as_str(), claims(&tokens)["sub"]);
}

/// S-062: each passkey keeps the domain that it was made for.
#[tokio::test]
async fn a_passkey_works_for_its_domain_alone_and_the_domain_changes_by_force_only() {
    let store = TestEngine::store().await;
    let serve = async |issuer: &str| {
        let issuer = issuer.to_owned();
        let change = |settings: &mut latchkey_core::Settings| {
            settings.limits = Limits::off();
            settings.issuer = issuer;
        };
        Scene::over(TestServer::over(TestEngine::over(Arc::clone(&store), change).await)).await
    };
    let first = serve("https://login.first.example/").await;
    let mut old = SoftPasskey::new(Algorithm::Es256, 1);
    assert_eq!(first.sign_up_at(&mut old, "https://login.first.example").await.status, 200);

    let second = serve("https://login.second.example/").await;
    let mut new = SoftPasskey::new(Algorithm::Es256, 2);
    assert_eq!(second.sign_up_at(&mut new, "https://login.second.example").await.status, 200);
    assert_eq!(second.sign_in_at(&mut new, "https://login.second.example").await.status, 200);
    assert_eq!(second.sign_in_at(&mut old, "https://login.second.example").await.status, 403);
    assert_eq!(second.sign_in_at(&mut old, "https://login.first.example").await.status, 403);
    let behind = second.server.t.engine.passkeys_left_behind().await.unwrap();
    assert_eq!((behind.len(), behind[0].used.as_str()), (1, "login.first.example"));

    let (engine, me) = (&second.server.t.engine, Operator::console());
    let body = json!({
        "domain": "login.second.example", "type": "self_managed_certs", "relying_party_identifier": "second.example",
    });
    let object = |value: &Value| value.as_object().cloned().unwrap();
    let refused = engine.create_custom_domain(&me, object(&body), false).await.unwrap_err();
    assert!(refused.to_string().contains("There are passkeys of login.second.example"), "{refused}");
    let made = engine.create_custom_domain(&me, object(&body), true).await.unwrap();
    let rp = second.challenge().await.json()["authn_params_public_key"]["rpId"].clone();
    assert_eq!(rp, "second.example");
    // Now the other way round.
    assert_eq!(second.sign_in_at(&mut new, "https://login.second.example").await.status, 403);
    let mut third = SoftPasskey::new(Algorithm::Es256, 3);
    assert_eq!(second.sign_up_at(&mut third, "https://second.example").await.status, 200);
    let change = object(&json!({"relying_party_identifier": "login.second.example"}));
    assert!(engine.update_custom_domain(&me, &made.id, change.clone(), false).await.is_err());
    assert!(engine.remove_custom_domain(&me, &made.id, false).await.is_err());
    engine.update_custom_domain(&me, &made.id, change, true).await.unwrap();
    assert_eq!(second.sign_in_at(&mut new, "https://login.second.example").await.status, 200);

    let back = serve("https://login.first.example/").await;
    assert_eq!(back.sign_in_at(&mut old, "https://login.first.example").await.status, 200);
}

/// S-051: the ceremony is the store's, not the process's.
#[tokio::test]
async fn a_replayed_assertion_is_refused_after_a_restart_and_a_new_one_is_taken_on_any_node() {
    let store = TestEngine::store().await;
    let node = async || {
        let change = |settings: &mut latchkey_core::Settings| settings.limits = Limits::off();
        Scene::over(TestServer::over(TestEngine::over(Arc::clone(&store), change).await)).await
    };
    let (one, other) = (node().await, node().await);
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    assert_eq!(one.sign_up(&mut passkey).await.status, 200);
    let begun = one.challenge().await.json();
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(other.finish(&begun, answer.clone()).await.status, 200);
    assert_eq!(node().await.finish(&begun, answer).await.status, 403);
}

/// S-051
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_trades_of_one_assertion_at_once_one_succeeds() {
    let scene = Arc::new(Scene::new().await);
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let begun = scene.challenge().await.json();
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    let trades = (0..20).map(|_| {
        let (scene, begun, answer) = (Arc::clone(&scene), begun.clone(), answer.clone());
        tokio::spawn(async move { scene.finish(&begun, answer).await.status.as_u16() })
    });
    let mut good = 0;
    for trade in trades.collect::<Vec<_>>() {
        good += usize::from(trade.await.unwrap() == 200);
    }
    assert_eq!(good, 1);
    assert_eq!(scene.events(EventKind::PasskeyExchanged).await.len(), 2);
}

/// S-006: what is not there and what is wrong look alike.
#[tokio::test]
async fn a_credential_that_nobody_has_is_refused_like_a_wrong_signature() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let (mut unknown, mut thief) =
        (SoftPasskey::new(Algorithm::Es256, 9), SoftPasskey::new(Algorithm::Es256, 1));
    for thief in [&mut unknown, &mut thief] {
        thief.user_handle = passkey.user_handle.clone();
    }
    let (unknown, wrong) = (scene.sign_in(&mut unknown).await, scene.sign_in(&mut thief).await);
    assert_eq!((unknown.status, &unknown.text), (wrong.status, &wrong.text));
}
