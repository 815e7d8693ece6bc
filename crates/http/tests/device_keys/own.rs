//! A person looks after the keys of their devices; so do operators, by the Management API.

use http::Method;
use latchkey_core::model::{AudienceGrant, Strategy};
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{NATIVE, SoftDevice};
use latchkey_wire::Scopes;
use serde_json::{Value, json};

use crate::phone::{Phone, by_code, call, claims, enter_code, history, is_refused, now, proof_of, server};
use crate::support::{API, JSON, OTP_GRANT, TestServer, add_tool, tool_token};

async fn listed(server: &TestServer, token: &Value) -> Vec<Value> {
    let answer = call(server, Method::GET, "/device-keys", token, Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["device_keys"].as_array().unwrap().clone()
}

/// S-069
#[tokio::test]
async fn a_person_sees_their_keys_and_when_each_was_used() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    server.t.clock.advance(60);
    let tokens = phone.signed_in(&server).await;
    let keys = listed(&server, &tokens["id_token"]).await;
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["id"], json!(phone.key));
    assert!(keys[0]["last_used_at"].as_str().unwrap() > keys[0]["created_at"].as_str().unwrap());
    assert!(keys[0].get("public_key").is_none());
}

#[tokio::test]
async fn a_key_is_renamed_by_its_person() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let path = format!("/device-keys/{}", phone.key);
    let rename = |name: &str| {
        let (server, path, token, body) = (&server, &path, &phone.tokens["id_token"], json!({"name": name}));
        async move { call(server, Method::PATCH, path, token, body).await }
    };
    let renamed = rename("Blue phone").await;
    assert_eq!((renamed.status.as_u16(), &renamed.json()["name"]), (200, &json!("Blue phone")));
    assert_eq!(listed(&server, &phone.tokens["id_token"]).await[0]["name"], "Blue phone");
    for name in ["", "a\u{202e}b", "a\nb", &"x".repeat(101)] {
        assert_eq!(rename(name).await.error().1, "invalid_request", "{name:?}");
    }
    phone.signed_in(&server).await;
    let acts: Vec<_> =
        history(&server).await.into_iter().filter(|(_, it)| it["act"] == "rename_device_key").collect();
    assert_eq!(acts[0].1, json!({"act": "rename_device_key", "device_key": phone.key}));
    server.t.clock.advance(301);
    assert_eq!(rename("Later").await.error().1, "reauthentication_required");
}

#[tokio::test]
async fn the_keys_of_somebody_else_are_not_there() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let start = json!({
        "client_id": NATIVE, "connection": "sms", "phone_number": "+14155550177", "send": "code",
    });
    server.post("/passwordless/start", start).await;
    server.t.settled().await;
    let code = server.t.senders.sent().last().unwrap().code.expose().to_owned();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": "+14155550177", "otp": code, "realm": "sms",
    });
    let other = server.post("/oauth/token", body).await.json()["id_token"].clone();
    assert!(listed(&server, &other).await.is_empty());
    for id in [phone.key.as_str(), "dcr_0000000000000000", "%00", "..", "x'"] {
        let path = format!("/device-keys/{id}");
        for (method, body) in [(Method::DELETE, Value::Null), (Method::PATCH, json!({"name": "mine"}))] {
            assert_eq!(call(&server, method, &path, &other, body).await.status, 404, "{id}");
        }
    }
    phone.signed_in(&server).await;
}

/// S-061: by whom, as far as their app says, and in their language.
#[tokio::test]
async fn a_notice_of_a_key_says_what_it_came_from_and_speaks_its_language() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let bearer = format!("Bearer {}", phone.tokens["id_token"].as_str().unwrap());
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1";
    let headers = [
        ("authorization", bearer.as_str()),
        ("user-agent", agent),
        ("accept-language", "de"),
        ("content-type", JSON),
    ];
    let last = async || {
        server.t.engine.deliver_due().await.unwrap();
        server.t.settled().await;
        server.t.senders.sent().last().unwrap().body.expose().to_owned()
    };
    let mut body = proof_of(&server, &SoftDevice::ed25519(1)).await;
    body["name"] = json!("Second");
    let bytes = body.to_string().into_bytes();
    let enrolled = server.request(Method::POST, "/device-keys", &headers, &bytes).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    assert_eq!(last().await, "DeviceKeyAdded: Second; Safari on iPhone; 2026-11-24 12:00 UTC; de");
    let path = format!("/device-keys/{}", enrolled.json()["id"].as_str().unwrap());
    assert_eq!(server.request(Method::DELETE, &path, &headers, b"").await.status, 204);
    assert_eq!(last().await, "DeviceKeyRemoved: Second; Safari on iPhone; 2026-11-24 12:00 UTC; de");
}

