//! What somebody tries who may do little, or nothing any more.

use std::sync::Arc;

use http::Method;
use latchkey_core::model::{AudienceGrant, ClientKind};
use latchkey_testkit::{MACHINE, NATIVE, PHONE, TestEngine};
use latchkey_wire::Scopes;
use latchkey_wire::management::{operations, scope};
use serde_json::{Value, json};

use crate::operations::path_of;
use crate::support::{Answer, ME, OTP_GRANT, TestServer, add_tool, enter, tool_token};
use crate::tool::{API, Tool, claims, failure, grant, server, unlimited};
use crate::users::{make, path};

/// Whom nobody knows is told so.
fn is_turned_away(answer: &Answer) -> bool {
    failure(answer).0 == 401
}

/// S-121: a token of a person is none of the API's, whatever scopes it holds, and whoever it is about.
#[tokio::test]
async fn a_persons_own_token_changes_nothing_of_them() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let scopes =
        ["update:users", "update:users_app_metadata", "update:current_user_metadata", "read:current_user"];
    let people = json!({"client_id": NATIVE, "audience": API, "subject_type": "user", "scope": scopes});
    assert_eq!(tool.call(Method::POST, "/client-grants", Some(people)).await.status, 201);
    server.t.start(NATIVE, PHONE).await.unwrap();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": server.t.code(), "realm": "sms",
        "scope": format!("openid {}", scopes.join(" ")), "audience": API,
    });
    let signed_in = server.post("/oauth/token", body).await.json();
    let token = signed_in["access_token"].as_str().unwrap().to_owned();
    let said = claims(&token);
    assert!(said["scope"].as_str().unwrap().contains("update:users"), "{said}");
    let user = tool.get("/users").await.json()[0].clone();
    assert_eq!(said["sub"], user["user_id"]);

    let own = Tool { server: &server, token };
    for change in [
        json!({"email_verified": true}),
        json!({"phone_verified": true}),
        json!({"blocked": false}),
        json!({"app_metadata": {"plan": "pro"}}),
        json!({"user_metadata": {"plan": "pro"}}),
        json!({"user_id": "sms|other"}),
    ] {
        let refused = own.call(Method::PATCH, &path(&user), Some(change.clone())).await;
        assert!(is_turned_away(&refused), "{change}: {}", refused.text);
    }
    assert!(is_turned_away(&own.get(&path(&user)).await));
    assert_eq!(tool.get(&path(&user)).await.json(), user);
}

/// The path of the first of a list.
async fn first(tool: &Tool<'_>, list: &str) -> String {
    let found = tool.get(&format!("{list}?per_page=1")).await.json();
    format!("{list}/{}", found[0]["id"].as_str().unwrap_or_else(|| panic!("{list}: {found}")))
}

async fn made(tool: &Tool<'_>, list: &str, body: Value) -> String {
    let made = tool.call(Method::POST, list, Some(body)).await;
    assert!(made.status.is_success(), "{list}: {}", made.text);
    format!("{list}/{}", made.json()["id"].as_str().unwrap_or_default())
}

/// S-121: users, administrators, grants and jobs have what they have. (Settings, clients and APIs keep what a tool
/// wrote and give it back, and read of it what they know: decisions 14 and 16.)
#[tokio::test]
async fn what_a_record_does_not_have_is_refused_by_its_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let user = path(&make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await);
    made(&tool, "/resource-servers", json!({"name": "y", "identifier": "urn:y"})).await;
    let granted = json!({"client_id": NATIVE, "audience": "urn:y", "scope": []});
    let granted = made(&tool, "/client-grants", granted).await;
    let admin = made(&tool, "/admins", json!({"email": ME, "role": "owner"})).await;
    let post = |path: &str, body: Value| (Method::POST, path.to_owned(), body);
    for (method, path, body) in [
        post("/users", json!({"connection": "email", "email": "a@example.com"})),
        (Method::PATCH, user.clone(), json!({"name": "Ana"})),
        post(&format!("{user}/identities"), json!({"provider": "email", "user_id": "none"})),
        post("/client-grants", json!({"client_id": NATIVE, "audience": API, "scope": ["read:users"]})),
        (Method::PATCH, granted, json!({"scope": []})),
        post("/admins", json!({"email": "b@example.com", "role": "viewer"})),
        (Method::PATCH, admin, json!({"role": "owner"})),
        post("/jobs/users-exports", json!({})),
        post("/jobs/verification-email", json!({"user_id": "none"})),
    ] {
        for (name, value) in [
            ("is_admin", json!(true)),
            ("logins_count", json!(7)),
            ("created_at", json!("2020-01-01T00:00:00Z")),
            ("__proto__", json!({})),
        ] {
            let mut more = body.clone();
            more[name] = value;
            let (status, code, message) = failure(&tool.call(method.clone(), &path, Some(more)).await);
            assert_eq!((status, code), (400, json!("invalid_body")), "{method} {path} {name}: {message}");
            assert!(message.as_str().unwrap().contains(name), "{method} {path} {name}: {message}");
        }
        // Without it there is nothing to refuse, or there is nobody.
        let plain = tool.call(method.clone(), &path, Some(body)).await;
        assert!(plain.status.is_success() || plain.status == 404, "{method} {path}: {}", plain.text);
    }
}

