//! Every kind of token against every endpoint that takes one: only those that it is for take it (S-070, RFC 8725
//! section 3.12).

use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey};
use latchkey_core::model::{AudienceGrant, ClientKind, Strategy, TokenEndpointAuthMethod};
use latchkey_testkit::{DevicePair, NATIVE, SoftDevice};
use latchkey_wire::Scopes;
use latchkey_wire::token::{LEGACY_RO, LEGACY_RO_JWT_BEARER};
use serde_json::{Value, json};

use crate::phone::{JWT_BEARER, Phone, by_code, call, challenge, claims, enter_code, now, server};
use crate::support::{API, TestServer, add_tool, tool_token};

const ASSERTING: &str = "asserting";
const LOCK: &str = "lock";
const DATABASE: &str = "Username-Password-Authentication";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    IdToken,
    OpaqueAccess,
    /// A person's, for devices at the Management API.
    OwnAccess,
    MachineAccess,
    Refresh,
    LogoutToken,
    ClientAssertion,
    TouchIdJwt,
    Challenge,
    EnrolmentProof,
    DeviceAssertion,
}

use Kind::{
    Challenge, ClientAssertion, DeviceAssertion, EnrolmentProof, IdToken, LogoutToken, MachineAccess,
    OpaqueAccess, OwnAccess, Refresh, TouchIdJwt,
};

const KINDS: [Kind; 11] = [
    IdToken,
    OpaqueAccess,
    OwnAccess,
    MachineAccess,
    Refresh,
    LogoutToken,
    ClientAssertion,
    TouchIdJwt,
    Challenge,
    EnrolmentProof,
    DeviceAssertion,
];

/// Each endpoint, and what it takes.
const ENDPOINTS: [(&str, &[Kind]); 11] = [
    ("GET /userinfo", &[OpaqueAccess]),
    ("POST /tokeninfo", &[IdToken]),
    ("POST /oauth/token refresh_token", &[Refresh]),
    ("POST /oauth/token assertion", &[DeviceAssertion]),
    ("POST /oauth/token client_assertion", &[ClientAssertion]),
    ("POST /oauth/ro id_token", &[TouchIdJwt]),
    ("GET /device-keys", &[IdToken, OwnAccess]),
    ("POST /device-keys proof", &[EnrolmentProof]),
    ("GET /api/v2/clients", &[MachineAccess]),
    ("DELETE /api/v2/device-credentials/{id}", &[OwnAccess]),
    ("POST /api/users/{id}/publickey", &[IdToken]),
];

struct Scene {
    server: TestServer,
    phone: Phone,
    own_access: Value,
    tool: String,
    touch_id: (DevicePair, String),
}

impl Scene {
    async fn new() -> Self {
        let server = server().await;
        add_tool(&server.t, "tool", "read:clients").await;
        server.t.add_connection(DATABASE, Strategy::Database, json!({})).await;
        add_clients(&server).await;
        let phone = Phone::enrolled(&server).await;
        let scope = "create:current_user_device_credentials delete:current_user_device_credentials";
        let own_access = enter_code(&server, json!({"audience": API, "scope": scope})).await.json();
        let touch_id = touch_id(&server).await;
        let tool = tool_token(&server, "tool", "").await;
        Self { server, phone, own_access: own_access["access_token"].clone(), tool, touch_id }
    }

    /// One that was not used before.
    async fn token(&self, kind: Kind) -> String {
        let (server, now) = (&self.server, now(&self.server));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let plain = (json!({}), json!({}));
        match kind {
            IdToken => text(&self.phone.tokens["id_token"]),
            OpaqueAccess => text(&self.phone.tokens["access_token"]),
            OwnAccess => text(&self.own_access),
            MachineAccess => self.tool.clone(),
            Refresh => text(&by_code(server).await["refresh_token"]),
            LogoutToken => {
                let client = server.t.engine.client(&NATIVE.into()).await.unwrap().unwrap();
                let user = claims(&self.phone.tokens["id_token"])["sub"].clone();
                // What an id_token says, and of another type.
                let claims = json!({
                    "iss": "https://login.example/", "sub": user, "aud": NATIVE, "iat": now, "exp": now + 60,
                });
                let signer = server.t.engine.keys.signer(client.jwt.alg).unwrap();
                let mut header = jsonwebtoken::Header::new(Algorithm::RS256);
                (header.typ, header.kid) = (Some("logout+jwt".into()), Some(signer.kid.to_string()));
                jsonwebtoken::encode(&header, &claims, &signer.key).unwrap()
            }
            ClientAssertion => {
                let key = EncodingKey::from_ec_pem(include_bytes!("../../../core/tests/keys/assertion.pem"));
                let claims = json!({
                    "iss": ASSERTING, "sub": ASSERTING, "aud": "https://login.example/", "iat": now,
                    "exp": now + 60, "jti": challenge(server, "enrol").await,
                });
                jsonwebtoken::encode(&jsonwebtoken::Header::new(Algorithm::ES256), &claims, &key.unwrap())
                    .unwrap()
            }
            TouchIdJwt => {
                let (pair, user) = &self.touch_id;
                pair.jwt("Phone", now, json!({"iss": user, "n": challenge(server, "enrol").await}))
            }
            Challenge => challenge(server, "sign_in").await,
            EnrolmentProof => {
                SoftDevice::es256().enrolment(NATIVE, &challenge(server, "enrol").await, now, plain)
            }
            DeviceAssertion => self.phone.assertion(server, plain).await,
        }
    }

