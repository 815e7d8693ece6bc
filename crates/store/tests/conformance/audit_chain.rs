//! The chain over what operators did: made by whatever writes events, checked by the core.

use std::sync::Arc;

use latchkey_core::Timestamp;
use latchkey_core::flow::manage::audit_chain::{AuditReport, Noted, check_chain};
use latchkey_core::model::{AuditFault, AuditLink, ChainEnd, ChainHash, Event, EventId, EventKind};
use latchkey_core::store::StoreError;
use serde_json::json;

use crate::engines::{Bench, on_engine, on_every_engine};
use crate::samples::{NOW, client, event, history, id};

on_every_engine![
    what_operators_did_is_linked_in_its_order,
    an_event_that_is_inserted_twice_has_one_link,
    an_act_that_comes_to_nothing_leaves_no_link,
    fifty_acts_at_once_are_all_linked_without_a_gap,
    a_chain_of_more_than_one_part_is_walked_to_its_end,
    the_sweep_shortens_the_chain_and_leaves_it_whole,
    what_was_swept_before_its_time_shows,
    a_noted_end_must_still_be_there,
];

/// Where somebody else can get at the records.
mod tampered {
    use super::{on_engine, whatever_is_changed_behind_the_store_shows};

    on_engine!(sqlite_in_a_file: whatever_is_changed_behind_the_store_shows,);
    on_engine!(postgresql: whatever_is_changed_behind_the_store_shows,);
}

fn acted(n: u32) -> Event {
    let at = NOW.plus(n.into());
    let detail = json!({"act": "update client", "on": format!("client {n}")});
    let detail = detail.as_object().unwrap().clone();
    Event { id: EventId::new(id(at, n)), at, detail, ..event(EventKind::OperatorActed) }
}

/// Events 1 to `count`, an act each.
async fn chain(t: &Bench, count: u32) {
    for n in 1..=count {
        t.insert_events(vec![acted(n)]).await.unwrap();
    }
}

async fn links(t: &Bench) -> Vec<AuditLink> {
    t.list_audit_links(0, 100).await.unwrap()
}

async fn seqs(t: &Bench) -> Vec<u64> {
    links(t).await.into_iter().map(|link| link.seq).collect()
}

async fn checked(t: &Bench, noted: Option<ChainEnd>) -> AuditReport {
    check_chain(&*t.store, NOW, noted).await.unwrap()
}

async fn is_whole(t: &Bench, count: u64) {
    let report = checked(t, None).await;
    assert_eq!((report.broken, report.links), (None, count));
    assert_eq!(report.end, t.find_audit_end().await.unwrap());
}

/// S-128
async fn what_operators_did_is_linked_in_its_order(t: Bench) {
    is_whole(&t, 0).await;
    let none = ChainEnd { seq: 0, hash: ChainHash::START };
    assert_eq!(t.find_audit_end().await.unwrap(), none);
    let every = EventKind::ALL.iter().map(|kind| event(*kind)).collect::<Vec<_>>();
    let (first, second) = (acted(1), acted(2));

    t.insert_events(vec![first.clone(), event(EventKind::SignedIn), second.clone()]).await.unwrap();
    t.insert_client(&client("a"), vec![acted(3)]).await.unwrap();
    t.insert_events(every.clone()).await.unwrap();

    let chained = every.into_iter().filter(|event| event.kind.is_chained());
    let expected = [first, second, acted(3)].into_iter().chain(chained).map(|event| (event.id, event.at));
    let links = links(&t).await;
    let found: Vec<_> = links.iter().map(|link| (link.event.clone(), link.at)).collect();
    assert_eq!(found, expected.collect::<Vec<_>>());
    assert!(links.iter().all(|link| link.kept == Some(link.entry)));
    is_whole(&t, 3 + EventKind::CHAINED.len() as u64).await;
    assert_eq!(t.list_audit_links(2, 1).await.unwrap(), links[2..3]);
    assert_eq!(t.list_audit_links(u64::MAX, 1).await.unwrap(), []);
}

async fn an_event_that_is_inserted_twice_has_one_link(t: Bench) {
    for _ in 0..2 {
        t.insert_events(vec![acted(1), acted(1), acted(2)]).await.unwrap();
    }
    let again: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.insert_events(vec![acted(3)]).await.unwrap() })
        })
        .collect();
    for one in again {
        one.await.unwrap();
    }

    is_whole(&t, 3).await;
}