/// S-121
#[tokio::test]
async fn what_is_protected_needs_the_scope_of_its_own() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "sms", "phone_number": PHONE, "email": null})).await;
    let secret = json!({"client_secret": "x".repeat(40)});
    let keys = "update:client_keys";
    for (scopes, path, change, needed) in [
        ("update:users_app_metadata", path(&user), json!({"phone_verified": true}), "update:users"),
        ("update:users_app_metadata", path(&user), json!({"blocked": true}), "update:users"),
        ("update:users_app_metadata", path(&user), json!({"user_metadata": {"a": 1}}), "update:users"),
        ("update:current_user_metadata", path(&user), json!({"app_metadata": {"a": 1}}), "update:users"),
        ("update:clients", format!("/clients/{MACHINE}"), secret, keys),
    ] {
        let narrow = Tool::of(&server, scopes).await;
        let (status, code, message) = failure(&narrow.call(Method::PATCH, &path, Some(change.clone())).await);
        assert_eq!((status, code), (403, json!("insufficient_scope")), "{change}: {message}");
        assert!(message.as_str().unwrap().ends_with(needed), "{change}: {message}");
    }
    assert_eq!(tool.get(&path(&user)).await.json(), user);
}

/// A token of a machine with every scope, from another server; `keys`: how often that one turned its keys.
async fn of_another(issuer: &str, audience: &str, keys: usize) -> String {
    let issuer_of = issuer.to_owned();
    let other = TestServer::over(TestEngine::with(|settings| settings.issuer = issuer_of).await);
    let own = format!("{issuer}api/v2/");
    let granted = |audience: &str| AudienceGrant {
        audience: audience.to_owned(),
        scopes: Scopes::of_any_length(&scope::ALL.join(" ")).unwrap(),
        token_lifetime: 86_400,
        dialect: Default::default(),
        further: Default::default(),
    };
    let audiences =
        if own == audience { vec![granted(&own)] } else { vec![granted(&own), granted(audience)] };
    let secret = Some("machine-secret");
    other
        .t
        .add_client(MACHINE, ClientKind::NonInteractive, secret, |client| client.audiences = audiences)
        .await;
    let token = async |audience: &str| {
        let body = json!({
            "grant_type": "client_credentials", "client_id": MACHINE, "client_secret": "machine-secret",
            "audience": audience,
        });
        let answer = other.post("/oauth/token", body).await;
        answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
    };
    for _ in 0..keys {
        let tool = Tool { server: &other, token: token(&own).await };
        let turned = tool.call(Method::POST, "/keys/signing/rotate", None).await;
        assert_eq!(turned.status, 201, "{}", turned.text);
        other.t.clock.advance(10);
    }
    token(audience).await
}

/// S-122. A server has one tenant (`docs/decisions` and the README say why): what would be an id of another
/// tenant is one of another server, whose tokens are none here, so that no id needs to be told from another.
#[tokio::test]
async fn a_token_of_another_server_opens_nothing_whatever_it_names() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await;
    let mine = [
        path(&user),
        format!("/clients/{NATIVE}"),
        first(&tool, "/connections").await,
        first(&tool, "/resource-servers").await,
        first(&tool, "/client-grants").await,
    ];
    let other = "https://other.example/";
    for (issuer, audience, keys) in [
        // Another issuer, with the same keys.
        (other, "https://other.example/api/v2/", 0),
        // That has an API by the name of ours.
        (other, API, 0),
        // The same issuer and audience, with other keys.
        ("https://login.example/", API, 4),
    ] {
        let token = of_another(issuer, audience, keys).await;
        let said = claims(&token);
        assert_eq!((&said["iss"], &said["aud"]), (&json!(issuer), &json!(audience)));
        let stranger = Tool { server: &server, token };
        for operation in operations::ALL {
            let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
            let answer = stranger.call(method, &path_of(operation), None).await;
            assert!(is_turned_away(&answer), "{issuer} {audience} {}: {}", operation.path, answer.text);
        }
        for record in &mine {
            for method in [Method::GET, Method::PATCH, Method::DELETE] {
                let answer = stranger.call(method.clone(), record, Some(json!({}))).await;
                assert!(is_turned_away(&answer), "{method} {record}: {}", answer.text);
            }
        }
    }
    for record in &mine {
        assert_eq!(tool.get(record).await.status, 200, "{record}");
    }
}

