//! The port to what delivers messages, and to what renders them.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::branding::MailLook;
use crate::clock::Timestamp;
use crate::model::{Address, Channel, Connection};
use crate::notice::{NoticeText, WordedNotice};

/// A text message, ready to go. `Debug` masks the number.
#[derive(Clone, Serialize, Deserialize)]
pub struct SmsMessage {
    /// E.164.
    pub to: String,
    pub body: Secret,
    /// The code in the body, for senders that show it apart (the inbox).
    pub code: Secret,
    pub link: Option<Secret>,
    /// The end user's, for gateways that ask for it (`forward_req_info`).
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

impl std::fmt::Debug for SmsMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let to = Address::from_canonical(self.to.as_str()).masked();
        f.debug_struct("SmsMessage").field("to", &to).finish_non_exhaustive()
    }
}

/// An email, ready to go. `Debug` masks the address.
#[derive(Clone, Serialize, Deserialize)]
pub struct EmailMessage {
    /// Names the message in `Message-ID`: a second call with the same one is the same mail again.
    pub id: String,
    /// Canonical: the mail goes to exactly this.
    pub to: String,
    /// A mailbox with or without a name; the sender's own where there is none.
    pub from: Option<String>,
    /// May quote the code.
    pub subject: Secret,
    pub text: Secret,
    pub html: Option<Secret>,
    /// The code and the link in the body, for senders that show them apart (the inbox).
    pub code: Secret,
    pub link: Option<Secret>,
}

impl std::fmt::Debug for EmailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let to = Address::from_canonical(self.to.as_str()).masked();
        f.debug_struct("EmailMessage").field("id", &self.id).field("to", &to).finish_non_exhaustive()
    }
}

/// A logout token on its way to a client (OpenID Connect Back-Channel Logout section 2.5).
#[derive(Clone)]
pub struct LogoutToken(pub Secret);

/// Entries of the log on their way to an endpoint of the operator's: the headers, by their names in lower case,
/// and the body.
#[derive(Clone)]
pub struct LogRequest {
    pub headers: Vec<(String, Secret)>,
    pub body: String,
}

/// What a call to a sender came to (security.md section 4, the sender state machine).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Certainly not sent: another sender may try.
    #[error("not sent: {0}")]
    NotSent(ProviderError),
    /// Certainly not sent, and nothing is wrong that waiting does not cure: another sender may try
    /// now, or this one in half a minute. Mail servers that do not know a sender yet say this.
    #[error("not sent yet: {0}")]
    Later(ProviderError),
    /// Certainly not sent, and the sender's own set-up is at fault: another sender may try.
    #[error("the sender is misconfigured: {0}")]
    Misconfigured(ProviderError),
    /// Certainly not sent, whoever tries: the recipient is the reason.
    #[error("the recipient was refused: {0}")]
    BadAddress(ProviderError),
    /// As `BadAddress`, and it will be so for days: nobody has the mailbox.
    #[error("there is no such recipient: {0}")]
    NoSuchAddress(ProviderError),
    /// Perhaps sent: the request left, the answer is missing or broken.
    #[error("perhaps sent: {0}")]
    Unclear(ProviderError),
}

/// What a provider answered, without any secret.
///
/// Invariant: `text` may quote the full phone number, so it goes into the answer to the caller (who
/// sent that number) and nowhere else. `Display` and `Debug` leave it out, so that a log cannot hold it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("provider code {}", code.map_or_else(|| String::from("none"), |code| code.to_string()))]
pub struct ProviderError {
    /// For the caller: `<message> (Code: 21211)`, `Unexpected response while calling the SMS
    /// gateway: 500`. At most 200 characters, no control characters.
    pub text: String,
    /// The provider's code, where it has one.
    pub code: Option<i64>,
    /// The caller may be told: the fault lies in the number itself or in the set-up, so that it
    /// says nothing about who owns the number (S-007).
    pub tell: bool,
    /// For the operator's log: what went wrong, in words of this program.
    pub reason: Option<&'static str>,
}

impl std::fmt::Debug for ProviderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("ProviderError");
        shown.field("code", &self.code).field("tell", &self.tell).field("reason", &self.reason);
        shown.finish_non_exhaustive()
    }
}

