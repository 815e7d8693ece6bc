//! The event of a change.

use serde_json::{Map, Value, json};

use super::{Entity, Operator};
use crate::engine::Engine;
use crate::model::{Event, EventKind};

/// Names of properties that are secret wherever they stand.
const SECRET: [&str; 11] = [
    "client_secret",
    "twilio_token",
    "auth_token",
    "smtp_pass",
    "secret",
    "signing_secret",
    "api_key",
    "private_key",
    "code",
    "httpAuthorization",
    "httpCustomHeaders",
];

impl Engine {
    /// Who did what to which record, and what it was before and after.
    pub(super) fn change(
        &self,
        operator: &Operator,
        act: &'static str,
        entity: Entity,
        id: &str,
        (before, after): (Option<Value>, Option<Value>),
    ) -> Event {
        let mut event = self.event(EventKind::OperatorActed, Some(&operator.client));
        let mut detail = Map::from_iter([
            (String::from("act"), json!(format!("{act} {}", entity.word()))),
            (String::from("on"), json!(id)),
        ]);
        if let Some(admin) = &operator.admin {
            detail.insert(String::from("admin"), json!(admin));
        }
        if let Some(user) = &operator.local_user {
            detail.insert(String::from("local_user"), json!(user));
        }
        for (name, record) in [("before", before), ("after", after)] {
            if let Some(mut record) = record {
                mask(&mut record);
                detail.insert(name.to_owned(), record);
            }
        }
        event.detail = detail;
        event
    }
}

impl Entity {
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::ClientGrant => "client grant",
            Self::Credential => "client credential",
            Self::Connection => "connection",
            Self::User => "user",
            Self::Identity => "identity",
            Self::Session => "session",
            Self::RefreshToken => "refresh token",
            Self::DeviceKey => "device key",
            Self::Consent => "consent",
            Self::AuthenticationMethod => "authentication method",
            Self::SigningKey => "signing key",
            Self::Event => "event",
            Self::Job => "job",
            Self::Document(kind) => kind.word(),
        }
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object.iter_mut() {
                match SECRET.contains(&name.as_str()) && !inner.is_null() {
                    true => *inner = json!("*****"),
                    false => mask(inner),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M-041
    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let mut record = json!({
            "options": {"twilio_token": "t", "gateway_authentication": {"secret": "g"}, "from": "+1"},
            "senders": [{"smtp_pass": "p"}], "client_secret": null,
        });
        mask(&mut record);
        assert_eq!(
            record,
            json!({
                "options": {"twilio_token": "*****", "gateway_authentication": {"secret": "*****"}, "from": "+1"},
                "senders": [{"smtp_pass": "*****"}], "client_secret": null,
            })
        );
    }
}
