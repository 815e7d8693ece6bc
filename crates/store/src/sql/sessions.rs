//! Sessions: a document by the hash of its cookie.

use async_trait::async_trait;
use latchkey_core::model::{Session, TokenHash, UserId};
use latchkey_core::store::{SessionStore, StoreResult, TouchSession};

use super::SqlStore;
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

queries! {
    FIND = "SELECT body FROM sessions WHERE id = $1";
    LIST = "SELECT body FROM sessions WHERE user_id = $1 ORDER BY sid DESC LIMIT 100";
    INSERT = "INSERT INTO sessions (id, user_id, sid, body, idle_expires_at) VALUES ($1, $2, $3, $4, $5)";
    /// Takes a row that is there.
    LOCK = "UPDATE sessions SET idle_expires_at = idle_expires_at WHERE id = $1 RETURNING body";
    UPDATE = "UPDATE sessions SET body = $2, idle_expires_at = $3 WHERE id = $1";
    DELETE = "DELETE FROM sessions WHERE id = $1";
    DELETE_ALL = "DELETE FROM sessions WHERE user_id = $1";
}

/// With the commit.
pub(super) fn delete_all<T: Tx>(tx: &T, user: &UserId) -> StoreResult<()> {
    tx.later(&DELETE_ALL, values![user])
}

struct Find(TokenHash);
struct List(UserId);
struct Insert(Session, Option<TokenHash>);
struct Delete(TokenHash);
struct DeleteAll(UserId);

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
        if let Some(replaced) = self.1 {
            tx.later(&DELETE, values![replaced])?;
        }
        let session = &self.0;
        tx.later(
            &INSERT,
            values![
                session.id,
                &session.user,
                &session.sid,
                to_json(session)?,
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
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        Ok(tx.change(&DELETE, values![self.0]).await? > 0)
    }
}

impl Act for DeleteAll {
    type Out = u64;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<u64> {
        tx.change(&DELETE_ALL, values![&self.0]).await
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

    async fn delete_session(&self, id: &TokenHash) -> StoreResult<bool> {
        self.0.write(Delete(*id)).await
    }

    async fn delete_sessions(&self, user: &UserId) -> StoreResult<u64> {
        self.0.write(DeleteAll(user.clone())).await
    }
}