impl ProviderError {
    /// For an event.
    pub fn detail(&self) -> Map<String, Value> {
        let code = self.code.map(|code| (String::from("provider_code"), code.into()));
        let reason = self.reason.map(|reason| (String::from("reason"), reason.into()));
        code.into_iter().chain(reason).collect()
    }
}

impl SendError {
    pub fn provider(&self) -> &ProviderError {
        match self {
            Self::NotSent(e)
            | Self::Later(e)
            | Self::Misconfigured(e)
            | Self::BadAddress(e)
            | Self::NoSuchAddress(e)
            | Self::Unclear(e) => e,
        }
    }

    /// A word for metrics and events.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::NotSent(_) => "not_sent",
            Self::Later(_) => "later",
            Self::Misconfigured(_) => "misconfigured",
            Self::BadAddress(_) => "bad_address",
            Self::NoSuchAddress(_) => "no_such_address",
            Self::Unclear(_) => "unclear",
        }
    }
}

/// Delivers messages of one kind ([`SmsMessage`], [`EmailMessage`], [`LogoutToken`], [`LogRequest`]). One call is one
/// attempt; retries and fail-over are the caller's.
#[async_trait]
pub trait Sender<M: Sync>: Send + Sync {
    /// A short word for metrics and events: `twilio`, `sms_gateway`, `smtp`, `inbox`.
    fn kind(&self) -> &'static str;

    /// A message can be lost when the process dies in the middle: keep it in the outbox until its
    /// fate is known.
    fn is_remote(&self) -> bool {
        true
    }

    async fn send(&self, message: &M) -> Result<(), SendError>;

    /// As `send`, for an operator who tries it out: with what the provider said.
    async fn try_out(&self, message: &M, _told: &mut Told) -> Result<(), SendError> {
        self.send(message).await
    }
}

/// What a provider said to one call, for the operator who made it: shown once, and kept nowhere.
///
/// Invariant: no credential is in it. The message may be, so who must not read the code takes it out.
#[derive(Clone, Default, Serialize)]
pub struct Told {
    /// Of its HTTP answer.
    pub status: Option<u16>,
    /// Its own name of the message.
    pub message_id: Option<String>,
    /// Its own code of the failure.
    pub code: Option<i64>,
    /// The answer or the dialogue in its words, each line at most 200 characters.
    pub lines: Vec<String>,
}

/// The senders of a connection in the order they are tried; never empty.
pub type SenderList<M> = Arc<[Arc<dyn Sender<M>>]>;

/// Options do not make a sender. `Display` names the option and what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("options.{option}: {reason}")]
pub struct BadOption {
    pub option: String,
    pub reason: String,
}

/// Makes senders, of messages from connections. `options` is the connection's, with its secrets put back in clear.
pub trait Senders: Send + Sync {
    fn sms(
        &self,
        connection: &Connection,
        options: &Map<String, Value>,
    ) -> Result<SenderList<SmsMessage>, BadOption>;

    fn email(
        &self,
        connection: &Connection,
        options: &Map<String, Value>,
    ) -> Result<SenderList<EmailMessage>, BadOption>;

    /// For the address that a client is told of ended sessions at.
    fn logout(&self, url: &str) -> Result<Arc<dyn Sender<LogoutToken>>, BadOption>;

    /// Whether a URL of the operator's may be called at all; else why not.
    fn check_url(&self, url: &str) -> Result<(), String>;

    /// For the address that a log stream goes to.
    fn log_stream(&self, url: &str) -> Result<Arc<dyn Sender<LogRequest>>, BadOption>;
}

/// Which engine renders a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Syntax {
    #[serde(rename = "md_with_macros")]
    MdWithMacros,
    #[serde(rename = "liquid")]
    Liquid,
}

/// What a template may print (protocol 6.3). Data, never read as template text again.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    pub code: Secret,
    pub link: Option<Secret>,
    pub phone_number: Option<String>,
    pub email: Option<String>,
    pub application_name: String,
    /// The raw header text, or empty.
    pub request_language: String,
    /// A language tag, negotiated.
    pub locale: String,
    /// `code` or `link`.
    pub send: &'static str,
    pub tenant: String,
    /// What people call the operator: the tenant's name unless set.
    pub friendly_name: String,
    pub support_email: Option<String>,
    pub support_url: Option<String>,
    pub connection_name: String,
    /// Null at sign-in (P-196); `change_email` elsewhere.
    pub operation: Option<String>,
    /// Minutes that the code lives, rounded down.
    pub minutes: u32,
    /// What asked for the message, such as `Firefox on Linux`.
    pub device: Option<String>,
    /// Of mails that we word.
    pub look: MailLook,
}

