//! The inventory of the API: what there is, which scopes open it, and what each role may do. Whoever adds a route
//! adds it to `operations::ALL` in the wire crate and to the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use latchkey_core::model::Role;
use latchkey_wire::management::operations::{self, Operation};
use serde_json::{Value, json};

use crate::support::{Answer, TestServer};
use crate::tool::{Tool, failure, grant, unlimited};

/// The path with ids that nothing has.
pub fn path_of(operation: &Operation) -> String {
    let parts = operation.path.split('/');
    let filled = parts.map(|part| match part {
        "{ip}" => "192.0.2.77",
        part if part.starts_with('{') => "none",
        part => part,
    });
    filled.collect::<Vec<_>>().join("/")
}

async fn call(tool: &Tool<'_>, operation: &Operation) -> Answer {
    let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
    tool.call(method, &path_of(operation), operation.has_body().then(|| json!({}))).await
}

fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// S-120. Changed on purpose only: `LATCHKEY_BLESS=1` writes it anew.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "whether a snapshot is written anew is the environment's to say"
)]
fn the_routes_are_those_of_the_snapshot() {
    let mut lines: Vec<String> =
        operations::ALL.iter().map(|op| format!("{} {}\n", name(op), op.scopes.join(" "))).collect();
    lines.sort_by_key(|line| line.split(' ').nth(1).map(str::to_owned));
    let text = lines.concat();
    let file = "tests/data/routes.txt";
    if std::env::var_os("LATCHKEY_BLESS").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    assert!(std::fs::read_to_string(file).unwrap() == text, "tests/data/routes.txt is not what there is");
}

/// S-120, PB-094
#[test]
fn every_route_in_the_code_is_in_the_inventory() {
    let known: BTreeSet<String> = operations::ALL.iter().map(|operation| masked(operation.path)).collect();
    let folder = "src/routes/management";
    let mut seen = 0;
    let mut otherwise = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        let is_folder = file.file_type().unwrap().is_dir();
        let source = if is_folder { file.path().join("mod.rs") } else { file.path() };
        let source = std::fs::read_to_string(source).unwrap();
        for after in source.split(".route(").skip(1) {
            let Some(after) = after.trim_start().strip_prefix('"') else {
                *otherwise.entry(file.file_name().into_string().unwrap()).or_insert(0) += 1;
                continue;
            };
            let path = after.split('"').next().unwrap();
            seen += 1;
            let is_known = known.contains(&masked(path)) || NOTHING_BEHIND.contains(&path);
            assert!(is_known, "{path} is not in the inventory");
        }
    }
    assert_eq!(otherwise, BTreeMap::from(OTHERWISE.map(|(file, routes)| (file.to_owned(), routes))));
    assert!(seen > 50, "{seen}");
}

/// Routes whose path is put together or has a name: whoever adds one looks that it is in the inventory.
const OTHERWISE: [(&str, usize); 4] = [
    ("attack_protection.rs", 1),
    ("phone_providers.rs", 3),
    ("phone_templates.rs", 4),
    ("user_detail.rs", 2),
];

/// Kept for tools: they answer, and nothing is behind them.
const NOTHING_BEHIND: [&str; 6] = [
    "/users/{id}/multifactor/{provider}",
    "/users/{id}/multifactor/actions/invalidate-remember-browser",
    "/users/{id}/authenticators",
    "/users/{id}/risk-assessments/clear",
    "/users/{id}/recovery-code-regeneration",
    "/api/v2/openapi.json",
];

