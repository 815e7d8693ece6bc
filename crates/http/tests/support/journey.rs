//! Sign-ins on the hosted pages, from an authorization request to its answer.

use form_urlencoded::Serializer;
use latchkey_core::model::Strategy;

use super::{Answer, Browser, TestServer};

/// `VERIFIER` hashed is `CHALLENGE` (RFC 7636, appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const CALLBACK: &str = "https://app.example/cb";
pub const EMAIL: &str = "user@example.com";

/// A sound request of a client, with parameters added or replaced; an empty value takes one out.
pub fn authorize(client: &str, changes: &[(&str, &str)]) -> String {
    let standard = [
        ("client_id", client),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid phone email"),
        ("state", "s1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = standard.iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    let pairs = kept.chain(changes).filter(|(_, value)| !value.is_empty());
    format!("/authorize?{}", Serializer::new(String::new()).extend_pairs(pairs).finish())
}

impl Browser<'_> {
    /// Opens `path` and follows to the first page.
    pub async fn open(&self, path: &str) -> Answer {
        self.follow(self.get(path).await).await
    }

    /// Types a phone number on the first page; the page that asks for the code.
    pub async fn ask_by_sms(&self, path: &str, phone: &str) -> Answer {
        let page = self.open(path).await;
        self.submit(&page, "/login", &[("address", phone)]).await
    }

    /// Types an email address on the first page; the page that waits.
    pub async fn ask_by_email(&self, path: &str, email: &str) -> Answer {
        let page = self.open(path).await;
        let form = super::Form::of(&page, "/login");
        let fields = [("token", form.token()), ("channel", "email"), ("address", email)];
        self.follow(self.post(&form.action, &fields).await).await
    }

    /// Signs in by SMS; the answer that leads away from us.
    pub async fn sign_in(&self, server: &TestServer, path: &str, phone: &str) -> Answer {
        let page = self.ask_by_sms(path, phone).await;
        self.submit(&page, "/login/code", &[("code", &server.t.code())]).await
    }
}

impl TestServer {
    /// Enables SMS and email for the clients that were added, too.
    pub async fn reconnect(&self) {
        for (name, strategy) in [("sms", Strategy::Sms), ("email", Strategy::Email)] {
            self.t.add_connection(name, strategy, serde_json::json!({})).await;
        }
    }

    /// The path of the link in the last mail.
    pub fn link(&self) -> String {
        let link = self.t.senders.last_mail().link.expect("a mail with a link");
        link.expose().strip_prefix("https://login.example").expect("a link of ours").to_owned()
    }

    /// The code of the last mail.
    pub fn mailed_code(&self) -> String {
        self.t.senders.last_mail().code.expose().to_owned()
    }

    /// Trades an authorization code for tokens.
    pub async fn trade(&self, client: &str, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", CALLBACK),
        ];
        self.form("/oauth/token", &Serializer::new(String::new()).extend_pairs(fields).finish()).await
    }
}
