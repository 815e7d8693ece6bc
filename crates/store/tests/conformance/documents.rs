//! What operators set at run time.

use std::sync::Arc;

use latchkey_core::model::{Document, DocumentKind, EventKind};
use latchkey_core::store::StoreError;
use latchkey_core::vault::Sealed;
use serde_json::json;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, event, history, page};

on_every_engine![
    a_document_is_found_by_id_and_by_name_as_it_was_inserted,
    an_id_or_a_name_that_another_of_the_kind_has_is_a_conflict,
    documents_are_listed_by_id_within_their_kind,
    a_document_is_replaced_by_who_saw_its_last_version,
    of_many_changes_at_once_one_counts,
    a_document_is_deleted_once_and_frees_its_name,
];

const KIND: DocumentKind = DocumentKind::ResourceServer;

fn document(id: &str, name: &str) -> Document {
    Document {
        kind: KIND,
        id: id.into(),
        name: name.into(),
        body: json!({ "scopes": [{"value": "read:things"}], "unknown": null }).as_object().unwrap().clone(),
        secrets: [(String::from("/signing_secret"), Sealed(vec![0, 255]))].into(),
        version: 0,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn insert(t: &Bench, document: &Document) {
    t.insert_document(document, Vec::new()).await.unwrap();
}

async fn a_document_is_found_by_id_and_by_name_as_it_was_inserted(t: Bench) {
    let record = document("1", "https://api.example/");

    t.insert_document(&record, vec![event(EventKind::OperatorActed)]).await.unwrap();

    assert_eq!(t.find_document(KIND, "1").await.unwrap().as_ref(), Some(&record));
    assert_eq!(t.find_document_by_name(KIND, "https://api.example/").await.unwrap(), Some(record));
    assert_eq!(t.find_document(DocumentKind::Tenant, "1").await.unwrap(), None);
    assert_eq!(t.find_document_by_name(KIND, "1").await.unwrap(), None);
    assert_eq!(history(&*t.store).await, [(EventKind::OperatorActed, None)]);
}

async fn an_id_or_a_name_that_another_of_the_kind_has_is_a_conflict(t: Bench) {
    insert(&t, &document("1", "a")).await;

    for taken in [document("1", "b"), document("2", "a")] {
        let refused = t.insert_document(&taken, vec![event(EventKind::OperatorActed)]).await;
        assert!(matches!(refused, Err(StoreError::Conflict("document"))), "{refused:?}");
    }

    insert(&t, &Document { kind: DocumentKind::Tenant, ..document("1", "a") }).await;
    assert_eq!(history(&*t.store).await, []);
}

async fn documents_are_listed_by_id_within_their_kind(t: Bench) {
    for n in ["2", "3", "1"] {
        insert(&t, &document(n, n)).await;
    }
    insert(&t, &Document { kind: DocumentKind::LogStream, ..document("0", "0") }).await;

    let first = t.list_documents(KIND, &page(None, 2)).await.unwrap();
    let rest = t.list_documents(KIND, &page(Some("2"), 2)).await.unwrap();

    assert_eq!(first, [document("1", "1"), document("2", "2")]);
    assert_eq!(rest, [document("3", "3")]);
}

async fn a_document_is_replaced_by_who_saw_its_last_version(t: Bench) {
    let first = document("1", "a");
    insert(&t, &first).await;
    let second = Document { updated_at: NOW.plus(1), ..first.clone() };

    assert!(t.replace_document(&second, vec![event(EventKind::OperatorActed)]).await.unwrap());
    assert!(!t.replace_document(&first, vec![event(EventKind::OperatorActed)]).await.unwrap());
    assert!(!t.replace_document(&document("2", "b"), Vec::new()).await.unwrap());

    let found = t.find_document(KIND, "1").await.unwrap().unwrap();
    assert_eq!(found, Document { version: 1, ..second });
    assert_eq!(history(&*t.store).await.len(), 1);
    assert!(t.replace_document(&found, Vec::new()).await.unwrap());
}

async fn of_many_changes_at_once_one_counts(t: Bench) {
    insert(&t, &document("1", "a")).await;
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let changed = Document { updated_at: NOW.plus(n), ..document("1", "a") };
            tokio::spawn(async move { store.replace_document(&changed, Vec::new()).await.unwrap() })
        })
        .collect();

    let mut replaced = 0;
    for one in tries {
        replaced += usize::from(one.await.unwrap());
    }

    assert_eq!(replaced, 1);
    assert_eq!(t.find_document(KIND, "1").await.unwrap().unwrap().version, 1);
}

async fn a_document_is_deleted_once_and_frees_its_name(t: Bench) {
    insert(&t, &document("1", "a")).await;
    let delete = async || t.delete_document(KIND, "1", vec![event(EventKind::OperatorActed)]).await.unwrap();

    assert!(delete().await);
    assert!(!delete().await);

    insert(&t, &document("2", "a")).await;
    assert_eq!(t.find_document(KIND, "1").await.unwrap(), None);
    assert_eq!(history(&*t.store).await.len(), 1);
}
