//! A device enrols its key.

use http::Method;
use latchkey_testkit::{NATIVE, OTHER_NATIVE, SoftDevice};
use serde_json::{Value, json};

use crate::phone::{
    JWT_BEARER, NAME, Phone, ask, by_code, by_key, call, challenge, claims, enrol, enter_code, history, now,
    proof_of, server,
};
use crate::support::TestServer;

/// S-067
#[tokio::test]
async fn a_key_is_enrolled_by_the_id_token_of_who_signed_in_a_moment_ago() {
    for device in [SoftDevice::es256(), SoftDevice::ed25519(1)] {
        let server = server().await;
        let tokens = by_code(&server).await;
        let answer = enrol(&server, &tokens["id_token"], proof_of(&server, &device).await).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let key = answer.json();
        assert_eq!(key["name"], NAME);
        assert_eq!(key["algorithm"], device.algorithm());
        assert_eq!(key["client_id"], NATIVE);
        assert_eq!(key["attested"], false);
        assert!(key["id"].as_str().unwrap().starts_with("dcr_"));
        let enrolled = history(&server).await.into_iter().find(|(code, _)| code == "device_key_enrolled");
        let (_, detail) = enrolled.unwrap();
        assert_eq!(
            detail,
            json!({"device_key": key["id"], "algorithm": device.algorithm(), "notice": "sms"})
        );
        let listed = call(&server, Method::GET, "/device-keys", &tokens["id_token"], Value::Null).await;
        assert_eq!(listed.json(), json!({ "device_keys": [key] }));
    }
}

#[tokio::test]
async fn a_key_is_enrolled_with_the_code_in_one_call() {
    let server = server().await;
    let device = SoftDevice::es256();
    let proof = proof_of(&server, &device).await;
    let answer =
        enter_code(&server, json!({"device_key_name": NAME, "device_key_proof": proof["proof"]})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    assert!(tokens.get("device_key_error").is_none());
    let key = tokens["device_key"]["id"].as_str().unwrap().to_owned();
    let phone = Phone { device, key, tokens };
    let signed_in = phone.signed_in(&server).await;
    assert_eq!(claims(&signed_in["id_token"])["sub"], claims(&phone.tokens["id_token"])["sub"]);
}

#[tokio::test]
async fn a_proof_that_does_not_hold_is_refused_before_the_code_is_looked_at() {
    let server = server().await;
    let (device, challenge) = (SoftDevice::es256(), challenge(&server, "sign_in").await);
    let proof = device.enrolment(NATIVE, &challenge, now(&server), (json!({}), json!({})));
    let with = json!({"device_key_name": NAME, "device_key_proof": proof});
    let answer = enter_code(&server, with).await;
    let expected = (400, "invalid_request".into(), "The proof of the key does not hold".into());
    assert_eq!(answer.error(), expected);
    let failed = "my_account_authentication_method_failed";
    let (_, detail) = history(&server).await.into_iter().find(|(code, _)| code == failed).unwrap();
    assert_eq!(detail, json!({"act": "enrol_device_key", "error": "proof"}));
    // The code is still good.
    let code = server.t.senders.sent().last().unwrap().code.expose().to_owned();
    let body = json!({
        "grant_type": crate::support::OTP_GRANT, "client_id": NATIVE, "username": latchkey_testkit::PHONE,
        "otp": code, "realm": "sms",
    });
    assert_eq!(server.post("/oauth/token", body).await.status, 200);
}

#[tokio::test]
async fn a_right_code_gives_tokens_though_its_key_was_not_taken() {
    let server = server().await;
    let proof = proof_of(&server, &SoftDevice::es256()).await["proof"].clone();
    let with = json!({"device_key_name": NAME, "device_key_proof": proof});
    assert_eq!(enter_code(&server, with.clone()).await.status, 200);
    let answer = enter_code(&server, with).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json()["device_key_error"], "challenge_used");
    assert!(answer.json().get("device_key").is_none() && answer.json().get("id_token").is_some());
}

