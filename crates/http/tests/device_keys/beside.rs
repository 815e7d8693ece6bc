//! Codes of people who have something stronger, where an operator says that these are weaker: no key comes of them.

use http::Method;
use latchkey_core::model::{Address, Channel, Strategy, User};
use latchkey_testkit::{NATIVE, OTHER_NATIVE, PHONE, SoftDevice};
use serde_json::{Value, json};

use crate::phone::{
    JWT_BEARER, NAME, Phone, by_code, call, claims, enrol, enter_code, now, proof_of, renew, server,
};
use crate::support::{Browser, OTP_GRANT, TestServer, authorize};

async fn codes_are_weaker(server: &TestServer) {
    codes_are(server, "weaker").await;
}

async fn codes_are(server: &TestServer, what: &str) {
    let options = json!({"latchkey": {"codes_beside_passkeys": what}});
    server.t.add_connection("sms", Strategy::Sms, options).await;
}

#[tokio::test]
async fn whoever_has_only_a_code_enrols_no_key_that_would_be_worth_more() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    codes_are_weaker(&server).await;
    let another = SoftDevice::ed25519(1);
    let proof = proof_of(&server, &another).await;
    let beside = json!({"device_key_name": NAME, "device_key_proof": proof["proof"]});
    let answer = enter_code(&server, beside).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    assert_eq!(claims(&tokens["id_token"])["acr"], "0");
    assert_eq!((&tokens["device_key"], &tokens["device_key_error"]), (&Value::Null, &json!("stale")));

    // Nor by the token, nor by one that it is renewed to, which tells nothing of the code.
    let renewed = renew(&server, &tokens["refresh_token"]).await.json();
    assert!(claims(&renewed["id_token"]).get("acr").is_none());
    for token in [&tokens["id_token"], &renewed["id_token"]] {
        let refused = enrol(&server, token, proof_of(&server, &another).await).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        let path = format!("/device-keys/{}", phone.key);
        assert_eq!(call(&server, Method::DELETE, &path, token, Value::Null).await.status, 403);
    }
    // By what is stronger they may.
    let by_key = phone.signed_in(&server).await;
    let enrolled = enrol(&server, &by_key["id_token"], proof_of(&server, &another).await).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
}

/// A key counts at the client that it is for. What it keeps out does not come in by another one.
#[tokio::test]
async fn a_code_at_another_client_takes_no_key_away_and_makes_none() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    codes_are_weaker(&server).await;
    let mut other = (*server.t.engine.client(&OTHER_NATIVE.into()).await.unwrap().unwrap()).clone();
    other.grant_types.push(JWT_BEARER.into());
    server.t.engine.save_client(&other).await.unwrap();
    let device = SoftDevice::ed25519(2);
    server.t.start(OTHER_NATIVE, PHONE).await.unwrap();
    let challenge = json!({"client_id": OTHER_NATIVE, "purpose": "enrol"});
    let challenge = server.post("/device-keys/challenge", challenge).await.json()["challenge"].clone();
    let nothing = (json!({}), json!({}));
    let proof = device.enrolment(OTHER_NATIVE, challenge.as_str().unwrap(), now(&server), nothing);
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": OTHER_NATIVE, "username": PHONE, "realm": "sms",
        "otp": server.t.code(), "scope": "openid", "device_key_name": NAME, "device_key_proof": proof,
    });
    let answer = server.post("/oauth/token", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    assert_eq!((&tokens["device_key"], &tokens["device_key_error"]), (&Value::Null, &json!("stale")));
    assert!(claims(&tokens["id_token"]).get("acr").is_none(), "it has no key there");
    let path = format!("/device-keys/{}", phone.key);
    let removed = call(&server, Method::DELETE, &path, &tokens["id_token"], Value::Null).await;
    assert_eq!(removed.status, 403, "{}", removed.text);
    phone.signed_in(&server).await;
}

/// Where a code is refused beside the key, a session of one that was typed elsewhere is none either.
#[tokio::test]
async fn a_code_at_another_client_opens_no_session_where_the_key_signs_in() {
    let server = server().await;
    let ask = |client, prompt| authorize(client, &[("prompt", prompt), ("scope", "openid")]);
    let before = Browser::new(&server);
    before.sign_in(&server, &ask(OTHER_NATIVE, "login"), PHONE).await;
    server.t.clock.advance(1);
    Phone::enrolled(&server).await;
    codes_are(&server, "refused").await;
    server.t.clock.advance(61);
    let after = Browser::new(&server);
    let done = after.sign_in(&server, &ask(OTHER_NATIVE, "login"), PHONE).await;
    assert!(done.fields().contains_key("code"), "{}", done.text);
    assert!(after.get(&ask(OTHER_NATIVE, "none")).await.fields().contains_key("code"));
    assert_eq!(after.get(&ask(NATIVE, "none")).await.fields()["error"], "login_required");
    assert!(before.get(&ask(NATIVE, "none")).await.fields().contains_key("code"), "older than the key");
    codes_are(&server, "weaker").await;
    assert!(after.get(&ask(NATIVE, "none")).await.fields().contains_key("code"), "told, not refused");
}

#[tokio::test]
async fn who_has_nothing_stronger_enrols_their_first_key_by_a_code_as_ever() {
    let server = server().await;
    codes_are_weaker(&server).await;
    let phone = Phone::enrolled(&server).await;
    phone.signed_in(&server).await;
}

/// A first proof of an address ends all others of its second, but not the key that comes with it.
#[tokio::test]
async fn a_key_comes_with_the_first_code_to_an_address_that_nobody_had_proved() {
    let server = server().await;
    let (hex, now) = (server.t.engine.new_id(), server.t.engine.now());
    let mut user = User::first_seen("sms", Channel::Sms, Address::from_canonical(PHONE), &hex, now);
    user.identities[0].verified_at = None;
    server.t.engine.store.insert_user(&user, Vec::new()).await.unwrap();
    let device = SoftDevice::es256();
    let proof = proof_of(&server, &device).await;
    let beside = json!({"device_key_name": NAME, "device_key_proof": proof["proof"]});
    let tokens = enter_code(&server, beside).await.json();
    assert!(tokens["device_key"]["id"].is_string(), "{tokens}");
    // And by its token at once.
    let tokens = by_code(&server).await;
    let second = enrol(&server, &tokens["id_token"], proof_of(&server, &SoftDevice::ed25519(1)).await).await;
    assert_eq!(second.status, 201, "{}", second.text);
}
