//! One message for an operator who tries a sender out: by each sender in turn until one takes it, with what
//! the providers said.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{ManageError, Operator};
use crate::channel::by_mail_provider;
use crate::engine::Engine;
use crate::flow::deliver::{Message, Route, record};
use crate::model::{ConnectionId, DocumentKind, EmailAddress, Strategy};
use crate::sender::{EmailMessage, SendError, Sender, Told};
use latchkey_wire::Secret;

/// Seconds that one sender gets.
const PATIENCE: u64 = 12;

/// What one sender made of it.
#[derive(Clone, Serialize)]
pub struct Attempt {
    pub sender: &'static str,
    /// `sent`, or a word of [`SendError::outcome`].
    pub outcome: &'static str,
    /// Why it was not sent, for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    pub provider: Told,
}

/// What became of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Sent,
    /// The provider's answer is missing or broken.
    Unclear,
    NotSent,
}

impl Engine {
    pub(super) async fn try_route(&self, route: &Route, message: &Message) -> Vec<Attempt> {
        match (route, message) {
            (Route::Sms(senders), Message::Sms(message)) => self.try_senders(senders, message).await,
            (Route::Email(senders), Message::Email(message)) => self.try_senders(senders, message).await,
            _ => Vec::new(),
        }
    }

    async fn try_senders<M: Sync>(&self, senders: &[Arc<dyn Sender<M>>], message: &M) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        for sender in senders {
            let mut told = Told::default();
            let sent = tokio::select! {
                sent = sender.try_out(message, &mut told) => Some(sent),
                () = self.runtime.sleep(Duration::from_secs(PATIENCE)) => None,
            };
            let (outcome, error) = match &sent {
                Some(Ok(())) => ("sent", None),
                Some(Err(error)) => (error.outcome(), Some(said(error))),
                None => ("unclear", Some(String::from("It did not answer in time."))),
            };
            record(sender.kind(), outcome);
            attempts.push(Attempt { sender: sender.kind(), outcome, error, provider: told });
            let goes_on = matches!(
                sent,
                Some(Err(SendError::NotSent(_) | SendError::Misconfigured(_) | SendError::Later(_)))
            );
            if !goes_on {
                break;
            }
        }
        attempts
    }

    /// A bucket of its own: trials cost money, and somebody their patience.
    pub(super) fn take_trial(&self, operator: &Operator) -> Result<(), ManageError> {
        let bucket = self.settings.limits.trials_per_client;
        let taken = self.buckets.take("trials", operator.client.as_str(), bucket, self.clock.now_micros());
        taken.map(drop).map_err(ManageError::TooManyRequests)
    }

    /// Sends a mail by the tenant's provider that says no more than where it comes from.
    pub async fn try_email_provider(&self, operator: &Operator, to: &str) -> Result<Value, ManageError> {
        let kind = DocumentKind::EmailProvider;
        let provider = self.read_email_provider().await?;
        let to = EmailAddress::parse(to)
            .map_err(|_| ManageError::invalid("to", "Must be an address that mail can be sent to"))?;
        let options = by_mail_provider(&Map::new(), &self.whole(&provider)?).ok_or_else(|| {
            ManageError::NotSupported(String::from(
                "Mails are not sent by this provider, or it is switched off",
            ))
        })?;
        let mut connection = self.draft_connection("email-provider", Strategy::Email);
        connection.id = ConnectionId::new("email-provider-trial");
        let senders = self.senders.email(&connection, &options).map_err(|bad| match bad.option.as_str() {
            "from" => ManageError::invalid("default_from_address", format!("The sender {}", bad.reason)),
            _ => ManageError::NotSupported(bad.to_string()),
        })?;
        self.take_trial(operator)?;
        let tenant = self.tenant().await?.friendly_name;
        let message = Message::Email(EmailMessage {
            id: self.new_id(),
            to: to.as_str().to_owned(),
            from: None,
            subject: Secret::new(format!("Test mail of {tenant}")),
            text: Secret::new(format!("This is a test mail of {tenant}. Mails can be sent.\n")),
            html: None,
            code: Secret::default(),
            link: None,
        });
        let mut event = self.change(operator, "try", kind.into(), &provider.id, (None, None));
        event.address = Some(to.address().masked());
        self.store.insert_events(vec![event]).await?;
        let attempts = self.try_route(&Route::Email(senders), &message).await;
        Ok(json!({"outcome": outcome(&attempts), "attempts": attempts}))
    }
}

pub(super) fn outcome(attempts: &[Attempt]) -> Outcome {
    match attempts.last().map(|last| last.outcome) {
        Some("sent") => Outcome::Sent,
        Some("unclear") => Outcome::Unclear,
        _ => Outcome::NotSent,
    }
}

/// The operator may be told all of it.
fn said(error: &SendError) -> String {
    let provider = error.provider();
    match provider.reason {
        Some(reason) if provider.text.is_empty() => reason.to_owned(),
        _ => provider.text.clone(),
    }
}
