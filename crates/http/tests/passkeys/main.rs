//! Passkeys by Auth0's native API, from the challenge to the tokens (protocol 2.6, 2.9.6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod beside;
mod figures;
mod making;
mod operate;
mod pages;
mod scene;
#[path = "../support/mod.rs"]
mod support;

use data_encoding::BASE64URL_NOPAD;
use http::Method;
use latchkey_core::model::{Event, EventKind, Strategy};
use latchkey_core::settings::Limits;
use latchkey_testkit::authenticator::{
    Algorithm, BACKED_UP, BACKUP_ELIGIBLE, SoftPasskey, USER_VERIFIED, flip,
};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, OTHER_NATIVE, SPA, TestEngine};
use scene::{ANA, ORIGIN, Scene, WEBAUTHN, claims};
use serde_json::{Value, json};
use support::{JSON, TestServer};

/// P-180, S-057, PB-095
#[tokio::test]
async fn both_endpoints_answer_with_the_fields_and_constants_of_auth0() {
    let scene = Scene::new().await;
    let challenge = scene.challenge().await;
    assert_eq!(challenge.status, 200);
    assert_eq!(challenge.header("cache-control"), "no-store");
    let body = challenge.json();
    let options = &body["authn_params_public_key"];
    assert!(body["auth_session"].as_str().unwrap().len() >= 43);
    assert_eq!(
        *options,
        json!({
            "challenge": options["challenge"], "timeout": 300_000, "rpId": "login.example",
            "userVerification": "preferred",
        })
    );
    let register = scene.register(json!({"email": ANA, "name": "Ana"})).await;
    assert_eq!(register.status, 200);
    let body = register.json();
    let options = &body["authn_params_public_key"];
    assert_eq!(
        *options,
        json!({
            "challenge": options["challenge"], "timeout": 300_000,
            "rp": {"id": "login.example", "name": "login.example"},
            "user": {"id": options["user"]["id"], "name": ANA, "displayName": "Ana"},
            "pubKeyCredParams": [
                {"type": "public-key", "alg": -8}, {"type": "public-key", "alg": -7},
                {"type": "public-key", "alg": -257},
            ],
            "authenticatorSelection": {"residentKey": "required", "userVerification": "preferred"},
        })
    );
    let bytes = |value: &Value| BASE64URL_NOPAD.decode(value.as_str().unwrap().as_bytes()).unwrap();
    assert_eq!((bytes(&options["challenge"]).len(), bytes(&options["user"]["id"]).len()), (32, 64));
    let unnamed = scene.register(json!({"email": ANA})).await.json();
    assert_eq!(unnamed["authn_params_public_key"]["user"]["displayName"], ANA);
}

/// P-182
#[tokio::test]
async fn a_passkey_of_each_algorithm_signs_up_and_then_in() {
    let scene = Scene::new().await;
    for (number, algorithm) in (1..).zip(Algorithm::ALL) {
        let mut passkey = SoftPasskey::new(algorithm, number);
        let first = scene.sign_up(&mut passkey).await;
        assert_eq!(first.status, 200, "{algorithm:?}: {}", first.text);
        let tokens = first.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert!(tokens["refresh_token"].is_string());
        let id_token = claims(&tokens);
        assert_eq!(id_token["amr"], json!(["hwk", "user", "mfa"]));
        let again = scene.sign_in(&mut passkey).await;
        assert_eq!(again.status, 200, "{algorithm:?}: {}", again.text);
        assert_eq!(claims(&again.json())["sub"], id_token["sub"]);
    }
}

/// S-149
#[tokio::test]
async fn what_somebody_says_at_sign_up_claims_no_address_and_becomes_no_claim() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let profile = json!({"email": ANA, "phone_number": "+14155550100", "username": "ana", "name": "Ana"});
    let begun = scene.register_with(profile, json!({"email": ANA, "sub": "x", "roles": "admin"})).await;
    let tokens = scene.finish_new(&begun, &mut passkey).await.json();
    let id_token = claims(&tokens);
    for name in ["email", "email_verified", "phone_number", "username", "roles"] {
        assert_eq!(id_token.get(name), None, "{name}");
    }
    assert_eq!(id_token["name"], "Ana");
    let sub = id_token["sub"].as_str().unwrap();
    assert!(sub.starts_with("auth0|") && sub.len() == 30, "{sub}");

    // Its owner proves the address, and gets an account of their own.
    let t = &scene.server.t;
    let owner = scene.owner_by_code(ANA).await;
    assert_ne!(owner.as_str(), sub);
    assert_eq!(scene.sign_in(&mut passkey).await.status, 200);
    let users = t.engine.store.count_users().await.unwrap();
    assert_eq!(users, 2);
}

