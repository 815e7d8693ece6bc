//! As `wire`: sign-in in a browser, passkeys, Touch ID, and keys of devices (protocol sections 2.6, 2.8, 2.9 and 7;
//! `docs/guide/device-keys.md` for the last, which Auth0 has not).

use std::sync::Mutex;

use data_encoding::BASE64URL_NOPAD;
use latchkey_client::{
    Authorize, CodeSignIn, DeviceKey, Generation, NewUser, PasskeyOptions, Request, Secret, Signer, Start,
};
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{DevicePair, NATIVE, SPA, SoftDevice};
use serde_json::{Value, json};

use crate::browser::come_back;
use crate::keys::{Enclave, System, with_passkeys};
use crate::phone::{self, DATABASE, EMAIL, JWT_BEARER, LOCK, NAME, RAW};
use crate::scene::{self, App, body};
use crate::support::CALLBACK;
use crate::{device_keys, wire};

/// Method and path of each.
fn asked(requests: &[Request]) -> Vec<String> {
    let line = |request: &Request| {
        let path = request.url.strip_prefix("https://login.example").unwrap();
        format!("{} {path}", request.method.as_str())
    };
    requests.iter().map(line).collect()
}

/// The claims of a JWT, and its header.
fn read(jwt: &Value) -> (Value, Value) {
    let parts: Vec<&str> = jwt.as_str().unwrap().split('.').collect();
    let part = |text: &str| -> Value {
        serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
    };
    (part(parts[1]), part(parts[0]))
}

/// F8: Auth0.swift `webAuth(scheme:)…start()` and `codeExchange(withCode:codeVerifier:redirectURI:)`.
#[tokio::test]
async fn a_browser_is_sent_and_its_code_exchanged_as_auth0_swift_does() {
    let app = App::new(SPA).await;
    let authorize = Authorize::new(CALLBACK).connection("sms").audience("https://api.example/").max_age(600);
    let pending = app.client.start_browser_sign_in(&authorize).unwrap();
    assert!(app.wire.noted().is_empty(), "the browser asks, not the client");
    let (path, query) = pending.url.split_once('?').unwrap();
    assert_eq!(path, "https://login.example/authorize");
    let mut query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    query.sort();
    let secret = ["code_challenge", "nonce", "state"];
    for (name, value) in query.extract_if(.., |(name, _)| secret.contains(&&**name)) {
        assert_eq!(value.len(), 43, "{name}");
    }
    let given = [
        ("audience", "https://api.example/"),
        ("client_id", SPA),
        ("code_challenge_method", "S256"),
        ("connection", "sms"),
        ("max_age", "600"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile email offline_access"),
    ];
    assert_eq!(query, given.map(|(name, value)| (name.to_owned(), value.to_owned())));

    let pending = app.client.start_browser_sign_in(&Authorize::new(CALLBACK).connection("sms")).unwrap();
    let callback = come_back(&app, &pending.url).await;
    app.client.finish_browser_sign_in(&pending, &callback).await.unwrap();
    let noted = app.wire.noted();
    assert_eq!(asked(&noted), ["GET /.well-known/jwks.json", "POST /oauth/token"]);
    let kept: Value = serde_json::to_value(&pending).unwrap();
    let code = callback.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).unwrap();
    let exchange = json!({
        "grant_type": "authorization_code", "client_id": SPA, "code": code, "code_verifier": kept["verifier"],
        "redirect_uri": CALLBACK,
    });
    wire::posted(&noted[1]);
    assert_eq!(body(&noted[1]), exchange);
    let logout = app.client.logout_url(Some("https://app.example/bye"));
    let wanted =
        format!("https://login.example/v2/logout?client_id={SPA}&returnTo=https%3A%2F%2Fapp.example%2Fbye");
    assert_eq!(logout, wanted);
}

