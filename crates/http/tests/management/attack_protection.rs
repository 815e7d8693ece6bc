//! The protection against attacks as tools write and read it, and what it does.

use http::Method;
use latchkey_testkit::{NATIVE, PHONE, TestEngine};
use serde_json::{Value, json};

use crate::support::{OTP_GRANT, TestServer};
use crate::tool::{Tool, grant, is_closed, refuses, server, unlimited};

const GUESSING: &str = "/attack-protection/brute-force-protection";
const FLOODS: &str = "/attack-protection/suspicious-ip-throttling";
const BREACHES: &str = "/attack-protection/breached-password-detection";
const PHONES: &str = "/attack-protection/phone-provider-protection";

async fn set(tool: &Tool<'_>, path: &str, body: Value) -> Value {
    let answer = tool.call(Method::PATCH, path, Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn start(server: &TestServer, phone: &str) -> u16 {
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": phone});
    server.post("/passwordless/start", body).await.status.as_u16()
}

/// Status and error of a wrong code.
async fn guess(server: &TestServer) -> (u16, String) {
    let body = json!({
        "client_id": NATIVE, "grant_type": OTP_GRANT, "realm": "sms", "username": PHONE, "otp": "000000",
    });
    let (status, error, _) = server.post("/oauth/token", body).await.error();
    (status, error)
}

/// M-037
#[tokio::test]
async fn the_limits_of_messages_are_those_of_the_configuration() {
    let server = TestServer::over(
        TestEngine::with(|settings| {
            settings.limits.country_sends_per_day = 7;
            settings.limits.sends_per_day = u32::MAX;
            settings.sms_countries = Some(vec![String::from("DE")]);
        })
        .await,
    );
    grant(&server, &latchkey_wire::management::scope::ALL.join(" ")).await;
    let limits = Tool::new(&server).await.get("/attack-protection/limits").await.json();
    assert_eq!((&limits["country"]["per_day"], &limits["all"]["per_day"]), (&json!(7), &Value::Null));
    assert_eq!((&limits["address"]["gaps"][0], &limits["countries"]), (&json!(60), &json!(["DE"])));
}

/// M-037, MS-005
#[tokio::test]
async fn what_holds_is_there_from_the_start_and_written_over_part_by_part() {
    let server = TestServer::over(TestEngine::with(|_| {}).await);
    grant(&server, &latchkey_wire::management::scope::ALL.join(" ")).await;
    let tool = Tool::new(&server).await;
    for (path, body) in [
        (
            GUESSING,
            json!({
                "enabled": true, "shields": ["block", "user_notification"], "mode": "count_per_identifier_and_ip",
                "allowlist": [], "max_attempts": 10,
            }),
        ),
        (
            FLOODS,
            json!({
                "enabled": true, "shields": ["admin_notification", "block"], "allowlist": [],
                "stage": {
                    "pre-login": {"max_attempts": 30, "rate": 120_000},
                    "pre-user-registration": {"max_attempts": 50, "rate": 72_000},
                    "pre-custom-token-exchange": {"max_attempts": 10, "rate": 600_000},
                },
            }),
        ),
        (
            BREACHES,
            json!({"enabled": false, "shields": [], "admin_notification_frequency": [], "method": "standard"}),
        ),
        (PHONES, json!({"type": "default"})),
    ] {
        assert_eq!(tool.get(path).await.json(), body, "{path}");
        // As a tool that deploys writes it back.
        assert_eq!(set(&tool, path, body.clone()).await, body, "{path}");
        assert_eq!(tool.get(path).await.json(), body, "{path}");
    }
    let some = set(&tool, FLOODS, json!({"stage": {"pre-login": {"max_attempts": 5}}})).await;
    assert_eq!(some["stage"]["pre-login"], json!({"max_attempts": 5, "rate": 120_000}));
    assert_eq!(some["stage"]["pre-user-registration"], json!({"max_attempts": 50, "rate": 72_000}));
    assert_eq!(set(&tool, PHONES, json!({"type": "exponential"})).await, json!({"type": "exponential"}));
}

/// M-037
#[tokio::test]
async fn guesses_from_one_place_are_refused_after_as_many_as_the_tenant_allows() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    set(&tool, GUESSING, json!({"max_attempts": 2})).await;
    assert_eq!(start(&server, PHONE).await, 200);
    assert_eq!(guess(&server).await, (403, "invalid_grant".into()));
    assert_eq!(guess(&server).await, (403, "invalid_grant".into()));
    assert_eq!(guess(&server).await.1, "too_many_attempts");
    // Switched off, nobody is kept out.
    set(&tool, GUESSING, json!({"enabled": false})).await;
    assert_eq!(guess(&server).await.1, "invalid_grant");
    set(&tool, GUESSING, json!({"enabled": true, "allowlist": ["192.0.2.0/24"]})).await;
    assert_eq!(guess(&server).await.1, "invalid_grant");
    set(&tool, GUESSING, json!({"allowlist": []})).await;
    assert_eq!(guess(&server).await.1, "too_many_attempts");
}

/// M-037
#[tokio::test]
async fn starts_from_one_address_are_slowed_down_as_the_tenant_says() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let stage = json!({"stage": {"pre-user-registration": {"max_attempts": 2, "rate": 60_000}}});
    set(&tool, FLOODS, stage).await;
    for expected in [200, 200, 429] {
        assert_eq!(start(&server, PHONE).await, expected);
    }
    server.t.clock.advance(60);
    assert_eq!(start(&server, PHONE).await, 200);
    assert_eq!(start(&server, PHONE).await, 429);
    set(&tool, FLOODS, json!({"allowlist": ["192.0.2.1"]})).await;
    assert_eq!(start(&server, PHONE).await, 200);
    set(&tool, FLOODS, json!({"allowlist": null, "enabled": false})).await;
    assert_eq!(start(&server, PHONE).await, 200);
}

