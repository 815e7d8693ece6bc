//! The latest sign-ins, out of the log.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Event, EventKind, UserId};
use crate::store::{EventCondition, EventSearch, EventText, TextTest};

/// Most that are shown.
const MOST: u32 = 20;
/// What somebody signs in by is one of these.
const KINDS: [EventKind; 4] =
    [EventKind::SignedIn, EventKind::OtpExchanged, EventKind::PasskeyExchanged, EventKind::CrossOriginProved];

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInEntry {
    pub at: Timestamp,
    pub way: SignInWay,
    /// The name of the application, where it still is there.
    pub app: Option<String>,
    pub ip: Option<String>,
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInWay {
    Sms,
    Email,
    Passkey,
    TouchId,
    /// By the key of a device, but for Touch ID of 2014.
    Device,
    Password,
}

impl SignInWay {
    /// The log has masked addresses only; what kind they are shows all the same.
    fn of(event: &Event) -> Self {
        if event.detail.contains_key("passkey") {
            return Self::Passkey;
        }
        match event.detail.get("by").and_then(serde_json::Value::as_str) {
            Some("device_key") if event.detail.contains_key("algorithm") => return Self::Device,
            Some("device_key") => return Self::TouchId,
            Some("password") => return Self::Password,
            _ => {}
        }
        match event.address.as_deref() {
            Some(address) if address.contains('@') => Self::Email,
            _ => Self::Sms,
        }
    }
}

impl Engine {
    pub(super) async fn sign_ins_of(&self, user: &UserId) -> Result<Vec<SignInEntry>, Fault> {
        let kinds = KINDS.map(|kind| kind.code().to_owned()).to_vec();
        let search = EventSearch {
            condition: EventCondition::All(vec![
                EventCondition::Text(EventText::User, TextTest::Is(user.as_str().to_owned())),
                EventCondition::OneOf(EventText::Kind, kinds),
            ]),
            ascending: false,
            after: None,
            start: 0,
            limit: MOST,
            total: false,
        };
        let found = self.store.search_events(&search).await?;
        let mut names: HashMap<String, Option<String>> = HashMap::new();
        let mut entries = Vec::with_capacity(found.events.len());
        for event in found.events {
            let app = match &event.client {
                None => None,
                Some(id) => match names.get(id.as_str()) {
                    Some(name) => name.clone(),
                    None => {
                        let name = self.client(id).await?.map(|client| client.name.clone());
                        names.insert(id.as_str().to_owned(), name.clone());
                        name
                    }
                },
            };
            entries.push(SignInEntry { at: event.at, way: SignInWay::of(&event), app, ip: event.ip });
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventId;

    #[test]
    fn the_log_says_how_somebody_signed_in() {
        let way = |address: Option<&str>, detail: serde_json::Value| {
            SignInWay::of(&Event {
                id: EventId::from("1"),
                at: Timestamp(0),
                kind: EventKind::SignedIn,
                client: None,
                connection: None,
                user: None,
                ip: None,
                address: address.map(str::to_owned),
                detail: detail.as_object().cloned().unwrap_or_default(),
                request: None,
                notices: Vec::new(),
            })
        };
        assert_eq!(way(None, serde_json::json!({"by": "device_key"})), SignInWay::TouchId);
        let today = serde_json::json!({"by": "device_key", "algorithm": "ES256"});
        assert_eq!(way(None, today), SignInWay::Device);
        assert_eq!(way(Some("a•••@b.example"), serde_json::json!({"by": "password"})), SignInWay::Password);
        assert_eq!(way(None, serde_json::json!({"passkey": "passkey|dev_1"})), SignInWay::Passkey);
        assert_eq!(way(Some("a•••@b.example"), serde_json::json!({})), SignInWay::Email);
        assert_eq!(way(Some("+1415•••0100"), serde_json::json!({})), SignInWay::Sms);
    }
}
