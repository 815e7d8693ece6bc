//! The Management API: what an operator, or a tool of theirs, may see and change. One file per record.
//!
//! Bodies come in as `wire` has them, records go out of the model. Every change is an event with who did
//! it, and what it was before and after, secrets masked.

pub mod attack_protection;
mod audit;
mod branding;
pub mod connections;
mod custom_domains;
mod documents;
pub mod email_provider;
mod email_templates;
mod log_streams;
mod operator;
pub mod phone_providers;
pub mod phone_templates;
pub mod resource_servers;
mod rules;
pub mod tenant;

use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::DocumentKind;
use crate::sender::BadOption;
use crate::store::StoreError;

pub use operator::{Operator, OperatorError};

/// What a request is about, where there is none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Client,
    ClientGrant,
    Connection,
    User,
    Identity,
    Session,
    RefreshToken,
    Consent,
    SigningKey,
    Event,
    Document(DocumentKind),
}

/// Why a request of an operator comes to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// The token has none of these scopes.
    #[error("the token has none of the scopes {}", .any_of.join(","))]
    InsufficientScope { any_of: &'static [&'static str] },
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
    /// Sound, but not here.
    #[error("{0}")]
    NotSupported(String),
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error("there is none")]
    NotFound(Entity),
    #[error("another {} has that name or id", .0.word())]
    Conflict(Entity),
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
