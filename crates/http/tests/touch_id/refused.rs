//! JWTs that sign nobody in (protocol 7.4).

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use latchkey_core::Clock;
use latchkey_core::model::{User, UserId};
use latchkey_testkit::{DevicePair, NATIVE, PHONE, TestEngine};
use serde_json::{Value, json};

use crate::phone::{
    DATABASE, JWT_BEARER, LOCK, NAME, PASSWORD, Phone, RAW, account, add_lock, by_key, changed, engine,
    enrol, is_refused, log_in, open_database, profile, server, sign_up, user_info,
};
use crate::support::{Answer, JSON, TestServer};

/// P-167
#[tokio::test]
async fn what_is_missing_is_named_in_the_documented_words() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let jwt = phone.jwt(&server, json!({}));
    for (name, text) in [
        ("device", "missing device parameter"),
        ("id_token", "missing id_token parameter"),
        ("connection", "missing connection parameter"),
        ("client_id", "missing client_id parameter"),
    ] {
        for empty in [Value::Null, json!("")] {
            let refused = by_key(&server, &jwt, json!({ name: empty })).await;
            assert_eq!(refused.error(), (400, "invalid_request".into(), text.into()));
        }
    }
    // With neither, the device is asked for first.
    let neither = by_key(&server, &jwt, json!({"device": null, "id_token": null})).await;
    assert_eq!(neither.error().2, "missing device parameter");
    for (name, bad) in [
        ("device", json!("a\u{0}b")),
        ("device", json!("x".repeat(129))),
        ("connection", json!("\u{0}")),
        ("id_token", json!("x".repeat(9000))),
        ("device", json!(7)),
    ] {
        let refused = by_key(&server, &jwt, json!({ name: bad })).await;
        assert_eq!((refused.error().0, refused.error().1.as_str()), (400, "invalid_request"), "{name}");
    }
    for bad in ["\u{0}", "nobody", &"x".repeat(500)] {
        let refused = by_key(&server, &jwt, json!({ "client_id": bad })).await;
        assert_eq!(refused.error(), (403, "unauthorized_client".into(), "invalid client".into()), "{bad:?}");
    }
}

/// P-166, S-064
#[tokio::test]
async fn a_jwt_is_good_for_its_short_life_and_no_longer() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let now = server.t.clock.now().0;
    let good = |iat: i64, exp: i64| json!({"iat": now + iat, "exp": now + exp});
    for (claims, why) in [
        (good(-91, -61), "expired"),
        (good(-60, -60), "without a life"),
        (good(61, 91), "of the future"),
        (good(0, 61), "of more than a minute"),
        (good(0, 300), "of five minutes"),
        (good(30, 0), "that ends before it begins"),
        (json!({"exp": null}), "without an end"),
        (json!({"iat": null}), "without a beginning"),
        (json!({"exp": "soon"}), "with an end that is no number"),
        (good(0, i64::MAX - now), "for ever"),
    ] {
        println!("{why}");
        is_refused(&by_key(&server, &phone.jwt(&server, claims), json!({})).await);
    }
    // The clocks of phones are wrong by as much as a minute.
    for claims in [good(0, 30), good(-80, -50), good(55, 85), good(-1, 59)] {
        assert_eq!(by_key(&server, &phone.jwt(&server, claims), json!({})).await.status, 200);
    }
}

/// P-166, S-064
#[tokio::test]
async fn a_jwt_is_taken_once_however_it_is_sent_again() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let jwt = phone.jwt(&server, json!({}));
    assert_eq!(by_key(&server, &jwt, json!({})).await.status, 200);
    is_refused(&by_key(&server, &jwt, json!({})).await);
    is_refused(&by_key(&server, &jwt, json!({"scope": "openid"})).await);
    is_refused(&by_key(&server, &format!("{jwt}="), json!({})).await);
    server.t.clock.advance(29);
    is_refused(&by_key(&server, &jwt, json!({})).await);
    // As long as anybody takes it, it is remembered, whatever was swept.
    server.t.clock.advance(60);
    server.t.engine.sweep().await.unwrap();
    is_refused(&by_key(&server, &jwt, json!({})).await);
}

