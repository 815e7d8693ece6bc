//! An engine without a server: for commands where none runs.

use anyhow::{Context, Result};

use super::ConfigArg;
use crate::wiring::{self, Parts, Wired};

/// Opens the store of the configuration. On SQLite a server that has no socket holds it.
pub async fn wired(config: &ConfigArg) -> Result<Wired> {
    let mut config = config.load()?;
    // Connections that use the inbox can be edited whether or not a server would run them.
    config.inbox.enabled = true;
    crate::logs::install(false, "warn");
    let issuer = match config.server.public_url.as_str() {
        "" => format!("http://{}/", config.server.listen),
        given => format!("{}/", given.trim_end_matches('/')),
    };
    wiring::wire(&config, &issuer, Parts::host())
        .await
        .context("no server of this configuration answers at its socket, and its store cannot be opened")
}
