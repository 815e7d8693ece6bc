//! The port to what delivers messages, and to what renders them.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::Connection;

/// A text message, ready to go.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// What a call to a sender came to (security.md section 4, the sender state machine).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Certainly not sent: another sender, or this one later, may try.
    #[error("not sent: {0}")]
    NotSent(ProviderError),
    /// Certainly not sent, and the sender's own set-up is at fault: another sender may try.
    #[error("the sender is misconfigured: {0}")]
    Misconfigured(ProviderError),
    /// Certainly not sent, whoever tries: the recipient is the reason.
    #[error("the recipient was refused: {0}")]
    BadAddress(ProviderError),
    /// Perhaps sent: the request left, the answer is missing or broken.
    #[error("perhaps sent: {0}")]
    Unclear(ProviderError),
}

/// What a provider answered, without any secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct ProviderError {
    /// For the caller: `<message> (Code: 21211)`, `Unexpected response while calling the SMS
    /// gateway: 500`.
    pub text: String,
    /// The provider's code, where it has one.
    pub code: Option<i64>,
    /// The caller may be told: the fault lies in the number itself or in the set-up, so that it
    /// says nothing about who owns the number (S-007).
    pub tell: bool,
}

impl SendError {
    pub fn provider(&self) -> &ProviderError {
        match self {
            Self::NotSent(e) | Self::Misconfigured(e) | Self::BadAddress(e) | Self::Unclear(e) => e,
        }
    }

    /// A word for metrics and events.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::NotSent(_) => "not_sent",
            Self::Misconfigured(_) => "misconfigured",
            Self::BadAddress(_) => "bad_address",
            Self::Unclear(_) => "unclear",
        }
    }
}

/// Delivers text messages. One call is one attempt; retries and fail-over are the caller's.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// A short word for metrics and events: `twilio`, `sms_gateway`, `inbox`.
    fn kind(&self) -> &'static str;

    /// A message can be lost when the process dies in the middle: keep it in the outbox until its
    /// fate is known.
    fn is_remote(&self) -> bool {
        true
    }

    async fn send(&self, message: &SmsMessage) -> Result<(), SendError>;
}

/// The options of a connection do not make a sender. `Display` names the option and what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("options.{option}: {reason}")]
pub struct BadOption {
    pub option: String,
    pub reason: String,
}

/// Makes senders from connections.
pub trait Senders: Send + Sync {
    /// The senders of an SMS connection in the order they are tried; never empty. `options` is the
    /// connection's, with its secrets put back in clear.
    fn sms(
        &self,
        connection: &Connection,
        options: &Map<String, Value>,
    ) -> Result<Arc<[Arc<dyn SmsSender>]>, BadOption>;
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
    pub application_name: String,
    /// The raw header text, or empty.
    pub request_language: String,
    /// A language tag, negotiated.
    pub locale: String,
    /// `code` or `link`.
    pub send: &'static str,
    pub tenant: String,
    pub connection_name: String,
    /// Null at sign-in (P-196); `change_email` elsewhere.
    pub operation: Option<String>,
}

/// A template cannot be rendered. `Display` says where and why, without any variable's value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(pub String);

/// Renders messages.
pub trait Renderer: Send + Sync {
    /// Refuses what cannot render: syntax errors, too long, loops past their bound, no code in it.
    fn check(&self, syntax: Syntax, template: &str) -> Result<(), TemplateError>;
    fn render(&self, syntax: Syntax, template: &str, variables: &Variables) -> Result<Secret, TemplateError>;
}
