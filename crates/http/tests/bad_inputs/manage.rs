//! Tokens of operators, and an administrator's cookie, for the rows about the Management API.

use latchkey_wire::management::scope;

use crate::support::{TestServer, add_tool, enter, tool_token};

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
            token: with_token(server, token, &scopes.join(" ")).await,
            powerless: with_token(server, powerless, "").await,
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

async fn with_token(server: &TestServer, client: &str, scopes: &str) -> String {
    add_tool(&server.t, client, scopes).await;
    tool_token(server, client, "").await
}
