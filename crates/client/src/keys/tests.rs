use std::sync::atomic::Ordering;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::Secret;
use crate::testing::{SigningKey, claims, client, now, published};

fn check(client: &Client, token: &str) -> Result<(), Error> {
    now(client.verify_id_token(&Secret::new(token))).map(drop)
}

#[test]
fn a_token_of_a_published_key_holds() {
    for key in [SigningKey::es256("one"), SigningKey::ed25519("one")] {
        let (client, server, _) = client();
        server.json(200, &published(&[&key]));
        assert_eq!(check(&client, &key.sign(&claims())), Ok(()), "{}", key.algorithm());
    }
}

#[test]
fn keys_are_fetched_once_and_again_when_another_key_signs() {
    let (client, server, clock) = client();
    let (old, new) = (SigningKey::es256("old"), SigningKey::es256("new"));
    server.json(200, &published(&[&old]));
    assert_eq!(check(&client, &old.sign(&claims())), Ok(()));
    assert_eq!(check(&client, &old.sign(&claims())), Ok(()));
    assert_eq!(server.paths(), ["/.well-known/jwks.json"]);
    // Strangers' tokens do not make the client ask again and again.
    assert_eq!(check(&client, &new.sign(&claims())), Err(IdTokenError::UnknownKey.into()));
    assert!(server.paths().is_empty());
    clock.0.fetch_add(LOOK_AGAIN, Ordering::SeqCst);
    server.json(200, &published(&[&old, &new]));
    assert_eq!(check(&client, &new.sign(&claims())), Ok(()));
}

#[test]
fn a_signature_by_another_key_of_the_same_name_is_refused() {
    let (client, server, _) = client();
    let (ours, theirs) = (SigningKey::es256("one"), SigningKey::es256("one"));
    server.json(200, &published(&[&ours]));
    assert_eq!(check(&client, &theirs.sign(&claims())), Err(IdTokenError::Signature.into()));
}

#[test]
fn a_key_is_not_used_with_another_algorithm_than_its_own() {
    let (client, server, _) = client();
    let key = SigningKey::es256("one");
    server.json(200, &published(&[&key]));
    for algorithm in ["RS256", "EdDSA"] {
        let token = key.sign_as(&json!({"alg": algorithm, "kid": "one"}), &claims());
        assert_eq!(check(&client, &token), Err(IdTokenError::UnknownKey.into()), "{algorithm}");
    }
    for algorithm in ["HS256", "PS256", "ES384", "RS512"] {
        let token = key.sign_as(&json!({"alg": algorithm, "kid": "one"}), &claims());
        assert_eq!(check(&client, &token), Err(IdTokenError::Algorithm.into()), "{algorithm}");
    }
    for algorithm in ["none", "None", ""] {
        let token = key.sign_as(&json!({"alg": algorithm, "kid": "one"}), &claims());
        assert_eq!(check(&client, &token), Err(IdTokenError::Malformed.into()), "{algorithm}");
    }
}

#[test]
fn a_key_that_names_no_algorithm_is_held_to_its_kind() {
    let (client, server, _) = client();
    let key = SigningKey::es256("one");
    let mut jwk = key.jwk();
    jwk.as_object_mut().unwrap().remove("alg");
    server.json(200, &json!({ "keys": [jwk] }));
    assert_eq!(check(&client, &key.sign(&claims())), Ok(()));
    let token = key.sign_as(&json!({"alg": "RS256", "kid": "one"}), &claims());
    assert_eq!(check(&client, &token), Err(IdTokenError::Algorithm.into()));
}

#[test]
fn without_a_name_in_the_token_the_only_fitting_key_is_taken() {
    let (one, two) = (SigningKey::es256("one"), SigningKey::es256("two"));
    let token = one.sign_as(&json!({"alg": "ES256"}), &claims());
    let (client, server, _) = client();
    server.json(200, &published(&[&one, &SigningKey::ed25519("ed")]));
    assert_eq!(check(&client, &token), Ok(()));
    let (client, server, clock) = crate::testing::client();
    server.json(200, &published(&[&one, &two]));
    clock.0.fetch_add(0, Ordering::SeqCst);
    assert_eq!(check(&client, &token), Err(IdTokenError::UnknownKey.into()));
}

#[test]
fn keys_of_unknown_kinds_and_for_other_uses_are_let_be() {
    let key = SigningKey::es256("one");
    let mut encryption = SigningKey::es256("one").jwk();
    encryption["use"] = json!("enc");
    let document = json!({ "keys": [{"kty": "AKP", "kid": "x"}, 7, encryption, key.jwk()] });
    let (client, server, _) = client();
    server.json(200, &document);
    assert_eq!(check(&client, &key.sign(&claims())), Ok(()));
}

proptest! {
    #[test]
    fn whatever_a_server_publishes_is_keys_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&Response { status: 200, headers: Vec::new(), body });
    }

    #[test]
    fn whatever_is_in_a_key_a_token_is_checked_by_it_or_refused(
        kty in "EC|RSA|OKP|oct|.{0,4}", crv in "P-256|Ed25519|P-384|.{0,4}", x in "[A-Za-z0-9_=-]{0,90}",
        y in "[A-Za-z0-9_=-]{0,50}", alg in "RS256|ES256|EdDSA|.{0,5}", header in "RS256|ES256|EdDSA",
    ) {
        let (client, server, _) = client();
        let key = json!({"kty": kty, "crv": crv, "x": x, "y": y, "n": x, "e": y, "k": x, "alg": alg, "kid": "one"});
        server.json(200, &json!({ "keys": [key] }));
        server.json(200, &json!({ "keys": [] }));
        let token = SigningKey::es256("one").sign_as(&json!({"alg": header, "kid": "one"}), &claims());
        prop_assert!(check(&client, &token).is_err());
    }
}
