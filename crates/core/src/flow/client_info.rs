//! `GET /client/{id}.js`: what Lock reads about a client before it shows itself (protocol 2.17).

use serde_json::{Value, json};

use crate::channel::DatabaseOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{ACCOUNT_CLIENT, ClientId, Connection, Strategy};
use crate::store::Page;

impl Engine {
    /// The script, or `None` for an unknown client.
    pub async fn client_script(&self, id: &ClientId) -> Result<Option<String>, Fault> {
        let registered = self.client(id).await?.filter(|client| client.id.as_str() != ACCOUNT_CLIENT);
        let Some(client) = registered else { return Ok(None) };
        let connections = self.store.list_connections(&Page { after: None, limit: 100 }).await?;
        let enabled: Vec<&Connection> = connections
            .iter()
            .filter(|connection| connection.is_enabled_for(id) && is_shown(connection))
            .collect();
        let info = json!({
            "id": client.id,
            "tenant": self.settings.tenant,
            "subscription": "",
            "authorize": self.url("authorize"),
            "callback": client.callbacks.first().map_or("", String::as_str),
            "hasAllowedOrigins": !client.web_origins.is_empty(),
            "strategies": strategies(&enabled),
        });
        // Lock cuts the text at the first `);`, so that none may stand inside the JSON (P-112).
        Ok(Some(format!("Auth0.setClient({});", info.to_string().replace(')', "\\u0029"))))
    }
}

/// Lock asks for a password wherever it sees a database: one that takes codes has none.
fn is_shown(connection: &Connection) -> bool {
    connection.strategy != Strategy::Database
        || DatabaseOptions::read(connection).is_ok_and(|options| !options.takes_codes())
}

fn strategies(connections: &[&Connection]) -> Vec<Value> {
    [Strategy::Sms, Strategy::Email, Strategy::Database]
        .into_iter()
        .filter_map(|strategy| {
            let of_kind = connections.iter().filter(|connection| connection.strategy == strategy);
            let listed: Vec<Value> = of_kind.map(|connection| json!({ "name": connection.name })).collect();
            (!listed.is_empty()).then(|| json!({ "name": strategy.as_str(), "connections": listed }))
        })
        .collect()
}
