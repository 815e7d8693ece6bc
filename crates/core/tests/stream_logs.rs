//! Log streams are delivered: in order, at least once, signed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use latchkey_core::Timestamp;
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{Event, EventId, EventKind, LogCursor};
use latchkey_core::sender::{LogRequest, ProviderError, SendError};
use latchkey_core::settings::Limits;
use latchkey_core::store::{EventFilter, Page, Store};
use latchkey_testkit::{NATIVE, PHONE, START, Script, TestEngine};
use serde_json::{Map, Value, json};

const ENDPOINT: &str = "https://siem.example/in";
/// Seconds until an entry may be shipped.
const SETTLED: i64 = 11;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// A stream of sign-ins as an array, changed.
async fn stream(t: &TestEngine, change: Value) -> String {
    let mut body = object(json!({
        "name": "SIEM", "type": "http",
        "sink": {"httpEndpoint": ENDPOINT, "httpContentFormat": "JSONARRAY"},
        "filters": [{"type": "category", "name": "auth.token_exchange.success"}],
    }));
    body.extend(object(change));
    let made = t.engine.create_log_stream(&Operator::console(), body).await.unwrap();
    made.id
}

async fn patch(t: &TestEngine, id: &str, change: Value) {
    t.engine.update_log_stream(&Operator::console(), id, object(change)).await.unwrap();
}

async fn replay(t: &TestEngine, id: &str, from: Value) -> Result<(), String> {
    let replayed = t.engine.replay_log_stream(&Operator::console(), id, &object(from)).await;
    replayed.map_err(|error| error.to_string())
}

async fn health(t: &TestEngine, id: &str) -> Value {
    t.engine.log_stream_health(id).await.unwrap()
}

async fn sign_in(t: &TestEngine) {
    t.sign_in(NATIVE, PHONE, "openid").await;
}

/// Time passes until all that happened may be shipped, then it is.
async fn settle(t: &TestEngine) {
    t.clock.advance(SETTLED);
    t.stream_logs().await;
}

/// Entries that no act wrote, a second apart.
async fn insert(t: &TestEngine, count: u32, kind: EventKind) {
    let at = t.engine.now();
    let events = (0..count)
        .map(|n| Event { id: EventId::new(format!("{:08x}{n:016x}", at.0)), ..t.engine.event(kind, None) });
    t.engine.store.insert_events(events.collect()).await.unwrap();
}

fn header(request: &LogRequest, name: &str) -> String {
    let found = request.headers.iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no {name}")).1.expose().to_owned()
}

fn requests(t: &TestEngine) -> Vec<LogRequest> {
    t.senders.streamed().into_iter().map(|(_, request)| request).collect()
}

fn ids(t: &TestEngine) -> Vec<String> {
    requests(t).iter().map(|request| header(request, "webhook-id")).collect()
}

/// The ids of all entries that were taken, in order.
fn taken(t: &TestEngine) -> Vec<String> {
    let entries = requests(t).into_iter().flat_map(|request| {
        let body: Value = serde_json::from_str(&request.body).unwrap_or_else(|_| {
            Value::Array(request.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
        });
        match body {
            Value::Array(list) => list,
            one => vec![one],
        }
    });
    entries.map(|entry| entry["log_id"].as_str().unwrap().to_owned()).collect()
}

async fn events(t: &TestEngine, kind: EventKind) -> Vec<Event> {
    let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
    t.engine.store.list_events(&filter, &Page::default()).await.unwrap()
}

fn refused(status: i64) -> Script {
    let reason = Some("the endpoint refused the entries");
    Script::Fail(SendError::NotSent(ProviderError {
        text: "no".into(),
        code: Some(status),
        tell: false,
        reason,
    }))
}

fn calls(t: &TestEngine) -> usize {
    t.senders.calls().iter().filter(|kind| **kind == "log_stream").count()
}

async fn shared(store: &Arc<dyn Store>) -> TestEngine {
    TestEngine::over(Arc::clone(store), |settings| settings.limits = Limits::off()).await
}

/// MS-001
#[tokio::test]
async fn a_sign_in_reaches_the_endpoint_once_and_not_before_it_is_settled() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({})).await;
    sign_in(&t).await;
    t.stream_logs().await;
    assert_eq!(calls(&t), 0, "an entry may still turn up before it");

    settle(&t).await;
    t.stream_logs().await;

    let [(url, request)] = &t.senders.streamed()[..] else { panic!("{}", calls(&t)) };
    assert_eq!(url, ENDPOINT);
    assert_eq!(header(request, "content-type"), "application/json");
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let entry = t.engine.read_log(body[0]["log_id"].as_str().unwrap()).await.unwrap();
    assert_eq!(body, json!([{"log_id": entry["log_id"], "data": entry}]));
    assert_eq!(entry["type"], "sepotpft");
    let health = health(&t, &id).await;
    assert_eq!((&health["state"], &health["delivered"]), (&json!("healthy"), &json!(1)), "{health}");
    assert_eq!(health["lag"], json!({"entries": 0, "seconds": 0}));
}