/// M-037
#[tokio::test]
async fn failed_codes_from_one_address_are_slowed_down_as_the_tenant_says() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    set(&tool, FLOODS, json!({"stage": {"pre-login": {"max_attempts": 1, "rate": 60_000}}})).await;
    assert_eq!(start(&server, PHONE).await, 200);
    assert_eq!(guess(&server).await.0, 403);
    assert_eq!(guess(&server).await.0, 429);
    server.t.clock.advance(60);
    assert_eq!(guess(&server).await.0, 403);
}

/// M-037
#[tokio::test]
async fn a_number_that_is_written_alone_takes_effect_on_a_fresh_tenant() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    set(&tool, FLOODS, json!({"stage": {"pre-login": {"max_attempts": 1}}})).await;
    assert_eq!(start(&server, PHONE).await, 200);
    assert_eq!(guess(&server).await.0, 403);
    assert_eq!(guess(&server).await.0, 429);
}

/// M-003, M-037
#[tokio::test]
async fn what_is_no_protection_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let bodies = [
        (json!({"enabled": 1}), "on property enabled"),
        (json!({"shields": ["admin_notification"]}), "on property shields"),
        (json!({"mode": "x"}), "on property mode"),
        (json!({"allowlist": ["somewhere"]}), "on property allowlist"),
        (json!({"max_attempts": 0}), "on property max_attempts"),
        (json!({"max_attempts": 101}), "on property max_attempts"),
        (json!({"max_attempts": "5"}), "on property max_attempts"),
    ];
    refuses(&tool, Method::PATCH, GUESSING, &bodies).await;
    let bodies = [
        (json!({"shields": ["user_notification"]}), "on property shields"),
        (json!({"stage": []}), "on property stage"),
        (json!({"stage": {"pre-lunch": {}}}), "on property stage"),
        (json!({"stage": {"pre-login": {"max_attempts": 0}}}), "on property stage"),
        (json!({"stage": {"pre-login": {"rate": 1.5}}}), "on property stage"),
        (json!({"allowlist": "192.0.2.1"}), "on property allowlist"),
    ];
    refuses(&tool, Method::PATCH, FLOODS, &bodies).await;
    refuses(&tool, Method::PATCH, BREACHES, &[(json!({"method": "x"}), "on property method")]).await;
    refuses(&tool, Method::PATCH, PHONES, &[(json!({"type": "x"}), "on property type")]).await;
    let calls = [GUESSING, FLOODS, BREACHES, PHONES].map(|path| [(Method::GET, path), (Method::PATCH, path)]);
    is_closed(&server, &calls.concat()).await;
}
