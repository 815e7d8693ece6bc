//! The audit log: appended by the acts, read newest first.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::tally::CountKey;
use latchkey_core::model::{Event, EventId, EventKind};
use latchkey_core::store::{
    CountRound, DayCount, EventFilter, EventSearch, EventStore, FoundEvents, Page, StoreError, StoreResult,
};
use latchkey_core::trace::RequestTrace;

use super::search_events::CountDays;
use super::{SqlStore, audit_chain, event_counts, limit, outbox};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

/// Ends each list statement; `$1` is the id to start below.
macro_rules! list_events {
    ($and:literal) => {
        concat!(
            "SELECT id, at, kind, client, connection, user_id, ip, address, detail, user_agent, request FROM events \
             WHERE id < $1 AND (CAST($2 AS TEXT) IS NULL OR kind = $2) \
             AND (CAST($3 AS TEXT) IS NULL OR client = $3) ",
            $and,
            " ORDER BY id DESC LIMIT $4"
        )
    };
}

queries! {
    INSERT = "INSERT INTO events \
        (id, at, kind, client, connection, user_id, ip, address, detail, user_agent, request) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING";
    FIND = "SELECT id, at, kind, client, connection, user_id, ip, address, detail, user_agent, request \
        FROM events WHERE id = $1";
    LIST = list_events!("");
    LIST_OF_USER = list_events!("AND user_id = $5");
    SWEEP = "DELETE FROM events WHERE id IN \
        (SELECT id FROM events WHERE id < $1 ORDER BY id LIMIT $2) AND at < $3";
}

/// In the order in which [`read`] takes them.
pub(super) const COLUMNS: &str =
    "id, at, kind, client, connection, user_id, ip, address, detail, user_agent, request";

/// Greater than every id.
const NEWEST: &str = "~";

/// Writes events with the commit, and links where what operators did is chained. Last of an act: whoever holds the
/// end of the chain waits for nothing else.
pub(super) fn insert<'a, T: Tx>(tx: &T, events: impl IntoIterator<Item = &'a Event>) -> StoreResult<()> {
    for event in events {
        let Event { id, at, kind, client, connection, user, ip, address, detail, request, notices } = event;
        let request = request.as_ref().map(|request| request.beside(ip.as_deref()));
        let rest = request.as_ref().filter(|request| !request.is_bare());
        let row = values![
            id,
            *at,
            kind.code(),
            client.as_ref(),
            connection.as_deref(),
            user.as_ref(),
            ip.as_deref(),
            address.as_deref(),
            to_json(detail)?,
            request.as_ref().and_then(|request| request.user_agent.as_deref()),
            rest.map(to_json).transpose()?,
        ];
        let entry = kind.is_chained().then(|| audit_chain::seal(&row));
        tx.later(&INSERT, row)?;
        if let Some(entry) = entry {
            audit_chain::add(tx, id, *at, entry)?;
        }
        for notice in notices {
            outbox::put(tx, &notice.row)?;
        }
    }
    Ok(())
}

pub(super) fn read(row: &mut Columns<'_>) -> StoreResult<Event> {
    Ok(Event {
        id: row.next()?,
        at: row.next()?,
        kind: {
            let code: String = row.next()?;
            let unknown = || StoreError::Corrupt(String::from("an event has an unknown kind"));
            EventKind::parse(&code).ok_or_else(unknown)?
        },
        client: row.next_opt()?,
        connection: row.next_opt()?,
        user: row.next_opt()?,
        ip: row.next_opt()?,
        address: row.next_opt()?,
        detail: row.next_json()?,
        request: {
            let user_agent: Option<String> = row.next_opt()?;
            let rest: Option<RequestTrace> = row.next_json_opt()?;
            let is_known = user_agent.is_some() || rest.is_some();
            is_known.then(|| Box::new(RequestTrace { user_agent, ..rest.unwrap_or_default() }))
        },
        notices: Vec::new(),
    })
}

struct Find(EventId);
struct Insert(Vec<Event>);
struct List(EventFilter, Page);
struct Sweep(Timestamp, u32);

impl Act for Find {
    type Out = Option<Event>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Event>> {
        tx.first(&FIND, values![&self.0], read).await
    }
}

impl Act for Insert {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        insert(tx, &self.0)
    }
}

impl Act for List {
    type Out = Vec<Event>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<Event>> {
        let EventFilter { kind, user, client } = &self.0;
        let before = self.1.after.as_deref().unwrap_or(NEWEST);
        let mut values = values![before, kind.map(EventKind::code), client.as_ref(), limit(&self.1)];
        let Some(user) = user else {
            return tx.all(&LIST, values, read).await;
        };
        values.push(user.into());
        tx.all(&LIST_OF_USER, values, read).await
    }
}

impl Act for Sweep {
    type Out = u64;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<u64> {
        // Ids begin with their seconds, so that the oldest are found without an index on time.
        let seconds = u32::try_from(self.0.0).unwrap_or(if self.0.0 < 0 { 0 } else { u32::MAX });
        let gone = tx.change(&SWEEP, values![format!("{seconds:08x}"), self.1, self.0]).await?;
        audit_chain::trim(tx, self.0).await?;
        Ok(gone)
    }
}

#[async_trait]
impl<E: Engine> EventStore for SqlStore<E> {
    async fn insert_events(&self, events: Vec<Event>) -> StoreResult<()> {
        if events.is_empty() {
            return Ok(());
        }
        self.0.write(Insert(events)).await
    }

    async fn list_events(&self, filter: &EventFilter, page: &Page) -> StoreResult<Vec<Event>> {
        self.0.read(List(filter.clone(), page.clone())).await
    }

    async fn find_event(&self, id: &EventId) -> StoreResult<Option<Event>> {
        self.0.read(Find(id.clone())).await
    }

    async fn search_events(&self, search: &EventSearch) -> StoreResult<FoundEvents> {
        self.0.read(search.clone()).await
    }

    async fn count_days(&self, first: i64, last: i64) -> StoreResult<Vec<DayCount>> {
        self.0.read(CountDays(first, last)).await
    }

    async fn find_count_end(&self) -> StoreResult<String> {
        self.0.read(event_counts::FindEnd).await
    }

    async fn add_counts(&self, round: CountRound) -> StoreResult<bool> {
        self.0.write(round).await
    }

    async fn list_counts(&self, first: i64, last: i64) -> StoreResult<Vec<(CountKey, u64)>> {
        self.0.read(event_counts::List(first, last)).await
    }

    async fn sweep_events(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.0.write(Sweep(before, limit)).await
    }
}
