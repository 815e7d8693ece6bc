//! Resource servers as tools write and read them.

use http::Method;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};

const PATH: &str = "/resource-servers";

/// M-027
#[tokio::test]
async fn an_api_is_made_read_changed_and_deleted_by_id_and_by_identifier() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({
        "name": "Things", "identifier": "https://things.example/v1/", "scopes": [{"value": "read:things"}],
        "token_dialect": "rfc9068_profile", "signing_alg": "HS256", "signing_secret": "canary-of-sixteen",
        "enforce_policies": true, "authorization_policy": null,
    });
    let made = tool.call(Method::POST, PATH, Some(body.clone())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(!made.text.contains("canary"), "{}", made.text);
    let made = made.json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 24);
    for (name, value) in [
        ("token_lifetime", json!(86_400)),
        ("token_lifetime_for_web", json!(7_200)),
        ("allow_offline_access", json!(false)),
        ("is_system", json!(false)),
        ("enforce_policies", json!(true)),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(body)).await).0, 409);

    for path in [format!("{PATH}/{id}"), format!("{PATH}/https%3A%2F%2Fthings.example%2Fv1%2F")] {
        assert_eq!(tool.get(&path).await.json(), made);
        let scopes = json!([{"value": "read:things", "description": "Read"}, {"value": "write:things"}]);
        let change = json!({"scopes": scopes, "token_lifetime": 100, "token_lifetime_for_web": 50});
        let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
        assert_eq!((&changed["scopes"], &changed["token_lifetime"]), (&scopes, &json!(100)));
        let back = json!({
            "scopes": made["scopes"], "token_lifetime": 86_400, "token_lifetime_for_web": 7_200,
            "identifier": "https://things.example/v1/",
        });
        assert_eq!(tool.call(Method::PATCH, &path, Some(back)).await.json(), made);
    }
    let all = tool.get(PATH).await.json();
    assert_eq!((&all[0]["name"], &all[1]), (&json!("Auth0 Management API"), &made));
    let totals = tool.get(&format!("{PATH}?include_totals=true")).await.json();
    assert_eq!((&totals["total"], &totals["resource_servers"]), (&json!(2), &all));
    let first = tool.get(&format!("{PATH}?take=1")).await.json();
    let rest = tool.get(&format!("{PATH}?take=1&from={}", first["next"].as_str().unwrap())).await.json();
    assert_eq!((&first["resource_servers"][0], &rest["resource_servers"][0]), (&all[0], &all[1]));

    let path = format!("{PATH}/{id}");
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    let text = json!("The resource server does not exist");
    assert_eq!(failure(&tool.get(&path).await), (404, json!("inexistent_resource_server"), text));
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
    assert!(
        events.iter().any(|event| event.detail.get("act") == Some(&json!("delete resource server"))),
        "{events:?}"
    );
}

/// M-027
#[tokio::test]
async fn tokens_in_browsers_live_no_longer_than_the_others_where_a_tool_does_not_say() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({"name": "x", "identifier": "urn:x", "token_lifetime": 3_600});
    let made = tool.call(Method::POST, PATH, Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(made["token_lifetime_for_web"], 3_600);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    for (lifetime, for_web) in [(9_000, 3_600), (600, 600)] {
        let changed = tool.call(Method::PATCH, &path, Some(json!({"token_lifetime": lifetime}))).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(changed.json()["token_lifetime_for_web"], for_web);
    }
    let both = json!({"token_lifetime": 600, "token_lifetime_for_web": 601});
    assert_eq!(failure(&tool.call(Method::PATCH, &path, Some(both)).await).0, 400);
}

/// M-003, M-027
#[tokio::test]
async fn what_cannot_be_an_api_is_refused_by_name() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"name": "x", "identifier": "urn:x"});
        body[name] = value;
        body
    };
    for (body, text) in [
        (json!({"name": "x"}), "Missing required property: identifier"),
        (with("identifier", json!(7)), "on property identifier"),
        (with("identifier", json!("x".repeat(601))), "on property identifier"),
        (with("name", json!("<b>")), "on property name"),
        (with("scopes", json!("read")), "on property scopes"),
        (with("scopes", json!([{"value": "a b"}])), "on property scopes"),
        (with("scopes", json!([{"description": "a"}])), "on property scopes[0]"),
        (with("token_lifetime", json!(2_592_001)), "on property token_lifetime"),
        (with("token_lifetime", json!("1")), "on property token_lifetime"),
        (with("token_lifetime_for_web", json!(90_000)), "on property token_lifetime_for_web"),
        (with("signing_alg", json!("none")), "on property signing_alg"),
        (with("token_dialect", json!("x")), "on property token_dialect"),
        (with("signing_secret", json!(["x"])), "on property signing_secret"),
        (with("id", json!("../x")), "on property id"),
    ] {
        let (status, code, message) = failure(&tool.call(Method::POST, PATH, Some(body.clone())).await);
        assert_eq!((status, code), (400, json!("invalid_body")), "{body}");
        assert!(message.as_str().unwrap().contains(text), "{body} {message}");
    }
    let kept = with("id", json!("5f7c8ec7c33c6c004bbafe82"));
    let made = tool.call(Method::POST, PATH, Some(kept)).await.json();
    assert_eq!(made["id"], "5f7c8ec7c33c6c004bbafe82");
    let path = format!("{PATH}/5f7c8ec7c33c6c004bbafe82");
    let other = tool.call(Method::PATCH, &path, Some(json!({"identifier": "urn:y"}))).await;
    assert_eq!(failure(&other).0, 400);
}

/// M-001, M-027
#[tokio::test]
async fn the_api_of_this_server_is_there_and_changes_in_its_lifetimes_only() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let api = tool.get(&format!("{PATH}/https%3A%2F%2Flogin.example%2Fapi%2Fv2%2F")).await.json();
    assert_eq!(
        (&api["name"], &api["identifier"], &api["is_system"], &api["token_lifetime"]),
        (
            &json!("Auth0 Management API"),
            &json!("https://login.example/api/v2/"),
            &json!(true),
            &json!(86_400)
        )
    );
    assert!(api["scopes"].as_array().unwrap().contains(&json!({"value": "read:users"})), "{api}");
    let path = format!("{PATH}/{}", api["id"].as_str().unwrap());
    assert_eq!(tool.get(&path).await.json(), api);
    let same_id = json!({"name": "x", "identifier": "urn:x", "id": api["id"]});
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(same_id)).await).0, 409);
    for (lifetime, for_web) in [(9_000, 7_200), (8_000, 7_200), (600, 600)] {
        let change = json!({"token_lifetime": lifetime, "name": "Auth0 Management API"});
        let changed = tool.call(Method::PATCH, &path, Some(change)).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(tool.get(&path).await.json(), changed.json());
        assert_eq!(changed.json()["token_lifetime"], lifetime);
        assert_eq!(changed.json()["token_lifetime_for_web"], for_web);
        assert_eq!(changed.json()["scopes"], api["scopes"]);
    }
    assert_eq!(tool.get(PATH).await.json().as_array().unwrap().len(), 1);
    let renewed = crate::tool::Tool::of(&server, "read:resource_servers").await;
    let claims = renewed.claims();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);

    for change in [json!({"scopes": []}), json!({"name": "x"}), json!({"token_lifetime": 0})] {
        assert_eq!(failure(&tool.call(Method::PATCH, &path, Some(change)).await).0, 400);
    }
    assert_eq!(failure(&tool.call(Method::DELETE, &path, None).await).0, 400);
    let twice = json!({"name": "x", "identifier": "https://login.example/api/v2/"});
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(twice)).await).0, 409);
}
