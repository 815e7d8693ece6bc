//! `latchkey keys`: the keys that sign tokens.

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use latchkey_core::model::{KeyId, SigningAlgorithm};
use serde_json::{Value, json};

use super::{ConfigArg, opened, show};

#[derive(Args)]
pub struct Keys {
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
    /// Every key with its state
    List,
    /// The next key takes over; the old one stays published so that its tokens go on working
    Rotate {
        #[arg(long, value_enum, default_value = "rs256")]
        alg: Alg,
    },
    /// A key leaves the published set: its tokens stop working
    Revoke { kid: String },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Alg {
    Rs256,
    Es256,
    Eddsa,
    Hs256,
}

impl From<Alg> for SigningAlgorithm {
    fn from(alg: Alg) -> Self {
        match alg {
            Alg::Rs256 => Self::RS256,
            Alg::Es256 => Self::ES256,
            Alg::Eddsa => Self::EdDSA,
            Alg::Hs256 => Self::HS256,
        }
    }
}

impl Keys {
    pub async fn run(self) -> Result<()> {
        let engine = opened::engine(&self.config).await?;
        match self.act {
            Act::List => {
                let keys = engine.store.list_signing_keys().await?;
                if self.json {
                    let listed: Vec<Value> = keys
                        .iter()
                        .map(|key| json!({"kid": key.id, "alg": key.alg, "state": key.state, "created_at": key.created_at.to_iso8601()}))
                        .collect();
                    show::json(&json!(listed))?;
                } else {
                    let rows: Vec<[String; 4]> = keys
                        .iter()
                        .map(|key| {
                            let state = format!("{:?}", key.state).to_lowercase();
                            [key.id.to_string(), format!("{:?}", key.alg), state, key.created_at.to_iso8601()]
                        })
                        .collect();
                    show::table(
                        ["KID", "ALG", "STATE", "CREATED"],
                        &rows,
                        "There are no keys yet: they are made at the first start.",
                    );
                }
            }
            Act::Rotate { alg } => {
                let kid = engine.rotate_keys(alg.into()).await?;
                if self.json {
                    show::json(&json!({ "kid": kid }))?;
                } else {
                    println!("{kid} signs now.");
                }
            }
            Act::Revoke { kid } => {
                if !engine.revoke_key(&KeyId::new(kid.clone())).await? {
                    bail!("there is no key {kid}");
                }
                if self.json {
                    show::json(&json!({ "revoked": kid }))?;
                } else {
                    println!("{kid} is revoked.");
                }
            }
        }
        opened::close(&engine, None).await
    }
}
