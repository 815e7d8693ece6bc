//! `latchkey serve`, and what it shares with `latchkey dev`: running until a signal, ending well.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use clap::Args;
use latchkey_http::{AppState, Console, MetricsText, Server, TrustedProxies};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

use super::ConfigArg;
use crate::config::Config;
use crate::listen::{self, Listener, Signals};
use crate::socket::{self, Socket};
use crate::wiring::{self, Parts, Wired};

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    config: ConfigArg,
    /// A file with seconds by which the clock is ahead (for tests)
    #[arg(long, hide = true)]
    clock_file: Option<PathBuf>,
}

impl Serve {
    pub async fn run(self) -> Result<()> {
        let config = self.config.load()?;
        crate::logs::install(true, &config.logs.level);
        let listener = Listener::bind(&config.server.listen, tls(&config)?).await?;
        let issuer = issuer(&config, &listener)?;
        let figures = match &config.metrics.listen {
            Some(address) => Some((Listener::bind(address, None).await?, crate::figures::install()?)),
            None => None,
        };
        let wired = wiring::wire(&config, &issuer, Parts::with_clock(self.clock_file)).await?;
        if wired.inbox.is_some() {
            tracing::warn!(
                "[inbox] enabled = true: whoever reaches this server can read every code of connections with provider = \"inbox\". Never for real users"
            );
        }
        let proxies = TrustedProxies::parse(&config.server.trusted_proxies)
            .map_err(|bad| anyhow::anyhow!("[server] trusted_proxies: {} is not a network", bad.0))?;
        let signals = Signals::catch()?;
        let state = state(&wired, proxies, None, false);
        let console = console(&config, &state).await;
        tracing::info!(listen = %listener.address()?, issuer, "latchkey is ready");
        if let Some(link) = wired.engine.set_up_link().await? {
            // For the console (section 2 of the decisions), by itself and not as a line of the log.
            eprintln!(
                "\n  There is no administrator yet. Become the first within 30 minutes:\n\n    {}\n",
                wired.engine.url(&format!("dashboard/enter/{}", link.expose()))
            );
        }
        let mut listeners = vec![(listener, Arc::new(Server::new(state.clone())))];
        if let Some((listener, text)) = figures {
            let state = AppState { metrics_text: Some(text), ..state };
            listeners.push((listener, Arc::new(Server::figures_only(state))));
        }
        run_until_signal(wired, listeners, console, signals).await
    }
}

/// The socket for commands of this machine. A server without one is a server all the same.
pub async fn console(config: &Config, state: &AppState) -> Option<(Socket, Arc<Console>)> {
    let path = wiring::socket_path(config)?;
    match socket::Socket::open(&path).await {
        Ok(socket) => Some((socket, Arc::new(Console::new(state.clone())))),
        Err(error) => {
            tracing::warn!("commands on this machine cannot reach this server: {error:#}");
            None
        }
    }
}

pub fn state(
    wired: &Wired,
    proxies: TrustedProxies,
    metrics_text: Option<MetricsText>,
    dev: bool,
) -> AppState {
    AppState {
        engine: Arc::clone(&wired.engine),
        inbox: wired.inbox.clone().map(|inbox| inbox as Arc<dyn latchkey_core::sender::InboxReader>),
        proxies,
        metrics_text,
        dev,
    }
}

/// Serves until SIGTERM or Ctrl-C, then finishes what was begun.
pub async fn run_until_signal(
    wired: Wired,
    listeners: Vec<(Listener, Arc<Server>)>,
    console: Option<(Socket, Arc<Console>)>,
    signals: Signals,
) -> Result<()> {
    let (stop, stopped) = watch::channel(false);
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let servers: Vec<Arc<Server>> = listeners.iter().map(|(_, server)| Arc::clone(server)).collect();
    for (listener, server) in listeners {
        tokio::spawn(listener.serve(server, stopped.clone(), alive.clone()));
    }
    if let Some((socket, console)) = console {
        tokio::spawn(socket.serve(console, stopped.clone(), alive.clone()));
    }
    drop(alive);
    let chores = tokio::spawn(wiring::look_after(Arc::clone(&wired.engine), stopped));
    signals.first().await;
    tracing::info!("stopping: finishing what was begun");
    for server in &servers {
        server.not_ready();
    }
    // Nobody is left to hear it when everything has ended already.
    let _ = stop.send(true);
    let _ = tokio::time::timeout(listen::DRAIN, all_gone.recv()).await;
    let _ = chores.await;
    wired.runtime.drain(listen::DRAIN).await;
    wired.engine.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The issuer: the public URL with a final slash.
fn issuer(config: &Config, listener: &Listener) -> Result<String> {
    let text = match config.server.public_url.as_str() {
        "" => format!("http://{}/", listener.address()?),
        given => format!("{}/", given.trim_end_matches('/')),
    };
    let url = url::Url::parse(&text).with_context(|| format!("[server] public_url: {text} is not a URL"))?;
    ensure!(
        matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none(),
        "[server] public_url: {text} must be an http(s) URL without query and fragment"
    );
    Ok(text)
}

pub fn tls(config: &Config) -> Result<Option<TlsAcceptor>> {
    match (&config.server.tls_cert, &config.server.tls_key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => {
            let read = |name: &str, file: &str| {
                std::fs::read(file).with_context(|| format!("[server] {name}: cannot read {file}"))
            };
            Ok(Some(crate::dev::ca::acceptor(&read("tls_cert", cert)?, &read("tls_key", key)?)?))
        }
        _ => anyhow::bail!("[server] tls_cert and tls_key go together: one is missing"),
    }
}
