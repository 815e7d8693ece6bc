//! The chain over what operators did: a link with each of their events, in its transaction.
//!
//! Invariant: the end of the chain is one row, which a transaction that adds a link changes and so holds until
//! its commit. Links are in the order of commits, without gaps and without a second try.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{AuditLink, ChainEnd, ChainHash, EventId};
use latchkey_core::store::{AuditStore, StoreError, StoreResult};

use super::SqlStore;
use crate::tx::{Act, Columns, Engine, Tx, Value, queries, values};

queries! {
    /// An event that is inserted twice has its link.
    MOVE_END = "UPDATE audit_chain_end SET seq = seq + 1, previous = hash, hash = audit_hash(hash, $2) \
        WHERE NOT EXISTS (SELECT 1 FROM audit_chain WHERE event = $1)";
    /// Where the end did not move, its link is there.
    ADD = "INSERT INTO audit_chain (seq, event, at, entry, previous, hash) \
        SELECT e.seq, $1, $2, $3, e.previous, e.hash FROM audit_chain_end e \
        WHERE NOT EXISTS (SELECT 1 FROM audit_chain l WHERE l.seq = e.seq)";
    FIND_END = "SELECT seq, hash FROM audit_chain_end";
    LIST = "SELECT l.seq, l.event, l.at, l.entry, l.previous, l.hash, \
        e.id, e.at, e.kind, e.client, e.connection, e.user_id, e.ip, e.address, e.detail, e.user_agent, e.request \
        FROM audit_chain l LEFT JOIN events e ON e.id = l.event WHERE l.seq > $1 ORDER BY l.seq LIMIT $2";
    /// The kinds are those of the index `events_chained`, word for word: it serves no other condition.
    FIND_UNCHAINED = "SELECT e.id FROM events e \
        WHERE e.kind IN ('sapi', 'sce', 'scpn', 'ublkdu', 'key_rotated', 'key_revoked') AND e.at > $1 \
        AND NOT EXISTS (SELECT 1 FROM audit_chain l WHERE l.event = e.id) ORDER BY e.id LIMIT 1";
    /// Up to the first link whose event is there, or could be; but for the link before it.
    TRIM = "DELETE FROM audit_chain WHERE seq < COALESCE((SELECT l.seq FROM audit_chain l \
        WHERE l.at >= $1 OR EXISTS (SELECT 1 FROM events e WHERE e.id = l.event) ORDER BY l.seq LIMIT 1), \
        (SELECT MAX(seq) + 1 FROM audit_chain)) - 1";
}

/// Of the columns of an event.
pub(super) fn seal(row: &[Value]) -> ChainHash {
    let texts = row
        .iter()
        .map(|value| match value {
            Value::Null => None,
            Value::Int(int) => Some(int.to_string()),
            Value::Text(text) => Some(text.clone()),
            Value::Bytes(bytes) => Some(data_encoding::HEXLOWER.encode(bytes)),
        })
        .collect();
    of_columns(texts)
}

/// Columns of an event that are sealed whatever they hold: those of the first release.
const ALWAYS: usize = 9;

/// Invariant: what was added later is sealed from the first to the last that holds something, so that entries of
/// before have the seal that they had.
fn of_columns(mut columns: Vec<Option<String>>) -> ChainHash {
    let held = columns.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    columns.truncate(held.max(ALWAYS));
    ChainHash::of_entry(columns.iter().map(Option::as_deref))
}

/// With the commit, after the event.
pub(super) fn add<T: Tx>(tx: &T, event: &EventId, at: Timestamp, entry: ChainHash) -> StoreResult<()> {
    tx.later(&MOVE_END, values![event, AuditLink::content(event, at, entry)])?;
    tx.later(&ADD, values![event, at, entry])
}

/// Links of events that were swept go from the beginning.
pub(super) async fn trim<T: Tx>(tx: &T, before: Timestamp) -> StoreResult<()> {
    tx.change(&TRIM, values![before]).await.map(drop)
}

fn read(row: &mut Columns<'_>) -> StoreResult<AuditLink> {
    Ok(AuditLink {
        seq: number(row.next()?)?,
        event: row.next()?,
        at: row.next()?,
        entry: ChainHash(row.next()?),
        previous: ChainHash(row.next()?),
        hash: ChainHash(row.next()?),
        kept: {
            let id: Option<String> = row.next_opt()?;
            let mut columns = vec![id, row.next_opt::<i64>()?.map(|at| at.to_string())];
            for _ in 0..9 {
                columns.push(row.next_opt()?);
            }
            let is_there = columns.first().is_some_and(Option::is_some);
            is_there.then(|| of_columns(columns))
        },
    })
}

fn number(int: i64) -> StoreResult<u64> {
    u64::try_from(int).map_err(|_| StoreError::Corrupt(String::from("a link has an impossible number")))
}

struct FindEnd;
struct List(u64, u32);
struct FindUnchained(Timestamp);

impl Act for FindEnd {
    type Out = ChainEnd;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<ChainEnd> {
        let read =
            |row: &mut Columns<'_>| Ok(ChainEnd { seq: number(row.next()?)?, hash: ChainHash(row.next()?) });
        let mut ends = tx.all(&FIND_END, values![], read).await?;
        let missing = || StoreError::Corrupt(String::from("the end of the audit chain is not one"));
        ends.pop().filter(|_| ends.is_empty()).ok_or_else(missing)
    }
}

impl Act for List {
    type Out = Vec<AuditLink>;

    fn is_long(&self) -> bool {
        true
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<AuditLink>> {
        let after = i64::try_from(self.0).unwrap_or(i64::MAX);
        tx.all(&LIST, values![after, self.1], read).await
    }
}

impl Act for FindUnchained {
    type Out = Option<EventId>;

    fn is_long(&self) -> bool {
        true
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<EventId>> {
        tx.first(&FIND_UNCHAINED, values![self.0], |row| row.next::<EventId>()).await
    }
}

#[async_trait]
impl<E: Engine> AuditStore for SqlStore<E> {
    async fn find_audit_end(&self) -> StoreResult<ChainEnd> {
        self.0.read(FindEnd).await
    }

    async fn list_audit_links(&self, after: u64, limit: u32) -> StoreResult<Vec<AuditLink>> {
        self.0.read(List(after, limit)).await
    }

    async fn find_unchained_event(&self, since: Timestamp) -> StoreResult<Option<EventId>> {
        self.0.read(FindUnchained(since)).await
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::model::EventKind;

    use super::*;

    #[test]
    fn the_index_is_over_the_kinds_that_are_chained() {
        let kinds = EventKind::CHAINED.map(|kind| format!("'{}'", kind.code())).join(", ");
        let condition = format!("kind IN ({kinds})");
        let migrations = [
            include_str!("../../migrations/0011_audit_chain.sqlite.sql"),
            include_str!("../../migrations/0011_audit_chain.postgres.sql"),
        ];
        for text in migrations.into_iter().chain([FIND_UNCHAINED.text]) {
            assert!(text.contains(&condition), "{condition} is not in {text}");
        }
    }
}
