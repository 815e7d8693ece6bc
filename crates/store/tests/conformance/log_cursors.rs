//! How far log streams were delivered.

use std::sync::Arc;

use latchkey_core::model::{Document, DocumentKind, EventKind, LogBatch, LogCursor, LogFailure, LogProgress};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, event, history};

on_every_engine![
    a_claim_makes_a_cursor_where_it_begins_and_leases_it,
    a_cursor_is_replaced_by_who_saw_its_last_version_and_the_events_are_written,
    of_many_claims_at_once_one_gets_the_cursor,
    of_a_delivery_and_a_replay_at_once_one_counts,
    cursors_are_apart,
    a_deleted_stream_takes_its_cursor_with_it,
];

const STREAM: &str = "lst_0000000000000001";
const START: &str = "6b";

async fn claim(t: &Bench, now: i64) -> Option<LogCursor> {
    t.claim_log_cursor(STREAM, START, NOW.plus(now), NOW.plus(now + 60)).await.unwrap()
}

async fn a_claim_makes_a_cursor_where_it_begins_and_leases_it(t: Bench) {
    assert_eq!(t.find_log_cursor(STREAM).await.unwrap(), None);
    let made = LogCursor {
        stream: STREAM.into(),
        position: START.into(),
        due_at: NOW.plus(60),
        version: 0,
        body: LogProgress::default(),
    };

    assert_eq!(claim(&t, 0).await, Some(made.clone()));
    assert_eq!(t.find_log_cursor(STREAM).await.unwrap(), Some(made.clone()));
    assert_eq!(claim(&t, 59).await, None);

    // Whoever comes after the lease goes on where the cursor stands.
    let again = t.claim_log_cursor(STREAM, "ff", NOW.plus(60), NOW.plus(99)).await.unwrap();
    assert_eq!(again, Some(LogCursor { due_at: NOW.plus(99), version: 1, ..made }));
}

async fn a_cursor_is_replaced_by_who_saw_its_last_version_and_the_events_are_written(t: Bench) {
    let first = claim(&t, 0).await.unwrap();
    let failure = LogFailure { at: NOW, status: Some(503), reason: "refused".into() };
    let batch = LogBatch { id: "msg_1".into(), through: "6c".into(), stream_version: 7 };
    let body = LogProgress {
        batch: Some(batch),
        delivered: 12,
        last_success_at: Some(NOW.minus(9)),
        failed_attempts: 1,
        failing_since: Some(NOW),
        failures: vec![failure],
    };
    let moved = LogCursor { position: "6b0".into(), due_at: NOW.plus(5), body, ..first.clone() };
    let events = || vec![event(EventKind::LogStreamFailing)];

    assert!(t.replace_log_cursor(&moved, events()).await.unwrap());
    assert!(!t.replace_log_cursor(&moved, events()).await.unwrap());
    assert!(!t.replace_log_cursor(&first, events()).await.unwrap());

    let found = t.find_log_cursor(STREAM).await.unwrap().unwrap();
    assert_eq!(found, LogCursor { version: 1, ..moved });
    assert_eq!(history(&*t.store).await, [(EventKind::LogStreamFailing, None)]);
    assert_eq!(claim(&t, 4).await, None);
    assert_eq!(claim(&t, 5).await.map(|cursor| cursor.body), Some(found.body));
}

async fn of_many_claims_at_once_one_gets_the_cursor(t: Bench) {
    // The first time it is made, the second time it is there.
    for now in [0, 60] {
        let claims: Vec<_> = (0..8)
            .map(|_| {
                let store = Arc::clone(&t.store);
                let (now, until) = (NOW.plus(now), NOW.plus(now + 60));
                tokio::spawn(async move { store.claim_log_cursor(STREAM, START, now, until).await.unwrap() })
            })
            .collect();
        let mut got = 0;
        for claim in claims {
            got += usize::from(claim.await.unwrap().is_some());
        }
        assert_eq!(got, 1, "after {now} s");
    }
}

async fn of_a_delivery_and_a_replay_at_once_one_counts(t: Bench) {
    let seen = claim(&t, 0).await.unwrap();
    let changes: Vec<_> = ["6c", "5a"]
        .map(|position| {
            let store = Arc::clone(&t.store);
            let cursor = LogCursor { position: position.into(), ..seen.clone() };
            tokio::spawn(async move { store.replace_log_cursor(&cursor, Vec::new()).await.unwrap() })
        })
        .into();

    let mut replaced = 0;
    for change in changes {
        replaced += usize::from(change.await.unwrap());
    }

    assert_eq!(replaced, 1);
    assert_eq!(t.find_log_cursor(STREAM).await.unwrap().unwrap().version, 1);
}

async fn cursors_are_apart(t: Bench) {
    claim(&t, 0).await.unwrap();

    let other = t.claim_log_cursor("other", "7", NOW, NOW.plus(60)).await.unwrap().unwrap();
    assert!(t.replace_log_cursor(&LogCursor { position: "8".into(), ..other }, Vec::new()).await.unwrap());

    assert_eq!(t.find_log_cursor(STREAM).await.unwrap().unwrap().position, START);
}

async fn a_deleted_stream_takes_its_cursor_with_it(t: Bench) {
    for (kind, is_kept) in [(DocumentKind::EmailTemplate, true), (DocumentKind::LogStream, false)] {
        let document = Document { id: STREAM.into(), ..Document::empty(kind, "name", NOW) };
        t.insert_document(&document, Vec::new()).await.unwrap();
        claim(&t, 0).await;

        assert!(t.delete_document(kind, STREAM, Vec::new()).await.unwrap());

        assert_eq!(t.find_log_cursor(STREAM).await.unwrap().is_some(), is_kept, "{kind:?}");
    }
}
