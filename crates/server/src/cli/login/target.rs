//! Which server, and which application.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// Where to sign in.
pub struct Target {
    pub domain: String,
    pub client_id: String,
    /// `None`: the server itself.
    pub issuer: Option<String>,
    /// Whom to trust beside those that the system trusts.
    pub ca_file: Option<PathBuf>,
}

/// What is needed of `dev.json`.
#[derive(Deserialize)]
struct Facts {
    base_url: String,
    issuer: String,
    ca_file: PathBuf,
    inbox_url: String,
    clients: Clients,
}

#[derive(Deserialize)]
struct Clients {
    native: Native,
}

#[derive(Deserialize)]
struct Native {
    client_id: String,
}

impl Target {
    /// The server of `latchkey dev`, which runs or was killed while the file is there.
    pub fn of_dev(folder: &Path, client_id: Option<&str>, ca_file: Option<&Path>) -> Result<Self> {
        let file = folder.join("dev.json");
        let Ok(bytes) = std::fs::read(&file) else {
            bail!(
                "there is no {}: run `latchkey dev` in this folder first, or name a server with --domain and --client-id",
                file.display()
            );
        };
        let facts: Facts =
            serde_json::from_slice(&bytes).with_context(|| format!("{} cannot be read", file.display()))?;
        eprintln!("latchkey: messages of `latchkey dev` come to {}", facts.inbox_url);
        Ok(Self {
            domain: facts.base_url,
            client_id: client_id.map_or(facts.clients.native.client_id, str::to_owned),
            issuer: Some(facts.issuer),
            ca_file: Some(ca_file.map_or(facts.ca_file, Path::to_owned)),
        })
    }
}
