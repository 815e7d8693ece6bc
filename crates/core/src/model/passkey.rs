//! A passkey: a public key that a person's authenticator signs with (WebAuthn Level 3 section 4, credential
//! record).

use serde::{Deserialize, Serialize};

use super::{PasskeyId, User, UserId};
use crate::clock::Timestamp;

/// Most characters of the name that people give a passkey.
pub const MAX_PASSKEY_NAME: usize = 150;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: PasskeyId,
    /// 16 to 1023 bytes; unique over all users (S-058).
    pub credential_id: Vec<u8>,
    pub user: UserId,
    /// What the authenticator knows its person by: 64 random bytes (S-057).
    pub user_handle: Vec<u8>,
    /// The identity that it proves: its connection, and its `provider_user_id`.
    pub connection: String,
    pub provider_user_id: String,
    /// The domain that it is bound to. It works for no other, whatever the server's is today.
    pub relying_party: String,
    /// A COSE key (RFC 9052), in CBOR. Its algorithm is part of it and never changes.
    pub public_key: Vec<u8>,
    /// Signatures so far, by the authenticator's own count: 32 bits, 0 where it keeps none.
    pub counter: i64,
    /// It may be on several devices of its person. Never changes.
    pub backup_eligible: bool,
    pub backed_up: bool,
    /// The authenticator checked its person when the passkey was made.
    pub user_verified: bool,
    /// Hints, in the words of browsers.
    pub transports: Vec<String>,
    /// The model of the authenticator, as a UUID; absent where it does not tell.
    pub aaguid: Option<String>,
    /// What its person sees: at most [`MAX_PASSKEY_NAME`] characters.
    pub name: String,
    pub user_agent: Option<String>,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Passkey {
    /// What its model is called, where it says what it is and that is known.
    pub fn authenticator(&self) -> Option<&'static str> {
        self.aaguid.as_deref().and_then(crate::authenticator::name)
    }

    /// The user has the identity that it proves.
    pub fn is_of(&self, user: &User) -> bool {
        user.identities.iter().any(|identity| {
            identity.connection == self.connection && identity.provider_user_id == self.provider_user_id
        })
    }
}

/// A domain that passkeys are made for, and where they may be used (WebAuthn section 5.1.2, "relying party").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelyingParty {
    /// A host name.
    pub id: String,
    /// Origins of pages, as browsers write them, and of apps (`android:apk-key-hash:…`). Compared byte by byte.
    pub origins: Vec<String>,
}

impl RelyingParty {
    /// Whether a page of this origin, in a browser, can use passkeys of the domain at all: its host is the
    /// domain or stands under it, and the page came safely.
    pub fn covers(id: &str, origin: &str) -> bool {
        let Ok(url) = url::Url::parse(origin) else { return false };
        let Some(host) = url.host_str() else { return false };
        let is_local = host == "localhost" || host.ends_with(".localhost");
        let came_safely = url.scheme() == "https" || (url.scheme() == "http" && is_local);
        let is_under = host.strip_suffix(id).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        came_safely && is_under && url.origin().ascii_serialization() == origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_covers_itself_and_what_stands_under_it() {
        for origin in ["https://example.com", "https://login.example.com", "https://example.com:8443"] {
            assert!(RelyingParty::covers("example.com", origin), "{origin}");
        }
        for origin in [
            "http://example.com",
            "https://badexample.com",
            "https://example.com.evil.test",
            "https://example.com.",
            "https://example.com/",
            "https://EXAMPLE.com",
            "https://user@example.com",
            "null",
            "android:apk-key-hash:abc",
        ] {
            assert!(!RelyingParty::covers("example.com", origin), "{origin}");
        }
        assert!(RelyingParty::covers("localhost", "http://localhost:3000"));
        assert!(!RelyingParty::covers("local", "https://notlocal"));
    }
}
