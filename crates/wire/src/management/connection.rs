//! `/api/v2/connections`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is written: a new connection, or what changes of one.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ConnectionBody {
    /// Taken on creation, so that a tenant that moves here keeps its ids.
    pub id: Option<String>,
    pub name: Option<String>,
    pub strategy: Option<String>,
    /// Replaces the whole of what was there.
    pub options: Option<Map<String, Value>>,
    pub enabled_clients: Option<Vec<String>>,
    /// Ours: off for every application, whichever it is switched on for.
    pub enabled: Option<bool>,
    /// What only tools read: kept and given back.
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

/// What is read.
#[derive(Clone, Debug, Serialize)]
pub struct Connection {
    pub id: String,
    pub name: String,
    pub strategy: &'static str,
    pub options: Map<String, Value>,
    pub enabled_clients: Vec<String>,
    /// Said where it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    pub realms: Value,
    pub is_domain_connection: Value,
    #[serde(flatten)]
    pub further: Map<String, Value>,
}

/// `PATCH /connections/{id}/clients`: an item of the list.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClientSwitch {
    pub client_id: String,
    pub status: bool,
}
