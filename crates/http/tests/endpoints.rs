//! Each endpoint's happy path, its headers, and the exact texts that SDKs compare.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::limit::Bucket;
use latchkey_core::settings::Limits;
use latchkey_testkit::{CONFIDENTIAL, LEGACY, MACHINE, NATIVE, PHONE, SPA, TestEngine};
use serde_json::{Value, json};
use support::{Answer, FORM, JSON, OTP_GRANT, TestServer, build};

async fn start(server: &TestServer) -> Answer {
    server
        .post("/passwordless/start", json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE}))
        .await
}

async fn token(server: &TestServer, code: &str, scope: &str) -> Answer {
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": code, "realm": "sms", "scope": scope,
    });
    server.post("/oauth/token", body).await
}

async fn signed_in(server: &TestServer, scope: &str) -> Value {
    assert_eq!(start(server).await.status, 200);
    let answer = token(server, &server.t.code(), scope).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// P-001, P-002
#[tokio::test]
async fn start_and_token_read_forms_with_brackets_as_they_read_json() {
    let server = TestServer::new().await;
    let form = format!(
        "client_id={NATIVE}&connection=sms&phone_number=%2B14155550100&authParams%5Bscope%5D=openid&authParams%5Bstate%5D=s"
    );
    let answer = server.form("/passwordless/start", &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let form = format!(
        "grant_type={OTP_GRANT}&client_id={NATIVE}&username=%2B14155550100&otp={}&realm=sms",
        server.t.code()
    );
    assert_eq!(server.form("/oauth/token", &form).await.status, 200);
    let flat = server.form("/passwordless/start", "client_id=a&authParams[scope]=x&authParams=y").await;
    assert_eq!(flat.status, 400);
}

/// P-005, P-024
#[tokio::test]
async fn a_start_answers_json_with_the_fields_of_its_channel() {
    let server = TestServer::new().await;
    let answer = start(&server).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, JSON));
    let body = answer.json();
    assert_eq!((body["_id"].as_str().unwrap().len(), &body["phone_number"]), (24, &json!(PHONE)));
    assert_eq!((&body["phone_verified"], &body["request_language"]), (&json!(false), &Value::Null));
}

/// P-006, P-070, P-081
#[tokio::test]
async fn token_answers_have_every_field_that_sdks_need_and_are_never_kept() {
    let server = TestServer::new().await;
    assert_eq!(start(&server).await.status, 200);
    let answer = token(&server, &server.t.code(), "openid offline_access").await;
    assert!(answer.header("cache-control").contains("no-store"));
    assert_eq!(answer.header("pragma"), "no-cache");
    let body = answer.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(86_400)));
    for name in ["access_token", "id_token", "refresh_token", "scope"] {
        assert!(body[name].is_string(), "{name}: {body}");
    }
}

/// P-007
#[tokio::test]
async fn telemetry_changes_nothing_whatever_it_holds() {
    let server = TestServer::new().await;
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE, "auth0Client": "%%%"});
    for telemetry in ["", "not base64 !", "eyJuYW1lIjoiYXV0aDAuanMifQ==", &"x".repeat(4000)] {
        let headers = [("content-type", JSON), ("auth0-client", telemetry)];
        let bytes = body.to_string();
        let answer = server.request(Method::POST, "/passwordless/start", &headers, bytes.as_bytes()).await;
        assert_eq!(answer.status, 200, "{telemetry}");
    }
}

/// P-008, P-009, P-042
#[tokio::test]
async fn limits_show_in_headers_and_refusals_say_when_to_come_back() {
    let t = TestEngine::with(|s| {
        s.limits = Limits { start_per_ip: Bucket::new(2, 2, 3600), ..Limits::off() };
    })
    .await;
    let server = TestServer::over(t);
    let first = start(&server).await;
    let limits = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    let figures = limits.map(|name| first.header(name).parse::<i64>().unwrap());
    assert_eq!(figures[..2], [2, 1]);
    assert!(figures[2] > latchkey_testkit::START);
    start(&server).await;
    let refused = start(&server).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1800"));
    assert_eq!(refused.error().1, "too_many_requests");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
}

