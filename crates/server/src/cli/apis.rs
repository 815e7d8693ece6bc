//! `latchkey apis`: the APIs that tokens are for, and their permissions.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::acts::Shown::{Done, Made, Record, Table as List};
use super::acts::{Act as Described, Body, Family, Further, Table};
use super::api::{Api, segment, text};
use super::remote::Target;
use super::show;

#[derive(Args)]
#[command(after_help = "Example:
  latchkey apis create name=Orders identifier=https://api.example.com
  latchkey apis permit https://api.example.com read:orders 'Read orders'
  latchkey grants create client_id=my-job audience=https://api.example.com 'scope=[\"read:orders\"]'

An API is named by its id or by its identifier.")]
pub struct Apis {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    target: Target,
}

#[derive(Subcommand)]
enum Act {
    /// The permissions of an API
    Permissions { id: String },
    /// Adds a permission, or words it anew
    Permit {
        id: String,
        /// As tokens hold it, such as read:orders
        permission: String,
        /// What it lets one do
        #[arg(default_value = "")]
        description: String,
    },
    /// Takes a permission away
    Forbid { id: String, permission: String },
    #[command(flatten)]
    Further(Further<OfApis>),
}

pub struct OfApis;

impl Family for OfApis {
    #[rustfmt::skip]
    const ACTS: &'static [Described] = &[
        Described::new("list", "Every API", "GET /resource-servers", List(&Table {
            name: "resource_servers",
            columns: &[("ID", "/id"), ("IDENTIFIER", "/identifier"), ("NAME", "/name"), ("PERMISSIONS", "/scopes")],
            none: "There are no APIs yet. Describe one: latchkey apis create --help",
        })),
        Described::new("show", "One API", "GET /resource-servers/{id}", Record),
        Described::new("create", "Describes an API", "POST /resource-servers", Made)
            .takes(Body::Some, "latchkey apis create name=Orders identifier=https://api.example.com token_lifetime=3600"),
        Described::new("update", "Changes an API", "PATCH /resource-servers/{id}", Record)
            .takes(Body::Some, "latchkey apis update https://api.example.com allow_offline_access=true"),
        Described::new("delete", "Deletes an API; no more tokens are for it", "DELETE /resource-servers/{id}", Done("deleted")),
    ];
}

impl Apis {
    pub async fn run(self) -> Result<()> {
        let Self { act, target } = self;
        target.with(async |api| act.run(api, target.json).await).await
    }
}

impl Act {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        match self {
            Self::Permissions { id } => {
                let columns = [("PERMISSION", "/value"), ("WHAT", "/description")];
                let none = "It has no permissions yet. Add one: latchkey apis permit --help";
                show::records(&permissions(api, &id).await?, &columns, none, as_json)
            }
            Self::Permit { id, permission, description } => {
                let mut all = permissions(api, &id).await?;
                let item = json!({ "value": permission, "description": description });
                match all.iter_mut().find(|known| text(known, "/value") == permission) {
                    Some(known) => *known = item,
                    None => all.push(item),
                }
                save(api, &id, &all).await
            }
            Self::Forbid { id, permission } => {
                let mut all = permissions(api, &id).await?;
                let before = all.len();
                all.retain(|known| text(known, "/value") != permission);
                if all.len() == before {
                    bail!("{id} has no permission {permission}");
                }
                save(api, &id, &all).await
            }
            Self::Further(act) => act.run(api, as_json).await,
        }
    }
}

async fn permissions(api: &Api, id: &str) -> Result<Vec<Value>> {
    let found = api.find(&path(id)).await?.with_context(|| format!("there is no API {id}"))?;
    Ok(found.get("scopes").and_then(Value::as_array).cloned().unwrap_or_default())
}

async fn save(api: &Api, id: &str, all: &[Value]) -> Result<()> {
    let mut changed = api.patch(&path(id), &json!({ "scopes": all })).await?;
    show::hide_secrets(&mut changed);
    show::json(&changed)
}

fn path(id: &str) -> String {
    format!("/resource-servers/{}", segment(id))
}
