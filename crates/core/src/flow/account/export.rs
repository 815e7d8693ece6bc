//! Everything that is kept about a person, for themselves: no secret, nothing that proves anybody, and nothing
//! about the operators who looked after them.

use serde_json::{Map, Value, json};

use super::{AccountError, Act};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{DeviceKey, Event, EventKind, MAX_DEVICE_KEYS, Passkey, UserId};
use crate::store::{DeviceKeyFilter, EventFilter, Page};

/// Entries of the log per read, and most reads: an account has seldom more, and the file says where it ends.
const PAGE: u32 = 100;
const MOST_PAGES: usize = 100;
/// What of the details of the log is about the person; other words may name an operator.
const DETAILS: [&str; 6] = ["act", "country", "device_key", "error", "passkey", "purpose"];

impl Engine {
    /// A document, in the shapes of the Management API where it has them.
    pub async fn export_own_account(&self, act: Act<'_>) -> Result<Value, AccountError> {
        let known = self.proven_here(act).await?;
        let user = &known.user;
        let event = self.act_event(EventKind::AccountExported, user, "export", act);
        self.store.insert_events(vec![event]).await?;
        let sessions = self.store.list_sessions(&user.id).await?;
        let mut tokens = Vec::new();
        for family in self.store.list_refresh_families(&user.id).await? {
            tokens.push(Value::Object(self.shown_refresh_token(&family).await?));
        }
        let consents = self.consents_of(&user.id).await?;
        let passkeys = self.store.list_passkeys(&user.id).await?;
        let of_user = DeviceKeyFilter { user: Some(user.id.clone()), client: None };
        let device_keys = self.store.list_device_keys(&of_user, MAX_DEVICE_KEYS).await?;
        let (log, is_whole) = self.log_of(&user.id).await?;
        Ok(json!({
            "issuer": self.settings.issuer,
            "created_at": self.now().to_iso8601(),
            "user": self.shown_user(user),
            "identities": self.shown_identities(user),
            "passkeys": passkeys.iter().map(shown_passkey).collect::<Vec<_>>(),
            "device_keys": device_keys.iter().map(shown_device_key).collect::<Vec<_>>(),
            "sessions": sessions.iter().map(|session| self.shown_session(session)).collect::<Vec<_>>(),
            "refresh_tokens": tokens,
            "grants": consents.iter().map(|consent| self.show_consent(consent)).collect::<Vec<_>>(),
            "log": log,
            "log_is_complete": is_whole,
        }))
    }

    /// Newest first, and whether that is all.
    async fn log_of(&self, user: &UserId) -> Result<(Vec<Value>, bool), Fault> {
        let filter = EventFilter { user: Some(user.clone()), ..EventFilter::default() };
        let mut page = Page { after: None, limit: PAGE };
        let mut shown = Vec::new();
        for _ in 0..MOST_PAGES {
            let found = self.store.list_events(&filter, &page).await?;
            let is_last = u32::try_from(found.len()).is_ok_and(|count| count < PAGE);
            page.after = found.last().map(|event| event.id.as_str().to_owned());
            shown.extend(found.iter().map(shown_event));
            if is_last {
                return Ok((shown, true));
            }
        }
        Ok((shown, false))
    }
}

fn shown_event(event: &Event) -> Value {
    let mut object = Map::from_iter([
        (String::from("id"), json!(event.id)),
        (String::from("date"), json!(event.at.to_iso8601())),
        (String::from("type"), json!(event.kind.code())),
    ]);
    // What an operator did is told as having been done.
    if event.kind == EventKind::OperatorActed {
        return Value::Object(object);
    }
    let details: Map<String, Value> = DETAILS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), event.detail.get(*name)?.clone())))
        .collect();
    let further = [
        ("client_id", event.client.as_ref().map(|client| json!(client))),
        ("connection", event.connection.as_ref().map(|name| json!(name))),
        ("ip", event.ip.as_ref().map(|ip| json!(ip))),
        (
            "user_agent",
            event.request.as_ref().and_then(|request| request.user_agent.as_ref()).map(|agent| json!(agent)),
        ),
        ("address", event.address.as_ref().map(|address| json!(address))),
        ("details", (!details.is_empty()).then_some(Value::Object(details))),
    ];
    object.extend(further.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(object)
}

fn shown_device_key(key: &DeviceKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "client_id": key.client,
        "connection": key.connection,
        "algorithm": key.algorithm.as_str(),
        "attestation": key.attestation.as_ref().map(|attestation| attestation.format.as_str()),
        "created_at": key.created_at.to_iso8601(),
        "last_used_at": key.last_used_at.map(|at| at.to_iso8601()),
    })
}

fn shown_passkey(passkey: &Passkey) -> Value {
    json!({
        "id": passkey.id,
        "name": passkey.name,
        "relying_party_identifier": passkey.relying_party,
        "created_at": passkey.created_at.to_iso8601(),
        "last_used_at": passkey.used_at.map(|at| at.to_iso8601()),
        "synced": passkey.backup_eligible,
        "aaguid": passkey.aaguid,
        "authenticator": passkey.authenticator(),
        "transports": passkey.transports,
        "user_agent": passkey.user_agent,
    })
}
