//! Keys of clients, as tools register them and clients prove themselves by them.

use data_encoding::BASE64URL_NOPAD;
use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use latchkey_testkit::MACHINE;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::tool::{API, Tool, failure, server};

const PATH: &str = "/clients/machine/credentials";
const PRIVATE: &str = include_str!("../../../server/assets/seed-keys/rsa-1.pem");

/// The private key, and the public one as PEM.
fn pair() -> (EncodingKey, &'static str) {
    let public = include_str!("../../../core/tests/keys/rsa-1.pub.pem");
    (EncodingKey::from_rsa_pem(PRIVATE.as_bytes()).unwrap(), public)
}

async fn ask(server: &TestServer, key: &EncodingKey, algorithm: Algorithm) -> (u16, Value) {
    let now = server.t.engine.now().0;
    let jti = BASE64URL_NOPAD.encode(&server.t.engine.random.bytes::<16>());
    let claims = json!({
        "iss": MACHINE, "sub": MACHINE, "aud": "https://login.example/", "iat": now, "exp": now + 60,
        "jti": jti,
    });
    let assertion = jsonwebtoken::encode(&Header::new(algorithm), &claims, key).unwrap();
    let body = json!({
        "grant_type": "client_credentials", "audience": API, "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });
    let answer = server.post("/oauth/token", body).await;
    (answer.status.as_u16(), answer.json())
}

/// M-001, MS-005
#[tokio::test]
async fn a_client_proves_itself_by_a_key_that_a_tool_registered_while_it_is_in_use() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get(PATH).await.json(), json!([]));
    let (private, public) = pair();
    let body = json!({"credential_type": "public_key", "name": "Mine", "pem": public, "alg": "PS256"});
    let made = tool.call(Method::POST, PATH, Some(body.clone())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(!made.text.contains("BEGIN"), "{}", made.text);
    let made = made.json();
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("cred_") && made["alg"] == "PS256" && made["name"] == "Mine", "{made}");
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(body)).await).0, 409);
    assert_eq!(tool.get(PATH).await.json(), json!([made]));
    let path = format!("{PATH}/{id}");
    assert_eq!(tool.get(&path).await.json(), made);
    assert_eq!(ask(&server, &private, Algorithm::PS256).await.0, 401);

    let methods = json!({"private_key_jwt": {"credentials": [{"id": id}]}});
    let used = json!({"client_authentication_methods": methods, "token_endpoint_auth_method": null});
    let client = tool.call(Method::PATCH, "/clients/machine", Some(used)).await.json();
    assert_eq!(client["client_authentication_methods"], methods);
    assert_eq!(client.get("token_endpoint_auth_method"), None);
    assert_eq!(ask(&server, &private, Algorithm::PS256).await.0, 200);
    // Of the algorithms that the key could sign by, the registered one.
    assert_eq!(ask(&server, &private, Algorithm::RS256).await.0, 401);
    assert_eq!(failure(&tool.call(Method::DELETE, &path, None).await).0, 400);
    let end = json!({"expires_at": "2030-01-01T00:00:00.000Z"});
    let changed = tool.call(Method::PATCH, &path, Some(end)).await.json();
    assert_eq!(changed["expires_at"], "2030-01-01T00:00:00.000Z");
    assert_eq!(ask(&server, &private, Algorithm::PS256).await.0, 200);
    let now = server.t.engine.now().plus(1).to_iso8601();
    tool.call(Method::PATCH, &path, Some(json!({"expires_at": now}))).await;
    server.t.clock.advance(1);
    assert_eq!(ask(&server, &private, Algorithm::PS256).await.0, 401);

    let back = json!({
        "client_authentication_methods": null, "token_endpoint_auth_method": "client_secret_post",
    });
    let client = tool.call(Method::PATCH, "/clients/machine", Some(back)).await.json();
    assert_eq!(client.get("client_authentication_methods"), None);
    for _ in 0..2 {
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    }
    assert_eq!(failure(&tool.get(&path).await).0, 404);
}

/// MS-005
#[tokio::test]
async fn a_new_client_brings_its_key_along() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let key = json!({"credential_type": "public_key", "name": "Mine", "pem": pair().1});
    let body = json!({
        "name": "Keyed", "client_authentication_methods": {"private_key_jwt": {"credentials": [key]}},
    });
    let made = tool.call(Method::POST, "/clients", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let named = &made["client_authentication_methods"]["private_key_jwt"]["credentials"];
    let path = format!("/clients/{}/credentials", made["client_id"].as_str().unwrap());
    let listed = tool.get(&path).await.json();
    assert_eq!((named, &listed[0]["alg"]), (&json!([{"id": listed[0]["id"]}]), &json!("RS256")));
}

/// M-003, MS-005
#[tokio::test]
async fn what_cannot_be_a_key_is_refused_by_name() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"credential_type": "public_key", "name": "Mine", "pem": pair().1});
        body[name] = value;
        body
    };
    for (body, text) in [
        (json!({"credential_type": "public_key"}), "missing field `pem`"),
        (with("credential_type", json!("x509_cert")), "on property credential_type"),
        (with("pem", json!("nonsense")), "on property pem"),
        (with("pem", json!(PRIVATE)), "on property pem"),
        (with("alg", json!("ES256")), "on property alg"),
        (with("expires_at", json!("2001-01-01T00:00:00Z")), "on property expires_at"),
        (with("expires_at", json!(7)), "on property expires_at"),
        (with("name", json!("x".repeat(129))), "on property name"),
    ] {
        let (status, code, message) = failure(&tool.call(Method::POST, PATH, Some(body.clone())).await);
        assert_eq!((status, code), (400, json!("invalid_body")), "{body}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
    let unknown =
        json!({"client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": "x"}]}}});
    let refused = tool.call(Method::PATCH, "/clients/machine", Some(unknown)).await;
    assert_eq!(failure(&refused).1, json!("invalid_body"));
    let nobody = tool.get("/clients/nobody/credentials").await;
    assert_eq!(failure(&nobody).1, json!("inexistent_client"));
    let half = Tool::of(&server, "read:clients").await;
    assert_eq!(failure(&half.get(PATH).await).0, 403);
    let missing = tool.call(Method::PATCH, &format!("{PATH}/none"), Some(json!({}))).await;
    assert_eq!(failure(&missing).1, json!("inexistent_client_credential"));
}