/// P-181, S-149
#[tokio::test]
async fn who_has_an_identifier_is_told_only_where_an_operator_wants_it_told() {
    let scene = Scene::new().await;
    scene.owner_by_code(ANA).await;
    let (known, unknown) = (
        scene.register(json!({"email": ANA})).await,
        scene.register(json!({"email": "bo@example.com"})).await,
    );
    assert_eq!((known.status, unknown.status), (http::StatusCode::OK, http::StatusCode::OK));
    let shape = |answer: &support::Answer| {
        let body = answer.json();
        let options = body["authn_params_public_key"].as_object().unwrap().clone();
        options.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(shape(&known), shape(&unknown));
    scene.set_options(json!({"latchkey": {"auth0_oracles": true}})).await;
    let known = scene.register(json!({"email": ANA})).await;
    assert_eq!(known.error(), (400, "invalid_request".into(), "The user already exists.".into()));
    assert_eq!(scene.register(json!({"email": "bo@example.com"})).await.status, 200);
}

/// P-183
#[tokio::test]
async fn an_api_that_is_off_is_not_there() {
    let scene = Scene::new().await;
    let begun = scene.challenge().await.json();
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    scene.set_tenant(json!({"passkeys": {"enabled": false}})).await;
    for path in ["/passkey/register", "/passkey/challenge"] {
        for body in [json!({}), json!({"client_id": NATIVE})] {
            let refused = scene.server.post(path, body).await;
            assert_eq!(refused.error().0, 404, "{path}");
            assert_eq!(refused.error().1, "not_found");
        }
    }
    assert_eq!(scene.finish(&begun, answer).await.status, 403);
}

/// S-051: a used session, a session of another client, an answer that came late.
#[tokio::test]
async fn a_ceremony_works_once_in_time_and_for_its_client() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    assert_eq!(scene.sign_up(&mut passkey).await.status, 200);

    let begun = scene.challenge().await.json();
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    let elsewhere = scene.finish_as(OTHER_NATIVE, &begun, answer.clone(), json!({})).await;
    assert_eq!(elsewhere.error(), refused());
    assert_eq!(scene.finish(&begun, answer.clone()).await.status, 200);
    assert_eq!(scene.finish(&begun, answer).await.error(), refused());

    let begun = scene.challenge().await.json();
    let mut bad = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    let good = bad.clone();
    flip(&mut bad, "/response/signature", 20);
    assert_eq!(scene.finish(&begun, bad).await.error(), refused());
    assert_eq!(scene.finish(&begun, good).await.error(), refused(), "a failed try uses it up as well");

    let begun = scene.challenge().await.json();
    let late = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    scene.server.t.clock.advance(300);
    assert_eq!(scene.finish(&begun, late).await.error(), refused());

    let (one, two) = (scene.challenge().await.json(), scene.challenge().await.json());
    let crossed = passkey.get(&one["authn_params_public_key"], ORIGIN);
    assert_eq!(scene.finish(&two, crossed).await.error(), refused());
}

fn refused() -> (u16, String, String) {
    (403, "invalid_grant".into(), "The passkey could not be verified.".into())
}

/// S-051
#[tokio::test]
async fn a_sign_up_is_no_sign_in_and_a_sign_in_no_sign_up() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let begun = scene.register(json!({"email": ANA})).await.json();
    let options = &begun["authn_params_public_key"];
    let as_get = json!({"challenge": options["challenge"], "rpId": "login.example"});
    let answer = passkey.get(&as_get, ORIGIN);
    assert_eq!(scene.finish(&begun, answer).await.error(), refused());
    let begun = scene.challenge().await.json();
    let challenge = &begun["authn_params_public_key"]["challenge"];
    let as_create = json!({
        "challenge": challenge, "rp": {"id": "login.example"}, "user": {"id": BASE64URL_NOPAD.encode(&[1; 64])},
    });
    let answer = SoftPasskey::new(Algorithm::Es256, 2).create(&as_create, ORIGIN);
    assert_eq!(scene.finish(&begun, answer).await.error(), refused());
    assert_eq!(scene.server.t.engine.store.count_users().await.unwrap(), 1);
}

