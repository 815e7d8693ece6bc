//! Connections.

use std::sync::Arc;

use latchkey_core::model::{Connection, ConnectionId, EventKind, Strategy};
use latchkey_core::store::StoreError;
use latchkey_core::vault::Sealed;
use serde_json::json;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, client_id, event, history, page};

on_every_engine![
    a_connection_is_found_by_its_name_as_it_was_put_last,
    a_renamed_connection_frees_its_old_name,
    a_name_that_another_connection_has_is_a_conflict,
    of_many_that_take_one_name_at_once_one_gets_it,
    connections_are_listed_by_id_page_after_page,
    a_new_connection_takes_no_id_and_no_name_of_another,
    a_connection_is_replaced_by_who_saw_its_last_version,
    of_many_changes_at_once_one_counts,
    a_connection_is_deleted_once,
];

fn connection(id: &str, name: &str) -> Connection {
    Connection {
        id: ConnectionId::from(id),
        name: name.into(),
        strategy: Strategy::Sms,
        enabled: true,
        enabled_clients: vec![client_id("native")],
        options: json!({ "from": "+14155550199", "unknown": [1, null] }).as_object().unwrap().clone(),
        secrets: [(String::from("twilio_token"), Sealed(vec![0, 255]))].into(),
        further: json!({ "display_name": "Text" }).as_object().unwrap().clone(),
        version: 0,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn a_connection_is_found_by_its_name_as_it_was_put_last(t: Bench) {
    let mut record = connection("con_1", "sms");
    assert_eq!(t.find_connection("sms").await.unwrap(), None);

    t.put_connection(&record).await.unwrap();
    assert_eq!(t.find_connection("sms").await.unwrap().as_ref(), Some(&record));

    record.enabled = false;
    t.put_connection(&record).await.unwrap();
    assert_eq!(t.find_connection("sms").await.unwrap().as_ref(), Some(&record));
    assert_eq!(t.find_connection("SMS").await.unwrap(), None);
    assert_eq!(t.find_connection("con_1").await.unwrap(), None);
    assert_eq!(t.find_connection_by_id(&record.id).await.unwrap(), Some(record));
    assert_eq!(t.find_connection_by_id(&ConnectionId::from("sms")).await.unwrap(), None);
}

async fn a_renamed_connection_frees_its_old_name(t: Bench) {
    t.put_connection(&connection("con_1", "old")).await.unwrap();

    t.put_connection(&connection("con_1", "new")).await.unwrap();

    assert_eq!(t.find_connection("old").await.unwrap(), None);
    assert_eq!(t.find_connection("new").await.unwrap(), Some(connection("con_1", "new")));
    t.put_connection(&connection("con_2", "old")).await.unwrap();
}

async fn a_name_that_another_connection_has_is_a_conflict(t: Bench) {
    t.put_connection(&connection("con_1", "sms")).await.unwrap();
    t.put_connection(&connection("con_2", "email")).await.unwrap();

    for taken in [connection("con_3", "sms"), connection("con_2", "sms")] {
        let refused = t.put_connection(&taken).await;
        assert!(matches!(refused, Err(StoreError::Conflict("connection name"))), "{refused:?}");
    }

    let listed = t.list_connections(&page(None, 10)).await.unwrap();
    assert_eq!(listed, [connection("con_1", "sms"), connection("con_2", "email")]);
}

async fn of_many_that_take_one_name_at_once_one_gets_it(t: Bench) {
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.put_connection(&connection(&format!("con_{n}"), "sms")).await })
        })
        .collect();

    let mut put = 0;
    for tried in tries {
        match tried.await.unwrap() {
            Ok(()) => put += 1,
            Err(StoreError::Conflict("connection name")) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    assert_eq!(put, 1);
    assert_eq!(t.list_connections(&page(None, 10)).await.unwrap().len(), 1);
}

async fn connections_are_listed_by_id_page_after_page(t: Bench) {
    for (id, name) in [("con_b", "1"), ("con_A", "2"), ("con_a", "3")] {
        t.put_connection(&connection(id, name)).await.unwrap();
    }

    let first = t.list_connections(&page(None, 2)).await.unwrap();
    let second = t.list_connections(&page(Some("con_a"), 2)).await.unwrap();

    assert_eq!(first, [connection("con_A", "2"), connection("con_a", "3")]);
    assert_eq!(second, [connection("con_b", "1")]);
    assert_eq!(t.list_connections(&page(Some("con_b"), 2)).await.unwrap(), []);
}

async fn a_new_connection_takes_no_id_and_no_name_of_another(t: Bench) {
    let acted = || vec![event(EventKind::OperatorActed)];
    t.insert_connection(&connection("con_1", "sms"), acted()).await.unwrap();

    for taken in [connection("con_1", "email"), connection("con_2", "sms")] {
        let refused = t.insert_connection(&taken, acted()).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }

    assert_eq!(t.list_connections(&page(None, 10)).await.unwrap(), [connection("con_1", "sms")]);
    assert_eq!(history(&*t.store).await.len(), 1);
}

async fn a_connection_is_replaced_by_who_saw_its_last_version(t: Bench) {
    let first = connection("con_1", "sms");
    t.put_connection(&first).await.unwrap();
    let second = Connection { enabled: false, ..first.clone() };
    let acted = || vec![event(EventKind::OperatorActed)];

    assert!(t.replace_connection(&second, acted()).await.unwrap());
    assert!(!t.replace_connection(&first, acted()).await.unwrap());
    assert!(!t.replace_connection(&connection("con_2", "email"), acted()).await.unwrap());

    let found = t.find_connection("sms").await.unwrap().unwrap();
    assert_eq!(found, Connection { version: 1, ..second });
    assert_eq!(history(&*t.store).await.len(), 1);
}

async fn of_many_changes_at_once_one_counts(t: Bench) {
    t.put_connection(&connection("con_1", "sms")).await.unwrap();
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let changed = Connection { updated_at: NOW.plus(n), ..connection("con_1", "sms") };
            tokio::spawn(async move { store.replace_connection(&changed, Vec::new()).await.unwrap() })
        })
        .collect();

    let mut replaced = 0;
    for one in tries {
        replaced += usize::from(one.await.unwrap());
    }

    assert_eq!(replaced, 1);
    assert_eq!(t.find_connection("sms").await.unwrap().unwrap().version, 1);
}

async fn a_connection_is_deleted_once(t: Bench) {
    t.put_connection(&connection("con_1", "sms")).await.unwrap();
    t.put_connection(&connection("con_2", "email")).await.unwrap();

    assert!(t.delete_connection("sms", NOW, Vec::new()).await.unwrap());
    assert!(!t.delete_connection("sms", NOW, Vec::new()).await.unwrap());

    assert_eq!(t.find_connection("sms").await.unwrap(), None);
    assert!(t.find_connection("email").await.unwrap().is_some());
}
