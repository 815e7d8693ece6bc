//! The dashboard's screens about people and what they did: Users and Logs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod download;
mod jobs;
mod logs;
#[path = "../support/mod.rs"]
mod support;
mod user;
mod users;

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::User;
use serde_json::Value;
use support::{Answer, TestServer};

const PHONE: &str = "+14155550100";
const USERS: &str = "/dashboard/users";

async fn create(server: &TestServer, body: Value) -> User {
    let body = body.as_object().cloned().unwrap();
    server.t.engine.create_user(&Operator::console(), body).await.unwrap()
}

async fn stored(server: &TestServer, user: &User) -> User {
    server.t.engine.store.find_user(&user.id).await.unwrap().unwrap()
}

/// The page of a user.
fn page_of(user: &User) -> String {
    format!("{USERS}/{}", user.id.as_str().replace('|', "%7C").replace('/', "%2F"))
}

/// The page came, and says this.
#[track_caller]
fn says(page: &Answer, status: u16, texts: &[&str]) {
    assert_eq!(page.status, status, "{}", page.text);
    for text in texts {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
}

#[track_caller]
fn says_not(page: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(!page.text.contains(text), "{text}: {}", page.text);
    }
}
