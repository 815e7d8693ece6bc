//! The settings of the tenant as tools write and read them, and what they change at once.

use http::Method;
use latchkey_core::model::TokenDialect;
use latchkey_testkit::{CONFIDENTIAL, NATIVE, OTHER_NATIVE, PHONE, SPA};
use latchkey_wire::Scopes;
use serde_json::{Value, json};

use crate::support::{Browser, TestServer, authorize};
use crate::tool::{Tool, failure, grant, unlimited};

const PATH: &str = "/tenants/settings";

async fn set(tool: &Tool<'_>, body: Value) -> Value {
    let answer = tool.call(Method::PATCH, PATH, Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// M-031
#[tokio::test]
async fn settings_are_there_from_the_start_and_read_back_as_they_were_written() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let fresh = tool.get(PATH).await.json();
    for (name, value) in [
        ("enabled_locales", json!(["en"])),
        ("session_lifetime", json!(720)),
        ("idle_session_lifetime", json!(72)),
        ("allowed_logout_urls", json!([])),
        ("sandbox_version", json!("22")),
        ("sandbox_versions_available", json!(["22"])),
        ("flags", json!({})),
    ] {
        assert_eq!(fresh[name], value, "{name}");
    }
    let written = json!({
        "friendly_name": "Acme", "picture_url": "https://acme.example/logo.png", "country_codes": {"list": []},
        "default_token_quota": null, "error_page": null, "mtls": {"enable_endpoint_aliases": false},
        "session_cookie": {"mode": "non-persistent"}, "enabled_locales": ["en", "de"],
    });
    let shown = set(&tool, written.clone()).await;
    for (name, value) in written.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert!(shown.get("error_page").is_none() && shown.get("default_token_quota").is_none(), "{shown}");
    assert_eq!(tool.get(PATH).await.json(), shown);
    let some = tool.get(&format!("{PATH}?fields=friendly_name,flags&include_fields=true")).await;
    assert_eq!(some.json(), json!({"friendly_name": "Acme", "flags": {}}));
    let back = set(&tool, json!({"friendly_name": null, "enabled_locales": null})).await;
    assert_eq!((back.get("friendly_name"), &back["enabled_locales"]), (None, &json!(["en"])));
}

/// M-031
#[tokio::test]
async fn lifetimes_come_in_hours_or_in_minutes_and_are_read_in_hours() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let shown = set(
        &tool,
        json!({
            "session_lifetime_in_minutes": 10_080, "idle_session_lifetime_in_minutes": 90, "idle_session_lifetime": 5,
            "ephemeral_session_lifetime_in_minutes": 60, "sandbox_versions_available": ["18"],
        }),
    )
    .await;
    for (name, value) in [
        ("session_lifetime", json!(168)),
        ("idle_session_lifetime", json!(1.5)),
        ("ephemeral_session_lifetime", json!(1)),
        ("sandbox_versions_available", json!(["22"])),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert!(!shown.to_string().contains("in_minutes"), "{shown}");
    assert_eq!(set(&tool, json!({"session_lifetime": 2})).await["session_lifetime"], json!(2));
    // A twin that says nothing takes nothing away from the hours beside it.
    let both = json!({"session_lifetime": 3, "session_lifetime_in_minutes": null});
    assert_eq!(set(&tool, both).await["session_lifetime"], json!(3));
    let alone = json!({"session_lifetime_in_minutes": null});
    assert_eq!(set(&tool, alone).await["session_lifetime"], json!(720));
}

/// M-031
#[tokio::test]
async fn an_idle_lifetime_that_nobody_wrote_is_shown_as_it_holds() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let shown = set(&tool, json!({"session_lifetime": 2})).await;
    assert_eq!(shown["idle_session_lifetime"], json!(2));
    // As a tool that deploys writes it back.
    let back = json!({"session_lifetime": 2, "idle_session_lifetime": shown["idle_session_lifetime"]});
    assert_eq!(set(&tool, back).await, shown);
    let long = json!({"session_lifetime": 100, "idle_session_lifetime": null});
    assert_eq!(set(&tool, long).await["idle_session_lifetime"], json!(72));
}

