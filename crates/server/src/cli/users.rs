//! `latchkey users`.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::acts::Further;
use super::api::{Api, items, segment, text};
use super::remote::Target;
use super::user_acts::OfUsers;
use super::{pairs, show};

#[derive(Args)]
#[command(after_help = "Example:
  latchkey users list --q 'email:*@acme.example AND blocked:true'
  latchkey users create --connection sms --phone-number +14155550100
  latchkey users update 'sms|…' name=Ana user_metadata.plan=pro
  latchkey users sessions 'sms|…'")]
pub struct Users {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    target: Target,
}

#[derive(Subcommand)]
enum Act {
    /// Users in the order they came
    List {
        /// Who they must be, in the words of the dashboard's search
        #[arg(long, value_name = "QUERY")]
        q: Option<String>,
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
        /// Further properties; the value may be JSON, dots reach inside
        #[arg(value_name = "NAME=VALUE")]
        attributes: Vec<String>,
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
    #[command(flatten)]
    Further(Further<OfUsers>),
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
        let Self { act, target } = self;
        target.with(async |api| act.run(api, target.json).await).await
    }
}

impl Act {
    async fn run(self, api: &Api, as_json: bool) -> Result<()> {
        match self {
            Self::List { q, after, limit } => {
                let users = list(api, q, after.as_deref(), limit).await?;
                let columns = [
                    ("USER ID", "/user_id"),
                    ("PHONE NUMBER", "/phone_number"),
                    ("EMAIL", "/email"),
                    ("NAME", "/name"),
                    ("LOGINS", "/logins_count"),
                    ("BLOCKED", "/blocked"),
                ];
                let none = "There are no such users. The first right code makes one; so does: latchkey users create --help";
                show::records(&users, &columns, none, as_json)
            }
            Self::Show { user_id } => show::json(&find(api, &user_id).await?),
            Self::Create { connection, address, attributes } => {
                let mut body = changes(&Value::Null, &attributes)?;
                let (name, address) = match address {
                    NewAddress { email: Some(email), .. } => ("email", email),
                    NewAddress { phone_number, .. } => ("phone_number", phone_number.unwrap_or_default()),
                };
                pairs::set(&mut body, "connection", json!(connection))?;
                pairs::set(&mut body, name, json!(address))?;
                show::json(&api.post("/users", &body).await?)
            }
            Self::Update { user_id, attributes } => {
                let user = find(api, &user_id).await?;
                show::json(&api.patch(&path(&user_id), &changes(&user, &attributes)?).await?)
            }
            Self::Block { user_id } => block(api, &user_id, true).await,
            // Ids of users that came from elsewhere may hold an address, after a bar.
            Self::Unblock { user_id: address } if address.contains('@') && !address.contains('|') => {
                let path = format!("/user-blocks?identifier={}", segment(&address));
                let held = api.get(&path).await?;
                api.delete(&path).await?;
                let forgiven = !items(&held, "blocked_for").is_empty();
                show::json(&json!({ "address": address, "forgiven": forgiven }))
            }
            Self::Unblock { user_id } => {
                find(api, &user_id).await?;
                api.delete(&format!("/user-blocks/{}", segment(&user_id))).await?;
                block(api, &user_id, false).await
            }
            Self::Delete { user_id } => {
                find(api, &user_id).await?;
                api.delete(&path(&user_id)).await?;
                show::json(&json!({ "deleted": user_id }))
            }
            Self::SignOut { user_id } => {
                let ended = api.delete(&format!("{}/sessions?include_totals=true", path(&user_id))).await?;
                show::json(&ended)
            }
            Self::Consents { user_id, after, limit } => {
                consents(api, &user_id, (after, limit), as_json).await
            }
            Self::RevokeConsent { consent_id } => revoke_consent(api, &consent_id).await,
            Self::Further(act) => act.run(api, as_json).await,
        }
    }
}

/// Entries of one part.
const PART: usize = 100;

async fn list(api: &Api, q: Option<String>, after: Option<&str>, limit: u32) -> Result<Vec<Value>> {
    let limit = usize::try_from(limit).unwrap_or(PART);
    let mut query: Vec<String> = q.into_iter().map(|q| format!("({q})")).collect();
    if let Some(id) = after {
        let last = find(api, id).await?;
        query.push(format!("created_at:[{} TO *]", text(&last, "/created_at")));
    }
    let query = match query.is_empty() {
        true => String::new(),
        false => format!("&q={}", segment(&query.join(" AND "))),
    };
    let mut found = Vec::new();
    let mut awaited = after;
    let mut from = String::new();
    while found.len() < limit {
        let part = api.get(&format!("/users?take={PART}{query}{from}")).await?;
        for user in items(&part, "users") {
            match awaited {
                None => found.push(user.clone()),
                Some(id) if text(user, "/user_id") == id => awaited = None,
                Some(_) => {}
            }
        }
        let Some(next) = part.get("next").and_then(Value::as_str) else { break };
        from = format!("&from={}", segment(next));
    }
    found.truncate(limit);
    Ok(found)
}

async fn find(api: &Api, id: &str) -> Result<Value> {
    api.find(&path(id)).await?.with_context(|| format!("there is no user {id}"))
}

fn path(id: &str) -> String {
    format!("/users/{}", segment(id))
}

/// What was typed, over what is there: metadata is merged by the API, key by key.
fn changes(user: &Value, attributes: &[String]) -> Result<Value> {
    let mut body = json!({});
    for text in attributes {
        let (name, value) = pairs::split(text, "name=value")?;
        let is_deep = name.matches('.').count() > 1;
        let (first, second) = name.split_once('.').unwrap_or((name, ""));
        let second = second.split('.').next().unwrap_or_default();
        // The API takes a key of metadata as a whole.
        if is_deep && body.pointer(&format!("/{first}/{second}")).is_none() {
            let kept = user.get(first).and_then(|part| part.get(second)).cloned();
            pairs::set(&mut body, &format!("{first}.{second}"), kept.unwrap_or(Value::Object(Map::new())))?;
        }
        pairs::set(&mut body, name, pairs::value_of(value))?;
    }
    Ok(body)
}

async fn block(api: &Api, id: &str, blocked: bool) -> Result<()> {
    find(api, id).await?;
    show::json(&api.patch(&path(id), &json!({ "blocked": blocked })).await?)
}

async fn consents(
    api: &Api,
    user_id: &str,
    (after, limit): (Option<String>, u32),
    as_json: bool,
) -> Result<()> {
    find(api, user_id).await?;
    let mut all = api.all(&format!("/grants?user_id={}", segment(user_id)), "grants").await?;
    if let Some(after) = after {
        let at = all.iter().position(|consent| text(consent, "/id") == after);
        all.drain(..at.map_or(0, |at| at + 1));
    }
    all.truncate(usize::try_from(limit).unwrap_or(PART));
    let columns =
        [("CONSENT ID", "/id"), ("CLIENT ID", "/clientID"), ("AUDIENCE", "/audience"), ("SCOPE", "/scope")];
    show::records(&all, &columns, "This user allowed nothing. Your own applications do not ask.", as_json)
}

async fn revoke_consent(api: &Api, id: &str) -> Result<()> {
    let all = api.all("/grants", "grants").await?;
    let Some(consent) = all.into_iter().find(|consent| text(consent, "/id") == id) else {
        bail!("there is no consent {id}");
    };
    api.delete(&format!("/grants/{}", segment(id))).await?;
    show::json(&json!({ "revoked": consent }))
}
