//! `latchkey logs`: the audit log, newest first, and whether it is whole.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use latchkey_core::model::{ChainEnd, EventKind};
use serde_json::Value;

use super::acts::Shown::Record;
use super::acts::{Act as Described, Family, Further};
use super::api::{Api, items, segment, text};
use super::remote::Target;
use super::show;

#[derive(Args)]
#[command(after_help = "Example:
  latchkey logs list --type f --limit 20
  latchkey logs list --q 'date:[2026-11-01 TO 2026-11-30] AND ip:\"203.0.113.7\"' --json
  latchkey logs verify")]
pub struct Logs {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    target: Target,
}

#[derive(Subcommand)]
enum Act {
    /// Events, newest first
    List(Listed),
    /// Whether what operators did is there as it was written: no entry changed, taken out or put in
    Verify(Verified),
    #[command(flatten)]
    Further(Further<OfLogs>),
}

#[derive(Args)]
#[command(after_help = "Example:
  latchkey logs verify
  latchkey logs verify --noted 1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

Who can write to the database can make the whole chain anew: keep the end that is printed somewhere else, and
give it back later with --noted.")]
struct Verified {
    /// An end of the chain that was printed earlier: it must still be there
    #[arg(long, value_name = "SEQ:HASH")]
    noted: Option<ChainEnd>,
}

#[derive(Args)]
struct Listed {
    /// A log code such as `s`, `fp`, `cs`, `sepotpft`
    #[arg(long = "type")]
    kind: Option<String>,
    #[arg(long)]
    user: Option<String>,
    #[arg(long)]
    client: Option<String>,
    /// What else they must be, in the words of the dashboard's search
    #[arg(long, value_name = "QUERY")]
    q: Option<String>,
    /// Those before this event id
    #[arg(long)]
    after: Option<String>,
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
}

pub struct OfLogs;

impl Family for OfLogs {
    const ACTS: &'static [Described] = &[Described::new("show", "One event", "GET /logs/{id}", Record)];
}

/// Entries of one part.
const PART: usize = 100;

impl Logs {
    pub async fn run(self) -> Result<()> {
        let Self { act, target } = self;
        target
            .with(async |api| match act {
                Act::List(listed) => listed.run(api, target.json).await,
                Act::Verify(verified) => verified.run(api, target.json).await,
                Act::Further(act) => act.run(api, target.json).await,
            })
            .await
    }
}

impl Listed {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        if let Some(code) = &self.kind {
            EventKind::parse(code).with_context(|| format!("there is no log code {code}"))?;
        }
        let entries = self.entries(api).await?;
        let columns = [
            ("AT", "/date"),
            ("TYPE", "/type"),
            ("CLIENT", "/client_id"),
            ("ADDRESS", "/user_name"),
            ("IP", "/ip"),
            ("USER", "/user_id"),
            ("ID", "/log_id"),
        ];
        show::records(
            &entries,
            &columns,
            "No events. What happens is noted from the first start on.",
            as_json,
        )
    }

    async fn entries(&self, api: &Api) -> Result<Vec<Value>> {
        let limit = usize::try_from(self.limit).unwrap_or(PART);
        let mut query = self.query();
        if let Some(id) = &self.after {
            let last = api.find(&format!("/logs/{}", segment(id))).await?;
            let last = last.with_context(|| format!("there is no event {id}"))?;
            query.push(format!("date:[* TO {}]", text(&last, "/date")));
        }
        let query = match query.is_empty() {
            true => String::new(),
            false => format!("&q={}", segment(&query.join(" AND "))),
        };
        let mut found = Vec::new();
        let mut awaited = self.after.as_deref();
        for page in 0.. {
            let part = api.get(&format!("/logs?per_page={PART}&page={page}{query}")).await?;
            let part = items(&part, "logs");
            for entry in part {
                match awaited {
                    None => found.push(entry.clone()),
                    Some(id) if text(entry, "/log_id") == id => awaited = None,
                    Some(_) => {}
                }
            }
            if part.len() < PART || found.len() >= limit {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    fn query(&self) -> Vec<String> {
        let named = [("type", &self.kind), ("user_id", &self.user), ("client_id", &self.client)];
        let is = |(name, value): (&str, &Option<String>)| {
            value.as_ref().map(|value| format!("{name}:\"{}\"", value.replace(['"', '\\'], " ")))
        };
        let given = self.q.as_ref().map(|q| format!("({q})"));
        named.into_iter().filter_map(is).chain(given).collect()
    }
}

impl Verified {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        let query = self.noted.map_or_else(String::new, |noted| format!("?noted={noted}"));
        let report = api.get(&format!("/logs/chain{query}")).await?;
        if as_json {
            show::json(&report)?;
        }
        if let Some(broken) = report.get("broken").filter(|broken| !broken.is_null()) {
            bail!("the log is not whole: {}", place(broken));
        }
        let end = text(&report, "/end");
        if text(&report, "/noted") == "swept" {
            bail!(
                "what was noted is older than the log is kept: nothing compares with it. It ends at {end} now"
            );
        }
        match as_json {
            true => Ok(()),
            false => show::line(&format!("What operators did is whole in the log, up to {end}")),
        }
    }
}

/// What is wrong, and where.
fn place(broken: &Value) -> String {
    let mut place = text(broken, "/message").to_owned();
    if let Some(seq) = broken.get("seq").and_then(Value::as_u64) {
        place.push_str(&format!(", at link {seq}"));
    }
    match text(broken, "/log_id") {
        "" => place,
        id => format!("{place}, event {id}"),
    }
}
