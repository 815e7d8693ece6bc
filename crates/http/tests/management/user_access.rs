//! What users are signed in with: sessions and refresh tokens, and how tools end them.

use http::Method;
use latchkey_core::model::{FamilyId, Proof, RefreshFamily, Session, TokenHash, UserId};
use latchkey_testkit::{NATIVE, OTHER_NATIVE, SPA};
use serde_json::{Value, json};

use crate::support::{Browser, TestServer, authorize};
use crate::tool::{Tool, failure, server};

const PHONE: &str = "+14155550100";

/// A person who signed in by two clients, and their id in a path.
async fn person(server: &TestServer) -> String {
    for client in [NATIVE, OTHER_NATIVE] {
        server.t.sign_in(client, PHONE, "openid offline_access").await;
        server.t.clock.advance(120);
    }
    let tool = Tool::of(server, "read:users").await;
    tool.get("/users").await.json()[0]["user_id"].as_str().unwrap().to_owned()
}

async fn session(server: &TestServer, user: &str, n: u8) -> String {
    let now = server.t.engine.now();
    let session = Session {
        id: TokenHash([n; 32]),
        sid: format!("{n:024x}"),
        user: UserId::from(user),
        connection: "sms".into(),
        proof: Proof::SmsCode,
        auth_time: now,
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(86_400),
        idle_expires_at: now.plus(3_600),
        device: Some("Firefox on Linux".into()),
        ip: Some("192.0.2.1".into()),
        clients: vec![SPA.into()],
        metadata: Default::default(),
    };
    server.t.engine.store.insert_session(&session, None).await.unwrap();
    session.sid
}

/// A refresh token that came from a session.
async fn token_from(server: &TestServer, user: &str, sid: &str, n: u8) {
    let store = &server.t.engine.store;
    let others = store.list_refresh_families(&UserId::from(user)).await.unwrap();
    let live = others.into_iter().find(|family| family.revoked_at.is_none()).unwrap();
    let family = RefreshFamily { id: FamilyId::from(sid), session: Some(sid.to_owned()), ..live };
    store.insert_refresh_family(family, TokenHash([n; 32]), 10).await.unwrap();
}

fn encoded(user: &str) -> String {
    user.replace('|', "%7C")
}

fn count(answer: &Value, key: &str) -> usize {
    answer[key].as_array().unwrap_or_else(|| panic!("{answer}")).len()
}

/// M-023
#[tokio::test]
async fn sessions_are_listed_by_their_public_id_and_ended_with_all_the_others() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server).await;
    let path = format!("/users/{}/sessions", encoded(&user));
    for n in 1..=3 {
        session(&server, &user, n).await;
    }
    let list = tool.get(&path).await.json();
    assert_eq!((count(&list, "sessions"), list.get("next")), (3, None));
    let now = server.t.engine.now();
    let first = &list["sessions"][0];
    assert_eq!(
        (&first["id"], &first["user_id"], &first["clients"], &first["device"]["initial_ip"]),
        (&json!(format!("{:024x}", 1)), &json!(user), &json!([{"client_id": SPA}]), &json!("192.0.2.1"))
    );
    assert_eq!(first["idle_expires_at"], now.plus(3_600).to_iso8601());
    assert_eq!(first["authentication"]["methods"][0]["name"], "sms");
    let part = tool.get(&format!("{path}?take=2&include_totals=true")).await.json();
    let rest = tool.get(&format!("{path}?take=2&from={}", part["next"].as_str().unwrap())).await.json();
    assert_eq!((count(&part, "sessions"), count(&rest, "sessions"), rest.get("next")), (2, 1, None));

    let ended = tool.call(Method::DELETE, &path, None).await;
    assert_eq!((ended.status.as_u16(), ended.json()), (202, json!({})));
    let counted = tool.call(Method::DELETE, &format!("{path}?include_totals=true"), None).await;
    assert_eq!(counted.json(), json!({"sessions": 0, "told": 0}));
    assert_eq!(tool.get(&path).await.json(), json!({"sessions": []}));
    let nobody = "/users/sms%7Cnobody/sessions";
    assert_eq!(failure(&tool.get(nobody).await).0, 404);
    assert_eq!(failure(&tool.call(Method::DELETE, nobody, None).await).0, 404);
}