/// S-135
#[tokio::test]
async fn a_request_is_signed_with_the_secret_that_the_creation_showed() {
    let t = TestEngine::new().await;
    let body = json!({"name": "SIEM", "type": "http", "sink": {"httpEndpoint": ENDPOINT}});
    let made = t.engine.create_log_stream(&Operator::console(), object(body)).await.unwrap();
    let shown = t.engine.new_log_stream_in_clear(&made, true).unwrap();
    let secret = shown["signing_secret"].as_str().unwrap().to_owned();
    let (hidden, later) = (
        t.engine.new_log_stream_in_clear(&made, false).unwrap(),
        t.engine.log_stream_in_clear(&made, true).unwrap(),
    );
    for other in [hidden, later] {
        assert!(other.get("signing_secret").is_none() && other.get("signing_secrets").is_none(), "{other:?}");
    }
    sign_in(&t).await;

    settle(&t).await;

    let request = requests(&t).remove(0);
    assert_eq!(header(&request, "webhook-signature"), signature(&secret, &request));
    assert_eq!(header(&request, "webhook-timestamp"), (START + SETTLED).to_string());
}

fn signature(secret: &str, request: &LogRequest) -> String {
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    assert_eq!(key.len(), 32);
    let (id, at) = (header(request, "webhook-id"), header(request, "webhook-timestamp"));
    let signed = format!("{id}.{at}.{}", request.body);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    format!("v1,{}", BASE64.encode(tag.as_ref()))
}

/// S-135: secret rotation with two keys.
#[tokio::test]
async fn after_a_rotation_both_secrets_sign_for_a_day_unless_the_old_one_is_void_at_once() {
    let t = TestEngine::new().await;
    let operator = Operator::console();
    let body = json!({"name": "SIEM", "type": "http", "sink": {"httpEndpoint": ENDPOINT}});
    let made = t.engine.create_log_stream(&operator, object(body)).await.unwrap();
    let first = t.engine.new_log_stream_in_clear(&made, true).unwrap()["signing_secret"].clone();
    let first = first.as_str().unwrap();
    let rotate = async |given: Value| {
        t.engine.rotate_log_stream_secret(&operator, &made.id, &object(given)).await.unwrap()
    };
    let second = rotate(json!({})).await;
    assert_eq!(second.overlap_until, t.engine.now().plus(86_400));
    let second = second.secret.expose().to_owned();
    let signatures = async || {
        sign_in(&t).await;
        settle(&t).await;
        let request = requests(&t).pop().unwrap();
        (header(&request, "webhook-signature"), request)
    };

    let (both, request) = signatures().await;
    assert_eq!(both, format!("{} {}", signature(&second, &request), signature(first, &request)));
    t.clock.advance(86_400);
    let (one, request) = signatures().await;
    assert_eq!(one, signature(&second, &request));
    let third = rotate(json!({"overlap": 0})).await.secret;
    let (one, request) = signatures().await;
    assert_eq!(one, signature(third.expose(), &request));

    let told = format!("{:?}", t.engine.store.list_events(&Default::default(), &Default::default()).await);
    assert!(!told.contains("whsec_") && told.contains("rotate the secret of log stream"), "{told}");
}

