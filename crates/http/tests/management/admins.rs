//! Administrators, as their owners manage them.

use http::Method;
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::Role;
use serde_json::{Value, json};

use crate::support::{Browser, TestServer};
use crate::tool::{Tool, failure, is_closed, server};

/// The id of a new one.
async fn add(tool: &Tool<'_>, email: &str, role: &str) -> String {
    let made = tool.call(Method::POST, "/admins", Some(json!({"email": email, "role": role}))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["id"].as_str().unwrap().to_owned()
}

async fn sign_in(server: &TestServer, email: &str) {
    let link = server.t.engine.admin_link(&Operator::console(), email).await.unwrap();
    let (browser, path) = (Browser::new(server), format!("/dashboard/enter/{}", link.expose()));
    let page = browser.get(&path).await;
    assert_eq!(browser.submit(&page, &path, &[]).await.status, 200);
}

#[tokio::test]
async fn administrators_are_made_listed_changed_and_removed() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let refused =
        tool.call(Method::POST, "/admins", Some(json!({"email": "a@b.co", "role": "editor"}))).await;
    let (status, _, message) = failure(&refused);
    assert!(
        status == 400 && message.as_str().unwrap().contains("first administrator is an owner"),
        "{message}"
    );
    let owner = add(&tool, "Owner@Example.com", "owner").await;
    let editor = add(&tool, "editor@example.com", "editor").await;
    let twice = json!({"email": "EDITOR@example.com", "role": "viewer"});
    assert_eq!(failure(&tool.call(Method::POST, "/admins", Some(twice)).await).0, 409);
    let listed = tool.get("/admins").await.json();
    let emails: Vec<&str> =
        listed.as_array().unwrap().iter().map(|admin| admin["email"].as_str().unwrap()).collect();
    assert!(emails.contains(&"owner@example.com") && emails.contains(&"editor@example.com"), "{emails:?}");

    let change =
        async |id: &str, body: Value| tool.call(Method::PATCH, &format!("/admins/{id}"), Some(body)).await;
    assert_eq!(change(&editor, json!({"role": "viewer"})).await.json()["role"], "viewer");
    assert_eq!(tool.get(&format!("/admins/{editor}")).await.json()["role"], "viewer");
    for (id, body, text) in [
        (&owner, json!({"role": "editor"}), "The last owner stays an owner"),
        (&editor, json!({"email": "x@example.com"}), "Cannot be changed"),
        (&editor, json!({"role": "king"}), "on property role"),
        (&editor, json!({"name": "x"}), "unknown field"),
        (&editor, json!({}), "Missing required property: role"),
    ] {
        let (status, _, message) = failure(&change(id, body).await);
        assert!(status == 400 && message.as_str().unwrap().contains(text), "{text}: {message}");
    }
    let last = tool.call(Method::DELETE, &format!("/admins/{owner}"), None).await;
    assert_eq!(failure(&last).0, 400);
    assert_eq!(tool.call(Method::DELETE, &format!("/admins/{editor}"), None).await.status, 204);
    assert_eq!(failure(&tool.get(&format!("/admins/{editor}")).await).0, 404);
    for body in
        [json!({"email": "nobody", "role": "owner"}), json!({"role": "owner"}), json!({"email": "a@b.co"})]
    {
        assert_eq!(failure(&tool.call(Method::POST, "/admins", Some(body)).await).0, 400);
    }
}

/// S-109
#[tokio::test]
async fn sessions_of_administrators_are_ended_one_by_one_or_all() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let id = add(&tool, "owner@example.com", "owner").await;
    let path = format!("/admins/{id}/sessions");
    for _ in 0..3 {
        sign_in(&server, "owner@example.com").await;
        server.t.clock.advance(1);
    }
    let sessions = tool.get(&path).await.json();
    let ids: Vec<&str> =
        sessions["sessions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(tool.call(Method::DELETE, &format!("{path}/{}", ids[1]), None).await.status, 204);
    let left = tool.get(&path).await.json();
    assert_eq!((&left["sessions"][0]["id"], &left["sessions"][1]["id"]), (&json!(ids[0]), &json!(ids[2])));
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(tool.get(&path).await.json()["sessions"], json!([]));
}

/// S-120
#[tokio::test]
async fn only_owners_write_administrators() {
    let server = server().await;
    for role in [Role::Editor, Role::Viewer] {
        for scope in ["create:admins", "update:admins", "delete:admins"] {
            assert!(!role.scopes().contains(scope), "{role:?} {scope}");
        }
    }
    is_closed(
        &server,
        &[
            (Method::GET, "/admins"),
            (Method::POST, "/admins"),
            (Method::GET, "/admins/x"),
            (Method::PATCH, "/admins/x"),
            (Method::DELETE, "/admins/x"),
            (Method::GET, "/admins/x/sessions"),
            (Method::DELETE, "/admins/x/sessions"),
            (Method::DELETE, "/admins/x/sessions/y"),
        ],
    )
    .await;
}
