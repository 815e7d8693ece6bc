//! The log as a file.

use latchkey_core::model::{Event, EventKind};
use serde_json::{Value, json};

use crate::says;
use crate::support::{TestServer, enter};

/// Entries that came one after the other, with what a spreadsheet would take for a formula.
async fn entries(server: &TestServer, count: usize) -> Vec<String> {
    let engine = &server.t.engine;
    let mut ids = Vec::new();
    for n in 0..count {
        server.t.clock.advance(1);
        let mut event: Event = engine.event(EventKind::CodeSent, None);
        event.address = Some(String::from("=cmd|' /C calc'!A0"));
        event.detail.insert(String::from("n"), json!(n));
        ids.push(event.id.as_str().to_owned());
        engine.store.insert_events(vec![event]).await.unwrap();
    }
    ids.reverse();
    ids
}

/// M-043
#[tokio::test]
async fn a_file_holds_every_entry_of_the_filter_once_the_newest_first() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let ids = entries(&server, 230).await;
    let file = browser.get("/dashboard/logs/download?format=ndjson&type=cs").await;
    assert_eq!(file.header("content-type"), "application/x-ndjson");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"logs.ndjson\"");
    let lines: Vec<Value> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["log_id"].as_str().unwrap()).collect::<Vec<_>>(), ids);

    let file = browser.get("/dashboard/logs/download?format=ndjson&type=errors").await;
    assert!(file.status == 200 && file.text.is_empty(), "{}", file.text);
}

/// S-129
#[tokio::test]
async fn no_cell_of_the_table_is_a_formula() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    entries(&server, 3).await;
    let file = browser.get("/dashboard/logs/download?format=csv&type=cs").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 4, "{}", file.text);
    assert!(lines[0].starts_with("\"date\",\"type\","), "{}", lines[0]);
    for line in &lines[1..] {
        assert!(line.contains("\"'=cmd|' /C calc'!A0\"") && line.contains("\"{\"\"n\"\":"), "{line}");
    }
}

/// M-043
#[tokio::test]
async fn a_file_that_was_cut_says_so_in_its_last_line() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    entries(&server, 120).await;
    for (format, lines, last) in
        [("csv", 112, "\"Cut after 110 entries."), ("ndjson", 111, "{\"cut\":\"Cut after 110")]
    {
        let file = browser.get(&format!("/dashboard/logs/download?format={format}&type=cs&most=110")).await;
        let found: Vec<&str> = file.text.lines().collect();
        assert_eq!(found.len(), lines, "{}", file.text);
        assert!(found.last().unwrap().starts_with(last), "{}", file.text);
    }
    let whole = browser.get("/dashboard/logs/download?format=csv&type=cs&most=120").await;
    assert!(whole.text.lines().count() == 121 && !whole.text.contains("Cut"), "{}", whole.text);
}

/// M-043
#[tokio::test]
async fn a_filter_that_is_not_right_is_told_on_the_page() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let page = browser.get("/dashboard/logs/download?q=type:(a").await;
    says(&page, 400, &["id=\"q-error\"", "<h1>Logs</h1>"]);
}
