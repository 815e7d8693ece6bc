//! `latchkey version`.

use anyhow::Result;
use clap::Args;
use serde_json::json;

#[derive(Args)]
pub struct Version {
    /// Show JSON
    #[arg(long)]
    json: bool,
}

impl Version {
    pub fn run(self) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        if self.json {
            return super::show::json(&json!({ "name": "latchkey", "version": version }));
        }
        println!("latchkey {version}");
        Ok(())
    }
}
