//! The audit log.

use latchkey_core::Timestamp;
use latchkey_core::model::{Event, EventId, EventKind};
use latchkey_core::store::{DayCount, Edge, EventCondition, EventFilter, EventSearch, EventText, TextTest};
use latchkey_core::trace::RequestTrace;
use serde_json::{Map, json};

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, client_id, event, id, page, user_id};

on_every_engine![
    events_come_back_as_they_were_inserted,
    events_are_listed_newest_first_page_after_page,
    events_are_listed_by_kind_user_and_client,
    an_event_is_found_by_its_id,
    events_are_searched_by_every_field_in_either_order,
    sign_ins_and_sign_ups_are_counted_by_the_day,
    every_kind_of_event_can_be_kept,
    an_event_that_is_inserted_twice_is_kept_once,
    the_sweep_deletes_the_oldest_events_from_before_a_time,
];

fn event_at(at: Timestamp, n: u32) -> Event {
    Event { id: EventId::new(id(at, n)), at, ..event(EventKind::SignedIn) }
}

async fn ids(t: &Bench, filter: &EventFilter) -> Vec<EventId> {
    t.list_events(filter, &page(None, 100)).await.unwrap().into_iter().map(|event| event.id).collect()
}

async fn events_come_back_as_they_were_inserted(t: Bench) {
    t.insert_events(Vec::new()).await.unwrap();
    assert_eq!(t.list_events(&EventFilter::default(), &page(None, 10)).await.unwrap(), []);
    let request = RequestTrace {
        client_ip: Some("203.0.113.9".into()),
        user_agent: Some("Mozilla/5.0 (Ö)".into()),
        auth0_client: Some(json!({"name": "auth0.js", "env": {"node": "22"}})),
        correlation_id: Some("c-1".into()),
        audience: Some("https://api.example/".into()),
        scope: Some("openid".into()),
        operation: None,
    };
    let full = Event {
        user: Some(user_id(1)),
        request: Some(Box::new(request.clone())),
        detail: json!({ "tier": "raised", "n": 3 }).as_object().unwrap().clone(),
        ..event(EventKind::SignedIn)
    };
    let bare = Event {
        client: None,
        connection: None,
        ip: None,
        address: None,
        detail: Map::new(),
        ..event(EventKind::OperatorActed)
    };

    let by_agent = RequestTrace { user_agent: request.user_agent, ..RequestTrace::default() };
    let agent = Event { request: Some(Box::new(by_agent.clone())), ..event(EventKind::SignedIn) };
    let same_ip = RequestTrace { client_ip: agent.ip.clone(), ..by_agent };

    let with_ip = Event { request: Some(Box::new(same_ip)), ..agent.clone() };
    t.insert_events(vec![full.clone(), bare.clone(), with_ip]).await.unwrap();

    assert_eq!(t.list_events(&EventFilter::default(), &page(None, 10)).await.unwrap(), [agent, bare, full]);
}

async fn events_are_listed_newest_first_page_after_page(t: Bench) {
    // Inserted out of order; two of one second.
    let [a, b, c, d] = [(0, 1), (5, 0), (5, 1), (9, 0)].map(|(at, n)| event_at(NOW.plus(at), n));
    t.insert_events(vec![c.clone(), a.clone()]).await.unwrap();
    t.insert_events(vec![d.clone(), b.clone()]).await.unwrap();

    let older = async |after: Option<&Event>| {
        let page = page(after.map(|event| event.id.as_str()), 3);
        t.list_events(&EventFilter::default(), &page).await.unwrap()
    };
    let (after_b, after_a) = (older(Some(&b)).await, older(Some(&a)).await);

    assert_eq!(older(None).await, [d, c, b]);
    assert_eq!(after_b, [a]);
    assert_eq!(after_a, []);
}

