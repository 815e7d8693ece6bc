//! The options of a connection that are secret: taken out before it is stored, put back in clear for
//! the senders only.

use latchkey_wire::Secret;
use serde_json::{Map, Value};

use crate::error::Fault;
use crate::model::Connection;
use crate::sender::BadOption;
use crate::vault::Vault;

/// A secret option and where it stands, as a JSON pointer (RFC 6901).
#[derive(Clone, Debug)]
pub struct SecretOption {
    pub path: String,
    /// `None` where it was written as `null`: it is to be forgotten.
    pub value: Option<Secret>,
}

/// The secret options of one sender, relative to it.
const SECRETS: [&str; 5] = [
    "/twilio_token",
    "/gateway_authentication/secret",
    "/smtp_pass",
    "/dkim/private_key",
    "/http_authentication/secret",
];
/// Further senders of a connection.
const FURTHER: &str = "/latchkey/senders";

/// Removes every secret from `options` and returns them.
pub fn take_secrets(options: &mut Map<String, Value>) -> Vec<SecretOption> {
    let mut root = Value::Object(std::mem::take(options));
    let further = root.pointer(FURTHER).and_then(Value::as_array).map_or(0, Vec::len);
    let mut taken = Vec::new();
    let places = std::iter::once(String::new()).chain((0..further).map(|at| format!("{FURTHER}/{at}")));
    for place in places {
        for secret in SECRETS {
            let path = format!("{place}{secret}");
            if let Some(value) = remove(&mut root, &path) {
                taken.push(SecretOption { path, value: value.map(Secret::new) });
            }
        }
    }
    if let Value::Object(map) = root {
        *options = map;
    }
    taken
}

fn remove(root: &mut Value, path: &str) -> Option<Option<String>> {
    let (parent, name) = path.rsplit_once('/')?;
    let object = root.pointer_mut(parent)?.as_object_mut()?;
    match object.remove(name)? {
        Value::String(text) => Some(Some(text)),
        Value::Null => Some(None),
        other => {
            object.insert(name.to_owned(), other);
            None
        }
    }
}

/// Which option says where a secret is sent, relative to one sender.
const SENT_TO: [(&str, &str); 3] = [
    ("/smtp_pass", "/smtp_host"),
    ("/gateway_authentication/secret", "/gateway_url"),
    ("/http_authentication/secret", "/http_url"),
];

/// A secret that was stored for one place and would now be sent to another.
///
/// Invariant: who may change a connection and not read its secrets does not get them by sending them home.
pub fn misdirected(
    stored: &Connection,
    options: &Map<String, Value>,
    given: &[SecretOption],
) -> Option<BadOption> {
    let (before, after) = (Value::Object(stored.options.clone()), Value::Object(options.clone()));
    let is_given = |path: &str| given.iter().any(|secret| secret.path == path);
    stored.secrets.keys().filter(|path| !is_given(path)).find_map(|path| {
        let (place, sent_to) =
            SENT_TO.iter().find_map(|(secret, sent_to)| Some((path.strip_suffix(secret)?, sent_to)))?;
        let at = format!("{place}{sent_to}");
        let moved = after.pointer(&at).is_some() && before.pointer(&at) != after.pointer(&at);
        moved.then(|| BadOption {
            option: path.trim_start_matches('/').replace('/', "."),
            reason: format!("must be given again: {} is another one now", sent_to.trim_start_matches('/')),
        })
    })
}

/// The options of a connection with its secrets in clear.
pub fn with_secrets(connection: &Connection, vault: &Vault) -> Result<Map<String, Value>, Fault> {
    let mut root = Value::Object(connection.options.clone());
    for (path, sealed) in &connection.secrets {
        let secret = vault.open_text(&Connection::secret_context(&connection.id, path), sealed)?;
        let Some((parent, name)) = path.rsplit_once('/') else { continue };
        if let Some(object) = root.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.insert(name.to_owned(), Value::String(secret.expose().to_owned()));
        }
    }
    match root {
        Value::Object(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_leave_the_options_wherever_they_stand() {
        let Value::Object(mut options) = serde_json::json!({
            "twilio_sid": "AC1", "twilio_token": "t",
            "gateway_authentication": {"method": "bearer", "secret": "g"},
            "smtp_user": "m", "smtp_pass": "p", "dkim": {"domain": "d", "private_key": "k"},
            "http_authentication": {"secret": "h"},
            "latchkey": {"senders": [{"provider": "twilio", "twilio_token": "u"}]},
        }) else {
            unreachable!()
        };
        let taken = take_secrets(&mut options);
        let paths: Vec<&str> = taken.iter().map(|secret| secret.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "/twilio_token",
                "/gateway_authentication/secret",
                "/smtp_pass",
                "/dkim/private_key",
                "/http_authentication/secret",
                "/latchkey/senders/0/twilio_token"
            ]
        );
        let left = Value::Object(options).to_string();
        for name in ["twilio_token", "\"secret\"", "smtp_pass", "private_key"] {
            assert!(!left.contains(name), "{left}");
        }
    }
}