/// F16: Auth0.swift `passkeySignupChallenge(email:name:connection:)`, `passkeyLoginChallenge(connection:)` and
/// `login(passkey:challenge:connection:audience:scope:)`.
#[tokio::test]
async fn passkeys_are_made_and_used_as_auth0_swift_does() {
    let app = with_passkeys().await;
    let system = System(Mutex::new(SoftPasskey::new(Algorithm::Es256, 1)));
    let user = NewUser { email: Some(EMAIL.into()), name: Some("Ana".into()), ..NewUser::default() };
    let options = PasskeyOptions {
        realm: Some("passkeys".into()),
        scope: Some("profile".into()),
        audience: Some("https://api.example/".into()),
    };
    // The server knows no such API, after it was asked as it should be.
    let _ = app.client.sign_up_with_passkey(&system, &user, &options).await;
    let noted = app.wire.noted();
    let wanted = ["POST /passkey/register", "GET /.well-known/jwks.json", "POST /oauth/token"];
    assert_eq!(asked(&noted), wanted);
    wire::posted(&noted[0]);
    let register =
        json!({"client_id": NATIVE, "realm": "passkeys", "user_profile": {"email": EMAIL, "name": "Ana"}});
    assert_eq!(body(&noted[0]), register);
    wire::posted(&noted[2]);
    let mut login = body(&noted[2]);
    let answer = login.as_object_mut().unwrap().remove("authn_response").unwrap();
    assert_eq!(answer["type"], "public-key");
    assert_eq!(answer["id"], answer["rawId"]);
    for of_sign_up in ["clientDataJSON", "attestationObject"] {
        assert!(answer["response"][of_sign_up].is_string(), "{answer}");
    }
    assert!(login.as_object_mut().unwrap().remove("auth_session").unwrap().is_string());
    let rest = json!({
        "grant_type": "urn:okta:params:oauth:grant-type:webauthn", "client_id": NATIVE, "realm": "passkeys",
        "scope": "openid profile", "audience": "https://api.example/",
    });
    assert_eq!(login, rest);

    let system = System(Mutex::new(SoftPasskey::new(Algorithm::Es256, 2)));
    let options = PasskeyOptions { realm: Some("passkeys".into()), ..PasskeyOptions::default() };
    let user = NewUser { email: Some("bo@example.com".into()), ..NewUser::default() };
    app.client.sign_up_with_passkey(&system, &user, &options).await.unwrap();
    app.wire.noted();
    app.client.sign_in_with_passkey(&system, &PasskeyOptions::default()).await.unwrap();
    let noted = app.wire.noted();
    assert_eq!(asked(&noted), ["POST /passkey/challenge", "POST /oauth/token"]);
    assert_eq!(body(&noted[0]), json!({ "client_id": NATIVE }));
    let answer = &body(&noted[1])["authn_response"]["response"];
    for of_sign_in in ["clientDataJSON", "authenticatorData", "signature", "userHandle"] {
        assert!(answer[of_sign_in].is_string(), "{answer}");
    }
}

/// F13, P-160, P-164, P-165: Lock for iOS 1.9, `A0TouchIDSignUpViewController` and `A0TouchIDLockViewController`.
#[tokio::test]
async fn touch_id_of_2014_is_spoken_as_lock_for_ios_does() {
    let app = App::over(phone::server().await, LOCK, Generation::Legacy);
    let enclave = Enclave(DevicePair::generate(1024, 7));
    let user = app.client.enrol_for_touch_id(&enclave, EMAIL, RAW, None).await.unwrap();
    let noted = app.wire.noted();
    let path = format!("/api/users/{}/publickey", user.replace('|', "%7C"));
    let wanted = [
        String::from("POST /dbconnections/signup"),
        String::from("POST /oauth/ro"),
        format!("DELETE {path}?device={NAME}"),
        format!("POST {path}"),
    ];
    assert_eq!(asked(&noted), wanted);
    let password = body(&noted[0])["password"].clone();
    assert_eq!(password.as_str().unwrap().len(), 43);
    let account = json!({"client_id": LOCK, "email": EMAIL, "password": password, "connection": DATABASE});
    assert_eq!(body(&noted[0]), account);
    let login = json!({
        "client_id": LOCK, "username": EMAIL, "password": password, "connection": DATABASE,
        "grant_type": "password", "scope": "openid",
    });
    assert_eq!(body(&noted[1]), login);
    assert_eq!(noted[2].body, None);
    for with_token in &noted[2..] {
        assert!(with_token.header("authorization").unwrap().starts_with("Bearer ey"));
    }
    let pem = enclave.public_key().await.unwrap();
    assert_eq!(body(&noted[3]), json!({"public_key": pem, "device": NAME}));

    let key = DeviceKey { user_id: &user, device: RAW, connection: None };
    let tokens = app.client.sign_in_with_device_key(&enclave, &key).await.unwrap();
    app.client.profile(&tokens).await.unwrap();
    let noted = app.wire.noted();
    assert_eq!(asked(&noted), ["POST /oauth/ro", "POST /tokeninfo"]);
    let mut login = body(&noted[0]);
    let (claims, header) = read(&login["id_token"].take());
    let wanted = json!({
        "client_id": LOCK, "grant_type": JWT_BEARER, "id_token": null, "device": NAME, "connection": DATABASE,
        "scope": "openid offline_access",
    });
    assert_eq!(login, wanted);
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT"}));
    let now = app.client.now();
    let fingerprint = enclave.key_id().await.unwrap();
    let wanted = json!({"iss": user, "sub": fingerprint, "device": RAW, "iat": now, "exp": now + 30});
    assert_eq!(claims, wanted);
}

