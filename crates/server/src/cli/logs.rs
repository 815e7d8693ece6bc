//! `latchkey logs`: the audit log, newest first.

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use latchkey_core::model::{ClientId, EventKind, UserId};
use latchkey_core::store::{EventFilter, Page};
use serde_json::json;

use super::{ConfigArg, opened, show};

#[derive(Args)]
pub struct Logs {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    config: ConfigArg,
    /// Show JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Act {
    /// Events, newest first
    List {
        /// A log code such as `s`, `fp`, `cs`, `sepotpft`
        #[arg(long = "type")]
        kind: Option<String>,
        #[arg(long)]
        user: Option<String>,
        #[arg(long)]
        client: Option<String>,
        /// Those before this event id
        #[arg(long)]
        after: Option<String>,
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
    },
}

impl Logs {
    pub async fn run(self) -> Result<()> {
        let Act::List { kind, user, client, after, limit } = self.act;
        let kind = match kind {
            Some(code) => {
                Some(EventKind::parse(&code).with_context(|| format!("there is no log code {code}"))?)
            }
            None => None,
        };
        let filter = EventFilter { kind, user: user.map(UserId::new), client: client.map(ClientId::new) };
        let engine = opened::engine(&self.config).await?;
        let events = engine.store.list_events(&filter, &Page { after, limit }).await?;
        if self.json {
            show::json(&json!(events))?;
        } else {
            let rows: Vec<[String; 6]> = events
                .into_iter()
                .map(|event| {
                    let text = |value: Option<String>| value.unwrap_or_default();
                    [
                        event.at.to_iso8601(),
                        event.kind.code().to_owned(),
                        text(event.client.map(|id| id.to_string())),
                        text(event.address),
                        text(event.ip),
                        text(event.user.map(|id| id.to_string())),
                    ]
                })
                .collect();
            show::table(["AT", "TYPE", "CLIENT", "ADDRESS", "IP", "USER"], &rows, "No events.");
        }
        opened::close(&engine, None).await
    }
}
