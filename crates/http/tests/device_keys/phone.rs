//! A phone with a native app on it, and the server that it speaks to.

use data_encoding::BASE64URL_NOPAD;
use http::Method;
use latchkey_core::Clock;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{NATIVE, PHONE, SoftDevice, TestEngine};
use serde_json::{Value, json};

use crate::support::{Answer, JSON, OTP_GRANT, TestServer};

pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub const NAME: &str = "Ana's iPhone";
pub const SCOPE: &str = "openid offline_access";

/// The client [`NATIVE`] has the grant.
pub async fn server() -> TestServer {
    TestServer::over(engine(TestEngine::new().await).await)
}

pub async fn engine(t: TestEngine) -> TestEngine {
    let mut client = (*t.engine.client(&NATIVE.into()).await.unwrap().unwrap()).clone();
    client.grant_types.push(JWT_BEARER.into());
    client.refresh.rotating = true;
    t.engine.save_client(&client).await.unwrap();
    t
}

pub fn now(server: &TestServer) -> i64 {
    server.t.clock.now().0
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

pub async fn ask(server: &TestServer, body: Value) -> Answer {
    server.post("/device-keys/challenge", changed(json!({"client_id": NATIVE}), body)).await
}

pub async fn challenge(server: &TestServer, purpose: &str) -> String {
    let answer = ask(server, json!({"purpose": purpose})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["challenge"].as_str().unwrap().to_owned()
}

/// What `/oauth/token` gets for a code that was sent to [`PHONE`].
pub async fn enter_code(server: &TestServer, change: Value) -> Answer {
    let start = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE, "send": "code"});
    assert_eq!(server.post("/passwordless/start", start).await.status, 200);
    server.t.settled().await;
    let code = server.t.senders.sent().last().unwrap().code.expose().to_owned();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": code, "realm": "sms",
        "scope": SCOPE,
    });
    server.post("/oauth/token", changed(body, change)).await
}

pub async fn by_code(server: &TestServer) -> Value {
    let answer = enter_code(server, json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

pub async fn call(server: &TestServer, method: Method, path: &str, token: &Value, body: Value) -> Answer {
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    server.request(method, path, &headers, body.as_bytes()).await
}

/// A body of `POST /device-keys`, of now.
pub async fn proof_of(server: &TestServer, device: &SoftDevice) -> Value {
    let challenge = challenge(server, "enrol").await;
    let proof = device.enrolment(NATIVE, &challenge, now(server), (json!({}), json!({})));
    json!({"name": NAME, "proof": proof})
}

pub async fn enrol(server: &TestServer, token: &Value, body: Value) -> Answer {
    call(server, Method::POST, "/device-keys", token, body).await
}

/// A device whose key is enrolled.
pub struct Phone {
    pub device: SoftDevice,
    pub key: String,
    /// From the code.
    pub tokens: Value,
}

impl Phone {
    pub async fn enrolled(server: &TestServer) -> Self {
        Self::with(server, SoftDevice::es256()).await
    }

    pub async fn with(server: &TestServer, device: SoftDevice) -> Self {
        let tokens = by_code(server).await;
        let body = proof_of(server, &device).await;
        let answer = enrol(server, &tokens["id_token"], body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let key = answer.json()["id"].as_str().unwrap().to_owned();
        Self { device, key, tokens }
    }

    /// An assertion over a challenge of now, header and claims changed.
    pub async fn assertion(&self, server: &TestServer, change: (Value, Value)) -> String {
        let challenge = challenge(server, "sign_in").await;
        self.device.assertion((NATIVE, &self.key), &challenge, now(server), change)
    }

    pub async fn sign_in(&self, server: &TestServer) -> Answer {
        let assertion = self.assertion(server, (json!({}), json!({}))).await;
        by_key(server, &assertion).await
    }

    pub async fn signed_in(&self, server: &TestServer) -> Value {
        let answer = self.sign_in(server).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

pub async fn by_key(server: &TestServer, assertion: &str) -> Answer {
    let body = json!({
        "grant_type": JWT_BEARER, "client_id": NATIVE, "assertion": assertion, "scope": SCOPE,
    });
    server.post("/oauth/token", body).await
}

pub fn is_refused(answer: &Answer) {
    let expected = (403, "invalid_grant".into(), "The assertion of the device is not valid.".into());
    assert_eq!(answer.error(), expected);
}

pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

pub async fn user_info(server: &TestServer, access_token: &Value) -> Answer {
    let bearer = format!("Bearer {}", access_token.as_str().unwrap());
    server.get("/userinfo", &[("authorization", &bearer)]).await
}

pub async fn renew(server: &TestServer, refresh_token: &Value) -> Answer {
    let body = json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": refresh_token});
    server.post("/oauth/token", body).await
}

/// Codes of the log with what it says beside them, the newest first.
pub async fn history(server: &TestServer) -> Vec<(String, Value)> {
    let page = Page { after: None, limit: 100 };
    let events = server.t.engine.store.list_events(&EventFilter::default(), &page).await.unwrap();
    events.iter().map(|event| (event.kind.code().to_owned(), json!(event.detail))).collect()
}
