//! `latchkey users`.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use latchkey_core::Engine;
use latchkey_core::model::{
    Channel, Consent, ConsentId, EmailAddress, Ending, LogoutInitiator, PhoneNumber, Strategy, User, UserId,
};
use latchkey_core::store::{ConsentFilter, Page};
use serde_json::{Value, json};

use super::{ConfigArg, opened, show};

#[derive(Args)]
pub struct Users {
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
    /// Users in the order they came
    List {
        /// Those after this user id
        #[arg(long)]
        after: Option<String>,
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
    },
    /// One user
    Show { user_id: String },
    /// Makes a user, unproved until their first code
    Create {
        #[arg(long)]
        connection: String,
        #[command(flatten)]
        address: NewAddress,
    },
    /// Sets attributes, as `name=value`
    Update { user_id: String, attributes: Vec<String> },
    /// No message is sent to them and no code accepted; their sessions end
    Block { user_id: String },
    /// Forgets failed codes and refused mails, too
    Unblock {
        /// A user's id, or an email address
        user_id: String,
    },
    /// Deletes a user; their tokens stop working
    Delete { user_id: String },
    /// Ends every session of a user, and tells the clients that want to know
    SignOut { user_id: String },
    /// What a user allowed applications that are not your own
    Consents {
        user_id: String,
        /// Those after this consent id
        #[arg(long)]
        after: Option<String>,
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
    },
    /// Takes a consent back: the application asks again, and its refresh tokens stop working
    RevokeConsent { consent_id: String },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct NewAddress {
    #[arg(long)]
    phone_number: Option<String>,
    #[arg(long)]
    email: Option<String>,
}

impl Users {
    pub async fn run(self) -> Result<()> {
        let engine = opened::engine(&self.config).await?;
        let mut done = None;
        match self.act {
            Act::List { after, limit } => {
                let users = engine.store.list_users(&Page { after, limit }).await?;
                if self.json {
                    show::json(&json!(users))?;
                } else {
                    let rows: Vec<[String; 4]> = users.iter().map(row).collect();
                    show::table(
                        ["USER ID", "ADDRESS", "LOGINS", "STATE"],
                        &rows,
                        "There are no users yet: the first right code makes one.",
                    );
                }
            }
            Act::Show { user_id } => show::json(&json!(find(&engine, &user_id).await?))?,
            Act::Create { connection, address } => {
                let user = create(&engine, &connection, &address).await?;
                show::json(&json!(user))?;
                done = Some(("create user", user.id.to_string()));
            }
            Act::Update { user_id, attributes } => {
                let mut user = find(&engine, &user_id).await?;
                for text in attributes {
                    let (name, value) =
                        text.split_once('=').with_context(|| format!("{text}: expected name=value"))?;
                    let value = serde_json::from_str::<Value>(value).unwrap_or_else(|_| json!(value));
                    user.attributes.insert(name.to_owned(), value);
                }
                save(&engine, user).await?;
                done = Some(("update user", user_id));
            }
            Act::Block { user_id } => {
                block(&engine, &user_id, true).await?;
                done = Some(("block user", user_id));
            }
            // Ids of users that came from elsewhere may hold an address, after a bar.
            Act::Unblock { user_id: address } if address.contains('@') && !address.contains('|') => {
                let address = EmailAddress::parse(&address)?.address();
                let forgiven = engine.store.unblock_ledger(engine.address_ledger(&address)).await?;
                show::json(&json!({ "address": address.as_str(), "forgiven": forgiven }))?;
                done = Some(("unblock address", address.masked()));
            }
            Act::Unblock { user_id } => {
                block(&engine, &user_id, false).await?;
                done = Some(("unblock user", user_id));
            }
            Act::Delete { user_id } => {
                if !engine.store.delete_user(&UserId::from(user_id.as_str()), engine.now()).await? {
                    bail!("there is no user {user_id}");
                }
                show::json(&json!({ "deleted": user_id }))?;
                done = Some(("delete user", user_id));
            }
            Act::SignOut { user_id } => {
                let user = find(&engine, &user_id).await?;
                let ending = Ending { initiator: LogoutInitiator::SessionRevoked, at: engine.now() };
                let ended = engine.store.delete_sessions(&user.id, ending).await?;
                show::json(&json!({ "sessions": ended.sessions, "told": ended.notices }))?;
                done = Some(("sign user out", user_id));
            }
            Act::Consents { user_id, after, limit } => {
                let user = Some(find(&engine, &user_id).await?.id);
                let filter = ConsentFilter { user, ..ConsentFilter::default() };
                let consents = engine.store.list_consents(&filter, &Page { after, limit }).await?;
                if self.json {
                    show::json(&json!(consents))?;
                } else {
                    let rows: Vec<[String; 4]> = consents.iter().map(consent_row).collect();
                    show::table(
                        ["CONSENT ID", "CLIENT ID", "AUDIENCE", "SCOPE"],
                        &rows,
                        "This user allowed nothing. Your own applications do not ask.",
                    );
                }
            }
            Act::RevokeConsent { consent_id } => {
                revoke_consent(&engine, &consent_id).await?;
                done = Some(("revoke consent", consent_id));
            }
        }
        opened::close(&engine, done).await
    }
}

fn row(user: &User) -> [String; 4] {
    let address = user.primary().map_or_else(String::new, |identity| identity.address.as_str().to_owned());
    let state = if user.blocked { "blocked" } else { "" };
    [user.id.to_string(), address, user.logins_count.to_string(), state.to_owned()]
}

fn consent_row(consent: &Consent) -> [String; 4] {
    let audience = consent.audience.clone().unwrap_or_default();
    [consent.id.to_string(), consent.client.to_string(), audience, consent.scope.to_string()]
}

async fn revoke_consent(engine: &Engine, id: &str) -> Result<()> {
    match engine.revoke_consent(&ConsentId::from(id)).await? {
        Some(consent) => show::json(&json!({ "revoked": consent })),
        None => bail!("there is no consent {id}"),
    }
}

async fn find(engine: &Engine, id: &str) -> Result<User> {
    engine.store.find_user(&UserId::from(id)).await?.with_context(|| format!("there is no user {id}"))
}

async fn create(engine: &Engine, name: &str, address: &NewAddress) -> Result<User> {
    let connection = engine.store.find_connection(name).await?;
    let connection = connection.with_context(|| format!("there is no connection {name}"))?;
    let (channel, address) = match address {
        NewAddress { email: Some(email), .. } => (Channel::Email, EmailAddress::parse(email)?.address()),
        NewAddress { phone_number, .. } => {
            (Channel::Sms, PhoneNumber::parse(phone_number.as_deref().unwrap_or_default())?.address())
        }
    };
    let is_database = connection.strategy == Strategy::Database;
    if !is_database && connection.strategy.channel() != channel {
        bail!("connection {name} is for the addresses of its strategy, {}", connection.strategy.as_str());
    }
    let mut user = User::first_seen(name, channel, address, &engine.new_id(), engine.now());
    if is_database {
        user = user.of_database();
    }
    for identity in &mut user.identities {
        identity.verified_at = None;
    }
    engine.store.insert_user(&user).await?;
    Ok(user)
}

/// Blocking is also forgetting what was tried on the address when it ends.
async fn block(engine: &Engine, id: &str, blocked: bool) -> Result<()> {
    let mut user = find(engine, id).await?;
    user.blocked = blocked;
    if !blocked {
        for identity in &user.identities {
            engine.store.unblock_ledger(engine.address_ledger(&identity.address)).await?;
        }
    }
    save(engine, user).await
}

async fn save(engine: &Engine, mut user: User) -> Result<()> {
    user.updated_at = engine.now();
    if !engine.store.update_user(&user).await? {
        bail!("there is no user {}", user.id);
    }
    show::json(&json!(user))
}