async fn preflight(server: &TestServer, path: &str, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,auth0-client"),
    ];
    server.request(Method::OPTIONS, path, &headers, b"").await
}

/// P-010
#[tokio::test]
async fn pages_of_clients_may_call_and_others_may_not() {
    let server = TestServer::new().await;
    for path in
        ["/passwordless/start", "/oauth/token", "/oauth/revoke", "/oauth/ro", "/tokeninfo", "/delegation"]
    {
        let allowed = preflight(&server, path, "https://app.example").await;
        assert_eq!(
            (allowed.status.as_u16(), allowed.header("access-control-allow-origin")),
            (204, "https://app.example")
        );
        for name in ["Content-Type", "Authorization", "Auth0-Client", "X-Request-Language"] {
            assert!(allowed.header("access-control-allow-headers").contains(name), "{path} {name}");
        }
        let foreign = preflight(&server, path, "https://evil.example").await;
        assert_eq!((foreign.status.as_u16(), foreign.header("access-control-allow-origin")), (204, ""));
        assert_eq!(preflight(&server, path, "null").await.header("access-control-allow-origin"), "");
    }
    for path in
        ["/userinfo", "/.well-known/jwks.json", "/.well-known/openid-configuration", "/client/native.js"]
    {
        let answer = server.get(path, &[("origin", "https://anywhere.example")]).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
}

/// S-017
#[tokio::test]
async fn a_forwarded_address_must_at_least_be_one() {
    let server = TestServer::new().await;
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE}).to_string();
    let headers = [("content-type", JSON), ("auth0-forwarded-for", "not-an-ip")];
    let refused = server.request(Method::POST, "/passwordless/start", &headers, body.as_bytes()).await;
    let text = "Expected `auth0-forwarded-for` header to be a valid IP address.";
    assert_eq!(refused.error(), (400, "invalid_request".into(), text.into()));
}

/// S-161
#[tokio::test]
async fn only_trusted_proxies_say_where_a_request_comes_from() {
    let server = TestServer::new().await;
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE}).to_string();
    let headers = [("content-type", JSON), ("x-forwarded-for", "203.0.113.77, 198.51.100.5")];
    for (peer, seen) in [("10.1.2.3:5", "198.51.100.5"), ("192.0.2.9:5", "192.0.2.9")] {
        let request = build(Method::POST, "/passwordless/start", &headers, body.as_bytes());
        assert_eq!(server.send_from(peer.parse().unwrap(), request).await.status, 200);
        assert_eq!(server.t.senders.last().ip.as_deref(), Some(seen));
    }
}

/// P-013
#[tokio::test]
async fn clients_prove_themselves_in_the_body_or_by_basic() {
    let server = TestServer::new().await;
    let basic = |pair: &str| format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()));
    let body = b"grant_type=client_credentials";
    let right = basic(&format!("{MACHINE}:{MACHINE}-secret"));
    let headers = [("content-type", FORM), ("authorization", right.as_str())];
    assert_eq!(server.request(Method::POST, "/oauth/token", &headers, body).await.status, 200);
    let wrong = basic(&format!("{MACHINE}:wrong"));
    let headers = [("content-type", FORM), ("authorization", wrong.as_str())];
    let refused = server.request(Method::POST, "/oauth/token", &headers, body).await;
    assert_eq!(refused.error(), (401, "invalid_client".into(), "Client authentication failed".into()));
    assert!(refused.header("www-authenticate").starts_with("Basic"));
    let form = format!("grant_type=client_credentials&client_id={MACHINE}&client_secret={MACHINE}-secret");
    assert_eq!(server.form("/oauth/token", &form).await.status, 200);
}

