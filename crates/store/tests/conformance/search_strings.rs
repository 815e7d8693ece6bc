//! What stands in the search for users and for entries of the log is text, whatever it looks like to a database.

use std::sync::Arc;

use latchkey_core::Engine;
use latchkey_core::flow::manage::ManageError;
use latchkey_core::flow::manage::logs::LogQuery;
use latchkey_core::flow::manage::users::UserQuery;
use latchkey_core::model::{Event, EventId, EventKind, User};
use latchkey_testkit::TestEngine;
use latchkey_wire::management::{Paging, Query};
use serde_json::json;

use crate::engines::{Bench, on_every_engine};
use crate::samples::{NOW, client_id, event, id, user};

on_every_engine![
    hostile_strings_find_users_by_their_letters_only,
    hostile_strings_find_entries_by_their_letters_only,
];

/// Signs of SQL, of full-text search, of `LIKE`, of Lucene, of JSON paths and of numbers.
const STRINGS: [&str; 62] = [
    "' OR '1'='1",
    "' OR 1=1 --",
    "\"; DROP TABLE users; --",
    "'); DELETE FROM events; --",
    "x' UNION SELECT secret FROM clients --",
    "' || pg_read_file('/etc/passwd') || '",
    "load_extension('x')",
    "1; ATTACH DATABASE 'x' AS x",
    "''''",
    "\"\"\"",
    "`users`",
    "E'\\x00'",
    "\\u0000",
    "\\'; --",
    "/* x */ --",
    "#",
    "$1",
    "?1",
    ":name",
    "@x",
    "$$x$$",
    "%",
    "_",
    "%_%",
    "a%b_c",
    "\\%",
    "\\",
    "[a-z]",
    "*",
    "**",
    "?",
    "a*b",
    "NEAR(a b, 2)",
    "a NEAR/2 b",
    "^start",
    "rowid:1",
    "name:*",
    "users MATCH 'x'",
    "{a b} : c",
    "\"phrase",
    "phrase\"",
    "+a -b !c",
    "a AND NOT b OR c",
    "(a OR b",
    "a || b && c",
    "a~2",
    "a^4",
    "/re.*gex/",
    "[a TO b]",
    "{* TO b}",
    "_exists_:x",
    "$.a[*] ? (@.b == 1)",
    "\") ? (1 == 1) #",
    "{\"$ne\": null}",
    "${jndi:ldap://x}",
    "1e999999",
    "9223372036854775808",
    "NaN",
    "0x1F",
    "\u{2028}\u{202e}",
    "İıß\u{fffe}\u{10ffff}",
    "🔑 \u{301}",
];

/// In quotation marks.
fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// As a word, every sign of it escaped.
fn word(text: &str) -> String {
    text.chars().flat_map(|c| ['\\', c]).collect()
}

async fn over(t: &Bench) -> Arc<Engine> {
    TestEngine::over(Arc::clone(&t.store), |_| {}).await.engine
}

fn whole() -> Paging {
    Paging::read(&Query::parse("per_page=100")).unwrap()
}

/// The ids of those found; `None` where the query was refused.
async fn users(engine: &Engine, query: UserQuery<'_>) -> Option<Vec<String>> {
    match engine.list_users(query, &whole()).await {
        Ok(found) => Some(found.items.iter().map(|user| user.id.to_string()).collect()),
        Err(ManageError::BadQuery(_)) => None,
        Err(other) => panic!("{query:?}: {other}"),
    }
}

/// Somebody with the string in every place that can hold it.
fn named(n: u32, text: &str) -> User {
    let mut user = user(n);
    user.attributes = json!({"name": text}).as_object().unwrap().clone();
    user.app_metadata = json!({"said": text, text: "key"}).as_object().unwrap().clone();
    user.user_metadata = json!({"list": [text]}).as_object().unwrap().clone();
    user
}

