use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};

use super::*;
use crate::authenticator::SignatureAlgorithm;
use crate::testing::{NOW, SigningKey, claims, client, now, published, token_answer};
use crate::transport::BoxFuture;

struct Enclave(EcdsaKeyPair);

impl Enclave {
    fn new() -> Self {
        let (curve, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(curve, document.as_ref(), &random).unwrap())
    }

    /// Header and claims of what this key signed.
    fn read(&self, jws: &str) -> (Value, Value) {
        let (message, signature) = jws.rsplit_once('.').unwrap();
        let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.0.public_key().as_ref());
        key.verify(message.as_bytes(), &decode(signature)).unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let part = |text: &str| serde_json::from_slice(&decode(text)).unwrap();
        (part(header), part(claims))
    }

    fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..])})
    }
}

impl Signer for Enclave {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Es256
    }

    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(self.jwk().to_string())))
    }

    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        let signature = self.0.sign(&SystemRandom::new(), &message).unwrap();
        Box::pin(std::future::ready(Ok(signature.as_ref().to_vec())))
    }
}

fn body(request: &crate::Request) -> Value {
    serde_json::from_slice(request.body.as_ref().unwrap()).unwrap()
}

/// The clock of the server, not of the phone, says when.
const THEIR_NOW: i64 = NOW + 5000;

fn challenge() -> Value {
    json!({"challenge": "hT", "expires_in": 60, "server_time": THEIR_NOW})
}

#[test]
fn a_key_is_enrolled_with_a_proof_that_it_is_here() {
    let (client, server, _) = client();
    let enclave = Enclave::new();
    server.json(200, &challenge());
    let record = json!({"id": "dcr_1", "name": "Ana's iPhone", "algorithm": "ES256", "attested": false});
    server.json(201, &record);
    let proof = now(client.prove_key(&enclave)).unwrap();
    let token = Secret::new("token");
    let key = now(client.enrol_key(&proof, "Ana's iPhone", &token, None)).unwrap();
    assert_eq!((&*key.id, key.algorithm.as_deref()), ("dcr_1", Some("ES256")));
    let asked = server.asked();
    assert_eq!(body(&asked[0]), json!({"client_id": "app", "purpose": "enrol"}));
    assert_eq!(asked[1].header("authorization"), Some("Bearer token"));
    let (header, claims) = enclave.read(body(&asked[1])["proof"].as_str().unwrap());
    let expected = json!({"typ": "latchkey-device-enrolment+jwt", "alg": "ES256", "jwk": enclave.jwk()});
    assert_eq!(header, expected);
    let expected = json!({
        "aud": "https://login.example.com/", "client_id": "app", "challenge": "hT", "iat": THEIR_NOW,
        "exp": THEIR_NOW + 60,
    });
    assert_eq!(claims, expected);
}

#[test]
fn a_key_signs_the_challenge_to_sign_in() {
    let (client, server, _) = client();
    let (enclave, theirs) = (Enclave::new(), SigningKey::es256("one"));
    server.json(200, &published(&[&theirs]));
    server.json(200, &challenge());
    server.json(200, &token_answer(&theirs.sign(&claims()), "refresh"));
    now(client.sign_in_with_key(&enclave, "dcr_1", None, Some("https://api.example/"))).unwrap();
    let asked = server.asked();
    let wanted = json!({"client_id": "app", "purpose": "sign_in", "key_id": "dcr_1"});
    assert_eq!(body(&asked[1]), wanted);
    let sent = body(&asked[2]);
    assert_eq!((&sent["grant_type"], &sent["scope"]), (&json!(JWT_BEARER), &json!(DEFAULT_SCOPE)));
    assert_eq!(sent["audience"], "https://api.example/");
    let (header, claims) = enclave.read(sent["assertion"].as_str().unwrap());
    assert_eq!(header, json!({"typ": "latchkey-device+jwt", "alg": "ES256", "kid": "dcr_1"}));
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("dcr_1"), &json!("dcr_1")));
    assert_eq!((&claims["challenge"], &claims["exp"]), (&json!("hT"), &json!(THEIR_NOW + 60)));
}

