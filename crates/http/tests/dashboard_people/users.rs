//! The list of users, the search, and users made by hand.

use latchkey_core::model::Role;
use serde_json::json;

use crate::support::{TestServer, enter, enter_as};
use crate::{PHONE, USERS, create, says, says_not};

const NEW: &str = "/dashboard/users/new";

fn search(by: &str, q: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(format!("{USERS}?"));
    query.append_pair("by", by).append_pair("q", q).finish()
}

/// M-043
#[tokio::test]
async fn users_are_created_by_hand_on_either_kind_of_connection() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    says(&browser.get(USERS).await, 200, &["There is no user yet"]);
    let form = browser.get(NEW).await;
    says(&form, 200, &["sms (by text message)", "email (by email)"]);

    let fields = [("connection", "sms"), ("address", PHONE), ("verified", "on"), ("name", "Ann <b>")];
    let made = browser.submit(&form, NEW, &fields).await;
    says(&made, 200, &["Created.", "<h1>Ann &#60;b&#62;</h1>", "Phone number on sms", ">Verified</span>"]);
    let made = browser.submit(&form, NEW, &[("connection", "email"), ("address", "Bo@example.com")]).await;
    says(&made, 200, &["bo@example.com", "Email address on email", "Not verified"]);

    let again = browser.submit(&form, NEW, &fields).await;
    says(
        &again,
        409,
        &["The user already exists.", "Here: <a href=", "aria-invalid", "value=\"Ann &#60;b&#62;\""],
    );
    let wrong = [("connection", "email"), ("address", "nobody"), ("verified", "on")];
    says(
        &browser.submit(&form, NEW, &wrong).await,
        400,
        &["id=\"address-error\"", "value=\"nobody\"", "checked"],
    );
    says(&browser.submit(&form, NEW, &[("connection", "sms")]).await, 400, &["Type a phone number such as"]);
    let long = "x".repeat(301);
    let long = [("connection", "sms"), ("address", "+14155550101"), ("name", long.as_str())];
    says(&browser.submit(&form, NEW, &long).await, 400, &["id=\"name-error\"", "String is too long"]);
}

/// M-020, M-043
#[tokio::test]
async fn the_list_is_searched_by_mode_and_a_bad_query_is_told_at_its_field() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    create(&server, json!({"connection": "sms", "phone_number": PHONE, "name": "Ann Lee"})).await;
    create(&server, json!({"connection": "email", "email": "bo@example.com", "blocked": true})).await;
    let all = browser.get(USERS).await;
    says(&all, 200, &["2 users", "Ann Lee", PHONE, "bo@example.com", "Blocked", "Never"]);

    for (by, q) in [
        ("user", "nn le"),
        ("user", "4155550"),
        ("phone", "+1 (415) 555"),
        ("phone", "555-0100"),
        ("connection", "sms"),
        ("lucene", "name:ann* AND NOT blocked:true"),
    ] {
        let found = browser.get(&search(by, q)).await;
        says(&found, 200, &["1 user found", "Ann Lee", &format!("<option value=\"{by}\" selected>")]);
        says_not(&found, &["bo@example.com</bdi>"]);
    }
    for (by, q) in
        [("email", "@example.com"), ("email", "bo@ex"), ("email", "example"), ("lucene", "blocked:true")]
    {
        says(&browser.get(&search(by, q)).await, 200, &["1 user found", "bo@example.com</bdi>"]);
    }
    says(&browser.get(&search("last_login", "never")).await, 200, &["2 users found"]);
    says(&browser.get(&search("logins", ">5")).await, 200, &["No user fits"]);

    for (by, q, reason) in [
        ("lucene", "name:(a", "A parenthesis is not closed"),
        ("logins", "many", "logins_count is a whole number"),
        ("last_login", "soon", "last_login is a date"),
    ] {
        let refused = browser.get(&search(by, q)).await;
        says(
            &refused,
            400,
            &[&format!("id=\"q-error\">{reason}"), "aria-invalid", &format!("value=\"{q}\"")],
        );
        says(&refused, 400, &["<title>Error: Users"]);
    }
    says(&browser.get(&format!("{USERS}?sort=shoe:1")).await, 400, &["Users are not sorted by shoe"]);
}

/// M-043
#[tokio::test]
async fn parts_and_orders_of_the_list_have_addresses() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    for n in 0..51 {
        server.t.clock.advance(1);
        let number = format!("+141555501{n:02}");
        create(&server, json!({"connection": "sms", "phone_number": number})).await;
    }
    let first = browser.get(USERS).await;
    says(&first, 200, &["51 users", "+14155550150", "1–50 of 51", "href=\"/dashboard/users?page=1\""]);
    says_not(&first, &["+14155550100<", "aria-sort"]);
    let sorted = browser.get(&format!("{USERS}?sort=user_id:1&by=phone&q=%2B1415")).await;
    says(&sorted, 200, &["aria-sort=\"ascending\"", "sort=user_id:-1&#38;by=phone&#38;q=%2B1415"]);
    says(&sorted, 200, &["page=1&#38;by=phone&#38;q=%2B1415&#38;sort=user_id%3A1"]);
    says(&browser.get(&format!("{USERS}?page=1")).await, 200, &["51–51 of 51", "+14155550100<"]);
    says(&browser.get(&format!("{USERS}?page=7")).await, 200, &["nothing on this page"]);
}

/// S-120
#[tokio::test]
async fn viewers_read_and_change_nothing() {
    let server = TestServer::new().await;
    let owner = enter(&server).await;
    let user = create(&server, json!({"connection": "sms", "phone_number": PHONE})).await;
    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await;
    let page = crate::page_of(&user);
    for path in [USERS.to_owned(), page.clone(), format!("{page}/devices"), format!("{page}/link?q=a")] {
        let shown = viewer.get(&path).await;
        says(&shown, 200, &["You are a viewer."]);
        says_not(&shown, &["Create user", "Sign out everywhere", "Delete this user", "Save"]);
    }
    let form = owner.get(&page).await;
    assert!(form.text.contains("Save metadata"));
    // The token of a form is that of a session: the viewer has one, too.
    let own = viewer.get(&page).await;
    let token = crate::support::Form::of(&own, "/dashboard/sign-out").token().to_owned();
    for (act, field) in [
        ("block", ("blocked", "true")),
        ("address", ("address", "+14155550199")),
        ("profile", ("name", "x")),
        ("link", ("other", user.id.as_str())),
        ("sign-out", ("session", "")),
        ("tokens", ("refresh_token", "")),
        ("delete", ("x", "")),
        ("forgive", ("x", "")),
    ] {
        let confirm = ("confirm", if act == "link" { user.id.as_str() } else { PHONE });
        let refused = viewer.post(&format!("{page}/{act}"), &[("token", &token), confirm, field]).await;
        says(&refused, 403, &["Insufficient scope"]);
        assert_eq!(viewer.post(&format!("{page}/{act}"), &[field]).await.status, 403, "{act}");
    }
    assert_eq!(crate::stored(&server, &user).await, user);
}
