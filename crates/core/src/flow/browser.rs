//! What a browser keeps for us: one cookie that tells it from others, and one for its session.

use std::net::IpAddr;

use latchkey_wire::Secret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::authorize::NewSession;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{Client, ClientId, Proof, Session, TokenHash, User, UserId};
use crate::store::StoreError;
use crate::tenant::TenantSettings;

/// The cookies of a request.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Tells this browser from others; made on its first visit. It proves nothing about a person.
    pub cookie: Secret,
    pub session: Option<Secret>,
}

impl Browser {
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.cookie)
    }

    pub fn is(&self, other: &TokenHash) -> bool {
        self.hash() == *other
    }
}

/// A person who was proved, on the way to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    pub user: UserId,
    pub client: ClientId,
    /// Where it may become a session.
    pub browser: TokenHash,
    pub connection: String,
    pub proof: Proof,
    pub at: crate::clock::Timestamp,
}

/// Someone who is to be signed in in a browser.
pub(super) struct Arrival<'a> {
    pub user: &'a User,
    pub client: &'a Client,
    pub proved: &'a Proved,
    pub browser: &'a Browser,
    pub caller: &'a Caller,
    /// The session outlives the browser's window.
    pub remember: bool,
    /// The person is yet to be asked what the client may have.
    pub asks: bool,
}

/// The body of a handle.
pub(crate) fn read_body<T: DeserializeOwned>(body: &str) -> Result<T, Fault> {
    // The error of serde_json may quote the text.
    serde_json::from_str(body)
        .map_err(|_| Fault::Store(StoreError::Corrupt(String::from("the body of a handle"))))
}

pub(crate) fn write_body<T: Serialize>(body: &T) -> Result<String, Fault> {
    serde_json::to_string(body)
        .map_err(|_| Fault::Store(StoreError::Corrupt(String::from("the body of a handle"))))
}

impl Engine {
    /// One more page for this address (RL-15).
    pub fn take_page(&self, ip: IpAddr) -> Result<LimitState, LimitState> {
        let bucket = self.settings.limits.pages_per_ip;
        self.buckets.take("pages", &limit::prefix(ip), bucket, self.clock.now_micros())
    }

    pub(super) async fn live_session(&self, browser: &Browser) -> Result<Option<Session>, Fault> {
        let Some(cookie) = &browser.session else { return Ok(None) };
        let found = self.store.find_session(&TokenHash::of(cookie)).await?;
        Ok(found.filter(|session| session.is_live(self.now())))
    }

    /// A new session in the place of the browser's old one (S-107). Whoever proves themselves once more
    /// goes on in the session that clients know by its `sid`.
    pub(super) async fn open_session(&self, arrival: &Arrival<'_>) -> Result<(Session, NewSession), Fault> {
        let before = self.live_session(arrival.browser).await?;
        let same = before.filter(|session| session.user == arrival.user.id);
        let tenant = self.tenant().await?;
        let (session, cookie) = self.draft_session(arrival, &tenant, same.map(|session| session.sid));
        let replaced = arrival.browser.session.as_ref().map(TokenHash::of);
        self.store.insert_session(&session, replaced).await?;
        Ok((session, cookie))
    }

    /// A session that nobody has yet.
    fn draft_session(
        &self,
        arrival: &Arrival<'_>,
        tenant: &TenantSettings,
        sid: Option<String>,
    ) -> (Session, NewSession) {
        let Arrival { user, client, proved, caller, remember, asks, .. } = *arrival;
        let now = self.now();
        let cookie = self.random.token();
        let session = Session {
            id: TokenHash::of(&cookie),
            sid: sid.unwrap_or_else(|| self.new_id()),
            user: user.id.clone(),
            connection: proved.connection.clone(),
            proof: proved.proof,
            auth_time: proved.at,
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus(tenant.session_lifetime.into()),
            idle_expires_at: now.plus(tenant.session_idle_lifetime.into()),
            device: caller.user_agent.as_deref().and_then(crate::device::describe),
            ip: Some(caller.ip.to_string()),
            // Who is declined learns nothing of the person, not even that they left.
            clients: if asks { Vec::new() } else { vec![client.id.clone()] },
            metadata: Default::default(),
        };
        let keep = (remember && !tenant.forgets_sessions).then_some(i64::from(tenant.session_lifetime));
        (session, NewSession { cookie, keep })
    }
}
