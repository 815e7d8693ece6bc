//! Tokens that look right and are not. Each is wrong in the one respect that its kind names, and in
//! nothing else: `a_forged_token_would_pass_if_it_were_not_forged` holds the others to that.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use latchkey_core::model::SigningAlgorithm;
use latchkey_testkit::{NATIVE, TestEngine};
use serde_json::{Value, json};

/// A machine client that proves itself by assertions.
pub const ASSERTING: &str = "asserting";
const FOREIGN_RSA_KEY: &[u8] = include_bytes!("../../../server/assets/seed-keys/rsa-1.pem");
const FOREIGN_KEY: &[u8] = include_bytes!("../../../core/tests/keys/assertion.pem");

/// `{{jwt:kind}}` as an access token for `/userinfo`, of that user.
pub fn access(t: &TestEngine, kind: &str, user: &str) -> String {
    let now = t.engine.now().0;
    let mut claims = json!({
        "iss": "https://login.example/", "sub": user, "aud": ["https://login.example/userinfo"],
        "iat": now - 60, "exp": now + 3600, "azp": NATIVE, "scope": "openid",
    });
    let signer = t.engine.keys.signer(SigningAlgorithm::RS256).unwrap();
    let kid = signer.kid.as_str();
    let ours = |header: Value, claims: &Value| sign(&header, claims, &signer.key, Algorithm::RS256);
    let theirs = |header: Value, claims: &Value| sign(&header, claims, &foreign_key(), Algorithm::ES256);
    match kind {
        "good" => ours(json!({"alg": "RS256", "kid": kid}), &claims),
        "expired" => {
            claims["exp"] = json!(now - 1);
            ours(json!({"alg": "RS256", "kid": kid}), &claims)
        }
        "alg_none" => format!("{}.", signing_input(&json!({"alg": "none", "kid": kid}), &claims)),
        "hs256_with_public_key" => {
            let key = EncodingKey::from_secret(public_pem(t, kid).as_bytes());
            sign(&json!({"alg": "HS256", "kid": kid}), &claims, &key, Algorithm::HS256)
        }
        "kid_sql" => ours(json!({"alg": "RS256", "kid": format!("{kid}' OR 1=1--")}), &claims),
        "kid_path" => ours(json!({"alg": "RS256", "kid": format!("../../keys/{kid}")}), &claims),
        "jku_external" => {
            let header = json!({"alg": "ES256", "kid": "theirs", "jku": "https://evil.example/jwks.json"});
            theirs(header, &claims)
        }
        "embedded_jwk" => {
            let jwk = Jwk::from_encoding_key(&foreign_key(), Algorithm::ES256).unwrap();
            theirs(json!({"alg": "ES256", "kid": kid, "jwk": jwk}), &claims)
        }
        "crit_unknown" => {
            ours(json!({"alg": "RS256", "kid": kid, "crit": ["b64_of_ours"], "b64_of_ours": true}), &claims)
        }
        unknown => panic!("nothing here forges an access token of the kind {unknown}"),
    }
}

/// `{{jwt:kind}}` as an id_token of that user for the native client.
pub fn hint(t: &TestEngine, kind: &str, user: &str) -> String {
    let now = t.engine.now().0;
    let claims = json!({
        "iss": "https://login.example/", "sub": user, "aud": NATIVE, "iat": now - 60, "exp": now + 3600,
    });
    let signer = t.engine.keys.signer(SigningAlgorithm::RS256).unwrap();
    let kid = signer.kid.as_str();
    match kind {
        "good" => sign(&json!({"alg": "RS256", "kid": kid}), &claims, &signer.key, Algorithm::RS256),
        "foreign_signature" => {
            let key = EncodingKey::from_rsa_pem(FOREIGN_RSA_KEY).unwrap();
            sign(&json!({"alg": "RS256", "kid": kid}), &claims, &key, Algorithm::RS256)
        }
        "alg_none" => format!("{}.", signing_input(&json!({"alg": "none", "kid": kid}), &claims)),
        unknown => panic!("nothing here forges an id_token of the kind {unknown}"),
    }
}

/// `{{jwt:kind}}` as a client assertion of [`ASSERTING`].
pub fn assertion(t: &TestEngine, kind: &str) -> String {
    let now = t.engine.now().0;
    let mut claims = json!({
        "iss": ASSERTING, "sub": ASSERTING, "aud": "https://login.example/", "jti": "one", "iat": now,
        "exp": now + 60,
    });
    let good = json!({"alg": "ES256"});
    match kind {
        // The scene uses it once before.
        "good" | "replayed_jti" => sign(&good, &claims, &foreign_key(), Algorithm::ES256),
        "alg_none" => format!("{}.", signing_input(&json!({"alg": "none"}), &claims)),
        "wrong_aud" => {
            claims["aud"] = json!("https://elsewhere.example/");
            sign(&good, &claims, &foreign_key(), Algorithm::ES256)
        }
        unknown => panic!("nothing here forges an assertion of the kind {unknown}"),
    }
}

/// `{{device_jwt:ok}}`: signed by the key of a device, which nobody registered.
pub fn device(t: &TestEngine) -> String {
    let now = t.engine.now().0;
    let claims = json!({"iss": "iPhone", "sub": "device", "iat": now, "exp": now + 60});
    sign(&json!({"alg": "ES256"}), &claims, &foreign_key(), Algorithm::ES256)
}

fn foreign_key() -> EncodingKey {
    EncodingKey::from_ec_pem(FOREIGN_KEY).unwrap()
}

fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

fn sign(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let input = signing_input(header, claims);
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), key, algorithm).unwrap();
    format!("{input}.{signature}")
}

/// The public key of ours as everybody can write it down: PEM of an RSA key of 2048 bits (RFC 5280).
fn public_pem(t: &TestEngine, kid: &str) -> String {
    const HEAD: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA";
    let jwks: Value = serde_json::from_str(&t.engine.keys.jwks()).unwrap();
    let jwk = jwks["keys"].as_array().unwrap().iter().find(|jwk| jwk["kid"] == kid).unwrap();
    let mut der = BASE64.decode(HEAD.as_bytes()).unwrap();
    der.extend(BASE64URL_NOPAD.decode(jwk["n"].as_str().unwrap().as_bytes()).unwrap());
    der.extend([2, 3, 1, 0, 1]);
    assert_eq!(der.len(), 294);
    let body = BASE64.encode(&der);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}
