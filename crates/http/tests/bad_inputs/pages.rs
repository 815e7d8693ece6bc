//! What browsers were handed out before a row is sent: an authorization code, a link, a ticket.

use http::Method;
use latchkey_testkit::{NATIVE, PHONE, SPA};
use serde_json::json;

use crate::support::{Browser, EMAIL, JSON, TestServer, authorize};

#[derive(Default)]
pub struct Pages {
    /// For the native client, with `{{verifier}}`.
    pub code: String,
    /// The token of a link whose sign-in waits in another browser.
    pub link: String,
    /// The cookie line of a browser that has just checked a code.
    pub ticket: String,
}

impl Pages {
    /// What a request of this text needs.
    pub async fn of(server: &TestServer, text: &str, without_pkce: bool) -> Self {
        let mut pages = Self::default();
        let browser = Browser::new(server);
        if text.contains("{{authcode}}") {
            let mut changes = vec![("scope", "openid offline_access")];
            if without_pkce {
                changes.extend([("code_challenge", ""), ("code_challenge_method", "")]);
            }
            let answer = browser.sign_in(server, &authorize(NATIVE, &changes), PHONE).await;
            pages.code.clone_from(&answer.fields()["code"]);
        }
        if text.contains("{{link_token}}") {
            browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
            server.link().strip_prefix("/link/").unwrap().clone_into(&mut pages.link);
        }
        pages
    }

    /// Checks a code as old SDKs do, and goes on with it as often as told.
    pub async fn check_code(&mut self, server: &TestServer, code: &str, redirects: u32) {
        let browser = Browser::new(server);
        let body = json!({
            "client_id": NATIVE, "connection": "email", "email": EMAIL, "verification_code": code,
        });
        let headers = [("content-type", JSON)];
        let path = "/passwordless/verify";
        let checked = browser.request(Method::POST, path, &headers, body.to_string().as_bytes()).await;
        assert_eq!(checked.status, 200, "{}", checked.text);
        let query =
            authorize(NATIVE, &[("connection", "email"), ("email", EMAIL), ("verification_code", code)]);
        for _ in 0..redirects {
            let answer = browser.get(&query.replace("/authorize", "/passwordless/verify_redirect")).await;
            assert!(answer.fields().contains_key("code"), "{:?}", answer.headers);
        }
        let name = "__Host-latchkey_browser";
        self.ticket = format!("{name}={}", browser.cookie(name).unwrap());
    }

    pub async fn link_is_live(&self, server: &TestServer) -> bool {
        let page = server.get(&format!("/link/{}", self.link), &[]).await;
        page.status == 200 && page.text.contains("name=\"confirmation\"")
    }
}