/// Whoever lost their phone, where codes are refused beside its key.
#[tokio::test]
async fn an_operator_who_takes_all_that_was_enrolled_lets_codes_in_again() {
    let server = server().await;
    add_tool(&server.t, "tool", "delete:authentication_methods").await;
    let phone = Phone::enrolled(&server).await;
    let options = json!({"latchkey": {"codes_beside_passkeys": "refused"}});
    server.t.add_connection("sms", Strategy::Sms, options).await;
    assert_eq!(enter_code(&server, json!({})).await.status, 403);
    let bearer = json!(tool_token(&server, "tool", "").await);
    let user = claims(&phone.tokens["id_token"])["sub"].as_str().unwrap().replace('|', "%7C");
    let path = format!("/api/v2/users/{user}/authentication-methods");
    assert_eq!(call(&server, Method::DELETE, &path, &bearer, Value::Null).await.status, 204);
    is_refused(&phone.sign_in(&server).await);
    assert_eq!(enter_code(&server, json!({})).await.status, 200);
}

/// The last-factor guard: somebody who signed up by a passkey has no address.
#[tokio::test]
async fn the_last_way_into_an_account_stays() {
    let server = server().await;
    let options = json!({"authentication_methods": {"passkey": {"enabled": true}}});
    server.t.add_connection("passkeys", Strategy::Database, options).await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 4);
    let body =
        json!({"client_id": NATIVE, "realm": "passkeys", "user_profile": {"email": "ana@example.com"}});
    let begun = server.post("/passkey/register", body).await.json();
    let made = passkey.create(&begun["authn_params_public_key"], "https://login.example");
    let body = json!({
        "grant_type": "urn:okta:params:oauth:grant-type:webauthn", "client_id": NATIVE,
        "auth_session": begun["auth_session"], "authn_response": made,
    });
    let tokens = server.post("/oauth/token", body).await.json();
    let device = SoftDevice::es256();
    let body = proof_of(&server, &device).await;
    let enrolled = call(&server, Method::POST, "/device-keys", &tokens["id_token"], body).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    let key = enrolled.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/device-keys/{key}");
    let user = claims(&tokens["id_token"])["sub"].as_str().unwrap().to_owned();
    let store = &server.t.engine.store;
    store.delete_passkeys(&user.as_str().into(), None, Vec::new()).await.unwrap();
    let refused = call(&server, Method::DELETE, &path, &tokens["id_token"], Value::Null).await;
    assert_eq!((refused.status.as_u16(), refused.error().1), (409, "last_way_in".into()));
    let phone = Phone { device, key, tokens };
    phone.signed_in(&server).await;
    // Another key is another way.
    let body = proof_of(&server, &SoftDevice::es256()).await;
    call(&server, Method::POST, "/device-keys", &phone.tokens["id_token"], body).await;
    let removed = call(&server, Method::DELETE, &path, &phone.tokens["id_token"], Value::Null).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
}

/// P-163, P-168, S-069
#[tokio::test]
async fn operators_list_and_delete_keys_as_any_device_credential() {
    let server = server().await;
    add_tool(&server.t, "tool", "read:device_credentials delete:device_credentials").await;
    let phone = Phone::enrolled(&server).await;
    let tokens = phone.signed_in(&server).await;
    let bearer = json!(tool_token(&server, "tool", "").await);
    let shown =
        call(&server, Method::GET, "/api/v2/device-credentials?type=public_key", &bearer, Value::Null).await;
    let shown = shown.json()[0].clone();
    assert_eq!(shown["id"], json!(phone.key));
    assert_eq!(shown["type"], "public_key");
    assert_eq!(shown["algorithm"], "ES256");
    assert_eq!(shown["device_name"], "Ana's iPhone");
    let path = format!("/api/v2/device-credentials/{}", phone.key);
    assert_eq!(call(&server, Method::DELETE, &path, &bearer, Value::Null).await.status, 204);
    is_refused(&phone.sign_in(&server).await);
    assert_eq!(crate::phone::user_info(&server, &tokens["access_token"]).await.status, 401);
}

