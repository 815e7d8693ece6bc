//! Tokens of operators, and an administrator's cookie, for the rows about the Management API.

use latchkey_core::model::{AudienceGrant, ClientId, ClientKind, TokenDialect};
use latchkey_testkit::TestEngine;
use latchkey_wire::Scopes;
use latchkey_wire::management::scope;
use serde_json::json;

use crate::support::{TestServer, enter};

const API: &str = "https://login.example/api/v2/";
/// A tool that may do everything but read secrets, and one that may do nothing.
const TOOLS: [&str; 2] = ["tool", "powerless"];
const ADMIN_COOKIE: &str = "__Host-latchkey_dashboard";

/// What the rows name.
#[derive(Default)]
pub struct Managing {
    pub token: String,
    pub powerless: String,
    pub cookie: String,
    pub connection: String,
}

impl Managing {
    pub async fn of(server: &TestServer, text: &str) -> Self {
        if !["{{mgmt", "{{con_sms", "{{admin_cookie"].iter().any(|name| text.contains(name)) {
            return Self::default();
        }
        let [token, powerless] = TOOLS;
        let scopes: Vec<&str> =
            scope::ALL.iter().copied().filter(|scope| *scope != scope::READ_CONNECTIONS_OPTIONS).collect();
        let connection = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
        let cookie = match text.contains("{{admin_cookie") {
            true => format!("{ADMIN_COOKIE}={}", enter(server).await.cookie(ADMIN_COOKIE).unwrap()),
            false => String::new(),
        };
        Self {
            token: token_of(server, token, &scopes.join(" ")).await,
            powerless: token_of(server, powerless, "").await,
            cookie,
            connection: connection.id.to_string(),
        }
    }

    /// A value that a row names.
    pub fn value(&self, name: &str) -> Option<&str> {
        let value = match name {
            "mgmt" => &self.token,
            "mgmt_none" => &self.powerless,
            "admin_cookie" => &self.cookie,
            "con_sms" => &self.connection,
            _ => return None,
        };
        Some(value)
    }

    /// Asks until there is nothing left to ask.
    pub async fn exhaust(&self, server: &TestServer) {
        let bearer = format!("Bearer {}", self.token);
        for _ in 0..1000 {
            if server.get("/api/v2/users", &[("authorization", &bearer)]).await.status == 429 {
                return;
            }
        }
        panic!("nothing limits the Management API");
    }
}

async fn token_of(server: &TestServer, client: &str, scopes: &str) -> String {
    let secret = format!("{client}-secret");
    add(&server.t, client, &secret, scopes).await;
    let body = json!({
        "grant_type": "client_credentials", "client_id": client, "client_secret": secret, "audience": API,
    });
    let answer = server.post("/oauth/token", body).await;
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn add(t: &TestEngine, client: &str, secret: &str, scopes: &str) {
    t.add_client(client, ClientKind::NonInteractive, Some(secret), |client| {
        client.audiences = vec![AudienceGrant {
            audience: API.into(),
            scopes: Scopes::of_any_length(scopes).unwrap(),
            token_lifetime: 86_400,
            dialect: TokenDialect::default(),
            further: Default::default(),
        }];
    })
    .await;
    assert!(t.engine.store.find_client(&ClientId::from(client)).await.unwrap().is_some());
}