/// at least once, and known by its id.
#[tokio::test]
async fn a_batch_that_is_sent_again_has_the_same_id_and_the_same_entries() {
    let t = TestEngine::new().await;
    stream(&t, json!({})).await;
    sign_in(&t).await;
    t.senders.script([Script::TakeUnheard, refused(500)]);
    settle(&t).await;
    // What happens meanwhile is no part of it.
    sign_in(&t).await;
    t.clock.advance(SETTLED);
    t.stream_logs().await;
    t.clock.advance(60);
    t.stream_logs().await;

    let sent = requests(&t);
    assert_eq!(sent.len(), 3);
    assert_eq!(header(&sent[0], "webhook-id"), header(&sent[1], "webhook-id"));
    assert_eq!(sent[0].body, sent[1].body);
    assert_ne!(header(&sent[0], "webhook-signature"), header(&sent[1], "webhook-signature"));
    assert_ne!(header(&sent[1], "webhook-id"), header(&sent[2], "webhook-id"));
    let all: BTreeSet<String> = taken(&t).into_iter().collect();
    assert_eq!(all.len(), 2);
}

///
#[tokio::test]
async fn a_node_that_dies_between_the_delivery_and_its_note_leaves_the_batch_to_another() {
    let store = TestEngine::store().await;
    let (dying, other) = (shared(&store).await, shared(&store).await);
    let id = stream(&dying, json!({})).await;
    sign_in(&dying).await;
    for node in [&dying, &other] {
        node.clock.advance(SETTLED);
    }
    let (_never, told) = tokio::sync::oneshot::channel();
    dying.senders.script([Script::Hold(told)]);
    let engine = Arc::clone(&dying.engine);
    let turn = tokio::spawn(async move { engine.deliver_log_stream(&id).await });
    while requests(&dying).is_empty() {
        tokio::task::yield_now().await;
    }
    turn.abort();

    other.clock.advance(59);
    other.stream_logs().await;
    assert_eq!(calls(&other), 0, "the lease is another's");
    other.clock.advance(1);
    other.stream_logs().await;

    assert_eq!((ids(&dying), taken(&dying)), (ids(&other), taken(&other)));
    assert_eq!(ids(&other).len(), 1);
}

/// its note of what it did is refused.
#[tokio::test]
async fn a_node_that_comes_back_after_its_lease_moves_nothing() {
    let store = TestEngine::store().await;
    let (slow, quick) = (shared(&store).await, shared(&store).await);
    let id = stream(&slow, json!({})).await;
    sign_in(&slow).await;
    for node in [&slow, &quick] {
        node.clock.advance(SETTLED);
    }
    let (answer, told) = tokio::sync::oneshot::channel();
    slow.senders.script([Script::Hold(told)]);
    let (engine, stream) = (Arc::clone(&slow.engine), id.clone());
    let turn = tokio::spawn(async move { engine.deliver_log_stream(&stream).await.unwrap() });
    while requests(&slow).is_empty() {
        tokio::task::yield_now().await;
    }
    quick.clock.advance(60);
    quick.stream_logs().await;
    let before = store.find_log_cursor(&id).await.unwrap();

    answer.send(()).unwrap();

    assert!(!turn.await.unwrap());
    assert_eq!(store.find_log_cursor(&id).await.unwrap(), before);
}

///
#[tokio::test]
async fn of_two_nodes_at_once_each_entry_is_sent_by_one() {
    let store = TestEngine::store().await;
    let (a, b) = (shared(&store).await, shared(&store).await);
    let id = stream(&a, json!({"filters": []})).await;
    for _ in 0..3 {
        insert(&a, 700, EventKind::SignedIn).await;
        for node in [&a, &b] {
            node.clock.advance(SETTLED);
        }
        let deliver = |node: &TestEngine| {
            let (engine, id) = (Arc::clone(&node.engine), id.clone());
            tokio::spawn(async move { while engine.deliver_log_stream(&id).await.unwrap() {} })
        };
        for turn in [deliver(&a), deliver(&b)] {
            turn.await.unwrap();
        }
    }

    let mut all = [taken(&a), taken(&b)].concat();
    let count = all.len();
    all.sort();
    all.dedup();
    // With the entry of the creation.
    assert_eq!((all.len(), count), (2101, 2101));
}