/// P-014
#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_named_as_such() {
    let server = TestServer::new().await;
    for (path, method) in [
        ("/passwordless/start", Method::GET),
        ("/oauth/token", Method::PUT),
        ("/client/a.js", Method::POST),
        ("/healthz", Method::DELETE),
    ] {
        let refused = server.request(method, path, &[], b"").await;
        assert_eq!(
            (refused.status.as_u16(), refused.error().1.as_str()),
            (405, "method_not_allowed"),
            "{path}"
        );
        assert!(!refused.header("allow").is_empty(), "{path}");
    }
    assert_eq!(server.get("/nothing/here", &[]).await.status, 404);
}

/// P-025, P-026, P-027, P-028, P-029, P-030, P-031, P-032, P-033, P-035, P-037
#[tokio::test]
async fn a_start_is_refused_in_the_documented_words() {
    let server = TestServer::new().await;
    let full = |change: Value| {
        let mut body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let table = [
        (json!({"connection": "sms"}), 400, "bad.client_id", "Missing required property: client_id"),
        (full(json!({"client_id": "unknown"})), 400, "bad.client_id", "Missing required property: client_id"),
        (
            json!({"client_id": NATIVE, "phone_number": PHONE}),
            400,
            "bad.connection",
            "Missing required property: connection",
        ),
        (full(json!({"connection": "nope"})), 400, "bad.connection", "Connection does not exist"),
        (full(json!({"connection": "email"})), 400, "bad.email", "Missing required property: email"),
        (
            full(json!({"connection": "Username-Password-Authentication"})),
            400,
            "bad.connection",
            "Invalid connection strategy. It must either be a passwordless connection",
        ),
        (
            full(json!({"authParams": "x"})),
            400,
            "bad.authParams",
            "error in authParams - invalid type: string (expected object)",
        ),
        (full(json!({"foo": 1})), 400, "bad.request", "the following properties are not allowed: foo"),
        (
            full(json!({"phone_number": "12"})),
            400,
            "bad.phone_number",
            r"String does not match pattern: ^\+[0-9]{1,15}$",
        ),
        (
            json!({"client_id": NATIVE, "connection": "sms"}),
            400,
            "bad.phone_number",
            "Missing required property: phone_number",
        ),
        (full(json!({"send": "fax"})), 400, "bad.send", "error in send - No enum match for: fax"),
        (
            full(json!({"client_id": CONFIDENTIAL})),
            401,
            "invalid_client",
            "Client authentication is required",
        ),
        (
            full(json!({"client_id": CONFIDENTIAL, "client_secret": "wrong"})),
            401,
            "invalid_client",
            "Client authentication failed",
        ),
    ];
    for (body, status, error, description) in table {
        let refused = server.post("/passwordless/start", body.clone()).await;
        assert_eq!(refused.error(), (status, error.into(), description.into()), "{body}");
    }
    assert!(server.t.senders.calls().is_empty());
}

/// P-047
#[tokio::test]
async fn the_languages_asked_for_reach_the_message() {
    let server = TestServer::new().await;
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE}).to_string();
    let headers = [("content-type", JSON), ("accept-language", "de-DE"), ("x-request-language", "fr-CA")];
    let both = server.request(Method::POST, "/passwordless/start", &headers, body.as_bytes()).await;
    assert_eq!(both.json()["request_language"], "fr-CA");
    let one = server.request(Method::POST, "/passwordless/start", &headers[..2], body.as_bytes()).await;
    assert_eq!(one.json()["request_language"], "de-DE");
}

