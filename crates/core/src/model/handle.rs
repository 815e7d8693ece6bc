//! One-time handles: what a browser carries from one request to the next, as a token of 256 bits. The
//! store keeps its hash and what it stands for.

use serde::{Deserialize, Serialize};

use super::TokenHash;
use crate::clock::Timestamp;

/// What a handle stands for; one of another kind is not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandleKind {
    /// A sign-in under way on the hosted pages.
    Transaction,
    /// The link of a mail.
    Link,
    /// RFC 6749 section 4.1.2.
    AuthorizationCode,
    /// From `/co/authenticate` to `/authorize`.
    LoginTicket,
    /// From `/passwordless/verify` to `/passwordless/verify_redirect`.
    VerifyTicket,
    /// The `request_uri` of `/oauth/par`.
    PushedRequest,
    /// What a device polls with (RFC 8628).
    DeviceCode,
    /// What its person types.
    UserCode,
    /// A link to the dashboard, from the console.
    AdminLink,
    /// A code for the dashboard, together with the page that it is typed into.
    AdminCode,
    /// A passkey is being made or used: the `auth_session` of `/passkey/*`.
    PasskeyCeremony,
    /// A person waits for the code to a new address of theirs.
    AddressProof,
    /// The link that undoes changes of addresses.
    AddressUndo,
}

impl HandleKind {
    pub const ALL: [Self; 13] = [
        Self::Transaction,
        Self::Link,
        Self::AuthorizationCode,
        Self::LoginTicket,
        Self::VerifyTicket,
        Self::PushedRequest,
        Self::DeviceCode,
        Self::UserCode,
        Self::AdminLink,
        Self::AdminCode,
        Self::PasskeyCeremony,
        Self::AddressProof,
        Self::AddressUndo,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Link => "link",
            Self::AuthorizationCode => "authorization_code",
            Self::LoginTicket => "login_ticket",
            Self::VerifyTicket => "verify_ticket",
            Self::PushedRequest => "pushed_request",
            Self::DeviceCode => "device_code",
            Self::UserCode => "user_code",
            Self::AdminLink => "admin_link",
            Self::AdminCode => "admin_code",
            Self::PasskeyCeremony => "passkey_ceremony",
            Self::AddressProof => "address_proof",
            Self::AddressUndo => "address_undo",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    pub id: TokenHash,
    pub kind: HandleKind,
    /// A document of the act that made it; JSON.
    pub body: String,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Handle {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}
