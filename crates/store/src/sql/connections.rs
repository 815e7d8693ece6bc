//! Connections: a document by its id, found by its name.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Connection, ConnectionId, Event};
use latchkey_core::store::{ConnectionStore, Page, StoreError, StoreResult};

use super::{SqlStore, after, credentials, events, limit};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

queries! {
    FIND = "SELECT body FROM connections WHERE name = $1";
    FIND_BY_ID = "SELECT body FROM connections WHERE id = $1";
    LIST = "SELECT body FROM connections WHERE id > $1 ORDER BY id LIMIT $2";
    /// Takes a row that is there.
    LOCK = "UPDATE connections SET body = body WHERE id = $1 RETURNING body";
    /// Of callers that race for an id or a name, one inserts.
    INSERT = "INSERT INTO connections (id, name, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    REPLACE = "UPDATE connections SET body = $2 WHERE id = $1";
    FIND_OTHER = "SELECT id FROM connections WHERE name = $1 AND id <> $2";
    PUT = "INSERT INTO connections (id, name, body) VALUES ($1, $2, $3) \
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body";
    DELETE = "DELETE FROM connections WHERE name = $1";
}

struct Find(String);
struct FindById(ConnectionId);
struct List(Page);
struct Put(Connection);
struct Insert(Connection, Vec<Event>);
struct Replace(Connection, Vec<Event>);
struct Delete(String, Timestamp, Vec<Event>);

fn read(row: &mut Columns<'_>) -> StoreResult<Connection> {
    row.next_json()
}

impl Act for Find {
    type Out = Option<Connection>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Connection>> {
        tx.first(&FIND, values![&self.0], read).await
    }
}

impl Act for FindById {
    type Out = Option<Connection>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Connection>> {
        tx.first(&FIND_BY_ID, values![&self.0], read).await
    }
}

impl Act for List {
    type Out = Vec<Connection>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<Connection>> {
        tx.all(&LIST, values![after(&self.0), limit(&self.0)], read).await
    }
}

impl Act for Put {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let connection = &self.0;
        let named = values![&connection.name, &connection.id];
        let other = tx.first(&FIND_OTHER, named, |row| row.next::<String>()).await?;
        if other.is_some() {
            return Err(StoreError::Conflict("connection name"));
        }
        // Of two nodes that take one name at once, the unique index stops one; its second try ends above.
        tx.later(&PUT, values![&connection.id, &connection.name, to_json(connection)?])
    }
}

impl Act for Insert {
    type Out = ();
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let Self(connection, written) = self;
        let row = values![&connection.id, &connection.name, to_json(connection)?];
        match tx.change(&INSERT, row).await? {
            0 => Err(StoreError::Conflict("connection name")),
            _ => events::insert(tx, written),
        }
    }
}

impl Act for Replace {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(connection, written) = self;
        let lock = if T::ALONE { &FIND_BY_ID } else { &LOCK };
        let found = tx.first(lock, values![&connection.id], read).await?;
        if found.is_none_or(|found| found.version != connection.version) {
            return Ok(false);
        }
        let next = Connection { version: connection.version.saturating_add(1), ..connection.clone() };
        tx.later(&REPLACE, values![&next.id, to_json(&next)?])?;
        events::insert(tx, written)?;
        Ok(true)
    }
}

impl Act for Delete {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(name, now, written) = self;
        let gone = tx.change(&DELETE, values![&**name]).await? > 0;
        credentials::delete_of_connection(tx, name, *now).await?;
        if gone {
            events::insert(tx, written)?;
        }
        Ok(gone)
    }
}

#[async_trait]
impl<E: Engine> ConnectionStore for SqlStore<E> {
    async fn find_connection(&self, name: &str) -> StoreResult<Option<Connection>> {
        self.0.read(Find(name.to_owned())).await
    }

    async fn find_connection_by_id(&self, id: &ConnectionId) -> StoreResult<Option<Connection>> {
        self.0.read(FindById(id.clone())).await
    }

    async fn list_connections(&self, page: &Page) -> StoreResult<Vec<Connection>> {
        self.0.read(List(page.clone())).await
    }

    async fn put_connection(&self, connection: &Connection) -> StoreResult<()> {
        self.0.write(Put(connection.clone())).await
    }

    async fn insert_connection(&self, connection: &Connection, events: Vec<Event>) -> StoreResult<()> {
        self.0.write(Insert(connection.clone(), events)).await
    }

    async fn replace_connection(&self, connection: &Connection, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Replace(connection.clone(), events)).await
    }

    async fn delete_connection(&self, name: &str, now: Timestamp, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Delete(name.to_owned(), now, events)).await
    }
}
