//! The event of a change.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Entity, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::note::whence;
use crate::limit::Bucket;
use crate::model::{Event, EventKind};
use crate::trace::{Operation, RequestTrace};

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

/// One entry in ten minutes.
const SECRETS_PACE: Bucket = Bucket::new(1, 1, 600);

/// A call of the Management API that came to nothing.
pub struct RefusedCall {
    pub operation: Operation,
    pub status: u16,
    pub error_code: Option<&'static str>,
}

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
        tell_call(&mut detail, operator, event.request.as_deref());
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

impl Engine {
    /// A call came to nothing. Without an operator nobody proved who they are.
    pub fn note_refused_call(&self, operator: Option<&Operator>, refused: &RefusedCall) {
        let RefusedCall { operation, status, error_code } = refused;
        let who = operator.map_or_else(whence, |operator| operator.admin.clone().unwrap_or_default());
        let about = format!("{who}|{} {} {status}", operation.method, operation.path);
        let client = operator.map(|operator| &operator.client);
        self.note_seldom(EventKind::OperatorRefused, client, &about, |event| {
            let mut detail = Map::new();
            if let Some(operator) = operator {
                tell_call(&mut detail, operator, None);
                event.user = operator.holder.as_ref().map(|holder| holder.user.clone());
            }
            detail.insert(String::from("request"), json!(operation));
            let body = error_code.map(|code| json!({"errorCode": code}));
            detail.insert(String::from("response"), json!({"statusCode": status, "body": body}));
            event.detail = detail;
        });
    }

    /// Before an answer that holds secrets: their names, and the id of the record, unless there are several. The
    /// same ones for the same operator are told once in ten minutes.
    pub async fn tell_secrets_read(
        &self,
        operator: &Operator,
        on: Option<&str>,
        secrets: &BTreeSet<String>,
    ) -> Result<(), Fault> {
        let admin = operator.admin.as_deref().unwrap_or_default();
        let about = format!("{}|{admin}|{on:?}|{secrets:?}", operator.client);
        let taken = || self.buckets.take("secrets", &about, SECRETS_PACE, self.clock.now_micros());
        if secrets.is_empty() || taken().is_err() {
            return Ok(());
        }
        let mut event = self.event(EventKind::SecretsRead, Some(&operator.client));
        let mut detail = Map::from_iter([(String::from("accessedSecrets"), json!(secrets))]);
        if let Some(on) = on {
            detail.insert(String::from("on"), json!(on));
        }
        tell_call(&mut detail, operator, event.request.as_deref());
        event.detail = detail;
        Ok(self.store.insert_events(vec![event]).await?)
    }
}

/// Who called what.
fn tell_call(detail: &mut Map<String, Value>, operator: &Operator, request: Option<&RequestTrace>) {
    for (name, who) in [("admin", &operator.admin), ("local_user", &operator.local_user)] {
        if let Some(who) = who {
            detail.insert(name.to_owned(), json!(who));
        }
    }
    if let Some(operation) = request.and_then(|request| request.operation.as_ref()) {
        detail.insert(String::from("request"), json!(operation));
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
            Self::AdminPasskey => "passkey of an administrator",
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