/// M-023
#[tokio::test]
async fn a_session_is_read_and_ended_by_its_id() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server).await;
    let sid = session(&server, &user, 1).await;
    let path = format!("/sessions/{sid}");
    assert_eq!(tool.get(&path).await.json()["user_id"], json!(user));
    for _ in 0..2 {
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 202);
    }
    let text = json!("The session does not exist.");
    assert_eq!(failure(&tool.get(&path).await), (404, json!("inexistent_session"), text));
    assert_eq!(failure(&tool.get("/sessions/%00").await).0, 404);

    let sid = session(&server, &user, 2).await;
    server.t.clock.advance(3_600);
    assert_eq!(failure(&tool.get(&format!("/sessions/{sid}")).await).0, 404);
}

/// M-023
#[tokio::test]
async fn refresh_tokens_are_listed_and_revoked_one_by_one_or_all_together() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server).await;
    let path = format!("/users/{}/refresh-tokens", encoded(&user));
    let list = tool.get(&path).await.json();
    assert_eq!((count(&list, "tokens"), list.get("next")), (2, None));
    let first = &list["tokens"][0];
    assert_eq!(
        (&first["client_id"], &first["user_id"], &first["session_id"], &first["rotating"]),
        (&json!(NATIVE), &json!(user), &Value::Null, &json!(true))
    );
    assert_eq!((first.get("last_exchanged_at"), first["expires_at"].is_string()), (None, true));
    // What is not known is absent: typed SDKs know no null there.
    assert_eq!(first["device"], json!({}));
    let totals = tool.get(&format!("{path}?include_totals=true&per_page=1")).await.json();
    assert_eq!((count(&totals, "tokens"), &totals["total"]), (1, &json!(2)));
    let of_client = format!("/refresh-tokens?user_id={}&client_id={OTHER_NATIVE}", encoded(&user));
    let of_client = tool.get(&of_client).await.json();
    assert_eq!(count(&of_client, "refresh_tokens"), 1);
    let (status, code, _) = failure(&tool.get("/refresh-tokens").await);
    assert_eq!((status, code), (400, json!("invalid_query_string")));

    let one = format!("/refresh-tokens/{}", first["id"].as_str().unwrap());
    assert_eq!(tool.get(&one).await.json(), *first);
    for _ in 0..2 {
        assert_eq!(tool.call(Method::DELETE, &one, None).await.status, 202);
    }
    let text = json!("The refresh token does not exist.");
    assert_eq!(failure(&tool.get(&one).await), (404, json!("inexistent_refresh_token"), text));
    assert_eq!(count(&tool.get(&path).await.json(), "tokens"), 1);
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 202);
    assert_eq!(tool.get(&path).await.json(), json!({"tokens": []}));
}

/// M-023
#[tokio::test]
async fn access_is_revoked_as_a_whole_or_by_session_and_tokens_may_stay() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server).await;
    let at = format!("/users/{}", encoded(&user));
    let revoke =
        async |body: Value| tool.call(Method::POST, &format!("{at}/revoke-access"), Some(body)).await;
    let left = async || {
        let sessions = tool.get(&format!("{at}/sessions")).await.json();
        let tokens = tool.get(&format!("{at}/refresh-tokens")).await.json();
        (count(&sessions, "sessions"), count(&tokens, "tokens"))
    };
    let sids = [session(&server, &user, 1).await, session(&server, &user, 2).await];
    assert_eq!(left().await, (2, 2));
    assert_eq!(failure(&revoke(json!({"session_id": "nobody"})).await).0, 404);
    assert_eq!(failure(&revoke(json!({"session_id": 7})).await).0, 400);
    assert_eq!(failure(&revoke(json!({"session": sids[0]})).await).0, 400);
    // The tokens came from no session.
    assert_eq!(revoke(json!({"session_id": sids[0]})).await.status, 202);
    assert_eq!(left().await, (1, 2));
    assert_eq!(revoke(json!({"preserve_refresh_tokens": true})).await.status, 202);
    assert_eq!(left().await, (0, 2));
    assert_eq!(revoke(json!({})).await.status, 202);
    assert_eq!(left().await, (0, 0));
}