/// M-031
#[tokio::test]
async fn flags_are_written_one_by_one() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    set(&tool, json!({"flags": {"enable_sso": true, "revoke_refresh_token_grant": false}})).await;
    let shown = set(&tool, json!({"flags": {"enable_sso": false, "unknown_flag": true}})).await;
    let flags = json!({"enable_sso": false, "revoke_refresh_token_grant": false, "unknown_flag": true});
    assert_eq!(shown["flags"], flags);
    let less = set(&tool, json!({"flags": {"unknown_flag": null, "revoke_refresh_token_grant": null}})).await;
    assert_eq!(less["flags"], json!({"enable_sso": false}));
    assert_eq!(set(&tool, json!({"flags": null})).await["flags"], json!({}));
}

/// M-031
#[tokio::test]
async fn a_new_client_gets_every_connection_where_the_tenant_says_so() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let connections_of = async |name: &str| {
        let made = tool.call(Method::POST, "/clients", Some(json!({"name": name}))).await.json();
        let path = format!("/clients/{}/connections", made["client_id"].as_str().unwrap());
        tool.get(&path).await.json()["connections"].as_array().unwrap().len()
    };
    assert_eq!(connections_of("before").await, 0);
    set(&tool, json!({"flags": {"enable_client_connections": true}})).await;
    let all = tool.get("/connections").await.json().as_array().unwrap().len();
    assert_eq!((connections_of("after").await, all > 0), (all, true));
}

/// M-031
#[tokio::test]
async fn a_revoked_refresh_token_takes_the_others_of_its_client_along_where_the_tenant_says_so() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let refresh_tokens = async || {
        let mut tokens = Vec::new();
        for client in [NATIVE, NATIVE, OTHER_NATIVE] {
            server.t.start(client, PHONE).await.unwrap();
            let redeemed =
                server.t.redeem(client, PHONE, &server.t.code(), "openid offline_access").await.unwrap();
            tokens.push(redeemed.refresh_token.unwrap().expose().to_owned());
        }
        tokens
    };
    let revoke = async |token: &str| {
        let answer = server.post("/oauth/revoke", json!({"client_id": NATIVE, "token": token})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    };
    let works = async |client: &str, token: &str| {
        let body = json!({"grant_type": "refresh_token", "client_id": client, "refresh_token": token});
        server.post("/oauth/token", body).await.status == 200
    };
    let tokens = refresh_tokens().await;
    revoke(&tokens[0]).await;
    assert_eq!([works(NATIVE, &tokens[0]).await, works(NATIVE, &tokens[1]).await], [false, true]);
    set(&tool, json!({"flags": {"revoke_refresh_token_grant": true}})).await;
    let tokens = refresh_tokens().await;
    revoke(&tokens[0]).await;
    let left = [
        works(NATIVE, &tokens[0]).await,
        works(NATIVE, &tokens[1]).await,
        works(OTHER_NATIVE, &tokens[2]).await,
    ];
    assert_eq!(left, [false, false, true]);
}

/// M-003, M-031
#[tokio::test]
async fn what_cannot_be_a_setting_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    for (name, value) in [
        ("friendly_name", json!("<b>")),
        ("friendly_name", json!(7)),
        ("support_email", json!("help")),
        ("support_url", json!("javascript:alert(1)")),
        ("picture_url", json!("logo.png")),
        ("default_redirection_uri", json!("data:text/html,x")),
        ("default_audience", json!(["x"])),
        ("allowed_logout_urls", json!("https://a.example")),
        ("allowed_logout_urls", json!(["javascript:alert(1)"])),
        ("enabled_locales", json!([1])),
        ("session_lifetime", json!(0)),
        ("session_lifetime", json!("168")),
        ("session_lifetime", json!(8_761)),
        ("session_lifetime_in_minutes", json!(0)),
        ("session_lifetime_in_minutes", json!(1.5)),
        ("idle_session_lifetime", json!(1_000)),
        ("session_cookie", json!({"mode": "forever"})),
        ("flags", json!({"enable_sso": "yes"})),
        ("flags", json!([])),
        ("phone_consolidated_experience", json!("true")),
        ("account", json!({"enabled": "no"})),
        ("account", json!({"allow_export": true})),
        ("error_page", json!("<h1>")),
    ] {
        let (status, code, message) =
            failure(&tool.call(Method::PATCH, PATH, Some(json!({name: value}))).await);
        assert_eq!((status, code), (400, json!("invalid_body")), "{name} {value}");
        assert!(message.as_str().unwrap().ends_with(&format!("on property {name}")), "{message}");
    }
    assert_eq!(failure(&tool.call(Method::PATCH, PATH, Some(json!([]))).await).0, 400);
    grant(&server, "read:clients").await;
    let stranger = Tool::of(&server, "").await;
    for (method, scope) in [(Method::GET, "read:tenant_settings"), (Method::PATCH, "update:tenant_settings")]
    {
        let (status, _, message) = failure(&stranger.call(method, PATH, Some(json!({}))).await);
        assert_eq!((status, message), (403, json!(format!("Insufficient scope, expected any of: {scope}"))));
    }
}

