//! What of another tenant would not come along.

use http::Method;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};

async fn report(tool: &Tool<'_>, body: Value) -> Value {
    let answer = tool.call(Method::POST, "/migrate/dry-run", Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// M-040
#[tokio::test]
async fn what_would_be_left_behind_is_listed_with_the_reason() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let report = report(
        &tool,
        json!({
            "rules": [{"name": "add roles"}], "actions": [], "roles": [{"name": "admin"}, {"name": "reader"}],
            "novelties": {"a": 1}, "tenant": {"friendly_name": "Acme"},
            "connections": [{"name": "sms", "strategy": "sms", "options": {"twilio_token": "##TWILIO##"}},
                            {"name": "google", "strategy": "google-oauth2"}],
            "clients": [{"name": "web", "app_type": "regular_web"}, {"name": "app", "app_type": "native"},
                        {"name": "known", "client_id": "native", "app_type": "native"}],
            "logStreams": [{"name": "dd", "type": "datadog"}],
        }),
    )
    .await;
    let pairs = |list: &str, of: &str| -> Vec<(String, Value)> {
        let items = report[list].as_array().unwrap().iter();
        items.map(|item| (item["type"].as_str().unwrap().to_owned(), item[of].clone())).collect()
    };
    assert_eq!(
        pairs("imported", "count"),
        [("clients".into(), json!(3)), ("connections".into(), json!(1)), ("tenant".into(), json!(1))]
    );
    assert_eq!(
        pairs("ignored", "names"),
        [
            ("connections".into(), json!(["google"])),
            ("logStreams".into(), json!(["dd"])),
            ("novelties".into(), json!([])),
            ("roles".into(), json!(["admin", "reader"])),
            ("rules".into(), json!(["add roles"])),
        ]
    );
    assert!(report["ignored"].as_array().unwrap().iter().all(|item| item["reason"].is_string()));
    assert_eq!(
        pairs("warnings", "name"),
        [
            ("clients".into(), json!("web")),
            ("connections".into(), json!("sms")),
            ("clients".into(), json!("known"))
        ]
    );
    assert!(report["warnings"][1]["message"].as_str().unwrap().starts_with("options.twilio_token holds"));
    assert_eq!(report["included_only"], json!(["clients", "connections", "tenant"]));
    assert_eq!(tool.get("/clients/native").await.json()["name"], "native");
}

/// M-040: Auth0's tool ends its run at the first call that is refused, so that none of these may be left in the file.
#[tokio::test]
async fn what_would_stop_the_tool_is_left_out_of_the_file_that_comes_back() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let invoices = json!({"name": "Invoices", "identifier": "https://invoices.example/"});
    let own_api = json!({"client_name": "app", "audience": "https://login.example/api/v2/", "scope": []});
    let sound = json!({
        "attackProtection": {"bruteForceProtection": {"enabled": true}},
        "branding": {"colors": {"primary": "#0059d6"}},
        "clientGrants": [{"client_name": "app", "audience": "https://invoices.example/", "scope": []}, own_api],
        "logStreams": [{"name": "http", "type": "http"}],
        "pages": [{"name": "error_page", "url": "https://acme.example/"}],
        "resourceServers": [invoices],
    });
    let mut file = sound.clone();
    file["attackProtection"]["botDetection"] = json!({"bot_detection_level": "low"});
    file["attackProtection"]["captcha"] = json!({"active_provider_id": "auth_challenge"});
    file["branding"]["templates"] = json!([{"template": "universal_login", "body": "<html>"}]);
    for (kind, record) in [
        (
            "clientGrants",
            json!({"client_name": "tool", "audience": "https://acme.auth0.com/api/v2/", "scope": []}),
        ),
        ("clientGrants", json!({"client_name": "tool", "audience": "nul\0", "scope": []})),
        ("logStreams", json!({"name": "dd", "type": "datadog"})),
        ("pages", json!({"name": "login", "html": "<html>", "enabled": true})),
        (
            "resourceServers",
            json!({"name": "Auth0 My Account API", "identifier": "https://a/me/", "is_system": true}),
        ),
    ] {
        file[kind].as_array_mut().unwrap().push(record);
    }
    let report = report(&tool, file).await;
    assert_eq!(report["tenant"], sound);
    let ignored = report["ignored"].as_array().unwrap().iter();
    let ignored: Vec<(&str, &Value)> =
        ignored.map(|item| (item["type"].as_str().unwrap(), &item["names"])).collect();
    for (kind, name) in [
        ("attackProtection", "botDetection"),
        ("attackProtection", "captcha"),
        ("branding", "templates"),
        ("clientGrants", "https://acme.auth0.com/api/v2/"),
        ("logStreams", "dd"),
        ("pages", "login"),
        ("resourceServers", "Auth0 My Account API"),
    ] {
        assert!(ignored.contains(&(kind, &json!([name]))), "{kind} {name}: {ignored:?}");
    }
}

/// M-003, M-040
#[tokio::test]
async fn an_empty_file_is_an_empty_report_and_no_file_is_refused() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let empty = json!({"imported": [], "ignored": [], "warnings": [], "included_only": [], "tenant": {}});
    for body in [json!({}), json!({"rules": [], "tenant": {}, "pages": null})] {
        assert_eq!(report(&tool, body).await, empty);
    }
    for body in [json!([]), json!("x"), json!(null)] {
        assert_eq!(failure(&tool.call(Method::POST, "/migrate/dry-run", Some(body)).await).0, 400);
    }
    let odd = json!({"clients": "x", "connections": [1, null, []], "rules": 7, "\0": [{"name": "\0"}]});
    report(&tool, odd).await;
}

/// M-040, S-132
#[tokio::test]
async fn the_report_of_a_hostile_file_is_short() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let long = "x".repeat(5_000);
    let values = vec!["##A##"; 20_000];
    let unnamed = vec![json!({}); 20_000];
    let body = json!({
        "clients": [{"name": long, (long.clone()): {(long.clone()): values}}, {}], "connections": unnamed,
    });
    let answer = tool.call(Method::POST, "/migrate/dry-run", Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.len() < 500 * 1024, "{}", answer.text.len());
    let report = answer.json();
    assert_eq!(
        (report["warnings"].as_array().unwrap().len(), report["ignored"].as_array().unwrap().len()),
        (500, 500)
    );
}
