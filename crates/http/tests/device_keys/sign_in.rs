//! A device signs in.

use std::sync::Arc;

use http::Method;
use latchkey_core::settings::Limits;
use latchkey_core::store::Store;
use latchkey_testkit::{NATIVE, OTHER_NATIVE, SoftDevice, TestEngine};
use serde_json::{Value, json};

use crate::phone::{
    Phone, ask, by_key, call, challenge, claims, engine, history, is_refused, now, renew, server, user_info,
};
use crate::support::TestServer;

/// One node of several over a store.
async fn node(store: &Arc<dyn Store>, change: impl FnOnce(&mut Limits)) -> TestServer {
    let t = TestEngine::over(Arc::clone(store), |settings| {
        settings.limits = Limits::off();
        change(&mut settings.limits);
    });
    TestServer::over(engine(t.await).await)
}

#[tokio::test]
async fn a_device_signs_its_person_in() {
    for device in [SoftDevice::es256(), SoftDevice::ed25519(1)] {
        let server = server().await;
        let phone = Phone::with(&server, device).await;
        let tokens = phone.signed_in(&server).await;
        let said = claims(&tokens["id_token"]);
        assert_eq!(said["sub"], claims(&phone.tokens["id_token"])["sub"]);
        assert_eq!(said["amr"], json!(["hwk"]));
        assert_eq!(said["grant_id"], json!(phone.key));
        assert_eq!(said["auth_time"], json!(now(&server)));
        assert_eq!(user_info(&server, &tokens["access_token"]).await.status, 200);
        assert_eq!(renew(&server, &tokens["refresh_token"]).await.status, 200);
        let (code, detail) = history(&server).await.into_iter().find(|(code, _)| code == "s").unwrap();
        assert_eq!(code, "s");
        let expected = json!({
            "by": "device_key", "device_key": phone.key, "algorithm": phone.device.algorithm(),
        });
        assert_eq!(detail, expected);
    }
}

/// S-065, S-070: everything that an assertion may say otherwise, and the answer to all of it.
#[tokio::test]
async fn an_assertion_is_held_to_all_that_it_says() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let other = Phone::enrolled(&server).await;
    let at = now(&server);
    let changes = [
        (json!({"typ": "latchkey-device-enrolment+jwt"}), json!({})),
        (json!({"typ": "JWT"}), json!({})),
        (json!({"typ": null}), json!({})),
        (json!({"alg": "none"}), json!({})),
        (json!({"alg": "HS256"}), json!({})),
        (json!({"alg": "EdDSA"}), json!({})),
        (json!({"crit": ["exp"]}), json!({})),
        (json!({"kid": null}), json!({})),
        (json!({"kid": other.key}), json!({})),
        (json!({"kid": "dcr_0000000000000000"}), json!({})),
        (json!({"kid": "' OR 1=1--"}), json!({})),
        (json!({"jwk": phone.device.jwk()}), json!({})),
        (json!({}), json!({"iss": other.key})),
        (json!({}), json!({"sub": other.key})),
        (json!({}), json!({"sub": null})),
        (json!({}), json!({"aud": "https://elsewhere.example/"})),
        (json!({}), json!({"aud": ["https://login.example/"]})),
        (json!({}), json!({"client_id": OTHER_NATIVE})),
        (json!({}), json!({"client_id": null})),
        (json!({}), json!({"challenge": "AAAA"})),
        (json!({}), json!({"challenge": null})),
        (json!({}), json!({"exp": at + 61})),
        (json!({}), json!({"exp": at})),
        (json!({}), json!({"exp": null})),
        (json!({}), json!({"iat": at + 600, "exp": at + 630})),
        (json!({}), json!({"iat": at - 121, "exp": at - 61})),
        (json!({}), json!({"challenge": challenge(&server, "enrol").await})),
    ];
    for (header, said) in changes {
        let assertion = phone.assertion(&server, (header.clone(), said.clone())).await;
        let answer = by_key(&server, &assertion).await;
        assert_eq!(answer.error().1, "invalid_grant", "{header} {said} {}", answer.text);
        is_refused(&answer);
    }
    for assertion in ["", "x", "e30.e30.x"] {
        let answer = by_key(&server, assertion).await;
        assert!(["invalid_grant", "invalid_request"].contains(&answer.error().1.as_str()), "{assertion}");
    }
    phone.signed_in(&server).await;
}

/// S-065
#[tokio::test]
async fn a_key_that_is_not_the_one_that_is_named_signs_nobody_in() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let thief = Phone { device: SoftDevice::es256(), key: phone.key.clone(), tokens: Value::Null };
    is_refused(&thief.sign_in(&server).await);
    // Of the other algorithm, which its header names rightly.
    let thief = Phone { device: SoftDevice::ed25519(1), key: phone.key.clone(), tokens: Value::Null };
    is_refused(&thief.sign_in(&server).await);
    let expected = json!({
        "by": "device_key", "device_key": phone.key, "algorithm": "ES256", "fault": "signature",
    });
    assert_eq!(history(&server).await.iter().filter(|(_, detail)| *detail == expected).count(), 2);
}

