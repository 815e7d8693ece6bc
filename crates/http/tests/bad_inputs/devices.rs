//! What a row about the key of a device finds: somebody whose device has one, a challenge, and the assertion that the
//! row's fixture names.

use http::Method;
use latchkey_core::model::ClientId;
use latchkey_testkit::{NATIVE, PHONE, SoftDevice, TestEngine};
use serde_json::{Value, json};

use crate::row::Row;
use crate::support::{JSON, TestServer};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[derive(Default)]
pub struct Devices {
    pub assertion: String,
    /// The id_token that the key was enrolled by.
    pub id_token: String,
}

pub fn concerns(row: &Row) -> bool {
    row.endpoint == "/oauth/token" && row.request_text().contains("{{device_jwt:")
}

/// The client has the grant.
pub async fn prepare(t: &TestEngine) {
    let mut native = t.engine.store.find_client(&ClientId::from(NATIVE)).await.unwrap().unwrap();
    native.grant_types.push(GRANT.into());
    t.engine.save_client(&native).await.unwrap();
}

impl Devices {
    pub async fn of(server: &TestServer, row: &Row) -> Self {
        if !concerns(row) {
            return Self::default();
        }
        let (device, thief) = (SoftDevice::es256(), SoftDevice::es256());
        let signed_in = server.t.sign_in(NATIVE, PHONE, "openid").await;
        let id_token = signed_in.id_token.unwrap().expose().to_owned();
        let now = server.t.engine.now().0;
        let proof = device.enrolment(NATIVE, &challenge(server, "enrol").await, now, (json!({}), json!({})));
        let enrolled =
            send(server, Method::POST, "/device-keys", &id_token, json!({"name": "iPhone", "proof": proof}));
        let key = enrolled.await["id"].as_str().unwrap().to_owned();
        let text = row.request_text();
        let (_, kind) = text.split_once("{{device_jwt:").unwrap();
        let (kind, _) = kind.split_once("}}").unwrap();
        let challenge = challenge(server, "sign_in").await;
        let sign = |device: &SoftDevice, header: Value, claims: Value| {
            device.assertion((NATIVE, &key), &challenge, now, (header, claims))
        };
        let good = sign(&device, json!({}), json!({}));
        let assertion = match kind {
            "replay" => {
                assert_eq!(sign_in(server, &good).await, 200);
                good
            }
            "other_key" => sign(&thief, json!({}), json!({})),
            "alg_none" => {
                let signed = sign(&device, json!({"alg": "none"}), json!({}));
                format!("{}.", signed.rsplit_once('.').unwrap().0)
            }
            "hs256" => hs256(&device, &sign(&device, json!({"alg": "HS256"}), json!({}))),
            "exp_long" => sign(&device, json!({}), json!({"exp": now + 61})),
            "expired" => sign(&device, json!({}), json!({"iat": now - 180, "exp": now - 120})),
            "iat_future" => sign(&device, json!({}), json!({"iat": now + 600, "exp": now + 630})),
            "revoked" => {
                send(server, Method::DELETE, &format!("/device-keys/{key}"), &id_token, Value::Null).await;
                good
            }
            "wrong_aud" => sign(&device, json!({}), json!({"aud": "https://other.example/"})),
            unknown => panic!("nothing here makes the assertion {unknown}"),
        };
        Self { assertion, id_token }
    }
}

/// Keyed with the public key as everybody can write it down.
fn hs256(device: &SoftDevice, unsigned: &str) -> String {
    let (message, _) = unsigned.rsplit_once('.').unwrap();
    let key = jsonwebtoken::EncodingKey::from_secret(device.jwk().to_string().as_bytes());
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

async fn challenge(server: &TestServer, purpose: &str) -> String {
    let body = json!({"client_id": NATIVE, "purpose": purpose});
    server.post("/device-keys/challenge", body).await.json()["challenge"].as_str().unwrap().to_owned()
}

async fn sign_in(server: &TestServer, assertion: &str) -> u16 {
    let body = json!({"grant_type": GRANT, "client_id": NATIVE, "assertion": assertion, "scope": "phone"});
    server.post("/oauth/token", body).await.status.as_u16()
}

async fn send(server: &TestServer, method: Method, path: &str, token: &str, body: Value) -> Value {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = server.request(method, path, &headers, body.as_bytes()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    serde_json::from_str(&answer.text).unwrap_or_default()
}
