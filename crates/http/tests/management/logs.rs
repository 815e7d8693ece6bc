//! The log and what is counted of it, as tools ask.

use http::Method;
use latchkey_testkit::{NATIVE, PHONE};
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};

/// Percent-encodes what a query holds.
fn ask(parameter: &str, q: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::from("/logs?"));
    query.append_pair(parameter, q).append_pair("per_page", "100");
    query.finish()
}

fn types(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap_or_else(|| panic!("{list}"));
    list.iter().map(|entry| entry["type"].as_str().unwrap()).collect()
}

/// M-032
#[tokio::test]
async fn entries_are_found_by_the_query_under_either_name() {
    let server = server().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.clock.advance(86_400);
    let tool = Tool::new(&server).await;
    let all = tool.get("/logs?per_page=100").await.json();
    assert!(types(&all).len() > 3, "{all}");
    let of =
        |kind: &str| all.as_array().unwrap().iter().find(|entry| entry["type"] == kind).cloned().unwrap();
    let entry = of("sepotpft");
    for (name, value) in [
        ("client_id", json!(NATIVE)),
        ("connection", json!("sms")),
        ("strategy", json!("sms")),
        ("strategy_type", json!("passwordless")),
        ("description", json!("Success Login by Code")),
        ("hostname", json!("login.example")),
    ] {
        assert_eq!(entry[name], value, "{name}: {entry}");
    }
    let (id, user) = (entry["log_id"].as_str().unwrap(), entry["user_id"].as_str().unwrap());
    let date = &entry["date"].as_str().unwrap()[..10];
    for q in [
        String::from("type:sepotpft"),
        format!("type:\"sepotpft\" AND client_id:{NATIVE}"),
        format!("user_id:\"{user}\" AND type:(sepotpft OR nothing)"),
        format!("log_id:{id}"),
        format!("log_id:[{id} TO {id}]"),
        format!("type:sepotpft AND date:{date}"),
        String::from("description:\"Success Login by Code\" AND connection:sms"),
        String::from("type:sepotpft AND strategy:sms AND strategy_type:passwordless AND NOT ip:x"),
    ] {
        for parameter in ["q", "search"] {
            let found = tool.get(&ask(parameter, &q)).await.json();
            assert_eq!(types(&found), ["sepotpft"], "{parameter} {q}");
        }
    }
    for q in ["type:nothing", "organization_id:x", "date:[2099-01 TO *]", "type:SEPOTPFT"] {
        assert_eq!(types(&tool.get(&ask("q", q)).await.json()), [""; 0], "{q}");
    }
    assert_eq!(tool.get(&format!("/logs/{id}")).await.json(), entry);
    assert_eq!(failure(&tool.get("/logs/000000000000000000000000").await).0, 404);
    for path in [ask("q", "type:("), ask("q", "date:soon"), String::from("/logs?sort=ip:1")] {
        let (status, code, message) = failure(&tool.get(&path).await);
        assert_eq!((status, code), (400, json!("invalid_query_string")), "{path}: {message}");
    }
}

/// M-005, M-032
#[tokio::test]
async fn the_log_is_read_by_pages_by_user_and_by_checkpoint() {
    let server = server().await;
    for number in ["+14155550100", "+14155550101"] {
        server.t.sign_in(NATIVE, number, "openid").await;
        server.t.clock.advance(60);
    }
    let tool = Tool::new(&server).await;
    let totals = tool.get("/logs?page=0&per_page=2&include_totals=true").await.json();
    assert_eq!((&totals["start"], &totals["limit"], &totals["length"]), (&json!(0), &json!(2), &json!(2)));
    let total = totals["total"].as_u64().unwrap() as usize;
    let newest = tool.get("/logs?per_page=100").await.json();
    assert_eq!(types(&newest).len(), total);
    let oldest = tool.get("/logs?per_page=100&sort=date:1").await.json();
    let reversed: Vec<&Value> = newest.as_array().unwrap().iter().rev().collect();
    assert_eq!(oldest.as_array().unwrap().iter().collect::<Vec<_>>(), reversed);

    // What may still be on its way into the log is held back.
    server.t.clock.advance(9);
    let held: Vec<Value> = tool.get("/logs?take=100").await.json().as_array().unwrap().clone();
    assert!(held.len() < total, "{held:?}");
    server.t.clock.advance(1);
    let mut path = String::from("/logs?take=3");
    let mut shipped = Vec::new();
    loop {
        let answer = tool.get(&path).await;
        let part = answer.json();
        if part.as_array().unwrap().is_empty() {
            assert_eq!(answer.header("link"), "");
            break;
        }
        shipped.extend(part.as_array().unwrap().clone());
        let next = answer.header("link").strip_prefix("<https://login.example/api/v2").unwrap();
        path = next.strip_suffix(">; rel=\"next\"").unwrap().to_owned();
    }
    assert_eq!(json!(shipped), oldest);

    let user = newest[0].clone();
    let of_user = newest.as_array().unwrap().iter().find(|entry| entry["type"] == "sepotpft").unwrap();
    let id = of_user["user_id"].as_str().unwrap().replace('|', "%7C");
    let theirs = tool.get(&format!("/users/{id}/logs?include_totals=true")).await.json();
    let theirs = theirs["logs"].as_array().unwrap();
    assert!(
        !theirs.is_empty() && theirs.iter().all(|entry| entry["user_id"] == of_user["user_id"]),
        "{user}"
    );
    let fields = tool.get("/logs?fields=type,date&include_fields=true&per_page=1").await.json();
    assert_eq!(fields[0].as_object().unwrap().len(), 2);
}

/// M-034
#[tokio::test]
async fn sign_ins_are_counted_by_the_day() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get("/stats/daily").await.json(), json!([]));
    assert_eq!(tool.get("/stats/active-users").await.text, "0");
    server.t.sign_in(NATIVE, "+14155550100", "openid").await;
    server.t.clock.advance(2 * 86_400);
    server.t.sign_in(NATIVE, "+14155550100", "openid").await;
    server.t.sign_in(NATIVE, "+14155550101", "openid").await;
    let tool = Tool::new(&server).await;
    let days = tool.get("/stats/daily").await.json();
    let counted: Vec<(u64, u64)> = days
        .as_array()
        .unwrap()
        .iter()
        .map(|day| (day["logins"].as_u64().unwrap(), day["signups"].as_u64().unwrap()))
        .collect();
    assert_eq!(counted, [(1, 1), (2, 1)]);
    let day = days[0]["date"].as_str().unwrap()[..10].replace('-', "");
    let one = tool.get(&format!("/stats/daily?from={day}&to={day}")).await.json();
    assert_eq!(one, json!([days[0]]));
    assert_eq!(tool.get("/stats/active-users").await.text, "2");
    for query in ["from=2026", "from=20261301", "to=x", "from=19700101"] {
        assert_eq!(failure(&tool.get(&format!("/stats/daily?{query}")).await).0, 400, "{query}");
    }
    let reader = Tool::of(&server, "read:logs").await;
    let refused = reader.call(Method::GET, "/stats/daily", None).await;
    assert_eq!(refused.status, 403);
}