/// S-064
#[tokio::test]
async fn a_replayed_jwt_is_refused_by_another_node() {
    let store = TestEngine::store().await;
    let first = TestServer::over(engine(TestEngine::over(Arc::clone(&store), |_| {}).await).await);
    let second = TestServer::over(TestEngine::over(store, |_| {}).await);
    open_database(&second.t, json!({})).await;
    let phone = Phone::enrolled(&first).await;
    let jwt = phone.jwt(&first, json!({}));
    assert_eq!(by_key(&first, &jwt, json!({})).await.status, 200);
    is_refused(&by_key(&second, &jwt, json!({})).await);
    first.t.clock.advance(1);
    let next = phone.jwt(&first, json!({}));
    assert_eq!(by_key(&second, &next, json!({})).await.status, 200);
    is_refused(&by_key(&first, &next, json!({})).await);
}

/// P-166, S-065
#[tokio::test]
async fn only_the_key_that_was_enrolled_signs_and_only_by_its_algorithm() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let now = server.t.clock.now().0;
    let claims = json!({"iss": phone.user, "sub": phone.pair.fingerprint(), "device": RAW, "iat": now, "exp": now + 30});
    let stranger = DevicePair::generate(1024, 99);
    let rs256 =
        |extra: Value| phone.pair.sign(&changed(json!({"alg": "RS256", "typ": "JWT"}), extra), &claims);
    let message = |header: Value| {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        format!("{}.{}", part(&header), part(&claims))
    };
    let hs256 = |secret: &[u8]| {
        let key = EncodingKey::from_secret(secret);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
    };
    let pem = phone.pair.pem();
    let jwt = rs256(json!({}));
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    for (why, forged) in [
        ("another key with the fingerprint of ours", stranger.sign(&json!({"alg": "RS256"}), &claims)),
        ("none", format!("{}.", message(json!({"alg": "none", "typ": "JWT"})))),
        ("none with a signature", format!("{}.{signature}", message(json!({"alg": "none"})))),
        ("HS256 with the PEM as the secret", hs256(pem.as_bytes())),
        ("HS256 with the PEM in lines", hs256(pem.replace('\r', "\n").as_bytes())),
        ("HS256 with the DER", hs256(&phone.pair.der())),
        ("HS256 with the secret of the client", hs256(b"lock-secret")),
        ("a header that says HS256", phone.pair.sign(&json!({"alg": "HS256"}), &claims)),
        ("a header that says ES256", phone.pair.sign(&json!({"alg": "ES256"}), &claims)),
        ("a header that says RS384", phone.pair.sign(&json!({"alg": "RS384"}), &claims)),
        ("a critical extension", rs256(json!({"crit": ["exp"]}))),
        ("another type", rs256(json!({"typ": "logout+jwt"}))),
        ("no signature", format!("{signed}.")),
        ("two parts", signed.to_owned()),
        ("a changed payload", format!("{}A.{signature}", signed)),
        ("nonsense", "nonsense".to_owned()),
    ] {
        println!("{why}");
        is_refused(&by_key(&server, &forged, json!({})).await);
    }
    // None of them used the JWT up.
    assert_eq!(by_key(&server, &jwt, json!({})).await.status, 200);
}

/// P-166, S-065
#[tokio::test]
async fn issuer_subject_client_and_connection_are_those_of_the_key() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    add_lock(&server.t, "other-lock", Some("2027-06-30")).await;
    open_database(&server.t, json!({})).await;
    server.t.add_connection("other-database", latchkey_core::model::Strategy::Database, json!({})).await;
    let other = DevicePair::generate(1024, 98);
    let second = sign_up(&server, json!({"email": "ben@example.com"})).await.json();
    let ben = format!("auth0|{}", second["_id"].as_str().unwrap());
    for (why, claims, change) in [
        ("another user", json!({ "iss": ben }), json!({})),
        ("nobody", json!({"iss": "auth0|0123456789abcdef01234567"}), json!({})),
        ("no user", json!({"iss": "lock"}), json!({})),
        ("zeros", json!({"iss": "auth0|\u{0}"}), json!({})),
        ("no issuer", json!({ "iss": null }), json!({})),
        ("the fingerprint of another key", json!({ "sub": other.fingerprint() }), json!({})),
        ("another client", json!({}), json!({"client_id": "other-lock"})),
        ("another connection", json!({}), json!({"connection": "other-database"})),
    ] {
        println!("{why}");
        is_refused(&by_key(&server, &phone.jwt(&server, claims), change).await);
        server.t.clock.advance(1);
    }
    assert_eq!(phone.log_in(&server).await.status, 200);
}

