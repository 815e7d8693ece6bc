//! `kill -9` in the middle of an import: it goes on where it was, and every user is there once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::users::{Place, database};
use support::{Running, request_with};

const USERS: usize = 2000;
/// Records that fail, among the others.
const WRONG: usize = 40;
const CRASHES: usize = 3;

/// Two in a hundred are no users; two have the address of another.
fn file() -> Value {
    let user = |n: usize| match n % (USERS / WRONG) {
        7 => json!({"email": "nobody", "name": format!("wrong {n}")}),
        _ => json!({
            "user_id": format!("u{n}"), "email": format!("user{n}@example.com"), "name": format!("User {n}"),
            "user_metadata": {"n": n},
        }),
    };
    let mut users: Vec<Value> = (0..USERS).map(user).collect();
    users.push(json!({"email": "user3@example.com"}));
    users.push(json!({"email": "other@example.com", "user_id": "u4"}));
    json!(users)
}

fn start(place: &Place, token: &str) -> String {
    let connection =
        place.get(token, "/connections?name=email").unwrap()[0]["id"].as_str().unwrap().to_owned();
    let boundary = "boundary";
    let body = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"users\"\r\n\r\n{}\r\n--{boundary}\r\ncontent-disposition: form-data; name=\"connection_id\"\r\n\r\n{connection}\r\n--{boundary}--\r\n",
        file()
    );
    let head = format!(
        "authorization: Bearer {token}\r\ncontent-type: multipart/form-data; boundary={boundary}\r\n"
    );
    let (status, answer) =
        request_with(place.port, "POST", "/api/v2/jobs/users-imports", &head, &body).unwrap();
    assert_eq!(status, 202, "{answer}");
    serde_json::from_str::<Value>(&answer).unwrap()["id"].as_str().unwrap().to_owned()
}

fn job(place: &Place, token: &str, id: &str) -> Option<Value> {
    place.get(token, &format!("/jobs/{id}"))
}

/// Waits until more records are done than `done`.
fn wait_past(place: &Place, token: &str, id: &str, done: u64) -> u64 {
    for _ in 0..20_000 {
        let seen = job(place, token, id).and_then(|job| job["summary"]["total"].as_u64()).unwrap_or(0);
        if seen > done {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    panic!("the import stands still: {:?}", job(place, token, id));
}

fn survives(store: &str) {
    let place = Place::new(store);
    // Leases end when the clock has gone on.
    let clock = place.path().join("clock");
    let serve = |ahead: usize| {
        std::fs::write(&clock, (ahead * 40).to_string()).unwrap();
        Running::serve_with(place.path(), place.port, &["--clock-file", "clock"])
    };
    let mut server = serve(0);
    let token = place.token();
    let id = start(&place, &token);
    let mut done = 0;
    for crash in 1..=CRASHES {
        done = wait_past(&place, &token, &id, done + 300);
        assert!(done < USERS as u64, "the import was over before it was killed");
        server.signal("KILL");
        drop(server);
        server = serve(crash);
    }
    let ended = (0..30_000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(5));
        job(&place, &token, &id).filter(|job| job["status"] != "processing" && job["status"] != "pending")
    });

    let ended = ended.expect("the import ends");
    let failed = WRONG + 2;
    let summary = json!({
        "failed": failed, "updated": 0, "inserted": USERS - WRONG, "total": USERS + 2,
    });
    assert_eq!((&ended["status"], &ended["summary"]), (&json!("completed"), &summary));
    let total = place.get(&token, "/users?include_totals=true&per_page=1").unwrap()["total"].clone();
    assert_eq!(total, USERS - WRONG);
    let errors = place.get(&token, &format!("/jobs/{id}/errors")).unwrap();
    assert_eq!(errors.as_array().unwrap().len(), failed);
    let last = place.get(&token, &format!("/users/email%7Cu{}", USERS - 1)).unwrap();
    assert_eq!(last["user_metadata"]["n"], USERS - 1);
    let logs = place.get(&token, "/logs?q=type:sui&include_totals=true").unwrap();
    assert_eq!(logs["total"], 1, "{logs}");
    drop(server);
}

/// M-035, R-001
#[test]
fn an_import_survives_crashes_on_sqlite() {
    survives("sqlite:{folder}/latchkey.db");
}

/// M-035, R-001
#[test]
fn an_import_survives_crashes_on_postgresql() {
    survives(&database("crash_import"));
}