/// in the order of ids, no request too large.
#[tokio::test]
async fn requests_are_bounded_in_entries_and_in_bytes() {
    let t = TestEngine::new().await;
    stream(&t, json!({"filters": [{"type": "category", "name": "auth.login.success"}]})).await;
    insert(&t, 1203, EventKind::SignedIn).await;
    settle(&t).await;
    let counts: Vec<usize> = requests(&t)
        .iter()
        .map(|request| serde_json::from_str::<Vec<Value>>(&request.body).unwrap().len())
        .collect();
    assert_eq!(counts, [500, 500, 203]);
    assert!(taken(&t).is_sorted());

    let large = |size: usize| {
        let event = t.engine.event(EventKind::SignedIn, None);
        event.with_detail(object(json!({"text": "x".repeat(size)})))
    };
    let parts = vec![large(300_000), large(300_000), large(100_000), large(900_000), large(10)];
    t.engine.store.insert_events(parts).await.unwrap();
    settle(&t).await;

    let sizes: Vec<(usize, usize)> = requests(&t)[3..]
        .iter()
        .map(|request| {
            let list: Vec<Value> = serde_json::from_str(&request.body).unwrap();
            (list.len(), list.iter().filter(|item| item["data"]["details_omitted"] == true).count())
        })
        .collect();
    assert!(requests(&t).iter().all(|request| request.body.len() <= 512 * 1024 + 1000));
    assert_eq!(sizes.iter().map(|(all, _)| all).sum::<usize>(), 5, "{sizes:?}");
    assert_eq!(sizes.iter().map(|(_, omitted)| omitted).sum::<usize>(), 1, "{sizes:?}");
}

/// MS-001: lines, an array, or a request each.
#[tokio::test]
async fn entries_are_shaped_as_the_sink_says() {
    let t = TestEngine::new().await;
    for format in ["JSONLINES", "JSONOBJECT"] {
        let sink = json!({
            "httpEndpoint": ENDPOINT, "httpContentFormat": format, "httpContentType": "application/x-test",
            "httpAuthorization": "Bearer abc", "httpCustomHeaders": [{"header": "X-Key", "value": "def"}],
        });
        let id = stream(&t, json!({"sink": sink})).await;
        for _ in 0..3 {
            sign_in(&t).await;
        }
        settle(&t).await;
        patch(&t, &id, json!({"status": "paused"})).await;
    }

    let sent = requests(&t);
    assert_eq!(sent.len(), 4);
    let lines: Vec<Value> = sent[0].body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    for request in &sent {
        assert_eq!(header(request, "content-type"), "application/x-test");
        assert_eq!(header(request, "authorization"), "Bearer abc");
        assert_eq!(header(request, "x-key"), "def");
    }
    for request in &sent[1..] {
        let one: Value = serde_json::from_str(&request.body).unwrap();
        assert!(header(request, "webhook-id").ends_with(one["log_id"].as_str().unwrap()));
        assert_eq!(one["data"]["type"], "sepotpft");
    }
}

///
#[tokio::test]
async fn one_of_many_requests_that_fails_is_the_first_one_sent_again() {
    let t = TestEngine::new().await;
    let sink = json!({"httpEndpoint": ENDPOINT, "httpContentFormat": "JSONOBJECT"});
    let id = stream(&t, json!({"sink": sink})).await;
    for _ in 0..4 {
        sign_in(&t).await;
    }
    t.senders.script([Script::Take(Duration::ZERO), Script::Take(Duration::ZERO), Script::TakeUnheard]);
    settle(&t).await;
    assert_eq!((calls(&t), health(&t, &id).await["delivered"].clone()), (3, json!(2)));
    t.clock.advance(60);
    t.stream_logs().await;

    let ids = ids(&t);
    assert_eq!(ids.len(), 5);
    assert_eq!(ids[2], ids[3]);
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), 4);
}

