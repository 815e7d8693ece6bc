//! Who was held lately, as far as the log tells: addresses, masked as it has them, and IPs that this node holds. Of
//! one whose address is known, `blocks.rs` says what holds it just now.

use std::collections::HashSet;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::ManageError;
use super::blocks::{BUCKET, FAILURES};
use crate::engine::Engine;
use crate::limit;
use crate::model::{Event, EventKind};
use crate::store::{EventFilter, Page, StoreError};

/// Events of a kind that are looked at, the newest first.
const MOST: u32 = 500;
/// Seconds that the longest hold lasts: a day's failures.
const DAY: i64 = 86_400;

impl Engine {
    /// `identifiers` and `ips`, the newest first. An address that was released since is none of them.
    pub async fn held_lately(&self) -> Result<Value, ManageError> {
        Ok(json!({ "identifiers": self.held_identifiers().await?, "ips": self.held_ips().await? }))
    }

    async fn held_identifiers(&self) -> Result<Vec<Value>, StoreError> {
        let released = self.latest(EventKind::UserUnblocked).await?;
        let mut held = self.latest(EventKind::PairBlocked).await?;
        held.extend(self.latest(EventKind::AddressBlocked).await?);
        held.sort_by(|one, other| other.id.cmp(&one.id));
        let since = self.now().plus(-DAY);
        held.retain(|event| {
            let is_after = |other: &&Event| other.address == event.address && other.id > event.id;
            event.at > since && !released.iter().any(|other| is_after(&other))
        });
        let mut seen = HashSet::new();
        held.retain(|event| seen.insert((event.address.clone(), event.kind.code(), event.ip.clone())));
        Ok(held.iter().map(shown).collect())
    }

    async fn held_ips(&self) -> Result<Vec<Value>, ManageError> {
        let (mut seen, mut held) = (HashSet::new(), Vec::new());
        for kind in FAILURES {
            for event in self.latest(kind).await? {
                let Some(ip) = event.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok()) else { continue };
                let prefix = limit::prefix(ip);
                let Some(bucket) = self.protection(ip).await?.failures_per_ip else { continue };
                if seen.insert(prefix.clone())
                    && self.buckets.peek(BUCKET, &prefix, bucket, self.clock.now_micros()).is_err()
                {
                    held.push(json!({ "ip": ip.to_string(), "last_failure": event.at.to_iso8601() }));
                }
            }
        }
        Ok(held)
    }

    async fn latest(&self, kind: EventKind) -> Result<Vec<Event>, StoreError> {
        let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
        self.store.list_events(&filter, &Page { after: None, limit: MOST }).await
    }
}

fn shown(event: &Event) -> Value {
    let mut shown = json!({ "identifier": event.address, "blocked_at": event.at.to_iso8601() });
    if let Some(object) = shown.as_object_mut() {
        // A whole address is held wherever its codes come from.
        let ip = event.ip.as_ref().filter(|_| event.kind == EventKind::PairBlocked);
        for (name, value) in [("ip", ip), ("connection", event.connection.as_ref())] {
            if let Some(value) = value {
                object.insert(name.to_owned(), json!(value));
            }
        }
    }
    shown
}
