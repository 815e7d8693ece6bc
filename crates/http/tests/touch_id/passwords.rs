//! Passwords at `/oauth/ro`: what is compared, how often, and what that tells.

use http::Method;
use latchkey_core::model::{Address, LedgerKey};
use latchkey_testkit::{PHONE, ip};
use serde_json::{Value, json};

use crate::phone::{
    DATABASE, EMAIL, LOCK, NAME, account, changed, claims, history, limited, log_in, open_database, server,
    sign_up,
};
use crate::support::{Answer, JSON, TestServer, add_tool, build, tool_token};

fn is_wrong(answer: &Answer) {
    let expected = (401, "invalid_user_password".into(), "Wrong email or password.".into());
    assert_eq!(answer.error(), expected);
}

async fn from(server: &TestServer, peer: &str, change: Value) -> Answer {
    let body = json!({
        "client_id": LOCK, "username": EMAIL, "password": "wrong-password", "connection": DATABASE,
        "grant_type": "password", "scope": "openid",
    });
    let body = changed(body, change).to_string();
    let request = build(Method::POST, "/oauth/ro", &[("content-type", JSON)], body.as_bytes());
    server.send_from(format!("{peer}:1234").parse().unwrap(), request).await
}

#[tokio::test]
async fn a_password_signs_in_however_the_address_is_written() {
    let server = server().await;
    let (tokens, user) = account(&server).await;
    assert_eq!((&tokens["token_type"], tokens["refresh_token"].is_string()), (&json!("bearer"), true));
    let said = claims(&tokens["id_token"]);
    let names: Vec<&String> = said.as_object().unwrap().keys().collect();
    // One more than the five of P-144: what the token ends with.
    assert_eq!(names, ["aud", "exp", "grant_id", "iat", "iss", "sub"]);
    assert_eq!(said["sub"], json!(user));
    assert_eq!(log_in(&server, json!({"username": " ANA@example.com "})).await.status, 200);
    for change in [
        json!({"password": "k3J9s0Lq2Wz8Xd"}),
        json!({"password": "K3J9S0LQ2WZ8XC"}),
        json!({"password": " k3J9s0Lq2Wz8Xc"}),
        json!({"username": "ben@example.com"}),
        json!({"username": "no address"}),
    ] {
        is_wrong(&log_in(&server, change).await);
    }
}

/// S-006: who is a user shows in no answer, and is counted alike.
#[tokio::test]
async fn nobody_can_tell_who_has_a_password() {
    let server = server().await;
    account(&server).await;
    for name in [EMAIL, "ben@example.com"] {
        for n in 0..10 {
            let refused = from(&server, "198.51.100.7", json!({ "username": name })).await;
            is_wrong(&refused);
            assert_eq!(refused.header("retry-after"), "", "{n}");
        }
        let blocked = from(&server, "198.51.100.7", json!({ "username": name })).await;
        assert_eq!((blocked.error().0, blocked.error().1.as_str()), (429, "too_many_attempts"));
    }
    // M-033: operators see which it was.
    server.t.settled().await;
    let told = history(&server).await;
    let count = |code: &str| told.iter().filter(|told| *told == code).count();
    assert_eq!((count("fp"), count("fu"), count("limit_wc")), (12, 10, 2), "{told:?}");
    // The same work: a hash is made for whom nobody knows, too.
    for name in [EMAIL, "nobody@example.com", "no address"] {
        let before = server.t.computed();
        is_wrong(&from(&server, "198.51.100.9", json!({ "username": name })).await);
        assert_eq!(server.t.computed(), before + 1, "{name}");
    }
    let engine = &server.t.engine;
    let (first, second) = (engine.hashing.take().unwrap(), engine.hashing.take().unwrap());
    for name in [EMAIL, "nobody@example.com"] {
        let busy = from(&server, "198.51.100.8", json!({ "username": name })).await;
        assert_eq!((busy.error().0, busy.error().1.as_str()), (503, "temporarily_unavailable"));
    }
    drop((first, second));
}

/// The pair is blocked, and nobody but it; an operator forgives it.
#[tokio::test]
async fn ten_failures_block_one_address_from_one_ip_until_an_operator_forgives() {
    let server = server().await;
    let (_, user) = account(&server).await;
    for _ in 0..10 {
        is_wrong(&from(&server, "198.51.100.7", json!({})).await);
    }
    let right = json!({"password": "k3J9s0Lq2Wz8Xc"});
    assert_eq!(from(&server, "198.51.100.7", right.clone()).await.status, 429);
    assert_eq!(from(&server, "198.51.100.9", right.clone()).await.status, 200);
    // S-030: codes for the same address are not stopped by that.
    server.t.start_email("native", EMAIL).await.unwrap();

    add_tool(&server.t, "tool", "update:users read:users").await;
    let bearer = format!("Bearer {}", tool_token(&server, "tool", "").await);
    let headers = [("authorization", bearer.as_str())];
    let path = format!("/api/v2/user-blocks/{}", user.replace('|', "%7C"));
    let blocks = server.get(&path, &headers).await.json();
    let shown = json!([{"identifier": EMAIL, "ip": "198.51.100.7", "connection": DATABASE}]);
    assert_eq!(blocks["blocked_for"], shown, "{blocks}");
    let by_name = server.get(&format!("/api/v2/user-blocks?identifier={EMAIL}"), &headers).await.json();
    assert_eq!(by_name["blocked_for"], shown, "{by_name}");
    let unblocked = server.request(Method::DELETE, &path, &headers, b"").await;
    assert_eq!(unblocked.status, 204);
    assert_eq!(from(&server, "198.51.100.7", right).await.status, 200);
    assert!(history(&server).await.contains(&"ublkdu".into()));
}

