//! Whether the log of what operators did is whole, as tools ask.

use http::Method;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, is_closed, unlimited};

const PATH: &str = "/logs/chain";

async fn rename(tool: &Tool<'_>, name: &str) {
    let body = json!({ "friendly_name": name });
    assert_eq!(tool.call(Method::PATCH, "/tenants/settings", Some(body)).await.status, 200);
}

async fn report(tool: &Tool<'_>, query: &str) -> Value {
    let answer = tool.get(&format!("{PATH}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// S-128
#[tokio::test]
async fn a_deleted_entry_breaks_the_chain() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let before = report(&tool, "").await;
    rename(&tool, "One").await;
    rename(&tool, "Two").await;

    let whole = report(&tool, "").await;

    assert_eq!(whole["links"].as_u64(), before["links"].as_u64().map(|links| links + 2));
    assert_eq!((&whole["whole"], &whole["broken"]), (&json!(true), &Value::Null));
    assert_ne!(whole["end"], before["end"]);
    assert!(whole["first_at"].is_string(), "{whole}");

    let t = &server.t;
    t.engine.store.sweep_events(t.engine.now().plus(1), 100).await.unwrap();
    let broken = report(&tool, "").await;
    assert_eq!((&broken["whole"], &broken["broken"]["reason"]), (&json!(false), &json!("start_missing")));
    assert_eq!(broken["broken"]["message"], "the chain begins later than the log is kept");
}

/// S-128
#[tokio::test]
async fn a_chain_whose_first_entries_were_swept_is_whole() {
    const MONTH: i64 = 30 * 86_400;
    let server = unlimited().await;
    rename(&Tool::new(&server).await, "One").await;
    server.t.clock.advance(600);
    rename(&Tool::new(&server).await, "Two").await;

    for seconds in [MONTH - 300, 600, 3600] {
        server.t.clock.advance(seconds);
        let tool = Tool::new(&server).await;
        rename(&tool, "Three").await;
        while server.t.engine.sweep().await.unwrap() > 0 {}

        let whole = report(&tool, "").await;

        assert_eq!(whole["broken"], Value::Null);
    }
}

/// S-128
#[tokio::test]
async fn a_noted_end_is_compared() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    rename(&tool, "One").await;
    let end = report(&tool, "").await["end"].as_str().unwrap().to_owned();
    rename(&tool, "Two").await;
    let noted = async |end: &str| report(&tool, &format!("?noted={end}")).await;

    let found = noted(&end).await;
    assert_eq!((&found["whole"], &found["noted"]), (&json!(true), &json!("found")));

    let (seq, hash) = end.split_once(':').unwrap();
    let changed = noted(&format!("{seq}:{}", "0".repeat(64))).await;
    assert_eq!((&changed["broken"]["reason"], &changed["noted"]), (&json!("noted_changed"), &Value::Null));
    assert_eq!(changed["broken"]["seq"].to_string(), seq);
    let missing = noted(&format!("99:{hash}")).await;
    assert_eq!(missing["broken"]["reason"], "noted_missing");

    for bad in ["x", "1", "1:", "1:xyz", ":", "-1:00", "99999999999999999999:00"] {
        let (status, code, _) = failure(&tool.get(&format!("{PATH}?noted={bad}")).await);
        assert_eq!((status, code), (400, json!("invalid_query_string")), "{bad}");
    }
    is_closed(&server, &[(Method::GET, PATH)]).await;
}
