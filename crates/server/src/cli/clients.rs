//! `latchkey clients`: registered applications.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use latchkey_core::Engine;
use latchkey_core::model::{
    AudienceGrant, Client, ClientId, ClientKind, LogoutInitiator, TokenDialect, TokenEndpointAuthMethod,
};
use latchkey_core::store::Page;
use latchkey_wire::token::{DEVICE_CODE, IMPLICIT, LEGACY_DELEGATION, LEGACY_RO, LEGACY_RO_JWT_BEARER};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

use super::keys::Alg;
use super::{ConfigArg, opened, show};

#[derive(Args)]
pub struct Clients {
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
        changes: Changes,
    },
    /// Changes a client
    Update {
        id: String,
        #[command(flatten)]
        changes: Changes,
        /// Make a new secret and show it
        #[arg(long)]
        new_secret: bool,
    },
    /// Deletes a client with its tokens
    Delete { id: String },
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Native,
    Spa,
    RegularWeb,
    Machine,
}

#[derive(Args)]
struct Changes {
    /// The name that users see
    #[arg(long)]
    name: Option<String>,
    /// An allowed callback URL (repeat for more; replaces the list)
    #[arg(long)]
    callback: Vec<String>,
    /// An allowed browser origin (repeat for more; replaces the list)
    #[arg(long)]
    origin: Vec<String>,
    /// An address that may be gone to after sign-out (repeat for more; replaces the list)
    #[arg(long)]
    logout_url: Vec<String>,
    /// Where the client is told of ended sessions, by OpenID Connect Back-Channel Logout; empty for nowhere
    #[arg(long)]
    backchannel_logout_url: Option<String>,
    /// Which ends it is told of: rp-logout, session-revoked, account-deleted, … or all (repeat for more;
    /// replaces the list)
    #[arg(long)]
    backchannel_logout_initiator: Vec<String>,
    /// Allow tokens from /authorize itself (old browser apps)
    #[arg(long)]
    implicit: Option<bool>,
    /// Allow sign-in on the client's own pages, through /co/authenticate
    #[arg(long)]
    cross_origin: Option<bool>,
    /// Its page that runs crossOriginVerification() of auth0.js, for browsers that drop our cookie ("" for none)
    #[arg(long)]
    cross_origin_page: Option<String>,
    /// The operator's own: people are not asked what it may have
    #[arg(long)]
    first_party: Option<bool>,
    /// Refuse requests at /authorize that were not pushed to /oauth/par before
    #[arg(long)]
    require_pushed_authorization_requests: Option<bool>,
    /// Allow devices without a keyboard to sign in by a code (RFC 8628)
    #[arg(long)]
    device_flow: Option<bool>,
    /// How id_tokens are signed
    #[arg(long, value_enum)]
    alg: Option<Alg>,
    /// Seconds that id_tokens live
    #[arg(long)]
    id_token_lifetime: Option<u32>,
    /// Refresh tokens rotate
    #[arg(long)]
    rotate_refresh_tokens: Option<bool>,
    /// Seconds that a rotated refresh token still works
    #[arg(long)]
    refresh_leeway: Option<u32>,
    /// Believe auth0-forwarded-for from this client
    #[arg(long)]
    trust_forwarded_for: Option<bool>,
    /// Allow /oauth/ro, /tokeninfo and /delegation
    #[arg(long)]
    legacy: Option<bool>,
    /// An API it may get tokens for, as `<audience>=<scope scope>` (repeat for more)
    #[arg(long)]
    audience: Vec<String>,
    /// A PEM file with a public key: the client proves itself by signed assertions
    #[arg(long)]
    public_key: Vec<std::path::PathBuf>,
    /// Bundle id of its iOS app, for app links
    #[arg(long)]
    ios_bundle: Option<String>,
    /// The Apple team that signs its iOS app
    #[arg(long)]
    ios_team: Option<String>,
    /// Package of its Android app, for app links
    #[arg(long)]
    android_package: Option<String>,
    /// SHA-256 of a certificate of its Android app, as AB:CD:… (repeat for more; replaces the list)
    #[arg(long)]
    android_fingerprint: Vec<String>,
}

impl Clients {
    pub async fn run(self) -> Result<()> {
        let engine = opened::engine(&self.config).await?;
        let mut done = None;
        match self.act {
            Act::List => {
                let clients = engine.store.list_clients(&Page { after: None, limit: 100 }).await?;
                if self.json {
                    show::json(&clients.iter().map(|client| describe(client, None)).collect())?;
                } else {
                    let rows: Vec<[String; 3]> = clients
                        .iter()
                        .map(|c| [c.id.to_string(), format!("{:?}", c.kind).to_lowercase(), c.name.clone()])
                        .collect();
                    show::table(
                        ["CLIENT ID", "TYPE", "NAME"],
                        &rows,
                        "There are no clients yet. Make one: latchkey clients create --help",
                    );
                }
            }
            Act::Show { id } => show::json(&describe(&find(&engine, &id).await?, None))?,
            Act::Create { id, kind, changes } => {
                if engine.store.find_client(&ClientId::from(id.as_str())).await?.is_some() {
                    bail!("client {id} exists; change it with: latchkey clients update {id}");
                }
                let kind = match kind {
                    Kind::Native => ClientKind::Native,
                    Kind::Spa => ClientKind::Spa,
                    Kind::RegularWeb => ClientKind::RegularWeb,
                    Kind::Machine => ClientKind::NonInteractive,
                };
                let name = changes.name.clone().unwrap_or_else(|| id.clone());
                let (mut client, secret) = engine.draft_client(ClientId::from(id.as_str()), &name, kind)?;
                changes.apply(&mut client)?;
                engine.save_client(&client).await?;
                show::json(&describe(&client, secret.as_ref()))?;
                done = Some(("create client", id));
            }
            Act::Update { id, changes, new_secret } => {
                let mut client = find(&engine, &id).await?;
                changes.apply(&mut client)?;
                let secret = new_secret.then(|| Secret::new(engine.random.alphanumeric(64)));
                if let Some(secret) = &secret {
                    engine.set_client_secret(&mut client, secret)?;
                }
                client.updated_at = engine.now();
                engine.save_client(&client).await?;
                show::json(&describe(&client, secret.as_ref()))?;
                done = Some(("update client", id));
            }
            Act::Delete { id } => {
                if !engine.store.delete_client(&ClientId::from(id.as_str())).await? {
                    bail!("there is no client {id}");
                }
                show::json(&json!({ "deleted": id }))?;
                done = Some(("delete client", id));
            }
        }
        opened::close(&engine, done).await
    }
}

