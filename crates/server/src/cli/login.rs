//! `latchkey login`: signs somebody in, in a terminal, as an app does. A worked example of `latchkey-client`.

mod target;
mod terminal;
mod transport;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use latchkey_client::{
    Address, Channel, Client, Country, FileStorage, Generation, Locale, Session, SignIn, SignInSettings,
    SignedIn,
};
use serde_json::json;

use super::show;
use target::Target;
use terminal::Terminal;
use transport::Reqwest;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Login {
    /// The server: a host name, or a URL of one; without it, the server of `latchkey dev` in this folder
    #[arg(long, env = "LATCHKEY_DOMAIN")]
    domain: Option<String>,
    /// The application to sign in to; with `latchkey dev`, demo-native
    #[arg(long, env = "LATCHKEY_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// Sign in with this phone number; without it or --email, you are asked
    #[arg(long, value_name = "NUMBER", conflicts_with = "email")]
    sms: Option<String>,
    /// Sign in with this email address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The country of numbers without one, such as DE
    #[arg(long, value_name = "REGION")]
    country: Option<String>,
    /// Ask for no new code: you have one
    #[arg(long)]
    have_code: bool,
    /// What to ask for [default: openid profile email offline_access]
    #[arg(long)]
    scope: Option<String>,
    /// The API that the access token is for
    #[arg(long)]
    audience: Option<String>,
    /// The connection, where it is not called sms or email
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
    /// Keep the tokens in this file, which only you can read
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Show JSON, with the tokens in it
    #[arg(long)]
    json: bool,
    /// The language of what you read
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
    /// Speak as apps of 2014 do: /oauth/ro and /tokeninfo
    #[arg(long)]
    legacy: bool,
    /// Trust the certificates in this PEM file, too (in development: .latchkey/ca.pem)
    #[arg(long, env = "LATCHKEY_CA_FILE", value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Who signs the tokens, where that is not the server's URL
    #[arg(long, value_name = "URL", requires = "domain")]
    issuer: Option<String>,
    /// Where `latchkey dev` keeps what it knows
    #[arg(long, value_name = "DIR", default_value = ".latchkey", conflicts_with = "domain")]
    dir: PathBuf,
}

const EXAMPLES: &str = "Examples:
  latchkey login                    while `latchkey dev` runs in this folder:
                                    asks who you are, then for the code, which
                                    is in the inbox that `latchkey dev` names
  latchkey login --sms +14155550100
  latchkey login --domain login.example.com --client-id my-app
  latchkey login --save tokens.json
  latchkey login --json | jq -r .tokens.access_token

At the question for the code, r sends a new one and c goes back to the address.
The code is never an argument: others on this machine see those, and shells
remember them. Standard output has the outcome alone; what you read meanwhile
is on standard error.

Exit codes: 0 signed in, 1 not signed in, 2 wrong usage.";

impl Login {
    pub async fn run(self) -> Result<()> {
        let locale = Locale::find(&self.language).unwrap_or(Locale::En);
        // What was typed wrong is told before anything is looked for.
        let (address, settings) = (self.address(), self.settings(locale));
        let target = self.target()?;
        let client = self.client(&target, locale)?;
        eprintln!("latchkey: signing in to {} at {}", target.client_id, client.domain());
        let mut terminal = Terminal::new(client.clone(), SignIn::new(settings), self.have_code);
        let signed_in = terminal.talk(address).await?;
        if let Some(file) = &self.save {
            let session = Session::new(client.clone(), Arc::new(FileStorage::new(file)));
            session.keep(&signed_in.tokens).await.context("signed in, but the tokens could not be kept")?;
        }
        self.show(&signed_in)
    }

    fn target(&self) -> Result<Target> {
        match (&self.domain, &self.client_id) {
            (Some(domain), Some(client_id)) => Ok(Target {
                domain: domain.clone(),
                client_id: client_id.clone(),
                issuer: self.issuer.clone(),
                ca_file: self.ca_file.clone(),
            }),
            (Some(_), None) => misused("--domain needs --client-id: which application do you sign in to?"),
            (None, client_id) => Target::of_dev(&self.dir, client_id.as_deref(), self.ca_file.as_deref()),
        }
    }

    fn client(&self, target: &Target, locale: Locale) -> Result<Client> {
        let transport = Arc::new(Reqwest::new(target.ca_file.as_deref())?);
        let generation = match self.legacy {
            true => Generation::Legacy,
            false => Generation::Current,
        };
        let mut builder = Client::builder(&target.domain, &target.client_id, transport)
            .generation(generation)
            .locale(locale)
            .telemetry("latchkey-cli", env!("CARGO_PKG_VERSION"), &[]);
        if let Some(issuer) = &target.issuer {
            builder = builder.issuer(issuer);
        }
        match builder.build() {
            Ok(client) => Ok(client),
            Err(error) => misused(&format!("--domain {}: {error}", target.domain)),
        }
    }

    fn settings(&self, locale: Locale) -> SignInSettings {
        let country = match &self.country {
            Some(region) => match Country::find(region) {
                Some(country) => Some(country),
                None => {
                    misused(&format!("--country {region}: there is no such region; two letters, such as DE"))
                }
            },
            None => None,
        };
        let connections = self
            .connection
            .iter()
            .flat_map(|name| [(Channel::Sms, name.clone()), (Channel::Email, name.clone())]);
        SignInSettings {
            country,
            connections: connections.collect(),
            scope: self.scope.clone(),
            audience: self.audience.clone(),
            device: self.legacy.then(|| String::from("latchkey login")),
            ..SignInSettings::either(locale)
        }
    }

    /// What was given on the command line; a shell's mistake is told at once.
    fn address(&self) -> Option<(Channel, String)> {
        let given = match (&self.sms, &self.email) {
            (Some(number), _) => {
                let country = self.country.as_deref().and_then(Country::find);
                let checked =
                    country.map_or_else(|| Address::phone(number), |country| country.number(number));
                (Channel::Sms, number, checked)
            }
            (None, Some(email)) => (Channel::Email, email, Address::email(email)),
            (None, None) => return None,
        };
        match given {
            (channel, text, Ok(_)) => Some((channel, text.clone())),
            (_, text, Err(error)) => misused(&format!("{text}: {error}")),
        }
    }

    fn show(&self, signed_in: &SignedIn) -> Result<()> {
        let (tokens, profile) = (&signed_in.tokens, &signed_in.profile);
        if self.json {
            let profile = profile.as_ref().map(|profile| &profile.claims);
            return show::json(&json!({ "profile": profile, "tokens": tokens }));
        }
        let Some(profile) = profile else { bail!("signed in, but the server says nothing about you") };
        show::line(&format!("Signed in as {} ({})", profile.display_name(), profile.id))?;
        if let Some(scope) = &tokens.scope {
            show::line(&format!("Granted: {scope}"))?;
        }
        match &self.save {
            Some(file) => {
                show::line(&format!("The tokens are in {}, which only you can read", file.display()))
            }
            None => show::line("The tokens are gone now: --save keeps them, --json shows them"),
        }
    }
}

fn misused(why: &str) -> ! {
    super::command().error(clap::error::ErrorKind::ValueValidation, why).exit()
}