/// MS-001
#[tokio::test]
async fn a_stream_that_fails_is_tried_ever_later_told_of_suspended_and_loses_nothing() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({})).await;
    sign_in(&t).await;
    t.senders.script((0..10_000).map(|_| refused(503)));
    settle(&t).await;
    let first = health(&t, &id).await;
    assert_eq!((&first["state"], &first["failed_attempts"]), (&json!("retrying"), &json!(1)));
    let error = json!({
        "at": t.engine.now().to_iso8601(), "status": 503, "reason": "the endpoint refused the entries",
    });
    assert_eq!(first["errors"], json!([error]));
    assert_eq!(first["lag"], json!({"entries": 1, "seconds": SETTLED}));
    let began = t.engine.now();

    let mut at = vec![began];
    while health(&t, &id).await["state"] != "suspended" {
        assert!(t.engine.now().since(began) < 4 * 86_400, "never suspended");
        let cursor = t.engine.store.find_log_cursor(&id).await.unwrap().unwrap();
        let wait = cursor.due_at.since(t.engine.now());
        let before = calls(&t);
        t.clock.advance(wait - 1);
        t.stream_logs().await;
        assert_eq!(calls(&t), before, "too early");
        t.clock.advance(1);
        t.stream_logs().await;
        assert_eq!(calls(&t), before + 1);
        at.push(t.engine.now());
        if at.len() == 3 {
            assert_eq!(health(&t, &id).await["state"], "failing");
            assert_eq!(events(&t, EventKind::LogStreamFailing).await.len(), 1);
        }
    }

    let pauses: Vec<i64> = at.windows(2).map(|two| two[1].since(two[0])).collect();
    for (pause, least) in pauses.iter().zip([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]) {
        assert!((least..=least + least / 4).contains(pause), "{pauses:?}");
    }
    let long = t.engine.now().since(began);
    assert!((3 * 86_400..3 * 86_400 + 4500).contains(&long), "{long}");
    let told = events(&t, EventKind::LogStreamSuspended).await;
    let [event] = &told[..] else { panic!("{told:?}") };
    assert_eq!((&event.detail["stream"], &event.detail["status"]), (&json!(id), &json!(503)));
    assert_eq!(events(&t, EventKind::LogStreamFailing).await.len(), 1);
    assert_eq!(health(&t, &id).await["errors"].as_array().unwrap().len(), 10);
    assert_eq!(t.engine.read_log_stream(&id).await.unwrap().body["status"], "suspended");

    // No further attempt, until an operator says so: then at once.
    let before = calls(&t);
    insert(&t, 1, EventKind::OtpExchanged).await;
    t.clock.advance(86_400);
    t.stream_logs().await;
    assert_eq!(calls(&t), before);
    patch(&t, &id, json!({"status": "active"})).await;
    t.stream_logs().await;
    assert_eq!(calls(&t), before + 1);
    assert_eq!(health(&t, &id).await["state"], "retrying");
    assert_eq!(taken(&t).len(), 0);
}

/// delivered later.
#[tokio::test]
async fn an_endpoint_that_was_dead_for_an_hour_gets_everything() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({})).await;
    sign_in(&t).await;
    t.senders.script([refused(500), refused(500), refused(500), Script::TakeUnheard]);
    for _ in 0..60 {
        t.clock.advance(60);
        t.stream_logs().await;
        insert(&t, 1, EventKind::OtpExchanged).await;
    }
    t.clock.advance(3600);
    t.stream_logs().await;

    let distinct: BTreeSet<String> = taken(&t).into_iter().collect();
    assert_eq!(distinct.len(), 61);
    let health = health(&t, &id).await;
    assert_eq!((&health["state"], &health["failing_since"]), (&json!("healthy"), &Value::Null), "{health}");
    assert_eq!((&health["failed_attempts"], &health["next_attempt_at"]), (&json!(0), &Value::Null));
    assert_eq!(health["errors"].as_array().unwrap().len(), 4, "what happened stays told");
}

/// S-145, R-037
#[tokio::test(start_paused = true)]
async fn an_endpoint_that_hangs_is_given_ten_seconds() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({})).await;
    sign_in(&t).await;
    t.senders.script([Script::Hang]);
    let before = tokio::time::Instant::now();

    settle(&t).await;

    assert_eq!(before.elapsed(), Duration::from_secs(10));
    let errors = &health(&t, &id).await["errors"];
    assert_eq!(errors[0]["reason"], "the endpoint did not answer in time");
    assert_eq!(errors[0]["status"], Value::Null);
}