async fn find(engine: &Engine, id: &str) -> Result<Client> {
    engine.store.find_client(&ClientId::from(id)).await?.with_context(|| format!("there is no client {id}"))
}

impl Changes {
    fn apply(self, client: &mut Client) -> Result<()> {
        if let Some(name) = self.name {
            client.name = name;
        }
        if !self.callback.is_empty() {
            client.callbacks = self.callback;
        }
        if !self.origin.is_empty() {
            client.web_origins = self.origin;
        }
        if !self.logout_url.is_empty() {
            client.logout_urls = self.logout_url;
        }
        if let Some(url) = self.backchannel_logout_url {
            client.backchannel_logout.urls = Some(url).filter(|url| !url.is_empty()).into_iter().collect();
        }
        if !self.backchannel_logout_initiator.is_empty() {
            client.backchannel_logout.initiators = initiators(&self.backchannel_logout_initiator)?;
        }
        if let Some(implicit) = self.implicit {
            set_grants(client, &[IMPLICIT], implicit);
        }
        if let Some(allowed) = self.cross_origin {
            client.cross_origin_login = allowed;
        }
        if let Some(page) = self.cross_origin_page {
            client.cross_origin_loc = Some(page).filter(|page| !page.is_empty());
        }
        if let Some(first_party) = self.first_party {
            client.first_party = first_party;
        }
        if let Some(allowed) = self.device_flow {
            set_grants(client, &[DEVICE_CODE], allowed);
        }
        if let Some(required) = self.require_pushed_authorization_requests {
            client.require_pushed_authorization_requests = required;
        }
        if let Some(alg) = self.alg {
            client.jwt.alg = alg.into();
        }
        if let Some(lifetime) = self.id_token_lifetime {
            client.jwt.lifetime = lifetime;
        }
        if let Some(rotating) = self.rotate_refresh_tokens {
            client.refresh.rotating = rotating;
        }
        if let Some(leeway) = self.refresh_leeway {
            client.refresh.leeway = leeway;
        }
        if let Some(trust) = self.trust_forwarded_for {
            client.trust_forwarded_for = trust;
        }
        if let Some(legacy) = self.legacy {
            set_grants(client, &[LEGACY_RO, LEGACY_RO_JWT_BEARER, LEGACY_DELEGATION], legacy);
            client.oidc_conformant = !legacy;
        }
        for text in self.audience {
            let (audience, scopes) = text.split_once('=').context("--audience: <audience>=<scope scope>")?;
            let scopes = Scopes::parse(scopes).context("--audience")?;
            client.audiences.retain(|known| known.audience != audience);
            client.audiences.push(AudienceGrant {
                audience: audience.to_owned(),
                scopes,
                token_lifetime: 86_400,
                dialect: TokenDialect::default(),
                further: Default::default(),
            });
        }
        for file in self.public_key {
            let pem =
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            client.assertion_keys.push(pem);
            client.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        }
        client.ios_bundle = self.ios_bundle.or(client.ios_bundle.take());
        client.ios_team = self.ios_team.or(client.ios_team.take());
        client.android_package = self.android_package.or(client.android_package.take());
        if !self.android_fingerprint.is_empty() {
            client.android_fingerprints = self.android_fingerprint;
        }
        Ok(())
    }
}

/// `None` for all.
fn initiators(words: &[String]) -> Result<Option<Vec<LogoutInitiator>>> {
    if words == ["all"] {
        return Ok(None);
    }
    let known = || LogoutInitiator::ALL.map(LogoutInitiator::as_str).join(", ");
    let read = |word: &String| {
        LogoutInitiator::parse(word).with_context(|| {
            format!("--backchannel-logout-initiator: {word}: one of {}, or all alone", known())
        })
    };
    words.iter().map(read).collect::<Result<_>>().map(Some)
}

fn set_grants(client: &mut Client, grants: &[&str], on: bool) {
    client.grant_types.retain(|grant| !grants.contains(&grant.as_str()));
    if on {
        client.grant_types.extend(grants.iter().map(|grant| (*grant).to_owned()));
    }
}

/// Everything but the sealed secret; a new one in clear.
fn describe(client: &Client, secret: Option<&Secret>) -> Value {
    let mut value = json!(client);
    if let Some(object) = value.as_object_mut() {
        object.remove("secret");
        object.insert(String::from("has_secret"), json!(client.secret.is_some()));
        if let Some(secret) = secret {
            object.insert(String::from("client_secret"), json!(secret.expose()));
        }
    }
    value
}
