//! Which server a command is for. By `--url` and `--token`; otherwise by the configuration: the server that listens
//! at its socket, or, where none does, the store itself.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use latchkey_http::{AppState, Console, TrustedProxies};
use reqwest::{Client, ClientBuilder};
use tokio::net::UnixStream;
use tokio::sync::watch;
use url::Url;

use super::api::{Api, Here, Via};
use super::{ConfigArg, opened};
use crate::{socket, wiring};

/// Which server, as whom, and how the answer is shown.
#[derive(Args, Clone)]
pub struct Target {
    #[command(flatten)]
    config: ConfigArg,
    #[command(flatten)]
    remote: Remote,
    /// Show JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// A server elsewhere.
#[derive(Args, Clone)]
pub struct Remote {
    #[arg(
        long,
        env = "LATCHKEY_URL",
        value_name = "URL",
        global = true,
        help = "A server elsewhere, such as https://login.example.com; without it, the one of this machine"
    )]
    url: Option<String>,
    /// An access token for its Management API; better by LATCHKEY_TOKEN, since others see what is typed
    #[arg(long, env = "LATCHKEY_TOKEN", value_name = "TOKEN", hide_env_values = true, global = true)]
    token: Option<String>,
    /// Trust the certificates in this PEM file, too (in development: .latchkey/ca.pem)
    #[arg(long, env = "LATCHKEY_CA_FILE", value_name = "FILE", global = true)]
    ca_file: Option<PathBuf>,
}

/// Where `latchkey dev` listens unless it is told otherwise.
const DEV_SOCKET: &str = ".latchkey/latchkey.sock";

impl Target {
    /// Does the work, and ends what was begun for it.
    pub async fn with<T>(&self, work: impl AsyncFnOnce(&Api) -> Result<T>) -> Result<T> {
        let api = self.connect().await?;
        let done = work(&api).await;
        api.close().await;
        done
    }

    async fn connect(&self) -> Result<Api> {
        match (&self.remote.url, &self.remote.token) {
            (Some(url), Some(token)) => by_url(url, token, self.remote.ca_file.as_deref()),
            (Some(_), None) => misused(
                "--url needs --token (or LATCHKEY_TOKEN). Get one:\n  curl URL/oauth/token -d grant_type=client_credentials -d client_id=… -d client_secret=… -d audience=URL/api/v2/",
            ),
            (None, Some(_)) => {
                misused("--token (or LATCHKEY_TOKEN) needs --url (or LATCHKEY_URL): which server is it for?")
            }
            (None, None) => self.of_this_machine().await,
        }
    }

    async fn of_this_machine(&self) -> Result<Api> {
        let config = self.config.load()?;
        if let Some(path) = wiring::socket_path(&config)
            && let Some(api) = by_socket(&path).await?
        {
            return Ok(api);
        }
        // Nothing here is set up but perhaps a server for trying things.
        if self.config.file().is_none() && !wiring::store_exists(&config.store.url) {
            let path = Path::new(DEV_SOCKET);
            if let Some(api) = by_socket(path).await? {
                eprintln!("latchkey: to the server of `latchkey dev`, by {DEV_SOCKET}");
                return Ok(api);
            }
        }
        let wired = opened::wired(&self.config).await?;
        let engine = wired.engine;
        let state = AppState {
            engine: Arc::clone(&engine),
            inbox: None,
            proxies: TrustedProxies::default(),
            metrics_text: None,
            dev: false,
        };
        let (stop, stopped) = watch::channel(false);
        let worked = Arc::clone(&engine);
        let jobs = tokio::spawn(async move { wiring::work_jobs(&worked, stopped).await });
        let here = Here { console: Console::new(state), engine, user: socket::this_user(), stop, jobs };
        Ok(Api::new(client(&None)?.build()?, local()?, Via::Here(here)))
    }
}

fn misused(why: &str) -> ! {
    super::command().error(clap::error::ErrorKind::MissingRequiredArgument, why).exit()
}

fn by_url(url: &str, token: &str, ca_file: Option<&Path>) -> Result<Api> {
    let base = Url::parse(&format!("{}/", url.trim_end_matches('/')))
        .with_context(|| format!("--url {url}: not a URL"))?;
    ensure!(
        matches!(base.scheme(), "http" | "https") && base.has_host(),
        "--url {url}: must begin with https:// or http://"
    );
    ensure!(
        base.username().is_empty() && base.password().is_none(),
        "--url: must hold no user name and no password"
    );
    if base.scheme() == "http" && !is_this_machine(&base) {
        eprintln!("latchkey: {base} is not https: whoever listens on the way can read the token");
    }
    let client = client(&ca_file.map(Path::to_owned))?.build().context("no HTTP client can be made")?;
    Ok(Api::new(client, base, Via::Url { token: token.trim().to_owned() }))
}

/// `None` where nobody listens.
async fn by_socket(path: &Path) -> Result<Option<Api>> {
    match UnixStream::connect(path).await {
        Ok(stream) if socket::is_trusted(&stream) => {}
        Ok(_) => bail!(
            "another user of this machine listens at {}: nothing was sent there. Is this the right configuration?",
            path.display()
        ),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => bail!(
            "the socket {} is for the user who runs the server: run this as that user, or use --url and --token",
            path.display()
        ),
        Err(_) => return Ok(None),
    }
    let client = client(&None)?.unix_socket(path).build().context("no HTTP client can be made")?;
    Ok(Some(Api::new(client, local()?, Via::Socket(path.display().to_string()))))
}

/// What the server of this machine is called, whatever its address.
fn local() -> Result<Url> {
    Ok(Url::parse("http://localhost/")?)
}

/// With deadlines, and these authorities trusted beside the system's.
pub fn client(ca_file: &Option<PathBuf>) -> Result<ClientBuilder> {
    // Another part of the process may have installed it already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("latchkey-cli/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10));
    let Some(file) = ca_file else { return Ok(builder) };
    let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let roots = reqwest::Certificate::from_pem_bundle(&pem)
        .with_context(|| format!("{} holds no certificates as PEM", file.display()))?;
    Ok(builder.tls_certs_merge(roots))
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