/// S-064: also where another node took the answer, and after a restart.
#[tokio::test]
async fn a_challenge_is_answered_once_on_all_nodes() {
    let store = TestEngine::store().await;
    let one = node(&store, |_| {}).await;
    let phone = Phone::enrolled(&one).await;
    let assertion = phone.assertion(&one, (json!({}), json!({}))).await;
    // Given out by one node, answered at another.
    let two = node(&store, |_| {}).await;
    assert_eq!(by_key(&two, &assertion).await.status, 200);
    is_refused(&by_key(&one, &assertion).await);
    is_refused(&by_key(&two, &assertion).await);
    // Another assertion over the same challenge is no better.
    let challenge = challenge(&one, "sign_in").await;
    let sign =
        |iat: i64| phone.device.assertion((NATIVE, &phone.key), &challenge, iat, (json!({}), json!({})));
    assert_eq!(by_key(&one, &sign(now(&one))).await.status, 200);
    is_refused(&by_key(&one, &sign(now(&one) - 1)).await);
}

/// S-064
#[tokio::test]
async fn a_challenge_lives_for_a_minute_for_its_client_and_key() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let other = Phone::enrolled(&server).await;
    let answer = ask(&server, json!({"purpose": "sign_in", "key_id": other.key})).await.json();
    assert_eq!(
        (answer["expires_in"].clone(), answer["server_time"].clone()),
        (json!(60), json!(now(&server)))
    );
    let sign = |phone: &Phone, challenge: &Value, at: i64| {
        let challenge = challenge.as_str().unwrap();
        phone.device.assertion((NATIVE, &phone.key), challenge, at, (json!({}), json!({})))
    };
    let at = now(&server);
    is_refused(&by_key(&server, &sign(&phone, &answer["challenge"], at)).await);
    assert_eq!(by_key(&server, &sign(&other, &answer["challenge"], at)).await.status, 200);
    let old = challenge(&server, "sign_in").await;
    server.t.clock.advance(59);
    assert_eq!(by_key(&server, &sign(&phone, &json!(old), at + 59)).await.status, 200);
    let old = challenge(&server, "sign_in").await;
    server.t.clock.advance(60);
    is_refused(&by_key(&server, &sign(&phone, &json!(old), at + 119)).await);
}

#[tokio::test]
async fn whether_there_is_a_key_shows_in_no_challenge() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let known = ask(&server, json!({"purpose": "sign_in", "key_id": phone.key})).await;
    let unknown = ask(&server, json!({"purpose": "sign_in", "key_id": "dcr_0000000000000000"})).await;
    assert_eq!((known.status, unknown.status), (http::StatusCode::OK, http::StatusCode::OK));
    let length = |value: Value| value["challenge"].as_str().unwrap().len();
    assert_eq!(length(known.json()), length(unknown.json()));
    assert!(length(known.json()) <= 512);
}

/// S-069, P-168: and what came by the key ends with it.
#[tokio::test]
async fn a_key_that_was_removed_signs_nobody_in_on_any_node() {
    let store = TestEngine::store().await;
    let one = node(&store, |_| {}).await;
    let two = node(&store, |_| {}).await;
    let phone = Phone::enrolled(&one).await;
    let tokens = phone.signed_in(&two).await;
    let path = format!("/device-keys/{}", phone.key);
    let removed = call(&one, Method::DELETE, &path, &phone.tokens["id_token"], Value::Null).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    for server in [&one, &two] {
        is_refused(&phone.sign_in(server).await);
        assert_eq!(user_info(server, &tokens["access_token"]).await.status, 401);
        assert_eq!(renew(server, &tokens["refresh_token"]).await.status, 403);
    }
    assert_eq!(user_info(&one, &phone.tokens["access_token"]).await.status, 200, "those of the code stay");
    let removal = history(&one).await.into_iter().find(|(code, _)| code == "device_key_removed").unwrap();
    assert_eq!(removal.1, json!({"device_key": phone.key, "notice": "sms"}));
}

/// RL-19
#[tokio::test]
async fn ten_wrong_signatures_an_hour_are_looked_at() {
    let store = TestEngine::store().await;
    let failures = Limits::default().failures_per_key;
    let server = node(&store, |limits| limits.failures_per_key = failures).await;
    let phone = Phone::enrolled(&server).await;
    let thief = Phone { device: SoftDevice::es256(), key: phone.key.clone(), tokens: Value::Null };
    for _ in 0..10 {
        is_refused(&thief.sign_in(&server).await);
    }
    assert_eq!(thief.sign_in(&server).await.status, 429);
    // As for a key that is not there.
    let nobody = Phone { key: "dcr_0000000000000000".into(), ..thief };
    for _ in 0..10 {
        is_refused(&nobody.sign_in(&server).await);
    }
    assert_eq!(nobody.sign_in(&server).await.status, 429);
    server.t.clock.advance(3_600);
    phone.signed_in(&server).await;
}

/// RL-19
#[tokio::test]
async fn a_key_is_off_after_fifty_wrong_signatures_in_a_row() {
    let store = TestEngine::store().await;
    let tries = Limits::default().key_tries;
    let server = node(&store, |limits| limits.key_tries = tries).await;
    let phone = Phone::enrolled(&server).await;
    let thief = Phone { device: SoftDevice::es256(), key: phone.key.clone(), tokens: Value::Null };
    for _ in 0..50 {
        is_refused(&thief.sign_in(&server).await);
    }
    is_refused(&phone.sign_in(&server).await);
    let off = json!("replayed, blocked, off or removed");
    assert_eq!(history(&server).await.iter().filter(|(_, detail)| detail["fault"] == off).count(), 1);
}

/// S-068
#[tokio::test]
async fn a_device_enrols_anew_after_as_many_days_as_operators_say() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    server.t.clock.advance(364 * 86_400);
    phone.signed_in(&server).await;
    server.t.clock.advance(86_400);
    is_refused(&phone.sign_in(&server).await);
}
