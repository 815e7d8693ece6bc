//! Clients, connections and what operators set, as every request needs them: read from the store at most once a second
//! and node, so that a change is seen everywhere within two seconds, and at once on the
//! node that made it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::flow::allowed_origins::AllowedOrigins;
use crate::model::{ACCOUNT_CLIENT, Client, ClientId, Connection, Document, DocumentKind};
use crate::store::StoreResult;

/// Most entries kept of each kind.
const MAX_ENTRIES: usize = 1024;

#[derive(Default)]
pub struct Directory {
    clients: Shelf<ClientId, Client>,
    connections: Shelf<String, Connection>,
    documents: Shelf<(DocumentKind, String), Option<Document>>,
    pub(crate) origins: AllowedOrigins,
}

impl Directory {
    /// Forgets everything: the next request reads the store.
    pub fn forget(&self) {
        self.clients.clear();
        self.connections.clear();
        self.documents.clear();
        self.origins.forget();
    }
}

impl Engine {
    pub async fn client(&self, id: &ClientId) -> StoreResult<Option<Arc<Client>>> {
        if id.as_str() == ACCOUNT_CLIENT {
            return self.account_client().await.map(|client| client.map(Arc::new));
        }
        let now = self.now();
        if let Some(client) = self.directory.clients.fresh(id, now) {
            return Ok(Some(client));
        }
        let found = self.store.find_client(id).await?;
        Ok(found.map(|client| self.directory.clients.keep(id.clone(), client, now)))
    }

    pub async fn connection(&self, name: &str) -> StoreResult<Option<Arc<Connection>>> {
        let now = self.now();
        let key = name.to_owned();
        if let Some(connection) = self.directory.connections.fresh(&key, now) {
            return Ok(Some(connection));
        }
        let found = self.store.find_connection(name).await?;
        Ok(found.map(|connection| self.directory.connections.keep(key, connection, now)))
    }

    /// By its name, which of a kind with one record is the word of the kind.
    pub async fn document(&self, kind: DocumentKind, name: &str) -> StoreResult<Arc<Option<Document>>> {
        let now = self.now();
        let key = (kind, name.to_owned());
        if let Some(document) = self.directory.documents.fresh(&key, now) {
            return Ok(document);
        }
        let found = self.store.find_document_by_name(kind, name).await?;
        Ok(self.directory.documents.keep(key, found, now))
    }

    pub async fn put_client(&self, client: &Client) -> StoreResult<()> {
        self.store.put_client(client).await?;
        self.directory.forget();
        Ok(())
    }

    pub async fn put_connection(&self, connection: &Connection) -> StoreResult<()> {
        self.store.put_connection(connection).await?;
        self.directory.forget();
        Ok(())
    }
}

struct Shelf<K, V> {
    entries: RwLock<HashMap<K, (Timestamp, Arc<V>)>>,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self { entries: RwLock::default() }
    }
}

impl<K: Eq + Hash, V> Shelf<K, V> {
    fn fresh(&self, key: &K, now: Timestamp) -> Option<Arc<V>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, value) = entries.get(key)?;
        (0..=1).contains(&now.since(*read_at)).then(|| Arc::clone(value))
    }

    fn keep(&self, key: K, value: V, now: Timestamp) -> Arc<V> {
        let value = Arc::new(value);
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MAX_ENTRIES {
            entries.clear();
        }
        entries.insert(key, (now, Arc::clone(&value)));
        value
    }

    fn clear(&self) {
        self.entries.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
