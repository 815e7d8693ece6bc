//! `latchkey connections`: the ways in.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use latchkey_core::Engine;
use latchkey_core::model::{ClientId, Connection, Strategy};
use latchkey_core::store::Page;
use serde_json::{Map, Value, json};

use super::{ConfigArg, opened, show};

#[derive(Args)]
#[command(after_help = "Example:
  latchkey connections create sms --strategy sms --option provider=twilio --option twilio_sid=AC… \\
      --secret-file twilio_token=token.txt --option from=+15005550006 --client my-app
  latchkey connections create email --strategy email --option provider=smtp \\
      --option smtp_host=mail.example.com --option smtp_user=codes --secret-file smtp_pass=password.txt \\
      --option 'from=Acme <codes@acme.example>' --client my-app
  latchkey connections create customers --strategy auth0 --client my-app \\
      --option authentication_methods.email_otp.enabled=true \\
      --option authentication_methods.phone_otp.enabled=true")]
pub struct Connections {
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
    /// Every connection
    List,
    /// One connection, without its secrets
    Show { name: String },
    /// Makes a connection
    Create {
        name: String,
        #[arg(long, value_enum)]
        strategy: Kind,
        #[command(flatten)]
        changes: Changes,
    },
    /// Changes a connection; options that are not named stay
    Update {
        name: String,
        #[command(flatten)]
        changes: Changes,
        /// Switch it on or off
        #[arg(long)]
        enabled: Option<bool>,
    },
    /// Deletes a connection
    Delete { name: String },
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Sms,
    Email,
    /// A database of users, who may get codes by /otp/challenge
    #[value(name = "auth0", alias = "database")]
    Database,
}

#[derive(Args)]
struct Changes {
    /// An option as `key=value`; dots reach inside, the value may be JSON (repeat for more)
    #[arg(long = "option", value_name = "KEY=VALUE")]
    options: Vec<String>,
    /// A secret option from a file, as `key=file` (repeat for more)
    #[arg(long = "secret-file", value_name = "KEY=FILE")]
    secrets: Vec<String>,
    /// A client that may use it (repeat for more; added to those that may)
    #[arg(long)]
    client: Vec<String>,
}

impl Connections {
    pub async fn run(self) -> Result<()> {
        let engine = opened::engine(&self.config).await?;
        let mut done = None;
        match self.act {
            Act::List => {
                let connections = engine.store.list_connections(&Page { after: None, limit: 100 }).await?;
                if self.json {
                    show::json(&connections.iter().map(describe).collect())?;
                } else {
                    let rows: Vec<[String; 4]> = connections
                        .iter()
                        .map(|c| {
                            let state = if c.enabled { "on" } else { "off" };
                            let clients = c.enabled_clients.len().to_string();
                            [c.name.clone(), c.strategy.as_str().into(), state.into(), clients]
                        })
                        .collect();
                    show::table(
                        ["NAME", "STRATEGY", "STATE", "CLIENTS"],
                        &rows,
                        "There are no connections yet. Make one: latchkey connections create --help",
                    );
                }
            }
            Act::Show { name } => show::json(&describe(&find(&engine, &name).await?))?,
            Act::Create { name, strategy, changes } => {
                if engine.store.find_connection(&name).await?.is_some() {
                    bail!("connection {name} exists; change it with: latchkey connections update {name}");
                }
                let strategy = match strategy {
                    Kind::Sms => Strategy::Sms,
                    Kind::Email => Strategy::Email,
                    Kind::Database => Strategy::Database,
                };
                save(&engine, engine.draft_connection(&name, strategy), changes).await?;
                done = Some(("create connection", name));
            }
            Act::Update { name, changes, enabled } => {
                let mut connection = find(&engine, &name).await?;
                connection.enabled = enabled.unwrap_or(connection.enabled);
                save(&engine, connection, changes).await?;
                done = Some(("update connection", name));
            }
            Act::Delete { name } => {
                if !engine.store.delete_connection(&name, Vec::new()).await? {
                    bail!("there is no connection {name}");
                }
                show::json(&json!({ "deleted": name }))?;
                done = Some(("delete connection", name));
            }
        }
        opened::close(&engine, done).await
    }
}

async fn find(engine: &Engine, name: &str) -> Result<Connection> {
    engine.store.find_connection(name).await?.with_context(|| format!("there is no connection {name}"))
}

async fn save(engine: &Engine, mut connection: Connection, changes: Changes) -> Result<()> {
    for id in &changes.client {
        let id = ClientId::from(id.as_str());
        if engine.store.find_client(&id).await?.is_none() {
            bail!("there is no client {id}");
        }
        if !connection.enabled_clients.contains(&id) {
            connection.enabled_clients.push(id);
        }
    }
    let mut options = Value::Object(connection.options.clone());
    for text in &changes.options {
        let (key, value) =
            text.split_once('=').with_context(|| format!("--option {text}: expected KEY=VALUE"))?;
        // Phone numbers and the like stay text: only JSON that cannot be meant as text is read as such.
        let value = match serde_json::from_str::<Value>(value) {
            Ok(Value::Number(_)) if value.starts_with('+') || value.len() > 9 => json!(value),
            Ok(parsed) => parsed,
            Err(_) => json!(value),
        };
        set(&mut options, key, value)?;
    }
    for text in &changes.secrets {
        let (key, file) =
            text.split_once('=').with_context(|| format!("--secret-file {text}: expected KEY=FILE"))?;
        let secret = std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
        set(&mut options, key, json!(secret.trim_end()))?;
    }
    let options = match options {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let saved = engine.save_connection(connection, options).await?;
    show::json(&describe(&saved))
}

fn set(options: &mut Value, key: &str, value: Value) -> Result<()> {
    let mut place = options;
    for part in key.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let object = place.as_object_mut().context("an option inside a value that is no object")?;
        place = object.entry(part.to_owned()).or_insert(Value::Null);
    }
    *place = value;
    Ok(())
}

fn describe(connection: &Connection) -> Value {
    let mut value = json!(connection);
    if let Some(object) = value.as_object_mut() {
        let sealed: Vec<&String> = connection.secrets.keys().collect();
        object.insert(String::from("secrets"), json!(sealed));
    }
    value
}
