//! The tenant's provider of text messages (section 2.16): one at most. What a connection sends by that names
//! none, or gives way; [`crate::channel`] says when.

use latchkey_wire::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::documents::{Draft, merge, typed};
use super::trial::{Outcome, outcome};
use super::{ManageError, Operator};
use crate::channel::by_phone_provider;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::deliver::{Message, Route};
use crate::model::{
    BadPhoneNumber, ConnectionId, Document, DocumentKind, LedgerKey, PhoneNumber, SendDenied, Strategy,
};
use crate::sender::SmsMessage;

const KIND: DocumentKind = DocumentKind::PhoneProvider;
const SECRET: [&str; 2] = ["/credentials/auth_token", "/credentials/gateway_secret"];
/// What the server says of it, whatever is written.
const OURS: [&str; 4] = ["id", "tenant", "created_at", "updated_at"];
/// As Auth0 words it.
const BAD_OPERATION: &str = "Bad Operation on Notification Resource";

/// What must be of its type.
#[derive(Deserialize)]
struct Written {
    name: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default, rename = "disabled")]
    _disabled: Option<bool>,
    configuration: Configuration,
    #[serde(default)]
    credentials: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    sid: Option<String>,
    #[serde(default)]
    default_from: Option<String>,
    #[serde(default)]
    mssid: Option<String>,
    #[serde(default, rename = "gateway_authentication")]
    _gateway_authentication: Option<GatewayAuthentication>,
    delivery_methods: Vec<String>,
}

/// All but the secret, which is one of the credentials: here it would be kept and read in clear.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GatewayAuthentication {
    #[serde(default, rename = "method")]
    _method: Option<String>,
    #[serde(default, rename = "subject")]
    _subject: Option<String>,
    #[serde(default, rename = "audience")]
    _audience: Option<String>,
    #[serde(default, rename = "secret_base64_encoded")]
    _is_base64: Option<bool>,
}

/// A message to try a provider or a template with.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Trial {
    #[serde(default)]
    pub to: String,
    #[serde(default)]
    pub delivery_method: Option<String>,
}

impl Engine {
    pub async fn list_phone_providers(&self, disabled: Option<bool>) -> Result<Vec<Document>, Fault> {
        let all = self.list_all(KIND).await?;
        Ok(all
            .into_iter()
            .filter(|provider| disabled.is_none_or(|wanted| is_off(provider) == wanted))
            .collect())
    }

    pub async fn read_phone_provider(&self, id: &str) -> Result<Document, ManageError> {
        self.find_one(KIND, id).await
    }

    pub async fn create_phone_provider(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        for name in ["name", "configuration", "credentials"] {
            if given.get(name).is_none_or(Value::is_null) {
                return Err(ManageError::MissingProperty(name));
            }
        }
        let mut body = Map::from_iter([
            (String::from("channel"), json!("phone")),
            (String::from("disabled"), json!(false)),
        ]);
        merge(&mut body, without_ours(given));
        check(&body, false)?;
        self.check_gateway(&body)?;
        let (id, name) = (format!("pro_{}", self.random.alphanumeric(16)), String::from(KIND.word()));
        self.insert_one(operator, Draft { kind: KIND, id, name, body, secret: &SECRET }).await
    }

    pub async fn update_phone_provider(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        self.replace_one(operator, (KIND, id), &SECRET, |document| {
            if given.get("name").is_some_and(|name| document.body.get("name") != Some(name)) {
                document.secrets.clear();
            }
            let before = gateway(&document.body);
            merge(&mut document.body, without_ours(given.clone()));
            check(&document.body, !document.secrets.is_empty())?;
            // A secret that is kept goes to no other server than the one it was given for.
            let is_given = has_gateway_secret(&document.body);
            if gateway(&document.body) != before && !document.secrets.is_empty() && !is_given {
                let reason = "Must be given again, since it would go to another server";
                return Err(ManageError::invalid("credentials.gateway_secret", reason));
            }
            let mut whole = self.whole(document)?;
            // What is written now goes before what was kept.
            let written = document.body.get("credentials").and_then(Value::as_object);
            if let Some(all) = whole.get_mut("credentials").and_then(Value::as_object_mut) {
                all.extend(written.cloned().unwrap_or_default());
            }
            self.check_gateway(&whole)
        })
        .await
    }

