//! Clients, as the Management API has them (section 2.3 of its contract).

use latchkey_wire::Secret;
use latchkey_wire::management::scope::UPDATE_CLIENT_KEYS;
use serde_json::{Map, Value, json};

use super::client_body::{check, prepare};
use super::client_parts::parse;
use super::client_properties::{read, shown};
use super::client_shown::told;
use super::connections::ConnectionFilter;
use super::documents::{TRIES, busy};
use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::save_client::SaveClientError;
use crate::model::{ACCOUNT_CLIENT, Client, ClientId, ClientKind, Event, Role};
use crate::store::{Page, StoreError};

/// Which clients to list.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    pub is_global: Option<bool>,
    pub is_first_party: Option<bool>,
    pub app_types: Vec<String>,
    /// Those of the list; empty for all.
    pub ids: Vec<String>,
    /// A part of the name or of the id.
    pub text: Option<String>,
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
        all.retain(|client| filter.ids.is_empty() || filter.ids.iter().any(|id| id == client.id.as_str()));
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
        if known.is_some() || id == self.global_client_id() || is_of_this_server(&id) {
            return Err(ManageError::Conflict(Entity::Client));
        }
        let tokens = || json!({"secret_encoded": false, "lifetime_in_seconds": 36_000});
        given.entry("jwt_configuration").or_insert_with(tokens);
        check(&given)?;
        let mut client = self.draft_client(ClientId::new(id), "", ClientKind::Unspecified)?.0;
        // A tool that moves clients in brings the rules they had; a person makes a new one by ours.
        client.refresh.reuse_while_child_unused = operator.is_person();
        self.take_credentials(&mut client, &mut given)?;
        read(&mut client, given)?;
        self.set_client_secret(&mut client, &secret)?;
        self.check_client(&client).await?;
        let records = (None, Some(json!(told(&client))));
        let event = self.change(operator, "create", Entity::Client, client.id.as_str(), records);
        match self.store.insert_client(&client, vec![event]).await {
            Err(StoreError::Conflict(_)) => return Err(ManageError::Conflict(Entity::Client)),
            other => other?,
        }
        self.directory.forget();
        if self.tenant().await?.joins_new_clients {
            self.join_all_connections(operator, &client.id).await?;
        }
        Ok(client)
    }

    /// The flag `enable_client_connections` of the tenant.
    async fn join_all_connections(&self, operator: &Operator, client: &ClientId) -> Result<(), ManageError> {
        for connection in self.list_connections(&ConnectionFilter::default()).await? {
            let join = |clients: &mut Vec<ClientId>| {
                if !clients.contains(client) {
                    clients.push(client.clone());
                }
            };
            match self.change_clients(operator, connection.id.as_str(), join).await {
                // Deleted meanwhile.
                Ok(()) | Err(ManageError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Arrays and objects replace what was there, `null` takes it away (M-014).
    pub async fn update_client(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<Client, ManageError> {
        let secret = match given.get("client_secret").filter(|secret| !secret.is_null()) {
            None => None,
            Some(secret) => {
                operator.must(&[UPDATE_CLIENT_KEYS])?;
                Some(kept_secret(secret)?)
            }
        };
        self.change_client(id, |client| {
            let before = told(client);
            let mut body = prepare(shown(client), given.clone())?;
            body.remove("client_secret");
            if body.remove("client_id").is_some_and(|given| given != json!(id)) {
                return Err(ManageError::invalid("client_id", "Cannot be changed"));
            }
            check(&body)?;
            read(client, body)?;
            if let Some(secret) = &secret {
                self.set_client_secret(client, secret)?;
            }
            let records = (Some(json!(before)), Some(json!(told(client))));
            Ok(self.change(operator, "update", Entity::Client, id, records))
        })
        .await
    }

    pub async fn rotate_client_secret(&self, operator: &Operator, id: &str) -> Result<Client, ManageError> {
        let secret = Secret::new(self.random.alphanumeric(64));
        self.change_client(id, |client| {
            self.set_client_secret(client, &secret)?;
            Ok(self.change(operator, "rotate the secret of", Entity::Client, id, (None, None)))
        })
        .await
    }

    /// An unknown id is as good as deleted; who calls may not delete itself.
    pub async fn remove_client(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        if operator.client.as_str() == id {
            return Err(ManageError::NotSupported(String::from("A client cannot delete itself")));
        }
        let id = ClientId::from(id);
        let Some(before) = self.store.find_client(&id).await? else { return Ok(()) };
        for connection in self.list_connections(&Default::default()).await? {
            if connection.enabled_clients.contains(&id) {
                let connection = connection.id.as_str();
                self.change_clients(operator, connection, |clients| clients.retain(|known| *known != id))
                    .await?;
            }
        }
        let records = (Some(json!(told(&before))), None);
        let event = self.change(operator, "delete", Entity::Client, before.id.as_str(), records);
        self.store.delete_client(&id, vec![event]).await?;
        self.directory.forget();
        Ok(())
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

    /// Reads, changes and writes with the event until nobody else wrote in between.
    pub(super) async fn change_client(
        &self,
        id: &str,
        change: impl Fn(&mut Client) -> Result<Event, ManageError> + Send + Sync,
    ) -> Result<Client, ManageError> {
        for _ in 0..TRIES {
            let mut client = self.stored_client(id).await?;
            let event = change(&mut client)?;
            client.updated_at = self.now();
            self.check_client(&client).await?;
            if self.store.replace_client(&client, vec![event]).await? {
                self.directory.forget();
                return Ok(client);
            }
        }
        Err(busy())
    }

    /// One that is more than a stand-in.
    pub(super) async fn stored_client(&self, id: &str) -> Result<Client, ManageError> {
        if id == self.global_client_id() {
            let text = "Custom login pages for all applications are not supported by this server";
            return Err(ManageError::NoFeature(String::from(text)));
        }
        self.read_managed_client(id).await
    }
}

/// Where a client stands in lists.
pub fn client_key(client: &Client) -> String {
    format!("{:012}{}", client.created_at.0.max(0), client.id)
}

/// Searches by organization find nothing, since there are none.
fn is_about(client: &Client, text: &str) -> bool {
    let text = text.to_lowercase();
    !text.starts_with("client_grant.")
        && (client.name.to_lowercase().contains(&text) || client.id.as_str().to_lowercase().contains(&text))
}

/// Events name the console, the dashboard and the account page so.
fn is_of_this_server(id: &str) -> bool {
    id == ACCOUNT_CLIENT
        || [Operator::console(), Operator::of_admin("", Role::Owner)]
            .iter()
            .any(|own| own.client.as_str() == id)
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
        "jwt.secret_encoded" => "jwt_configuration.secret_encoded",
        "refresh.lifetime" => "refresh_token.infinite_token_lifetime",
        "logout_urls" => "allowed_logout_urls",
        "backchannel_logout_urls" => "oidc_logout.backchannel_logout_urls",
        "ios_bundle" => "mobile.ios.app_bundle_identifier",
        "ios_team" => "mobile.ios.team_id",
        "android_package" => "mobile.android.app_package_name",
        "android_fingerprints" => "mobile.android.sha256_cert_fingerprints",
        other => other,
    }
}
