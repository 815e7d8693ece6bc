//! What happened by the day, and how far a tenant is set up.

use http::Method;
use latchkey_core::model::Strategy;
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_testkit::{NATIVE, PHONE, Script};
use serde_json::{Value, json};

use crate::support::{EMAIL, TestServer};
use crate::tool::{Tool, failure, is_closed, refuses, unlimited};

const PATH: &str = "/stats/activity";
const DAY: i64 = 86_400;
const GERMAN: &str = "+4915112345678";

/// Long enough that the log gains nothing before now.
fn settle(server: &TestServer) {
    server.t.clock.advance(11);
}

async fn activity(tool: &Tool<'_>, query: &str) -> Value {
    let answer = tool.get(&format!("{PATH}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// MS-007
#[tokio::test]
async fn a_day_is_counted_by_country_and_by_sender() {
    let server = unlimited().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.start(NATIVE, GERMAN).await.unwrap();
    server.t.start_email(NATIVE, EMAIL).await.unwrap();
    settle(&server);
    let tool = Tool::new(&server).await;
    let found = activity(&tool, "?days=1").await;
    let day = &found["days"][0];
    let of = |name: &str| day[name].as_u64().unwrap();
    assert_eq!(found["days"].as_array().unwrap().len(), 1);
    assert_eq!(
        (of("logins"), of("signups"), of("failed_logins"), of("active_users")),
        (1, 1, 0, 1),
        "{found}"
    );
    assert_eq!((of("messages_sent"), of("messages_failed")), (3, 0), "{found}");
    let country = |code: &str, sent: u64, verified: u64| json!({"country": code, "sent": sent, "failed": 0, "verified": verified});
    assert_eq!(found["countries"], json!([country("DE", 1, 0), country("US", 1, 1)]));
    let senders = found["senders"].as_array().unwrap();
    assert_eq!(senders.iter().map(|one| one["sent"].as_u64().unwrap()).sum::<u64>(), 3, "{found}");
    let verified = |connection: &str| {
        let one = senders.iter().find(|one| one["connection"] == connection).unwrap();
        one["verified"].clone()
    };
    assert_eq!((verified("sms"), verified("email")), (json!(1), json!(0)), "{found}");
    assert_eq!(of("returning_users"), 0, "who signs up comes for the first time");
    assert_eq!((&found["cost"], &found["complete"]), (&Value::Null, &json!(true)));
    assert!(!found.to_string().contains(PHONE) && !found.to_string().contains(EMAIL));
}

/// MS-007
#[tokio::test]
async fn every_entry_is_counted_once_and_days_are_compared_with_those_before() {
    let server = unlimited().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.clock.advance(DAY);
    for wrong in [true, false] {
        server.t.clock.advance(60);
        server.t.start(NATIVE, PHONE).await.unwrap();
        let code = if wrong { server.t.wrong_code() } else { server.t.code() };
        assert_eq!(server.t.redeem(NATIVE, PHONE, &code, "openid").await.is_err(), wrong);
    }
    settle(&server);
    let tool = Tool::new(&server).await;
    for _ in 0..3 {
        let found = activity(&tool, "?days=1").await;
        let of = |list: &Value, name: &str| list[0][name].as_u64().unwrap();
        let (now, before) = (&found["days"], &found["before"]["days"]);
        assert_eq!(
            (of(now, "logins"), of(now, "failed_logins"), of(now, "active_users")),
            (1, 1, 1),
            "{found}"
        );
        assert_eq!((of(now, "returning_users"), of(before, "returning_users")), (1, 0), "{found}");
        assert_eq!((of(before, "logins"), of(before, "signups")), (1, 1), "{found}");
    }
    let both = activity(&tool, "?days=2").await;
    assert_eq!(both["days"].as_array().unwrap().len(), 2);
    let date = both["days"][1]["date"].as_str().unwrap()[..10].replace('-', "");
    let same = activity(&tool, &format!("?from={date}&to={date}")).await;
    assert_eq!(same["days"][0], both["days"][1]);
}

/// MS-007
#[tokio::test]
async fn figures_outlive_the_log() {
    let server = unlimited().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    settle(&server);
    server.t.engine.sweep().await.unwrap();
    server.t.clock.advance(31 * DAY);
    assert!(server.t.engine.sweep().await.unwrap() > 0);
    let tool = Tool::new(&server).await;
    let found = activity(&tool, "?days=60").await;
    let logins: u64 =
        found["days"].as_array().unwrap().iter().map(|day| day["logins"].as_u64().unwrap()).sum();
    assert_eq!(logins, 1);
}

/// MS-007
#[tokio::test]
async fn messages_cost_what_the_operator_says() {
    let server = unlimited().await;
    server.t.start(NATIVE, PHONE).await.unwrap();
    server.t.start(NATIVE, GERMAN).await.unwrap();
    server.t.start_email(NATIVE, EMAIL).await.unwrap();
    settle(&server);
    let tool = Tool::new(&server).await;
    let prices = json!({"message_prices": {"currency": "EUR", "sms": {"US": 0.25, "default": 1}}});
    let set = tool.call(Method::PATCH, "/tenants/settings", Some(prices)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let found = activity(&tool, "?days=1").await;
    let cost = json!({"currency": "EUR", "total": 1.25, "messages": 2, "unpriced": 1});
    assert_eq!(found["cost"], cost);
    assert_eq!(found["before"]["cost"]["total"], 0.0);
    let wrong = json!({"message_prices": {"currency": "EUR", "sms": {"US": "dear"}}});
    refuses(&tool, Method::PATCH, "/tenants/settings", &[(wrong, "message_prices")]).await;
}

/// MS-007
#[tokio::test]
async fn what_is_no_day_is_refused_and_nobody_gets_in_without_the_scope() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    for query in
        ["?days=0", "?days=401", "?days=x", "?from=20261301", "?from=yesterday", "?from=20200101&to=20260101"]
    {
        let (status, code, _) = failure(&tool.get(&format!("{PATH}{query}")).await);
        assert_eq!((status, code), (400, json!("invalid_query_string")), "{query}");
    }
    assert_eq!(activity(&tool, "?from=20261110&to=20261101").await["days"], json!([]));
    is_closed(&server, &[(Method::GET, PATH), (Method::GET, "/tenants/checklist")]).await;
}

fn states(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(|item| (text(&item["id"]), text(&item["state"]))).collect()
}

async fn state(tool: &Tool<'_>, id: &str) -> String {
    let list = tool.get("/tenants/checklist").await.json();
    states(&list).into_iter().find(|(item, _)| item == id).unwrap().1
}

/// M-043
#[tokio::test]
async fn the_checklist_says_how_things_are() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let list = tool.get("/tenants/checklist").await.json();
    assert_eq!(list["done"], false);
    let ids: Vec<String> = states(&list).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["domain", "messages", "connection", "application", "sign_in", "administrator"]);
    assert_eq!(state(&tool, "domain").await, "done");
    assert_eq!(state(&tool, "application").await, "done");
    assert_eq!(state(&tool, "messages").await, "inbox");
    assert_eq!(state(&tool, "sign_in").await, "none");
    assert_eq!(state(&tool, "administrator").await, "alone");

    server.t.senders.be_remote();
    assert_eq!(state(&tool, "messages").await, "untested");
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.settled().await;
    assert_eq!(
        (state(&tool, "messages").await, state(&tool, "sign_in").await),
        ("done".into(), "done".into())
    );

    let no = || ProviderError { text: String::from("no"), code: None, tell: false, reason: None };
    server.t.senders.script([Script::Fail(SendError::NotSent(no())), Script::Fail(SendError::NotSent(no()))]);
    server.t.start(NATIVE, GERMAN).await.unwrap();
    server.t.settled().await;
    assert_eq!(state(&tool, "messages").await, "untested");
}

/// M-043
#[tokio::test]
async fn a_tenant_is_set_up_once_everything_is() {
    let server = unlimited().await;
    server.t.senders.be_remote();
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.settled().await;
    let tool = Tool::new(&server).await;
    for email in ["a@example.com", "b@example.com"] {
        let body = json!({"email": email, "role": "owner"});
        assert_eq!(tool.call(Method::POST, "/admins", Some(body)).await.status, 201);
    }
    let list = tool.get("/tenants/checklist").await.json();
    assert_eq!((&list["done"], &list["items"][5]["state"]), (&json!(true), &json!("done")), "{list}");

    // Connections that no application uses are off.
    for (name, strategy) in [("sms", Strategy::Sms), ("email", Strategy::Email)] {
        let mut found = server.t.engine.store.find_connection(name).await.unwrap().unwrap();
        assert_eq!(found.strategy, strategy);
        found.enabled_clients.clear();
        server.t.engine.put_connection(&found).await.unwrap();
    }
    let list = tool.get("/tenants/checklist").await.json();
    assert_eq!((&list["done"], &list["items"][2]["state"]), (&json!(false), &json!("off")), "{list}");
}
