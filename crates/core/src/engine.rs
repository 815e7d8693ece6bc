//! The engine: every part that the acts work with. No logic.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use crate::clock::{Clock, Timestamp};
use crate::conversion::Conversions;
use crate::directory::Directory;
use crate::hashing::Hashing;
use crate::key_attestation::KeyAttestor;
use crate::limit::Buckets;
use crate::model::{ClientId, Event, EventId, EventKind};
use crate::passkey::PasskeyVerifier;
use crate::random::Random;
use crate::runtime::Runtime;
use crate::sender::{Renderer, Senders};
use crate::settings::Settings;
use crate::store::Store;
use crate::token::keys::{KeyMaker, KeyRing};
use crate::trace;
use crate::vault::Vault;
use tokio::sync::{Mutex, Notify};

pub struct Engine {
    pub store: Arc<dyn Store>,
    pub senders: Arc<dyn Senders>,
    pub renderer: Arc<dyn Renderer>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub runtime: Arc<dyn Runtime>,
    pub key_maker: Arc<dyn KeyMaker>,
    pub passkey_verifier: Arc<dyn PasskeyVerifier>,
    pub key_attestor: Arc<dyn KeyAttestor>,
    pub vault: Vault,
    pub keys: KeyRing,
    pub directory: Directory,
    pub buckets: Buckets,
    pub conversions: Conversions,
    pub hashing: Hashing,
    pub settings: Settings,
    /// Rings when there is a job to work.
    pub job_bell: Notify,
    /// When a client last asked for somebody to be signed in, in microseconds: jobs make way for them.
    pub last_arrival: AtomicI64,
    /// Held by the job whose turn it is while people sign in.
    pub job_pace: Mutex<()>,
    /// Held while the audit chain is walked: by one at a time.
    pub audit_check: Mutex<()>,
    /// For work behind a request, which outlives it. Set by [`Engine::shared`].
    pub itself: OnceLock<Weak<Engine>>,
}

impl Engine {
    /// Ready to be shared.
    pub fn shared(self) -> Arc<Self> {
        let engine = Arc::new(self);
        // Nobody else has it yet.
        let _ = engine.itself.set(Arc::downgrade(&engine));
        engine
    }

    /// Somebody is signing in.
    pub(crate) fn note_arrival(&self) {
        self.last_arrival.store(self.clock.now_micros(), Ordering::Relaxed);
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new time-ordered id.
    pub fn new_id(&self) -> String {
        self.random.ordered_id(self.clock.now_micros())
    }

    /// An event with its id, its time and the request at hand; the act fills in the rest.
    pub fn event(&self, kind: EventKind, client: Option<&ClientId>) -> Event {
        let (at, request) = (self.now(), trace::current());
        Event {
            id: EventId::new(self.new_id()),
            at,
            kind,
            client: client.cloned(),
            connection: None,
            user: None,
            ip: request.as_ref().and_then(|request| request.client_ip.clone()),
            address: None,
            detail: serde_json::Map::new(),
            request: request.map(|request| Box::new((*request).clone())),
            notices: Vec::new(),
        }
    }

    /// The origin of the pages of this server.
    pub fn own_origin(&self) -> String {
        let issuer = url::Url::parse(&self.settings.issuer);
        issuer.map(|issuer| issuer.origin().ascii_serialization()).unwrap_or_default()
    }

    /// A URL of this server: the issuer and a path without its first slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings.issuer)
    }
}
