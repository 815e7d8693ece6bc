//! `latchkey init`: a configuration to start from.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Init {
    /// The file to write; never over another
    #[arg(long, default_value = "latchkey.toml")]
    file: PathBuf,
    /// Show JSON
    #[arg(long)]
    json: bool,
}

impl Init {
    pub fn run(self) -> Result<()> {
        crate::wiring::write_secret(&self.file, super::config_reference::sample()?.trim_end())?;
        if self.json {
            return super::show::json(&serde_json::json!({ "file": self.file }));
        }
        println!("Wrote {0}. Next: edit it, then latchkey check --config {0}", self.file.display());
        Ok(())
    }
}
