//! `latchkey keys`: the keys that sign tokens.

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use latchkey_core::model::SigningAlgorithm;
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, items, segment, text};
use super::remote::Target;
use super::show;

#[derive(Args)]
#[command(after_help = "Example:
  latchkey keys rotate
  latchkey keys revoke KID        (the tokens of that key stop working)")]
pub struct Keys {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    target: Target,
}

#[derive(Subcommand)]
enum Act {
    /// Every key with its state
    List,
    /// One key with its certificate
    Show {
        /// May begin with a hyphen: it is a thumbprint in base64url
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
    /// The next key takes over; the old one stays published so that its tokens go on working
    Rotate {
        #[arg(long, value_enum, default_value = "rs256")]
        alg: Alg,
    },
    /// A key leaves the published set: its tokens stop working
    Revoke {
        /// May begin with a hyphen: it is a thumbprint in base64url
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
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
        let Self { act, target } = self;
        target.with(async |api| act.run(api, target.json).await).await
    }
}

impl Act {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        match self {
            Self::List => list(api, as_json).await,
            Self::Show { kid } => match api.find(&path(&kid)).await? {
                Some(key) => show::json(&key),
                None => bail!("there is no key {kid}"),
            },
            Self::Rotate { alg } => {
                let alg = json!(SigningAlgorithm::from(alg));
                let alg = alg.as_str().unwrap_or_default();
                let rotated =
                    api.call(Method::POST, &format!("/keys/signing/rotate?alg={alg}"), None).await?;
                let kid = text(&rotated, "/kid");
                match as_json {
                    true => show::json(&json!({ "kid": kid }))?,
                    false => println!("{kid} signs now."),
                }
                Ok(())
            }
            Self::Revoke { kid } => {
                if api.find(&path(&kid)).await?.is_none() {
                    bail!("there is no key {kid}");
                }
                api.call(Method::PUT, &format!("{}/revoke", path(&kid)), None).await?;
                match as_json {
                    true => show::json(&json!({ "revoked": kid }))?,
                    false => println!("{kid} is revoked."),
                }
                Ok(())
            }
        }
    }
}

async fn list(api: &Api, as_json: bool) -> Result<()> {
    let mut keys = api.get("/keys/signing").await?;
    for key in keys.as_array_mut().into_iter().flatten() {
        let state = ["current", "next", "previous", "revoked"]
            .into_iter()
            .find(|state| key.get(state) == Some(&json!(true)));
        if let (Some(state), Some(object)) = (state, key.as_object_mut()) {
            object.insert(String::from("state"), Value::from(state));
        }
    }
    let columns = [("KID", "/kid"), ("ALG", "/alg"), ("STATE", "/state"), ("SINCE", "/current_since")];
    let none = "There are no keys yet: they are made at the first start.";
    show::records(items(&keys, ""), &columns, none, as_json)
}

fn path(kid: &str) -> String {
    format!("/keys/signing/{}", segment(kid))
}
