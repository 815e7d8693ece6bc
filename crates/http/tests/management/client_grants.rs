//! Client grants as tools write and read them.

use http::Method;
use latchkey_testkit::{MACHINE, NATIVE};
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};

const PATH: &str = "/client-grants";
const API: &str = "https://things.example/";
const SYSTEM: &str = "https://login.example/api/v2/";

async fn make_api(tool: &Tool<'_>) -> String {
    let scopes = json!([{"value": "read:things"}, {"value": "write:things"}]);
    let body = json!({"name": "Things", "identifier": API, "scopes": scopes});
    let made = tool.call(Method::POST, "/resource-servers", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["id"].as_str().unwrap().to_owned()
}

fn body(scope: Value) -> Value {
    json!({"client_id": NATIVE, "audience": API, "scope": scope})
}

/// M-028
#[tokio::test]
async fn a_grant_is_made_once_read_changed_and_deleted() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    make_api(&tool).await;
    let made = tool.call(Method::POST, PATH, Some(body(json!(["read:things"])))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let id = made["id"].as_str().unwrap();
    assert!(id.len() == 20 && id.starts_with("cgr_"), "{id}");
    let expected = json!({"id": id, "client_id": NATIVE, "audience": API, "scope": ["read:things"]});
    assert_eq!(made, expected);
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(body(json!([])))).await).0, 409);
    let path = format!("{PATH}/{id}");
    assert_eq!(tool.get(&path).await.json(), made);

    let change = json!({"scope": ["write:things"], "organization_usage": "deny"});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    assert_eq!(
        (&changed["scope"], &changed["organization_usage"], &changed["id"]),
        (&json!(["write:things"]), &json!("deny"), &json!(id))
    );
    let stored = server.t.engine.store.find_client(&NATIVE.into()).await.unwrap().unwrap();
    assert_eq!(stored.audiences[0].scopes.to_string(), "write:things");
    // Of two changes at once none is lost.
    let (one, other) = tokio::join!(
        tool.call(Method::PATCH, &path, Some(json!({"scope": ["read:things"]}))),
        tool.call(Method::PATCH, &path, Some(json!({"organization_usage": "allow"}))),
    );
    assert_eq!((one.status.as_u16(), other.status.as_u16()), (200, 200));
    let both = tool.get(&path).await.json();
    assert_eq!((&both["scope"], &both["organization_usage"]), (&json!(["read:things"]), &json!("allow")));

    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    let text = json!("The grant does not exist.");
    assert_eq!(failure(&tool.get(&path).await), (404, json!("inexistent_client_grant"), text));
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(failure(&tool.call(Method::PATCH, &path, Some(json!({"scope": []}))).await).0, 404);
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    for act in ["create client grant", "update client grant", "delete client grant"] {
        assert!(events.iter().any(|event| event.detail.get("act") == Some(&json!(act))), "{act}");
    }
}

/// M-028
#[tokio::test]
async fn grants_are_listed_by_client_audience_and_subject() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    make_api(&tool).await;
    let mut user = body(json!(["read:things"]));
    user["subject_type"] = json!("user");
    for body in [body(json!(["read:things"])), user] {
        assert_eq!(tool.call(Method::POST, PATH, Some(body)).await.status, 201);
    }
    let count =
        async |query: &str| tool.get(&format!("{PATH}?{query}")).await.json().as_array().unwrap().len();
    assert_eq!(count("").await, 3);
    let encoded = "https%3A%2F%2Fthings.example%2F";
    assert_eq!(count(&format!("client_id={NATIVE}&audience={encoded}")).await, 2);
    assert_eq!(count(&format!("audience={encoded}&subject_type=user")).await, 1);
    assert_eq!(count(&format!("audience={encoded}&subject_type=client")).await, 1);
    assert_eq!(count("allow_any_organization=true").await, 0);
    assert_eq!(count("client_id=nobody").await, 0);
    let first = tool.get(&format!("{PATH}?include_totals=true&take=2")).await.json();
    let next = first["next"].as_str().unwrap();
    let rest = tool.get(&format!("{PATH}?take=2&from={next}")).await.json();
    assert_eq!((rest["client_grants"].as_array().unwrap().len(), rest.get("next")), (1, None));
}

/// M-003, M-028
#[tokio::test]
async fn what_cannot_be_granted_is_refused_by_name() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    make_api(&tool).await;
    let with = |name: &str, value: Value| {
        let mut body = body(json!(["read:things"]));
        body[name] = value;
        body
    };
    for (body, text) in [
        (json!({"audience": API, "scope": []}), "Missing required property: client_id"),
        (json!({"client_id": NATIVE, "scope": []}), "Missing required property: audience"),
        (json!({"client_id": NATIVE, "audience": API}), "Missing required property: scope"),
        (with("scope", json!("read:things")), "on property scope"),
        (with("scope", json!([1])), "on property scope[0]"),
        (with("scope", json!(["delete:things"])), "delete:things"),
        (with("subject_type", json!("all")), "on property subject_type"),
        (with("allow_all_scopes", json!("yes")), "on property allow_all_scopes"),
        (with("something_new", json!(1)), "on property something_new"),
        (json!({"client_id": NATIVE, "audience": SYSTEM, "scope": ["read:nothing"]}), "read:nothing"),
    ] {
        let (status, code, message) = failure(&tool.call(Method::POST, PATH, Some(body.clone())).await);
        assert_eq!((status, code), (400, json!("invalid_body")), "{body}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
    for (body, code) in [
        (with("client_id", json!("nobody")), "inexistent_client"),
        (with("audience", json!("urn:nothing")), "inexistent_resource_server"),
    ] {
        let answer = tool.call(Method::POST, PATH, Some(body)).await;
        assert_eq!((failure(&answer).0, failure(&answer).1), (404, json!(code)));
    }
    let system = json!({"client_id": NATIVE, "audience": SYSTEM, "scope": ["read:users", "create:actions"]});
    let made = tool.call(Method::POST, PATH, Some(system)).await.json();
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let moved = tool.call(Method::PATCH, &path, Some(json!({"client_id": MACHINE}))).await;
    assert_eq!(failure(&moved).0, 400);
    let same = json!({"client_id": NATIVE, "subject_type": "client", "scope": ["read:users"]});
    assert_eq!(tool.call(Method::PATCH, &path, Some(same)).await.json()["scope"], json!(["read:users"]));
}

/// M-027, M-028
#[tokio::test]
async fn an_api_takes_its_grants_along() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let api = make_api(&tool).await;
    tool.call(Method::POST, PATH, Some(body(json!(["read:things"])))).await;
    let gone = tool.call(Method::DELETE, &format!("/resource-servers/{api}"), None).await;
    assert_eq!(gone.status, 204);
    let left = tool.get(PATH).await.json();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["client_id"]), (1, &json!(MACHINE)));
}
