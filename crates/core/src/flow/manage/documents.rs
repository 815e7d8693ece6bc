//! What every record that operators write and read back has in common: it is made, changed and deleted with
//! its event in one transaction, and its secrets never stand in it.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Document, DocumentKind};
use crate::store::{Page, StoreError};

/// Changes of others that one change puts up with.
pub(super) const TRIES: usize = 5;

/// A new document: what is written, and where its secrets stand.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    pub kind: DocumentKind,
    pub id: String,
    pub name: String,
    pub body: Map<String, Value>,
    /// JSON pointers (RFC 6901) to the secrets of the body.
    pub secret: &'a [&'a str],
}

impl Engine {
    pub(super) async fn find_one(&self, kind: DocumentKind, id: &str) -> Result<Document, ManageError> {
        self.store.find_document(kind, id).await?.ok_or(ManageError::NotFound(kind.into()))
    }

    pub(super) async fn list_all(&self, kind: DocumentKind) -> Result<Vec<Document>, Fault> {
        let mut all: Vec<Document> = Vec::new();
        loop {
            let after = all.last().map(|last| last.id.clone());
            let part = self.store.list_documents(kind, &Page { after, limit: 100 }).await?;
            let last = part.len() < 100;
            all.extend(part);
            if last {
                return Ok(all);
            }
        }
    }

    pub(super) async fn insert_one(
        &self,
        operator: &Operator,
        draft: Draft<'_>,
    ) -> Result<Document, ManageError> {
        let now = self.now();
        let Draft { kind, id, name, body, secret } = draft;
        let mut document = Document { id, body, ..Document::empty(kind, &name, now) };
        self.take_secrets_of(&mut document, secret)?;
        let event = self.change(operator, "create", kind.into(), &document.id, (None, Some(told(&document))));
        match self.store.insert_document(&document, vec![event]).await {
            Err(StoreError::Conflict(_)) => return Err(ManageError::Conflict(kind.into())),
            other => other?,
        }
        self.directory.forget();
        Ok(document)
    }

    /// Reads, changes and writes until nobody else wrote in between. `secret`: where the body that `change`
    /// leaves may have a secret; one that is absent keeps its value, `null` forgets it.
    pub(super) async fn replace_one(
        &self,
        operator: &Operator,
        (kind, id): (DocumentKind, &str),
        secret: &[&str],
        change: impl Fn(&mut Document) -> Result<(), ManageError> + Send + Sync,
    ) -> Result<Document, ManageError> {
        for _ in 0..TRIES {
            let before = self.find_one(kind, id).await?;
            let mut after = before.clone();
            change(&mut after)?;
            self.take_secrets_of(&mut after, secret)?;
            // Tools compare it: what was written back as it is did not change.
            if (&after.body, &after.secrets) != (&before.body, &before.secrets) {
                after.updated_at = self.now();
            }
            let records = (Some(told(&before)), Some(told(&after)));
            let event = self.change(operator, "update", kind.into(), id, records);
            if self.store.replace_document(&after, vec![event]).await? {
                self.directory.forget();
                return Ok(after);
            }
        }
        Err(busy())
    }

    /// As [`Engine::replace_one`], for a record that is named by its place and made by the first change.
    pub(super) async fn put_one(
        &self,
        operator: &Operator,
        (kind, name): (DocumentKind, &str),
        secret: &[&str],
        change: impl Fn(&mut Document) -> Result<(), ManageError> + Send + Sync,
    ) -> Result<Document, ManageError> {
        for _ in 0..TRIES {
            match self.replace_one(operator, (kind, name), secret, &change).await {
                Err(ManageError::NotFound(_)) => {}
                other => return other,
            }
            let mut document = Document::empty(kind, name, self.now());
            change(&mut document)?;
            let (id, name) = (document.id, document.name);
            let draft = Draft { kind, id, name, body: document.body, secret };
            match self.insert_one(operator, draft).await {
                // Another made it in the meantime.
                Err(ManageError::Conflict(_)) => {}
                other => return other,
            }
        }
        Err(busy())
    }

    /// True when there was one.
    pub(super) async fn delete_one(
        &self,
        operator: &Operator,
        kind: DocumentKind,
        id: &str,
    ) -> Result<bool, ManageError> {
        let Some(before) = self.store.find_document(kind, id).await? else { return Ok(false) };
        let event = self.change(operator, "delete", kind.into(), id, (Some(told(&before)), None));
        let gone = self.store.delete_document(kind, id, vec![event]).await?;
        self.directory.forget();
        Ok(gone)
    }

    /// The body with its secrets in their places: for senders, and for tools that deploy.
    pub fn whole(&self, document: &Document) -> Result<Map<String, Value>, Fault> {
        let mut root = Value::Object(document.body.clone());
        for (path, sealed) in &document.secrets {
            let context = Document::secret_context(document.kind, &document.id, path);
            let secret = self.vault.open_text(&context, sealed)?;
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            if let Some(object) = root.pointer_mut(parent).and_then(Value::as_object_mut) {
                object.insert(name.to_owned(), json!(secret.expose()));
            }
        }
        match root {
            Value::Object(map) => Ok(map),
            _ => Ok(Map::new()),
        }
    }

    fn take_secrets_of(&self, document: &mut Document, secret: &[&str]) -> Result<(), ManageError> {
        let mut root = Value::Object(std::mem::take(&mut document.body));
        for path in secret {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            let taken =
                root.pointer_mut(parent).and_then(Value::as_object_mut).and_then(|at| at.remove(name));
            match taken {
                None => {}
                Some(Value::String(text)) => {
                    let context = Document::secret_context(document.kind, &document.id, path);
                    let sealed = self.vault.seal(&context, text.as_bytes()).map_err(Fault::from)?;
                    document.secrets.insert((*path).to_owned(), sealed);
                }
                Some(Value::Null) => {
                    document.secrets.remove(*path);
                }
                Some(_) => {
                    let property = path.trim_start_matches('/').replace('/', ".");
                    return Err(ManageError::invalid(property, "Expected type string"));
                }
            }
        }
        if let Value::Object(map) = root {
            document.body = map;
        }
        Ok(())
    }
}

/// After [`TRIES`].
pub(super) fn busy() -> ManageError {
    StoreError::Unavailable(String::from("others changed the same record all the time")).into()
}

/// Puts what was written over what there is: root names only, `null` takes one away (section 1.7).
pub(super) fn merge(body: &mut Map<String, Value>, given: Map<String, Value>) {
    for (name, value) in given {
        match value {
            Value::Null => body.remove(&name),
            value => body.insert(name, value),
        };
    }
}

/// An object after another was written over it key by key; `null` takes a key away.
pub(super) fn merged(kept: Option<&Value>, given: Map<String, Value>) -> Value {
    let mut object = kept.and_then(Value::as_object).cloned().unwrap_or_default();
    merge(&mut object, given);
    Value::Object(object)
}

/// The parts that the rules read; what is wrong is told by its name.
pub(super) fn typed<T: DeserializeOwned>(body: &Map<String, Value>) -> Result<T, ManageError> {
    let body = Value::Object(body.clone());
    serde_path_to_error::deserialize(body)
        .map_err(|bad| ManageError::invalid(bad.path().to_string(), bad.inner().to_string()))
}

/// As events have it: the secrets are not in it anyway.
fn told(document: &Document) -> Value {
    json!(document.body)
}

impl From<DocumentKind> for Entity {
    fn from(kind: DocumentKind) -> Self {
        Self::Document(kind)
    }
}