async fn an_act_that_comes_to_nothing_leaves_no_link(t: Bench) {
    t.insert_client(&client("a"), vec![acted(1)]).await.unwrap();

    let refused = t.insert_client(&client("a"), vec![acted(2)]).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    assert!(!t.replace_client(&client("b"), vec![acted(3)]).await.unwrap());

    assert_eq!(history(&*t.store).await.len(), 1);
    is_whole(&t, 1).await;
}

/// S-128
async fn fifty_acts_at_once_are_all_linked_without_a_gap(t: Bench) {
    let acts: Vec<_> = (1..=50)
        .map(|n| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.insert_events(vec![acted(n)]).await })
        })
        .collect();
    for act in acts {
        act.await.unwrap().unwrap();
    }

    assert_eq!(seqs(&t).await, (1..=50).collect::<Vec<_>>());
    is_whole(&t, 50).await;
}

async fn a_chain_of_more_than_one_part_is_walked_to_its_end(t: Bench) {
    t.insert_events((1..=1001).map(acted).collect()).await.unwrap();

    is_whole(&t, 1001).await;
}

/// S-128
async fn the_sweep_shortens_the_chain_and_leaves_it_whole(t: Bench) {
    chain(&t, 5).await;
    let kept_since = async |n: i64| check_chain(&*t.store, NOW.plus(n), None).await.unwrap();

    assert_eq!(t.sweep_events(NOW.plus(4), 2).await.unwrap(), 2);
    assert_eq!(seqs(&t).await, [2, 3, 4, 5]);
    assert_eq!(t.sweep_events(NOW.plus(4), 2).await.unwrap(), 1);
    assert_eq!(t.sweep_events(NOW.plus(4), 2).await.unwrap(), 0);
    assert_eq!(seqs(&t).await, [3, 4, 5]);
    let report = kept_since(4).await;
    assert_eq!((report.broken, report.links, report.first_at), (None, 3, Some(NOW.plus(3))));

    t.insert_events(vec![acted(6)]).await.unwrap();
    t.sweep_events(NOW.plus(100), 10).await.unwrap();
    assert_eq!(seqs(&t).await, [6]);
    t.insert_events(vec![acted(107)]).await.unwrap();
    assert_eq!(seqs(&t).await, [6, 7]);
    let report = kept_since(100).await;
    assert_eq!((report.broken, report.links), (None, 2));
    assert_eq!(report.end, t.find_audit_end().await.unwrap());
}

/// S-128
async fn what_was_swept_before_its_time_shows(t: Bench) {
    chain(&t, 3).await;

    t.sweep_events(NOW.plus(3), 10).await.unwrap();

    let broken = checked(&t, None).await.broken.unwrap();
    assert_eq!((broken.seq, broken.fault), (Some(2), AuditFault::StartMissing));
}

/// S-128
async fn a_noted_end_must_still_be_there(t: Bench) {
    let before = checked(&t, None).await.end;
    chain(&t, 3).await;
    let noted = checked(&t, None).await.end;
    chain(&t, 5).await;

    for end in [before, noted, checked(&t, None).await.end] {
        assert_eq!(checked(&t, Some(end)).await.noted, Some(Noted::Found), "{end}");
    }
    let other = ChainHash::of_entry([Some("other")]);
    for (seq, hash, fault) in [
        (3, other, AuditFault::NotedChanged),
        (6, noted.hash, AuditFault::NotedMissing),
        (0, other, AuditFault::NotedMissing),
    ] {
        let report = checked(&t, Some(ChainEnd { seq, hash })).await;
        assert_eq!(report.broken.map(|broken| (broken.seq, broken.fault)), Some((Some(seq), fault)));
        assert_eq!(report.noted, None);
    }

    t.sweep_events(NOW.plus(5), 10).await.unwrap();
    let swept = check_chain(&*t.store, NOW.plus(5), Some(noted)).await.unwrap();
    assert_eq!((swept.broken, swept.noted), (None, Some(Noted::Swept)));
}

