//! The public key that a device of a person signs in with: RSA as Touch ID of 2014 has it (protocol section 7), or a
//! key of today (`docs/guide/device-keys.md`).

use serde::{Deserialize, Serialize};

use super::{ClientId, CredentialId, User, UserId};
use crate::clock::Timestamp;
use crate::token::device_key::RsaKey;

/// Keys of one user, at most.
pub const MAX_DEVICE_KEYS: u32 = 20;

/// Seconds that a key may be used, unless an operator says how long; then its device has to enrol anew (S-068).
pub const DEVICE_KEY_LIFE: i64 = 365 * 86_400;

/// What a key signs with. Fixed at enrolment: no signature is looked at by what its header says (RFC 8725
/// section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// Touch ID of 2014: JWTs without a challenge, at `/oauth/ro` alone.
    Rs256,
    /// P-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl KeyAlgorithm {
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// As JWS names it (RFC 7518 section 3.1, RFC 8037 section 3.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// A vendor vouched for the key when it was enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttestation {
    /// `apple-app-attest` or `android-key`.
    pub format: String,
    /// It says that the system checks its person before the key signs.
    #[serde(default)]
    pub checks_person: bool,
}

/// Bound to its user, connection and client: none of them can be left out or exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey {
    /// `dcr_` and 16 characters.
    pub id: CredentialId,
    pub user: UserId,
    pub client: ClientId,
    pub connection: String,
    /// What the device calls itself: a label, which two devices may share (S-066).
    pub name: String,
    /// Touch ID: what the device says is its id; Lock before 1.23 has none. A key of today: its own id, so that no
    /// two of one name are one.
    pub device: Option<String>,
    /// Touch ID: an RSA key as PKCS#1 DER (RFC 8017 appendix A.1.1). A key of today: a JWK as JSON.
    pub public_key: Vec<u8>,
    /// Touch ID: MD5 of that, as the SDK puts it into `sub`, pairs of hex digits in capitals, joined by colons. A key
    /// of today: its thumbprint (RFC 7638). A label, never a proof.
    pub fingerprint: String,
    pub algorithm: KeyAlgorithm,
    pub attestation: Option<KeyAttestation>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// Which keys of devices sign in at a client at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRule {
    pub client: ClientId,
    pub now: Timestamp,
    /// Seconds that a key of today may be used; `None` where none of today's signs in.
    pub life: Option<i64>,
    /// Bits that a key of Touch ID has at least; `None` where none of those signs in.
    pub touch_id_bits: Option<usize>,
    /// Connections that are on for the client, and those of them that Touch ID is for.
    pub connections: Vec<String>,
    pub databases: Vec<String>,
}

impl KeyRule {
    /// The user still has to have an account on the connection of the key.
    pub fn lets_in(&self, key: &DeviceKey) -> bool {
        let works = match key.is_legacy() {
            true => {
                let bits = RsaKey::from_stored(&key.public_key).map_or(0, |key| key.bits);
                self.touch_id_bits.is_some_and(|least| bits >= least)
                    && self.now < key.expires_at
                    && self.databases.contains(&key.connection)
            }
            false => {
                self.life.is_some_and(|life| key.is_live(self.now, life))
                    && self.connections.contains(&key.connection)
            }
        };
        works && key.client == self.client
    }
}

impl DeviceKey {
    /// Touch ID of 2014, which has a wire of its own.
    pub fn is_legacy(&self) -> bool {
        self.algorithm == KeyAlgorithm::Rs256
    }

    /// The user has an account on the connection that it signs in to.
    pub fn is_of(&self, user: &User) -> bool {
        user.identities.iter().any(|identity| identity.connection == self.connection)
    }

    /// `life`: seconds that a key may be used as operators have it now, whatever held when it was enrolled.
    pub fn is_live(&self, now: Timestamp, life: i64) -> bool {
        now < self.ends_at(life)
    }

    /// As [`DeviceKey::is_live`].
    pub fn ends_at(&self, life: i64) -> Timestamp {
        match self.is_legacy() {
            true => self.expires_at,
            false => self.expires_at.min(self.created_at.plus(life)),
        }
    }

    /// It is the key of the same device: the new one takes its place.
    pub fn is_replaced_by(&self, new: &Self) -> bool {
        let of_same = self.user == new.user && self.client == new.client;
        if !self.is_legacy() || !new.is_legacy() {
            // The same pair of keys is in one device.
            return of_same && self.algorithm == new.algorithm && self.fingerprint == new.fingerprint;
        }
        let of_same = of_same && self.connection == new.connection;
        of_same && self.device == new.device && (self.device.is_some() || self.name == new.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, device: Option<&str>) -> DeviceKey {
        DeviceKey {
            id: CredentialId::from("dcr_0123456789abcdef"),
            user: UserId::from("auth0|1"),
            client: ClientId::from("lock"),
            connection: String::from("db"),
            name: name.to_owned(),
            device: device.map(str::to_owned),
            public_key: Vec::new(),
            fingerprint: String::new(),
            algorithm: KeyAlgorithm::Rs256,
            attestation: None,
            created_at: Timestamp(0),
            last_used_at: None,
            expires_at: Timestamp(DEVICE_KEY_LIFE),
        }
    }

    /// S-066
    #[test]
    fn devices_of_one_name_are_two_where_they_have_ids() {
        assert!(!key("iPhone", Some("a")).is_replaced_by(&key("iPhone", Some("b"))));
        assert!(!key("iPhone", None).is_replaced_by(&key("iPhone", Some("a"))));
        assert!(!key("iPhone", None).is_replaced_by(&key("iPad", None)));
        assert!(key("iPhone", Some("a")).is_replaced_by(&key("Anas iPhone", Some("a"))));
        assert!(key("iPhone", None).is_replaced_by(&key("iPhone", None)));
        let elsewhere = DeviceKey { connection: String::from("other"), ..key("iPhone", None) };
        assert!(!elsewhere.is_replaced_by(&key("iPhone", None)));
    }

    /// S-066
    #[test]
    fn a_key_of_today_takes_the_place_of_itself_alone() {
        let today = |print: &str| DeviceKey {
            algorithm: KeyAlgorithm::Es256,
            fingerprint: print.to_owned(),
            ..key("iPhone", Some("dcr_1"))
        };
        assert!(today("a").is_replaced_by(&today("a")));
        assert!(!today("a").is_replaced_by(&today("b")));
        assert!(!key("iPhone", Some("dcr_1")).is_replaced_by(&today("a")));
        assert!(!today("a").is_replaced_by(&key("iPhone", Some("dcr_1"))));
        let of_other = DeviceKey { user: UserId::from("auth0|2"), ..today("a") };
        assert!(!of_other.is_replaced_by(&today("a")));
    }

    /// S-068
    #[test]
    fn keys_of_today_end_when_operators_say_so_now() {
        let today = DeviceKey { algorithm: KeyAlgorithm::EdDsa, ..key("iPhone", None) };
        assert!(today.is_live(Timestamp(99), 100) && !today.is_live(Timestamp(100), 100));
        assert!(
            !today.is_live(Timestamp(DEVICE_KEY_LIFE), DEVICE_KEY_LIFE * 2),
            "not later than it was told"
        );
        assert!(key("iPhone", None).is_live(Timestamp(100), 100), "Touch ID has a year");
    }
}
