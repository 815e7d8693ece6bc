//! The options about passkeys that any connection has (protocol 2.6).

use serde::Deserialize;

use super::code_options::typed;
use crate::model::Connection;
use crate::sender::BadOption;

/// What the rules read of passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeyOptions {
    /// `authentication_methods.passkey.enabled`, off unless it is set.
    pub enabled: bool,
    /// Nobody signs up.
    pub disable_signup: bool,
    /// Brings back Auth0's answers that tell who has an account (decision 3.1).
    pub auth0_oracles: bool,
    /// An authenticator has to check its person, since a passkey is all that they show (S-053).
    /// `latchkey.passkey_user_verification` is `required` unless it says `preferred`.
    pub user_verification: bool,
    /// A passkey whose counter did not grow signs nobody in (S-059). `latchkey.on_cloned_passkey` is `warn` unless it
    /// says `refuse`.
    pub refuse_clones: bool,
    /// Who came by a code is asked whether to add a passkey. On unless
    /// `passkey_options.progressive_enrollment_enabled` is false.
    pub progressive_enrollment: bool,
}

#[derive(Deserialize)]
struct Written {
    authentication_methods: Option<Methods>,
    passkey_options: Option<PagesWritten>,
    #[serde(default)]
    disable_signup: bool,
    #[serde(default)]
    latchkey: Extras,
}

#[derive(Deserialize)]
struct Methods {
    passkey: Option<Method>,
}

#[derive(Deserialize)]
struct PagesWritten {
    progressive_enrollment_enabled: Option<bool>,
}

#[derive(Deserialize)]
struct Method {
    #[serde(default)]
    enabled: bool,
}

#[derive(Default, Deserialize)]
struct Extras {
    #[serde(default)]
    auth0_oracles: bool,
    passkey_user_verification: Option<UserVerification>,
    on_cloned_passkey: Option<OnClone>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum OnClone {
    Warn,
    Refuse,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum UserVerification {
    Required,
    Preferred,
}

impl PasskeyOptions {
    /// Reads and checks the options.
    pub fn read(connection: &Connection) -> Result<Self, BadOption> {
        let written: Written = typed(connection)?;
        let method = written.authentication_methods.and_then(|methods| methods.passkey);
        let pages = written.passkey_options.and_then(|pages| pages.progressive_enrollment_enabled);
        Ok(Self {
            enabled: method.is_some_and(|method| method.enabled),
            disable_signup: written.disable_signup,
            auth0_oracles: written.latchkey.auth0_oracles,
            user_verification: written.latchkey.passkey_user_verification
                != Some(UserVerification::Preferred),
            refuse_clones: written.latchkey.on_cloned_passkey == Some(OnClone::Refuse),
            progressive_enrollment: pages.unwrap_or(true),
        })
    }
}
