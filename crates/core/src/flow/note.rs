//! Entries of the log about what was refused or limited (management 2.18).
//!
//! Whoever is refused can ask again, as often as they like. So such an entry is written behind the request's back,
//! whose time then tells nothing (S-006), and seldom: once in a while for what it is about, and no more of a kind
//! than a log can bear. What is left out is counted.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::{Value, json};

use super::start_passwordless::Sound;
use crate::channel::Destination;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::limit::{self, Bucket};
use crate::model::{ClientId, Event, EventKind};
use crate::trace::{self, cleaned};

/// Of one kind on a node: 60 at once, 600 an hour.
const OF_A_KIND: Bucket = Bucket::new(60, 600, 3600);
/// Most bytes of an origin.
const MAX_ORIGIN: usize = 256;

/// How often an entry about one thing is written.
fn pace(kind: EventKind) -> Bucket {
    match kind {
        // A limit that is reached stays so for a while.
        EventKind::PairBlocked
        | EventKind::AddressBlocked
        | EventKind::UserLimited
        | EventKind::PhoneLimited
        | EventKind::RateLimited => Bucket::new(1, 1, 3600),
        EventKind::CallDeprecated => Bucket::new(1, 1, 86_400),
        EventKind::OperatorRefused => Bucket::new(10, 10, 60),
        _ => Bucket::new(1, 1, 60),
    }
}

impl Engine {
    /// Notes it, unless that was done a short while ago. `about` tells what is noted from others of its kind.
    pub(crate) fn note_seldom(
        &self,
        kind: EventKind,
        client: Option<&ClientId>,
        about: &str,
        fill: impl FnOnce(&mut Event),
    ) {
        if self.is_news(kind, client, about) {
            let mut event = self.event(kind, client);
            fill(&mut event);
            self.write_behind(event);
        }
    }

    /// Whether it is to be noted now.
    pub(super) fn is_news(&self, kind: EventKind, client: Option<&ClientId>, about: &str) -> bool {
        let micros = self.clock.now_micros();
        // What nobody in particular does leaves room for what known clients do.
        let share = format!("{} {}", kind.code(), client.is_some());
        let about = format!("{} {}|{about}", kind.code(), client.map_or("", |client| client.as_str()));
        let taken = self
            .buckets
            .take("noted", &about, pace(kind), micros)
            .and_then(|_| self.buckets.take("notes", &share, OF_A_KIND, micros));
        if taken.is_err() {
            metrics::counter!("latchkey_log_entries_left_out_total", "type" => kind.code()).increment(1);
        }
        taken.is_ok()
    }

    /// Writes an entry that no answer waits for.
    pub(super) fn write_behind(&self, event: Event) {
        let store = Arc::clone(&self.store);
        self.runtime.spawn(Box::pin(async move {
            if let Err(error) = store.insert_events(vec![event]).await {
                tracing::warn!(%error, "an entry of the log could not be written");
            }
        }));
    }

    /// A page called that is none of the client's, or none of any client's.
    pub fn note_origin(&self, client: Option<&ClientId>, origin: &str) {
        let origin = cleaned(origin, MAX_ORIGIN).unwrap_or_default();
        // By its page alone: who names no client may have been noted with one.
        let about = format!("{} {origin}", whence());
        let named = client.cloned();
        self.note_seldom(EventKind::CorsRefused, None, &about, |event| {
            event.client = named;
            event.detail.insert(String::from("origin"), json!(origin));
        });
    }

    /// Too many wrong codes or passwords from one place.
    pub(super) fn note_failures(&self, client: Option<&ClientId>, ip: IpAddr) {
        if !self.is_news(EventKind::AddressBlocked, None, &limit::prefix(ip)) {
            return;
        }
        let mut event = self.event(EventKind::AddressBlocked, client);
        event.ip = Some(ip.to_string());
        event.detail.insert(String::from("flow"), json!("login"));
        self.write_behind(event);
        self.warn_owners(ip);
    }

    /// A bucket of this node is empty.
    pub(crate) fn note_rate(&self, client: Option<&ClientId>, about: &str, ip: Option<IpAddr>) {
        let key = ip.map_or_else(String::new, limit::prefix);
        self.note_seldom(EventKind::RateLimited, client, &format!("{about}|{key}"), |event| {
            if let Some(ip) = ip {
                event.ip = Some(ip.to_string());
            }
            event.detail.insert(String::from("limit"), json!(about));
        });
    }

    /// An address gets no more messages for now; what mails cost is not worth an entry.
    pub(super) fn note_sends(&self, sound: &Sound, until: Timestamp) {
        let Destination::Sms { number, .. } = &sound.to else { return };
        self.note_seldom(EventKind::PhoneLimited, None, number.e164(), |event| {
            *event = self.start_event(EventKind::PhoneLimited, sound);
            for (name, value) in [
                ("delivery_method", String::from("sms")),
                ("trigger_time", event.at.to_iso8601()),
                ("reset_time", until.to_iso8601()),
            ] {
                event.detail.insert(name.to_owned(), json!(value));
            }
        });
    }

    /// A call that is there for programs of years ago.
    pub(crate) fn note_deprecated(&self, client: &ClientId, feature: &'static str) {
        self.note_seldom(EventKind::CallDeprecated, Some(client), feature, |event| {
            event.detail.insert(String::from("feature"), json!(feature));
        });
    }
}

impl Event {
    /// A message that failed, but perhaps not.
    pub(crate) fn unclear(mut self, error: &str) -> Self {
        self.kind = EventKind::SendUnclear;
        self.because(error);
        self
    }

    /// Why something came to nothing: a word of ours.
    pub(crate) fn because(&mut self, error: &str) {
        self.detail.insert(String::from("error"), Value::from(error));
    }
}

/// The address that the request at hand came from, as limits count it.
pub(crate) fn whence() -> String {
    let ip = trace::current().and_then(|request| request.client_ip.as_ref()?.parse::<IpAddr>().ok());
    ip.map_or_else(String::new, limit::prefix)
}
