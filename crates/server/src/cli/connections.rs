//! `latchkey connections`: the ways in.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};

use super::acts::Shown::{Record, Table as List};
use super::acts::{Act as Described, Body, Family, Further, Table};
use super::api::{Api, segment, text};
use super::pairs::{contents, set, split, value_of};
use super::remote::Target;
use super::{jobs, show};

#[derive(Args)]
#[command(after_help = "Example:
  latchkey connections create sms --strategy sms --option provider=twilio --option twilio_sid=AC… \\
      --secret-file twilio_token=token.txt --option from=+15005550006 --client my-app
  latchkey connections create email --strategy email --option provider=smtp \\
      --option smtp_host=mail.example.com --option smtp_user=codes --secret-file smtp_pass=password.txt \\
      --option 'from=Acme <codes@acme.example>' --client my-app
  latchkey connections create customers --strategy auth0 --client my-app \\
      --option authentication_methods.email_otp.enabled=true \\
      --option authentication_methods.phone_otp.enabled=true
  latchkey connections disable sms my-app
  latchkey connections try sms to=+14155550100 client_id=my-app")]
pub struct Connections {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    target: Target,
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
    /// People may sign in to these applications by it
    Enable {
        name: String,
        #[arg(required = true)]
        clients: Vec<String>,
    },
    /// People may no longer sign in to these applications by it
    Disable {
        name: String,
        #[arg(required = true)]
        clients: Vec<String>,
    },
    /// Deletes the user of a connection who has an address
    #[command(group = clap::ArgGroup::new("address").required(true).args(["email", "phone_number"]))]
    DeleteUser {
        name: String,
        #[arg(long)]
        email: Option<String>,
        #[arg(long)]
        phone_number: Option<String>,
    },
    #[command(flatten)]
    Further(Further<OfConnections>),
}

pub struct OfConnections;

impl Family for OfConnections {
    #[rustfmt::skip]
    const ACTS: &'static [Described] = &[
        Described::new("clients", "The applications that it is for", "GET /connections/{connection}/clients", List(&Table {
            name: "clients",
            columns: &[("CLIENT ID", "/client_id")],
            none: "It is for no application yet. Switch it on: latchkey connections enable --help",
        })),
        Described::new("preview", "Words a message as it would be sent, and tells what is wrong with it", "POST /connections/{connection}/preview", Record)
            .takes(Body::Any, "latchkey connections preview sms options.template='Code: @@password@@'"),
        Described::new("try", "Sends a code, and tells what the provider said", "POST /connections/{connection}/try", Record)
            .takes(Body::Some, "latchkey connections try sms to=+14155550100 client_id=my-app"),
        Described::new("try-verify", "Compares the code of a try, and shows the tokens it would give", "POST /connections/{connection}/try/verify", Record)
            .takes(Body::Some, "latchkey connections try-verify sms to=+14155550100 client_id=my-app 'code=\"123456\"'"),
    ];
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
        let Self { act, target } = self;
        target.with(async |api| act.run(api, target.json).await).await
    }
}

impl Act {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        match self {
            Self::List => list(api, as_json).await,
            Self::Show { name } => show::json(&described(find(api, &name).await?)),
            Self::Create { name, strategy, changes } => {
                if is_there(api, &name).await?.is_some() {
                    bail!("connection {name} exists; change it with: latchkey connections update {name}");
                }
                let body = json!({
                    "name": name, "strategy": strategy.wire(), "options": changes.over(Map::new())?,
                    "enabled_clients": changes.client,
                });
                show::json(&described(api.post("/connections", &body).await?))
            }
            Self::Update { name, changes, enabled } => update(api, &name, &changes, enabled).await,
            Self::Delete { name } => {
                let found = find(api, &name).await?;
                api.delete(&path(&found)).await?;
                show::json(&json!({ "deleted": name }))
            }
            Self::Enable { name, clients } => switch(api, &name, clients, true).await,
            Self::Disable { name, clients } => switch(api, &name, clients, false).await,
            Self::DeleteUser { name, email, phone_number } => {
                let (property, address) = match (email, phone_number) {
                    (Some(email), _) => ("email", email),
                    (None, number) => ("phone_number", number.unwrap_or_default()),
                };
                let found = find(api, &name).await?;
                api.delete(&format!("{}/users?{property}={}", path(&found), segment(&address))).await?;
                show::json(&json!({ "deleted": address }))
            }
            Self::Further(act) => act.run(api, as_json).await,
        }
    }
}