/// S-056, PB-090, PB-091, PB-102: the handle names the person, and it must be theirs.
#[tokio::test]
async fn a_user_handle_that_is_absent_or_anothers_is_refused() {
    let scene = Scene::new().await;
    let (mut ana, mut bo) = (SoftPasskey::new(Algorithm::Es256, 1), SoftPasskey::new(Algorithm::Es256, 2));
    scene.sign_up(&mut ana).await;
    scene.sign_up(&mut bo).await;
    for handle in [None, Some(Vec::new()), bo.user_handle.clone(), Some(vec![1; 64])] {
        let begun = scene.challenge().await.json();
        let answer =
            ana.get_as(&begun["authn_params_public_key"], ORIGIN, |d| d.user_handle.clone_from(&handle));
        assert_eq!(scene.finish(&begun, answer).await.error(), refused(), "{handle:?}");
    }
    assert_eq!(scene.sign_in(&mut ana).await.status, 200);
}

/// S-058
#[tokio::test]
async fn a_credential_that_is_there_is_nobody_elses() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let first = claims(&scene.sign_up(&mut passkey).await.json());
    let mut same = SoftPasskey::new(Algorithm::EdDsa, 1);
    assert_eq!(scene.sign_up(&mut same).await.error(), refused());
    assert_eq!(scene.server.t.engine.store.count_users().await.unwrap(), 1);
    assert_eq!(claims(&scene.sign_in(&mut passkey).await.json())["sub"], first["sub"]);
}

/// S-059, PB-097
#[tokio::test]
async fn a_counter_that_does_not_grow_is_told_and_locks_nobody_out() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    passkey.counter = u32::MAX - 2;
    scene.sign_up(&mut passkey).await;
    assert_eq!(scene.sign_in(&mut passkey).await.status, 200);
    assert!(scene.events(EventKind::PasskeyCloned).await.is_empty());
    passkey.counter = 9;
    assert_eq!(scene.sign_in(&mut passkey).await.status, 200);
    let cloned = scene.events(EventKind::PasskeyCloned).await;
    assert_eq!(cloned.len(), 1);
    assert!(cloned[0].detail["passkey"].as_str().unwrap().starts_with("passkey|dev_"));

    let mut silent = SoftPasskey::new(Algorithm::Es256, 2);
    for _ in 0..2 {
        silent.counter = 0;
        let answer = match silent.user_handle {
            None => scene.sign_up(&mut silent).await,
            Some(_) => scene.sign_in(&mut silent).await,
        };
        assert_eq!(answer.status, 200);
    }
    assert_eq!(scene.events(EventKind::PasskeyCloned).await.len(), 1);
}

/// S-059
#[tokio::test]
async fn an_operator_may_refuse_a_passkey_whose_counter_did_not_grow() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    passkey.counter = 10;
    scene.sign_up(&mut passkey).await;
    scene.set_options(json!({"latchkey": {"on_cloned_passkey": "refuse"}})).await;
    passkey.counter = 9;
    assert_eq!(scene.sign_in(&mut passkey).await.error(), refused());
    assert_eq!(scene.events(EventKind::PasskeyCloned).await.len(), 1);
    let failed = scene.events(EventKind::PasskeyExchangeFailed).await;
    assert_eq!((failed.len(), &failed[0].detail["error"]), (1, &json!("counter")));
    passkey.counter = 11;
    assert_eq!(scene.sign_in(&mut passkey).await.status, 200);
    // One that keeps no count is nobody's clone.
    let mut silent = SoftPasskey::new(Algorithm::Es256, 2);
    silent.counter = 0;
    scene.sign_up(&mut silent).await;
    silent.counter = 0;
    assert_eq!(scene.sign_in(&mut silent).await.status, 200);
}

/// S-053, PB-089, PB-101
#[tokio::test]
async fn a_person_who_was_not_checked_gets_in_only_where_a_connection_says_so() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    passkey.flags &= !USER_VERIFIED;
    assert_eq!(scene.sign_in(&mut passkey).await.error(), refused());
    let mut newcomer = SoftPasskey::new(Algorithm::EdDsa, 2);
    newcomer.flags = passkey.flags;
    assert_eq!(scene.sign_up(&mut newcomer).await.error(), refused());
    scene.set_options(json!({"latchkey": {"passkey_user_verification": "preferred"}})).await;
    let tokens = scene.sign_in(&mut passkey).await.json();
    assert_eq!(claims(&tokens)["amr"], json!(["hwk", "user"]));
    let mut synced = SoftPasskey::new(Algorithm::Rs256, 3);
    synced.flags |= BACKUP_ELIGIBLE | BACKED_UP;
    assert_eq!(claims(&scene.sign_up(&mut synced).await.json())["amr"], json!(["swk", "user", "mfa"]));
}