/// S-067
#[tokio::test]
async fn whoever_signed_in_long_ago_enrols_nothing() {
    let server = server().await;
    let tokens = by_code(&server).await;
    server.t.clock.advance(301);
    let body = proof_of(&server, &SoftDevice::es256()).await;
    let answer = enrol(&server, &tokens["id_token"], body).await;
    let expected = (403, "reauthentication_required".into(), "The person has to sign in again".into());
    assert_eq!(answer.error(), expected);
    // A renewed token is no fresher.
    let renewed = crate::phone::renew(&server, &tokens["refresh_token"]).await.json();
    let body = proof_of(&server, &SoftDevice::es256()).await;
    assert_eq!(enrol(&server, &renewed["id_token"], body).await.error(), expected);
}

/// Everything that a proof may say otherwise, and what of it is refused.
#[tokio::test]
async fn a_proof_of_possession_is_held_to_all_that_it_says() {
    let server = server().await;
    let tokens = by_code(&server).await;
    let (device, other) = (SoftDevice::es256(), SoftDevice::es256());
    let changes = [
        (json!({"typ": "latchkey-device+jwt"}), json!({})),
        (json!({"typ": "JWT"}), json!({})),
        (json!({"typ": null}), json!({})),
        (json!({"crit": ["exp"]}), json!({})),
        (json!({"alg": "EdDSA"}), json!({})),
        (json!({"alg": "none"}), json!({})),
        (json!({"alg": "HS256"}), json!({})),
        (json!({"jwk": null}), json!({})),
        (json!({"jwk": other.jwk()}), json!({})),
        (json!({"jwk": with(device.jwk(), "d", "AAAA")}), json!({})),
        (json!({"jwk": with(device.jwk(), "crv", "P-384")}), json!({})),
        (json!({"jwk": with(device.jwk(), "kty", "OKP")}), json!({})),
        (json!({"jwk": with(device.jwk(), "x", "AAAA")}), json!({})),
        (json!({}), json!({"aud": "https://elsewhere.example/"})),
        (json!({}), json!({"aud": ["https://login.example/"]})),
        (json!({}), json!({"aud": null})),
        (json!({}), json!({"client_id": OTHER_NATIVE})),
        (json!({}), json!({"challenge": "AAAA"})),
        (json!({}), json!({"challenge": null})),
        (json!({}), json!({"exp": now(&server) + 61})),
        (json!({}), json!({"exp": null})),
        (json!({}), json!({"iat": now(&server) + 61, "exp": now(&server) + 90})),
        (json!({}), json!({"iat": now(&server) - 121, "exp": now(&server) - 61})),
    ];
    for (header, said) in changes {
        let challenge = challenge(&server, "enrol").await;
        let proof = device.enrolment(NATIVE, &challenge, now(&server), (header.clone(), said.clone()));
        let answer = enrol(&server, &tokens["id_token"], json!({"name": NAME, "proof": proof})).await;
        let expected = (400, "invalid_request".into(), "The proof of the key does not hold".into());
        assert_eq!(answer.error(), expected, "{header} {said}");
    }
    let enrolled = enrol(&server, &tokens["id_token"], proof_of(&server, &device).await).await;
    assert_eq!(enrolled.status, 201, "unchanged it is taken: {}", enrolled.text);
    let at_token = json!({"aud": "https://login.example/oauth/token"});
    let challenge = challenge(&server, "enrol").await;
    let proof = other.enrolment(NATIVE, &challenge, now(&server), (json!({}), at_token));
    assert_eq!(enrol(&server, &tokens["id_token"], json!({"name": NAME, "proof": proof})).await.status, 201);
}

fn with(mut jwk: Value, name: &str, value: &str) -> Value {
    jwk[name] = json!(value);
    jwk
}

#[tokio::test]
async fn a_challenge_enrols_one_key() {
    let server = server().await;
    let tokens = by_code(&server).await;
    let body = proof_of(&server, &SoftDevice::es256()).await;
    assert_eq!(enrol(&server, &tokens["id_token"], body.clone()).await.status, 201);
    let again = enrol(&server, &tokens["id_token"], body).await;
    assert_eq!(again.error().2, "The challenge was used before");
    let late = proof_of(&server, &SoftDevice::es256()).await;
    server.t.clock.advance(300);
    let tokens = by_code(&server).await;
    assert_eq!(enrol(&server, &tokens["id_token"], late).await.status, 400);
}

