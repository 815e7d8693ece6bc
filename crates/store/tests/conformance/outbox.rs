//! Promised messages: leased, postponed, deleted.

use std::collections::BTreeSet;
use std::sync::Arc;

use latchkey_core::Timestamp;
use latchkey_core::model::{Event, EventKind, Notice, OutboxRow};
use latchkey_core::store::{ChangeUser, EventFilter, OpenChallenge};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, address, event, id, open, outbox_row, page, send, user, user_id};

on_every_engine![
    a_claimed_message_is_leased_and_its_calls_are_counted,
    only_messages_that_are_due_and_not_expired_are_claimed,
    no_more_are_claimed_than_asked_for_and_the_longest_due_come_first,
    a_settled_message_is_due_again_or_gone,
    a_postponed_message_is_due_later_and_its_call_forgotten,
    of_many_claims_at_once_each_message_goes_to_one,
    a_notice_goes_with_the_event_of_its_act_and_with_no_other,
];

async fn a_notice_goes_with_the_event_of_its_act_and_with_no_other(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    t.insert_user(&user(2), Vec::new()).await.unwrap();
    let notice = |n| Notice { row: outbox_row(&id(NOW, n), 0), counted: Vec::new() };
    let telling = |n| Event { notices: vec![notice(n)], ..event(EventKind::OperatorActed) };
    // The address is another's: nothing happened, and nobody is told.
    let (seen, mut moved) = (user(1), user(1));
    moved.identities[0].address = address(2);
    let change =
        ChangeUser { seen, user: moved, apart: None, ends: Default::default(), events: vec![telling(1)] };
    assert!(t.change_user(change).await.is_err());
    assert!(!t.delete_user(&user_id(3), NOW, vec![telling(2)]).await.unwrap());
    assert!(claim(&t, NOW, 10).await.is_empty());

    assert!(t.delete_user(&user_id(1), NOW, vec![telling(3)]).await.unwrap());

    assert_eq!(claim(&t, NOW, 10).await, [id(NOW, 3)]);
    let written = t.list_events(&EventFilter::default(), &page(None, 10)).await.unwrap();
    assert!(written.iter().all(|event| event.notices.is_empty()), "the log has no message");
}

async fn promise(t: &Bench, n: u32, due_at: Timestamp) {
    let row = OutboxRow { due_at, ..outbox_row(&id(NOW, n), 0) };
    send(&**t, OpenChallenge { outbox: Some([row.clone(), row.clone(), row]), ..open(n) }).await;
}

/// The ids of a claim at `now`, in order.
async fn claim(t: &Bench, now: Timestamp, limit: u32) -> Vec<String> {
    let rows = t.claim_outbox(now, now.plus(60), limit).await.unwrap();
    rows.into_iter().map(|row| row.id).collect::<BTreeSet<_>>().into_iter().collect()
}

async fn a_claimed_message_is_leased_and_its_calls_are_counted(t: Bench) {
    assert_eq!(t.claim_outbox(NOW, NOW.plus(60), 10).await.unwrap(), []);
    promise(&t, 1, NOW).await;

    let row = |due_at, calls| OutboxRow { due_at, calls, ..outbox_row(&id(NOW, 1), 0) };
    assert_eq!(t.claim_outbox(NOW, NOW.plus(60), 10).await.unwrap(), [row(NOW.plus(60), 1)]);
    assert_eq!(t.claim_outbox(NOW.plus(59), NOW.plus(99), 10).await.unwrap(), []);
    assert_eq!(t.claim_outbox(NOW.plus(60), NOW.plus(99), 10).await.unwrap(), [row(NOW.plus(99), 2)]);
}

async fn only_messages_that_are_due_and_not_expired_are_claimed(t: Bench) {
    promise(&t, 1, NOW.plus(10)).await;

    assert!(claim(&t, NOW.plus(9), 10).await.is_empty());
    assert!(claim(&t, NOW.plus(300), 10).await.is_empty());
    assert_eq!(claim(&t, NOW.plus(10), 10).await, [id(NOW, 1)]);
}

async fn no_more_are_claimed_than_asked_for_and_the_longest_due_come_first(t: Bench) {
    for (n, after) in [(1, 30), (2, 10), (3, 20)] {
        promise(&t, n, NOW.plus(after)).await;
    }

    assert_eq!(claim(&t, NOW.plus(30), 2).await, [id(NOW, 2), id(NOW, 3)]);
    assert_eq!(claim(&t, NOW.plus(30), 2).await, [id(NOW, 1)]);
    assert!(claim(&t, NOW.plus(30), 2).await.is_empty());
}

async fn a_settled_message_is_due_again_or_gone(t: Bench) {
    promise(&t, 1, NOW).await;
    promise(&t, 2, NOW).await;
    assert_eq!(claim(&t, NOW, 10).await.len(), 2);

    t.settle_outbox(&id(NOW, 1), Some(NOW.plus(5))).await.unwrap();
    t.settle_outbox(&id(NOW, 2), None).await.unwrap();
    t.settle_outbox(&id(NOW, 3), Some(NOW)).await.unwrap();
    t.settle_outbox(&id(NOW, 3), None).await.unwrap();

    assert!(claim(&t, NOW.plus(4), 10).await.is_empty());
    assert_eq!(claim(&t, NOW.plus(5), 10).await, [id(NOW, 1)]);
    assert_eq!(claim(&t, NOW.plus(200), 10).await, [id(NOW, 1)]);
}

async fn a_postponed_message_is_due_later_and_its_call_forgotten(t: Bench) {
    promise(&t, 1, NOW).await;
    assert_eq!(claim(&t, NOW, 10).await.len(), 1);

    t.postpone_outbox(&id(NOW, 1), NOW.plus(120)).await.unwrap();

    assert_eq!(t.claim_outbox(NOW.plus(119), NOW.plus(150), 10).await.unwrap(), []);
    let again = t.claim_outbox(NOW.plus(120), NOW.plus(180), 10).await.unwrap();
    assert_eq!(again.iter().map(|row| row.calls).collect::<Vec<_>>(), [1]);
    t.postpone_outbox(&id(NOW, 9), NOW).await.unwrap();
}

async fn of_many_claims_at_once_each_message_goes_to_one(t: Bench) {
    for n in 0..10 {
        promise(&t, n, NOW).await;
    }
    let claims: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.claim_outbox(NOW, NOW.plus(60), 3).await.unwrap() })
        })
        .collect();

    let mut got: Vec<String> = Vec::new();
    for claim in claims {
        got.extend(claim.await.unwrap().into_iter().map(|row| row.id));
    }

    let distinct: BTreeSet<&String> = got.iter().collect();
    assert_eq!(distinct.len(), got.len(), "{got:?}");
    // What lost a race was claimed by none, and is due still.
    assert_eq!(got.len() + claim(&t, NOW, 10).await.len(), 10);
}
