//! The operator's client for the Management API.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::load::block_on;
use crate::load::client::Connection;
use crate::process::Served;
use crate::setup::{Place, Places};

const SCOPES: &str = "create:users read:users update:users read:connections";

pub struct Tool {
    pub token: String,
    /// One line of a request.
    pub header: String,
}

impl Tool {
    /// Registers it in a store that nobody serves yet; its secret.
    pub fn create(places: &Places, place: &Place) -> Result<String> {
        let audience = format!("{}api/v2/={SCOPES}", place.url());
        let output = Command::new(&places.binary)
            .args(["clients", "create", "bench-tool", "--type", "machine", "--audience", &audience])
            .arg("--config")
            .arg(&place.config)
            .output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_slice(&output.stdout)?;
        let secret = made.get("client_secret").and_then(Value::as_str);
        secret.map(str::to_owned).context("the tool has no secret")
    }

    pub fn open(served: &Served, secret: &str) -> Result<Self> {
        let body = json!({
            "grant_type": "client_credentials", "client_id": "bench-tool", "client_secret": secret,
            "audience": format!("http://{}/api/v2/", served.address),
        });
        let answer = block_on(async {
            let mut connection = Connection::open(served.address).await?;
            let answer = connection.post("/oauth/token", body.to_string().as_bytes()).await?;
            Ok(serde_json::from_slice::<Value>(answer.body)?)
        })?;
        let token = answer.get("access_token").and_then(Value::as_str).context("no access token")?.to_owned();
        Ok(Self { header: format!("Authorization: Bearer {token}\r\n"), token })
    }

    pub fn get(&self, served: &Served, path: &str) -> Result<Value> {
        block_on(async {
            let mut connection = Connection::open(served.address).await?;
            let answer = connection.send("GET", path, &self.header, b"").await?;
            ensure!(answer.status == 200, "{path} was answered {}", answer.status);
            Ok(serde_json::from_slice::<Value>(answer.body)?)
        })
    }

    pub fn total(&self, served: &Served) -> Result<u64> {
        let found = self.get(served, "/api/v2/users?include_totals=true&per_page=1")?;
        found.get("total").and_then(Value::as_u64).context("no total")
    }

    /// Users of the connection that the import is for.
    pub fn imported(&self, served: &Served) -> Result<u64> {
        let query = "q=identities.connection%3A%22email%22&include_totals=true&per_page=1";
        let found = self.get(served, &format!("/api/v2/users?{query}"))?;
        found.get("total").and_then(Value::as_u64).context("no total")
    }
}
