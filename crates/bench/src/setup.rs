//! What a measured server needs before it starts: a configuration without limits, a client for each
//! algorithm, a connection whose messages stay in the inbox.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use latchkey_core::Timestamp;
use latchkey_core::model::{
    Client, ClientId, ClientKind, Connection, ConnectionId, JwtSettings, RefreshSettings, SigningAlgorithm,
    Strategy, TokenEndpointAuthMethod,
};
use latchkey_core::store::Store;
use latchkey_wire::token;
use serde_json::json;

use crate::cores;
use crate::plan::{self, ALGORITHMS};
use crate::process::{Served, free_port};

/// The name of the connection, and the realm.
pub const CONNECTION: &str = "sms";
/// That of users who are imported.
pub const EMAIL_CONNECTION: &str = "email";

pub struct Places {
    pub binary: PathBuf,
    /// Where everything goes that the bench writes.
    pub folder: PathBuf,
    pub postgres: Option<Postgres>,
    /// Server and load have a core each.
    pub apart: bool,
}

pub struct Postgres {
    pub url: String,
    pub pid: Option<u32>,
}

impl Places {
    pub fn new(binary: PathBuf, folder: PathBuf, url: Option<String>, pid: Option<u32>) -> Result<Self> {
        let binary = binary.canonicalize().with_context(|| format!("no {}", binary.display()))?;
        std::fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        Ok(Self { binary, folder, postgres: url.map(|url| Postgres { url, pid }), apart: cores::are_apart() })
    }

    /// An empty folder for databases and configurations of this run.
    pub fn run_folder(&self) -> Result<PathBuf> {
        let folder = self.folder.join("run");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Starts the server over a store that [`fill`] was called on.
    pub fn serve(&self, folder: &Path, store_url: &str) -> Result<Served> {
        self.serve_at(&self.configure(folder, store_url)?)
    }

    /// A configuration that a server can be started by more than once.
    pub fn configure(&self, folder: &Path, store_url: &str) -> Result<Place> {
        let address = free_port()?;
        let config = folder.join("latchkey.toml");
        let text = CONFIG
            .replace("{listen}", &address.to_string())
            .replace("{store}", store_url)
            .replace("{master_key}", MASTER_KEY);
        std::fs::write(&config, text)?;
        Ok(Place { folder: folder.to_owned(), config, address })
    }

    pub fn serve_at(&self, place: &Place) -> Result<Served> {
        let mut command = cores::on_server_core(&self.binary, self.apart);
        let config = command.arg("serve").arg("--config").arg(&place.config);
        config.current_dir(&place.folder).env("RUST_LOG", "error");
        Served::start(command, place.address, "/readyz")
    }
}

/// Where a server is, running or not.
pub struct Place {
    pub folder: PathBuf,
    pub config: PathBuf,
    pub address: SocketAddr,
}

impl Place {
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// The databases of populations are kept from run to run, so the key that sealed them must be too.
const MASTER_KEY: &str = "6c617463686b65792062656e63682c206e6f7420612073656372657420206b79";

const CONFIG: &str = r#"
[server]
listen = "{listen}"
public_url = "http://{listen}/"

[store]
url = "{store}"

[keys]
master_key = "{master_key}"

[inbox]
enabled = true

[limits]
enabled = false
"#;

pub fn client_id(alg: SigningAlgorithm) -> String {
    format!("bench-{}", plan::alg_name(alg).to_lowercase())
}

/// Puts clients and connection into the store.
pub async fn fill(store: &dyn Store) -> Result<()> {
    for alg in ALGORITHMS {
        store.put_client(&client(alg)).await?;
    }
    store.put_connection(&connection()).await?;
    Ok(())
}

pub fn client(alg: SigningAlgorithm) -> Client {
    let grants = [token::PASSWORDLESS_OTP, token::REFRESH_TOKEN];
    Client {
        id: ClientId::new(client_id(alg)),
        name: String::from("Bench"),
        kind: ClientKind::Native,
        auth_method: TokenEndpointAuthMethod::None,
        secret: None,
        assertion_keys: Vec::new(),
        credentials: Vec::new(),
        grant_types: grants.map(str::to_owned).to_vec(),
        callbacks: Vec::new(),
        web_origins: Vec::new(),
        logout_urls: Vec::new(),
        backchannel_logout: Default::default(),
        audiences: Vec::new(),
        jwt: JwtSettings { alg, ..JwtSettings::default() },
        refresh: RefreshSettings::default(),
        oidc_conformant: true,
        first_party: true,
        require_pushed_authorization_requests: false,
        trust_forwarded_for: false,
        cross_origin_login: false,
        cross_origin_loc: None,
        ios_bundle: None,
        android_package: None,
        ios_team: None,
        android_fingerprints: Vec::new(),
        further: Default::default(),
        version: 0,
        created_at: SETUP_AT,
        updated_at: SETUP_AT,
    }
}

pub fn connection() -> Connection {
    let options = json!({ "provider": "inbox", "from": "+4930000000" });
    Connection {
        id: ConnectionId::new("con_bench00000000000"),
        name: String::from(CONNECTION),
        strategy: Strategy::Sms,
        enabled: true,
        enabled_clients: ALGORITHMS.map(|alg| ClientId::new(client_id(alg))).to_vec(),
        options: options.as_object().cloned().unwrap_or_default(),
        secrets: std::collections::BTreeMap::new(),
        further: Default::default(),
        version: 0,
        created_at: SETUP_AT,
        updated_at: SETUP_AT,
    }
}

/// 2026-01-01.
pub const SETUP_AT: Timestamp = Timestamp(1_767_225_600);

/// Copies a database that nobody has open; shares its blocks where the file system can.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let status = Command::new("cp").arg("--reflink=auto").arg(from).arg(to).status()?;
    ensure!(status.success(), "cannot copy {}", from.display());
    Ok(())
}
