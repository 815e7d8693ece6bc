//! Clients.

use std::sync::Arc;

use latchkey_core::model::{Client, EventKind};
use latchkey_core::store::StoreError;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    challenge_key, client, client_id, event, family, hash, history, open_for, page, promised, send, user_id,
};

on_every_engine![
    a_client_is_found_as_it_was_put_last,
    an_id_that_another_client_has_is_a_conflict_and_leaves_nothing,
    clients_are_listed_by_id_page_after_page,
    a_page_holds_a_hundred_at_most,
    of_two_changes_of_one_version_the_first_counts,
    of_many_changes_at_once_one_counts,
    a_deleted_client_takes_its_refresh_tokens_challenges_and_messages_with_it,
];

async fn a_client_is_found_as_it_was_put_last(t: Bench) {
    let mut record = client("native");
    assert_eq!(t.find_client(&record.id).await.unwrap(), None);

    t.put_client(&record).await.unwrap();
    assert_eq!(t.find_client(&record.id).await.unwrap().as_ref(), Some(&record));

    record.name = "Ünïcode ' \" \\ \0".into();
    record.secret = None;
    t.put_client(&record).await.unwrap();
    assert_eq!(t.find_client(&record.id).await.unwrap().as_ref(), Some(&record));
    assert_eq!(t.list_clients(&page(None, 10)).await.unwrap(), [record]);
    assert_eq!(t.find_client(&client_id("NATIVE")).await.unwrap(), None);
}

/// S-128
async fn an_id_that_another_client_has_is_a_conflict_and_leaves_nothing(t: Bench) {
    let insert = async |name: &str| {
        let client = Client { name: name.into(), ..client("native") };
        t.insert_client(&client, vec![event(EventKind::OperatorActed)]).await
    };

    insert("First").await.unwrap();
    let refused = insert("Second").await;

    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    assert_eq!(t.find_client(&client_id("native")).await.unwrap().unwrap().name, "First");
    assert_eq!(history(&*t).await, [(EventKind::OperatorActed, None)]);
}

async fn clients_are_listed_by_id_page_after_page(t: Bench) {
    for id in ["ab", "B", "a-b", "a", "é"] {
        t.put_client(&client(id)).await.unwrap();
    }

    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let listed = t.list_clients(&page(after.as_deref(), 2)).await.unwrap();
        let Some(last) = listed.last() else { break };
        after = Some(last.id.as_str().to_owned());
        pages.push(listed.iter().map(|client| client.id.as_str().to_owned()).collect::<Vec<_>>());
    }

    assert_eq!(pages, [vec!["B", "a"], vec!["a-b", "ab"], vec!["é"]]);
}

async fn a_page_holds_a_hundred_at_most(t: Bench) {
    for n in 0..101 {
        t.put_client(&client(&format!("client-{n}"))).await.unwrap();
    }

    assert_eq!(t.list_clients(&page(None, 1000)).await.unwrap().len(), 100);
    assert_eq!(t.list_clients(&page(None, 0)).await.unwrap(), []);
}

async fn of_two_changes_of_one_version_the_first_counts(t: Bench) {
    let first = client("native");
    assert!(!t.replace_client(&first, vec![event(EventKind::OperatorActed)]).await.unwrap());
    t.put_client(&first).await.unwrap();
    let second = Client { name: "New".into(), ..first.clone() };

    assert!(t.replace_client(&second, vec![event(EventKind::OperatorActed)]).await.unwrap());
    assert!(!t.replace_client(&first, vec![event(EventKind::OperatorActed)]).await.unwrap());

    let found = t.find_client(&first.id).await.unwrap().unwrap();
    assert_eq!(found, Client { version: 1, ..second });
    assert_eq!(history(&*t.store).await.len(), 1);
    assert!(t.replace_client(&found, Vec::new()).await.unwrap());
}

async fn of_many_changes_at_once_one_counts(t: Bench) {
    t.put_client(&client("native")).await.unwrap();
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let changed = Client { name: format!("{n}"), ..client("native") };
            tokio::spawn(async move { store.replace_client(&changed, Vec::new()).await.unwrap() })
        })
        .collect();

    let mut replaced = 0;
    for one in tries {
        replaced += usize::from(one.await.unwrap());
    }

    assert_eq!(replaced, 1);
    assert_eq!(t.find_client(&client_id("native")).await.unwrap().unwrap().version, 1);
}

/// S-128
async fn a_deleted_client_takes_its_refresh_tokens_challenges_and_messages_with_it(t: Bench) {
    for (n, id) in [(1, "gone"), (2, "stays")] {
        t.put_client(&client(id)).await.unwrap();
        send(&*t, open_for(id, 7, n)).await;
        let mut family = family(7, n);
        family.client = client_id(id);
        t.insert_refresh_family(family, hash(n), 10).await.unwrap();
    }

    let told = || vec![event(EventKind::OperatorActed)];
    let before = history(&*t).await.len();

    assert!(t.delete_client(&client_id("gone"), told()).await.unwrap());

    assert_eq!(history(&*t).await.len(), before + 1);
    assert!(!t.delete_client(&client_id("gone"), told()).await.unwrap());
    assert_eq!(history(&*t).await.len(), before + 1);
    assert_eq!(t.find_client(&client_id("gone")).await.unwrap(), None);
    assert!(t.find_client(&client_id("stays")).await.unwrap().is_some());
    let mut key = challenge_key(7);
    key.client = client_id("gone");
    assert_eq!(t.find_challenge(&key).await.unwrap(), None);
    key.client = client_id("stays");
    assert!(t.find_challenge(&key).await.unwrap().is_some());
    assert_eq!(t.find_family_of_token(&hash(1)).await.unwrap(), None);
    let left = t.list_refresh_families(&user_id(7)).await.unwrap();
    assert_eq!(left.iter().map(|family| family.client.as_str()).collect::<Vec<_>>(), ["stays"]);
    assert_eq!(promised(&*t).await, [open_for("stays", 7, 2).challenge.id]);
}