/// P-141: what is off, and for whom.
#[tokio::test]
async fn touch_id_is_off_but_for_clients_with_its_grants() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let jwt = phone.jwt(&server, json!({}));
    let refused = by_key(&server, &jwt, json!({"client_id": NATIVE})).await;
    assert_eq!(refused.error().2, "OIDC conformant clients cannot use /oauth/ro");
    let kind = latchkey_core::model::ClientKind::Native;
    server.t.add_client("plain", kind, None, |client| client.oidc_conformant = false).await;
    server
        .t
        .add_client("ro", kind, None, |client| {
            client.oidc_conformant = false;
            client.grant_types.push(latchkey_wire::token::LEGACY_RO.into());
        })
        .await;
    let off = by_key(&server, &jwt, json!({"client_id": "plain"})).await;
    assert_eq!((off.error().0, off.error().1.as_str()), (404, "endpoint_disabled"));
    let not = by_key(&server, &jwt, json!({"client_id": "ro"})).await;
    let text = format!("Grant type '{JWT_BEARER}' not allowed for the client.");
    assert_eq!(not.error(), (403, "unauthorized_client".into(), text));
    // The connection was made before these clients.
    let unseen = by_key(&server, &jwt, json!({"connection": "sms"})).await;
    assert_eq!(unseen.error().2, "the connection was disabled");
    server.t.add_connection("sms", latchkey_core::model::Strategy::Sms, json!({})).await;
    let sms = by_key(&server, &jwt, json!({"connection": "sms"})).await;
    assert_eq!(sms.error().2, "specified strategy does not support requested operation");
    let nowhere = by_key(&server, &jwt, json!({"connection": "nowhere"})).await;
    assert_eq!(nowhere.error().2, "the connection was not found");
    open_database(&server.t, json!({})).await;
    let password = log_in(&server, json!({"client_id": "ro"})).await;
    assert_eq!(password.error().2, "specified strategy does not support requested operation");
    assert_eq!(sign_up(&server, json!({"client_id": "ro"})).await.json()["code"], "endpoint_disabled");
}

#[tokio::test]
async fn who_is_blocked_is_told_so_once_the_key_has_proved_them() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let store = &server.t.engine.store;
    let user = store.find_user(&UserId::from(phone.user.as_str())).await.unwrap().unwrap();
    store.update_user(&User { blocked: true, ..user }).await.unwrap();
    let blocked = (401, "unauthorized".into(), "user is blocked".into());
    assert_eq!(phone.log_in(&server).await.error(), blocked);
    assert_eq!(log_in(&server, json!({})).await.error(), blocked);
    let stranger = DevicePair::generate(1024, 97);
    let forged = stranger.jwt(RAW, server.t.clock.now().0, json!({"iss": phone.user}));
    is_refused(&by_key(&server, &forged, json!({})).await);
    assert_eq!(log_in(&server, json!({"password": "wrong-wrong"})).await.error().1, "invalid_user_password");
}

/// S-063
#[tokio::test]
async fn short_keys_are_over_once_the_day_of_the_client_is_over() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let strong = DevicePair::generate(2048, 5);
    let answer = enrol(&server, &phone.tokens["id_token"], &phone.user, &strong.pem(), "new").await;
    assert_eq!((answer.status.as_u16(), answer.header("warning")), (201, ""));
    add_lock(&server.t, LOCK, Some("2026-11-01")).await;
    open_database(&server.t, json!({})).await;
    is_refused(&phone.log_in(&server).await);
    let now = server.t.clock.now().0;
    let jwt = strong.jwt("new", now, json!({"iss": phone.user}));
    assert_eq!(by_key(&server, &jwt, json!({"device": "new"})).await.status, 200);
}

