//! Section 7 from end to end: register, log in, log in again.

use http::Method;
use latchkey_testkit::DevicePair;
use serde_json::json;

use crate::phone::{
    NAME, Phone, account, by_key, claims, delegate, enrol, history, is_refused, profile, renew, server,
    take_back, user_info,
};

/// P-160, P-164, P-165
#[tokio::test]
async fn a_phone_signs_up_enrols_its_key_and_logs_in_by_it_again_and_again() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    for _ in 0..2 {
        let tokens = phone.logged_in(&server).await;
        assert_eq!(tokens["token_type"], "bearer");
        assert_eq!(claims(&tokens["id_token"])["sub"], phone.user);
        assert_eq!(profile(&server, &tokens["id_token"]).await.json()["user_id"], phone.user);
        assert_eq!(user_info(&server, &tokens["access_token"]).await.status, 200);
        assert_eq!(delegate(&server, &tokens["refresh_token"]).await.status, 200);
    }
    let codes: Vec<String> = history(&server).await.into_iter().filter(|code| code != "sd").collect();
    assert_eq!(codes, ["device_key_enrolled", "s", "s", "s", "ss"]);
}

/// P-165: the claim says the raw name, the parameter the one that Lock made of it.
#[tokio::test]
async fn what_the_jwt_says_of_the_device_does_not_count() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    for device in [json!("Ana's iPhone 6"), json!(NAME), json!("somebody else's"), json!(null)] {
        let jwt = phone.jwt(&server, json!({ "device": device }));
        assert_eq!(by_key(&server, &jwt, json!({})).await.status, 200, "{device}");
        server.t.clock.advance(1);
    }
    let jwt = phone.jwt(&server, json!({}));
    for device in ["Ana's iPhone 6", "anasiphone6", "iPad"] {
        is_refused(&by_key(&server, &jwt, json!({ "device": device })).await);
    }
}

/// P-164: the documents' own example names the device by its id, in both places.
#[tokio::test]
async fn an_app_may_name_its_device_by_an_id_and_say_what_it_likes_in_sub() {
    let server = server().await;
    let (tokens, user) = account(&server).await;
    let id = "E621E1F8-C36C-495A-93FC-0C247A3E6E5F";
    let pair = DevicePair::generate(1024, 8);
    assert_eq!(enrol(&server, &tokens["id_token"], &user, &pair.pem(), id).await.status, 201);
    let now = latchkey_core::Clock::now(&*server.t.clock).0;
    let jwt = pair.jwt(id, now, json!({"iss": user, "sub": user, "name": "Ana"}));
    assert_eq!(by_key(&server, &jwt, json!({ "device": id })).await.status, 200);
}

/// P-161
#[tokio::test]
async fn nobody_enrols_a_key_for_somebody_else() {
    let server = server().await;
    let (tokens, user) = account(&server).await;
    let pem = DevicePair::generate(1024, 7).pem();
    let other = "auth0|0123456789abcdef01234567";
    let refused = enrol(&server, &tokens["id_token"], other, &pem, NAME).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (403, &json!("feature_not_enabled")));
    for bad in [json!("x.y.z"), tokens["access_token"].clone()] {
        assert_eq!(enrol(&server, &bad, &user, &pem, NAME).await.status, 401);
    }
    let path = format!("/api/users/{user}/publickey").replace('|', "%7C");
    assert_eq!(server.request(Method::POST, &path, &[], b"").await.status, 401);
    assert_eq!(history(&server).await, ["s", "ss"]);
}

/// P-168
#[tokio::test]
async fn what_came_by_a_key_ends_with_it_at_once() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let tokens = phone.logged_in(&server).await;
    let renewed = renew(&server, &tokens["id_token"]).await.json()["id_token"].clone();
    let answer = by_key(&server, &phone.jwt(&server, json!({})), json!({"scope": "openid", "state": "s"}))
        .await
        .json();
    server.t.clock.advance(1);
    assert!(answer.get("refresh_token").is_none());

    let removed = take_back(&server, &phone.tokens["id_token"], &phone.user, NAME).await;
    assert_eq!((removed.status.as_u16(), removed.text.as_str()), (200, "{}"));

    is_refused(&phone.log_in(&server).await);
    for token in [&tokens["id_token"], &renewed, &answer["id_token"]] {
        assert_eq!(profile(&server, token).await.status, 401);
        assert_eq!(renew(&server, token).await.status, 401);
        let pem = DevicePair::generate(1024, 9).pem();
        assert_eq!(enrol(&server, token, &phone.user, &pem, "other").await.status, 401);
    }
    for token in [&tokens["access_token"], &answer["access_token"]] {
        assert_eq!(user_info(&server, token).await.status, 401);
    }
    assert_eq!(delegate(&server, &tokens["refresh_token"]).await.status, 401);
    // What the password gave stays.
    assert_eq!(profile(&server, &phone.tokens["id_token"]).await.status, 200);
    assert!(history(&server).await.contains(&"device_key_removed".into()));
}

/// P-168
#[tokio::test]
async fn a_device_that_enrols_anew_loses_its_old_key() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let tokens = phone.logged_in(&server).await;
    let next = DevicePair::generate(1024, 9);
    let answer = enrol(&server, &phone.tokens["id_token"], &phone.user, &next.pem(), NAME).await;
    assert_eq!(answer.status, 201);
    is_refused(&phone.log_in(&server).await);
    assert_eq!(profile(&server, &tokens["id_token"]).await.status, 401);
    let phone = Phone { pair: next, ..phone };
    phone.logged_in(&server).await;
}
