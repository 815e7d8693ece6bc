//! The search for users, as tools ask and page.

use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};
use crate::users::{make, patch};

/// Percent-encodes what a query holds.
fn ask(q: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::from("/users?"));
    query.append_pair("q", q).append_pair("search_engine", "v3");
    query.finish()
}

fn ids(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap_or_else(|| panic!("{list}"));
    list.iter().map(|user| user["user_id"].as_str().unwrap()).collect()
}

async fn fill(tool: &Tool<'_>) {
    let mut bodies = vec![
        json!({"connection": "sms", "phone_number": "+14155550100", "user_id": "1", "name": "Joan"}),
        json!({
            "connection": "email", "email": "a@b.co", "user_id": "2", "name": "John Smith",
            "email_verified": true, "app_metadata": {"plan": "pro"}, "blocked": false,
        }),
    ];
    bodies.push(json!({"connection": "email", "email": "c@d.co", "user_id": "3", "blocked": true}));
    for body in bodies {
        make(tool, body).await;
        tool.server.t.clock.advance(60);
    }
}

/// M-020
#[tokio::test]
async fn every_query_that_real_code_sends_is_answered() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    fill(&tool).await;
    server.t.sign_in(latchkey_testkit::NATIVE, "+14155550100", "openid").await;
    let day = server.t.engine.now().to_iso8601();
    let (today, _) = day.split_once('T').unwrap();
    for (q, expected) in [
        ("identities.connection:\"sms\"", "sms|1"),
        ("phone_number:\"+14155550100\"", "sms|1"),
        ("phone_number:\\+14155550100", "sms|1"),
        ("email:\"a@b.co\"", "email|2"),
        ("email:A@B.co", "email|2"),
        ("email:*@b.co", "email|2"),
        ("email.domain:\"b.co\"", "email|2"),
        ("email.domain:*b.c*", "email|2"),
        ("email.domain:*.co", "email|2 email|3"),
        ("email.domain:*a@b.co", ""),
        ("email.domain:*a@b*", ""),
        ("user_id:(\"sms|1\" OR \"email|2\")", "sms|1 email|2"),
        ("logins_count:[1 TO *]", "sms|1"),
        ("NOT _exists_:logins_count", "email|2 email|3"),
        ("-_exists_:logins_count", "email|2 email|3"),
        ("blocked:true", "email|3"),
        ("_exists_:blocked", "email|2 email|3"),
        ("email_verified:false", "email|3"),
        ("email_verified:true", "email|2"),
        ("app_metadata.plan:\"pro\"", "email|2"),
        ("name:jo* AND identities.connection:\"email\"", "email|2"),
        ("name:jo*", "sms|1 email|2"),
        ("name:*smith*", "email|2"),
        ("\"john smith\"", "email|2"),
        ("joan", "sms|1"),
        ("joan OR blocked:true", "sms|1 email|3"),
        ("(joan OR blocked:true) AND NOT joan", "email|3"),
        ("identities.provider:email -blocked:true", "email|2"),
        ("identities.user_id:3", "email|3"),
        ("shoe_size:43", ""),
        ("*", "sms|1 email|2 email|3"),
        ("", "sms|1 email|2 email|3"),
    ] {
        let answer = tool.get(&ask(q)).await;
        assert_eq!(answer.status, 200, "{q}: {}", answer.text);
        assert_eq!(ids(&answer.json()).join(" "), expected, "{q}");
        server.t.clock.advance(1);
    }
    for (q, expected) in [
        (format!("last_login:[{today} TO *]"), "sms|1"),
        (format!("created_at:{{2026-01-01 TO {today}]"), "sms|1 email|2 email|3"),
        (format!("created_at:[{today} TO *]"), "sms|1 email|2 email|3"),
        (format!("created_at:{today}"), "sms|1 email|2 email|3"),
        (format!("created_at:{{{today} TO *]"), ""),
    ] {
        assert_eq!(ids(&tool.get(&ask(&q)).await.json()).join(" "), expected, "{q}");
    }
    let old = tool.get("/users?connection=sms&search_engine=v1&primary_order=true").await.json();
    assert_eq!(ids(&old), ["sms|1"]);
}

/// M-005, M-006, M-020
#[tokio::test]
async fn users_come_in_every_form_sorted_and_counted() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    for n in 0..7 {
        make(
            &tool,
            json!({"connection": "email", "email": format!("u{n}@example.com"), "user_id": n.to_string()}),
        )
        .await;
        server.t.clock.advance(1);
    }
    let page = tool.get("/users?page=1&per_page=3&include_totals=true&sort=created_at:-1").await.json();
    assert_eq!(
        (&page["start"], &page["limit"], &page["length"], &page["total"]),
        (&json!(3), &json!(3), &json!(3), &json!(7))
    );
    assert_eq!(ids(&page["users"]), ["email|3", "email|2", "email|1"]);
    let past = tool.get("/users?page=9&include_totals=true&q=email:u*").await.json();
    assert_eq!((&past["users"], &past["total"]), (&json!([]), &json!(7)));
    let one = tool.get("/users?per_page=1&page=6&fields=user_id").await.json();
    assert_eq!(one, json!([{"user_id": "email|6"}]));
    for sort in ["", "&sort=email:-1", "&sort=last_login:1"] {
        let (mut met, mut query) = (Vec::new(), String::from("take=3&include_totals=true"));
        loop {
            let part = tool.get(&format!("/users?{query}{sort}")).await.json();
            met.extend(ids(&part["users"]).into_iter().map(String::from));
            let Some(next) = part["next"].as_str() else { break };
            query = format!("take=3&from={next}");
        }
        met.sort();
        met.dedup();
        assert_eq!(met.len(), 7, "{sort}");
    }
}

/// M-003, M-020, S-126
#[tokio::test]
async fn a_query_that_cannot_be_read_says_what_is_wrong() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    for (path, name) in [
        (ask("name:("), "q"),
        (ask("(a AND b"), "q"),
        (ask("\"open"), "q"),
        (ask("logins_count:many"), "q"),
        (ask("created_at:[yesterday TO *]"), "q"),
        (ask("name:*ab"), "q"),
        (ask("a\0b"), "q"),
        (ask(&"(".repeat(100)), "q"),
        (ask(&"a ".repeat(101)), "q"),
        ("/users?sort=email".into(), "sort"),
        ("/users?sort=app_metadata.plan:1".into(), "sort"),
        ("/users?search_engine=v4".into(), "search_engine"),
        ("/users?from=AAAA".into(), "from"),
        ("/users?take=1&sort=created_at:1&from=PXgKeA".into(), "from"),
        ("/users?connection=%00".into(), "connection"),
        ("/users?per_page=101".into(), "per_page"),
    ] {
        let (status, code, message) = failure(&tool.get(&path).await);
        assert_eq!((status, code), (400, json!("invalid_query_string")), "{path}");
        let message = message.as_str().unwrap();
        assert!(message.starts_with("Query validation error: '"), "{message}");
        assert!(message.ends_with(&format!(" on property {name}")), "{message}");
    }
}

/// M-020
#[tokio::test]
async fn what_was_written_is_found_at_once() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "email", "email": "a@example.com"})).await;
    let found = async |q: &str| tool.get(&ask(q)).await.json().as_array().unwrap().len();
    assert_eq!(found("name:zoe").await, 0);
    patch(&tool, &user, json!({"name": "Zoe", "email": "zoe@example.org"})).await;
    assert_eq!((found("name:zoe").await, found("email.domain:example.org").await), (1, 1));
    assert_eq!(found("email:a@example.com").await, 0);
}
