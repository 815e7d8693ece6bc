//! Who was held lately, as far as the log tells: addresses, masked as it has them, that failed as often as the limits
//! allow, and IPs that this node holds. Of one whose address is known, `blocks.rs` says what holds it just now.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use serde_json::{Value, json};

use super::ManageError;
use super::blocks::{BUCKET, FAILURES};
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit;
use crate::model::{Event, EventKind};
use crate::store::{EventFilter, Page, StoreError};

/// Events of a kind that are looked at, the newest first.
const MOST: u32 = 500;
/// Seconds that are looked at.
const DAY: i64 = 86_400;
/// After these an address begins anew: a right code, and the forgiveness of an operator.
const BEGINS_ANEW: [EventKind; 4] =
    [EventKind::SignedIn, EventKind::OtpExchanged, EventKind::CrossOriginProved, EventKind::UserUnblocked];

/// Failures in a row: of an address, and of it from one IP.
#[derive(Default)]
struct Failures {
    count: u32,
    from: HashMap<String, u32>,
    /// What was shown of them already.
    held: Vec<Value>,
}

impl Engine {
    /// `identifiers` of the last 24 hours and `ips` of this moment. An address that was right or released since is none
    /// of them.
    pub async fn held_lately(&self) -> Result<Value, ManageError> {
        let mut failures = Vec::new();
        for kind in FAILURES {
            failures.extend(self.latest(kind).await?);
        }
        let ips = self.held_ips(&failures).await?;
        Ok(json!({ "identifiers": self.held_identifiers(failures).await?, "ips": ips }))
    }

    /// The latest first.
    async fn held_identifiers(&self, mut events: Vec<Event>) -> Result<Vec<Value>, Fault> {
        for kind in BEGINS_ANEW {
            events.extend(self.latest(kind).await?);
        }
        let since = self.now().plus(-DAY);
        events.retain(|event| event.at > since);
        events.sort_by(|one, other| one.id.cmp(&other.id));
        let mut all = HashMap::new();
        for event in &events {
            let Some(address) = event.address.clone() else { continue };
            if BEGINS_ANEW.contains(&event.kind) {
                all.remove(&address);
                continue;
            }
            let failures: &mut Failures = all.entry(address).or_default();
            self.count(failures, event).await?;
        }
        let mut held: Vec<Value> = all.into_values().flat_map(|failures| failures.held).collect();
        held.sort_by_key(|one| std::cmp::Reverse(one.get("blocked_at").map(Value::to_string)));
        Ok(held)
    }

    /// One more; the one that reaches a limit is kept.
    async fn count(&self, failures: &mut Failures, event: &Event) -> Result<(), Fault> {
        let Some(ip) = event.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok()) else { return Ok(()) };
        let protection = self.protection(ip).await?;
        let tries = protection.address_tries;
        failures.count = failures.count.saturating_add(1);
        if failures.count == tries.consecutive.min(tries.per_day) {
            failures.held.push(shown(event, None));
        }
        let from = failures.from.entry(limit::prefix(ip)).or_default();
        *from = from.saturating_add(1);
        if protection.pair_tries.is_some_and(|tries| *from == tries.consecutive.min(tries.per_day)) {
            failures.held.push(shown(event, Some(ip)));
        }
        Ok(())
    }

    async fn held_ips(&self, failures: &[Event]) -> Result<Vec<Value>, Fault> {
        let (mut seen, mut held) = (HashSet::new(), Vec::new());
        for event in failures {
            let Some(ip) = event.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok()) else { continue };
            let prefix = limit::prefix(ip);
            let Some(bucket) = self.protection(ip).await?.failures_per_ip else { continue };
            if seen.insert(prefix.clone())
                && self.buckets.peek(BUCKET, &prefix, bucket, self.clock.now_micros()).is_err()
            {
                held.push(json!({ "ip": ip.to_string(), "last_failure": event.at.to_iso8601() }));
            }
        }
        Ok(held)
    }

    async fn latest(&self, kind: EventKind) -> Result<Vec<Event>, StoreError> {
        let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
        self.store.list_events(&filter, &Page { after: None, limit: MOST }).await
    }
}

/// `ip`: where it is held from; nowhere else counts.
fn shown(event: &Event, ip: Option<IpAddr>) -> Value {
    let mut shown = json!({ "identifier": event.address, "blocked_at": event.at.to_iso8601() });
    if let Some(object) = shown.as_object_mut() {
        for (name, value) in [("ip", ip.map(|ip| ip.to_string())), ("connection", event.connection.clone())] {
            if let Some(value) = value {
                object.insert(name.to_owned(), json!(value));
            }
        }
    }
    shown
}