async fn events_are_listed_by_kind_user_and_client(t: Bench) {
    let of = |n: u32, kind, user: Option<u32>, client: &str| Event {
        kind,
        user: user.map(user_id),
        client: Some(client_id(client)),
        ..event_at(NOW, n)
    };
    let (signed_in, wrong) = (EventKind::SignedIn, EventKind::WrongCode);
    t.insert_events(vec![
        of(1, signed_in, Some(1), "native"),
        of(2, wrong, Some(1), "native"),
        of(3, signed_in, Some(2), "web"),
        of(4, signed_in, None, "native"),
        of(5, signed_in, Some(1), "web"),
    ])
    .await
    .unwrap();

    let filters = [
        (Some(signed_in), None, None, vec![5, 4, 3, 1]),
        (Some(wrong), None, None, vec![2]),
        (None, Some(1), None, vec![5, 2, 1]),
        (None, None, Some("web"), vec![5, 3]),
        (Some(signed_in), Some(1), None, vec![5, 1]),
        (Some(signed_in), None, Some("native"), vec![4, 1]),
        (Some(signed_in), Some(1), Some("native"), vec![1]),
        (None, Some(3), None, vec![]),
        (None, None, Some("unknown"), vec![]),
        (Some(EventKind::KeyRotated), None, None, vec![]),
    ];
    for (kind, user, client, expected) in filters {
        let filter = EventFilter { kind, user: user.map(user_id), client: client.map(client_id) };
        let expected: Vec<_> = expected.into_iter().map(|n| EventId::new(id(NOW, n))).collect();
        assert_eq!(ids(&t, &filter).await, expected, "{filter:?}");
    }

    let of_user = EventFilter { user: Some(user_id(1)), ..EventFilter::default() };
    let after = t.list_events(&of_user, &page(Some(&id(NOW, 5)), 1)).await.unwrap();
    assert_eq!(after.into_iter().map(|event| event.id).collect::<Vec<_>>(), [EventId::new(id(NOW, 2))]);
}

async fn an_event_is_found_by_its_id(t: Bench) {
    let [a, b] = [0, 1].map(|n| event_at(NOW, n));
    t.insert_events(vec![a.clone(), b]).await.unwrap();

    assert_eq!(t.find_event(&a.id).await.unwrap(), Some(a));
    assert_eq!(t.find_event(&EventId::new(id(NOW, 9))).await.unwrap(), None);
}

fn search(condition: EventCondition) -> EventSearch {
    EventSearch { condition, ascending: true, after: None, start: 0, limit: 100, total: true }
}

async fn events_are_searched_by_every_field_in_either_order(t: Bench) {
    let [a, b, c] = [0, 1, 2].map(|n| event_at(NOW.plus(i64::from(n)), n));
    let agent = RequestTrace { user_agent: Some("okhttp/4.12".into()), ..RequestTrace::default() };
    let request = Some(Box::new(agent));
    let a = Event { user: Some(user_id(1)), ip: Some("203.0.113.7".into()), request, ..a };
    let b = Event { kind: EventKind::WrongCode, connection: Some("email".into()), ..b };
    let c = Event { client: None, address: None, connection: None, ip: None, ..c };
    t.insert_events(vec![a.clone(), b.clone(), c.clone()]).await.unwrap();
    let is = |of, text: &str| EventCondition::Text(of, TextTest::Is(text.into()));
    let edge = |event: &Event, included| Some(Edge { at: event.id.to_string(), included });
    let between = EventCondition::Text(EventText::Id, TextTest::Between(edge(&b, true), edge(&c, false)));
    let client = a.client.clone().unwrap();

    for (condition, expected) in [
        (EventCondition::Everything, vec![&a, &b, &c]),
        (EventCondition::Nothing, vec![]),
        (EventCondition::All(Vec::new()), vec![&a, &b, &c]),
        (EventCondition::Any(Vec::new()), vec![]),
        (is(EventText::Kind, EventKind::WrongCode.code()), vec![&b]),
        (is(EventText::Client, client.as_str()), vec![&a, &b]),
        (is(EventText::Connection, "email"), vec![&b]),
        (is(EventText::User, user_id(1).as_str()), vec![&a]),
        (is(EventText::Ip, "203.0.113.7"), vec![&a]),
        (is(EventText::UserAgent, "okhttp/4.12"), vec![&a]),
        (EventCondition::Text(EventText::Address, TextTest::Present), vec![&a, &b]),
        (EventCondition::Not(Box::new(is(EventText::Connection, "email"))), vec![&a, &c]),
        (EventCondition::Text(EventText::Connection, TextTest::StartsWith("em".into())), vec![&b]),
        (EventCondition::Text(EventText::Ip, TextTest::Contains("0.113".into())), vec![&a]),
        (between, vec![&b]),
        (EventCondition::OneOf(EventText::Connection, vec!["email".into(), "x".into()]), vec![&b]),
        (EventCondition::OneOf(EventText::Kind, Vec::new()), vec![]),
        (EventCondition::At(Some(NOW.plus(1).0), None), vec![&b, &c]),
        (
            EventCondition::Any(vec![is(EventText::Id, a.id.as_str()), is(EventText::Id, c.id.as_str())]),
            vec![&a, &c],
        ),
    ] {
        let found = t.search_events(&search(condition.clone())).await.unwrap();
        assert_eq!(found.events.iter().collect::<Vec<_>>(), expected, "{condition:?}");
        assert_eq!(found.total, Some(expected.len() as u64), "{condition:?}");
    }

    let part = EventSearch {
        ascending: false,
        start: 1,
        limit: 1,
        total: false,
        ..search(EventCondition::Everything)
    };
    let found = t.search_events(&part).await.unwrap();
    assert_eq!((found.events, found.total), (vec![b.clone()], None));
    let beyond = EventSearch { after: Some(b.id.to_string()), ..search(EventCondition::Everything) };
    assert_eq!(t.search_events(&beyond).await.unwrap().events, [c]);
}