/// MS-001
#[tokio::test]
async fn a_paused_stream_gets_nothing_and_afterwards_all_of_it() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({})).await;
    patch(&t, &id, json!({"status": "paused"})).await;
    sign_in(&t).await;
    settle(&t).await;
    assert_eq!((calls(&t), health(&t, &id).await["state"].clone()), (0, json!("paused")));
    assert_eq!(health(&t, &id).await["lag"]["entries"], 1);

    patch(&t, &id, json!({"status": "active"})).await;
    t.stream_logs().await;

    assert_eq!(taken(&t).len(), 1);
}

/// MS-001
#[tokio::test]
async fn a_stream_gets_what_its_filters_name_and_walks_past_the_rest() {
    let t = TestEngine::new().await;
    let filters = json!([{"type": "category", "name": "auth.login.fail"}]);
    let id = stream(&t, json!({"filters": filters})).await;
    insert(&t, 350, EventKind::SignedIn).await;
    t.clock.advance(1);
    insert(&t, 2, EventKind::WrongCode).await;
    t.clock.advance(1);
    insert(&t, 2, EventKind::SignedIn).await;

    settle(&t).await;

    assert_eq!((calls(&t), taken(&t).len()), (1, 2));
    let cursor = t.engine.store.find_log_cursor(&id).await.unwrap().unwrap();
    assert_eq!(cursor.position, format!("{:08x}{:016x}", START + 2, 1));
}

/// MS-001: another filter, another batch.
#[tokio::test]
async fn a_batch_that_failed_is_cut_anew_when_its_stream_was_changed() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({})).await;
    sign_in(&t).await;
    t.senders.script([Script::TakeUnheard]);
    settle(&t).await;

    patch(&t, &id, json!({"filters": null})).await;
    t.stream_logs().await;

    let ids = ids(&t);
    assert!(ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
    assert!(taken(&t).len() > 3);
}

/// MS-001
#[tokio::test]
async fn a_stream_begins_with_its_creation_or_where_it_says() {
    let t = TestEngine::new().await;
    for _ in 0..3 {
        sign_in(&t).await;
        t.clock.advance(86_400);
    }
    let fresh = stream(&t, json!({})).await;
    settle(&t).await;
    assert_eq!(taken(&t).len(), 0);
    patch(&t, &fresh, json!({"status": "paused"})).await;

    let from = Timestamp(START + 86_400).to_iso8601();
    let old = stream(&t, json!({"startFrom": from})).await;
    settle(&t).await;
    assert_eq!(taken(&t).len(), 2);
    patch(&t, &old, json!({"status": "paused"})).await;

    let later = t.engine.now().plus(3600).to_iso8601();
    stream(&t, json!({"startFrom": later})).await;
    for wait in [0, 3600] {
        t.clock.advance(wait);
        sign_in(&t).await;
        settle(&t).await;
    }
    assert_eq!(taken(&t).len(), 3);
}

/// MS-001: with another id, so that no receiver takes it for a repetition.
#[tokio::test]
async fn a_replay_sends_again_what_happened_since_an_entry_or_a_date() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({})).await;
    for _ in 0..3 {
        sign_in(&t).await;
        t.clock.advance(3600);
    }
    settle(&t).await;
    let first = taken(&t);
    assert_eq!(first.len(), 3);

    replay(&t, &id, json!({"log_id": first[1]})).await.unwrap();
    assert_eq!(health(&t, &id).await["lag"]["entries"], 2);
    t.stream_logs().await;
    assert_eq!(taken(&t)[3..], first[1..]);
    replay(&t, &id, json!({"date": Timestamp(START + 7200).to_iso8601()})).await.unwrap();
    t.stream_logs().await;
    assert_eq!(taken(&t)[5..], first[2..]);
    let distinct: BTreeSet<String> = ids(&t).into_iter().collect();
    assert_eq!(distinct.len(), 3);

    for (from, why) in [
        (json!({"date": t.engine.now().plus(60).to_iso8601()}), "Is later than what was delivered so far"),
        (json!({"date": "soon"}), "Must be a date"),
        (json!({"log_id": "x"}), "Is not the id of an entry"),
        (json!({"log_id": 1}), "Expected type string"),
        (json!({"log_id": first[0], "date": "2026-01-01"}), "Cannot be given beside log_id"),
        (json!({}), "log_id is missing"),
    ] {
        let error = replay(&t, &id, from.clone()).await.unwrap_err();
        assert!(error.contains(why), "{from} {error}");
    }
    let told = events(&t, EventKind::OperatorActed).await;
    let acts = told.iter().filter(|event| event.detail["act"] == "replay log stream").count();
    assert_eq!(acts, 2);
}

