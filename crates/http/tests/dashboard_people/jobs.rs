//! Users in and out by files, and the menu of a row.

use http::Method;
use latchkey_core::model::Role;
use latchkey_testkit::PHONE;
use serde_json::json;

use crate::support::{Answer, Browser, Form, TestServer, enter, enter_as};
use crate::{USERS, create, says, says_not, stored};

const IMPORT: &str = "/dashboard/users/import";
const EXPORT: &str = "/dashboard/users/export";
const BOUNDARY: &str = "----browser";

async fn send(browser: &Browser<'_>, token: &str, connection: &str, file: &str) -> Answer {
    let part = |head: &str, body: &str| {
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n{body}\r\n")
    };
    let body = [
        part("name=\"token\"", token),
        part("name=\"connection_id\"", connection),
        part("name=\"users\"; filename=\"users.json\"", file),
        part("name=\"external_id\"", ""),
        format!("--{BOUNDARY}--\r\n"),
    ]
    .concat();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("content-type", kind.as_str()), ("origin", "https://login.example")];
    let answer = browser.request(Method::POST, IMPORT, &headers, body.as_bytes()).await;
    browser.follow(answer).await
}

async fn id_of(server: &TestServer, name: &str) -> String {
    server.t.engine.store.find_connection(name).await.unwrap().unwrap().id.to_string()
}

/// The address of the page of a job, as its links have it.
fn job_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("/dashboard/users/jobs/").expect("no job");
    format!("/dashboard/users/jobs/{}", rest.split(['/', '"']).next().unwrap())
}

/// M-035, M-043
#[tokio::test]
async fn users_come_in_by_a_file_and_what_came_to_nothing_is_told() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let form = browser.get(IMPORT).await;
    says(&form, 200, &["multipart/form-data", "at most 50 MB"]);
    let token = Form::of(&form, IMPORT).token().to_owned();
    let sms = id_of(&server, "sms").await;
    says(&send(&browser, &token, &sms, "").await, 400, &["id=\"users-error\"", "Choose a file."]);
    says(&send(&browser, "forged", &sms, "[]").await, 403, &["This page is too old"]);

    let file =
        json!([{"phone_number": PHONE, "name": "Ann"}, {"phone_number": "nonsense", "user_id": "<b>"}]);
    let begun = send(&browser, &token, &sms, &file.to_string()).await;
    says(&begun, 200, &["Import of users", "Waiting", "<progress", "Look again"]);
    let job = job_of(&begun);
    let progress = browser.get(&format!("{job}/progress.json")).await.json();
    assert_eq!((&progress["running"], &progress["words"]), (&json!(true), &json!("It waits for its turn.")));
    server.t.engine.work_jobs(&|| true).await.unwrap();
    let done = browser.get(&job).await;
    says(
        &done,
        200,
        &["Done", "<dt>New</dt><dd>1</dd>", "<dt>Failed</dt><dd>1</dd>", "&#60;b&#62;", "Download them all"],
    );
    says_not(&done, &["<progress", "<b>"]);
    let failures = browser.get(&format!("{job}/failures.json")).await;
    assert_eq!(failures.header("content-disposition"), "attachment; filename=\"failures.json\"");
    assert_eq!(failures.json()[0]["user"]["phone_number"], "nonsense");
    says(&browser.get(USERS).await, 200, &["1 user", "Ann"]);
}

/// M-035, M-043
#[tokio::test]
async fn users_go_out_by_a_file_that_a_link_leads_to() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    create(&server, json!({"connection": "sms", "phone_number": PHONE})).await;
    let form = browser.get(EXPORT).await;
    let wrong = [("format", "csv"), ("fields", "identities"), ("limit", "")];
    says(
        &browser.submit(&form, EXPORT, &wrong).await,
        400,
        &["id=\"fields-error\"", ">identities</textarea>"],
    );
    let begun = browser.submit(&form, EXPORT, &[("format", "csv"), ("limit", "5")]).await;
    says(&begun, 200, &["Export of users", "Waiting"]);
    let job = job_of(&begun);
    server.t.engine.work_jobs(&|| true).await.unwrap();
    says(&browser.get(&job).await, 200, &["Download the file"]);
    let link = browser.get(&format!("{job}/file")).await;
    assert!(link.status == 303 && link.header("location").contains("/exports/"), "{}", link.text);

    // A sign-in of long ago takes nobody along.
    server.t.clock.advance(1200);
    says(&browser.get(&format!("{job}/file")).await, 403, &["Sign in again to go on"]);
    says(&browser.submit(&form, EXPORT, &[("format", "csv")]).await, 403, &["Sign in again to go on"]);
}

/// M-043
#[tokio::test]
async fn the_menu_of_a_row_blocks_and_asks_before_it_deletes() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let user = create(&server, json!({"connection": "sms", "phone_number": PHONE, "name": "Ann"})).await;
    let block = format!("{}/block", crate::page_of(&user));
    let list = browser.get(&format!("{USERS}?by=user&q=ann")).await;
    says(&list, 200, &["Menu<span", "name=\"here\" value=\"by=user&#38;q=ann\""]);
    let blocked = browser.save(&list, &block, &[]).await;
    says(&blocked, 200, &["Blocked, and signed out everywhere.", "1 user found", ">Unblock<"]);
    assert!(stored(&server, &user).await.blocked);
    let asked = browser.get(&format!("{}/delete", crate::page_of(&user))).await;
    says(&asked, 200, &["<details class=\"part danger\" open>", "to go on"]);

    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await;
    let list = viewer.get(USERS).await;
    says(&list, 200, &["Menu<span", "View<span"]);
    says_not(&list, &["Block<span", "Delete…"]);
    says_not(&viewer.get(IMPORT).await, &[">Import</button>"]);
}
