//! What tokens for an API are once tools have described it.

use http::Method;
use latchkey_testkit::{CONFIDENTIAL, MACHINE, NATIVE, PHONE, SPA};
use serde_json::{Value, json};

use crate::support::{OTP_GRANT, TestServer};
use crate::tool::{Tool, claims, server};

const API: &str = "https://things.example/";

async fn make_api(tool: &Tool<'_>, change: Value) {
    let mut body = json!({
        "name": "Things", "identifier": API, "scopes": [{"value": "read:things"}, {"value": "write:things"}],
        "token_lifetime": 1_000, "token_lifetime_for_web": 500, "token_dialect": "rfc9068_profile",
    });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let made = tool.call(Method::POST, "/resource-servers", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
}

async fn grant(tool: &Tool<'_>, client: &str, scope: Value) {
    let body = json!({"client_id": client, "audience": API, "scope": scope});
    assert_eq!(tool.call(Method::POST, "/client-grants", Some(body)).await.status, 201);
}

async fn sign_in(server: &TestServer, scope: &str) -> Value {
    server.t.clock.advance(61);
    server.t.start(NATIVE, PHONE).await.unwrap();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": server.t.code(),
        "realm": "sms", "scope": scope, "audience": API,
    });
    server.post("/oauth/token", body).await.json()
}

async fn machine(server: &TestServer) -> Value {
    let body = json!({
        "grant_type": "client_credentials", "client_id": MACHINE, "client_secret": "machine-secret",
        "audience": API,
    });
    server.post("/oauth/token", body).await.json()
}

/// M-027, M-028
#[tokio::test]
async fn a_machine_needs_a_grant_and_the_api_says_how_long_its_token_lives() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    make_api(&tool, json!({})).await;
    assert_eq!(machine(&server).await["error"], "access_denied");
    grant(&tool, MACHINE, json!(["read:things", "write:things"])).await;
    let token = machine(&server).await;
    assert_eq!((&token["expires_in"], &token["scope"]), (&json!(1_000), &json!("read:things write:things")));
    let said = claims(token["access_token"].as_str().unwrap());
    assert_eq!((&said["client_id"], said.get("azp")), (&json!(MACHINE), None));
    // A scope that the API lost is lost to everybody.
    let path = "/resource-servers/https%3A%2F%2Fthings.example%2F";
    tool.call(Method::PATCH, path, Some(json!({"scopes": [{"value": "write:things"}]}))).await;
    assert_eq!(machine(&server).await["scope"], "write:things");
    let grants = tool.get("/client-grants?audience=https%3A%2F%2Fthings.example%2F").await.json();
    let path = format!("/client-grants/{}", grants[0]["id"].as_str().unwrap());
    tool.call(Method::DELETE, &path, None).await;
    assert_eq!(machine(&server).await["error"], "access_denied");
}

/// M-027
#[tokio::test]
async fn people_at_clients_of_the_operator_have_every_scope_of_an_api_and_refresh_where_it_allows() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let scope = "openid offline_access read:things other:things";
    assert_eq!(sign_in(&server, scope).await["error"], "invalid_request");
    make_api(&tool, json!({})).await;
    let token = sign_in(&server, scope).await;
    assert_eq!((&token["scope"], &token["expires_in"]), (&json!("openid read:things"), &json!(1_000)));
    assert_eq!(token.get("refresh_token"), None);
    let path = "/resource-servers/https%3A%2F%2Fthings.example%2F";
    tool.call(Method::PATCH, path, Some(json!({"allow_offline_access": true}))).await;
    let token = sign_in(&server, scope).await;
    assert_eq!(token["scope"], "openid offline_access read:things");
    let body = json!({
        "grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": token["refresh_token"],
    });
    let renewed = server.post("/oauth/token", body).await.json();
    let said = claims(renewed["access_token"].as_str().unwrap());
    assert_eq!((&said["aud"][0], &renewed["expires_in"]), (&json!(API), &json!(1_000)));
    // A scope that the API lost is lost to those who had it.
    tool.call(Method::PATCH, path, Some(json!({"scopes": [{"value": "write:things"}]}))).await;
    let body = json!({
        "grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": renewed["refresh_token"],
    });
    let renewed = server.post("/oauth/token", body).await.json();
    let said = claims(renewed["access_token"].as_str().unwrap());
    let left = json!("openid offline_access");
    assert_eq!((&renewed["scope"], &said["scope"]), (&left, &left));
}

/// M-027, M-028
#[tokio::test]
async fn other_peoples_clients_need_a_grant_and_browsers_have_shorter_tokens() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    make_api(&tool, json!({})).await;
    let engine = &server.t.engine;
    let ask = async |id: &str, audience: &str| {
        let client = engine.client(&id.into()).await.unwrap().unwrap();
        engine.api_for_people(&client, audience).await.unwrap()
    };
    let spa = ask(SPA, API).await.unwrap();
    assert_eq!((spa.token_lifetime, spa.implicit_lifetime), (500, Some(500)));
    assert_eq!(ask(CONFIDENTIAL, API).await.unwrap().token_lifetime, 1_000);
    // The API of this server is nobody's by default, changed or not.
    let system = "https://login.example/api/v2/";
    let path = "/resource-servers/https%3A%2F%2Flogin.example%2Fapi%2Fv2%2F";
    assert_eq!(tool.call(Method::PATCH, path, Some(json!({"token_lifetime": 9_000}))).await.status, 200);
    assert_eq!(ask(NATIVE, system).await, None);

    let third = json!({"is_first_party": false});
    tool.call(Method::PATCH, &format!("/clients/{CONFIDENTIAL}"), Some(third)).await;
    assert_eq!(ask(CONFIDENTIAL, API).await, None);
    grant(&tool, CONFIDENTIAL, json!(["read:things"])).await;
    assert_eq!(ask(CONFIDENTIAL, API).await.unwrap().scopes.to_string(), "read:things");
    let body = json!({
        "client_id": CONFIDENTIAL, "audience": API, "scope": [], "allow_all_scopes": true,
        "subject_type": "user",
    });
    assert_eq!(tool.call(Method::POST, "/client-grants", Some(body)).await.status, 201);
    // The one for users holds beside the one that does not say whom it is for.
    assert_eq!(ask(CONFIDENTIAL, API).await.unwrap().scopes.to_string(), "read:things write:things");
    let path = format!("/client-grants?client_id={CONFIDENTIAL}&subject_type=client");
    let grants = tool.get(&path).await.json();
    let path = format!("/client-grants/{}", grants[0]["id"].as_str().unwrap());
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(ask(CONFIDENTIAL, API).await.unwrap().scopes.to_string(), "read:things write:things");
    let client = engine.client(&CONFIDENTIAL.into()).await.unwrap().unwrap();
    assert_eq!(engine.api_for_machine(&client, API).await.unwrap(), None);
}

/// M-040
#[tokio::test]
async fn a_grant_of_all_scopes_opens_the_management_api_to_a_machine() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let system = "https://login.example/api/v2/";
    let body = json!({"client_id": CONFIDENTIAL, "audience": system, "allow_all_scopes": true});
    let made = tool.call(Method::POST, "/client-grants", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let engine = &server.t.engine;
    let client = engine.client(&CONFIDENTIAL.into()).await.unwrap().unwrap();
    let api = engine.api_for_machine(&client, system).await.unwrap().unwrap();
    let all = api.scopes.to_string();
    assert!(
        all.contains("read:clients") && all.contains("delete:users") && !all.contains("current_user"),
        "{all}"
    );
}
