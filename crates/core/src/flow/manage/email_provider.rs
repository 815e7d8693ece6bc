//! The tenant's provider of mails (section 2.13): what email connections send by that name none. Every name
//! of Auth0's is kept; we send through `smtp`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::documents::{Draft, merge, typed};
use super::{ManageError, Operator};
use crate::channel::by_mail_provider;
use crate::engine::Engine;
use crate::model::{ConnectionId, Document, DocumentKind, Strategy};

const KIND: DocumentKind = DocumentKind::EmailProvider;
const SECRET: [&str; 6] = [
    "/credentials/smtp_pass",
    "/credentials/api_key",
    "/credentials/accessKeyId",
    "/credentials/secretAccessKey",
    "/credentials/connectionString",
    "/credentials/clientSecret",
];
/// What is read back of credentials.
const SHOWN: [&str; 6] = ["smtp_host", "smtp_port", "smtp_user", "region", "domain", "api_user"];
/// Where a mail server's password goes.
const PLACE: [&str; 3] = ["smtp_host", "smtp_port", "smtp_user"];
/// Providers by name, and what their credentials must have.
const PROVIDERS: [(&str, &[&str]); 10] = [
    ("smtp", &["smtp_host", "smtp_port"]),
    ("mailgun", &["api_key", "domain"]),
    ("mandrill", &["api_key"]),
    ("sendgrid", &["api_key"]),
    ("resend", &["api_key"]),
    ("sparkpost", &["api_key"]),
    ("ses", &["accessKeyId", "secretAccessKey", "region"]),
    ("azure_cs", &["connectionString"]),
    ("ms365", &["tenantId", "clientId", "clientSecret"]),
    ("custom", &[]),
];

/// What must be of its type.
#[derive(Deserialize)]
struct Written {
    name: String,
    #[serde(default, rename = "enabled")]
    _enabled: Option<bool>,
    #[serde(default)]
    default_from_address: Option<String>,
    #[serde(default)]
    credentials: Map<String, Value>,
    #[serde(default, rename = "settings")]
    _settings: Option<Map<String, Value>>,
}

impl Engine {
    pub async fn read_email_provider(&self) -> Result<Document, ManageError> {
        self.find_one(KIND, KIND.word()).await
    }

    pub async fn create_email_provider(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        let defaults = json!({"enabled": true, "default_from_address": "", "credentials": {}});
        let mut body = defaults.as_object().cloned().unwrap_or_default();
        if given.get("name").is_none_or(Value::is_null) {
            return Err(ManageError::MissingProperty("name"));
        }
        merge(&mut body, given);
        self.check_email_provider(&body)?;
        let name = String::from(KIND.word());
        self.insert_one(operator, Draft { kind: KIND, id: name.clone(), name, body, secret: &SECRET }).await
    }

    /// Another name is another provider, which knows no secret and no setting of the one before.
    pub async fn update_email_provider(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        self.replace_one(operator, (KIND, KIND.word()), &SECRET, |document| {
            let same = given.get("name").is_none_or(|name| document.body.get("name") == Some(name));
            if !same {
                document.secrets.clear();
                document.body.remove("settings");
                document.body.insert(String::from("credentials"), json!({}));
            }
            let kept = self.whole(document)?;
            merge(&mut document.body, given.clone());
            self.check_email_provider(&with_kept(&document.body, &kept))?;
            check_password(&document.body, &kept)
        })
        .await
    }

    /// True when there was one.
    pub async fn remove_email_provider(&self, operator: &Operator) -> Result<bool, ManageError> {
        self.delete_one(operator, KIND, KIND.word()).await
    }

    fn check_email_provider(&self, body: &Map<String, Value>) -> Result<(), ManageError> {
        let written: Written = typed(body)?;
        let Some((_, needed)) = PROVIDERS.iter().find(|(name, _)| *name == written.name) else {
            let known: Vec<&str> = PROVIDERS.iter().map(|(name, _)| *name).collect();
            return Err(ManageError::invalid("name", format!("Must be one of {}", known.join(", "))));
        };
        // What nobody knows could be secret, and would be kept in clear.
        if let Some(name) = written.credentials.keys().find(|name| !is_known(name)) {
            return Err(ManageError::invalid(format!("credentials.{name:.40}"), "Is not known"));
        }
        for name in *needed {
            let is_there = match written.credentials.get(*name) {
                Some(Value::String(text)) => !text.is_empty(),
                Some(Value::Number(_)) => *name == "smtp_port",
                _ => false,
            };
            if !is_there {
                return Err(ManageError::invalid(format!("credentials.{name}"), "Is required, as a text"));
            }
        }
        match written.name.as_str() {
            "smtp" => self.check_mail_server(body, written.default_from_address.as_deref()),
            _ => Ok(()),
        }
    }

    /// What could not send is refused now, not with the first mail.
    fn check_mail_server(&self, body: &Map<String, Value>, from: Option<&str>) -> Result<(), ManageError> {
        let mut enabled = body.clone();
        enabled.insert(String::from("enabled"), json!(true));
        if from.is_none_or(str::is_empty) {
            // The connections say it.
            enabled.insert(String::from("default_from_address"), json!("nobody@example.com"));
        }
        let Some(options) = by_mail_provider(&Map::new(), &enabled) else { return Ok(()) };
        let mut connection = self.draft_connection("email-provider", Strategy::Email);
        connection.id = ConnectionId::new(connection.name.as_str());
        self.senders.email(&connection, &options).map(drop).map_err(|bad| match bad.option.as_str() {
            "from" => ManageError::invalid("default_from_address", bad.reason),
            option => ManageError::invalid(format!("credentials.{option}"), bad.reason),
        })
    }
}

fn is_known(name: &str) -> bool {
    let is_secret = SECRET.iter().any(|path| path.strip_prefix("/credentials/") == Some(name));
    is_secret || SHOWN.contains(&name) || PROVIDERS.iter().any(|(_, needed)| needed.contains(&name))
}

fn credential<'a>(provider: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    provider.get("credentials")?.get(name)
}

/// A password that is kept goes to no other server than the one it was given for.
fn check_password(body: &Map<String, Value>, kept: &Map<String, Value>) -> Result<(), ManageError> {
    let moves = PLACE.iter().any(|name| credential(body, name) != credential(kept, name));
    let stays = credential(kept, "smtp_pass").is_some() && credential(body, "smtp_pass").is_none();
    match moves && stays {
        true => Err(ManageError::invalid(
            "credentials.smtp_pass",
            "Must be given again, since it would go to another server",
        )),
        false => Ok(()),
    }
}

/// As `body` will be: secrets that are absent keep their value.
fn with_kept(body: &Map<String, Value>, kept: &Map<String, Value>) -> Map<String, Value> {
    let mut whole = body.clone();
    let Some(credentials) = whole.get_mut("credentials").and_then(Value::as_object_mut) else { return whole };
    for path in SECRET {
        let name = path.rsplit('/').next().unwrap_or_default();
        if let Some(secret) = kept.get("credentials").and_then(|kept| kept.get(name)) {
            credentials.entry(name).or_insert(secret.clone());
        }
    }
    whole
}

/// As tools read it: secrets are left out, and what may be one.
pub fn shown(document: &Document) -> Map<String, Value> {
    let mut body = document.body.clone();
    if let Some(credentials) = body.get_mut("credentials").and_then(Value::as_object_mut) {
        credentials.retain(|name, _| SHOWN.contains(&name.as_str()));
    }
    body
}
