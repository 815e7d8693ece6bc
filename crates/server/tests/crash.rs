//! `kill -9` in the middle of load: what was acknowledged is there, what was used stays used.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use support::{OTP_GRANT, Running, free_port, latchkey, post, request, text};

const ROUNDS: u32 = 20;
const WORKERS: u32 = 8;

/// A sign-in whose answer was read to its end.
struct Acknowledged {
    phone: String,
    code: String,
    refresh_token: String,
}

fn set_up(folder: &Path, port: u16, store: &str) {
    let config = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\n[store]\nurl = \"{store}\"\n[keys]\nmaster_key_file = \"master.key\"\n[inbox]\nenabled = true\n[limits]\nenabled = false\n"
    );
    std::fs::write(folder.join("latchkey.toml"), config).unwrap();
    for arguments in [
        &["clients", "create", "app", "--type", "native"][..],
        &[
            "connections",
            "create",
            "sms",
            "--strategy",
            "sms",
            "--option",
            "provider=inbox",
            "--client",
            "app",
        ],
    ] {
        let output = latchkey(folder, arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

fn sign_in(port: u16, phone: &str) -> Option<Acknowledged> {
    let body = json!({"client_id": "app", "connection": "sms", "phone_number": phone});
    post(port, "/passwordless/start", &body).filter(|(status, _)| *status == 200)?;
    let (_, inbox) = request(port, "GET", &format!("/dev/inbox/messages?to=%2B{}", &phone[1..]), "")?;
    let code = serde_json::from_str::<Value>(&inbox).ok()?["messages"][0]["code"].as_str()?.to_owned();
    let (status, tokens) = post(port, "/oauth/token", &exchange(phone, &code))?;
    let refresh_token = tokens["refresh_token"].as_str().filter(|_| status == 200)?.to_owned();
    Some(Acknowledged { phone: phone.to_owned(), code, refresh_token })
}

fn exchange(phone: &str, code: &str) -> Value {
    json!({
        "grant_type": OTP_GRANT, "client_id": "app", "username": phone, "otp": code, "realm": "sms",
        "scope": "openid offline_access",
    })
}

/// Signs people in on several connections until the server dies.
fn load(port: u16, next: &Arc<AtomicU32>, stop: &Arc<AtomicBool>) -> Arc<Mutex<Vec<Acknowledged>>> {
    let ledger = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..WORKERS {
        let (ledger, next, stop) = (Arc::clone(&ledger), Arc::clone(next), Arc::clone(stop));
        std::thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                let phone = format!("+1415{}", 5_550_000 + next.fetch_add(1, Ordering::SeqCst) % 4_000_000);
                match sign_in(port, &phone) {
                    Some(done) => ledger.lock().unwrap().push(done),
                    None => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
    }
    ledger
}

fn survives(store: &str) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let store = store.replace("{folder}", &folder.path().display().to_string());
    set_up(folder.path(), port, &store);
    let next = Arc::new(AtomicU32::new(0));
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let server = Running::serve(folder.path(), port);
        let stop = Arc::new(AtomicBool::new(false));
        let ledger = load(port, &next, &stop);
        std::thread::sleep(Duration::from_millis(u64::from(150 + round * 37 % 300)));
        server.signal("KILL");
        stop.store(true, Ordering::SeqCst);
        drop(server);
        let done = std::mem::take(&mut *ledger.lock().unwrap());
        let _server = Running::serve(folder.path(), port);
        for sign_in in &done {
            let (status, _) = post(port, "/oauth/token", &exchange(&sign_in.phone, &sign_in.code)).unwrap();
            assert_eq!(status, 403, "a used code works again after a crash (round {round})");
            let body = json!({"grant_type": "refresh_token", "client_id": "app", "refresh_token": sign_in.refresh_token});
            let (status, answer) = post(port, "/oauth/token", &body).unwrap();
            assert_eq!(status, 200, "an acknowledged sign-in is gone (round {round}): {answer}");
        }
        acknowledged += done.len();
    }
    println!("{acknowledged} acknowledged sign-ins survived {ROUNDS} crashes");
    assert!(acknowledged > 100, "too little load to prove anything: {acknowledged}");
}

///
#[test]
fn nothing_acknowledged_is_lost_and_no_code_returns_on_sqlite() {
    survives("sqlite:{folder}/latchkey.db");
}

///
#[test]
#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
fn nothing_acknowledged_is_lost_and_no_code_returns_on_postgresql() {
    let base = std::env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES must be the URL of a PostgreSQL server; cargo xtask test starts one");
    let name = format!("crash_{}", std::process::id());
    let made = Command::new("psql").args([&base, "-c", &format!("CREATE DATABASE {name}")]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let (server, _) = base.rsplit_once('/').unwrap();
    survives(&format!("{server}/{name}"));
}