async fn sign_ins_and_sign_ups_are_counted_by_the_day(t: Bench) {
    const DAY: i64 = 86_400;
    let midnight = Timestamp(NOW.0 - NOW.0.rem_euclid(DAY));
    let of = |n: u32, at: i64, kind| Event { kind, ..event_at(midnight.plus(at), n) };
    t.insert_events(vec![
        of(0, -1, EventKind::SignedIn),
        of(1, 0, EventKind::SignedIn),
        of(2, DAY - 1, EventKind::OtpExchanged),
        of(3, 5, EventKind::SignedUp),
        of(4, 6, EventKind::WrongCode),
        of(5, 2 * DAY, EventKind::SignedUp),
        of(6, 2 * DAY, EventKind::CrossOriginProved),
    ])
    .await
    .unwrap();
    let day = midnight.0 / DAY;
    let count = |day, sign_ins, sign_ups| DayCount { day, sign_ins, sign_ups };

    assert_eq!(t.count_days(day, day + 1).await.unwrap(), [count(day, 2, 1)]);
    assert_eq!(
        t.count_days(day - 1, day + 2).await.unwrap(),
        [count(day - 1, 1, 0), count(day, 2, 1), count(day + 2, 1, 1)]
    );
}

async fn every_kind_of_event_can_be_kept(t: Bench) {
    t.insert_events(EventKind::ALL.iter().map(|kind| event(*kind)).collect()).await.unwrap();

    for kind in EventKind::ALL {
        let filter = EventFilter { kind: Some(*kind), ..EventFilter::default() };
        let found = t.list_events(&filter, &page(None, 10)).await.unwrap();
        assert_eq!(found.iter().map(|event| event.kind).collect::<Vec<_>>(), [*kind]);
    }
}

async fn an_event_that_is_inserted_twice_is_kept_once(t: Bench) {
    let line = event(EventKind::SignedIn);

    for _ in 0..2 {
        t.insert_events(vec![line.clone()]).await.unwrap();
    }

    assert_eq!(ids(&t, &EventFilter::default()).await, [line.id]);
}

async fn the_sweep_deletes_the_oldest_events_from_before_a_time(t: Bench) {
    let events: Vec<Event> = (0..5).map(|n| event_at(NOW.plus(n), 0)).collect();
    t.insert_events(events.clone()).await.unwrap();
    let newest =
        |count: usize| events.iter().rev().take(count).map(|event| event.id.clone()).collect::<Vec<_>>();

    assert_eq!(t.sweep_events(NOW, 10).await.unwrap(), 0);
    assert_eq!(t.sweep_events(NOW.plus(3), 2).await.unwrap(), 2);
    assert_eq!(ids(&t, &EventFilter::default()).await, newest(3));
    assert_eq!(t.sweep_events(NOW.plus(3), 2).await.unwrap(), 1);
    assert_eq!(t.sweep_events(NOW.plus(3), 2).await.unwrap(), 0);
    assert_eq!(ids(&t, &EventFilter::default()).await, newest(2));
}
