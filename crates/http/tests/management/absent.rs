//! What Auth0 has and we do not, row by row.

use http::Method;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, unlimited};

/// M-038
#[tokio::test]
async fn a_collection_that_is_not_here_is_empty_in_the_form_that_was_asked_for() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    for (path, key) in [
        ("/rules", "rules"),
        ("/rules-configs", "rules_configs"),
        ("/hooks", "hooks"),
        ("/roles", "roles"),
        ("/organizations", "organizations"),
        ("/connections-directory-provisionings", "directory_provisionings"),
        ("/connections-scim-configurations", "scim_configurations"),
        ("/forms", "forms"),
        ("/flows", "flows"),
        ("/flows/vault/connections", "connections"),
        ("/self-service-profiles", "self_service_profiles"),
        ("/event-streams", "eventStreams"),
        ("/network-acls", "network_acls"),
        ("/user-attribute-profiles", "user_attribute_profiles"),
        ("/connection-profiles", "connection_profiles"),
        ("/rate-limit-policies", "rate_limit_policies"),
        ("/token-exchange-profiles", "token_exchange_profiles"),
    ] {
        let read = async |query: &str| {
            let answer = tool.get(&format!("{path}{query}")).await;
            assert_eq!(answer.status, 200, "{path} {}", answer.text);
            answer.json()
        };
        assert_eq!(read("").await, json!([]), "{path}");
        let totals = json!({"start": 0, "limit": 100, "length": 0, "total": 0, key: []});
        assert_eq!(read("?page=0&per_page=100&include_totals=true").await, totals, "{path}");
        assert_eq!(read("?take=10").await, json!({key: []}), "{path}");
    }
    assert_eq!(failure(&tool.get("/rules?per_page=101").await).0, 400);
}

/// M-038
#[tokio::test]
async fn what_is_no_list_says_that_it_is_off() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    for (path, body) in [
        ("/actions/actions", json!({"actions": [], "total": 0, "page": 0, "per_page": 50})),
        (
            "/actions/actions?page=2&per_page=100&include_totals=true",
            json!({"actions": [], "total": 0, "page": 2, "per_page": 100}),
        ),
        ("/actions/modules", json!({"modules": [], "total": 0})),
        ("/actions/triggers", json!({"triggers": []})),
        ("/guardian/policies", json!([])),
        ("/prompts/login/partials", json!({})),
        ("/prompts/rendering?page=0&per_page=100&include_totals=true", json!([])),
        ("/risk-assessments/settings", json!({"enabled": false})),
        ("/risk-assessments/settings/new-device", json!({"remember_for": 30})),
        ("/supplemental-signals", json!({})),
    ] {
        let answer = tool.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, body), "{path}");
    }
    let factors = tool.get("/guardian/factors").await.json();
    let factors = factors.as_array().unwrap();
    assert!(factors.iter().all(|factor| factor["enabled"] == json!(false)), "{factors:?}");
    assert!(factors.iter().any(|factor| factor["name"] == "webauthn-platform"), "{factors:?}");
}

/// M-038, K-002
#[tokio::test]
async fn what_nobody_could_make_is_not_found() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let bare = Value::Null;
    for (path, code, message) in [
        ("/guardian/factors/phone/selected-provider", &bare, "Not Found"),
        ("/guardian/factors/sms/providers/twilio", &bare, "Not Found"),
        ("/guardian/factors/push-notification/providers/sns", &bare, "Not Found"),
        ("/branding/themes/default", &json!("theme_not_found"), "Theme not found"),
        (
            "/branding/templates/universal-login",
            &json!("inexistent_templates_universal_login"),
            "Template does not exist.",
        ),
        ("/connections/con_1/status", &bare, "Not Found"),
        ("/connections/con_1/scim-configuration", &bare, "Not Found"),
        ("/connections/con_1/directory-provisioning", &bare, "Not Found"),
        ("/connections/con_1/keys", &bare, "Not Found"),
        ("/prompts/login/screen/login/rendering", &bare, "Not Found"),
        ("/keys/encryption", &bare, "Not Found"),
        ("/rules/rul_1", &bare, "Not Found"),
        ("/nothing-of-the-kind", &bare, "Not Found"),
    ] {
        assert_eq!(failure(&tool.get(path).await), (404, code.clone(), json!(message)), "{path}");
    }
    let put = tool.call(Method::PUT, "/connections/con_1/scim-configuration", Some(json!({}))).await;
    assert_eq!(failure(&put).0, 404);
}

/// K-001
#[tokio::test]
async fn whoever_writes_what_is_not_here_is_told_the_feature() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    for (method, path, feature) in [
        (Method::POST, "/rules", "Rules"),
        (Method::PUT, "/rules-configs/KEY", "Rules"),
        (Method::PATCH, "/actions/triggers/post-login/bindings", "Actions"),
        (Method::PUT, "/guardian/policies", "Multi-factor authentication"),
        (Method::POST, "/actions/actions/1/deploy", "Actions"),
        (Method::POST, "/organizations", "Organizations"),
        (Method::PUT, "/guardian/factors/sms", "Multi-factor authentication"),
        (Method::PUT, "/branding/templates/universal-login", "Page templates"),
        (Method::POST, "/branding/themes", "Themes"),
        (Method::PUT, "/prompts/login/partials", "Page partials"),
        (Method::PATCH, "/prompts/login/screen/login/rendering", "Page rendering"),
        (Method::POST, "/flows/vault/connections", "Flows"),
        (Method::PATCH, "/risk-assessments/settings", "Risk assessments"),
    ] {
        let (status, code, message) = failure(&tool.call(method, path, Some(json!({"name": "x"}))).await);
        assert_eq!((status, code), (403, json!("feature_not_enabled")), "{path}");
        assert_eq!(message, json!(format!("{feature} is not a feature of this server")), "{path}");
    }
    // What a tool reads it writes back.
    for (method, path, body) in [
        (Method::PUT, "/guardian/factors/sms", json!({"enabled": false})),
        (Method::PUT, "/guardian/policies", json!([])),
        (Method::PATCH, "/risk-assessments/settings", json!({"enabled": false})),
        (Method::PATCH, "/risk-assessments/settings/new-device", json!({"remember_for": 30})),
        (Method::PATCH, "/actions/triggers/post-login/bindings", json!({"bindings": []})),
    ] {
        assert_eq!(tool.call(method, path, Some(body)).await.status, 200, "{path}");
    }
    for path in
        ["/rules/rul_1", "/roles/rol_1", "/organizations/org_1", "/branding/templates/universal-login"]
    {
        assert_eq!(tool.call(Method::DELETE, path, None).await.status, 204, "{path}");
    }
    for method in [Method::GET, Method::PATCH] {
        for path in ["/attack-protection/bot-detection", "/attack-protection/captcha"] {
            let (status, code, _) = failure(&tool.call(method.clone(), path, Some(json!({}))).await);
            assert_eq!((status, code), (403, json!("insufficient_entitlement")), "{path}");
        }
    }
    for path in ["/tickets/password-change", "/tickets/email-verification"] {
        let (status, code, _) = failure(&tool.call(Method::POST, path, Some(json!({}))).await);
        assert_eq!((status, code), (400, json!("operation_not_supported")), "{path}");
    }
}