fn masked(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

/// M-002, S-120
#[tokio::test]
async fn every_route_asks_for_a_token_and_for_its_scopes() {
    let server = unlimited().await;
    let other = Tool::of(&server, "read:nothing read:user_idp_tokens").await;
    for operation in operations::ALL {
        let nobody = server
            .request(
                Method::from_bytes(operation.method.as_bytes()).unwrap(),
                &format!("/api/v2{}", path_of(operation)),
                &[],
                b"",
            )
            .await;
        assert_eq!(nobody.status, 401, "{}: {}", name(operation), nobody.text);
        let (status, code, message) = failure(&call(&other, operation).await);
        assert_eq!((status, code), (403, json!("insufficient_scope")), "{}", name(operation));
        let expected = format!("Insufficient scope, expected any of: {}", operation.scopes.join(","));
        assert_eq!(message, json!(expected), "{}", name(operation));
    }
}

/// S-120
#[tokio::test]
async fn each_scope_opens_what_the_inventory_says() {
    let server = unlimited().await;
    for operation in operations::ALL {
        for scope in operation.scopes {
            if needs_more(operation, scope) {
                continue;
            }
            let tool = Tool::of(&server, scope).await;
            opened(&call(&tool, operation).await, operation);
        }
    }
}

/// Where what is asked decides, or another scope is needed as well.
fn needs_more(operation: &Operation, scope: &str) -> bool {
    needs_two(operation) || scope.contains("current_user")
}

fn needs_two(operation: &Operation) -> bool {
    matches!(operation.path, "/keys/signing/rotate" | "/log-streams/{id}/rotate-secret")
}

fn opened(answer: &Answer, operation: &Operation) {
    let status = answer.status.as_u16();
    let is_open = !matches!(status, 401 | 405) && status < 500;
    let is_refused = status == 403 && answer.text.contains("insufficient_scope");
    assert!(is_open && !is_refused, "{}: {status} {}", name(operation), answer.text);
}

/// S-120
#[tokio::test]
async fn owners_editors_and_viewers_may_do_what_their_scopes_say_on_every_route() {
    for role in [Role::Viewer, Role::Editor, Role::Owner] {
        let server = unlimited().await;
        let scopes = role.scopes();
        grant(&server, &scopes.to_string()).await;
        let tool = Tool::new(&server).await;
        for operation in operations::ALL {
            let answer = call(&tool, operation).await;
            match operation.scopes.iter().any(|scope| scopes.contains(scope)) {
                true if needs_two(operation) && role != Role::Owner => assert_eq!(failure(&answer).0, 403),
                true => opened(&answer, operation),
                false => assert_eq!(failure(&answer).0, 403, "{role:?} {}", name(operation)),
            }
        }
        let writes =
            operations::ALL.iter().filter(|op| !op.scopes.iter().any(|scope| scope.starts_with("read:")));
        let may_write = writes.filter(|op| op.scopes.iter().any(|scope| scopes.contains(scope))).count();
        assert_eq!(may_write == 0, role == Role::Viewer, "{role:?}");
    }
}

/// M-003
#[tokio::test]
async fn methods_that_a_path_does_not_have_are_refused() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let mut of_path: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for operation in operations::ALL {
        of_path.entry(path_of(operation)).or_default().insert(operation.method);
    }
    for (path, methods) in of_path {
        for method in ["GET", "POST", "PATCH", "PUT", "DELETE"] {
            if methods.contains(method) {
                continue;
            }
            let answer = tool.call(Method::from_bytes(method.as_bytes()).unwrap(), &path, None).await;
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn the_description_of_the_api_names_every_operation_once() {
    let server = TestServer::new().await;
    let answer = server.request(Method::GET, "/api/v2/openapi.json", &[], b"").await;
    assert_eq!(answer.status, 200);
    let described = answer.json();
    assert_eq!(
        (&described["openapi"], &described["servers"][0]["url"]),
        (&json!("3.1.0"), &json!("https://login.example/api/v2"))
    );
    let mut ids = BTreeSet::new();
    for operation in operations::ALL {
        let found = &described["paths"][operation.path][operation.method.to_lowercase()];
        assert_eq!(found["summary"], operation.summary, "{}", name(operation));
        let any: Vec<Value> = operation.scopes.iter().map(|scope| json!({ "token": [scope] })).collect();
        assert_eq!(found["security"], json!(any), "{}", name(operation));
        assert!(ids.insert(found["operationId"].as_str().unwrap().to_owned()), "{}", name(operation));
        let named = found["parameters"].as_array().unwrap().iter();
        let in_path: Vec<&Value> =
            named.filter(|parameter| parameter["in"] == "path").map(|parameter| &parameter["name"]).collect();
        assert_eq!(json!(in_path), json!(operation.parameters().collect::<Vec<_>>()));
    }
}