/// S-068
#[tokio::test]
async fn a_key_has_to_be_enrolled_anew_after_a_year() {
    let server = server().await;
    add_lock(&server.t, LOCK, Some("2030-01-01")).await;
    open_database(&server.t, json!({})).await;
    let phone = Phone::enrolled(&server).await;
    server.t.clock.advance(364 * 86_400);
    phone.logged_in(&server).await;
    server.t.clock.advance(86_400);
    is_refused(&phone.log_in(&server).await);
    server.t.clock.advance(2 * 86_400);
    server.t.engine.sweep().await.unwrap();
    let filter = latchkey_core::store::DeviceKeyFilter::default();
    assert!(server.t.engine.store.list_device_keys(&filter, 10).await.unwrap().is_empty());
}

async fn token(server: &TestServer, body: Value) -> Answer {
    server.post("/oauth/token", body).await
}

/// S-070: every kind of token, at every place that takes one, is taken at its own only.
#[tokio::test]
async fn no_token_is_taken_for_one_of_another_kind() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let device = phone.jwt(&server, json!({}));
    let assertion_claims = json!({"iss": LOCK, "aud": "https://login.example/", "jti": "1"});
    let as_client = phone.jwt(&server, changed(assertion_claims, json!({"sub": LOCK})));
    let tokens = &phone.tokens;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (id, access, refresh) = (text("id_token"), text("access_token"), text("refresh_token"));
    server.t.start(NATIVE, PHONE).await.unwrap();
    let modern = server.t.redeem(NATIVE, PHONE, &server.t.code(), "openid offline_access").await.unwrap();
    let modern_id = modern.id_token.unwrap().expose().to_owned();
    let modern_refresh = modern.refresh_token.unwrap().expose().to_owned();

    // The JWT of a device, and the others where it belongs.
    for other in [&id, &access, &refresh, &modern_id, &modern_refresh, &as_client] {
        is_refused(&by_key(&server, other, json!({})).await);
    }
    for jwt in [&device, &as_client] {
        assert_eq!(profile(&server, &json!(jwt)).await.status, 401);
        assert_eq!(user_info(&server, &json!(jwt)).await.status, 401);
        let bearer = format!("Bearer {jwt}");
        let managed = server.get("/api/v2/device-credentials", &[("authorization", &bearer)]).await;
        assert_eq!(managed.status, 401, "{}", managed.text);
        assert_eq!(enrol(&server, &json!(jwt), &phone.user, &phone.pair.pem(), NAME).await.status, 401);
        for name in ["id_token", "refresh_token"] {
            let body = json!({"client_id": LOCK, "grant_type": JWT_BEARER, name: jwt});
            assert_eq!(server.post("/delegation", body).await.status, 401);
        }
        let refused =
            token(&server, json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": jwt}));
        assert_eq!(refused.await.error().1, "invalid_grant");
        for client in [LOCK, "machine", "web"] {
            let body = json!({
                "grant_type": "client_credentials", "client_id": client, "client_assertion": jwt,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            });
            assert_eq!(
                token(&server, body).await.error(),
                (401, "invalid_client".into(), "Client authentication failed".into())
            );
        }
        let introspected = server
            .form("/oauth/introspect", &format!("token={jwt}&client_id=web&client_secret=web-secret"))
            .await;
        assert_eq!(introspected.text, r#"{"active":false}"#);
    }
    // What opens `/userinfo`, or signs in at `/oauth/token`, enrols no key; what renews is no proof.
    for other in [&access, &refresh, &modern_refresh] {
        assert_eq!(enrol(&server, &json!(other), &phone.user, &phone.pair.pem(), NAME).await.status, 401);
        assert_eq!(profile(&server, &json!(other)).await.status, 401);
    }
    for other in [&id, &refresh, &modern_id] {
        assert_eq!(user_info(&server, &json!(other)).await.status, 401);
    }
    // Each is good where it belongs.
    assert_eq!(by_key(&server, &device, json!({})).await.status, 200);
    assert_eq!(profile(&server, &json!(id)).await.status, 200);
    assert_eq!(user_info(&server, &json!(access)).await.status, 200);
}

/// At `/oauth/token` and `/passwordless/verify` there is no such grant.
#[tokio::test]
async fn a_jwt_of_a_device_is_for_oauth_ro_alone() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let jwt = phone.jwt(&server, json!({}));
    let body = json!({
        "grant_type": JWT_BEARER, "client_id": LOCK, "assertion": jwt, "id_token": jwt, "device": NAME,
        "connection": DATABASE, "client_secret": "lock-secret",
    });
    assert_eq!(token(&server, body.clone()).await.error().1, "unauthorized_client");
    // Nor where the client has the grant, which is for keys of today.
    let mut lock = (*server.t.engine.client(&LOCK.into()).await.unwrap().unwrap()).clone();
    lock.grant_types.push(JWT_BEARER.into());
    server.t.engine.save_client(&lock).await.unwrap();
    assert_eq!(token(&server, body.clone()).await.error().1, "invalid_grant");
    assert_eq!(server.post("/passwordless/verify", body).await.error().1, "unsupported_grant_type");
    let headers = [("content-type", JSON)];
    let put = server.request(Method::PUT, "/oauth/ro", &headers, b"{}").await;
    assert_eq!(put.status, 405);
}

