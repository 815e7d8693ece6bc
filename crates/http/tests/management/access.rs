//! Who may call, and what those are told who may not.

use http::Method;
use latchkey_testkit::{MACHINE, NATIVE};
use serde_json::{Value, json};

use crate::support::FORM;
use crate::tool::{API, Tool, claims, failure, grant, server};

/// M-002, M-003, S-130
#[tokio::test]
async fn only_a_living_clients_token_for_this_api_and_with_a_scope_gets_in() {
    let server = server().await;
    let ask = async |authorization: &[(&str, &str)]| server.get("/api/v2/connections", authorization).await;
    let missing = ask(&[]).await;
    assert_eq!(failure(&missing), (401, Value::Null, json!("Missing authentication")));
    assert_eq!(missing.json()["attributes"]["error"], "Missing authentication");
    for header in ["Bearer", "Bearer x", "Basic YTpi", "Bearer a.b"] {
        let answer = ask(&[("authorization", header)]).await;
        let text = json!("Bad HTTP authentication header format");
        assert_eq!(failure(&answer), (400, json!("Bearer"), text), "{header}");
    }
    let invalid = "Invalid signature received for JSON Web Token validation";
    let forged = ask(&[("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.")]).await;
    assert_eq!(failure(&forged), (401, Value::Null, json!(invalid)));

    let reader = Tool::of(&server, "read:connections").await;
    assert_eq!(reader.get("/connections").await.status, 200);
    let refused = reader.call(Method::POST, "/connections", Some(json!({}))).await;
    let text = json!("Insufficient scope, expected any of: create:connections");
    assert_eq!(failure(&refused), (403, json!("insufficient_scope"), text));
    assert_eq!(failure(&reader.get("/nothing").await), (404, Value::Null, json!("Not Found")));
    assert_eq!(failure(&reader.call(Method::PUT, "/connections", None).await).0, 405);

    // What the client lost since, its token lost too.
    grant(&server, "read:logs").await;
    assert_eq!(reader.get("/connections").await.status, 403);
    server.t.engine.store.delete_client(&MACHINE.into(), Vec::new()).await.unwrap();
    server.t.engine.directory.forget();
    assert_eq!(failure(&reader.get("/connections").await), (401, Value::Null, json!(invalid)));
}

/// M-002
#[tokio::test]
async fn a_token_that_expired_or_is_for_another_api_says_so() {
    let server = server().await;
    let tool = Tool::of(&server, "read:connections").await;
    server.t.clock.advance(86_400);
    let text = json!("Expired token received for JSON Web Token validation");
    assert_eq!(failure(&tool.get("/connections").await), (401, Value::Null, text));
    let id_token = server.t.sign_in(NATIVE, "+14155550100", "openid").await.id_token.unwrap();
    let other = Tool { server: &server, token: id_token.expose().to_owned() };
    let (status, _, message) = failure(&other.get("/connections").await);
    assert!(status == 401 && message.as_str().unwrap().starts_with("Bad audience"), "{message}");
}

/// M-004
#[tokio::test]
async fn every_answer_says_where_the_tool_stands_and_too_many_say_when_to_come_back() {
    let server = server().await;
    let tool = Tool::of(&server, "read:connections").await;
    let first = tool.get("/connections").await;
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("50", "49"));
    for _ in 1..50 {
        assert_eq!(tool.get("/connections").await.status, 200);
    }
    let refused = tool.get("/connections").await;
    let text = json!("Global limit has been reached");
    assert_eq!(failure(&refused), (429, json!("too_many_requests"), text));
    let reset: i64 = refused.header("x-ratelimit-reset").parse().unwrap();
    assert!(reset > server.t.engine.now().0 && refused.header("retry-after") == "1", "{reset}");
    server.t.clock.advance(1);
    assert_eq!(tool.get("/connections").await.status, 200);
}

/// M-001
#[tokio::test]
async fn tools_get_their_token_by_form_by_json_and_by_basic() {
    let server = server().await;
    let json_body = json!({
        "grant_type": "client_credentials", "client_id": MACHINE, "client_secret": "machine-secret",
        "audience": API, "organization": null, "scope": "read:users read:nothing",
    });
    let form = "grant_type=client_credentials&audience=https%3A%2F%2Flogin.example%2Fapi%2Fv2%2F";
    let basic = data_encoding::BASE64.encode(b"machine:machine-secret");
    let authorization = format!("Basic {basic}");
    let headers = [("content-type", FORM), ("authorization", authorization.as_str())];
    for (answer, scopes) in [
        (server.post("/oauth/token", json_body).await, 1),
        (
            server
                .form("/oauth/token", &format!("{form}&client_id={MACHINE}&client_secret=machine-secret"))
                .await,
            50,
        ),
        (server.request(Method::POST, "/oauth/token", &headers, form.as_bytes()).await, 50),
    ] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        let answer = answer.json();
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(86_400)));
        assert!(answer["scope"].as_str().unwrap().split(' ').count() >= scopes, "{answer}");
        let said = claims(answer["access_token"].as_str().unwrap());
        assert_eq!(
            (&said["iss"], &said["sub"], &said["aud"], &said["azp"], &said["gty"]),
            (
                &json!("https://login.example/"),
                &json!("machine@clients"),
                &json!(API),
                &json!(MACHINE),
                &json!("client-credentials")
            )
        );
        assert_eq!(said["scope"], answer["scope"]);
    }
    for (change, status) in [
        (json!({"client_secret": "wrong"}), 401),
        (json!({"audience": "https://login.example/api/v3/"}), 403),
    ] {
        let mut body = json!({
            "grant_type": "client_credentials", "client_id": MACHINE, "client_secret": "machine-secret",
            "audience": API,
        });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(server.post("/oauth/token", body).await.status.as_u16(), status, "{change}");
    }
}