/// S-052
#[tokio::test]
async fn a_page_asks_only_where_it_could_answer() {
    let scene = Scene::new().await;
    let ask = async |client: &str, origin: &str| {
        let body = json!({"client_id": client}).to_string();
        let headers = [("content-type", JSON), ("origin", origin)];
        scene.server.request(Method::POST, "/passkey/challenge", &headers, body.as_bytes()).await
    };
    assert_eq!(ask(NATIVE, ORIGIN).await.status, 200);
    // A web origin of the client, which the domain does not cover.
    assert_eq!(ask(SPA, "https://app.example").await.status, 403);
    assert_eq!(ask(NATIVE, "https://evil.login.example").await.status, 403);
    let t = &scene.server.t;
    t.add_client(SPA, latchkey_core::model::ClientKind::Spa, None, |client| {
        client.web_origins = vec!["https://app.login.example".into()];
    })
    .await;
    let asked = ask(SPA, "https://app.login.example").await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let begun = asked.json();
    let answer = passkey.get(&begun["authn_params_public_key"], "https://app.login.example");
    assert_eq!(scene.finish_as(SPA, &begun, answer, json!({})).await.status, 200);
    let begun = scene.challenge().await.json();
    let answer = passkey.get(&begun["authn_params_public_key"], "https://app.login.example");
    assert_eq!(scene.finish(&begun, answer).await.error(), refused(), "the origin is of another client");
}

/// P-180: web applications ask from the browser, without their secret.
#[tokio::test]
async fn a_client_with_a_secret_asks_without_it_and_proves_itself_for_tokens() {
    let scene = Scene::new().await;
    let ask = |more: Value| {
        let mut body = json!({"client_id": CONFIDENTIAL});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        scene.server.post("/passkey/challenge", body)
    };
    assert_eq!(ask(json!({"client_secret": "wrong"})).await.error().0, 401);
    assert_eq!(ask(json!({"client_secret": "web-secret"})).await.status, 200);
    let begun = ask(json!({})).await.json();
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    let bare = scene.finish_as(CONFIDENTIAL, &begun, answer.clone(), json!({})).await;
    assert_eq!(bare.error().1, "invalid_client");
    let proven = scene.finish_as(CONFIDENTIAL, &begun, answer, json!({"client_secret": "web-secret"})).await;
    assert_eq!(proven.status, 200, "{}", proven.text);
}

#[tokio::test]
async fn the_realm_of_a_token_request_is_that_of_the_passkey() {
    let scene = Scene::new().await;
    scene.server.t.add_connection("other", Strategy::Database, passkeys_on()).await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    for (realm, status) in [("other", 403), ("nope", 403), ("passkeys", 200)] {
        let begun = scene.challenge().await.json();
        let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
        let done = scene.finish_as(NATIVE, &begun, answer, json!({"realm": realm})).await;
        assert_eq!(done.status.as_u16(), status, "{realm}");
    }
    let begun =
        scene.server.post("/passkey/challenge", json!({"client_id": NATIVE, "realm": "other"})).await.json();
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(scene.finish(&begun, answer).await.error(), refused());
    // Two connections have passkeys now: a sign-up must say which.
    let unnamed = scene
        .server
        .post("/passkey/register", json!({"client_id": NATIVE, "user_profile": {"email": ANA}}))
        .await;
    assert_eq!(unnamed.error().2, "Missing required parameter: realm");
    scene.set_tenant(json!({"default_directory": "other"})).await;
    let unnamed = scene
        .server
        .post("/passkey/register", json!({"client_id": NATIVE, "user_profile": {"email": ANA}}))
        .await;
    assert_eq!(unnamed.status, 200);
}

fn passkeys_on() -> Value {
    json!({"authentication_methods": {"passkey": {"enabled": true}}})
}

/// S-030: what is off when a ceremony ends counts, not what was on when it began.
#[tokio::test]
async fn what_was_switched_off_meanwhile_stays_off() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let mut newcomer = SoftPasskey::new(Algorithm::Es256, 2);
    let (login, signup) =
        (scene.challenge().await.json(), scene.register(json!({"email": ANA})).await.json());
    scene.set_options(json!({"disable_signup": true})).await;
    let answer = newcomer.create(&signup["authn_params_public_key"], ORIGIN);
    assert_eq!(scene.finish(&signup, answer).await.error(), refused());
    assert_eq!(scene.register(json!({"email": ANA})).await.error().1, "invalid_request");
    scene.set_options(json!({"authentication_methods": {"passkey": {"enabled": false}}})).await;
    let answer = passkey.get(&login["authn_params_public_key"], ORIGIN);
    assert_eq!(scene.finish(&login, answer).await.error(), refused());
    scene.set_options(json!({})).await;
    let user = scene.only_user().await;
    scene.block(&user).await;
    assert_eq!(
        scene.sign_in(&mut passkey).await.error(),
        (403, "unauthorized".into(), "user is blocked".into())
    );
}