    async fn takes(&self, endpoint: &str, token: &str) -> bool {
        let server = &self.server;
        let bearer = json!(token);
        let (method, rest) = endpoint.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        let (path, parameter) = rest.split_once(' ').unwrap_or((rest, ""));
        let answer = match (path, parameter) {
            ("/tokeninfo", _) => server.post(path, json!({"id_token": token})).await,
            ("/oauth/token", "refresh_token") => {
                let body =
                    json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": token});
                server.post(path, body).await
            }
            ("/oauth/token", "assertion") => {
                let body = json!({"grant_type": JWT_BEARER, "client_id": NATIVE, "assertion": token});
                server.post(path, body).await
            }
            ("/oauth/token", _) => {
                let body = json!({
                    "grant_type": "client_credentials", "client_id": ASSERTING, "client_assertion": token,
                    "client_assertion_type": ASSERTION_TYPE,
                });
                server.post(path, body).await
            }
            ("/oauth/ro", _) => {
                let body = json!({
                    "client_id": LOCK, "grant_type": JWT_BEARER, "id_token": token, "device": "Phone",
                    "connection": DATABASE, "scope": "openid",
                });
                server.post(path, body).await
            }
            ("/device-keys", "proof") => {
                let body = json!({"name": "Phone", "proof": token});
                call(server, method, path, &self.phone.tokens["id_token"], body).await
            }
            ("/api/v2/device-credentials/{id}", _) => {
                call(server, method, "/api/v2/device-credentials/dcr_0", &bearer, Value::Null).await
            }
            ("/api/users/{id}/publickey", _) => {
                // The client has not got the grants of Touch ID: whose token is taken gets as far as that.
                let user =
                    claims(&self.phone.tokens["id_token"])["sub"].as_str().unwrap().replace('|', "%7C");
                let body = json!({"public_key": DevicePair::generate(2048, 7).pem(), "device": "Phone"});
                let path = format!("/api/users/{user}/publickey");
                let answer = call(server, method, &path, &bearer, body).await;
                return answer.text.contains("grants of Touch ID");
            }
            _ => call(server, method, path, &bearer, Value::Null).await,
        };
        answer.status.is_success()
    }
}

async fn add_clients(server: &TestServer) {
    let grant = |audience: &str, scopes: &str| AudienceGrant {
        audience: audience.into(),
        scopes: Scopes::parse(scopes).unwrap(),
        token_lifetime: 86_400,
        dialect: Default::default(),
        further: Default::default(),
    };
    let own = "create:current_user_device_credentials delete:current_user_device_credentials";
    let mut native = (*server.t.engine.client(&NATIVE.into()).await.unwrap().unwrap()).clone();
    native.audiences = vec![grant(API, own)];
    server.t.engine.save_client(&native).await.unwrap();
    server
        .t
        .add_client(ASSERTING, ClientKind::NonInteractive, None, |client| {
            client.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
            client.assertion_keys = vec![include_str!("../../../core/tests/keys/assertion.pub.pem").into()];
            client.audiences = vec![grant("https://api.example/", "read:things")];
        })
        .await;
    server
        .t
        .add_client(LOCK, ClientKind::Native, Some("lock-secret"), |client| {
            client.auth_method = TokenEndpointAuthMethod::None;
            client.oidc_conformant = false;
            client.grant_types.extend([LEGACY_RO, LEGACY_RO_JWT_BEARER].map(String::from));
        })
        .await;
    server.t.add_connection(DATABASE, Strategy::Database, json!({})).await;
}

/// A phone of 2014 whose key is enrolled, and its person.
async fn touch_id(server: &TestServer) -> (DevicePair, String) {
    let account = json!({
        "client_id": LOCK, "email": "bo@example.com", "password": "k3J9s0Lq2Wz8Xc", "connection": DATABASE,
    });
    assert_eq!(server.post("/dbconnections/signup", account).await.status, 200);
    let body = json!({
        "client_id": LOCK, "username": "bo@example.com", "password": "k3J9s0Lq2Wz8Xc", "connection": DATABASE,
        "grant_type": "password", "scope": "openid",
    });
    let tokens = server.post("/oauth/ro", body).await.json();
    let user = claims(&tokens["id_token"])["sub"].as_str().unwrap().to_owned();
    let pair = DevicePair::generate(2048, 7);
    let path = format!("/api/users/{}/publickey", user.replace('|', "%7C"));
    let body = json!({"public_key": pair.pem(), "device": "Phone"});
    let enrolled = call(server, Method::POST, &path, &tokens["id_token"], body).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    (pair, user)
}

/// S-070
#[tokio::test]
async fn every_token_is_taken_where_it_is_for_and_nowhere_else() {
    let scene = Scene::new().await;
    let mut wrong = Vec::new();
    for (endpoint, taken) in ENDPOINTS {
        for kind in KINDS {
            let token = scene.token(kind).await;
            let expected = taken.contains(&kind);
            if scene.takes(endpoint, &token).await != expected {
                wrong.push(format!(
                    "{endpoint}: {kind:?} should{} be taken",
                    if expected { "" } else { " not" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
