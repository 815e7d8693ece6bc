//! Administrators, as their owners manage them.

use http::Method;
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{AdminPasskey, EventKind, PasskeyId, Role};
use latchkey_core::store::{AddAdminPasskey, AdminPasskeyAdded, EventFilter, Page};
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

/// Passkey `n` of an administrator, as their authenticator would have left it.
async fn give_passkey(server: &TestServer, admin: &str, n: u8) -> String {
    let passkey = AdminPasskey {
        id: PasskeyId::new(format!("apk_{n:016}")),
        credential_id: vec![n; 32],
        admin: admin.to_owned(),
        user_handle: vec![3; 64],
        relying_party: String::from("login.example"),
        public_key: vec![1],
        counter: 0,
        backup_eligible: true,
        backed_up: true,
        transports: vec![String::from("internal")],
        aaguid: None,
        name: String::from("Firefox on Linux"),
        created_at: server.t.engine.now(),
        used_at: None,
    };
    let id = passkey.id.as_str().to_owned();
    let add = AddAdminPasskey { passkey, most: 10, events: Vec::new() };
    assert_eq!(server.t.engine.store.add_admin_passkey(add).await.unwrap(), AdminPasskeyAdded::Done);
    id
}

/// S-061
#[tokio::test]
async fn passkeys_of_administrators_are_listed_renamed_and_taken_away() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let id = add(&tool, "owner@example.com", "owner").await;
    let other = add(&tool, "other@example.com", "viewer").await;
    let path = format!("/admins/{id}/passkeys");
    assert_eq!(tool.get(&path).await.json(), json!({"passkeys": []}));
    let (first, second) = (give_passkey(&server, &id, 1).await, give_passkey(&server, &id, 2).await);

    let listed = tool.get(&path).await.json();
    let wanted = json!({
        "id": first, "name": "Firefox on Linux", "created_at": server.t.engine.now().to_iso8601(),
        "credential_device_type": "multi_device", "credential_backed_up": true, "transports": ["internal"],
        "relying_party_identifier": "login.example",
    });
    assert_eq!((&listed["passkeys"][0], &listed["passkeys"][1]["id"]), (&wanted, &json!(second)));

    let at = format!("{path}/{first}");
    let renamed = tool.call(Method::PATCH, &at, Some(json!({"name": " Blue key "}))).await;
    assert_eq!((renamed.status.as_u16(), &renamed.json()["name"]), (200, &json!("Blue key")));
    for body in [json!({}), json!({"name": ""}), json!({"name": "x", "id": "y"}), json!({"name": 1})] {
        assert_eq!(failure(&tool.call(Method::PATCH, &at, Some(body.clone())).await).0, 400, "{body}");
    }
    // Another's, nobody's, and one that there is not.
    for path in [
        format!("/admins/{other}/passkeys/{first}"),
        format!("/admins/none/passkeys/{first}"),
        format!("{path}/none"),
    ] {
        assert_eq!(failure(&tool.call(Method::DELETE, &path, None).await).0, 404, "{path}");
        let named = Some(json!({"name": "x"}));
        assert_eq!(failure(&tool.call(Method::PATCH, &path, named).await).0, 404, "{path}");
    }
    assert_eq!(tool.call(Method::DELETE, &at, None).await.status, 204);
    assert_eq!(failure(&tool.call(Method::DELETE, &at, None).await).0, 404);
    assert_eq!(tool.get(&path).await.json()["passkeys"][0]["id"], json!(second));

    let acted = EventFilter { kind: Some(EventKind::OperatorActed), ..EventFilter::default() };
    let page = Page { after: None, limit: 100 };
    let told = server.t.engine.store.list_events(&acted, &page).await.unwrap();
    let told: Vec<_> = told.iter().filter(|event| event.detail["on"] == json!(first)).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    for event in told {
        assert_eq!(event.detail["before"]["administrator"], json!(id), "{event:?}");
        assert!(!json!(event).to_string().contains("Blue key"), "{event:?}");
    }
    assert_eq!(tool.call(Method::DELETE, &format!("/admins/{other}"), None).await.status, 204);
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
            (Method::GET, "/admins/x/passkeys"),
            (Method::PATCH, "/admins/x/passkeys/y"),
            (Method::DELETE, "/admins/x/passkeys/y"),
            (Method::GET, "/admins/x/sessions"),
            (Method::DELETE, "/admins/x/sessions"),
            (Method::DELETE, "/admins/x/sessions/y"),
        ],
    )
    .await;
}
