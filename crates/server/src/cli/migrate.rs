//! `latchkey migrate`.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::{ConfigArg, show};
use crate::wiring;

#[derive(Args)]
pub struct Migrate {
    #[command(flatten)]
    config: ConfigArg,
    /// Only list what is missing
    #[arg(long)]
    list: bool,
    /// Show JSON
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub async fn run(self) -> Result<()> {
        let config = self.config.load()?;
        let options = wiring::store_options(&config)?;
        let names = if self.list {
            latchkey_store::pending_migrations(&config.store.url, &options).await?
        } else {
            latchkey_store::migrate(&config.store.url, &options).await?
        };
        if self.json {
            return show::json(&json!({ "migrations": names }));
        }
        match (names.is_empty(), self.list) {
            (true, _) => println!("The store is at this version's schema."),
            (false, true) => println!("Missing: {}", names.join(", ")),
            (false, false) => println!("Done: {}", names.join(", ")),
        }
        Ok(())
    }
}
