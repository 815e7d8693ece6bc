//! Database connections: which codes they take, and whose senders carry them (protocol 2.5).

use serde::Deserialize;
use serde_json::Value;

use super::code_options::bad;
use crate::model::{Channel, Connection};
use crate::sender::BadOption;

/// The options of a database connection that the rules read. Passwords are none of them.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// The connection whose senders and texts carry codes by email; `None` where there are no such codes.
    email_sender: Option<String>,
    sms_sender: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    authentication_methods: Option<Methods>,
    #[serde(default)]
    latchkey: Extras,
}

#[derive(Default, Deserialize)]
struct Methods {
    email_otp: Option<Method>,
    phone_otp: Option<Method>,
}

#[derive(Deserialize)]
struct Method {
    #[serde(default)]
    enabled: bool,
}

/// What Auth0 has for the whole tenant; under `options.latchkey`.
#[derive(Default, Deserialize)]
struct Extras {
    email_connection: Option<String>,
    sms_connection: Option<String>,
}

impl DatabaseOptions {
    /// Reads and checks the options.
    pub fn read(connection: &Connection) -> Result<Self, BadOption> {
        let written: Written = serde_json::from_value(Value::Object(connection.options.clone()))
            .map_err(|e| bad("", &e.to_string()))?;
        let methods = written.authentication_methods.unwrap_or_default();
        let extras = written.latchkey;
        let sender = |method: Option<Method>, named: Option<String>, channel: Channel| {
            let on = method.is_some_and(|method| method.enabled);
            on.then(|| named.unwrap_or_else(|| channel.as_str().to_owned()))
        };
        Ok(Self {
            email_sender: sender(methods.email_otp, extras.email_connection, Channel::Email),
            sms_sender: sender(methods.phone_otp, extras.sms_connection, Channel::Sms),
        })
    }

    /// The connection that sends codes by `channel`: the one that is named, or else the one that is called
    /// like the channel. `None` where such codes are off.
    pub fn sender(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email_sender.as_deref(),
            Channel::Sms => self.sms_sender.as_deref(),
        }
    }

    /// People sign in here by codes: there is no password to ask them for.
    pub fn takes_codes(&self) -> bool {
        self.email_sender.is_some() || self.sms_sender.is_some()
    }
}