/// M-023
#[tokio::test]
async fn a_session_that_is_revoked_takes_the_refresh_tokens_that_came_from_it() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let browser = Browser::new(&server);
    let request = authorize(NATIVE, &[("scope", "openid offline_access")]);
    let answered = browser.sign_in(&server, &request, PHONE).await;
    assert_eq!(server.trade(NATIVE, &answered.fields()["code"]).await.status, 200);
    let user = tool.get("/users").await.json()[0]["user_id"].as_str().unwrap().to_owned();
    let at = format!("/users/{}", encoded(&user));
    let session = tool.get(&format!("{at}/sessions")).await.json()["sessions"][0].clone();
    let token = tool.get(&format!("{at}/refresh-tokens")).await.json()["tokens"][0].clone();
    assert_eq!(
        (&token["session_id"], &session["clients"]),
        (&session["id"], &json!([{"client_id": NATIVE}]))
    );

    let revoke = format!("/sessions/{}/revoke", session["id"].as_str().unwrap());
    assert_eq!(tool.call(Method::POST, &revoke, None).await.status, 202);

    assert_eq!(tool.get(&format!("{at}/sessions")).await.json(), json!({"sessions": []}));
    assert_eq!(tool.get(&format!("{at}/refresh-tokens")).await.json(), json!({"tokens": []}));
}

/// M-023
#[tokio::test]
async fn a_session_that_is_gone_or_expired_still_gives_up_the_refresh_tokens_that_came_from_it() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server).await;
    let at = format!("/users/{}", encoded(&user));
    let left = async || count(&tool.get(&format!("{at}/refresh-tokens")).await.json(), "tokens");
    let revoke =
        async |body: Value| tool.call(Method::POST, &format!("{at}/revoke-access"), Some(body)).await;
    let gone = session(&server, &user, 1).await;
    token_from(&server, &user, &gone, 1).await;
    assert_eq!(tool.call(Method::DELETE, &format!("/sessions/{gone}"), None).await.status, 202);
    assert_eq!(left().await, 3);
    let keep = json!({"session_id": gone, "preserve_refresh_tokens": true});
    assert_eq!(failure(&revoke(keep).await).0, 404);

    assert_eq!(revoke(json!({"session_id": gone})).await.status, 202);

    assert_eq!(left().await, 2);
    assert_eq!(failure(&revoke(json!({"session_id": gone})).await).0, 404);

    let expired = session(&server, &user, 2).await;
    token_from(&server, &user, &expired, 2).await;
    server.t.clock.advance(3_600);
    assert_eq!(left().await, 3);

    let path = format!("/sessions/{expired}/revoke");
    assert_eq!(tool.call(Method::POST, &path, None).await.status, 202);

    assert_eq!(left().await, 2);
}

/// MS-004
#[tokio::test]
async fn many_refresh_tokens_are_revoked_by_id_by_client_or_by_audience() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server).await;
    let path = format!("/users/{}/refresh-tokens", encoded(&user));
    let revoke = async |body: Value| tool.call(Method::POST, "/refresh-tokens/revoke", Some(body)).await;
    let left = async || count(&tool.get(&path).await.json(), "tokens");
    for body in [
        json!({}),
        json!({"client_id": NATIVE}),
        json!({"ids": vec!["x"; 101]}),
        json!({"ids": ["x"], "user_id": user}),
        json!({"ids": ["x"], "client_id": NATIVE}),
        json!({"ids": ["x"], "audience": "https://api.example/"}),
        json!({"user_id": user, "client": NATIVE}),
        json!({"ids": "x"}),
    ] {
        assert_eq!(failure(&revoke(body).await).0, 400);
    }
    assert_eq!(revoke(json!({"user_id": user, "audience": "https://api.example/"})).await.status, 202);
    assert_eq!(left().await, 2);
    assert_eq!(revoke(json!({"user_id": user, "client_id": NATIVE})).await.status, 202);
    assert_eq!(left().await, 1);
    let id = tool.get(&path).await.json()["tokens"][0]["id"].clone();
    assert_eq!(revoke(json!({"ids": ["nobody", id]})).await.status, 202);
    assert_eq!(left().await, 0);
}

