//! What the commands over the store share: an engine without a server.

use anyhow::Result;
use latchkey_core::Engine;
use latchkey_core::model::{Event, EventKind};
use std::sync::Arc;

use super::ConfigArg;
use crate::wiring::{self, Parts};

/// Opens the store of the configuration. On SQLite a running server holds it: stop that first.
pub async fn engine(config: &ConfigArg) -> Result<Arc<Engine>> {
    let mut config = config.load()?;
    // Connections that use the inbox can be edited whether or not a server would run them.
    config.inbox.enabled = true;
    crate::logs::install(false, "warn");
    let issuer = match config.server.public_url.as_str() {
        "" => format!("http://{}/", config.server.listen),
        given => format!("{}/", given.trim_end_matches('/')),
    };
    Ok(wiring::wire(&config, &issuer, Parts::host()).await?.engine)
}

/// Ends the store's work and notes what was done.
pub async fn close(engine: &Engine, what: Option<(&'static str, String)>) -> Result<()> {
    if let Some((act, on)) = what {
        let mut event: Event = engine.event(EventKind::OperatorActed, None);
        event.detail.insert(String::from("act"), act.into());
        event.detail.insert(String::from("on"), on.into());
        engine.store.insert_events(vec![event]).await?;
    }
    engine.store.close().await;
    Ok(())
}
