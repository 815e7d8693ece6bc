//! `latchkey dev`: everything on this machine, nothing to set up.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use latchkey_http::{Server, TrustedProxies};

use super::serve::{console, run_until_signal, state};
use crate::dev::{self, Folder, ca, facts};
use crate::listen::{Listener, Signals};
use crate::wiring;

#[derive(Args)]
pub struct Dev {
    /// The folder for the store, the keys, the local authority and dev.json
    #[arg(long, default_value = ".latchkey")]
    dir: PathBuf,
    /// Port of the HTTP listener on 127.0.0.1; 0 lets the system choose
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Port of the HTTPS listener on 127.0.0.1; 0 lets the system choose
    #[arg(long, default_value_t = 3443)]
    tls_port: u16,
    /// Repeat ids, codes, keys and secrets from run to run
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Begin anew: forget everything in the folder
    #[arg(long)]
    reset: bool,
    /// Keep the gaps between messages, and the caps on them, that a server in production has
    #[arg(long)]
    limits: bool,
    /// A file with seconds by which the clock is ahead (for tests)
    #[arg(long, hide = true)]
    clock_file: Option<PathBuf>,
}

impl Dev {
    pub async fn run(self) -> Result<()> {
        crate::logs::install(false, "warn");
        let folder = Folder::open(&self.dir, self.reset)?;
        let authority = ca::open(&folder)?;
        let plain = Listener::bind(&format!("127.0.0.1:{}", self.port), None).await?;
        let tls = Some(authority.acceptor()?);
        let secure = Listener::bind(&format!("127.0.0.1:{}", self.tls_port), tls).await?;
        let issuer = format!("https://localhost:{}/", secure.address()?.port());
        let config = dev::config(&folder, self.limits);
        let figures = crate::figures::install()?;
        let wired = wiring::wire(&config, &issuer, dev::parts(self.seed, self.clock_file)).await?;
        let demo = dev::demo::seed(&wired.engine, &issuer, plain.address()?.port()).await?;
        dev::demo::appoint(&wired.engine).await?;
        let place = facts::Place {
            issuer: issuer.clone(),
            http_url: format!("http://127.0.0.1:{}/", plain.address()?.port()),
            ca_file: authority.ca_file(),
        };
        let signals = Signals::catch()?;
        let state = state(&wired, TrustedProxies::default(), Some(figures), true);
        let console = console(&config, &state).await;
        facts::write(&folder, &place, &demo)?;
        print!("{}", facts::banner(&folder, &place)?);
        let server = Arc::new(Server::new(state));
        run_until_signal(wired, vec![(plain, Arc::clone(&server)), (secure, server)], console, signals).await
    }
}
