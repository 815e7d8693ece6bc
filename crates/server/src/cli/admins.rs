//! `latchkey admins`: who may use the dashboard, and links for those who cannot get in.

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use latchkey_core::Engine;
use latchkey_core::flow::manage::admins::shown;
use latchkey_core::flow::manage::{ManageError, Operator};
use latchkey_core::model::{Document, Role};
use serde_json::{Value, json};

use super::{ConfigArg, opened, show};

#[derive(Args)]
pub struct Admins {
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
    /// Every administrator with their role
    List,
    /// A further administrator; prints their first link
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
        let engine = opened::engine(&self.config).await?;
        let operator = Operator::console();
        match self.act {
            Act::List => list(&engine, self.json).await?,
            Act::Add { email, role } => {
                let usual = if engine.has_admin().await? { Role::Editor } else { Role::Owner };
                let role = role.map_or(usual, Role::from);
                let made = engine.create_admin(&operator, &email, role).await.map_err(say)?;
                let link = engine.admin_link(&operator, &made.name).await.map_err(say)?;
                print_link(&engine, link.expose(), self.json)?;
            }
            Act::Role { email, role } => {
                let found = engine.find_admin(&email).await.map_err(say)?;
                let changed = engine.change_role(&operator, &found.id, role.into()).await.map_err(say)?;
                if self.json {
                    show::json(&shown(&changed))?;
                }
            }
            Act::Remove { email } => {
                let found = engine.find_admin(&email).await.map_err(say)?;
                engine.remove_admin(&operator, &found.id).await.map_err(say)?;
            }
            Act::Link { email } => {
                let link = engine.admin_link(&operator, &email).await.map_err(say)?;
                print_link(&engine, link.expose(), self.json)?;
            }
        }
        engine.store.close().await;
        Ok(())
    }
}

async fn list(engine: &Engine, as_json: bool) -> Result<()> {
    let all = engine.list_admins().await?;
    if as_json {
        return show::json(&Value::Array(all.iter().map(shown).collect()));
    }
    let text = |admin: &Document, name: &str| {
        admin.body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let rows: Vec<[String; 3]> = all
        .iter()
        .map(|admin| [text(admin, "email"), text(admin, "role"), admin.created_at.to_iso8601()])
        .collect();
    show::table(
        ["EMAIL", "ROLE", "SINCE"],
        &rows,
        "There is no administrator yet: `latchkey serve` prints a link for the first one.",
    );
    Ok(())
}

fn print_link(engine: &Engine, link: &str, as_json: bool) -> Result<()> {
    let url = engine.url(&format!("dashboard/enter/{link}"));
    match as_json {
        true => show::json(&json!({ "url": url })),
        false => {
            println!("{url}");
            Ok(())
        }
    }
}

fn say(error: ManageError) -> anyhow::Error {
    match error {
        ManageError::Invalid { reason, .. } => anyhow::anyhow!(reason),
        ManageError::NotFound(_) => anyhow::anyhow!("there is no such administrator"),
        other => other.into(),
    }
}