/// RL-19
#[tokio::test]
async fn who_signs_in_the_name_of_a_key_switches_it_off_and_an_operator_on_again() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    let stranger = DevicePair::generate(1024, 96);
    let now = server.t.clock.now().0;
    let claims = json!({"iss": phone.user, "sub": phone.pair.fingerprint()});
    for n in 0..49 {
        let forged = stranger.jwt(RAW, now, changed(claims.clone(), json!({ "n": n })));
        is_refused(&by_key(&server, &forged, json!({})).await);
    }
    // One right JWT in between, and it begins anew.
    assert_eq!(phone.log_in(&server).await.status, 200);
    server.t.clock.advance(1);
    for n in 0..50 {
        let forged = stranger.jwt(RAW, now, changed(claims.clone(), json!({ "n": n })));
        is_refused(&by_key(&server, &forged, json!({})).await);
    }
    let off = phone.log_in(&server).await;
    assert_eq!((off.error().0, off.error().1.as_str()), (429, "too_many_attempts"));

    crate::support::add_tool(&server.t, "tool", "update:users read:users").await;
    let tool = crate::support::tool_token(&server, "tool", "").await;
    let bearer = format!("Bearer {tool}");
    let path = format!("/api/v2/user-blocks/{}", phone.user.replace('|', "%7C"));
    let blocks = server.get(&path, &[("authorization", &bearer)]).await.json();
    let filter = latchkey_core::store::DeviceKeyFilter::default();
    let key = server.t.engine.store.list_device_keys(&filter, 10).await.unwrap().remove(0).id;
    assert_eq!(blocks["blocked_for"][0]["identifier"], json!(key));
    let unblocked = server.request(Method::DELETE, &path, &[("authorization", &bearer)], b"").await;
    assert_eq!(unblocked.status, 204, "{}", unblocked.text);
    assert_eq!(phone.log_in(&server).await.status, 200);
}

/// The account that the phone has stays good.
#[tokio::test]
async fn a_wrong_jwt_costs_the_password_nothing() {
    let server = server().await;
    let (_, user) = account(&server).await;
    let stranger = DevicePair::generate(1024, 95);
    let forged = stranger.jwt(RAW, server.t.clock.now().0, json!({"iss": user}));
    is_refused(&by_key(&server, &forged, json!({})).await);
    assert_eq!(log_in(&server, json!({ "password": PASSWORD })).await.status, 200);
}
