//! Requests that are no HTTP, or try to be two at once, against the real listener (rows B-TR).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::Value;
use support::{Running, free_port, request, text};

/// Longest that a row may take: the deadlines of heads and bodies are ten seconds.
const PATIENCE: Duration = Duration::from_secs(14);

/// The status line's code; `None` when the connection was closed without one.
fn answer_to(port: u16, raw: &[u8]) -> Option<u64> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    // The server may close while we still write.
    let _ = stream.write_all(raw);
    let mut head = [0; 64];
    let read = stream.read(&mut head).unwrap_or(0);
    let _ = stream.shutdown(Shutdown::Both);
    text(&head[..read]).strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()
}

fn fill(raw: &[u8], port: u16) -> Vec<u8> {
    // Latin-1 keeps every byte as it is.
    let mut text: String = raw.iter().map(|byte| char::from(*byte)).collect();
    while let Some(at) = text.find("{{repeat:") {
        let end = at + text[at..].find("}}").unwrap();
        let (what, times) = text[at + 9..end].rsplit_once(':').unwrap();
        let many = what.repeat(times.parse().unwrap());
        text.replace_range(at..end + 2, &many);
    }
    let text = text.replace("{{host}}", &format!("127.0.0.1:{port}")).replace("{{client}}", "app");
    text.chars().map(|c| c as u8).collect()
}

/// S-163, S-165, S-166, R-029
#[test]
fn whatever_arrives_on_the_socket_is_refused_or_closed_and_the_server_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    std::fs::write(folder.path().join("latchkey.toml"), format!("[server]\nlisten = \"127.0.0.1:{port}\"\n"))
        .unwrap();
    let _server = Running::serve(folder.path(), port);
    let rows: Vec<Value> = serde_json::from_str(include_str!("data/transport.json")).unwrap();
    let departures: Value = serde_json::from_str(include_str!("data/transport-departures.json")).unwrap();
    let tries: Vec<_> = rows
        .into_iter()
        .map(|row| {
            std::thread::spawn(move || {
                let raw = BASE64.decode(row["raw_request_b64"].as_str().unwrap().as_bytes()).unwrap();
                let status = answer_to(port, &fill(&raw, port));
                (row, status)
            })
        })
        .collect();
    let mut wrong = Vec::new();
    for tried in tries {
        let (row, status) = tried.join().unwrap();
        let id = row["id"].as_str().unwrap();
        let wanted = row["expect_status"].as_array().unwrap();
        // Closing without a word is as good a refusal.
        let good = status.is_none() || wanted.iter().any(|want| want.as_u64() == status);
        if good == departures[id].is_string() {
            wrong.push(format!("{id} ({}): wanted {}, got {status:?}", row["note"], row["expect_status"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(request(port, "GET", "/healthz", "").unwrap().0, 200);
}