/// M-031
#[tokio::test]
async fn support_and_the_way_back_show_on_the_next_error_page() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    set(
        &tool,
        json!({
            "support_email": "help@acme.example", "support_url": "https://acme.example/help",
            "default_redirection_uri": "https://acme.example/start",
        }),
    )
    .await;
    let page = Browser::new(&server).open(&authorize("nobody", &[])).await;
    assert_eq!(page.status, 400);
    for text in [
        "mailto:help@acme.example",
        "href=\"https://acme.example/help\"",
        "href=\"https://acme.example/start\"",
    ] {
        assert!(page.text.contains(text), "{text} {}", page.text);
    }
}

/// M-031
#[tokio::test]
async fn lifetimes_hold_for_the_next_session() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    set(&tool, json!({"session_lifetime": 2, "idle_session_lifetime": 1})).await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let again = authorize(SPA, &[("prompt", "none")]);
    server.t.clock.advance(3_500);
    assert!(browser.get(&again).await.fields().contains_key("code"));
    server.t.clock.advance(3_500);
    assert!(browser.get(&again).await.fields().contains_key("code"));
    server.t.clock.advance(300);
    assert_eq!(browser.get(&again).await.fields()["error"], "login_required");
}

/// M-031
#[tokio::test]
async fn a_sign_out_that_names_no_client_may_go_to_the_tenants_addresses() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = "/v2/logout?returnTo=https%3A%2F%2Facme.example%2Fbye";
    assert_eq!(Browser::new(&server).get(path).await.status, 400);
    set(&tool, json!({"allowed_logout_urls": ["https://acme.example/bye"]})).await;
    let answer = Browser::new(&server).get(path).await;
    assert_eq!(answer.header("location"), "https://acme.example/bye");
}

/// M-031
#[tokio::test]
async fn requests_without_an_audience_get_the_tenants_where_the_client_may_have_it() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    set(&tool, json!({"default_audience": "https://things.example/"})).await;
    let opaque = server.t.sign_in(NATIVE, PHONE, "openid").await;
    assert!(!opaque.access_token.expose().contains('.'));
    server
        .t
        .add_client(NATIVE, latchkey_core::model::ClientKind::Native, None, |client| {
            client.audiences = vec![latchkey_core::model::AudienceGrant {
                audience: "https://things.example/".into(),
                scopes: Scopes::parse("read:things").unwrap(),
                token_lifetime: 60,
                dialect: TokenDialect::default(),
                further: Default::default(),
            }];
        })
        .await;
    let named = server.t.sign_in(NATIVE, PHONE, "openid").await;
    assert_eq!(named.access_token.expose().split('.').count(), 3);
}

/// M-031
#[tokio::test]
async fn a_tenant_that_wants_proof_takes_starts_from_confidential_clients_only() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let flag = |on: bool| json!({"flags": {"enforce_client_authentication_on_passwordless_start": on}});
    set(&tool, flag(true)).await;
    let start = async |client: &str, secret: Option<&str>| {
        let mut body = json!({"client_id": client, "connection": "sms", "phone_number": PHONE});
        if let Some(secret) = secret {
            body["client_secret"] = json!(secret);
        }
        server.post("/passwordless/start", body).await
    };
    let refused = start(NATIVE, None).await;
    assert_eq!(refused.error().1, "invalid_client", "{}", refused.text);
    assert_eq!(start(CONFIDENTIAL, Some("web-secret")).await.status, 200);
    // Our own pages need no proof of the client.
    sign_in_on_a_page(&server).await;
    set(&tool, flag(false)).await;
    server.t.clock.advance(3_600);
    assert_eq!(start(NATIVE, None).await.status, 200);
}

async fn sign_in_on_a_page(server: &TestServer) {
    let answer = Browser::new(server).sign_in(server, &authorize(SPA, &[]), PHONE).await;
    assert!(answer.fields().contains_key("code"), "{}", answer.text);
}
