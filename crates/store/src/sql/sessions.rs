//! Sessions: a document by the hash of its cookie.

use async_trait::async_trait;
use latchkey_core::model::{Ending, Event, LogoutInitiator, Session, TokenHash, UserId};
use latchkey_core::store::{Ended, SessionStore, StoreResult, TouchSession};
use serde_json::{Map, Value};

use super::{SqlStore, events, logout_notices};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

queries! {
    FIND = "SELECT body FROM sessions WHERE id = $1";
    LIST = "SELECT body FROM sessions WHERE user_id = $1 ORDER BY sid DESC";
    INSERT = "INSERT INTO sessions (id, user_id, sid, body, idle_expires_at) VALUES ($1, $2, $3, $4, $5)";
    /// Takes a row that is there.
    LOCK = "UPDATE sessions SET idle_expires_at = idle_expires_at WHERE id = $1 RETURNING body";
    UPDATE = "UPDATE sessions SET body = $2, idle_expires_at = $3 WHERE id = $1";
    DELETE = "DELETE FROM sessions WHERE id = $1 RETURNING body";
    FIND_BY_SID = "SELECT body FROM sessions WHERE sid = $1";
    /// Takes a row that is there.
    LOCK_BY_SID = "UPDATE sessions SET sid = sid WHERE sid = $1 RETURNING body";
    DELETE_BY_SID = "DELETE FROM sessions WHERE sid = $1 RETURNING body";
    GIVE = "UPDATE sessions SET user_id = $2, body = $3 WHERE id = $1";
    LIST_ALL = "SELECT body FROM sessions WHERE user_id = $1";
    LOCK_ALL = "UPDATE sessions SET sid = sid WHERE user_id = $1 RETURNING body";
    DELETE_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2 RETURNING body";
    DELETE_ALL = "DELETE FROM sessions WHERE user_id = $1 RETURNING body";
}

/// Ends every session of a user.
pub(super) async fn end_all<T: Tx>(tx: &T, user: &UserId, ending: Ending) -> StoreResult<Ended> {
    let sessions = tx.all(&DELETE_ALL, values![user], read).await?;
    logout_notices::write(tx, &sessions, ending).await
}

/// What was one user's is another's.
pub(super) async fn move_all<T: Tx>(tx: &T, from: &UserId, to: &UserId) -> StoreResult<()> {
    let lock = if T::ALONE { &LIST_ALL } else { &LOCK_ALL };
    for session in tx.all(lock, values![from], read).await? {
        let moved = Session { user: to.clone(), ..session };
        tx.later(&GIVE, values![moved.id, to, to_json(&moved)?])?;
    }
    Ok(())
}

struct Find(TokenHash);
struct FindBySid(String);
struct DeleteBySid(String, Ending, Vec<Event>);
struct SetMetadata(String, Map<String, Value>, Vec<Event>);
struct List(UserId);
struct Insert(Session, Option<TokenHash>);
struct Delete(TokenHash, Ending);
struct DeleteAll(UserId, Ending, Vec<Event>);
struct DeleteOthers(UserId, TokenHash, Ending, Vec<Event>);

/// Every session of a user but one.
pub(super) async fn end_others<T: Tx>(
    tx: &T,
    user: &UserId,
    kept: &TokenHash,
    ending: Ending,
) -> StoreResult<Ended> {
    let sessions = tx.all(&DELETE_OTHERS, values![user, *kept], read).await?;
    logout_notices::write(tx, &sessions, ending).await
}

fn read(row: &mut Columns<'_>) -> StoreResult<Session> {
    row.next_json()
}

impl Act for Find {
    type Out = Option<Session>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Session>> {
        tx.first(&FIND, values![self.0], read).await
    }
}

impl Act for List {
    type Out = Vec<Session>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<Session>> {
        tx.all(&LIST, values![&self.0], read).await
    }
}

impl Act for Insert {
    type Out = ();
    // The session that it replaces must not come back.
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let mut session = self.0.clone();
        if let Some(replaced) = self.1 {
            let old = tx.first(&DELETE, values![replaced], read).await?;
            match old {
                Some(old) if old.sid == session.sid => {
                    session.metadata = old.metadata;
                    let added = std::mem::replace(&mut session.clients, old.clients);
                    let added = added.into_iter().filter(|client| !session.clients.contains(client));
                    session.clients.extend(added.collect::<Vec<_>>());
                }
                Some(old) => {
                    let initiator = match old.is_live(session.created_at) {
                        true => LogoutInitiator::SessionRevoked,
                        false => LogoutInitiator::SessionExpired,
                    };
                    logout_notices::write(tx, &[old], Ending { initiator, at: session.created_at }).await?;
                }
                None => {}
            }
        }
        tx.later(
            &INSERT,
            values![
                session.id,
                &session.user,
                &session.sid,
                to_json(&session)?,
                session.idle_expires_at.min(session.expires_at)
            ],
        )
    }
}

