//! One-time handles.

use std::sync::Arc;

use latchkey_core::model::{EventKind, Handle, HandleKind};
use latchkey_core::store::{HandleUse, UseHandle};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, event, family, handle, hash, history, use_of, user_id};

on_every_engine![
    a_handle_is_found_as_it_was_made_by_its_kind_only,
    a_handle_takes_the_place_of_one_of_its_id,
    a_live_handle_is_changed_by_who_saw_what_it_says,
    a_used_or_expired_handle_is_not_changed,
    of_many_changes_of_one_sight_one_happens,
    a_handle_is_used_once,
    an_expired_or_unknown_handle_is_not_used,
    a_used_handle_is_known_after_its_time,
    a_use_saves_its_refresh_family_and_events_once,
    of_many_uses_at_once_one_is_the_first,
];

async fn a_handle_is_found_as_it_was_made_by_its_kind_only(t: Bench) {
    for (n, kind) in (0..).zip(HandleKind::ALL) {
        let made = Handle { kind, body: "{\"é\":\"\\\"'\u{1f600}\"}".into(), ..handle(n) };
        assert_eq!(t.find_handle(&hash(n), kind).await.unwrap(), None);

        t.insert_handle(made.clone()).await.unwrap();

        for other in HandleKind::ALL {
            let expected = (other == kind).then(|| made.clone());
            assert_eq!(t.find_handle(&hash(n), other).await.unwrap(), expected);
        }
    }
}

async fn a_handle_takes_the_place_of_one_of_its_id(t: Bench) {
    t.insert_handle(handle(1)).await.unwrap();
    t.use_handle(use_of(1)).await.unwrap();
    let second = Handle { body: "{}".into(), expires_at: NOW.plus(900), ..handle(1) };

    t.insert_handle(second.clone()).await.unwrap();

    assert_eq!(t.find_handle(&hash(1), HandleKind::Link).await.unwrap(), Some(second));
    assert!(matches!(t.use_handle(use_of(1)).await.unwrap(), HandleUse::First(_)));
}

async fn a_live_handle_is_changed_by_who_saw_what_it_says(t: Bench) {
    t.insert_handle(handle(1)).await.unwrap();
    let changed = |body: &str| Handle { body: body.into(), ..handle(1) };

    assert!(t.update_handle(&changed("{\"a\":1}"), &handle(1).body, NOW).await.unwrap());
    assert!(!t.update_handle(&changed("{\"b\":2}"), &handle(1).body, NOW).await.unwrap());
    let other_kind = Handle { kind: HandleKind::Transaction, ..changed("{\"b\":2}") };
    assert!(!t.update_handle(&other_kind, "{\"a\":1}", NOW).await.unwrap());

    assert_eq!(t.find_handle(&hash(1), HandleKind::Link).await.unwrap(), Some(changed("{\"a\":1}")));
}

async fn a_used_or_expired_handle_is_not_changed(t: Bench) {
    for n in [1, 2] {
        t.insert_handle(handle(n)).await.unwrap();
    }
    t.use_handle(use_of(1)).await.unwrap();
    let changed = |n| Handle { body: "{}".into(), ..handle(n) };

    assert!(!t.update_handle(&changed(1), &handle(1).body, NOW).await.unwrap());
    assert!(!t.update_handle(&changed(2), &handle(2).body, NOW.plus(600)).await.unwrap());
    assert!(!t.update_handle(&changed(3), &handle(3).body, NOW).await.unwrap());

    assert_eq!(t.find_handle(&hash(3), HandleKind::Link).await.unwrap(), None);
    assert!(t.update_handle(&changed(2), &handle(2).body, NOW.plus(599)).await.unwrap());
}

async fn of_many_changes_of_one_sight_one_happens(t: Bench) {
    t.insert_handle(handle(1)).await.unwrap();
    let changes: Vec<_> = (0..16)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let changed = Handle { body: format!("{{\"by\":{n}}}"), ..handle(1) };
            tokio::spawn(async move { store.update_handle(&changed, &handle(1).body, NOW).await.unwrap() })
        })
        .collect();

    let mut happened = 0;
    for change in changes {
        happened += u32::from(change.await.unwrap());
    }

    assert_eq!(happened, 1);
}

async fn a_handle_is_used_once(t: Bench) {
    t.insert_handle(handle(1)).await.unwrap();
    let used = Handle { used_at: Some(NOW.plus(10)), ..handle(1) };

    assert_eq!(t.use_handle(use_of(1)).await.unwrap(), HandleUse::First(used.clone()));
    let again = UseHandle { now: NOW.plus(20), ..use_of(1) };
    assert_eq!(t.use_handle(again).await.unwrap(), HandleUse::Again(used.clone()));

    assert_eq!(t.find_handle(&hash(1), HandleKind::Link).await.unwrap(), Some(used));
}

async fn an_expired_or_unknown_handle_is_not_used(t: Bench) {
    t.insert_handle(handle(1)).await.unwrap();

    for absent in [
        UseHandle { now: NOW.plus(600), ..use_of(1) },
        UseHandle { kind: HandleKind::AuthorizationCode, ..use_of(1) },
        use_of(2),
    ] {
        assert_eq!(t.use_handle(absent).await.unwrap(), HandleUse::Absent);
    }

    let last = UseHandle { now: NOW.plus(599), ..use_of(1) };
    assert!(matches!(t.use_handle(last).await.unwrap(), HandleUse::First(_)));
}

async fn a_used_handle_is_known_after_its_time(t: Bench) {
    t.insert_handle(handle(1)).await.unwrap();
    t.use_handle(use_of(1)).await.unwrap();

    let late = UseHandle { now: NOW.plus(6000), ..use_of(1) };

    assert!(matches!(t.use_handle(late).await.unwrap(), HandleUse::Again(_)));
}

async fn a_use_saves_its_refresh_family_and_events_once(t: Bench) {
    for n in 1..4 {
        t.insert_handle(handle(n)).await.unwrap();
        let act = UseHandle {
            refresh: Some((family(1, n), hash(n))),
            max_families: 2,
            events: vec![event(EventKind::CodeExchanged)],
            ..use_of(n)
        };
        assert!(matches!(t.use_handle(act.clone()).await.unwrap(), HandleUse::First(_)));
        let again = UseHandle { refresh: Some((family(1, 10 + n), hash(10 + n))), ..act };
        assert!(matches!(t.use_handle(again).await.unwrap(), HandleUse::Again(_)));
    }

    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap(), [family(1, 2), family(1, 3)]);
    assert_eq!(t.find_refresh_family(&hash(3), NOW).await.unwrap(), Some(family(1, 3)));
    assert_eq!(history(&*t).await, std::array::from_fn::<_, 3, _>(|_| (EventKind::CodeExchanged, None)));
}

async fn of_many_uses_at_once_one_is_the_first(t: Bench) {
    t.insert_handle(handle(1)).await.unwrap();
    let uses: Vec<_> = (0..16)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let act = UseHandle { refresh: Some((family(1, n), hash(n))), ..use_of(1) };
            tokio::spawn(async move { store.use_handle(act).await.unwrap() })
        })
        .collect();

    let mut first = 0;
    for used in uses {
        match used.await.unwrap() {
            HandleUse::First(_) => first += 1,
            HandleUse::Again(_) => {}
            HandleUse::Absent => panic!("a live handle was not found"),
        }
    }

    assert_eq!(first, 1);
    assert_eq!(t.list_refresh_families(&user_id(1)).await.unwrap().len(), 1);
}
