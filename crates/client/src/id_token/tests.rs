use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::{CLIENT, NOW, SigningKey, claims, client, client_of, now, published};

/// What the client says of these claims, signed as they should be.
fn check(claims: &Value, expected: &Expected<'_>) -> Result<(), Error> {
    let key = SigningKey::es256("one");
    let (client, server, _) = client();
    server.json(200, &published(&[&key]));
    now(client.prove_id_token(&Secret::new(key.sign(claims)), expected, Came::Somehow)).map(drop)
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn is_refused(name: &str, value: Value, error: IdTokenError) {
    let shown = value.to_string();
    let refused = check(&with(name, value), &Expected::default());
    assert_eq!(refused, Err(error.into()), "{name}: {shown}");
}

#[test]
fn claims_that_hold_are_given_out() {
    assert_eq!(check(&claims(), &Expected::default()), Ok(()));
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    for issuer in ["https://login.example.com", "https://evil.example/", "https://login.example.com//", ""] {
        is_refused("iss", json!(issuer), IdTokenError::Issuer);
    }
}

#[test]
fn a_token_for_another_app_is_refused() {
    is_refused("aud", json!("other"), IdTokenError::Audience);
    is_refused("aud", json!([]), IdTokenError::Audience);
    is_refused("aud", json!(["other", "another"]), IdTokenError::Audience);
    is_refused("azp", json!("other"), IdTokenError::Audience);
    // With several audiences, the party that it was given to is named.
    is_refused("aud", json!([CLIENT, "other"]), IdTokenError::Audience);
    let mut several = with("aud", json!([CLIENT, "other"]));
    several["azp"] = json!(CLIENT);
    assert_eq!(check(&several, &Expected::default()), Ok(()));
    assert_eq!(check(&with("aud", json!([CLIENT])), &Expected::default()), Ok(()));
}

#[test]
fn times_hold_within_a_minute() {
    for (name, good, bad, error) in [
        ("exp", NOW - 59, NOW - 60, IdTokenError::Expired),
        ("iat", NOW + 60, NOW + 61, IdTokenError::IssuedInFuture),
    ] {
        assert_eq!(check(&with(name, json!(good)), &Expected::default()), Ok(()), "{name}");
        is_refused(name, json!(bad), error);
    }
    is_refused("exp", json!(-1e300), IdTokenError::Expired);
    is_refused("iat", json!(1e300), IdTokenError::IssuedInFuture);
}

#[test]
fn a_token_without_what_it_must_say_is_refused() {
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        is_refused(name, Value::Null, IdTokenError::Malformed);
        is_refused(name, json!({}), IdTokenError::Malformed);
    }
    is_refused("sub", json!(""), IdTokenError::Subject);
}

#[test]
fn a_nonce_that_was_sent_must_come_back() {
    let expected = Expected { nonce: Some("sent"), ..Expected::default() };
    assert_eq!(check(&with("nonce", json!("sent")), &expected), Ok(()));
    assert_eq!(check(&with("nonce", json!("other")), &expected), Err(IdTokenError::Nonce.into()));
    assert_eq!(check(&claims(), &expected), Err(IdTokenError::Nonce.into()));
}

#[test]
fn a_proof_that_is_too_old_is_refused() {
    let expected = Expected { max_age: Some(300), ..Expected::default() };
    assert_eq!(check(&with("auth_time", json!(NOW - 360)), &expected), Ok(()));
    assert_eq!(check(&with("auth_time", json!(NOW - 361)), &expected), Err(IdTokenError::TooOld.into()));
    assert_eq!(check(&claims(), &expected), Err(IdTokenError::TooOld.into()));
}

#[test]
fn an_extension_that_must_be_understood_is_refused() {
    let key = SigningKey::es256("one");
    let (client, server, _) = client();
    server.json(200, &published(&[&key]));
    let header = json!({"alg": "ES256", "kid": "one", "crit": ["exp"], "exp": 1});
    let token = Secret::new(key.sign_as(&header, &claims()));
    assert_eq!(now(client.verify_id_token(&token)), Err(IdTokenError::Critical.into()));
}

#[test]
fn only_answers_of_the_old_pipeline_may_be_signed_with_a_secret_of_the_servers() {
    // The signature is no HMAC: nothing here could tell.
    let token = Secret::new(SigningKey::es256("x").sign_as(&json!({"alg": "HS256"}), &claims()));
    let answered = |client: &Client, token: &Secret| {
        now(client.prove_id_token(token, &Expected::default(), Came::Directly)).map(drop)
    };
    let (today, ..) = client();
    assert_eq!(answered(&today, &token), Err(IdTokenError::Algorithm.into()));
    let (legacy, ..) = client_of(Generation::Legacy);
    assert_eq!(answered(&legacy, &token), Ok(()));
    let other = with("aud", json!("other"));
    let other = Secret::new(SigningKey::es256("x").sign_as(&json!({"alg": "HS256"}), &other));
    assert_eq!(answered(&legacy, &other), Err(IdTokenError::Audience.into()));
    // Anybody can make one and hand it over.
    for client in [today, legacy] {
        assert_eq!(now(client.verify_id_token(&token)), Err(IdTokenError::Algorithm.into()));
    }
}

proptest! {
    #[test]
    fn whatever_comes_as_a_token_is_refused_without_a_request(token in "[A-Za-z0-9_.=-]{0,200}") {
        let (client, server, _) = client();
        prop_assert!(now(client.verify_id_token(&Secret::new(token))).is_err());
        prop_assert!(server.paths().is_empty());
    }

    #[test]
    fn whatever_claims_are_signed_are_checked_without_a_panic(
        iss in ".{0,20}", aud in proptest::collection::vec(".{0,5}", 0..4), exp in any::<f64>(), iat in any::<f64>(),
        auth_time in any::<f64>(),
    ) {
        let claims = json!({"iss": iss, "sub": "s", "aud": aud, "exp": exp, "iat": iat, "auth_time": auth_time});
        let _ = check(&claims, &Expected { max_age: Some(u32::MAX), ..Expected::default() });
    }
}
