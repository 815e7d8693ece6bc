//! OpenID Connect and OAuth as their conformance suites ask for them, over HTTP (section 5 of the security
//! notes). What the rules alone decide is proved in the tests of the core.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod answers;
mod code_flow;
mod device;
mod errors;
mod introspection;
mod metadata;
mod pushed;
mod requests;
#[path = "../support/mod.rs"]
mod support;
mod tokens;

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use latchkey_testkit::{PHONE, SPA};
use serde_json::Value;
use support::{Answer, Browser, TestServer, authorize};

/// Header and claims of a JWT, unchecked.
pub fn parts(token: &Value) -> (Value, Value) {
    let mut parts = token.as_str().unwrap_or_else(|| panic!("no token: {token}")).split('.').map(|part| {
        BASE64URL_NOPAD.decode(part.as_bytes()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
    });
    (parts.next().unwrap().unwrap(), parts.next().unwrap().unwrap())
}

pub fn claims(token: &Value) -> Value {
    parts(token).1
}

/// Signs in by SMS at the browser client, with these parameters; what the client is answered.
pub async fn answered(
    server: &TestServer,
    browser: &Browser<'_>,
    changes: &[(&str, &str)],
) -> BTreeMap<String, String> {
    browser.sign_in(server, &authorize(SPA, changes), PHONE).await.fields()
}

/// As [`answered`], with the code traded.
pub async fn signed_in(server: &TestServer, browser: &Browser<'_>, changes: &[(&str, &str)]) -> Value {
    let fields = answered(server, browser, changes).await;
    let tokens = server.trade(SPA, &fields["code"]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    tokens.json()
}

pub async fn user_info(server: &TestServer, access_token: &Value) -> Answer {
    let bearer = format!("Bearer {}", access_token.as_str().unwrap());
    server.get("/userinfo", &[("authorization", &bearer)]).await
}
