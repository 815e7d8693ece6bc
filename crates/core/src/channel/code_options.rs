//! The options about codes that every connection with codes has (protocol 3.2, 3.3).

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{Channel, Connection, TryRules};
use crate::sender::BadOption;

#[derive(Clone, Debug, Deserialize)]
pub struct CodeOptions {
    #[serde(default, rename = "totp")]
    written: Written,
    #[serde(skip)]
    pub totp: Totp,
    #[serde(default = "yes")]
    pub brute_force_protection: bool,
    #[serde(default)]
    pub disable_signup: bool,
    #[serde(default)]
    latchkey: Extras,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Totp {
    /// Digits of a code: 4 to 10.
    pub length: u8,
    /// Seconds that a code lives: 30 to 3600. Unless set, 180 by SMS and 600 by email, since mail
    /// servers may ask a sender to come back later.
    pub time_step: u32,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Written {
    length: Option<u8>,
    time_step: Option<u32>,
}

/// What Auth0 lacks; under `options.latchkey`.
#[derive(Clone, Debug, Default, Deserialize)]
struct Extras {
    #[serde(default)]
    auth0_oracles: bool,
    #[serde(default)]
    elastic_codes: Option<bool>,
    #[serde(default)]
    codes_beside_passkeys: CodesBesidePasskeys,
}

/// What a right code of somebody is who has enrolled something stronger: a passkey, or a key of a device.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CodesBesidePasskeys {
    /// As of anybody.
    #[default]
    Same,
    /// A sign-in that says that it is the weaker one.
    Weaker,
    /// None.
    Refused,
}

fn yes() -> bool {
    true
}

impl CodeOptions {
    /// Reads and checks the options, for codes that travel by `channel`.
    pub fn read(connection: &Connection, channel: Channel) -> Result<Self, BadOption> {
        let mut options: Self = typed(connection)?;
        let life = match channel {
            Channel::Email => 600,
            Channel::Sms => 180,
        };
        let totp = Totp {
            length: options.written.length.unwrap_or(6),
            time_step: options.written.time_step.unwrap_or(life),
        };
        if !(4..=10).contains(&totp.length) {
            return Err(bad("totp.length", "must be 4 to 10 digits"));
        }
        if !(30..=3600).contains(&totp.time_step) {
            return Err(bad("totp.time_step", "must be 30 to 3600 seconds"));
        }
        options.totp = totp;
        Ok(options)
    }

    /// Bring back Auth0's answers that tell who has an account (decision 3.1).
    pub fn auth0_oracles(&self) -> bool {
        self.latchkey.auth0_oracles
    }

    /// `latchkey.codes_beside_passkeys`, `same` unless it is set.
    pub fn beside_passkeys(&self) -> CodesBesidePasskeys {
        self.latchkey.codes_beside_passkeys
    }

    /// Digits per tier: quiet, raised, high.
    pub fn lengths(&self) -> [u8; 3] {
        let quiet = self.totp.length;
        match self.is_elastic() {
            true => [quiet, quiet.saturating_add(2).min(10), 10],
            false => [quiet; 3],
        }
    }

    /// The rules for tries: where codes do not grow, no failure moves an address to another tier.
    pub fn try_rules(&self, server: &TryRules) -> TryRules {
        match self.is_elastic() {
            true => *server,
            false => TryRules { raised_at: u32::MAX, high_at: u32::MAX, ..*server },
        }
    }

    /// `false` keeps codes at `totp.length` under attack (decision 3.10).
    fn is_elastic(&self) -> bool {
        self.latchkey.elastic_codes != Some(false)
    }
}

/// The options as a type; what has the wrong one is told by its path.
pub(super) fn typed<T: DeserializeOwned>(connection: &Connection) -> Result<T, BadOption> {
    let options = Value::Object(connection.options.clone());
    serde_path_to_error::deserialize(options).map_err(|wrong| {
        let path = wrong.path().to_string();
        bad(if path == "." { "" } else { &path }, &wrong.inner().to_string())
    })
}

pub(super) fn bad(option: &str, reason: &str) -> BadOption {
    BadOption { option: option.to_owned(), reason: reason.to_owned() }
}
