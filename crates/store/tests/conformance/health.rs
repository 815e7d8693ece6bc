//! The proof of life, and the end.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use latchkey_core::model::EventKind;
use latchkey_core::store::{EventFilter, StoreError};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    NOW, challenge_key, client, client_id, event, family, hash, ledger_key, open, page, redeem, user_id,
};

on_every_engine![
    an_open_store_answers_a_ping,
    a_closed_store_is_unavailable_to_reads_and_writes,
    a_close_finishes_what_was_accepted,
    what_was_answered_is_there_after_the_end,
];

async fn an_open_store_answers_a_ping(t: Bench) {
    for _ in 0..2 {
        t.ping().await.unwrap();
    }
}

fn is_unavailable<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
}

async fn a_closed_store_is_unavailable_to_reads_and_writes(t: Bench) {
    t.put_client(&client("native")).await.unwrap();
    t.find_client(&client_id("native")).await.unwrap();

    t.close().await;
    t.close().await;

    is_unavailable(t.ping().await);
    is_unavailable(t.find_client(&client_id("native")).await);
    is_unavailable(t.list_clients(&page(None, 10)).await);
    is_unavailable(t.put_client(&client("native")).await);
    is_unavailable(t.find_challenge(&challenge_key(1)).await);
    is_unavailable(t.open_challenge(open(1)).await);
    is_unavailable(t.redeem_challenge(redeem(1)).await);
    is_unavailable(t.find_ledger(ledger_key(1)).await);
    is_unavailable(t.claim_outbox(NOW, NOW, 1).await);
    is_unavailable(t.insert_refresh_family(family(1, 1), hash(1), 10).await);
    is_unavailable(t.list_refresh_families(&user_id(1)).await);
    is_unavailable(t.list_signing_keys().await);
    is_unavailable(t.insert_events(vec![event(EventKind::SignedIn)]).await);
    is_unavailable(t.list_events(&EventFilter::default(), &page(None, 10)).await);
    is_unavailable(t.insert_once("jti", NOW, NOW).await);
    is_unavailable(t.sweep(NOW, 10).await);
}

/// Whoever closes may end the process next: what was accepted is kept by then, and is answered.
async fn a_close_finishes_what_was_accepted(t: Bench) {
    let store = Arc::clone(&t.store);
    let clients: Vec<_> = (0..20).map(|n| client(&format!("client-{n}"))).collect();
    let mut accepted = Vec::new();
    for client in &clients {
        let mut write = store.put_client(client);
        match once(&mut write).await {
            Poll::Ready(outcome) => outcome.unwrap(),
            Poll::Pending => accepted.push(write),
        }
    }

    t.close().await;

    if let Some(t) = t.reopen().await {
        assert_eq!(t.list_clients(&page(None, 100)).await.unwrap().len(), clients.len());
    }
    for write in accepted {
        write.await.unwrap();
    }
}

/// What a future answers without being waited for.
async fn once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

async fn what_was_answered_is_there_after_the_end(t: Bench) {
    t.put_client(&client("native")).await.unwrap();
    t.open_challenge(open(1)).await.unwrap();
    t.redeem_challenge(redeem(1)).await.unwrap();
    let user = t.find_user(&user_id(1)).await.unwrap();
    t.close().await;

    let Some(t) = t.reopen().await else { return };

    assert_eq!(t.find_client(&client_id("native")).await.unwrap(), Some(client("native")));
    assert!(user.is_some());
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), user);
}
