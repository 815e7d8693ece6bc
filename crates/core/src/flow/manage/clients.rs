//! Clients, as the Management API has them (section 2.3 of its contract).

use data_encoding::HEXLOWER;
use latchkey_wire::Secret;
use latchkey_wire::management::scope::{READ_CLIENT_KEYS, READ_CLIENTS, UPDATE_CLIENT_KEYS};
use serde_json::{Map, Value, json};

use super::client_body::{check, prepare};
use super::client_parts::parse;
use super::client_properties::{read, shown};
use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::save_client::SaveClientError;
use crate::model::{Client, ClientId, ClientKind};
use crate::store::Page;

/// What one may see of a client whose token only reads summaries.
const SUMMARY: [&str; 5] = ["client_id", "name", "app_type", "logo_uri", "is_first_party"];
/// The name of the client that stands for all of them (M-016).
const GLOBAL: &str = "All Applications";

/// Which clients to list.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    pub is_global: Option<bool>,
    pub is_first_party: Option<bool>,
    pub app_types: Vec<String>,
    /// A part of the name or of the id.
    pub text: Option<String>,
}

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

impl From<SaveClientError> for ManageError {
    fn from(error: SaveClientError) -> Self {
        match error {
            SaveClientError::Invalid(text) => {
                let (setting, reason) = text.split_once(": ").unwrap_or(("", &text));
                Self::invalid(property_of(setting), reason)
            }
            SaveClientError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Engine {
    /// In the order that they were made. The client that stands for all comes only when it is asked for.
    pub async fn list_managed_clients(&self, filter: &ClientFilter) -> Result<Vec<Client>, ManageError> {
        if filter.is_global == Some(true) {
            return Ok(vec![self.global_client()?]);
        }
        let mut all = self.all_clients().await?;
        all.retain(|client| {
            let kind = shown(client).get("app_type").and_then(Value::as_str).map(str::to_owned);
            filter.is_first_party.is_none_or(|wanted| wanted == client.first_party)
                && (filter.app_types.is_empty() || kind.is_some_and(|kind| filter.app_types.contains(&kind)))
                && filter.text.as_ref().is_none_or(|text| is_about(client, text))
        });
        all.sort_by_key(client_key);
        Ok(all)
    }

    pub async fn read_managed_client(&self, id: &str) -> Result<Client, ManageError> {
        if id == self.global_client_id() {
            return self.global_client();
        }
        let found = self.store.find_client(&ClientId::from(id)).await?;
        found.ok_or(ManageError::NotFound(Entity::Client))
    }

    pub async fn create_client(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Client, ManageError> {
        let mut given = prepare(Map::new(), given)?;
        let id = match given.remove("client_id") {
            None => self.random.alphanumeric(32),
            Some(id) => parse("client_id", &id)?,
        };
        let secret = match given.remove("client_secret") {
            None => Secret::new(self.random.alphanumeric(64)),
            Some(secret) => kept_secret(&secret)?,
        };
        let known = self.store.find_client(&ClientId::from(id.as_str())).await?;
        if known.is_some() || id == self.global_client_id() {
            return Err(ManageError::Conflict(Entity::Client));
        }
        let defaults = [
            ("sso", json!(false)),
            ("sso_disabled", json!(false)),
            ("custom_login_page_on", json!(true)),
            ("jwt_configuration", json!({"secret_encoded": false, "lifetime_in_seconds": 36_000})),
        ];
        for (name, value) in defaults {
            given.entry(name).or_insert(value);
        }
        check(&given)?;
        let mut client = self.draft_client(ClientId::new(id), "", ClientKind::Unspecified)?.0;
        client.refresh.reuse_while_child_unused = false;
        read(&mut client, given)?;
        self.set_client_secret(&mut client, &secret)?;
        self.save_client(&client).await?;
        self.client_changed(operator, "create", (None, Some(&client))).await?;
        Ok(client)
    }

    /// Arrays and objects replace what was there, `null` takes it away (M-014).
    pub async fn update_client(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<Client, ManageError> {
        let before = self.stored_client(id).await?;
        let mut body = prepare(shown(&before), given)?;
        if body.remove("client_id").is_some_and(|given| given != json!(id)) {
            return Err(ManageError::invalid("client_id", "Cannot be changed"));
        }
        let secret = match body.remove("client_secret") {
            None => None,
            Some(secret) => {
                operator.must(&[UPDATE_CLIENT_KEYS])?;
                Some(kept_secret(&secret)?)
            }
        };
        check(&body)?;
        let mut after = before.clone();
        read(&mut after, body)?;
        if let Some(secret) = secret {
            self.set_client_secret(&mut after, &secret)?;
        }
        self.keep_client(operator, &before, after).await
    }

    pub async fn rotate_client_secret(&self, operator: &Operator, id: &str) -> Result<Client, ManageError> {
        let before = self.stored_client(id).await?;
        let mut after = before.clone();
        self.set_client_secret(&mut after, &Secret::new(self.random.alphanumeric(64)))?;
        self.save_client(&after).await?;
        let event = self.change(operator, "rotate the secret of", Entity::Client, id, (None, None));
        self.store.insert_events(vec![event]).await?;
        Ok(after)
    }

    /// An unknown id is as good as deleted; who calls may not delete itself.
    pub async fn remove_client(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        if operator.client.as_str() == id {
            return Err(ManageError::NotSupported(String::from("A client cannot delete itself")));
        }
        let id = ClientId::from(id);
        let Some(before) = self.store.find_client(&id).await? else { return Ok(()) };
        for mut connection in self.list_connections(&Default::default()).await? {
            if connection.enabled_clients.contains(&id) {
                connection.enabled_clients.retain(|known| *known != id);
                self.put_connection(&connection).await?;
            }
        }
        self.store.delete_client(&id).await?;
        self.directory.forget();
        self.client_changed(operator, "delete", (Some(&before), None)).await
    }

    /// As `operator` may see it.
    pub fn client_for(
        &self,
        client: &Client,
        operator: &Operator,
        view: View,
    ) -> Result<Map<String, Value>, Fault> {
        let mut body = told(client);
        let is_global = client.id.as_str() == self.global_client_id();
        body.insert(String::from("global"), json!(is_global));
        body.insert(String::from("tenant"), json!(self.settings.tenant));
        if operator.may(&[READ_CLIENT_KEYS]) || view == View::Made {
            if let Some(sealed) = &client.secret {
                let secret = self.vault.open_text(&Client::secret_context(&client.id), sealed)?;
                body.insert(String::from("client_secret"), json!(secret.expose()));
            }
        }
        if view == View::Read && !operator.may(&[READ_CLIENTS, READ_CLIENT_KEYS]) {
            body.retain(|name, _| SUMMARY.contains(&name.as_str()));
        }
        Ok(body)
    }

    /// Every client, in the order of ids.
    pub(super) async fn all_clients(&self) -> Result<Vec<Client>, Fault> {
        let mut all: Vec<Client> = Vec::new();
        loop {
            let after = all.last().map(|client| client.id.as_str().to_owned());
            let part = self.store.list_clients(&Page { after, limit: 100 }).await?;
            let last = part.len() < 100;
            all.extend(part);
            if last {
                return Ok(all);
            }
        }
    }

    /// Saves what became of a client, with its event.
    pub(super) async fn keep_client(
        &self,
        operator: &Operator,
        before: &Client,
        mut after: Client,
    ) -> Result<Client, ManageError> {
        after.updated_at = self.now();
        self.save_client(&after).await?;
        self.client_changed(operator, "update", (Some(before), Some(&after))).await?;
        Ok(after)
    }

    /// One that is more than a stand-in.
    pub(super) async fn stored_client(&self, id: &str) -> Result<Client, ManageError> {
        if id == self.global_client_id() {
            let text = "Custom login pages for all applications are not supported by this server";
            return Err(ManageError::NoFeature(String::from(text)));
        }
        self.read_managed_client(id).await
    }

    async fn client_changed(
        &self,
        operator: &Operator,
        act: &'static str,
        (before, after): (Option<&Client>, Option<&Client>),
    ) -> Result<(), ManageError> {
        let id = after.or(before).map(|client| client.id.as_str()).unwrap_or_default();
        let records = (before.map(|client| json!(told(client))), after.map(|client| json!(told(client))));
        let event = self.change(operator, act, Entity::Client, id, records);
        Ok(self.store.insert_events(vec![event]).await?)
    }

    /// Stands for all clients where tools look for pages of theirs. It is not stored, and can do nothing.
    fn global_client(&self) -> Result<Client, ManageError> {
        let id = ClientId::new(self.global_client_id());
        let mut client = self.draft_client(id, GLOBAL, ClientKind::Unspecified)?.0;
        client.secret = None;
        client.grant_types.clear();
        client.further = Map::from_iter([(String::from("callbacks"), json!([]))]);
        Ok(client)
    }

    /// The same on every node and after every start.
    fn global_client_id(&self) -> String {
        let text = format!("{GLOBAL} of {}", self.settings.issuer);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        HEXLOWER.encode(digest.as_ref().split_at(16).0)
    }
}

/// Where a client stands in lists.
pub fn client_key(client: &Client) -> String {
    format!("{:012}{}", client.created_at.0.max(0), client.id)
}

/// As events have it: no secret is in it.
fn told(client: &Client) -> Map<String, Value> {
    let mut body = shown(client);
    body.insert(String::from("client_id"), json!(client.id));
    body
}

/// Searches by organization find nothing, since there are none.
fn is_about(client: &Client, text: &str) -> bool {
    let text = text.to_lowercase();
    !text.starts_with("client_grant.")
        && (client.name.to_lowercase().contains(&text) || client.id.as_str().to_lowercase().contains(&text))
}

/// A secret that a tenant brings along.
fn kept_secret(value: &Value) -> Result<Secret, ManageError> {
    let text: String = parse("client_secret", value)?;
    match (48..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        true => Ok(Secret::new(text)),
        false => Err(ManageError::invalid("client_secret", "Must be 48 to 255 characters of ASCII")),
    }
}

/// How tools call what a setting of ours is called.
fn property_of(setting: &str) -> &str {
    match setting {
        "auth_method" => "token_endpoint_auth_method",
        "jwt.alg" => "jwt_configuration.alg",
        "jwt.lifetime" => "jwt_configuration.lifetime_in_seconds",
        "refresh.lifetime" => "refresh_token.infinite_token_lifetime",
        "logout_urls" => "allowed_logout_urls",
        "backchannel_logout_urls" => "oidc_logout.backchannel_logout_urls",
        "ios_bundle" => "mobile.ios.app_bundle_identifier",
        "ios_team" => "mobile.ios.team_id",
        "android_package" => "mobile.android.app_package_name",
        "android_fingerprint" => "mobile.android.sha256_cert_fingerprints",
        other => other,
    }
}