/// A template cannot be rendered. `Display` says where and why, without any variable's value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(pub String);

/// What an operator writes mails with. What is absent is worded by us, in the reader's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTemplate {
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub subject: Option<String>,
    /// HTML.
    #[serde(default)]
    pub body: Option<String>,
    /// Liquid unless named.
    #[serde(default)]
    pub syntax: Option<Syntax>,
}

/// A worded mail.
#[derive(Clone)]
pub struct Mail {
    pub from: Option<String>,
    /// One line.
    pub subject: Secret,
    pub text: Secret,
    pub html: Option<Secret>,
}

/// Renders messages.
pub trait Renderer: Send + Sync {
    /// Refuses what cannot render: syntax errors, too long, loops past their bound, no code in it.
    fn check(&self, syntax: Syntax, template: &str) -> Result<(), TemplateError>;
    fn render(&self, syntax: Syntax, template: &str, variables: &Variables) -> Result<Secret, TemplateError>;
    /// What a template asks for that stands for nothing, such as `application.nmae`; each name once.
    fn unknown(&self, syntax: Syntax, template: &str) -> Vec<String>;

    /// As [`Renderer::check`], for mails: the body must hold the code, or the link where one is sent;
    /// `from` must be a mailbox.
    fn check_mail(&self, template: &MailTemplate) -> Result<(), BadOption>;
    /// Variables are escaped in the HTML body, and line breaks taken out of `from` and `subject`.
    fn mail(&self, template: &MailTemplate, variables: &Variables) -> Result<Mail, TemplateError>;
    /// In the reader's language, as far as the program knows it.
    fn notice(&self, text: &NoticeText) -> WordedNotice;
}

/// A message kept for reading instead of being sent: development, tests, demonstrations. It shows
/// codes by design, so it is serialised in clear; `Debug` still hides them.
#[derive(Clone, Serialize)]
pub struct InboxMessage {
    /// 24 hex digits; later messages sort after earlier ones.
    pub id: String,
    pub channel: Channel,
    pub to: String,
    pub from: Option<String>,
    pub subject: Option<String>,
    pub text: Secret,
    pub html: Option<Secret>,
    pub code: Option<Secret>,
    pub link: Option<Secret>,
    #[serde(serialize_with = "iso8601")]
    pub created_at: Timestamp,
}

impl std::fmt::Debug for InboxMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let to = Address::from_canonical(self.to.as_str()).masked();
        let mut shown = f.debug_struct("InboxMessage");
        shown.field("id", &self.id).field("channel", &self.channel).field("to", &to).finish_non_exhaustive()
    }
}

fn iso8601<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_iso8601())
}

/// Which messages of the inbox are asked for.
#[derive(Clone, Debug, Default)]
pub struct InboxFilter {
    /// Exactly this address.
    pub to: Option<String>,
    /// Only what came after the message of this id.
    pub after: Option<String>,
    /// Seconds to wait for the first match; at most 30 are waited.
    pub wait: u64,
}

/// Reads the inbox.
#[async_trait]
pub trait InboxReader: Send + Sync {
    /// Newest first. Waits as the filter says when nothing matches yet.
    async fn list(&self, filter: &InboxFilter) -> Vec<InboxMessage>;
    /// Forgets every message.
    fn clear(&self);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-144
    #[test]
    fn formatted_errors_and_messages_hold_no_number_and_no_code() {
        let provider =
            ProviderError { text: "bad +14155550100".into(), code: Some(21211), tell: true, reason: None };
        let message = SmsMessage {
            to: "+14155550100".into(),
            body: Secret::new("code 482913"),
            code: Secret::new("482913"),
            link: None,
            ip: None,
            user_agent: None,
        };
        let shown = format!("{provider:?} {} {message:?}", SendError::BadAddress(provider.clone()));
        assert!(shown.contains("21211") && !shown.contains("4155550100") && !shown.contains("482913"));
    }
}
