//! Sessions of browsers.

use std::sync::Arc;

use latchkey_core::model::{Event, EventKind, Session};
use latchkey_core::store::{Ended, EventFilter, TouchSession};
use serde_json::{Value, json};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{CLIENT, DAY, ENDING, NOW, client_id, event, hash, page, session, user_id};

on_every_engine![
    a_session_is_found_as_it_was_made,
    a_new_session_takes_the_place_of_the_browsers_old_one,
    a_session_that_goes_on_keeps_its_clients,
    sessions_are_listed_newest_first_and_by_user,
    every_session_is_listed_however_many,
    a_use_moves_the_idle_end_and_adds_the_client,
    a_session_that_ended_is_not_used,
    uses_at_once_are_all_kept,
    a_session_ends_alone,
    all_sessions_of_a_user_end_together,
    all_sessions_of_a_user_but_one_end_together,
    a_session_is_found_changed_and_ended_by_its_public_id,
];

/// So many ended, and nobody is to be told.
fn sessions(sessions: u64) -> Ended {
    Ended { sessions, notices: 0 }
}

fn touch(n: u32, client: &str) -> TouchSession {
    let now = NOW.plus(DAY);
    TouchSession { id: hash(n), client: client_id(client), now, idle_expires_at: now.plus(3 * DAY) }
}

async fn a_session_is_found_as_it_was_made(t: Bench) {
    let made = Session { device: None, ip: None, clients: Vec::new(), ..session(1, 1) };
    assert_eq!(t.find_session(&hash(1)).await.unwrap(), None);

    t.insert_session(&made, None).await.unwrap();
    t.insert_session(&session(1, 2), None).await.unwrap();

    assert_eq!(t.find_session(&hash(1)).await.unwrap(), Some(made));
    assert_eq!(t.find_session(&hash(2)).await.unwrap(), Some(session(1, 2)));
}

async fn a_new_session_takes_the_place_of_the_browsers_old_one(t: Bench) {
    t.insert_session(&session(1, 1), Some(hash(99))).await.unwrap();
    t.insert_session(&session(2, 2), Some(hash(1))).await.unwrap();

    assert_eq!(t.find_session(&hash(1)).await.unwrap(), None);
    assert_eq!(t.find_session(&hash(2)).await.unwrap(), Some(session(2, 2)));
}

async fn a_session_that_goes_on_keeps_its_clients(t: Bench) {
    t.insert_session(&session(1, 1), None).await.unwrap();
    let clients = vec![client_id("other"), client_id(CLIENT)];
    let renewed = Session { sid: session(1, 1).sid, clients, ..session(1, 2) };

    t.insert_session(&renewed, Some(hash(1))).await.unwrap();

    let kept = Session { clients: vec![client_id(CLIENT), client_id("other")], ..renewed };
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), [kept]);
}

async fn sessions_are_listed_newest_first_and_by_user(t: Bench) {
    for (user, n) in [(1, 2), (2, 3), (1, 4), (1, 1)] {
        t.insert_session(&session(user, n), None).await.unwrap();
    }

    let listed = t.list_sessions(&user_id(1)).await.unwrap();

    assert_eq!(listed, [session(1, 4), session(1, 2), session(1, 1)]);
    assert_eq!(t.list_sessions(&user_id(3)).await.unwrap(), []);
}

async fn every_session_is_listed_however_many(t: Bench) {
    for n in 0..101 {
        t.insert_session(&session(1, n), None).await.unwrap();
    }

    let listed = t.list_sessions(&user_id(1)).await.unwrap();

    assert_eq!(listed.len(), 101);
    assert_eq!(listed[0], session(1, 100));
}

async fn a_use_moves_the_idle_end_and_adds_the_client(t: Bench) {
    t.insert_session(&session(1, 1), None).await.unwrap();

    for client in [CLIENT, "other", "other"] {
        assert!(t.touch_session(touch(1, client)).await.unwrap());
    }

    let expected = Session {
        last_seen_at: NOW.plus(DAY),
        idle_expires_at: NOW.plus(4 * DAY),
        clients: vec![client_id(CLIENT), client_id("other")],
        ..session(1, 1)
    };
    assert_eq!(t.find_session(&hash(1)).await.unwrap(), Some(expected));
}

async fn a_session_that_ended_is_not_used(t: Bench) {
    t.insert_session(&session(1, 1), None).await.unwrap();
    let idle = TouchSession { now: NOW.plus(3 * DAY), ..touch(1, "other") };
    let old = Session { idle_expires_at: NOW.plus(90 * DAY), ..session(1, 2) };
    t.insert_session(&old, None).await.unwrap();
    let past = TouchSession { now: NOW.plus(30 * DAY), ..touch(2, "other") };
    t.insert_session(&session(1, 3), None).await.unwrap();
    t.delete_session(&hash(3), ENDING).await.unwrap();

    for ended in [idle, past, touch(3, "other"), touch(9, "other")] {
        assert!(!t.touch_session(ended).await.unwrap());
    }

    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), [old, session(1, 1)]);
}

