//! The public key that a device of a person signs in with (protocol section 7).

use super::{ClientId, CredentialId, UserId};
use crate::clock::Timestamp;

/// Keys of one user, at most.
pub const MAX_DEVICE_KEYS: u32 = 20;

/// Seconds that a key may be used; then its device has to enrol anew (S-068).
pub const DEVICE_KEY_LIFE: i64 = 365 * 86_400;

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
    /// What the device says is its id. Lock before 1.23 has none.
    pub device: Option<String>,
    /// An RSA key as PKCS#1 DER (RFC 8017 appendix A.1.1).
    pub public_key: Vec<u8>,
    /// MD5 of that, as the SDK puts it into `sub`: pairs of hex digits in capitals, joined by colons. A label,
    /// never a proof.
    pub fingerprint: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

impl DeviceKey {
    pub fn expires_at(&self) -> Timestamp {
        self.created_at.plus(DEVICE_KEY_LIFE)
    }

    /// It is the key of the same device: the new one takes its place.
    pub fn is_replaced_by(&self, new: &Self) -> bool {
        let of_same = self.user == new.user && self.client == new.client && self.connection == new.connection;
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
            created_at: Timestamp(0),
            last_used_at: None,
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
}