impl Act for TouchSession {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let lock = if T::ALONE { &FIND } else { &LOCK };
        let found = tx.first(lock, values![self.id], read).await?;
        let Some(mut session) = found.filter(|session| session.is_live(self.now)) else { return Ok(false) };
        session.last_seen_at = self.now;
        session.idle_expires_at = self.idle_expires_at;
        if !session.clients.contains(&self.client) {
            session.clients.push(self.client.clone());
        }
        let until = session.idle_expires_at.min(session.expires_at);
        tx.later(&UPDATE, values![self.id, to_json(&session)?, until])?;
        Ok(true)
    }
}

impl Act for Delete {
    type Out = Ended;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Ended> {
        let sessions = tx.all(&DELETE, values![self.0], read).await?;
        logout_notices::write(tx, &sessions, self.1).await
    }
}

impl Act for FindBySid {
    type Out = Option<Session>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Session>> {
        tx.first(&FIND_BY_SID, values![&self.0], read).await
    }
}

impl Act for DeleteBySid {
    type Out = Ended;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Ended> {
        let sessions = tx.all(&DELETE_BY_SID, values![&self.0], read).await?;
        let ended = logout_notices::write(tx, &sessions, self.1).await?;
        events::insert(tx, &ended.told(&self.2))?;
        Ok(ended)
    }
}

impl Act for SetMetadata {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let lock = if T::ALONE { &FIND_BY_SID } else { &LOCK_BY_SID };
        let Some(session) = tx.first(lock, values![&self.0], read).await? else { return Ok(false) };
        let until = session.idle_expires_at.min(session.expires_at);
        let session = Session { metadata: self.1.clone(), ..session };
        tx.later(&UPDATE, values![session.id, to_json(&session)?, until])?;
        events::insert(tx, &self.2)?;
        Ok(true)
    }
}

impl Act for DeleteAll {
    type Out = Ended;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Ended> {
        let ended = end_all(tx, &self.0, self.1).await?;
        events::insert(tx, &ended.told(&self.2))?;
        Ok(ended)
    }
}

impl Act for DeleteOthers {
    type Out = Ended;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Ended> {
        let Self(user, kept, ending, events) = self;
        let ended = end_others(tx, user, kept, *ending).await?;
        events::insert(tx, &ended.told(events))?;
        Ok(ended)
    }
}

#[async_trait]
impl<E: Engine> SessionStore for SqlStore<E> {
    async fn find_session(&self, id: &TokenHash) -> StoreResult<Option<Session>> {
        self.0.read(Find(*id)).await
    }

    async fn list_sessions(&self, user: &UserId) -> StoreResult<Vec<Session>> {
        self.0.read(List(user.clone())).await
    }

    async fn insert_session(&self, session: &Session, replaced: Option<TokenHash>) -> StoreResult<()> {
        self.0.write(Insert(session.clone(), replaced)).await
    }

    async fn touch_session(&self, touch: TouchSession) -> StoreResult<bool> {
        self.0.write(touch).await
    }

    async fn delete_session(&self, id: &TokenHash, ending: Ending) -> StoreResult<Ended> {
        self.0.write(Delete(*id, ending)).await
    }

    async fn find_session_by_sid(&self, sid: &str) -> StoreResult<Option<Session>> {
        self.0.read(FindBySid(sid.to_owned())).await
    }

    async fn delete_session_by_sid(
        &self,
        sid: &str,
        ending: Ending,
        events: Vec<Event>,
    ) -> StoreResult<Ended> {
        self.0.write(DeleteBySid(sid.to_owned(), ending, events)).await
    }

    async fn set_session_metadata(
        &self,
        sid: &str,
        metadata: Map<String, Value>,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(SetMetadata(sid.to_owned(), metadata, events)).await
    }

    async fn delete_sessions(&self, user: &UserId, ending: Ending, events: Vec<Event>) -> StoreResult<Ended> {
        self.0.write(DeleteAll(user.clone(), ending, events)).await
    }

    async fn delete_other_sessions(
        &self,
        user: &UserId,
        kept: &TokenHash,
        ending: Ending,
        events: Vec<Event>,
    ) -> StoreResult<Ended> {
        self.0.write(DeleteOthers(user.clone(), *kept, ending, events)).await
    }
}