/// From however many places: the account itself, on its own connection.
#[tokio::test]
async fn a_hundred_failures_in_a_day_stop_the_password_of_one_account_on_one_connection() {
    let server = server().await;
    account(&server).await;
    let other = "other-database";
    server.t.add_connection(other, latchkey_core::model::Strategy::Database, json!({})).await;
    sign_up(&server, json!({ "connection": other })).await;
    for n in 0..100 {
        is_wrong(&from(&server, &format!("198.51.{}.{}", n / 10, n), json!({})).await);
    }
    let right = json!({"password": "k3J9s0Lq2Wz8Xc"});
    let stopped = from(&server, "203.0.113.1", right.clone()).await;
    assert_eq!((stopped.error().0, stopped.error().1.as_str()), (429, "too_many_attempts"));
    let elsewhere =
        from(&server, "203.0.113.1", changed(right.clone(), json!({ "connection": other }))).await;
    assert_eq!(elsewhere.status, 200, "{}", elsewhere.text);
    server.t.clock.advance(86_400);
    assert_eq!(from(&server, "203.0.113.1", right).await.status, 200);
}

#[tokio::test]
async fn ledgers_are_of_one_connection_and_apart_from_those_of_codes() {
    let server = server().await;
    let engine = &server.t.engine;
    let address = Address::from_canonical(EMAIL);
    let keys: Vec<LedgerKey> = vec![
        engine.address_ledger(&address),
        engine.password_ledger("a", &address),
        engine.password_ledger("b", &address),
        engine.pair_ledger(&address, ip("192.0.2.1")),
        engine.password_pair_ledger("a", &address, ip("192.0.2.1")),
        engine.password_pair_ledger("b", &address, ip("192.0.2.1")),
        engine.password_pair_ledger("a", &address, ip("192.0.2.2")),
    ];
    let mut unique = keys.clone();
    unique.sort_by_key(|key| key.0);
    unique.dedup();
    assert_eq!(unique.len(), keys.len());
}

/// RL-10
#[tokio::test]
async fn one_ip_fails_only_so_often_whatever_the_account() {
    let server = limited().await;
    for n in 0..30 {
        is_wrong(&from(&server, "198.51.100.7", json!({"username": format!("user{n}@example.com")})).await);
    }
    let refused = from(&server, "198.51.100.7", json!({"username": "one-more@example.com"})).await;
    assert_eq!((refused.error().0, refused.error().1.as_str()), (429, "too_many_requests"));
    assert_ne!(refused.header("retry-after"), "");
    // M-033
    server.t.settled().await;
    assert!(history(&server).await.contains(&"limit_mu".into()));
}

/// Protocol 4.3: twenty in a minute, right ones, too.
#[tokio::test]
async fn one_account_is_signed_in_to_from_one_ip_at_a_pace() {
    let server = limited().await;
    sign_up(&server, json!({})).await;
    for _ in 0..20 {
        assert_eq!(log_in(&server, json!({})).await.status, 200);
    }
    let refused = log_in(&server, json!({})).await;
    assert_eq!((refused.error().0, refused.error().1.as_str()), (429, "too_many_logins"));
    // M-033
    server.t.settled().await;
    assert!(history(&server).await.contains(&"limit_sul".into()));
    assert_eq!(from(&server, "203.0.113.1", json!({"password": "k3J9s0Lq2Wz8Xc"})).await.status, 200);
    server.t.clock.advance(6);
    assert_eq!(log_in(&server, json!({})).await.status, 200);
}

/// Whoever hashes keeps others from hashing, and from nothing else: no try is counted of who has to wait.
#[tokio::test]
async fn while_others_hash_nobody_loses_a_try() {
    let server = server().await;
    account(&server).await;
    let engine = &server.t.engine;
    let places = (engine.hashing.take().unwrap(), engine.hashing.take().unwrap());
    for _ in 0..20 {
        let busy = from(&server, "198.51.100.7", json!({})).await;
        assert_eq!((busy.error().0, busy.header("retry-after")), (503, "2"));
    }
    let busy = sign_up(&server, json!({"email": "ben@example.com"})).await;
    assert_eq!((busy.status.as_u16(), busy.json()["code"].as_str()), (503, Some("temporarily_unavailable")));
    assert_eq!(busy.header("retry-after"), "2");
    server.t.sign_in("native", PHONE, "openid").await;
    drop(places);
    assert_eq!(from(&server, "198.51.100.7", json!({"password": "k3J9s0Lq2Wz8Xc"})).await.status, 200);
    let address = Address::from_canonical(EMAIL);
    let ledger = engine.store.find_ledger(engine.password_ledger(DATABASE, &address)).await.unwrap().unwrap();
    assert!(ledger.is_idle(latchkey_core::Clock::now(&*server.t.clock).plus(86_400)));
}

/// P-140: codes are still told from passwords.
#[tokio::test]
async fn on_other_connections_a_password_is_a_code() {
    let server = server().await;
    server.t.add_connection("sms", latchkey_core::model::Strategy::Sms, json!({})).await;
    let refused =
        log_in(&server, json!({"connection": "sms", "username": PHONE, "password": "k3J9s0Lq2W"})).await;
    let text = "password parameter is malformed";
    assert_eq!(refused.error(), (400, "invalid_request".into(), text.into()));
    let spaced = json!({"connection": "sms", "username": PHONE, "password": "123 456", "device": NAME});
    is_wrong(&log_in(&server, spaced).await);
    open_database(&server.t, json!({})).await;
    for bad in [json!("x".repeat(257)), json!("a\u{0}b"), json!(1)] {
        let refused = log_in(&server, json!({ "password": bad })).await;
        assert_eq!((refused.error().0, refused.error().1.as_str()), (400, "invalid_request"));
    }
}
