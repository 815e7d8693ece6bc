//! A log stream reaches an endpoint by the built binary: signed, after a failure, and after the server was killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use serde_json::{Value, json};
use support::{OTP_GRANT, Running, free_port, latchkey, post, text};

const PHONE: &str = "+14155550100";
/// Longer than a lease and the time until entries are shipped.
const PATIENCE: Duration = Duration::from_secs(100);

struct Received {
    headers: BTreeMap<String, String>,
    body: String,
}

/// An endpoint that answers with these statuses, one after the other, and hands over what it was sent.
fn endpoint(statuses: Vec<u16>) -> (u16, mpsc::Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (hand, received) = mpsc::channel();
    std::thread::spawn(move || {
        for status in statuses.into_iter().chain(std::iter::repeat(200)) {
            let (mut stream, _) = listener.accept().unwrap();
            let Some(request) = read(&mut stream) else { continue };
            // The server may be dead by now.
            let _ = write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            drop(stream);
            if hand.send(request).is_err() {
                return;
            }
        }
    });
    (port, received)
}

fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 4096];
        let count = stream.read(&mut more).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&more[..count]);
        let all = text(&bytes);
        if let Some((head, body)) = all.split_once("\r\n\r\n") {
            let headers: BTreeMap<String, String> = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            if body.len() >= headers["content-length"].parse::<usize>().unwrap() {
                return Some(Received { headers, body: body.to_owned() });
            }
        }
    }
}

fn config(folder: &Path, port: u16) {
    let config = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\n[store]\nurl = \"sqlite:{}/latchkey.db\"\n[inbox]\nenabled = true\n[limits]\nenabled = false\n[delivery]\nallow_private_targets = [\"127.0.0.0/8\"]\n",
        folder.display()
    );
    std::fs::write(folder.join("latchkey.toml"), config).unwrap();
    for arguments in [
        "clients create app --type native",
        "connections create sms --strategy sms --client app --option provider=inbox",
    ] {
        let output = latchkey(folder, &arguments.split(' ').collect::<Vec<_>>());
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

/// A client that may call the Management API; its secret.
fn tool(folder: &Path, port: u16) -> String {
    let api = format!("http://127.0.0.1:{port}/api/v2/");
    let scopes = "create:log_streams read:log_streams update:log_streams read:connections_options";
    let create = ["clients", "create", "tool", "--type", "machine", "--json", "--audience"];
    let output = latchkey(folder, &[&create[..], &[&format!("{api}={scopes}")]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    made["client_secret"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

fn token(port: u16, secret: &str) -> String {
    let body = json!({
        "grant_type": "client_credentials", "client_id": "tool", "client_secret": secret,
        "audience": format!("http://127.0.0.1:{port}/api/v2/"),
    });
    let (status, tokens) = post(port, "/oauth/token", &body).unwrap();
    assert_eq!(status, 200, "{tokens}");
    tokens["access_token"].as_str().unwrap().to_owned()
}

fn call(port: u16, token: &str, method: &str, path: &str, body: &Value) -> Value {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let body = if method == "GET" { String::new() } else { body.to_string() };
    write!(
        stream,
        "{method} /api/v2{path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = text(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    serde_json::from_str(body).unwrap()
}

fn sign_in(port: u16) {
    let start = json!({"client_id": "app", "connection": "sms", "phone_number": PHONE});
    assert_eq!(post(port, "/passwordless/start", &start).unwrap().0, 200);
    let (_, inbox) = support::request(port, "GET", "/dev/inbox/messages", "").unwrap();
    let inbox: Value = serde_json::from_str(&inbox).unwrap();
    let redeem = json!({
        "grant_type": OTP_GRANT, "client_id": "app", "username": PHONE, "realm": "sms",
        "otp": inbox["messages"][0]["code"],
    });
    assert_eq!(post(port, "/oauth/token", &redeem).unwrap().0, 200);
}

/// As a receiver has to (docs/guide/log-streams.md).
fn verified(secret: &str, received: &Received) -> Vec<Value> {
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let headers = &received.headers;
    let signed = format!("{}.{}.{}", headers["webhook-id"], headers["webhook-timestamp"], received.body);
    let is_ours = headers["webhook-signature"].split(' ').any(|signature| {
        let tag = BASE64.decode(signature.strip_prefix("v1,").unwrap().as_bytes()).unwrap();
        hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
    });
    assert!(is_ours, "{headers:?}");
    assert_eq!(headers["authorization"], "Bearer canary");
    serde_json::from_str(&received.body).unwrap()
}

/// MS-001, R-044, S-135
#[test]
fn a_sign_in_reaches_the_endpoint_although_it_failed_and_the_server_died() {
    let folder = tempfile::tempdir().unwrap();
    let (siem, received) = endpoint(vec![503]);
    let port = free_port();
    config(folder.path(), port);
    let tool = tool(folder.path(), port);
    let server = Running::serve(folder.path(), port);
    let token = token(port, &tool);
    let body = json!({
        "name": "SIEM", "type": "http", "filters": [{"type": "category", "name": "auth.signup.success"}],
        "sink": {
            "httpEndpoint": format!("http://127.0.0.1:{siem}/in"), "httpContentFormat": "JSONARRAY",
            "httpAuthorization": "Bearer canary",
        },
    });
    let made = call(port, &token, "POST", "/log-streams", &body);
    let secret = made["signing_secret"].as_str().unwrap();
    let path = format!("/log-streams/{}", made["id"].as_str().unwrap());
    sign_in(port);

    let refused = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(verified(secret, &refused).len(), 1);
    server.signal("KILL");
    drop(server);
    // The next server begins its own.
    let read_log = || std::fs::read_to_string(folder.path().join("stderr")).unwrap();
    let first_log = read_log();
    let _server = Running::serve(folder.path(), port);
    let taken = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(refused.headers["webhook-id"], taken.headers["webhook-id"]);
    let entries = verified(secret, &taken);
    assert_eq!(entries, verified(secret, &refused));
    assert_eq!(entries[0]["data"]["type"], "ss");
    assert_eq!(entries[0]["log_id"], entries[0]["data"]["log_id"]);

    let told = call(port, &token, "POST", &format!("{path}/test"), &json!({}));
    assert_eq!(told, json!({"delivered": true}));
    let test = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(verified(secret, &test)[0]["data"]["type"], "log_stream_test");
    // The endpoint has the entries a moment before the server knows that it has.
    let health = || call(port, &token, "GET", &format!("{path}/health"), &json!({}));
    let found = support::exim::wait(|| Some(health()).filter(|found| found["state"] == "healthy"));
    assert!(found.is_some(), "{}", health());
    let log = first_log + &read_log();
    assert!(!log.contains("canary") && !log.contains("whsec_"), "{log}");
}
