//! The verbs about sessions of browsers, and about the notices that tell clients of their end.

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::StoreResult;
use crate::clock::Timestamp;
use crate::model::{ClientId, Ended, Ending, Event, LogoutNotice, Session, TokenHash, UserId};

/// One use of a session.
#[derive(Clone, Debug)]
pub struct TouchSession {
    pub id: TokenHash,
    /// The client that got tokens.
    pub client: ClientId,
    pub now: Timestamp,
    pub idle_expires_at: Timestamp,
}

/// Invariant: a session that ends writes, in the same transaction, a notice for each of its clients that
/// is to be told of such an end. Otherwise a crash in between would leave people signed in at clients.
#[async_trait]
pub trait SessionStore {
    /// Live or not, until the sweep.
    async fn find_session(&self, id: &TokenHash) -> StoreResult<Option<Session>>;
    /// Newest first; live or not, until the sweep.
    async fn list_sessions(&self, user: &UserId) -> StoreResult<Vec<Session>>;
    /// A session in the place of another one of the same browser (S-107). Where that has the same `sid`,
    /// it goes on: its clients are kept. Otherwise it ends.
    async fn insert_session(&self, session: &Session, replaced: Option<TokenHash>) -> StoreResult<()>;
    /// Atomically: a live session was used, so that its idle deadline moves; who used it is kept beside
    /// those that others add at the same time. False when it is not live.
    async fn touch_session(&self, touch: TouchSession) -> StoreResult<bool>;
    /// No session when there is none.
    async fn delete_session(&self, id: &TokenHash, ending: Ending) -> StoreResult<Ended>;
    /// Writes the events where sessions ended, with how many ([`Ended::told`]).
    async fn delete_sessions(&self, user: &UserId, ending: Ending, events: Vec<Event>) -> StoreResult<Ended>;
    /// Those of a user but one. Writes the events as [`SessionStore::delete_sessions`] does.
    async fn delete_other_sessions(
        &self,
        user: &UserId,
        kept: &TokenHash,
        ending: Ending,
        events: Vec<Event>,
    ) -> StoreResult<Ended>;
    /// Live or not, until the sweep.
    async fn find_session_by_sid(&self, sid: &str) -> StoreResult<Option<Session>>;
    /// Writes the events as [`SessionStore::delete_sessions`] does.
    async fn delete_session_by_sid(
        &self,
        sid: &str,
        ending: Ending,
        events: Vec<Event>,
    ) -> StoreResult<Ended>;
    /// Writes the events. False, and nothing happens, when there is none.
    async fn set_session_metadata(
        &self,
        sid: &str,
        metadata: Map<String, Value>,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
}

#[async_trait]
pub trait LogoutNoticeStore {
    /// Notices due at `now`, the longest due first, each leased to the caller until `lease_until`: no
    /// other caller gets them before then. Counts a try on each.
    async fn claim_logout_notices(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<LogoutNotice>>;
    /// Due again at `due_at`; `None` deletes it. Writes the events. False, and nothing happens, when
    /// another caller claimed it since.
    async fn settle_logout_notice(
        &self,
        notice: &LogoutNotice,
        due_at: Option<Timestamp>,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
}
