//! Connections as tools write and read them.

use http::Method;
use latchkey_testkit::{NATIVE, SPA};
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};

/// M-008, M-009, M-010
#[tokio::test]
async fn a_connection_is_made_read_changed_and_deleted_as_tools_do_it() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let options = json!({
        "name": "sms", "provider": "twilio", "twilio_sid": "ABC123", "twilio_token": "DEF456", "from": null,
        "messaging_service_sid": "MG1", "syntax": "md_with_macros", "template": "@@password@@",
        "totp": {"length": 6, "time_step": 300}, "brute_force_protection": true, "disable_signup": false,
        "something_new": {"a": [1, null]},
    });
    let body = json!({"name": "sms-two", "strategy": "sms", "options": options, "display_name": "Text me"});
    let made = tool.call(Method::POST, "/connections", Some(body.clone())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("con_") && id.len() == 20, "{id}");
    // Key for key as it was written, secrets with it.
    assert_eq!(made["options"], options);
    assert_eq!(
        (&made["realms"], &made["is_domain_connection"], &made["enabled_clients"], &made["display_name"]),
        (&json!(["sms-two"]), &json!(false), &json!([]), &json!("Text me"))
    );
    let twice = tool.call(Method::POST, "/connections", Some(body)).await;
    assert_eq!(failure(&twice).0, 409);

    let path = format!("/connections/{id}");
    assert_eq!(tool.get(&path).await.json(), made);
    let part = tool.get(&format!("{path}?fields=strategy,name&include_fields=true")).await.json();
    assert_eq!(part, json!({"name": "sms-two", "strategy": "sms"}));

    // The whole of the options is replaced, but for the secret that is absent.
    let change = json!({"options": {"twilio_sid": "ABC124", "from": "+15005550006"}, "display_name": null});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    let left = json!({"twilio_sid": "ABC124", "from": "+15005550006", "twilio_token": "DEF456"});
    assert_eq!((&changed["options"], changed.get("display_name")), (&left, None));
    let forget = json!({"options": {"twilio_sid": "ABC124", "twilio_token": null}});
    let changed = tool.call(Method::PATCH, &path, Some(forget)).await.json();
    assert_eq!(changed["options"], json!({"twilio_sid": "ABC124"}));

    let gone = tool.call(Method::DELETE, &path, None).await;
    assert!(gone.status == 202 && gone.json()["deleted_at"].is_string(), "{}", gone.text);
    let text = json!("The connection does not exist");
    assert_eq!(failure(&tool.get(&path).await), (404, json!("inexistent_connection"), text));
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 202);
}

/// Decision 3.13, M-041
#[tokio::test]
async fn secrets_are_for_tools_that_deploy_and_are_in_no_event() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let options = json!({"twilio_sid": "AC1", "twilio_token": "canary-token", "from": "+1"});
    let body = json!({"name": "sms-two", "strategy": "sms", "options": options});
    let made = tool.call(Method::POST, "/connections", Some(body)).await.json();
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    tool.call(Method::PATCH, &path, Some(json!({"options": {"twilio_token": "canary-other"}}))).await;
    let reader = Tool::of(&server, "read:connections").await;
    for answer in [reader.get(&path).await, reader.get("/connections").await] {
        assert!(answer.status == 200 && !answer.text.contains("canary"), "{}", answer.text);
    }
    assert_eq!(tool.get(&path).await.json()["options"]["twilio_token"], "canary-other");
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    let acts: Vec<&Value> = events.iter().filter_map(|event| event.detail.get("act")).collect();
    assert_eq!(acts, ["update connection", "create connection"]);
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
}

