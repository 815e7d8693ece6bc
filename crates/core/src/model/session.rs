//! A browser's signed-in state here: what the session cookie stands for.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ClientId, TokenHash, UserId};
use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The hash of the cookie.
    pub id: TokenHash,
    /// Public: `sid` of tokens (OpenID Connect Back-Channel Logout section 2.1). 24 hex digits.
    pub sid: String,
    pub user: UserId,
    /// The connection that the person was proved through last.
    pub connection: String,
    pub proof: Proof,
    pub auth_time: Timestamp,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// Absolute end, whatever happens.
    pub expires_at: Timestamp,
    pub idle_expires_at: Timestamp,
    /// What signed in, such as `Firefox on Linux`.
    pub device: Option<String>,
    pub ip: Option<String>,
    /// Those that got tokens through this session, to be told of its end.
    pub clients: Vec<ClientId>,
    /// What operators keep with it.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

/// How a person was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    SmsCode,
    EmailCode,
    EmailLink,
    /// A code or a link of somebody who has something stronger, where the operator wants that told.
    SmsCodeBesideStronger,
    EmailCodeBesideStronger,
    EmailLinkBesideStronger,
    /// A passkey that cannot leave its device, and whose authenticator checked its person.
    BoundPasskey,
    /// As that, without the check: somebody was there.
    BoundPasskeyTouched,
    /// A passkey that is on all devices of its person, and whose authenticator checked them.
    SyncedPasskey,
    /// As that, without the check.
    SyncedPasskeyTouched,
    /// The key of a device, of which a vendor said that its person is checked before it signs.
    CheckedDeviceKey,
    /// The key of a device.
    DeviceKey,
}

/// Every proof is of level 1 of ISO/IEC 29115: it is the same person as last time, whoever that is. But one beside
/// something stronger is of level 0 (OpenID Connect Core section 2): whoever has taken the address over has it, too.
pub const ACR_VALUES: [&str; 2] = ["0", "1"];

impl Proof {
    /// `amr` (RFC 8176).
    pub fn amr(self) -> &'static [&'static str] {
        match self {
            Self::SmsCode | Self::SmsCodeBesideStronger => &["sms", "otp"],
            Self::EmailCode | Self::EmailCodeBesideStronger => &["email", "otp"],
            Self::EmailLink | Self::EmailLinkBesideStronger => &["email"],
            Self::BoundPasskey => &["hwk", "user", "mfa"],
            Self::BoundPasskeyTouched => &["hwk", "user"],
            Self::SyncedPasskey => &["swk", "user", "mfa"],
            Self::SyncedPasskeyTouched => &["swk", "user"],
            Self::CheckedDeviceKey => &["hwk", "user"],
            Self::DeviceKey => &["hwk"],
        }
    }

    /// By what the authenticator says (WebAuthn section 6.1.3), not by the name of the method.
    pub fn of_passkey(backup_eligible: bool, user_verified: bool) -> Self {
        match (backup_eligible, user_verified) {
            (false, true) => Self::BoundPasskey,
            (false, false) => Self::BoundPasskeyTouched,
            (true, true) => Self::SyncedPasskey,
            (true, false) => Self::SyncedPasskeyTouched,
        }
    }

    /// `checked`: a vendor said so. What the app says of it counts for nothing.
    pub fn of_device_key(checked: bool) -> Self {
        match checked {
            true => Self::CheckedDeviceKey,
            false => Self::DeviceKey,
        }
    }

    /// The same, of somebody who has something stronger.
    pub fn beside_stronger(self) -> Self {
        match self {
            Self::SmsCode => Self::SmsCodeBesideStronger,
            Self::EmailCode => Self::EmailCodeBesideStronger,
            Self::EmailLink => Self::EmailLinkBesideStronger,
            other => other,
        }
    }

    /// Its person has something stronger, which they did not prove themselves by.
    pub fn is_beside_stronger(self) -> bool {
        matches!(
            self,
            Self::SmsCodeBesideStronger | Self::EmailCodeBesideStronger | Self::EmailLinkBesideStronger
        )
    }

    /// A passkey, or the key of a device.
    pub fn is_key(self) -> bool {
        self.amr().iter().any(|method| matches!(*method, "hwk" | "swk"))
    }

    /// What is told as `acr` whether a client asks or not.
    pub fn told_acr(self) -> Option<&'static str> {
        self.is_beside_stronger().then_some("0")
    }

    /// The first of the client's `acr_values` that this proof is (OpenID Connect Core section 3.1.2.1), or what is
    /// told anyway.
    pub fn acr(self, asked: &str) -> Option<&'static str> {
        self.told_acr().or_else(|| asked.split(' ').find_map(|word| (word == "1").then_some("1")))
    }
}

impl Session {
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at && now < self.idle_expires_at
    }
}
