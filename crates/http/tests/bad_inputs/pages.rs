//! What the hosted pages hand out before a row is sent: an authorization code, a link.

use latchkey_testkit::{NATIVE, PHONE, SPA};

use crate::support::{Browser, EMAIL, TestServer, authorize};

#[derive(Default)]
pub struct Pages {
    /// For the native client, with `{{verifier}}`.
    pub code: String,
    /// The token of a link whose sign-in waits in another browser.
    pub link: String,
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

    pub async fn link_is_live(&self, server: &TestServer) -> bool {
        let page = server.get(&format!("/link/{}", self.link), &[]).await;
        page.status == 200 && page.text.contains("name=\"confirmation\"")
    }
}