/// MS-004
#[tokio::test]
async fn sessions_and_refresh_tokens_keep_what_tools_put_there() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server).await;
    let sid = session(&server, &user, 1).await;
    let list = tool.get(&format!("/users/{}/refresh-tokens", encoded(&user))).await.json();
    let token = list["tokens"][0]["id"].as_str().unwrap().to_owned();
    for (path, name) in [
        (format!("/sessions/{sid}"), "session_metadata"),
        (format!("/refresh-tokens/{token}"), "refresh_token_metadata"),
    ] {
        let put = async |value: Value| tool.call(Method::PATCH, &path, Some(json!({ name: value }))).await;
        assert_eq!(tool.get(&path).await.json().get(name), None);
        assert_eq!(put(json!({"a": "1", "b": "2"})).await.json()[name], json!({"a": "1", "b": "2"}));
        assert_eq!(put(json!({"a": null, "c": "3"})).await.json()[name], json!({"b": "2", "c": "3"}));
        assert_eq!(tool.get(&path).await.json()[name], json!({"b": "2", "c": "3"}));
        for bad in [json!("x"), json!({"a": {}}), json!({"a": "x".repeat(256)})] {
            assert_eq!(failure(&put(bad).await).0, 400);
        }
        assert_eq!(put(Value::Null).await.json().get(name), None);
        assert_eq!(failure(&tool.call(Method::PATCH, &path, Some(json!({}))).await).0, 400);
        server.t.clock.advance(1);
    }
    let absent = tool.call(Method::PATCH, "/sessions/none", Some(json!({"session_metadata": {}}))).await;
    assert_eq!(failure(&absent).0, 404);
}

/// M-002, M-041
#[tokio::test]
async fn each_act_needs_its_scope_and_no_answer_or_event_holds_a_token() {
    let server = server().await;
    let user = person(&server).await;
    let sid = session(&server, &user, 1).await;
    let reader = Tool::of(&server, "read:sessions read:refresh_tokens").await;
    let at = format!("/users/{}", encoded(&user));
    for path in [format!("{at}/sessions"), format!("{at}/refresh-tokens"), format!("/sessions/{sid}")] {
        let answer = reader.get(&path).await;
        let hash = serde_json::to_value(TokenHash([1; 32])).unwrap();
        assert!(answer.status == 200 && !answer.text.contains(hash.as_str().unwrap()), "{}", answer.text);
    }
    for (method, path) in [
        (Method::DELETE, format!("{at}/sessions")),
        (Method::DELETE, format!("{at}/refresh-tokens")),
        (Method::POST, format!("{at}/revoke-access")),
        (Method::DELETE, format!("/sessions/{sid}")),
        (Method::POST, format!("/sessions/{sid}/revoke")),
        (Method::PATCH, format!("/sessions/{sid}")),
        (Method::POST, "/refresh-tokens/revoke".into()),
        (Method::PATCH, "/refresh-tokens/x".into()),
        (Method::DELETE, "/refresh-tokens/x".into()),
    ] {
        let refused = reader.call(method.clone(), &path, Some(json!({}))).await;
        assert_eq!(failure(&refused).0, 403, "{method} {path}");
    }
    let tool = Tool::new(&server).await;
    assert_eq!(tool.call(Method::POST, &format!("/sessions/{sid}/revoke"), None).await.status, 202);
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(!format!("{events:?}").contains(PHONE), "{events:?}");
}