    pub async fn remove_phone_provider(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        match self.delete_one(operator, KIND, id).await? {
            true => Ok(()),
            false => Err(ManageError::NotFound(KIND.into())),
        }
    }

    /// A gateway that no sender can be made of is refused by the save, not by the first code.
    fn check_gateway(&self, whole: &Map<String, Value>) -> Result<(), ManageError> {
        let is_custom = whole.get("name").and_then(Value::as_str) == Some("custom");
        let mut switched_on = whole.clone();
        switched_on.remove("disabled");
        match by_phone_provider(&Map::new(), &switched_on) {
            Some(options) if is_custom => {
                let connection = self.draft_connection("phone-provider", Strategy::Sms);
                let made = self.senders.sms(&connection, &options);
                made.map(drop).map_err(|bad| ManageError::invalid(written_as(&bad.option), bad.reason))
            }
            _ => Ok(()),
        }
    }

    /// Sends a message that says no more than where it comes from. Answers with the outcome and the attempts, as
    /// [`Engine::try_email_provider`] does.
    ///
    /// # Errors
    ///
    /// [`ManageError::NotSupported`] with the provider's reason where the message was certainly not sent.
    pub async fn try_phone_provider(
        &self,
        operator: &Operator,
        id: &str,
        trial: &Trial,
    ) -> Result<Value, ManageError> {
        let provider = self.find_one(KIND, id).await?;
        let text = format!("This is a test message of {}.", self.tenant().await?.friendly_name);
        self.send_trial(operator, &provider, trial, text).await
    }

    /// By the provider, with no other to follow.
    pub(super) async fn send_trial(
        &self,
        operator: &Operator,
        provider: &Document,
        trial: &Trial,
        text: String,
    ) -> Result<Value, ManageError> {
        if !matches!(trial.delivery_method.as_deref(), None | Some("text")) {
            return Err(ManageError::NotSupported(String::from("This server sends text messages only")));
        }
        let number =
            PhoneNumber::parse(&trial.to).map_err(|bad| ManageError::invalid("to", bad.to_string()))?;
        let countries = self.settings.sms_countries.as_deref();
        if countries.is_some_and(|all| !all.iter().any(|code| code.eq_ignore_ascii_case(number.region()))) {
            return Err(ManageError::invalid("to", BadPhoneNumber::CountryNotAllowed.to_string()));
        }
        self.take_trial(operator)?;
        let whole = self.whole(provider)?;
        let options = by_phone_provider(&Map::new(), &whole).ok_or_else(|| sends_nothing(&whole))?;
        let mut connection = self.draft_connection("phone-provider", Strategy::Sms);
        connection.id = ConnectionId::new(provider.id.as_str());
        let senders =
            self.senders.sms(&connection, &options).map_err(|bad| ManageError::NotSupported(bad.reason))?;
        let message = SmsMessage {
            to: number.e164().to_owned(),
            body: Secret::new(text),
            code: Secret::default(),
            link: None,
            ip: None,
            user_agent: None,
        };
        let charged = self.charge_trial(&number).await?;
        let mut event = self.change(operator, "try", KIND.into(), &provider.id, (None, None));
        event.address = Some(number.address().masked());
        self.store.insert_events(vec![event]).await?;
        let attempts = self.try_route(&Route::Sms(senders), &Message::Sms(message)).await;
        match outcome(&attempts) {
            Outcome::NotSent => {
                self.store.refund_send(charged).await?;
                let error = attempts.into_iter().next_back().and_then(|last| last.error);
                Err(ManageError::NotSupported(error.unwrap_or_else(|| String::from(BAD_OPERATION))))
            }
            outcome => Ok(json!({"outcome": outcome, "attempts": attempts})),
        }
    }