/// S-130. There is no list of addresses that a token may come from: the audience, the day that it lives, and
/// taking back its client's grant are the bounds.
#[tokio::test]
async fn a_token_is_worth_nothing_as_soon_as_its_grant_or_its_client_is_gone() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let spare = async || {
        add_tool(&server.t, "spare", "read:users read:clients").await;
        Tool { server: &server, token: tool_token(&server, "spare", "").await }
    };
    let stolen = spare().await;
    let grants = tool.get("/client-grants?client_id=spare").await.json();
    let granted = format!("/client-grants/{}", grants[0]["id"].as_str().unwrap());
    for list in ["/users", "/clients"] {
        assert_eq!(stolen.get(list).await.status, 200);
    }

    let narrowed = tool.call(Method::PATCH, &granted, Some(json!({"scope": ["read:clients"]}))).await;
    assert_eq!(narrowed.status, 200, "{}", narrowed.text);
    assert_eq!(failure(&stolen.get("/users").await).0, 403);
    assert_eq!(stolen.get("/clients").await.status, 200);

    assert_eq!(tool.call(Method::DELETE, &granted, None).await.status, 204);
    assert!(is_turned_away(&stolen.get("/clients").await));

    let stolen = spare().await;
    assert_eq!(stolen.get("/clients").await.status, 200);
    assert_eq!(tool.call(Method::DELETE, "/clients/spare", None).await.status, 204);
    assert!(is_turned_away(&stolen.get("/clients").await));
}

/// S-130, R-049
#[tokio::test]
async fn a_token_is_worth_nothing_on_the_other_nodes_within_two_seconds() {
    let here = unlimited().await;
    let there = TestServer::over(TestEngine::over(Arc::clone(&here.t.engine.store), |_| {}).await);
    grant(&here, &scope::ALL.join(" ")).await;
    add_tool(&here.t, "spare", "read:users").await;
    there.t.engine.directory.forget();
    let tool = Tool::new(&here).await;
    let stolen = Tool { server: &there, token: tool_token(&here, "spare", "").await };
    assert_eq!(stolen.get("/users").await.status, 200);

    assert_eq!(tool.call(Method::DELETE, "/clients/spare", None).await.status, 204);

    there.t.clock.advance(2);
    assert!(is_turned_away(&stolen.get("/users").await));
}

/// S-130
#[tokio::test]
async fn a_token_of_the_api_lives_for_a_day_at_most() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let system = "/resource-servers/https%3A%2F%2Flogin.example%2Fapi%2Fv2%2F";
    for lifetime in [86_401, 2_592_000] {
        let change = json!({"token_lifetime": lifetime});
        let (status, _, message) = failure(&tool.call(Method::PATCH, system, Some(change)).await);
        assert!(status == 400 && message.as_str().unwrap().contains("86400"), "{message}");
    }
    let longest = tool.call(Method::PATCH, system, Some(json!({"token_lifetime": 86_400}))).await;
    assert_eq!(longest.status, 200, "{}", longest.text);
    // A grant of an older release says more.
    server
        .t
        .add_client("spare", ClientKind::NonInteractive, Some("spare-secret"), |client| {
            client.audiences = vec![AudienceGrant {
                audience: API.into(),
                scopes: Scopes::parse("read:users").unwrap(),
                token_lifetime: 2_592_000,
                dialect: Default::default(),
                further: Default::default(),
            }];
        })
        .await;
    let said = claims(&tool_token(&server, "spare", "").await);
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 86_400);
}

/// S-130
#[tokio::test]
async fn an_administrator_whose_sessions_were_ended_is_out_at_the_next_request() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let browser = enter(&server).await;
    let home = "/dashboard/admins";
    assert_eq!(browser.get(home).await.status, 200);
    let admins = tool.get("/admins").await.json();
    let sessions = format!("/admins/{}/sessions", admins[0]["id"].as_str().unwrap());

    assert_eq!(tool.call(Method::DELETE, &sessions, None).await.status, 204);

    let out = browser.get(home).await;
    assert!(out.status == 303 && out.header("location").starts_with("/dashboard/sign-in"), "{}", out.text);
}

/// S-131
#[tokio::test]
async fn nobody_signs_in_as_somebody_else() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await;
    let impersonate = format!("{}/impersonate", path(&user));
    let body = json!({"protocol": "oauth2", "impersonator_id": "sms|x", "client_id": NATIVE});
    let refused = tool.call(Method::POST, &impersonate, Some(body.clone())).await;
    assert_eq!(failure(&refused).0, 404, "{}", refused.text);
    let bearer = format!("Bearer {}", tool.token);
    let headers = [("authorization", bearer.as_str()), ("content-type", crate::support::JSON)];
    let refused = server.request(Method::POST, &impersonate, &headers, body.to_string().as_bytes()).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert!(operations::ALL.iter().all(|operation| !operation.path.contains("impersonat")));
}

/// S-137: no sender reports back by a call, so there is no address to forge one to.
#[tokio::test]
async fn there_is_nowhere_to_report_deliveries_to() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let form = "MessageSid=SM1&MessageStatus=delivered&To=%2B14155550100";
    for path in [
        "/twilio",
        "/twilio/status",
        "/sms/status",
        "/callbacks/twilio",
        "/webhooks/twilio",
        "/webhooks/sms",
        "/deliveries",
        "/status",
        "/callback",
        "/webhook",
        "/passwordless/status",
        "/api/v2/webhooks/twilio",
    ] {
        let bearer = format!("Bearer {}", tool.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", crate::support::FORM),
            ("x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ];
        let answer = server.request(Method::POST, path, &headers, form.as_bytes()).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
    }
}
