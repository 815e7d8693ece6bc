//! One-time handles, by the hash of their token.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Handle, HandleKind, RefreshFamily, TokenHash};
use latchkey_core::store::{HandleStore, HandleUse, StoreError, StoreResult, UseHandle};

use super::{SqlStore, events, refresh_tokens};
use crate::tx::{Act, Columns, Engine, Tx, queries, values};

queries! {
    /// Ids are hashes of random tokens, or name what they replace.
    INSERT = "INSERT INTO handles (id, kind, body, expires_at, used_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, body = excluded.body, \
        expires_at = excluded.expires_at, used_at = excluded.used_at";
    FIND = "SELECT id, kind, body, expires_at, used_at FROM handles WHERE id = $1 AND kind = $2";
    /// Of any number of callers that saw the same body, one changes the row.
    UPDATE = "UPDATE handles SET body = $3 \
        WHERE id = $1 AND kind = $2 AND body = $4 AND used_at IS NULL AND expires_at > $5";
    /// Of any number of callers, one changes the row.
    USE = "UPDATE handles SET used_at = $3 \
        WHERE id = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3";
}

pub(super) fn insert<T: Tx>(tx: &T, handle: &Handle) -> StoreResult<()> {
    tx.later(
        &INSERT,
        values![handle.id, handle.kind.as_str(), &handle.body, handle.expires_at, handle.used_at],
    )
}

fn read(row: &mut Columns<'_>) -> StoreResult<Handle> {
    Ok(Handle {
        id: TokenHash(row.next()?),
        kind: {
            let kind: String = row.next()?;
            HandleKind::parse(&kind)
                .ok_or_else(|| StoreError::Corrupt(String::from("a handle has no kind")))?
        },
        body: row.next()?,
        expires_at: row.next()?,
        used_at: row.next_opt()?,
    })
}

struct Insert(Handle);
struct Find(TokenHash, HandleKind);
struct Update(Handle, String, Timestamp);

impl Act for Insert {
    type Out = ();
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        insert(tx, &self.0)
    }
}

impl Act for Find {
    type Out = Option<Handle>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Handle>> {
        tx.first(&FIND, values![self.0, self.1.as_str()], read).await
    }
}

impl Act for Update {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let values = values![self.0.id, self.0.kind.as_str(), &self.0.body, &self.1, self.2];
        Ok(tx.change(&UPDATE, values).await? > 0)
    }
}

impl Act for UseHandle {
    type Out = HandleUse;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<HandleUse> {
        let used = tx.change(&USE, values![self.id, self.kind.as_str(), self.now]).await? > 0;
        let Some(handle) = tx.first(&FIND, values![self.id, self.kind.as_str()], read).await? else {
            return Ok(HandleUse::Absent);
        };
        if !used {
            return Ok(if handle.used_at.is_some() { HandleUse::Again(handle) } else { HandleUse::Absent });
        }
        if let Some((family, token)) = &self.refresh {
            let family: &RefreshFamily = family;
            refresh_tokens::insert_family(tx, family, *token, self.max_families)?;
        }
        events::insert(tx, &self.events)?;
        Ok(HandleUse::First(handle))
    }
}

#[async_trait]
impl<E: Engine> HandleStore for SqlStore<E> {
    async fn insert_handle(&self, handle: Handle) -> StoreResult<()> {
        self.0.write(Insert(handle)).await
    }

    async fn find_handle(&self, id: &TokenHash, kind: HandleKind) -> StoreResult<Option<Handle>> {
        self.0.read(Find(*id, kind)).await
    }

    async fn update_handle(&self, handle: &Handle, seen: &str, now: Timestamp) -> StoreResult<bool> {
        self.0.write(Update(handle.clone(), seen.to_owned(), now)).await
    }

    async fn use_handle(&self, act: UseHandle) -> StoreResult<HandleUse> {
        self.0.write(act).await
    }
}
