//! `latchkey check`: would it work? Each line says what was looked at, and what to do.

use anyhow::{Result, bail};
use clap::Args;
use latchkey_core::Engine;
use latchkey_core::channel::DatabaseOptions;
use latchkey_core::model::{Channel, Connection, Strategy};
use latchkey_core::store::Page;
use serde_json::{Value, json};

use super::{ConfigArg, serve, show};
use crate::wiring::{self, Parts};

#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    config: ConfigArg,
    /// Show JSON
    #[arg(long)]
    json: bool,
}

struct Finding {
    about: String,
    wrong: Option<String>,
}

impl Check {
    pub async fn run(self) -> Result<()> {
        crate::logs::install(false, "error");
        let findings = self.look().await;
        let bad = findings.iter().filter(|finding| finding.wrong.is_some()).count();
        if self.json {
            let listed: Vec<Value> = findings
                .iter()
                .map(|finding| json!({"about": finding.about, "ok": finding.wrong.is_none(), "problem": finding.wrong}))
                .collect();
            show::json(&json!(listed))?;
        } else {
            for finding in &findings {
                match &finding.wrong {
                    None => println!("ok    {}", finding.about),
                    Some(wrong) => println!("WRONG {}: {wrong}", finding.about),
                }
            }
        }
        if bad > 0 {
            bail!("{bad} of {} checks failed", findings.len());
        }
        Ok(())
    }

    async fn look(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut note = |about: &str, result: Result<()>| {
            let wrong = result.err().map(|error| format!("{error:#}"));
            let good = wrong.is_none();
            findings.push(Finding { about: about.to_owned(), wrong });
            good
        };
        let config = match self.config.load() {
            Ok(config) => config,
            Err(error) => {
                note("configuration", Err(error));
                return findings;
            }
        };
        note("configuration", Ok(()));
        note("TLS files", serve::tls(&config).map(|_| ()));
        let public = &config.server.public_url;
        let https = if public.is_empty() || public.starts_with("https://") {
            Ok(())
        } else {
            Err(anyhow::anyhow!("[server] public_url is not https: tokens and codes would travel in clear"))
        };
        note("public URL", https);
        note("clock", clock());
        let issuer = format!("{}/", public.trim_end_matches('/'));
        let wired = match wiring::wire(&config, &issuer, Parts::host()).await {
            Ok(wired) => wired,
            Err(error) => {
                note("store, master key and signing keys", Err(error));
                return findings;
            }
        };
        note("store, master key and signing keys", Ok(()));
        let engine = &wired.engine;
        note("store answers", engine.store.ping().await.map_err(Into::into));
        match engine.store.list_connections(&Page { after: None, limit: 100 }).await {
            Ok(connections) => {
                for connection in connections.iter().filter(|connection| connection.enabled) {
                    let sound = senders_of(engine, connection).await;
                    note(&format!("senders of connection {}", connection.name), sound);
                }
            }
            Err(error) => {
                note("connections", Err(error.into()));
            }
        }
        note("passkeys", passkeys(engine).await);
        engine.store.close().await;
        findings
    }
}

/// Each works for the domain that it was made for alone.
async fn passkeys(engine: &Engine) -> Result<()> {
    match engine.passkeys_left_behind().await?.first() {
        None => Ok(()),
        Some(behind) => bail!(
            "there are some of {}, which do not work any more: passkeys are made for {} now",
            behind.used,
            behind.asked
        ),
    }
}

/// A database sends its codes by other connections.
async fn senders_of(engine: &Engine, connection: &Connection) -> Result<()> {
    if connection.strategy != Strategy::Database {
        engine.route_of(connection).await?;
        return Ok(());
    }
    let options = DatabaseOptions::read(connection)?;
    for channel in [Channel::Email, Channel::Sms] {
        let Some(name) = options.sender(channel) else { continue };
        let Some(sender) = engine.sender_of(connection, channel).await? else {
            bail!(
                "its codes go out by connection {name}, which is not there, switched off or of another kind"
            );
        };
        engine.route_of(&sender).await?;
    }
    Ok(())
}

/// A clock before this program was written is wrong.
fn clock() -> Result<()> {
    let now = Parts::host().clock.now();
    if now.0 < 1_790_000_000 {
        bail!("the machine's clock says {}: set it, or no token will be valid", now.to_iso8601());
    }
    Ok(())
}
