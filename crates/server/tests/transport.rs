//! Requests that are no HTTP, try to be two at once, or have a line without end, against the real
//! listener: the raw rows of the catalogue of bad inputs (B-TR), and two with a very long query.
//!
//! A close without an answer is a refusal only for rows that allow it (`null` among their statuses).
//! `data/transport-departures.json` names every row that is answered otherwise, with that very answer;
//! a row that is listed there and is answered as written fails the test too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};
use support::{Running, free_port, request, text};

const CATALOGUE: &str = include_str!("../../http/tests/data/bad-inputs.json");
/// Rows whose query is longer than 64 KiB.
const LONG: [&str; 2] = ["B-PV-026", "B-AU-035"];
const DEPARTURES: &str = include_str!("data/transport-departures.json");
/// Longest silence: the deadlines of heads and bodies are ten seconds. Between two requests it may be a minute.
const PATIENCE: Duration = Duration::from_secs(14);

struct Answer {
    status: u64,
    body: String,
}

/// Sends `raw` and reads answers until the server closes; `Err` when it does not.
fn answers_to(port: u16, raw: &[u8]) -> Result<Vec<Answer>, String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    // The server may close while we still write.
    let _ = stream.write_all(raw);
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => all.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => return Err(format!("not closed: {error}; so far {:?}", text(&all))),
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
    split(&text(&all))
}

/// The answers in what one connection brought.
fn split(mut rest: &str) -> Result<Vec<Answer>, String> {
    let mut answers = Vec::new();
    while !rest.is_empty() {
        let broken = || format!("no HTTP: {rest:?}");
        let (head, after) = rest.split_once("\r\n\r\n").ok_or_else(broken)?;
        let status = head.strip_prefix("HTTP/1.").and_then(|head| head.get(2..5)?.parse().ok());
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let length: usize = length.unwrap_or(0);
        let body = after.get(..length).ok_or_else(broken)?.to_owned();
        answers.push(Answer { status: status.ok_or_else(broken)?, body });
        rest = &after[length..];
    }
    Ok(answers)
}

/// What a row sends, byte for byte; `None` for rows that need no socket.
fn raw_request(row: &Value) -> Option<Vec<u8>> {
    if let Some(encoded) = row["raw_request_b64"].as_str() {
        return Some(BASE64.decode(encoded.as_bytes()).unwrap());
    }
    if !LONG.contains(&row["id"].as_str().unwrap()) {
        return None;
    }
    let text = |name: &str| row[name].as_str().unwrap();
    let query = ["client", "redirect", "challenge"]
        .iter()
        .fold(text("query").to_owned(), |query, name| query.replace(&format!("{{{{{name}}}}}"), name));
    let line = format!("{} {}?{query} HTTP/1.1", text("method"), text("endpoint"));
    Some(format!("{line}\r\nhost: {{{{host}}}}\r\nconnection: close\r\n\r\n").into_bytes())
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
    let text = text.replace("{{host}}", &format!("127.0.0.1:{port}"));
    assert!(!text.contains("{{"), "a placeholder is left: {text}");
    text.chars().map(|c| c as u8).collect()
}

/// What is wrong with the answers to a row.
fn judge(row: &Value, departure: &Value, answers: &[Answer]) -> Result<(), String> {
    let got = answers.first().map_or(Value::Null, |answer| json!(answer.status));
    let as_written = row["expect_status"].as_array().unwrap().contains(&got);
    match (as_written, departure.is_null()) {
        (true, true) => {}
        (true, false) => return Err(format!("{got} is as written, but listed as departing")),
        (false, true) => return Err(format!("wanted {}, got {got}", row["expect_status"])),
        (false, false) if departure["answer"] == got => {}
        (false, false) => return Err(format!("listed as departing to {}, got {got}", departure["answer"])),
    }
    match row["effects"].as_str() {
        None if answers.len() > 1 => Err(format!("{} answers to one request", answers.len())),
        None => Ok(()),
        // The chunked body is `{}`, which lacks the grant type; what follows it is another request.
        Some("first answer is for body {}; no desync") => {
            let first: Value = serde_json::from_str(&answers[0].body).unwrap_or_default();
            let told = (first["error"].as_str(), first["error_description"].as_str());
            let good = told == (Some("invalid_request"), Some("Missing required parameter: grant_type"))
                && answers[1..].iter().all(|answer| answer.status == 404);
            if good { Ok(()) } else { Err(format!("read as one: {}", answers[0].body)) }
        }
        Some(unknown) => Err(format!("nothing here checks the effect {unknown:?}")),
    }
}

/// S-163, S-165, S-166, R-029
#[test]
fn whatever_arrives_on_the_socket_is_refused_or_closed_and_the_server_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    std::fs::write(folder.path().join("latchkey.toml"), format!("[server]\nlisten = \"127.0.0.1:{port}\"\n"))
        .unwrap();
    let _server = Running::serve(folder.path(), port);
    let catalogue: Value = serde_json::from_str(CATALOGUE).unwrap();
    let departures: Value = serde_json::from_str(DEPARTURES).unwrap();
    let all = catalogue["cases"].as_array().unwrap();
    let rows: Vec<&Value> = all.iter().filter(|row| raw_request(row).is_some()).collect();
    assert_eq!(rows.len(), 30);
    for id in departures.as_object().unwrap().keys() {
        assert!(rows.iter().any(|row| row["id"] == id.as_str()), "{id} is no raw row");
    }
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let tries: Vec<_> = rows
            .iter()
            .map(|row| {
                let raw = raw_request(row).unwrap();
                (row, scope.spawn(move || answers_to(port, &fill(&raw, port))))
            })
            .collect();
        tries
            .into_iter()
            .filter_map(|(row, tried)| {
                let id = row["id"].as_str().unwrap();
                let judged = tried.join().unwrap().and_then(|answers| judge(row, &departures[id], &answers));
                judged.err().map(|why| format!("{id} ({}): {why}", row["note"]))
            })
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(request(port, "GET", "/healthz", "").unwrap().0, 200);
}