/// A person's own access token does as an id_token does, where it has the scope.
#[tokio::test]
async fn an_access_token_for_devices_enrols_and_removes() {
    let server = server().await;
    let mut client = (*server.t.engine.client(&NATIVE.into()).await.unwrap().unwrap()).clone();
    client.audiences = vec![AudienceGrant {
        audience: API.into(),
        scopes: Scopes::parse(
            "create:current_user_device_credentials delete:current_user_device_credentials read:current_user",
        )
        .unwrap(),
        token_lifetime: 86_400,
        dialect: Default::default(),
        further: Default::default(),
    }];
    server.t.engine.save_client(&client).await.unwrap();
    let with = |scope: &str| json!({"audience": API, "scope": scope});
    let plain = enter_code(&server, with("openid read:current_user")).await.json();
    let body = proof_of(&server, &SoftDevice::es256()).await;
    let refused = call(&server, Method::POST, "/device-keys", &plain["access_token"], body.clone()).await;
    assert_eq!(refused.error().1, "insufficient_scope", "{}", refused.text);
    let both = "create:current_user_device_credentials delete:current_user_device_credentials";
    let full = enter_code(&server, with(both)).await.json();
    let enrolled = call(&server, Method::POST, "/device-keys", &full["access_token"], body).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    let path = format!("/device-keys/{}", enrolled.json()["id"].as_str().unwrap());
    let removed = call(&server, Method::DELETE, &path, &full["access_token"], Value::Null).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
}

/// S-061: as at `/device-keys/{id}`.
#[tokio::test]
async fn a_key_of_today_goes_by_a_fresh_token_alone_at_the_management_api_too() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let mut client = (*server.t.engine.client(&NATIVE.into()).await.unwrap().unwrap()).clone();
    client.audiences = vec![AudienceGrant {
        audience: API.into(),
        scopes: Scopes::parse("delete:current_user_device_credentials").unwrap(),
        token_lifetime: 86_400,
        dialect: Default::default(),
        further: Default::default(),
    }];
    server.t.engine.save_client(&client).await.unwrap();
    let asked = json!({"audience": API, "scope": "openid delete:current_user_device_credentials"});
    let token = enter_code(&server, asked.clone()).await.json()["access_token"].clone();
    server.t.clock.advance(301);
    let path = format!("/api/v2/device-credentials/{}", phone.key);
    let stale = call(&server, Method::DELETE, &path, &token, Value::Null).await;
    assert_eq!(stale.json()["errorCode"], "reauthentication_required", "{}", stale.text);
    phone.signed_in(&server).await;
    let token = enter_code(&server, asked).await.json()["access_token"].clone();
    assert_eq!(call(&server, Method::DELETE, &path, &token, Value::Null).await.status, 204);
    is_refused(&phone.sign_in(&server).await);
}

/// S-069: an access token that came by a key without a refresh token ends with the key, too.
#[tokio::test]
async fn a_thief_with_a_key_enrols_no_other_once_it_is_gone() {
    let server = server().await;
    let mut client = (*server.t.engine.client(&NATIVE.into()).await.unwrap().unwrap()).clone();
    client.audiences = vec![AudienceGrant {
        audience: API.into(),
        scopes: Scopes::parse("create:current_user_device_credentials").unwrap(),
        token_lifetime: 86_400,
        dialect: Default::default(),
        further: Default::default(),
    }];
    server.t.engine.save_client(&client).await.unwrap();
    let phone = Phone::enrolled(&server).await;
    let assertion = phone.assertion(&server, (json!({}), json!({}))).await;
    let body = json!({
        "grant_type": crate::phone::JWT_BEARER, "client_id": NATIVE, "assertion": assertion, "audience": API,
        "scope": "create:current_user_device_credentials",
    });
    let stolen = server.post("/oauth/token", body).await.json();
    let body = proof_of(&server, &SoftDevice::es256()).await;
    let path = format!("/device-keys/{}", phone.key);
    let owner = by_code(&server).await;
    assert_eq!(call(&server, Method::DELETE, &path, &owner["id_token"], Value::Null).await.status, 204);
    let refused = call(&server, Method::POST, "/device-keys", &stolen["access_token"], body).await;
    assert_eq!(refused.error().1, "invalid_token", "{}", refused.text);
}

