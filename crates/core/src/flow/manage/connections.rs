//! Connections, as the Management API has them (section 2.1 and 2.2 of its contract).

use latchkey_wire::management::connection::{ClientSwitch, Connection as Shown, ConnectionBody};
use latchkey_wire::management::scope::READ_CONNECTIONS_OPTIONS;
use serde_json::{Map, Value, json};

use super::documents::{TRIES, busy, merged};
use super::{Entity, ManageError, Operator};
use crate::channel::with_secrets;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::save_connection::SaveConnectionError;
use crate::model::{ClientId, Connection, ConnectionId, Strategy};
use crate::store::{Page, StoreError};

/// Most items of one call that switches clients on and off.
const MAX_SWITCHES: usize = 50;

/// Which connections to list.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFilter {
    pub strategies: Vec<String>,
    pub name: Option<String>,
}

impl From<SaveConnectionError> for ManageError {
    fn from(error: SaveConnectionError) -> Self {
        match error {
            SaveConnectionError::Name => Self::invalid(
                "name",
                "Must be 1 to 128 letters, digits and dashes, and start and end with a letter or digit",
            ),
            SaveConnectionError::NameTaken => Self::Conflict(Entity::Connection),
            SaveConnectionError::Option(bad) => bad.into(),
            SaveConnectionError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Engine {
    /// In the order that they were made.
    pub async fn list_connections(&self, filter: &ConnectionFilter) -> Result<Vec<Connection>, Fault> {
        let mut all = Vec::new();
        let mut page = Page { after: None, limit: 100 };
        loop {
            let part = self.store.list_connections(&page).await?;
            let last = part.last().map(|connection| connection.id.as_str().to_owned());
            let whole = part.len() < 100;
            all.extend(part);
            if whole {
                break;
            }
            page.after = last;
        }
        all.retain(|connection| {
            let strategy = connection.strategy.as_str();
            (filter.strategies.is_empty() || filter.strategies.iter().any(|known| known == strategy))
                && filter.name.as_ref().is_none_or(|name| *name == connection.name)
        });
        all.sort_by_key(connection_key);
        Ok(all)
    }

    pub async fn read_connection(&self, id: &str) -> Result<Connection, ManageError> {
        let found = self.store.find_connection_by_id(&ConnectionId::from(id)).await?;
        found.ok_or(ManageError::NotFound(Entity::Connection))
    }

    pub async fn create_connection(
        &self,
        operator: &Operator,
        body: ConnectionBody,
    ) -> Result<Connection, ManageError> {
        let name = body.name.ok_or(ManageError::MissingProperty("name"))?;
        let strategy = strategy(&body.strategy.ok_or(ManageError::MissingProperty("strategy"))?)?;
        let mut connection = self.draft_connection(&name, strategy);
        if let Some(id) = body.id {
            connection.id = kept_id(&id)?;
        }
        connection.enabled = body.enabled.unwrap_or(true);
        connection.enabled_clients = self.known_clients(body.enabled_clients.unwrap_or_default()).await?;
        connection.further = further(Map::new(), body.further)?;
        let options = with_flags(body.options.unwrap_or_default());
        let made = self.prepare_connection(connection, options, false).await?;
        let after = json!(self.show_connection(&made, false)?);
        let event =
            self.change(operator, "create", Entity::Connection, made.id.as_str(), (None, Some(after)));
        match self.store.insert_connection(&made, vec![event]).await {
            Err(StoreError::Conflict(_)) => return Err(ManageError::Conflict(Entity::Connection)),
            other => other?,
        }
        self.directory.forget();
        Ok(made)
    }

    /// `options` replaces the whole of what was there (M-009), but that a secret which is absent keeps its
    /// value (decision 3.13).
    pub async fn update_connection(
        &self,
        operator: &Operator,
        id: &str,
        body: ConnectionBody,
    ) -> Result<Connection, ManageError> {
        let clients = match body.enabled_clients {
            Some(clients) => Some(self.known_clients(clients).await?),
            None => None,
        };
        for _ in 0..TRIES {
            let mut connection = self.read_connection(id).await?;
            let before = json!(self.show_connection(&connection, false)?);
            for (property, given, fixed) in [
                ("id", &body.id, connection.id.as_str()),
                ("name", &body.name, connection.name.as_str()),
                ("strategy", &body.strategy, connection.strategy.as_str()),
            ] {
                if given.as_ref().is_some_and(|given| given != fixed) {
                    return Err(ManageError::invalid(property, "Cannot be changed"));
                }
            }
            if let Some(clients) = &clients {
                connection.enabled_clients.clone_from(clients);
            }
            connection.enabled = body.enabled.unwrap_or(connection.enabled);
            connection.further = further(connection.further, body.further.clone())?;
            let options = body.options.clone().map(with_flags);
            let options = options.unwrap_or_else(|| connection.options.clone());
            let changed = self.prepare_connection(connection, options, false).await?;
            let after = json!(self.show_connection(&changed, false)?);
            if self.replaced(operator, &changed, (before, after)).await? {
                return Ok(changed);
            }
        }
        Err(busy())
    }

    /// Unless another call was faster.
    async fn replaced(
        &self,
        operator: &Operator,
        connection: &Connection,
        (before, after): (Value, Value),
    ) -> Result<bool, ManageError> {
        let id = connection.id.as_str();
        let event = self.change(operator, "update", Entity::Connection, id, (Some(before), Some(after)));
        let replaced = self.store.replace_connection(connection, vec![event]).await?;
        if replaced {
            self.directory.forget();
        }
        Ok(replaced)
    }

    /// True when there was one.
    pub async fn remove_connection(&self, operator: &Operator, id: &str) -> Result<bool, ManageError> {
        let found = self.store.find_connection_by_id(&ConnectionId::from(id)).await?;
        let Some(connection) = found else { return Ok(false) };
        let before = self.show_connection(&connection, false)?;
        let event = self.change(operator, "delete", Entity::Connection, id, (Some(json!(before)), None));
        let gone = self.store.delete_connection(&connection.name, self.now(), vec![event]).await?;
        self.directory.forget();
        Ok(gone)
    }

    /// Switches clients on and off; of two items for one client the last counts (M-013).
    pub async fn switch_clients(
        &self,
        operator: &Operator,
        id: &str,
        switches: Vec<ClientSwitch>,
    ) -> Result<(), ManageError> {
        if switches.len() > MAX_SWITCHES {
            return Err(ManageError::invalid("", format!("Array is too long, maximum {MAX_SWITCHES}")));
        }
        self.known_clients(switches.iter().map(|item| item.client_id.clone()).collect()).await?;
        self.change_clients(operator, id, |clients| {
            for item in &switches {
                let client = ClientId::from(item.client_id.as_str());
                clients.retain(|known| *known != client);
                if item.status {
                    clients.push(client);
                }
            }
        })
        .await
    }

    /// Which clients a connection is for, as `change` leaves them.
    pub(super) async fn change_clients(
        &self,
        operator: &Operator,
        id: &str,
        change: impl Fn(&mut Vec<ClientId>) + Send + Sync,
    ) -> Result<(), ManageError> {
        for _ in 0..TRIES {
            let mut connection = self.read_connection(id).await?;
            let before = json!({"enabled_clients": connection.enabled_clients});
            change(&mut connection.enabled_clients);
            connection.updated_at = self.now();
            let after = json!({"enabled_clients": connection.enabled_clients});
            if self.replaced(operator, &connection, (before, after)).await? {
                return Ok(());
            }
        }
        Err(busy())
    }

    /// As `operator` may see it: secrets are in clear only for those who deploy (decision 3.13).
    pub fn connection_for(&self, connection: &Connection, operator: &Operator) -> Result<Shown, Fault> {
        self.show_connection(connection, operator.may(&[READ_CONNECTIONS_OPTIONS]))
    }

    fn show_connection(&self, connection: &Connection, in_clear: bool) -> Result<Shown, Fault> {
        let options = match in_clear {
            true => with_secrets(connection, &self.vault)?,
            false => connection.options.clone(),
        };
        let mut further = connection.further.clone();
        Ok(Shown {
            id: connection.id.as_str().to_owned(),
            name: connection.name.clone(),
            strategy: connection.strategy.as_str(),
            options,
            enabled_clients: connection.enabled_clients.iter().map(|id| id.as_str().to_owned()).collect(),
            enabled: (!connection.enabled).then_some(false),
            realms: further.remove("realms").unwrap_or_else(|| json!([connection.name])),
            is_domain_connection: further.remove("is_domain_connection").unwrap_or(json!(false)),
            further,
        })
    }

    async fn known_clients(&self, ids: Vec<String>) -> Result<Vec<ClientId>, ManageError> {
        let mut known = Vec::new();
        for id in ids {
            let id = ClientId::from(id.as_str());
            if self.store.find_client(&id).await?.is_none() {
                return Err(ManageError::invalid("enabled_clients", format!("There is no client {id}")));
            }
            if !known.contains(&id) {
                known.push(id);
            }
        }
        Ok(known)
    }
}

/// Where a connection stands in lists.
pub fn connection_key(connection: &Connection) -> String {
    format!("{:012}{}", connection.created_at.0.max(0), connection.id)
}

fn strategy(name: &str) -> Result<Strategy, ManageError> {
    match name {
        "sms" => Ok(Strategy::Sms),
        "email" => Ok(Strategy::Email),
        "auth0" => Ok(Strategy::Database),
        other => Err(ManageError::NotSupported(format!(
            "The strategy {other:.40} is not supported: this server signs people in by sms and email"
        ))),
    }
}

/// Switches that Auth0's guides write as text are kept as what they are: strict tools read nothing else.
fn with_flags(mut options: Map<String, Value>) -> Map<String, Value> {
    for name in ["forward_req_info", "brute_force_protection", "disable_signup"] {
        read_flag(options.get_mut(name));
    }
    let gateway = options.get_mut("gateway_authentication");
    read_flag(gateway.and_then(|gateway| gateway.get_mut("secret_base64_encoded")));
    options
}

fn read_flag(value: Option<&mut Value>) {
    let Some(value) = value else { return };
    match value.as_str() {
        Some("true") => *value = json!(true),
        Some("false") => *value = json!(false),
        _ => {}
    }
}

/// An id that a tenant brings along.
fn kept_id(id: &str) -> Result<ConnectionId, ManageError> {
    let rest = id.strip_prefix("con_").unwrap_or_default();
    match (8..=60).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
        true => Ok(ConnectionId::new(id)),
        false => Err(ManageError::invalid("id", "Must be con_ and letters and digits")),
    }
}

/// Properties that only tools read. `null` takes one away (section 1.7).
fn further(
    mut kept: Map<String, Value>,
    given: Map<String, Value>,
) -> Result<Map<String, Value>, ManageError> {
    for (name, value) in given {
        if value.is_null() {
            kept.remove(&name);
            continue;
        }
        let value = match value {
            Value::Object(given) if name == "metadata" => merged(kept.get("metadata"), given),
            value => value,
        };
        let sound = match name.as_str() {
            "display_name" => value.as_str().is_some_and(|text| text.chars().count() <= 128),
            "is_domain_connection" | "show_as_button" => value.is_boolean(),
            "realms" => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            "metadata" => value.as_object().is_some_and(is_metadata),
            "authentication" | "connected_accounts" => value.is_object(),
            _ => true,
        };
        if !sound {
            return Err(ManageError::invalid(name, "Has the wrong type, or is too long"));
        }
        kept.insert(name, value);
    }
    Ok(kept)
}

/// At most ten texts of at most 255 characters.
fn is_metadata(map: &Map<String, Value>) -> bool {
    let short = |value: &Value| value.as_str().is_some_and(|text| text.chars().count() <= 255);
    map.len() <= 10 && map.values().all(short)
}