    /// A trial counts with all other messages, and with those of its number.
    async fn charge_trial(&self, number: &PhoneNumber) -> Result<Vec<LedgerKey>, ManageError> {
        let per_day = self.settings.limits.address_sends.per_day;
        let mut counts = self.number_ledgers(number);
        if per_day != u32::MAX {
            // Not the ledger of the address: what is taken back here would be taken from its codes.
            counts.push((self.vault.ledger_key(&["trials", number.e164()]), per_day));
        }
        let charged = counts.iter().map(|(key, _)| *key).collect();
        match self.store.charge_counts(counts, self.now()).await? {
            Ok(()) | Err(SendDenied::Coalesced) => Ok(charged),
            Err(SendDenied::Wait { until, .. }) => Err(ManageError::TooManyRequests(self.waiting(until))),
        }
    }
}

fn is_off(provider: &Document) -> bool {
    provider.body.get("disabled") == Some(&json!(true))
}

fn without_ours(mut given: Map<String, Value>) -> Map<String, Value> {
    given.retain(|name, _| !OURS.contains(&name.as_str()));
    given
}

/// Where a custom provider sends to.
fn gateway(provider: &Map<String, Value>) -> Option<String> {
    let is_custom = provider.get("name")?.as_str()? == "custom";
    let url = provider.get("configuration")?.get("gateway_url")?.as_str()?;
    is_custom.then(|| url.to_owned())
}

fn has_gateway_secret(provider: &Map<String, Value>) -> bool {
    provider.get("credentials").is_some_and(|credentials| credentials.get("gateway_secret").is_some())
}

/// Why a provider of a tenant's is not one to send by.
fn sends_nothing(provider: &Map<String, Value>) -> ManageError {
    let is_off = provider.get("disabled") == Some(&json!(true));
    let reason = match provider.get("name").and_then(Value::as_str) {
        _ if is_off => "The provider is switched off",
        Some("custom") => "A custom provider sends by a gateway of yours: set configuration.gateway_url",
        _ => BAD_OPERATION,
    };
    ManageError::NotSupported(reason.to_owned())
}

/// An option of the sender as the provider has it.
fn written_as(option: &str) -> String {
    match option {
        "from" => String::from("configuration.default_from"),
        "gateway_authentication.secret" => String::from("credentials.gateway_secret"),
        other => format!("configuration.{other}"),
    }
}

fn bad_operation() -> ManageError {
    ManageError::NotSupported(String::from(BAD_OPERATION))
}

/// `has_token`: one is kept.
fn check(body: &Map<String, Value>, has_token: bool) -> Result<(), ManageError> {
    let Written { name, channel, configuration, credentials, .. } = typed(body)?;
    if channel.is_some_and(|channel| channel != "phone") {
        return Err(ManageError::invalid("channel", "Must be phone"));
    }
    let methods = &configuration.delivery_methods;
    if methods.is_empty() || methods.iter().any(|method| !matches!(method.as_str(), "text" | "voice")) {
        return Err(ManageError::invalid("configuration.delivery_methods", "Must be text, voice or both"));
    }
    let mut names = credentials.iter().flat_map(Map::keys);
    // What nobody knows could be secret, and would be kept in clear.
    if let Some(name) = names.find(|name| !matches!(name.as_str(), "auth_token" | "gateway_secret")) {
        return Err(ManageError::invalid(format!("credentials.{name:.40}"), "Is not known"));
    }
    match name.as_str() {
        "custom" => Ok(()),
        "twilio" => {
            let sid = configuration.sid.unwrap_or_default();
            if sid.is_empty() || sid.len() > 64 || !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(ManageError::invalid("configuration.sid", "Must be letters and digits"));
            }
            let is_there = match credentials.as_ref().map(|written| written.get("auth_token")) {
                // Without an object to stand in, a token that is kept is lost.
                None => false,
                Some(None) => has_token,
                Some(Some(token)) => token.as_str().is_some_and(|token| !token.is_empty()),
            };
            if !is_there {
                return Err(ManageError::invalid("credentials.auth_token", "Is required, as a text"));
            }
            let is_set = |text: Option<String>| text.is_some_and(|text| !text.is_empty());
            match is_set(configuration.default_from) || is_set(configuration.mssid) {
                true => Ok(()),
                false => Err(bad_operation()),
            }
        }
        _ => Err(ManageError::invalid("name", "Must be twilio or custom")),
    }
}
