//! Clients that may call the Management API, and their tokens.

use latchkey_core::model::{AudienceGrant, ClientKind, TokenDialect};
use latchkey_testkit::TestEngine;
use latchkey_wire::Scopes;
use serde_json::json;

use super::TestServer;

pub const API: &str = "https://login.example/api/v2/";

/// A machine with these scopes, whose secret is its name and `-secret`.
pub async fn add_tool(t: &TestEngine, id: &str, scopes: &str) {
    t.add_client(id, ClientKind::NonInteractive, Some(&format!("{id}-secret")), |client| {
        client.audiences = vec![AudienceGrant {
            audience: API.into(),
            scopes: Scopes::of_any_length(scopes).unwrap(),
            token_lifetime: 86_400,
            dialect: TokenDialect::default(),
            further: Default::default(),
        }];
    })
    .await;
}

/// Its token; no scope asks for all that it has.
pub async fn tool_token(server: &TestServer, id: &str, scope: &str) -> String {
    let body = json!({
        "grant_type": "client_credentials", "client_id": id, "client_secret": format!("{id}-secret"),
        "audience": API, "scope": scope,
    });
    let answer = server.post("/oauth/token", body).await;
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}