/// P-180
#[tokio::test]
async fn a_profile_must_name_the_person_and_keep_to_the_limits_of_operators() {
    let scene = Scene::new().await;
    let long = "a".repeat(151);
    for (profile, says) in [
        (json!({}), "Missing required parameter: user_profile.email"),
        (json!({"username": "ana"}), "Missing required parameter: user_profile.email"),
        (json!({"email": "nope"}), "user_profile.email: is not a valid email address"),
        (
            json!({"email": ANA, "given_name": long}),
            "user_profile.given_name: String is too long (151 chars), maximum 150",
        ),
        (json!({"email": ANA, "roles": []}), "Parameter user_profile has a property that is not known"),
        (
            json!({"email": ANA, "picture": "javascript:1"}),
            "user_profile.picture: Object didn't pass validation for format absolute-uri",
        ),
    ] {
        let refused = scene.register(profile.clone()).await;
        assert_eq!(refused.error(), (400, "invalid_request".into(), says.into()), "{profile}");
    }
    let large = scene.register_with(json!({"email": ANA}), json!({"a": "x".repeat(16 * 1024)})).await;
    assert_eq!(large.error().2, "user_metadata: Is too large, maximum 16384 bytes");
    assert_eq!(scene.register(json!({"phone_number": "+14155550100"})).await.status, 200);
}

/// P-180
#[tokio::test]
async fn only_clients_with_the_grant_and_of_the_tenant_use_passkeys() {
    let scene = Scene::new().await;
    let t = &scene.server.t;
    t.add_client("foreign", latchkey_core::model::ClientKind::Native, None, |client| {
        client.first_party = false
    })
    .await;
    t.add_client("without", latchkey_core::model::ClientKind::Native, None, |client| {
        client.grant_types.clear()
    })
    .await;
    scene.set_options(json!({})).await;
    for client in ["foreign", "without"] {
        let asked = scene.server.post("/passkey/challenge", json!({"client_id": client})).await;
        assert_eq!(asked.error(), (400, "invalid_request".into(), "The client may not use passkeys".into()));
        let begun = scene.challenge().await.json();
        let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
        let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
        let traded = scene.finish_as(client, &begun, answer, json!({})).await;
        assert_eq!(traded.error().1, "unauthorized_client");
    }
    assert_eq!(WEBAUTHN, latchkey_wire::token::WEBAUTHN);
}

/// RL-18
#[tokio::test]
async fn one_place_asks_twenty_times_at_once_and_no_more() {
    let t = TestEngine::with(|settings| {
        let passkeys_per_ip = Limits::default().passkeys_per_ip;
        settings.limits = Limits { passkeys_per_ip, ..Limits::off() };
    })
    .await;
    let scene = Scene::over(TestServer::over(t)).await;
    for asked in 0..20 {
        assert_eq!(scene.challenge().await.status, 200, "{asked}");
    }
    let refused = scene.register(json!({"email": ANA})).await;
    assert_eq!((refused.error().0, refused.error().1.as_str()), (429, "too_many_requests"));
    assert_eq!(refused.header("retry-after"), "1");
}

#[tokio::test]
async fn every_step_is_an_event_that_names_the_passkey_and_no_address() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    scene.sign_in(&mut passkey).await;
    let id = |event: &Event| event.detail.get("passkey").cloned();
    let exchanged = scene.events(EventKind::PasskeyExchanged).await;
    assert_eq!(exchanged.len(), 2);
    assert!(id(&exchanged[0]).is_some() && id(&exchanged[0]) == id(&exchanged[1]));
    assert_eq!(exchanged[0].user, exchanged[1].user);
    assert_eq!(scene.events(EventKind::SignedUp).await.len(), 1);
    assert_eq!(scene.events(EventKind::PasskeyStarted).await.len(), 2);
    let mut thief = SoftPasskey::new(Algorithm::Es256, 1);
    thief.user_handle.clone_from(&passkey.user_handle);
    scene.sign_in(&mut thief).await;
    let failed = scene.events(EventKind::PasskeyExchangeFailed).await;
    assert_eq!((failed.len(), &failed[0].detail["error"]), (1, &json!("signature")));
    assert_eq!(id(&failed[0]), id(&exchanged[0]));
    let all = serde_json::to_string(&scene.all_events().await).unwrap();
    assert!(!all.contains(ANA));
}