/// S-127
async fn hostile_strings_find_users_by_their_letters_only(t: Bench) {
    let engine = over(&t).await;
    for (n, text) in (1..).zip(STRINGS) {
        t.insert_user(&named(n, text), Vec::new()).await.unwrap();
    }
    let count = t.count_users().await.unwrap();

    for (n, text) in (1..).zip(STRINGS) {
        let (phrase, word) = (phrase(text), word(text));
        let only = Some(vec![user(n).id.to_string()]);
        let find = async |q: String| users(&engine, UserQuery { q: Some(&q), ..UserQuery::default() }).await;
        for q in [
            format!("name:{phrase}"),
            format!("name:{word}"),
            format!("app_metadata.said:{phrase}"),
            format!("user_metadata.list:{phrase}"),
        ] {
            assert_eq!(find(q.clone()).await, only, "{q}");
        }
        for q in [
            format!("nickname:{phrase}"),
            format!("email:{phrase}"),
            format!("user_id:{phrase}"),
            format!("phone_number:{word}*"),
            format!("last_ip:{word}*"),
            format!("identities.connection:{phrase}"),
            format!("identities.user_id:{word}"),
            format!("given_name:*{word}xyz"),
            format!("family_name:*xyz{word}*"),
            format!("email.domain:*xyz{word}"),
            format!("app_metadata.{word}:{phrase}"),
            format!("{word}:{phrase}"),
        ] {
            assert!(find(q.clone()).await.is_none_or(|found| found.is_empty()), "{q}");
        }
        // Whatever else it may mean, it is answered.
        for q in [
            text.to_owned(),
            format!("name:{text}"),
            format!("name:*{word}*"),
            format!("_exists_:app_metadata.{word}"),
            format!("app_metadata.said:[{phrase} TO *]"),
            format!("app_metadata.said:{{* TO {word}}}"),
            format!("logins_count:[{phrase} TO {word}]"),
            format!("created_at:{phrase}"),
            format!("blocked:{phrase}"),
            format!("-({word} OR {phrase})"),
        ] {
            find(q).await;
        }
        let on = UserQuery { connection: Some(text), ..UserQuery::default() };
        assert_eq!(users(&engine, on).await, Some(Vec::new()), "{text}");
        let by = UserQuery { sort: Some(text), ..UserQuery::default() };
        assert_eq!(users(&engine, by).await, None, "{text}");
    }
    assert_eq!(t.count_users().await.unwrap(), count);
}

/// S-127
async fn hostile_strings_find_entries_by_their_letters_only(t: Bench) {
    let engine = over(&t).await;
    let said = |n: u32, text: &str| Event {
        id: EventId::new(id(NOW, n)),
        client: Some(client_id(text)),
        connection: Some(text.to_owned()),
        address: Some(text.to_owned()),
        ..event(EventKind::SignedIn)
    };
    t.insert_events((1..).zip(STRINGS).map(|(n, text)| said(n, text)).collect()).await.unwrap();
    let find = async |query: LogQuery<'_>| match engine.list_logs(query, &whole()).await {
        Ok(found) => Some(found.items.iter().map(|entry| entry["log_id"].clone()).collect::<Vec<_>>()),
        Err(ManageError::BadQuery(_)) => None,
        Err(other) => panic!("{other}"),
    };

    for (n, text) in (1..).zip(STRINGS) {
        let (phrase, word) = (phrase(text), word(text));
        let find_by = async |q: &str| find(LogQuery { q: Some(q), ..LogQuery::default() }).await;
        let only = Some(vec![json!(id(NOW, n))]);
        for q in [format!("client_id:{phrase}"), format!("connection:{word}"), format!("user_name:{phrase}")]
        {
            assert_eq!(find_by(&q).await, only, "{q}");
        }
        for q in [
            format!("ip:{phrase}"),
            format!("type:{word}*"),
            format!("log_id:{phrase}"),
            format!("user_id:*xyz{word}"),
            format!("client_name:{phrase}"),
            format!("{word}:{phrase}"),
        ] {
            assert!(find_by(&q).await.is_none_or(|found| found.is_empty()), "{q}");
        }
        for q in [
            text.to_owned(),
            format!("connection:{text}"),
            format!("user_name:[{phrase} TO *]"),
            format!("log_id:{{* TO {word}}}"),
            format!("date:{phrase}"),
            format!("-({word} OR {phrase})"),
        ] {
            find_by(&q).await;
        }
        let of_user = LogQuery { user: Some(text), ..LogQuery::default() };
        assert_eq!(find(of_user).await, Some(Vec::new()), "{text}");
        let by = LogQuery { sort: Some(text), ..LogQuery::default() };
        assert_eq!(find(by).await, None, "{text}");
    }
    let all = t.list_events(&Default::default(), &crate::samples::page(None, 100)).await.unwrap();
    assert!(all.len() >= STRINGS.len(), "{}", all.len());
}