/// S-066
#[tokio::test]
async fn two_devices_of_one_name_are_two_and_a_device_that_enrols_again_is_one() {
    let server = server().await;
    let first = Phone::enrolled(&server).await;
    let second = Phone::enrolled(&server).await;
    first.signed_in(&server).await;
    second.signed_in(&server).await;
    let body = proof_of(&server, &first.device).await;
    let again = enrol(&server, &second.tokens["id_token"], body).await;
    assert_eq!(again.status, 201, "{}", again.text);
    let mut expected = [second.key.clone(), again.json()["id"].as_str().unwrap().to_owned()];
    expected.sort();
    assert_eq!(keys(&server, &second.tokens["id_token"]).await, expected);
    crate::phone::is_refused(&first.sign_in(&server).await);
}

async fn keys(server: &TestServer, token: &Value) -> Vec<String> {
    let listed = call(server, Method::GET, "/device-keys", token, Value::Null).await;
    assert_eq!(listed.status, 200, "{}", listed.text);
    let keys = listed.json()["device_keys"].as_array().unwrap().clone();
    let mut ids: Vec<String> = keys.iter().map(|key| key["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn a_person_has_twenty_keys_at_most() {
    let server = server().await;
    let tokens = by_code(&server).await;
    for number in 1..=20 {
        let body = proof_of(&server, &SoftDevice::ed25519(number)).await;
        assert_eq!(enrol(&server, &tokens["id_token"], body).await.status, 201);
    }
    let body = proof_of(&server, &SoftDevice::ed25519(21)).await;
    assert_eq!(enrol(&server, &tokens["id_token"], body).await.error().1, "too_many_keys");
    let body = proof_of(&server, &SoftDevice::ed25519(3)).await;
    assert_eq!(enrol(&server, &tokens["id_token"], body).await.status, 201, "one that is there is replaced");
}

#[tokio::test]
async fn only_clients_that_have_the_grant_are_challenged() {
    let server = server().await;
    let refused = ask(&server, json!({"client_id": OTHER_NATIVE, "purpose": "enrol"})).await;
    assert_eq!(refused.error().1, "unauthorized_client");
    let unknown = ask(&server, json!({"client_id": "nobody", "purpose": "enrol"})).await;
    assert_eq!(unknown.status, 401, "{}", unknown.text);
    for body in [json!({}), json!({"purpose": "x"}), json!({"purpose": 1})] {
        assert_eq!(ask(&server, body).await.error().1, "invalid_request");
    }
    // A token of a client that has not got it enrols nothing either.
    let body = json!({
        "grant_type": JWT_BEARER, "client_id": OTHER_NATIVE, "assertion": "e30.e30.x",
    });
    assert_eq!(server.post("/oauth/token", body).await.error().1, "unauthorized_client");
}

/// An attestation that nobody checked is not said to have been.
#[tokio::test]
async fn an_attestation_that_cannot_be_checked_is_refused() {
    let server = server().await;
    let tokens = by_code(&server).await;
    let mut body = proof_of(&server, &SoftDevice::es256()).await;
    for (attestation, told) in [
        (json!({"format": "unknown"}), "apple-app-attest and android-key are"),
        (json!({"format": "apple-app-attest", "object": "AAAA"}), "The client has no app registered"),
        (json!({"format": "android-key", "x5c": []}), "The client has no app registered"),
        (json!("unknown"), "must be an object"),
    ] {
        body["attestation"] = attestation;
        let answer = enrol(&server, &tokens["id_token"], body.clone()).await;
        let (status, error, text) = answer.error();
        assert_eq!((status, error.as_str()), (400, "invalid_request"), "{text}");
        assert!(text.contains(told), "{text}");
    }
    body.as_object_mut().unwrap().remove("attestation");
    assert_eq!(enrol(&server, &tokens["id_token"], body).await.status, 201, "nothing was used up");
}

/// S-067
#[tokio::test]
async fn tokens_that_ended_enrol_nothing() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let by_key_tokens = phone.signed_in(&server).await;
    let path = format!("/device-keys/{}", phone.key);
    let removed = call(&server, Method::DELETE, &path, &by_key_tokens["id_token"], Value::Null).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    let body = proof_of(&server, &SoftDevice::es256()).await;
    let answer = enrol(&server, &by_key_tokens["id_token"], body).await;
    assert_eq!(answer.error().1, "invalid_token");
    crate::phone::is_refused(&by_key(&server, "e30.e30.x").await);
}
