//! `latchkey admins`: who may use the dashboard, and links for those who cannot get in.

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use latchkey_core::model::Role;
use serde_json::{Value, json};

use super::api::{Api, segment, text};
use super::remote::Target;
use super::show;

#[derive(Args)]
#[command(after_help = "Example:
  latchkey admins add ana@example.com --role editor
  latchkey admins link ana@example.com        (where no mail reaches her)")]
pub struct Admins {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    target: Target,
}

#[derive(Subcommand)]
enum Act {
    /// Every administrator with their role
    List,
    /// One administrator
    Show { email: String },
    /// A further administrator, who is invited by mail where one can be sent; prints their first link
    Add {
        email: String,
        /// Of the first one, owner; otherwise editor unless said
        #[arg(long, value_enum)]
        role: Option<RoleArg>,
    },
    /// Changes what an administrator may do
    Role {
        email: String,
        #[arg(value_enum)]
        role: RoleArg,
    },
    /// Takes an administrator away, and ends their sessions
    Remove { email: String },
    /// Prints a link that signs an administrator in once, within 30 minutes
    Link { email: String },
    /// The passkeys of an administrator; they make them at the dashboard
    Passkeys { email: String },
    /// Renames a passkey
    RenamePasskey { email: String, passkey: String, name: String },
    /// Takes a passkey away, of a lost device for one; the administrator is told by mail
    RemovePasskey { email: String, passkey: String },
    /// Where an administrator is signed in
    Sessions { email: String },
    /// Signs an administrator out: everywhere, or there
    SignOut {
        email: String,
        /// One of their sessions
        session: Option<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    /// Everything
    Owner,
    /// Everything but administrators, keys, stored secrets, and who may call the Management API
    Editor,
    /// Reads all but stored secrets
    Viewer,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Owner => Self::Owner,
            RoleArg::Editor => Self::Editor,
            RoleArg::Viewer => Self::Viewer,
        }
    }
}

impl Admins {
    pub async fn run(self) -> Result<()> {
        let Self { act, target } = self;
        target.with(async |api| act.run(api, target.json).await).await
    }
}

impl Act {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        match self {
            Self::List => {
                let columns = [("EMAIL", "/email"), ("ROLE", "/role"), ("SINCE", "/created_at")];
                let none = "There is no administrator yet: `latchkey serve` prints a link for the first one.";
                show::records(&api.all("/admins", "admins").await?, &columns, none, as_json)
            }
            Self::Show { email } => show::json(&api.get(&find(api, &email).await?).await?),
            Self::Add { email, role } => {
                let first = api.all("/admins", "admins").await?.is_empty();
                let usual = if first { Role::Owner } else { Role::Editor };
                let body = json!({ "email": email, "role": role.map_or(usual, Role::from) });
                let made = api.post("/admins", &body).await?;
                if made.get("invited") == Some(&json!(true)) {
                    eprintln!("{email} is told by mail.");
                }
                link(api, &path(&made), as_json).await
            }
            Self::Role { email, role } => {
                let path = find(api, &email).await?;
                let changed = api.patch(&path, &json!({ "role": Role::from(role) })).await?;
                if as_json {
                    show::json(&changed)?;
                }
                Ok(())
            }
            Self::Remove { email } => api.delete(&find(api, &email).await?).await.map(drop),
            Self::Link { email } => link(api, &find(api, &email).await?, as_json).await,
            Self::Passkeys { email } => {
                let columns =
                    [("ID", "/id"), ("NAME", "/name"), ("SINCE", "/created_at"), ("USED", "/used_at")];
                let all = api.all(&format!("{}/passkeys", find(api, &email).await?), "passkeys").await?;
                show::records(&all, &columns, "This administrator has no passkeys.", as_json)
            }
            Self::RenamePasskey { email, passkey, name } => {
                let path = passkey_path(api, &email, &passkey).await?;
                let renamed = api.patch(&path, &json!({ "name": name })).await?;
                if as_json {
                    show::json(&renamed)?;
                }
                Ok(())
            }
            Self::RemovePasskey { email, passkey } => {
                api.delete(&passkey_path(api, &email, &passkey).await?).await.map(drop)
            }
            Self::Sessions { email } => {
                let columns = [
                    ("ID", "/id"),
                    ("SINCE", "/created_at"),
                    ("USED", "/used_at"),
                    ("BY", "/method"),
                    ("IP", "/ip"),
                ];
                let all = api.all(&format!("{}/sessions", find(api, &email).await?), "sessions").await?;
                show::records(&all, &columns, "This administrator is signed in nowhere.", as_json)
            }
            Self::SignOut { email, session } => {
                let path = find(api, &email).await?;
                let which = session.map(|id| format!("/{}", segment(&id))).unwrap_or_default();
                api.delete(&format!("{path}/sessions{which}")).await.map(drop)
            }
        }
    }
}

/// The path of an administrator.
async fn find(api: &Api, email: &str) -> Result<String> {
    let all = api.all("/admins", "admins").await?;
    let found = all.iter().find(|admin| text(admin, "/email").eq_ignore_ascii_case(email.trim()));
    found.map(path).context("there is no such administrator")
}

async fn passkey_path(api: &Api, email: &str, passkey: &str) -> Result<String> {
    Ok(format!("{}/passkeys/{}", find(api, email).await?, segment(passkey)))
}

fn path(admin: &Value) -> String {
    format!("/admins/{}", segment(text(admin, "/id")))
}

async fn link(api: &Api, path: &str, as_json: bool) -> Result<()> {
    let link = api.post(&format!("{path}/entry-link"), &json!({})).await?;
    match as_json {
        true => show::json(&link),
        false => {
            println!("{}", text(&link, "/url"));
            Ok(())
        }
    }
}
