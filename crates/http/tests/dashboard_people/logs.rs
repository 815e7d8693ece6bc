//! The log: the list by filter, an entry, and what is newer.

use latchkey_testkit::NATIVE;
use serde_json::Value;

use crate::support::{Browser, TestServer, enter};
use crate::{PHONE, says, says_not};

const LOGS: &str = "/dashboard/logs";

fn ask(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(format!("{LOGS}?")).extend_pairs(fields).finish()
}

/// A server whose log has a sign-in and a wrong code.
async fn busy() -> TestServer {
    let server = TestServer::new().await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    server.t.start(NATIVE, PHONE).await.unwrap();
    let wrong = server.t.wrong_code();
    server.t.redeem(NATIVE, PHONE, &wrong, "openid").await.unwrap_err();
    server
}

async fn newest(browser: &Browser<'_>, path: &str) -> Vec<Value> {
    browser.get(path).await.json().as_array().unwrap().clone()
}

/// M-032, M-043
#[tokio::test]
async fn the_log_is_filtered_by_query_kind_and_day() {
    let server = busy().await;
    let browser = enter(&server).await;
    let all = browser.get(LOGS).await;
    says(
        &all,
        200,
        &["Success Login by Code", "<code class=\"quiet\">cs</code>", "Failed Login by Code", NATIVE],
    );
    says(
        &all,
        200,
        &["data-state=\"Failed\"", "href=\"/dashboard/users/sms%7C", "<optgroup label=\"Errors\">"],
    );
    says_not(&all, &[PHONE]);

    let failed = "<code class=\"quiet\">fepotpft</code>";
    for fields in [
        &[("type", "errors")] as &[(&str, &str)],
        &[("type", "fepotpft")],
        &[("q", "type:fepotpft")],
        &[("q", "connection:sms OR connection:email"), ("type", "errors"), ("from", "2020-01-01")],
    ] {
        let found = browser.get(&ask(fields)).await;
        says(&found, 200, &[failed, "1 entry"]);
    }
    let errors = browser.get(&ask(&[("type", "errors")])).await;
    says(&errors, 200, &["value=\"errors\" selected", "download?format=csv&#38;type=errors"]);
    let none = browser.get(&ask(&[("type", "warnings")])).await;
    says(&none, 200, &["No entry fits.", "id=\"follow\"", "newer?follow=1&#38;type=warnings"]);
    says_not(&none, &["Download CSV"]);
    says(&browser.get(&ask(&[("to", "2020-01-01")])).await, 200, &["No entry fits."]);

    let wrong = browser.get(&ask(&[("q", "type:(a")])).await;
    says(
        &wrong,
        400,
        &["id=\"q-error\">A parenthesis is not closed", "value=\"type:(a\"", "<title>Error: Logs"],
    );
    says_not(&wrong, &["The log is empty"]);
    let wrong = browser.get(&ask(&[("from", "soon")])).await;
    says(&wrong, 400, &["id=\"days-error\">date is a date"]);
}

/// M-043
#[tokio::test]
async fn an_entry_has_a_page_with_all_of_it() {
    let server = busy().await;
    let browser = enter(&server).await;
    let entries = newest(&browser, "/dashboard/logs/newer?type=sepotpft").await;
    let entry = &entries[0];
    let page = browser.get(entry["href"].as_str().unwrap()).await;
    says(
        &page,
        200,
        &["<h1>Success Login by Code</h1>", "&#34;type&#34;: &#34;sepotpft&#34;", "data-copy=\"json\""],
    );
    says(&page, 200, &[&format!("href=\"{}\"", entry["user_href"].as_str().unwrap())]);
    says(&page, 200, &[&format!("href=\"/dashboard/applications/{NATIVE}\"")]);
    says(&browser.get("/dashboard/logs/nothing").await, 404, &["The log does not exist."]);
}

/// M-043
#[tokio::test]
async fn whoever_follows_gets_what_came_since_by_the_same_filter() {
    let server = busy().await;
    let browser = enter(&server).await;
    let before = newest(&browser, "/dashboard/logs/newer").await;
    assert!(before.len() > 3 && before[0]["id"].as_str() > before[1]["id"].as_str(), "{before:?}");
    server.t.clock.advance(60);
    let since = format!("after={}", server.t.engine.now().to_iso8601());
    assert!(newest(&browser, &format!("/dashboard/logs/newer?{since}")).await.is_empty());
    server.t.start(NATIVE, PHONE).await.unwrap();
    let fresh = newest(&browser, &format!("/dashboard/logs/newer?{since}")).await;
    assert_eq!(fresh.iter().map(|entry| &entry["code"]).collect::<Vec<_>>(), ["cs"]);
    assert!(newest(&browser, &format!("/dashboard/logs/newer?{since}&type=errors")).await.is_empty());
    assert_eq!(browser.get("/dashboard/logs/newer?after=x").await.status, 400);
    assert_eq!(Browser::new(&server).get("/dashboard/logs/newer").await.status, 303);
}
