//! Documents: by kind and id, or kind and name.

use async_trait::async_trait;
use latchkey_core::model::{Document, DocumentKind, Event};
use latchkey_core::store::{DocumentStore, Page, StoreError, StoreResult};

use super::{SqlStore, admin_passkeys, after, events, limit, log_cursors};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

queries! {
    FIND = "SELECT body FROM documents WHERE kind = $1 AND id = $2";
    FIND_NAMED = "SELECT body FROM documents WHERE kind = $1 AND name = $2";
    LIST = "SELECT body FROM documents WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3";
    /// Of callers that race for an id or a name, one inserts.
    INSERT = "INSERT INTO documents (kind, id, name, version, body) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT DO NOTHING";
    /// Of callers that read the same version, one replaces it.
    REPLACE = "UPDATE documents SET version = version + 1, body = $4 \
        WHERE kind = $1 AND id = $2 AND version = $3";
    /// Takes a row that is there.
    HOLD = "UPDATE documents SET version = version WHERE kind = $1 AND id = $2";
    DELETE = "DELETE FROM documents WHERE kind = $1 AND id = $2";
}

struct Find(DocumentKind, String);
struct FindNamed(DocumentKind, String);
struct List(DocumentKind, Page);
struct Insert(Document, Vec<Event>);
struct Replace(Document, Vec<Event>);
struct Delete(DocumentKind, String, Vec<Event>);

/// Takes the row of an administrator until the transaction ends; false when there is none.
pub(super) async fn hold_admin<T: Tx>(tx: &T, id: &str) -> StoreResult<bool> {
    Ok(tx.change(&HOLD, values![DocumentKind::Admin.word(), id]).await? > 0)
}

fn read(row: &mut Columns<'_>) -> StoreResult<Document> {
    row.next_json()
}

impl Act for Find {
    type Out = Option<Document>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Document>> {
        tx.first(&FIND, values![self.0.word(), &*self.1], read).await
    }
}

impl Act for FindNamed {
    type Out = Option<Document>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Document>> {
        tx.first(&FIND_NAMED, values![self.0.word(), &*self.1], read).await
    }
}

impl Act for List {
    type Out = Vec<Document>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<Document>> {
        tx.all(&LIST, values![self.0.word(), after(&self.1), limit(&self.1)], read).await
    }
}

impl Act for Insert {
    type Out = ();
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let Self(document, events) = self;
        let Document { kind, id, name, version, .. } = document;
        let row = values![kind.word(), &**id, &**name, i64::from(*version), to_json(document)?];
        if tx.change(&INSERT, row).await? == 0 {
            return Err(StoreError::Conflict("document"));
        }
        if *kind == DocumentKind::Admin {
            // A node of the release before leaves those of whom it removes.
            admin_passkeys::delete_of_admin(tx, id).await?;
        }
        events::insert(tx, events)
    }
}

impl Act for Replace {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(document, events) = self;
        let next = Document { version: document.version.saturating_add(1), ..document.clone() };
        let seen = i64::from(document.version);
        let row = values![document.kind.word(), &*document.id, seen, to_json(&next)?];
        let replaced = tx.change(&REPLACE, row).await? > 0;
        if replaced {
            events::insert(tx, events)?;
        }
        Ok(replaced)
    }
}

impl Act for Delete {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(kind, id, events) = self;
        let gone = tx.change(&DELETE, values![kind.word(), &**id]).await? > 0;
        if gone {
            if *kind == DocumentKind::LogStream {
                log_cursors::delete(tx, id)?;
            }
            if *kind == DocumentKind::Admin {
                admin_passkeys::delete_of_admin(tx, id).await?;
            }
            // Last of all: what an operator did takes the end of the audit chain.
            events::insert(tx, events)?;
        }
        Ok(gone)
    }
}

#[async_trait]
impl<E: Engine> DocumentStore for SqlStore<E> {
    async fn find_document(&self, kind: DocumentKind, id: &str) -> StoreResult<Option<Document>> {
        self.0.read(Find(kind, id.to_owned())).await
    }

    async fn find_document_by_name(&self, kind: DocumentKind, name: &str) -> StoreResult<Option<Document>> {
        self.0.read(FindNamed(kind, name.to_owned())).await
    }

    async fn list_documents(&self, kind: DocumentKind, page: &Page) -> StoreResult<Vec<Document>> {
        self.0.read(List(kind, page.clone())).await
    }

    async fn insert_document(&self, document: &Document, events: Vec<Event>) -> StoreResult<()> {
        self.0.write(Insert(document.clone(), events)).await
    }

    async fn replace_document(&self, document: &Document, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Replace(document.clone(), events)).await
    }

    async fn delete_document(&self, kind: DocumentKind, id: &str, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Delete(kind, id.to_owned(), events)).await
    }
}