/// M-005, M-006, M-007, M-008
#[tokio::test]
async fn lists_come_in_every_form_and_by_strategy_and_name() {
    let server = server().await;
    let tool = Tool::of(&server, "read:connections").await;
    let names = |list: &Value| -> Vec<String> {
        let items = list.as_array().unwrap_or_else(|| panic!("{list}")).iter();
        items.map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = names(&tool.get("/connections").await.json());
    assert_eq!(all.len(), 3);
    for query in ["strategy=sms&strategy=email", "strategy%5B0%5D=sms&strategy%5B1%5D=email"] {
        let two = names(&tool.get(&format!("/connections?{query}")).await.json());
        assert!(two.len() == 2 && two.contains(&"sms".into()) && two.contains(&"email".into()), "{two:?}");
    }
    let totals = tool.get("/connections?page=0&per_page=2&include_totals=true").await.json();
    assert_eq!((&totals["start"], &totals["limit"], &totals["total"]), (&json!(0), &json!(2), &json!(3)));
    let mut seen = Vec::new();
    let mut query = String::from("take=2&include_totals=true&page=0&per_page=50");
    loop {
        let part = tool.get(&format!("/connections?{query}")).await.json();
        seen.extend(names(&part["connections"]));
        let Some(next) = part["next"].as_str() else { break };
        query = format!("take=2&from={next}");
    }
    assert_eq!(seen, all);
    let one = tool.get("/connections?name=email&take=1&include_fields=true").await.json();
    assert_eq!(names(&one["connections"]), ["email"]);
    let (status, code, message) = failure(&tool.get("/connections?per_page=101").await);
    assert_eq!((status, code), (400, json!("invalid_query_string")), "{message}");
}

/// M-013
#[tokio::test]
async fn clients_are_switched_on_and_off_one_by_one() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({"name": "sms-two", "strategy": "sms", "enabled_clients": [NATIVE]});
    let made = tool.call(Method::POST, "/connections", Some(body)).await.json();
    let path = format!("/connections/{}/clients", made["id"].as_str().unwrap());
    let switch = async |list: Value| tool.call(Method::PATCH, &path, Some(list)).await;
    let on = switch(json!([{"client_id": SPA, "status": false}, {"client_id": SPA, "status": true}])).await;
    assert_eq!((on.status.as_u16(), on.text.as_str()), (204, ""));
    let list = tool.get(&path).await.json();
    assert_eq!(list, json!({"clients": [{"client_id": NATIVE}, {"client_id": SPA}]}));
    assert_eq!(switch(json!([{"client_id": NATIVE, "status": false}])).await.status, 204);
    assert_eq!(tool.get(&path).await.json(), json!({"clients": [{"client_id": SPA}]}));
    for (list, text) in [
        (json!([{"client_id": "nobody", "status": true}]), "There is no client nobody"),
        (json!([{"client_id": SPA}]), "missing field `status`"),
        (json!({"client_id": SPA}), "invalid type"),
        (json!(vec![json!({"client_id": SPA, "status": true}); 51]), "too long"),
    ] {
        let (status, code, message) = failure(&switch(list).await);
        assert_eq!((status, code), (400, json!("invalid_body")));
        assert!(message.as_str().unwrap().contains(text), "{message}");
    }
}

/// M-003
#[tokio::test]
async fn what_cannot_be_a_connection_is_refused_by_name() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    for (body, code, text) in [
        (json!({"strategy": "sms"}), "invalid_body", "Missing required property: name"),
        (json!({"name": "x"}), "invalid_body", "Missing required property: strategy"),
        (json!({"name": "-x", "strategy": "sms"}), "invalid_body", "on property name"),
        (json!({"name": "x", "strategy": "google-oauth2"}), "operation_not_supported", "google-oauth2"),
        (json!({"name": "x", "strategy": 7}), "invalid_body", "on property strategy"),
        (json!({"name": "x", "strategy": "sms", "options": []}), "invalid_body", "on property options"),
        (
            json!({"name": "x", "strategy": "sms", "options": {"totp": {"length": 3}}}),
            "invalid_body",
            "on property options.totp.length",
        ),
        (json!({"name": "x", "strategy": "sms", "display_name": 1}), "invalid_body", "display_name"),
        (json!({"name": "x", "strategy": "sms", "id": "../x"}), "invalid_body", "on property id"),
        (json!([]), "invalid_body", "Payload validation error"),
    ] {
        let answer = tool.call(Method::POST, "/connections", Some(body.clone())).await;
        let (status, found, message) = failure(&answer);
        assert_eq!((status, found), (400, json!(code)), "{body} {message}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
    let kept = json!({"name": "moved", "strategy": "email", "id": "con_AbCdEfGh12345678"});
    assert_eq!(
        tool.call(Method::POST, "/connections", Some(kept)).await.json()["id"],
        "con_AbCdEfGh12345678"
    );
    assert_eq!(
        server
            .request(
                Method::POST,
                "/api/v2/connections",
                &[("authorization", &format!("Bearer {}", tool.token)), ("content-type", "text/plain")],
                b"{}"
            )
            .await
            .status,
        415
    );
}

/// Ours: off for every application, and said only then, so that tools read back what they wrote.
#[tokio::test]
async fn a_connection_is_switched_off_as_a_whole() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({"name": "sms-two", "strategy": "sms", "options": {"provider": "inbox"}});
    let made = tool.call(Method::POST, "/connections", Some(body)).await.json();
    assert_eq!(made.get("enabled"), None);
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    let off = tool.call(Method::PATCH, &path, Some(json!({"enabled": false}))).await.json();
    assert_eq!((&off["enabled"], &off["options"]), (&json!(false), &made["options"]));
    let kept = tool.call(Method::PATCH, &path, Some(json!({"display_name": "Text me"}))).await.json();
    assert_eq!(kept["enabled"], false);
    let on = tool.call(Method::PATCH, &path, Some(json!({"enabled": true, "display_name": null}))).await;
    assert_eq!(on.json(), made);
}
