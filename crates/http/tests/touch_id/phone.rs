//! A phone with Lock for iOS on it, and the server that it speaks to.

use data_encoding::BASE64URL_NOPAD;
use http::Method;
use latchkey_core::Clock;
use latchkey_core::model::{ClientKind, EventKind, SigningAlgorithm, Strategy, TokenEndpointAuthMethod};
use latchkey_core::settings::Settings;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{DevicePair, TestEngine};
use latchkey_wire::token::{LEGACY_DELEGATION, LEGACY_RO, LEGACY_RO_JWT_BEARER};
use serde_json::{Value, json};

use crate::support::{Answer, JSON, TestServer};

pub const LOCK: &str = "lock";
pub const DATABASE: &str = "Username-Password-Authentication";
pub const EMAIL: &str = "ana@example.com";
pub const PASSWORD: &str = "k3J9s0Lq2Wz8Xc";
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// What the phone is called, and what Lock makes of that.
pub const RAW: &str = "Ana's iPhone 6";
pub const NAME: &str = "AnasiPhone6";
pub const SCOPE: &str = "openid offline_access";

/// A server with a client as Lock needs it, which may use keys of 1024 bits until 2027-06-30.
pub async fn server() -> TestServer {
    TestServer::over(engine(TestEngine::new().await).await)
}

/// With the limits that there are.
pub async fn limited() -> TestServer {
    TestServer::over(engine(TestEngine::with(|_: &mut Settings| {}).await).await)
}

pub async fn engine(t: TestEngine) -> TestEngine {
    add_lock(&t, LOCK, Some("2027-06-30")).await;
    open_database(&t, json!({})).await;
    t
}

/// For every client that there is.
pub async fn open_database(t: &TestEngine, options: Value) {
    t.add_connection(DATABASE, Strategy::Database, options).await;
}

pub async fn add_lock(t: &TestEngine, id: &str, weak_keys_until: Option<&str>) {
    t.add_client(id, ClientKind::Native, Some("lock-secret"), |client| {
        client.auth_method = TokenEndpointAuthMethod::None;
        client.oidc_conformant = false;
        client.jwt.alg = SigningAlgorithm::HS256;
        client.grant_types.extend([LEGACY_RO, LEGACY_RO_JWT_BEARER, LEGACY_DELEGATION].map(String::from));
        if let Some(day) = weak_keys_until {
            client.further.insert("client_metadata".into(), json!({"latchkey_rsa_1024_until": day}));
        }
    })
    .await;
}

/// `body` with some of its members changed; `null` takes one away.
pub fn changed(mut body: Value, change: Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

pub async fn sign_up(server: &TestServer, change: Value) -> Answer {
    let body = json!({
        "client_id": LOCK, "email": EMAIL, "password": PASSWORD, "connection": DATABASE,
        "tenant": "acme", "redirect_uri": "a0lock://acme",
    });
    server.post("/dbconnections/signup", changed(body, change)).await
}

pub async fn log_in(server: &TestServer, change: Value) -> Answer {
    let body = json!({
        "client_id": LOCK, "username": EMAIL, "password": PASSWORD, "connection": DATABASE,
        "grant_type": "password", "scope": SCOPE, "device": NAME,
    });
    server.post("/oauth/ro", changed(body, change)).await
}

/// Signed up and logged in: the tokens, and the id of the user.
pub async fn account(server: &TestServer) -> (Value, String) {
    let answer = sign_up(server, json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = log_in(server, json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    let user = claims(&tokens["id_token"])["sub"].as_str().unwrap().to_owned();
    (tokens, user)
}

pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

/// As Lock 1.3 to 1.22 enrols a key.
pub async fn enrol(server: &TestServer, id_token: &Value, user: &str, key: &str, device: &str) -> Answer {
    let bearer = format!("Bearer {}", id_token.as_str().unwrap());
    let path = format!("/api/users/{}/publickey", user.replace('|', "%7C"));
    let body = json!({"public_key": key, "device": device}).to_string();
    let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
    server.request(Method::POST, &path, &headers, body.as_bytes()).await
}

pub async fn take_back(server: &TestServer, id_token: &Value, user: &str, device: &str) -> Answer {
    let bearer = format!("Bearer {}", id_token.as_str().unwrap());
    let path = format!("/api/users/{}/publickey?device={device}", user.replace('|', "%7C"));
    server.request(Method::DELETE, &path, &[("authorization", bearer.as_str())], b"").await
}

/// A phone whose key is enrolled.
pub struct Phone {
    pub pair: DevicePair,
    pub user: String,
    /// From the login by password.
    pub tokens: Value,
}

impl Phone {
    pub async fn enrolled(server: &TestServer) -> Self {
        let (tokens, user) = account(server).await;
        let pair = DevicePair::generate(1024, 7);
        let answer = enrol(server, &tokens["id_token"], &user, &pair.pem(), NAME).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Self { pair, user, tokens }
    }

    /// A JWT of now, with the claims of the app over those of the SDK.
    pub fn jwt(&self, server: &TestServer, mut payload: Value) -> String {
        let now = server.t.clock.now().0;
        payload.as_object_mut().unwrap().entry("iss").or_insert_with(|| json!(self.user));
        self.pair.jwt(RAW, now, payload)
    }

    pub async fn log_in(&self, server: &TestServer) -> Answer {
        by_key(server, &self.jwt(server, json!({})), json!({})).await
    }

    pub async fn logged_in(&self, server: &TestServer) -> Value {
        let answer = self.log_in(server).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        // A JWT of the same second would be the same.
        server.t.clock.advance(1);
        answer.json()
    }
}

/// As Lock logs in by a JWT.
pub async fn by_key(server: &TestServer, jwt: &str, change: Value) -> Answer {
    let body = json!({
        "client_id": LOCK, "grant_type": JWT_BEARER, "id_token": jwt, "device": NAME, "connection": DATABASE,
        "scope": SCOPE,
    });
    server.post("/oauth/ro", changed(body, change)).await
}

pub fn is_refused(answer: &Answer) {
    let expected = (401, "invalid_grant".into(), "The id_token of the device is not valid.".into());
    assert_eq!(answer.error(), expected);
}

/// Codes of the log, in their own order: one second holds many of them.
pub async fn history(server: &TestServer) -> Vec<String> {
    let page = Page { after: None, limit: 100 };
    let events = server.t.engine.store.list_events(&EventFilter::default(), &page).await.unwrap();
    // That the calls are deprecated is told once a day, whatever they come to.
    let told = events.iter().filter(|event| event.kind != EventKind::CallDeprecated);
    let mut codes: Vec<String> = told.map(|event| event.kind.code().to_owned()).collect();
    codes.sort();
    codes
}

pub async fn delegate(server: &TestServer, token: &Value) -> Answer {
    let body = json!({
        "client_id": LOCK, "grant_type": JWT_BEARER, "refresh_token": token, "api_type": "app",
    });
    server.post("/delegation", body).await
}

pub async fn renew(server: &TestServer, id_token: &Value) -> Answer {
    let body = json!({"client_id": LOCK, "grant_type": JWT_BEARER, "id_token": id_token, "api_type": "app"});
    server.post("/delegation", body).await
}

pub async fn profile(server: &TestServer, id_token: &Value) -> Answer {
    server.post("/tokeninfo", json!({ "id_token": id_token })).await
}

pub async fn user_info(server: &TestServer, access_token: &Value) -> Answer {
    let bearer = format!("Bearer {}", access_token.as_str().unwrap());
    server.get("/userinfo", &[("authorization", &bearer)]).await
}