async fn set_tenant(server: &TestServer, given: Value) {
    let operator = latchkey_core::flow::manage::Operator::console();
    server.t.engine.update_tenant(&operator, given.as_object().unwrap().clone()).await.unwrap();
    server.t.clock.advance(1);
}

/// S-068
#[tokio::test]
async fn operators_say_how_long_keys_live_and_whether_there_are_any() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    set_tenant(&server, json!({"device_keys": {"max_age_days": 30}})).await;
    let keys = listed(&server, &phone.tokens["id_token"]).await;
    let days = 30 * 86_400 - 1;
    let ends = latchkey_core::Timestamp(now(&server)).plus(days).to_iso8601();
    assert_eq!(keys[0]["expires_at"], json!(ends), "told as it is now");
    server.t.clock.advance(30 * 86_400);
    is_refused(&phone.sign_in(&server).await);
    let tokens = by_code(&server).await;
    assert!(listed(&server, &tokens["id_token"]).await.is_empty());
    set_tenant(&server, json!({"device_keys": {"enabled": false}})).await;
    let off = server.post("/device-keys/challenge", json!({"client_id": NATIVE, "purpose": "enrol"})).await;
    assert_eq!(off.status, 404);
    assert_eq!(
        call(&server, Method::GET, "/device-keys", &tokens["id_token"], Value::Null).await.status,
        404
    );
    let beside = enter_code(&server, json!({"device_key_name": "x", "device_key_proof": "x"})).await;
    assert_eq!(beside.error().2, "There are no device keys here");
    let assertion = phone.device.assertion((NATIVE, &phone.key), "x", now(&server), (json!({}), json!({})));
    is_refused(&crate::phone::by_key(&server, &assertion).await);
    for bad in [json!({"max_age_days": 0}), json!({"max_age_days": 366}), json!({"x": 1}), json!(true)] {
        let operator = latchkey_core::flow::manage::Operator::console();
        let given = json!({"device_keys": bad}).as_object().unwrap().clone();
        assert!(server.t.engine.update_tenant(&operator, given).await.is_err());
    }
}

/// S-068: and what apps are told about the key.
#[test]
fn the_guide_says_what_the_wire_has() {
    use latchkey_wire::device_key::{ASSERTION_TYP, ENROLMENT_TYP};
    let guide = include_str!("../../../../docs/guide/device-keys.md");
    let told = [
        ".biometryCurrentSet",
        "setInvalidatedByBiometricEnrollment(true)",
        ASSERTION_TYP,
        ENROLMENT_TYP,
        latchkey_wire::token::JWT_BEARER,
        "max_age_days",
        "device-key-v1.json",
    ];
    for text in told {
        assert!(guide.contains(text), "{text}");
    }
}

/// What ends a key beside its removal, as it ends the keys of Touch ID (decision 25).
#[tokio::test]
async fn a_key_ends_with_its_connection_its_client_and_its_block() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let store = &server.t.engine.store;
    let mut sms = store.find_connection("sms").await.unwrap().unwrap();
    let all = std::mem::take(&mut sms.enabled_clients);
    server.t.engine.put_connection(&sms).await.unwrap();
    is_refused(&phone.sign_in(&server).await);
    server
        .t
        .engine
        .put_connection(&latchkey_core::model::Connection { enabled_clients: all, ..sms })
        .await
        .unwrap();
    phone.signed_in(&server).await;

    let user = claims(&phone.tokens["id_token"])["sub"].as_str().unwrap().to_owned();
    let known = store.find_user(&user.as_str().into()).await.unwrap().unwrap();
    store.update_user(&latchkey_core::model::User { blocked: true, ..known.clone() }).await.unwrap();
    let blocked = phone.sign_in(&server).await;
    assert_eq!(blocked.error(), (403, "unauthorized".into(), "user is blocked".into()));
    // To nobody but who has the key.
    let thief = Phone { device: SoftDevice::es256(), key: phone.key.clone(), tokens: Value::Null };
    is_refused(&thief.sign_in(&server).await);
    store.update_user(&known).await.unwrap();
    phone.signed_in(&server).await;

    store.delete_connection("sms", server.t.engine.now(), Vec::new()).await.unwrap();
    is_refused(&phone.sign_in(&server).await);
}
