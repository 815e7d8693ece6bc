//! A server with a connection that has passkeys, and the steps of a ceremony.

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{Event, EventKind, Strategy, UserId};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::NATIVE;
use latchkey_testkit::authenticator::SoftPasskey;
use serde_json::{Map, Value, json};

use crate::support::{Answer, TestServer};

pub const ORIGIN: &str = "https://login.example";
pub const ANA: &str = "ana@example.com";
pub const WEBAUTHN: &str = "urn:okta:params:oauth:grant-type:webauthn";
const CONNECTION: &str = "passkeys";

pub struct Scene {
    pub server: TestServer,
}

impl Scene {
    pub async fn new() -> Self {
        Self::over(TestServer::new().await).await
    }

    pub async fn over(server: TestServer) -> Self {
        let scene = Self { server };
        scene.set_options(json!({})).await;
        scene
    }

    /// Beside passkeys and codes by email, which are on unless `more` says otherwise.
    pub async fn set_options(&self, more: Value) {
        let mut options = json!({
            "authentication_methods": {"passkey": {"enabled": true}, "email_otp": {"enabled": true}},
        });
        merge(options.as_object_mut().unwrap(), more);
        self.server.t.add_connection(CONNECTION, Strategy::Database, options).await;
    }

    pub async fn set_tenant(&self, given: Value) {
        let given = given.as_object().unwrap().clone();
        self.server.t.engine.update_tenant(&Operator::console(), given).await.unwrap();
    }

    pub async fn challenge(&self) -> Answer {
        self.server.post("/passkey/challenge", json!({"client_id": NATIVE})).await
    }

    pub async fn register(&self, profile: Value) -> Answer {
        let body = json!({"client_id": NATIVE, "realm": CONNECTION, "user_profile": profile});
        self.server.post("/passkey/register", body).await
    }

    pub async fn register_with(&self, profile: Value, metadata: Value) -> Answer {
        let body = json!({
            "client_id": NATIVE, "realm": CONNECTION, "user_profile": profile, "user_metadata": metadata,
        });
        self.server.post("/passkey/register", body).await
    }

    pub async fn finish_new(&self, begun: &Answer, passkey: &mut SoftPasskey) -> Answer {
        let begun = begun.json();
        let answer = passkey.create(&begun["authn_params_public_key"], ORIGIN);
        self.finish(&begun, answer).await
    }

    pub async fn finish(&self, begun: &Value, answer: Value) -> Answer {
        self.finish_as(NATIVE, begun, answer, json!({})).await
    }

    pub async fn finish_as(&self, client: &str, begun: &Value, answer: Value, more: Value) -> Answer {
        let mut body = json!({
            "grant_type": WEBAUTHN, "client_id": client, "auth_session": begun["auth_session"],
            "authn_response": answer, "scope": "openid profile email phone offline_access",
        });
        merge(body.as_object_mut().unwrap(), more);
        self.server.post("/oauth/token", body).await
    }

    /// From beginning to end.
    pub async fn sign_up(&self, passkey: &mut SoftPasskey) -> Answer {
        self.sign_up_at(passkey, ORIGIN).await
    }

    pub async fn sign_up_at(&self, passkey: &mut SoftPasskey, origin: &str) -> Answer {
        let begun = self.register(json!({"email": ANA})).await.json();
        let answer = passkey.create(&begun["authn_params_public_key"], origin);
        self.finish(&begun, answer).await
    }

    pub async fn sign_in(&self, passkey: &mut SoftPasskey) -> Answer {
        self.sign_in_at(passkey, ORIGIN).await
    }

    pub async fn sign_in_at(&self, passkey: &mut SoftPasskey, origin: &str) -> Answer {
        let begun = self.challenge().await.json();
        let answer = passkey.get(&begun["authn_params_public_key"], origin);
        self.finish(&begun, answer).await
    }

    /// Signs in by a code on the same connection; who it is.
    pub async fn owner_by_code(&self, email: &str) -> UserId {
        let t = &self.server.t;
        let body =
            json!({"client_id": NATIVE, "connection": CONNECTION, "email": email, "allow_signup": true});
        let begun = self.server.post("/otp/challenge", body).await;
        assert_eq!(begun.status, 200, "{}", begun.text);
        t.settled().await;
        let code = t.senders.last_mail().code.expose().to_owned();
        let body = json!({
            "grant_type": crate::support::OTP_GRANT, "client_id": NATIVE, "otp": code,
            "auth_session": begun.json()["auth_session"], "scope": "openid",
        });
        let tokens = self.server.post("/oauth/token", body).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text);
        UserId::from(claims(&tokens.json())["sub"].as_str().unwrap())
    }

    pub async fn only_user(&self) -> UserId {
        let users = self.server.t.engine.store.list_users(&Page::default()).await.unwrap();
        assert_eq!(users.len(), 1);
        users[0].id.clone()
    }

    pub async fn block(&self, id: &UserId) {
        let store = &self.server.t.engine.store;
        let mut user = store.find_user(id).await.unwrap().unwrap();
        user.blocked = true;
        assert!(store.update_user(&user).await.unwrap());
    }

    /// Oldest first.
    pub async fn events(&self, kind: EventKind) -> Vec<Event> {
        let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
        let page = Page { after: None, limit: 100 };
        let mut found = self.server.t.engine.store.list_events(&filter, &page).await.unwrap();
        found.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
        found
    }

    pub async fn all_events(&self) -> Vec<Event> {
        let page = Page { after: None, limit: 100 };
        self.server.t.engine.store.list_events(&EventFilter::default(), &page).await.unwrap()
    }
}

fn merge(into: &mut Map<String, Value>, more: Value) {
    for (name, value) in more.as_object().unwrap().clone() {
        into.insert(name, value);
    }
}

/// What an id_token says.
pub fn claims(tokens: &Value) -> Value {
    let token = tokens["id_token"].as_str().unwrap_or_else(|| panic!("no id_token: {tokens}"));
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(body.as_bytes()).unwrap()).unwrap()
}
