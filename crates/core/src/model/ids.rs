//! Identifiers. Each is its own type, so that one is never passed for another.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )*};
}

ids! {
    /// A registered application.
    ClientId;
    /// `con_` and 16 characters.
    ConnectionId;
    /// 24 hex digits, time-ordered: what a person allowed a client.
    ConsentId;
    /// `dcr_` or `pwd_` and 16 characters: the key of a device, or a password.
    CredentialId;
    /// `sms|` or `email|` and 24 hex digits.
    UserId;
    /// 24 hex digits, time-ordered.
    EventId;
    /// 24 hex digits, time-ordered: one chain of refresh tokens.
    FamilyId;
    /// `job_` and 16 characters.
    JobId;
    /// The `kid` of a signing key.
    KeyId;
    /// `passkey|dev_` and 16 characters; of an administrator, `apk_` and 16.
    PasskeyId;
}

impl CredentialId {
    /// As what it is revoked ([`super::revoked_mark`]), with all tokens that name it.
    pub fn family(&self) -> FamilyId {
        FamilyId::new(self.as_str())
    }
}
