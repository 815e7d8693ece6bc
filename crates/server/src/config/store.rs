//! `[store]`: where everything is kept.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// `sqlite:<file>` for one process, `postgres://user:password@host/database` for any number.
    pub url: String,
    /// `full`: nothing acknowledged is lost when the power goes. `relaxed`: the last logins may be, used codes never come back.
    pub durability: String,
    /// PostgreSQL: most connections, two at least. 0: two for each core and two more.
    pub connections: usize,
    /// PostgreSQL by TLS: a PEM file with the authority to trust instead of the system's.
    pub postgres_ca: Option<String>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: String::from("sqlite:latchkey-data/latchkey.db"),
            durability: String::from("full"),
            connections: 0,
            postgres_ca: None,
        }
    }
}
