//! `latchkey clients`: registered applications.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use latchkey_core::flow::save_client::grants_of;
use latchkey_core::model::ClientKind;
use latchkey_wire::token::{
    DEVICE_CODE, IMPLICIT, JWT_BEARER, LEGACY_DELEGATION, LEGACY_RO, LEGACY_RO_JWT_BEARER,
};
use serde_json::{Value, json};

use super::acts::Shown::{Done, Made, Record, Table as List};
use super::acts::{Act as Described, Body, Family, Further, Table};
use super::api::{Api, segment};
use super::client_changes::Changes;
use super::remote::Target;
use super::show;

#[derive(Args)]
#[command(after_help = "Example:
  latchkey clients create my-app --type spa --name 'My app' --callback https://app.example.com/cb
  latchkey clients update my-app logo_uri=https://app.example.com/logo.png
  latchkey connections enable sms my-app")]
pub struct Clients {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    target: Target,
}

#[derive(Subcommand)]
enum Act {
    /// Every client
    List,
    /// One client, without its secret
    Show { id: String },
    /// Registers a client; its secret is shown this once
    Create {
        id: String,
        #[arg(long = "type", value_enum)]
        kind: Kind,
        #[command(flatten)]
        changes: Box<Changes>,
    },
    /// Changes a client
    Update {
        id: String,
        #[command(flatten)]
        changes: Box<Changes>,
        /// Make a new secret and show it
        #[arg(long)]
        new_secret: bool,
    },
    #[command(flatten)]
    Further(Further<OfClients>),
}

pub struct OfClients;

impl Family for OfClients {
    #[rustfmt::skip]
    const ACTS: &'static [Described] = &[
        Described::new("delete", "Deletes a client with its tokens", "DELETE /clients/{id}", Done("deleted")),
        Described::new("connections", "How people sign in to it", "GET /clients/{id}/connections", List(&Table {
            name: "connections",
            columns: &[("ID", "/id"), ("NAME", "/name"), ("STRATEGY", "/strategy")],
            none: "Nobody can sign in to it yet. Switch a connection on: latchkey connections enable --help",
        })),
        Described::new("credentials", "The keys that it proves itself by", "GET /clients/{id}/credentials", List(&Table {
            name: "",
            columns: &[("ID", "/id"), ("NAME", "/name"), ("ALG", "/alg"), ("UNTIL", "/expires_at")],
            none: "It has no keys. Give it one: latchkey clients update --help (--public-key)",
        })),
        Described::new("credential", "One of its keys", "GET /clients/{id}/credentials/{key}", Record),
        Described::new("credential-create", "Makes a key; it is used once the client names it", "POST /clients/{id}/credentials", Record)
            .takes(Body::Some, "latchkey clients credential-create my-app credential_type=public_key --secret-file pem=key.pem"),
        Described::new("credential-update", "Changes when a key ends", "PATCH /clients/{id}/credentials/{key}", Record)
            .takes(Body::Some, "latchkey clients credential-update my-app cred_… expires_at=2027-01-01T00:00:00Z"),
        Described::new("credential-delete", "Deletes a key", "DELETE /clients/{id}/credentials/{key}", Done("deleted")),
        Described::new("rotate-secret", "Gives it a new secret, shown this once", "POST /clients/{id}/rotate-secret", Made),
    ];
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Native,
    Spa,
    RegularWeb,
    Machine,
}

impl Kind {
    fn model(self) -> ClientKind {
        match self {
            Self::Native => ClientKind::Native,
            Self::Spa => ClientKind::Spa,
            Self::RegularWeb => ClientKind::RegularWeb,
            Self::Machine => ClientKind::NonInteractive,
        }
    }

    /// How clients that are made here begin, in the API's words.
    fn draft(self, id: &str) -> Value {
        let kind = self.model();
        let public = matches!(kind, ClientKind::Native | ClientKind::Spa);
        let mut body = json!({
            "client_id": id,
            "name": id,
            "app_type": kind,
            "oidc_conformant": true,
            "grant_types": grants_of(kind),
            "token_endpoint_auth_method": if public { "none" } else { "client_secret_post" },
            "jwt_configuration": { "alg": "RS256", "lifetime_in_seconds": 36_000, "secret_encoded": false },
        });
        if let (Some(body), false) = (body.as_object_mut(), kind == ClientKind::NonInteractive) {
            body.insert(String::from("refresh_token"), rotating(30));
        }
        body
    }
}

/// Refresh tokens as clients that are made here have them.
pub fn rotating(leeway: u32) -> Value {
    json!({
        "rotation_type": "rotating", "expiration_type": "expiring", "leeway": leeway,
        "token_lifetime": 2_592_000, "idle_token_lifetime": 1_296_000,
        "infinite_token_lifetime": false, "infinite_idle_token_lifetime": false,
    })
}

impl Clients {
    pub async fn run(self) -> Result<()> {
        let Self { act, target } = self;
        target.with(async |api| act.run(api, target.json).await).await
    }
}

impl Act {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        match self {
            Self::List => {
                let mut all = api.all("/clients", "clients").await?;
                all.iter_mut().for_each(show::hide_secrets);
                let columns = [("CLIENT ID", "/client_id"), ("TYPE", "/app_type"), ("NAME", "/name")];
                let none = "There are no clients yet. Make one: latchkey clients create --help";
                show::records(&all, &columns, none, as_json)
            }
            Self::Show { id } => {
                let mut client = find(api, &id).await?;
                show::hide_secrets(&mut client);
                show::json(&client)
            }
            Self::Create { id, kind, changes } => {
                if api.find(&path(&id)).await?.is_some() {
                    bail!("client {id} exists; change it with: latchkey clients update {id}");
                }
                let body = changes.body(kind.draft(&id))?;
                let mut made = api.post("/clients", &body).await?;
                changes.beside(api, &id).await?;
                // Its secret is nobody's business where it proves nothing by it.
                if made.get("token_endpoint_auth_method") == Some(&json!("none")) {
                    show::hide_secrets(&mut made);
                }
                show::json(&made)
            }
            Self::Update { id, changes, new_secret } => {
                let mut client = find(api, &id).await?;
                let body = changes.update(&client)?;
                if body.as_object().is_some_and(|body| !body.is_empty()) {
                    client = api.patch(&path(&id), &body).await?;
                }
                if changes.beside(api, &id).await? {
                    client = find(api, &id).await?;
                }
                show::hide_secrets(&mut client);
                if new_secret {
                    client = api.post(&format!("{}/rotate-secret", path(&id)), &json!({})).await?;
                }
                show::json(&client)
            }
            Self::Further(act) => act.run(api, as_json).await,
        }
    }
}

async fn find(api: &Api, id: &str) -> Result<Value> {
    api.find(&path(id)).await?.with_context(|| format!("there is no client {id}"))
}

fn path(id: &str) -> String {
    format!("/clients/{}", segment(id))
}

/// The grants of a client with some of them on or off.
pub fn switched(grants: &mut Vec<String>, which: &[&str], on: bool) {
    grants.retain(|grant| !which.contains(&grant.as_str()));
    if on {
        grants.extend(which.iter().map(|grant| (*grant).to_owned()));
    }
}

pub const LEGACY: [&str; 3] = [LEGACY_RO, LEGACY_RO_JWT_BEARER, LEGACY_DELEGATION];
pub const DEVICE: [&str; 1] = [DEVICE_CODE];
pub const DEVICE_KEYS: [&str; 1] = [JWT_BEARER];
pub const FROM_AUTHORIZE: [&str; 1] = [IMPLICIT];
