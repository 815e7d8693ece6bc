//! Clients as operators see them, and the one that stands for all of them.

use data_encoding::HEXLOWER;
use latchkey_wire::management::scope::{READ_CLIENT_KEYS, READ_CLIENTS};
use serde_json::{Map, Value, json};

use super::client_properties::shown;
use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Client, ClientId, ClientKind};

/// What one may see of a client whose token only reads summaries.
const SUMMARY: [&str; 5] = ["client_id", "name", "app_type", "logo_uri", "is_first_party"];
/// Shown to those who may read keys, and in no event.
const ENCRYPTION_KEY: &str = "encryption_key";
/// The name of the client that stands for all of them (M-016).
const GLOBAL: &str = "All Applications";

/// Who looks at a client, and after what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// A reader sees what their scopes allow.
    Read,
    /// Who changed it sees what they changed.
    Changed,
    /// Who made it, or its secret, is told the secret.
    Made,
}

/// What an answer may show of clients.
#[derive(Clone, Debug)]
pub struct Viewer<'a> {
    operator: &'a Operator,
    view: View,
    signing_keys: Option<Value>,
}

impl Engine {
    pub async fn client_viewer<'a>(&self, operator: &'a Operator, view: View) -> Result<Viewer<'a>, Fault> {
        let signing_keys = match operator.may(&[READ_CLIENT_KEYS]) {
            true => Some(self.client_signing_keys().await?),
            false => None,
        };
        Ok(Viewer { operator, view, signing_keys })
    }

    pub fn client_for(&self, client: &Client, viewer: &Viewer<'_>) -> Result<Map<String, Value>, Fault> {
        let Viewer { operator, view, signing_keys } = viewer;
        let mut body = told(client);
        let is_global = client.id.as_str() == self.global_client_id();
        body.insert(String::from("global"), json!(is_global));
        body.insert(String::from("tenant"), json!(self.settings.tenant));
        let may_read_keys = operator.may(&[READ_CLIENT_KEYS]);
        if let (true, Some(key)) = (may_read_keys, client.further.get(ENCRYPTION_KEY)) {
            body.insert(String::from(ENCRYPTION_KEY), key.clone());
        }
        let told_secret = may_read_keys || *view == View::Made;
        if let (true, Some(sealed)) = (told_secret, &client.secret) {
            let secret = self.vault.open_text(&Client::secret_context(&client.id), sealed)?;
            body.insert(String::from("client_secret"), json!(secret.expose()));
        }
        if let Some(keys) = signing_keys {
            body.insert(String::from("signing_keys"), keys.clone());
        }
        if *view == View::Read && !operator.may(&[READ_CLIENTS, READ_CLIENT_KEYS]) {
            body.retain(|name, _| SUMMARY.contains(&name.as_str()));
        }
        Ok(body)
    }

    /// Stands for all clients where tools look for pages of theirs. It is not stored, and can do nothing.
    pub(super) fn global_client(&self) -> Result<Client, ManageError> {
        let id = ClientId::new(self.global_client_id());
        let mut client = self.draft_client(id, GLOBAL, ClientKind::Unspecified)?.0;
        client.secret = None;
        client.grant_types.clear();
        client.further = Map::from_iter([(String::from("callbacks"), json!([]))]);
        Ok(client)
    }

    /// The same on every node and after every start.
    pub(super) fn global_client_id(&self) -> String {
        let text = format!("{GLOBAL} of {}", self.settings.issuer);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        HEXLOWER.encode(digest.as_ref().split_at(16).0)
    }
}

/// As events have it: no secret is in it.
pub(super) fn told(client: &Client) -> Map<String, Value> {
    let mut body = shown(client);
    body.remove(ENCRYPTION_KEY);
    body.insert(String::from("client_id"), json!(client.id));
    body
}