/// What is done to a chain of five with entries of `NOW + n`, and what is told of it, at which link.
const TAMPERED: [(&str, AuditFault, Option<u64>); 16] = [
    ("DELETE FROM events WHERE id = '{3}'", AuditFault::EntryMissing, Some(3)),
    ("DELETE FROM events WHERE id = '{5}'", AuditFault::EntryMissing, Some(5)),
    ("UPDATE events SET detail = '{}' WHERE id = '{3}'", AuditFault::EntryChanged, Some(3)),
    ("UPDATE events SET kind = 's' WHERE id = '{3}'", AuditFault::EntryChanged, Some(3)),
    ("UPDATE events SET client = NULL WHERE id = '{3}'", AuditFault::EntryChanged, Some(3)),
    ("UPDATE events SET user_agent = 'other' WHERE id = '{3}'", AuditFault::EntryChanged, Some(3)),
    ("UPDATE events SET request = '{}' WHERE id = '{3}'", AuditFault::EntryChanged, Some(3)),
    ("UPDATE events SET at = at - 1 WHERE id = '{3}'", AuditFault::EntryChanged, Some(3)),
    ("DELETE FROM audit_chain WHERE seq = 3", AuditFault::LinkMissing, Some(3)),
    ("DELETE FROM audit_chain WHERE seq < 3", AuditFault::StartMissing, Some(3)),
    (
        "DELETE FROM events WHERE id = '{3}'; UPDATE audit_chain SET at = 0 WHERE seq = 3",
        AuditFault::LinkChanged,
        Some(3),
    ),
    ("DELETE FROM audit_chain WHERE seq = 5", AuditFault::EndMissing, Some(5)),
    ("DELETE FROM audit_chain", AuditFault::EndMissing, Some(1)),
    ("DELETE FROM audit_chain_end", AuditFault::EndMissing, None),
    ("UPDATE audit_chain SET hash = '' WHERE seq = 3", AuditFault::Unreadable, Some(1)),
    (
        "INSERT INTO events (id, at, kind, detail) SELECT 'forged', at, 'sapi', '{}' FROM events WHERE id = '{3}'",
        AuditFault::EntryUnchained,
        None,
    ),
];

/// S-128
async fn whatever_is_changed_behind_the_store_shows(t: Bench) {
    chain(&t, 5).await;
    let noted = checked(&t, None).await.end;
    let tables = ["events", "audit_chain", "audit_chain_end"];
    let copies = tables.map(|table| format!("CREATE TABLE {table}_was AS SELECT * FROM {table};"));
    let restore = tables
        .map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {table}_was;"))
        .concat();
    t.tamper(&copies.concat()).await;
    let named = |statement: &str| {
        (1..=5).fold(statement.to_owned(), |statement, n| {
            statement.replace(&format!("'{{{n}}}'"), &format!("'{}'", acted(n).id))
        })
    };

    for (statement, fault, seq) in TAMPERED {
        t.tamper(&named(statement)).await;
        let broken = checked(&t, None).await.broken.unwrap_or_else(|| panic!("{statement}"));
        assert_eq!((broken.fault, broken.seq), (fault, seq), "{statement}");
        t.tamper(&restore).await;
        is_whole(&t, 5).await;
    }

    // Cut off with care: only what was noted tells.
    let cut = "DELETE FROM events WHERE id = '{5}'; DELETE FROM audit_chain WHERE seq = 5; \
        UPDATE audit_chain_end SET seq = 4, hash = (SELECT hash FROM audit_chain WHERE seq = 4)";
    t.tamper(&named(cut)).await;
    is_whole(&t, 4).await;
    let broken = checked(&t, Some(noted)).await.broken.unwrap();
    assert_eq!((broken.fault, broken.seq), (AuditFault::NotedMissing, Some(5)));
    t.insert_events(vec![acted(9)]).await.unwrap();
    let broken = checked(&t, Some(noted)).await.broken.unwrap();
    assert_eq!((broken.fault, broken.seq), (AuditFault::NotedChanged, Some(5)));
    // An older entry was there before the chain.
    t.tamper(&named(
        "INSERT INTO events (id, at, kind, detail) SELECT '0', at, 'sapi', '{}' FROM events WHERE id = '{1}'",
    ))
    .await;
    assert_eq!(checked(&t, None).await.broken, None);
    let unchained = t.find_unchained_event(Timestamp(0)).await.unwrap();
    assert_eq!(unchained, Some(EventId::new("0")));
}