/// F14: `A0APIClient` `fetchNewIdTokenWithIdToken:…`; F7: `startPasswordlessWithMagicLinkInEmail:…`.
#[tokio::test]
async fn an_id_token_is_renewed_as_lock_for_ios_does() {
    let server = phone::server().await;
    server.reconnect().await;
    let app = App::over(server, LOCK, Generation::Legacy);
    app.start().await;
    let sign_in = CodeSignIn::new(scene::phone(), &app.t().code()).unwrap();
    let tokens = app.client.sign_in_with_code(&sign_in).await.unwrap();
    let id_token: Secret = tokens.id_token.unwrap();
    app.wire.noted();
    app.client.delegate_id_token(&id_token).await.unwrap();
    let mail = latchkey_client::Address::email(EMAIL).unwrap();
    let _ = app.client.start_passwordless(&Start::link_ios(mail)).await;
    let noted = app.wire.noted();
    assert_eq!(asked(&noted), ["POST /delegation", "POST /passwordless/start"]);
    let delegation =
        json!({"client_id": LOCK, "grant_type": JWT_BEARER, "id_token": id_token, "api_type": "app"});
    assert_eq!(body(&noted[0]), delegation);
    let start = json!({"client_id": LOCK, "connection": "email", "email": EMAIL, "send": "link_ios"});
    assert_eq!(body(&noted[1]), start);
}

#[tokio::test]
async fn keys_of_devices_are_spoken_as_their_guide_says() {
    let (app, enclave) = (device_keys::app().await, device_keys::Enclave(SoftDevice::es256()));
    let id_token = app.sign_in().await.id_token.unwrap();
    app.wire.noted();
    let proof = app.client.prove_key(&enclave).await.unwrap();
    let key = app.client.enrol_key(&proof, "Ana's iPhone", &id_token, None).await.unwrap();
    app.client.sign_in_with_key(&enclave, &key.id, Some("profile"), None).await.unwrap();
    app.client.list_keys(&id_token).await.unwrap();
    app.client.remove_key(&key.id, &id_token).await.unwrap();
    let noted = app.wire.noted();
    let wanted = [
        "POST /device-keys/challenge",
        "POST /device-keys",
        "POST /device-keys/challenge",
        "POST /oauth/token",
        "GET /device-keys",
        &format!("DELETE /device-keys/{}", key.id),
    ];
    assert_eq!(asked(&noted), wanted);
    assert_eq!(body(&noted[0]), json!({"client_id": NATIVE, "purpose": "enrol"}));
    assert_eq!(body(&noted[1]), json!({"name": "Ana's iPhone", "proof": proof.as_secret()}));
    let (_, header) = read(&body(&noted[1])["proof"]);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("latchkey-device-enrolment+jwt"), &json!("ES256")));
    assert_eq!(body(&noted[2]), json!({"client_id": NATIVE, "purpose": "sign_in", "key_id": key.id}));
    let mut login = body(&noted[3]);
    let (claims, header) = read(&login["assertion"].take());
    let rest = json!({
        "grant_type": JWT_BEARER, "client_id": NATIVE, "assertion": null, "scope": "openid profile",
    });
    assert_eq!(login, rest);
    assert_eq!(header, json!({"typ": "latchkey-device+jwt", "alg": "ES256", "kid": key.id}));
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(key.id), &json!(key.id)));
    for with_token in [&noted[1], &noted[4], &noted[5]] {
        let bearer = format!("Bearer {}", id_token.expose());
        assert_eq!(with_token.header("authorization"), Some(&*bearer));
    }
}
