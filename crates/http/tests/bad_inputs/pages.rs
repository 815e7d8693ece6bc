//! What browsers were handed out before a row is sent: an authorization code, a link, a ticket.

use http::Method;
use latchkey_testkit::{NATIVE, PHONE, SPA};
use latchkey_wire::token::DEVICE_CODE;
use serde_json::json;

use crate::support::{Browser, EMAIL, JSON, TestServer, authorize};

#[derive(Default)]
pub struct Pages {
    /// For the native client, with `{{verifier}}`.
    pub code: String,
    /// The token of a link whose sign-in waits in another browser.
    pub link: String,
    /// What a device waits with, for the native client, and what its person types.
    pub device_code: String,
    pub user_code: String,
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
        if text.contains("{{device_code}}") {
            let answer = server.post("/oauth/device/code", json!({"client_id": NATIVE})).await.json();
            answer["device_code"].as_str().unwrap().clone_into(&mut pages.device_code);
            answer["user_code"].as_str().unwrap().clone_into(&mut pages.user_code);
        }
        if text.contains("{{link_token}}") {
            browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
            server.link().strip_prefix("/link/").unwrap().clone_into(&mut pages.link);
        }
        pages
    }

    /// The device asks once.
    pub async fn poll(&self, server: &TestServer) {
        let body = json!({
            "grant_type": DEVICE_CODE, "client_id": NATIVE, "device_code": self.device_code,
        });
        assert_eq!(server.post("/oauth/token", body).await.status, 403);
    }

    /// Its person declines.
    pub async fn decline_device(&self, server: &TestServer) {
        let browser = Browser::new(server);
        browser.sign_in(server, &authorize(SPA, &[]), PHONE).await;
        let page = browser.get("/activate").await;
        let page = browser.submit(&page, "/activate", &[("user_code", &self.user_code)]).await;
        browser.submit(&page, "/login/device", &[("answer", "deny")]).await;
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
