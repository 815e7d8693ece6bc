//! The Management API: what an operator, or a tool of theirs, may see and change. One file per record.
//!
//! Bodies come in as `wire` has them, records go out of the model. Every change is an event with who did
//! it, and what it was before and after, secrets masked.

pub mod activity;
pub mod admin_codes;
mod admin_mails;
pub mod admin_passkey_ceremonies;
pub mod admin_passkeys;
pub mod admin_sessions;
pub mod admins;
pub mod attack_protection;
pub mod audit;
pub mod audit_chain;
mod branding;
pub mod checklist;
mod client_body;
mod client_credentials;
pub mod client_grants;
mod client_parts;
mod client_properties;
pub mod client_shown;
pub mod clients;
pub mod connections;
mod consents;
mod custom_domains;
pub mod device_credentials;
mod documents;
pub mod dry_run;
pub mod email_provider;
mod email_templates;
pub mod findings;
pub mod jobs;
pub mod log_stream_acts;
pub(in crate::flow) mod log_streams;
pub mod logs;
pub mod operator;
mod passkey_domain;
pub mod phone_providers;
pub mod phone_templates;
pub mod preview;
mod prices;
pub mod resource_servers;
mod rules;
pub mod search;
mod signing_keys;
pub(crate) mod system_api;
pub mod tenant;
pub mod trial;
pub mod try_connection;
pub mod users;

use latchkey_wire::management::BadQuery;

use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{Channel, DocumentKind};
use crate::sender::BadOption;
use crate::store::StoreError;

pub use operator::{Operator, OperatorError};

/// What a request is about, where there is none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Client,
    ClientGrant,
    Credential,
    Connection,
    User,
    Identity,
    Session,
    RefreshToken,
    DeviceKey,
    Consent,
    AuthenticationMethod,
    AdminPasskey,
    SigningKey,
    Event,
    Job,
    Document(DocumentKind),
}

/// Why a request of an operator comes to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// The token has none of these scopes.
    #[error("the token has none of the scopes {}", .any_of.join(","))]
    InsufficientScope { any_of: &'static [&'static str] },
    /// The administrator may, soon after a sign-in (S-125).
    #[error("this needs a fresh sign-in")]
    StaleSignIn,
    /// The person has to prove themselves anew (S-067).
    #[error("the person has to sign in again")]
    StalePerson,
    /// The person's token, or what it came by, is not good any more.
    #[error("the person is not proved any more")]
    PersonUnproved,
    /// The body says what cannot be; what, and on which property.
    #[error("{reason} on property {property}")]
    Invalid { property: String, reason: String },
    /// As `Invalid`, for a part of the path.
    #[error("{reason} on property {property}")]
    InvalidPath { property: &'static str, reason: String },
    #[error("the property {0} is missing")]
    MissingProperty(&'static str),
    /// What this server does not have, and never will by this call.
    #[error("{0}")]
    NoFeature(String),
    /// A parameter of the query cannot be read.
    #[error(transparent)]
    BadQuery(#[from] BadQuery),
    /// Another user of the connection has the new address.
    #[error("the new address is taken")]
    AddressTaken(Channel),
    /// No code of it failed so often.
    #[error("the IP is not blocked")]
    NotBlocked,
    /// Sound, but not here.
    #[error("{0}")]
    NotSupported(String),
    #[error("there is none")]
    NotFound(Entity),
    #[error("another {} has that name or id", .0.word())]
    Conflict(Entity),
    /// A file has more bytes than this.
    #[error("the file is larger than {0} bytes")]
    TooLarge(u64),
    #[error("too many jobs wait")]
    TooManyJobs,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ManageError {
    pub fn invalid(property: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { property: property.into(), reason: reason.into() }
    }
}

impl From<StoreError> for ManageError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<BadOption> for ManageError {
    fn from(bad: BadOption) -> Self {
        let property = match bad.option.as_str() {
            "" => String::from("options"),
            option => format!("options.{option}"),
        };
        Self::Invalid { property, reason: bad.reason }
    }
}