/// Signs in with a code and a key beside it.
fn with_code(answer: &Value) -> (Result<CodeAndKey, Error>, Value) {
    let (client, server, _) = client();
    let (enclave, theirs) = (Enclave::new(), SigningKey::es256("one"));
    server.json(200, &challenge());
    let proof = now(client.prove_key(&enclave)).unwrap();
    server.json(200, &published(&[&theirs]));
    let mut tokens = token_answer(&theirs.sign(&claims()), "refresh");
    tokens.as_object_mut().unwrap().extend(answer.as_object().unwrap().clone());
    server.json(200, &tokens);
    let code = CodeSignIn::new(crate::Address::phone("+14155550100").unwrap(), "123456").unwrap();
    server.asked();
    let done = now(client.sign_in_and_enrol(&code, &proof, "Ana's iPhone", None));
    (done, body(&server.asked()[1]))
}

#[test]
fn a_code_and_a_key_beside_it_are_one_call() {
    let key = json!({"id": "dcr_1", "name": "Ana's iPhone", "algorithm": "ES256", "attested": false});
    let (done, sent) = with_code(&json!({ "device_key": key }));
    let done = done.unwrap();
    assert_eq!((&*done.key.unwrap().id, done.key_error), ("dcr_1", None));
    assert_eq!((&sent["otp"], &sent["device_key_name"]), (&json!("123456"), &json!("Ana's iPhone")));
    assert_eq!(sent["device_key_proof"].as_str().unwrap().split('.').count(), 3);
    assert!(sent.get("device_key_attestation").is_none());
}

#[test]
fn whatever_becomes_of_the_key_the_tokens_of_the_code_are_there() {
    for (answer, error) in [
        (json!({"device_key_error": "too_many_keys"}), Some("too_many_keys")),
        (json!({}), None),
        (json!({"device_key": {"name": 7}}), None),
        (json!({"device_key": {"name": 7}, "device_key_error": 7}), None),
    ] {
        let done = with_code(&answer).0.unwrap();
        assert_eq!((done.key, done.key_error.as_deref()), (None, error), "{answer}");
        assert!(done.tokens.access_token.matches("access"));
    }
}

#[test]
fn a_key_is_renamed_by_the_token_of_its_person() {
    let (client, server, _) = client();
    server.json(200, &json!({"id": "dcr_1", "name": "Work phone"}));
    let key = now(client.rename_key("dcr_1/x", "Work phone", &Secret::new("token"))).unwrap();
    assert_eq!(&*key.name, "Work phone");
    let asked = server.asked();
    assert_eq!((asked[0].method.as_str(), body(&asked[0])), ("PATCH", json!({"name": "Work phone"})));
    assert!(asked[0].url.ends_with("/device-keys/dcr_1%2Fx"));
    assert_eq!(asked[0].header("authorization"), Some("Bearer token"));
}

#[test]
fn keys_are_listed_and_removed_by_the_token_of_their_person() {
    let (client, server, _) = client();
    server.json(200, &json!({"device_keys": [{"id": "dcr_1", "name": "a"}, {"id": "dcr_2", "name": "b"}]}));
    server.answer(204, "");
    let token = Secret::new("token");
    let keys = now(client.list_keys(&token)).unwrap();
    assert_eq!(keys.len(), 2);
    now(client.remove_key("dcr_2/x", &token)).unwrap();
    assert_eq!(server.paths(), ["/device-keys", "/device-keys/dcr_2%2Fx"]);
}

proptest! {
    #[test]
    fn whatever_a_server_answers_is_a_challenge_and_keys_or_an_error(
        body in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let (client, server, _) = client();
        server.answer(200, body.clone());
        server.answer(200, body);
        let _ = now(client.list_keys(&Secret::new("token")));
        prop_assert!(now(client.prove_key(&Enclave::new())).is_err());
    }
}