/// P-071, P-072, P-073, P-076, P-077, P-078, P-079
#[tokio::test]
async fn a_code_is_refused_in_the_words_that_sdks_compare() {
    let server = TestServer::new().await;
    let full = |change: Value| {
        let mut body = json!({
            "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": "123456", "realm": "sms",
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    start(&server).await;
    let not_allowed = format!("Grant type '{OTP_GRANT}' not allowed for the client.");
    let wrong = "Wrong phone number or verification code.";
    let table = [
        (full(json!({"otp": server.t.wrong_code()})), 403, "invalid_grant", wrong),
        (full(json!({"username": "+14155550199"})), 403, "invalid_grant", wrong),
        (
            full(json!({"realm": "email", "username": "a@example.com"})),
            403,
            "invalid_grant",
            "Wrong email or verification code.",
        ),
        (full(json!({"realm": "nope"})), 400, "invalid_request", "Unknown realm nope"),
        (full(json!({"client_id": SPA})), 403, "unauthorized_client", not_allowed.as_str()),
        (
            full(json!({"redirect_uri": "https://evil.example"})),
            400,
            "invalid_request",
            "The redirect_uri is not registered for the client",
        ),
        (full(json!({"otp": null})), 400, "invalid_request", "Missing required parameter: otp"),
    ];
    for (body, status, error, description) in table {
        let refused = server.post("/oauth/token", body.clone()).await;
        assert_eq!(refused.error(), (status, error.into(), description.into()), "{body}");
    }
    let named =
        full(json!({"otp": server.t.code(), "redirect_uri": "https://app.example/cb", "audience": ""}));
    assert_eq!(server.post("/oauth/token", named).await.status, 200);
}

/// P-110, P-120, P-126
#[tokio::test]
async fn refreshing_works_by_form_and_by_json_and_revoking_ends_it() {
    let server = TestServer::new().await;
    let first =
        signed_in(&server, "openid offline_access").await["refresh_token"].as_str().unwrap().to_owned();
    let form = format!("grant_type=refresh_token&client_id={NATIVE}&refresh_token={first}");
    let second =
        server.form("/oauth/token", &form).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let body =
        json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": second, "scope": ""});
    let third = server.post("/oauth/token", body).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let revoke = json!({"client_id": NATIVE, "token": third, "organization": null});
    let revoked = server.post("/oauth/revoke", revoke).await;
    assert_eq!((revoked.status.as_u16(), revoked.text.as_str()), (200, ""));
    let dead = json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": third});
    let refused = server.post("/oauth/token", dead).await;
    assert_eq!(refused.error(), (403, "invalid_grant".into(), "Unknown or invalid refresh token.".into()));
    assert_eq!(
        server.post("/oauth/revoke", json!({"client_id": NATIVE, "token": "unknown"})).await.status,
        200
    );
    let missing = server.post("/oauth/revoke", json!({"client_id": NATIVE})).await;
    assert_eq!(missing.error(), (400, "invalid_request".into(), "Missing required parameter: token".into()));
}

/// P-112, P-113
#[tokio::test]
async fn lock_finds_its_client_script_and_unknown_clients_are_forbidden() {
    let server = TestServer::new().await;
    let script = server.get("/client/native.js?t1700000000", &[]).await;
    assert_eq!((script.status.as_u16(), script.header("content-type")), (200, "application/x-javascript"));
    let json = script.text.strip_prefix("Auth0.setClient(").unwrap().strip_suffix(");").unwrap();
    let info: Value = serde_json::from_str(json).unwrap();
    for name in ["id", "tenant", "authorize", "callback", "subscription", "hasAllowedOrigins", "strategies"] {
        assert!(!info[name].is_null(), "{name}");
    }
    assert_eq!(server.get("/client/nobody.js", &[]).await.status, 403);
}

/// P-127, P-128
#[tokio::test]
async fn userinfo_answers_the_token_and_challenges_the_rest() {
    let server = TestServer::new().await;
    let tokens = signed_in(&server, "openid phone").await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let claims = server.get("/userinfo", &[("authorization", &bearer)]).await.json();
    assert_eq!(claims["phone_number"], PHONE);
    assert!(claims["sub"].as_str().unwrap().starts_with("sms|"));
    let refused = server.get("/userinfo", &[("authorization", "Bearer nonsense")]).await;
    assert_eq!((refused.status.as_u16(), refused.text.as_str()), (401, "Unauthorized"));
    assert!(
        refused.header("www-authenticate").starts_with("Bearer realm=\"Users\", error=\"invalid_token\"")
    );
}

/// P-130, P-131
#[tokio::test]
async fn discovery_tells_the_issuer_and_leads_to_the_keys() {
    let server = TestServer::new().await;
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(facts["issuer"], "https://login.example/");
    assert_eq!(facts["jwks_uri"], "https://login.example/.well-known/jwks.json");
    let keys = server.get("/.well-known/jwks.json", &[]).await.json();
    assert!(keys["keys"].as_array().unwrap().iter().all(|key| key["use"] == "sig" && key["kid"].is_string()));
}

/// P-140, P-141, P-145, P-149
#[tokio::test]
async fn lock_of_2015_signs_in_byte_for_byte() {
    let server = TestServer::new().await;
    let start = br#"{"connection":"sms","client_id":"native","phone_number":"+14155550100"}"#;
    let lock = [
        ("content-type", "application/json; charset=utf-8"),
        ("accept", JSON),
        ("accept-language", "en;q=1"),
        ("auth0-client", "eyJuYW1lIjoiTG9jay5pT1MiLCJ2ZXJzaW9uIjoiMS4yOS4yIn0="),
    ];
    assert_eq!(server.request(Method::POST, "/passwordless/start", &lock, start).await.status, 200);
    let old = json!({"client_id": LEGACY, "connection": "sms", "phone_number": PHONE, "client_secret": "legacy-secret"});
    assert_eq!(server.post("/passwordless/start", old).await.status, 200);
    let ro = json!({
        "client_id": LEGACY, "username": PHONE, "password": server.t.code(), "connection": "sms",
        "grant_type": "password", "scope": "openid offline_access", "device": "Ana's iPhone",
    });
    let answer = server.request(Method::POST, "/oauth/ro", &lock, ro.to_string().as_bytes()).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, JSON), "{}", answer.text);
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "bearer");
    for name in ["id_token", "access_token", "refresh_token"] {
        assert!(tokens[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    let profile = server.post("/tokeninfo", json!({"id_token": tokens["id_token"]})).await.json();
    for name in ["user_id", "name", "nickname", "picture", "created_at", "identities"] {
        assert!(!profile[name].is_null(), "{name}");
    }
    let again = server.request(Method::POST, "/oauth/ro", &lock, ro.to_string().as_bytes()).await;
    assert_eq!(again.error(), (401, "invalid_user_password".into(), "Wrong email or password.".into()));
    let mut conformant = ro.clone();
    conformant["client_id"] = json!(NATIVE);
    let refused = server.post("/oauth/ro", conformant).await;
    let text = "OIDC conformant clients cannot use /oauth/ro";
    assert_eq!(refused.error(), (400, "invalid_request".into(), text.into()));
}

/// P-147
#[tokio::test]
async fn delegation_renews_an_id_token() {
    let server = TestServer::new().await;
    let token = server.t.sign_in(LEGACY, PHONE, "openid").await.id_token.unwrap();
    let body = json!({
        "client_id": LEGACY, "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "id_token": token.expose(), "api_type": "app", "scope": "passthrough",
    });
    let renewed = server.post("/delegation", body).await;
    assert_eq!(renewed.status, 200, "{}", renewed.text);
    let renewed = renewed.json();
    assert_eq!((&renewed["token_type"], &renewed["expires_in"]), (&json!("Bearer"), &json!(36_000)));
    assert!(renewed["id_token"].is_string());
}

/// S-169, R-010
#[tokio::test]
async fn a_store_that_is_gone_is_told_as_a_moment_to_wait() {
    let server = TestServer::new().await;
    server.t.engine.store.close().await;
    let answer = token(&server, "123456", "openid").await;
    assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (503, "temporarily_unavailable"));
    assert!((1..=5).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(server.get("/readyz", &[]).await.status, 503);
    assert_eq!(server.get("/healthz", &[]).await.status, 200);
}