impl Kind {
    fn wire(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Database => "auth0",
        }
    }
}

async fn list(api: &Api, as_json: bool) -> Result<()> {
    let all = api.all("/connections", "connections").await?;
    let all: Vec<Value> = all.into_iter().map(described).collect();
    let columns = [
        ("NAME", "/name"),
        ("STRATEGY", "/strategy"),
        ("ON", "/enabled"),
        ("CLIENTS", "/enabled_clients"),
        ("SENDER", "/options/provider"),
        ("ID", "/id"),
    ];
    let none = "There are no connections yet. Make one: latchkey connections create --help";
    show::records(&all, &columns, none, as_json)
}

async fn is_there(api: &Api, name: &str) -> Result<Option<Value>> {
    let path = match name.starts_with("con_") {
        true => return api.find(&format!("/connections/{}", segment(name))).await,
        false => format!("/connections?name={}", segment(name)),
    };
    Ok(api.get(&path).await?.get(0).cloned())
}

async fn find(api: &Api, name: &str) -> Result<Value> {
    is_there(api, name).await?.with_context(|| format!("there is no connection {name}"))
}

fn path(connection: &Value) -> String {
    format!("/connections/{}", segment(text(connection, "/id")))
}

/// Options are written whole, but for secrets: those that are not named stay as they are.
async fn update(api: &Api, name: &str, changes: &Changes, enabled: Option<bool>) -> Result<()> {
    let mut connection = find(api, name).await?;
    let path = path(&connection);
    if let Some(enabled) = enabled {
        connection = api.patch(&path, &json!({ "enabled": enabled })).await?;
    }
    if !changes.client.is_empty() {
        let on: Vec<Value> =
            changes.client.iter().map(|id| json!({ "client_id": id, "status": true })).collect();
        api.patch(&format!("{path}/clients"), &json!(on)).await?;
        connection = api.get(&path).await?;
    }
    if !changes.options.is_empty() || !changes.secrets.is_empty() {
        let mut kept = connection.get("options").cloned().unwrap_or_default();
        show::hide_secrets(&mut kept);
        let kept = kept.as_object().cloned().unwrap_or_default();
        connection = api.patch(&path, &json!({ "options": changes.over(kept)? })).await?;
    }
    show::json(&described(connection))
}

async fn switch(api: &Api, name: &str, clients: Vec<String>, on: bool) -> Result<()> {
    let id = jobs::connection_id(api, name).await?;
    let items: Vec<Value> =
        clients.iter().map(|client| json!({ "client_id": client, "status": on })).collect();
    api.patch(&format!("/connections/{}/clients", segment(&id)), &json!(items)).await?;
    show::json(&json!({ if on { "enabled" } else { "disabled" }: clients }))
}

impl Changes {
    fn over(&self, options: Map<String, Value>) -> Result<Value> {
        let mut options = Value::Object(options);
        for option in &self.options {
            let (key, value) = split(option, "KEY=VALUE")?;
            // Numbers of phones and of accounts stay text.
            let value = match value_of(value) {
                Value::Number(_) if value.len() > 9 => json!(value),
                other => other,
            };
            set(&mut options, key, value)?;
        }
        for secret in &self.secrets {
            let (key, file) = split(secret, "KEY=FILE")?;
            set(&mut options, key, json!(contents(file)?.trim_end()))?;
        }
        Ok(options)
    }
}

/// Without its secrets, but with where they stand.
fn described(mut connection: Value) -> Value {
    let mut secrets = Vec::new();
    if let Some(options) = connection.get("options") {
        gather(options, "", &mut secrets);
    }
    show::hide_secrets(&mut connection);
    if let Some(object) = connection.as_object_mut() {
        object.entry("enabled").or_insert(json!(true));
        object.insert(String::from("secrets"), json!(secrets));
    }
    connection
}

fn gather(value: &Value, at: &str, found: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(n, inner)| (n.to_string(), inner)).collect(),
        _ => return,
    };
    for (name, inner) in inside {
        let place = format!("{at}/{name}");
        match show::is_secret(&name, inner) {
            true => found.push(place),
            false => gather(inner, &place, found),
        }
    }
}
