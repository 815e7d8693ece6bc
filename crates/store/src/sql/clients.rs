//! Clients: a document by its id.

use async_trait::async_trait;
use latchkey_core::model::{Client, ClientId, Event};
use latchkey_core::store::{ClientStore, Page, StoreError, StoreResult};

use super::{SqlStore, after, consents, device_keys, events, limit, logout_notices};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

queries! {
    FIND = "SELECT body FROM clients WHERE id = $1";
    /// Takes a row that is there.
    LOCK = "UPDATE clients SET body = body WHERE id = $1 RETURNING body";
    LIST = "SELECT body FROM clients WHERE id > $1 ORDER BY id LIMIT $2";
    INSERT = "INSERT INTO clients (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    PUT = "INSERT INTO clients (id, body) VALUES ($1, $2) \
        ON CONFLICT (id) DO UPDATE SET body = excluded.body";
    DELETE = "DELETE FROM clients WHERE id = $1";
    DELETE_OUTBOX = "DELETE FROM outbox WHERE id IN (SELECT id FROM challenges WHERE client = $1)";
    DELETE_CHALLENGES = "DELETE FROM challenges WHERE client = $1";
    DELETE_FAMILIES = "DELETE FROM refresh_families WHERE client = $1";
}

pub(super) async fn find<T: Tx>(tx: &T, id: &ClientId) -> StoreResult<Option<Client>> {
    tx.first(&FIND, values![id], read).await
}

struct Find(ClientId);
struct List(Page);
struct Insert(Client, Vec<Event>);
struct Put(Client);
struct Replace(Client, Vec<Event>);
struct Delete(ClientId, Vec<Event>);

fn read(row: &mut Columns<'_>) -> StoreResult<Client> {
    row.next_json()
}

impl Act for Find {
    type Out = Option<Client>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Client>> {
        find(tx, &self.0).await
    }
}

impl Act for List {
    type Out = Vec<Client>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<Client>> {
        tx.all(&LIST, values![after(&self.0), limit(&self.0)], read).await
    }
}

impl Act for Insert {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let Self(client, written) = self;
        match tx.change(&INSERT, values![&client.id, to_json(client)?]).await? {
            0 => Err(StoreError::Conflict("client id")),
            _ => events::insert(tx, written),
        }
    }
}

impl Act for Put {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        tx.later(&PUT, values![&self.0.id, to_json(&self.0)?])
    }
}

impl Act for Replace {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(client, written) = self;
        let lock = if T::ALONE { &FIND } else { &LOCK };
        let found = tx.first(lock, values![&client.id], read).await?;
        if found.is_none_or(|found| found.version != client.version) {
            return Ok(false);
        }
        let next = Client { version: client.version.saturating_add(1), ..client.clone() };
        tx.later(&PUT, values![&next.id, to_json(&next)?])?;
        events::insert(tx, written)?;
        Ok(true)
    }
}

impl Act for Delete {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(id, written) = self;
        let gone = tx.change(&DELETE, values![id]).await? > 0;
        for query in [&DELETE_OUTBOX, &DELETE_CHALLENGES, &DELETE_FAMILIES] {
            tx.later(query, values![id])?;
        }
        device_keys::delete_of_client(tx, id)?;
        consents::delete_of_client(tx, id)?;
        logout_notices::delete_of_client(tx, id)?;
        if gone {
            events::insert(tx, written)?;
        }
        Ok(gone)
    }
}

#[async_trait]
impl<E: Engine> ClientStore for SqlStore<E> {
    async fn find_client(&self, id: &ClientId) -> StoreResult<Option<Client>> {
        self.0.read(Find(id.clone())).await
    }

    async fn list_clients(&self, page: &Page) -> StoreResult<Vec<Client>> {
        self.0.read(List(page.clone())).await
    }

    async fn insert_client(&self, client: &Client, events: Vec<Event>) -> StoreResult<()> {
        self.0.write(Insert(client.clone(), events)).await
    }

    async fn put_client(&self, client: &Client) -> StoreResult<()> {
        self.0.write(Put(client.clone())).await
    }

    async fn replace_client(&self, client: &Client, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Replace(client.clone(), events)).await
    }

    async fn delete_client(&self, id: &ClientId, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Delete(id.clone(), events)).await
    }
}