async fn uses_at_once_are_all_kept(t: Bench) {
    t.insert_session(&session(1, 1), None).await.unwrap();
    let uses: Vec<_> = (0..16)
        .map(|n| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.touch_session(touch(1, &format!("client-{n}"))).await.unwrap() })
        })
        .collect();

    for used in uses {
        assert!(used.await.unwrap());
    }

    assert_eq!(t.find_session(&hash(1)).await.unwrap().unwrap().clients.len(), 17);
}

async fn a_session_ends_alone(t: Bench) {
    for n in [1, 2] {
        t.insert_session(&session(1, n), None).await.unwrap();
    }

    assert_eq!(t.delete_session(&hash(1), ENDING).await.unwrap(), sessions(1));

    assert_eq!(t.delete_session(&hash(1), ENDING).await.unwrap(), sessions(0));
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), [session(1, 2)]);
}

/// S-128
async fn all_sessions_of_a_user_end_together(t: Bench) {
    for (user, n) in [(1, 1), (1, 2), (2, 3)] {
        t.insert_session(&session(user, n), None).await.unwrap();
    }

    assert_eq!(t.delete_sessions(&user_id(1), ENDING, told()).await.unwrap(), sessions(2));

    assert_eq!(counted(&t).await, [json!(2)]);
    assert_eq!(t.delete_sessions(&user_id(1), ENDING, told()).await.unwrap(), sessions(0));
    assert_eq!(counted(&t).await, [json!(2)]);
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), []);
    assert_eq!(t.find_session(&hash(3)).await.unwrap(), Some(session(2, 3)));
}

async fn all_sessions_of_a_user_but_one_end_together(t: Bench) {
    for (user, n) in [(1, 1), (1, 2), (1, 3), (2, 4)] {
        t.insert_session(&session(user, n), None).await.unwrap();
    }

    let ended = t.delete_other_sessions(&user_id(1), &hash(2), ENDING, told()).await.unwrap();

    assert_eq!((ended, counted(&t).await), (sessions(2), vec![json!(2)]));
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), [session(1, 2)]);
    assert_eq!(t.find_session(&hash(4)).await.unwrap(), Some(session(2, 4)));
    // Somebody else's session keeps none of theirs.
    let ended = t.delete_other_sessions(&user_id(1), &hash(4), ENDING, told()).await.unwrap();
    assert_eq!(ended, sessions(1));
}

/// S-128
async fn a_session_is_found_changed_and_ended_by_its_public_id(t: Bench) {
    let made = session(1, 1);
    t.insert_session(&made, None).await.unwrap();
    t.insert_session(&session(1, 2), None).await.unwrap();
    let metadata = serde_json::json!({"kept": true}).as_object().unwrap().clone();

    assert!(t.set_session_metadata(&made.sid, metadata.clone(), Vec::new()).await.unwrap());
    assert!(!t.set_session_metadata("nobody", metadata.clone(), Vec::new()).await.unwrap());

    let changed = Session { metadata: metadata.clone(), ..made.clone() };
    assert_eq!(t.find_session_by_sid(&made.sid).await.unwrap().as_ref(), Some(&changed));
    assert_eq!(t.find_session_by_sid("nobody").await.unwrap(), None);
    // The same person, proved once more in the same browser.
    let renewed = Session { sid: made.sid.clone(), ..session(1, 3) };
    t.insert_session(&renewed, Some(made.id)).await.unwrap();
    assert_eq!(t.find_session_by_sid(&made.sid).await.unwrap().unwrap().metadata, metadata);

    assert_eq!(t.delete_session_by_sid(&made.sid, ENDING, told()).await.unwrap().sessions, 1);
    assert_eq!(t.delete_session_by_sid(&made.sid, ENDING, told()).await.unwrap().sessions, 0);
    assert_eq!(counted(&t).await, [json!(1)]);
    assert_eq!(t.list_sessions(&user_id(1)).await.unwrap(), [session(1, 2)]);
}

/// What an operator who ends sessions tells.
fn told() -> Vec<Event> {
    vec![event(EventKind::OperatorActed)]
}

/// How many sessions ended, by the events.
async fn counted(t: &Bench) -> Vec<Value> {
    let events = t.list_events(&EventFilter::default(), &page(None, 10)).await.unwrap();
    events.into_iter().map(|event| event.detail["after"]["sessions"].clone()).collect()
}