/// MS-001: before its first delivery, too.
#[tokio::test]
async fn a_replay_may_reach_back_behind_the_creation_and_wins_over_a_delivery_under_way() {
    let t = TestEngine::new().await;
    sign_in(&t).await;
    t.clock.advance(3600);
    let id = stream(&t, json!({})).await;
    replay(&t, &id, json!({"date": Timestamp(START).to_iso8601()})).await.unwrap();
    let (answer, told) = tokio::sync::oneshot::channel();
    t.senders.script([Script::Hold(told)]);
    let (engine, stream) = (Arc::clone(&t.engine), id.clone());
    let turn = tokio::spawn(async move { engine.deliver_log_stream(&stream).await.unwrap() });
    while requests(&t).is_empty() {
        tokio::task::yield_now().await;
    }

    replay(&t, &id, json!({"date": Timestamp(START - 60).to_iso8601()})).await.unwrap();
    answer.send(()).unwrap();
    assert!(!turn.await.unwrap());

    let cursor = t.engine.store.find_log_cursor(&id).await.unwrap().unwrap();
    assert_eq!(cursor.position, LogCursor::position_at(Timestamp(START - 60)));
    t.stream_logs().await;
    assert_eq!(taken(&t).len(), 2);
}

/// MS-001
#[tokio::test]
async fn a_test_is_sent_whatever_the_state_and_moves_nothing() {
    let t = TestEngine::new().await;
    let id = stream(&t, json!({"status": "paused"})).await;
    let test = async || t.engine.test_log_stream(&Operator::console(), &id).await.unwrap();

    assert_eq!(test().await, None);
    t.senders.script([refused(401)]);
    assert_eq!(test().await.unwrap().status, Some(401));

    let request = requests(&t).remove(0);
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body[0]["data"]["type"], "log_stream_test");
    assert_eq!(body[0]["log_id"], body[0]["data"]["log_id"]);
    assert!(header(&request, "webhook-signature").starts_with("v1,"));
    assert_eq!(t.engine.store.find_log_cursor(&id).await.unwrap(), None);
    assert_eq!(health(&t, &id).await["failed_attempts"], 0);
}

/// MS-001
#[tokio::test]
async fn what_a_stream_hides_of_people_is_hidden() {
    let t = TestEngine::new().await;
    let config = json!({"log_fields": ["phone"], "method": "mask"});
    stream(&t, json!({"pii_config": config, "filters": null})).await;
    sign_in(&t).await;
    settle(&t).await;
    let body = requests(&t).remove(0).body;
    let entries: Vec<Value> = serde_json::from_str(&body).unwrap();
    let names: Vec<&Value> = entries.iter().filter_map(|entry| entry["data"].get("user_name")).collect();
    assert!(!names.is_empty() && names.iter().all(|name| **name == json!("*****")), "{names:?}");
}

/// MS-001: the log keeps a month.
#[tokio::test]
async fn a_batch_that_the_log_no_longer_holds_stops_nothing() {
    let t = TestEngine::new().await;
    stream(&t, json!({})).await;
    sign_in(&t).await;
    t.senders.script([refused(500)]);
    settle(&t).await;
    t.clock.advance(31 * 86_400);
    while t.engine.sweep().await.unwrap() > 0 {}
    sign_in(&t).await;

    settle(&t).await;

    assert_eq!(taken(&t).len(), 1);
}
