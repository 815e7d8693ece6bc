//! What devices of people hold, as tools list it and take it back.

use http::Method;
use latchkey_testkit::{NATIVE, OTHER_NATIVE};
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::tool::{Tool, failure, is_closed, server};

const PATH: &str = "/device-credentials";

/// Somebody who signed in by a client; their id in a path.
async fn person(server: &TestServer, client: &str, phone: &str) -> String {
    server.t.sign_in(client, phone, "openid offline_access").await;
    server.t.clock.advance(120);
    let tool = Tool::of(server, "read:users").await;
    let found = tool.get(&format!("/users-by-phone?phone_number={}", phone.replace('+', "%2B"))).await.json();
    found[0]["user_id"].as_str().unwrap().replace('|', "%7C")
}

/// M-026
#[tokio::test]
async fn refresh_tokens_are_listed_by_user_client_and_kind_in_every_form() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let still = json!({"refresh_token": {"rotation_type": "non-rotating", "expiration_type": "expiring"}});
    let changed = tool.call(Method::PATCH, &format!("/clients/{OTHER_NATIVE}"), Some(still)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let ana = person(&server, NATIVE, "+14155550100").await;
    assert_eq!(person(&server, OTHER_NATIVE, "+14155550100").await, ana);
    person(&server, NATIVE, "+14155550101").await;
    let list = async |query: &str| tool.get(&format!("{PATH}?{query}")).await.json();
    let count = async |query: &str| list(query).await.as_array().unwrap().len();
    const ROTATING: &str = "type=rotating_refresh_token";
    for (query, expected) in [
        (String::new(), 1),
        ("type=refresh_token".into(), 1),
        (ROTATING.into(), 2),
        (format!("{ROTATING}&user_id={ana}"), 1),
        (format!("user_id={ana}&client_id={OTHER_NATIVE}"), 1),
        (format!("{ROTATING}&client_id={OTHER_NATIVE}"), 0),
        (format!("user_id={ana}&type=public_key"), 0),
        ("user_id=nobody".into(), 0),
        ("client_id=%00".into(), 0),
        ("user_id=%00".into(), 0),
        (format!("{ROTATING}&per_page=1&page=1"), 1),
    ] {
        assert_eq!(count(&query).await, expected, "{query}");
    }

    let one = list(&format!("{ROTATING}&user_id={ana}")).await[0].clone();
    let tokens = tool.get(&format!("/users/{ana}/refresh-tokens")).await.json();
    let tokens = tokens["tokens"].as_array().unwrap();
    let token = tokens.iter().find(|token| token["client_id"] == NATIVE).unwrap();
    let user = ana.replace("%7C", "|");
    assert_eq!(
        one,
        json!({
            "id": token["id"], "type": "rotating_refresh_token", "user_id": user, "client_id": NATIVE,
        })
    );
    let fields = list(&format!("{ROTATING}&user_id={ana}&fields=type,client_id&include_fields=false")).await;
    assert_eq!(fields[0], json!({"id": token["id"], "user_id": user}));

    let totals = list(&format!("{ROTATING}&include_totals=true&per_page=1&page=1")).await;
    assert_eq!(
        (&totals["start"], &totals["length"], &totals["total"]),
        (&json!(1), &json!(1), &json!(2)),
        "{totals}"
    );
    assert_eq!(totals["device_credentials"].as_array().unwrap().len(), 1);
    let part = list(&format!("{ROTATING}&take=1")).await;
    let rest = list(&format!("{ROTATING}&take=1&from={}", part["next"].as_str().unwrap())).await;
    assert_eq!((rest["device_credentials"].as_array().unwrap().len(), rest.get("next")), (1, None));
    let (status, code, _) = failure(&tool.get(&format!("{PATH}?type=password")).await);
    assert_eq!((status, code), (400, json!("invalid_query_string")));
}

/// M-026
#[tokio::test]
async fn more_than_a_page_of_the_store_is_listed() {
    let server = server().await;
    for n in 0..101 {
        server.t.sign_in(NATIVE, &format!("+1415555{:04}", 100 + n), "openid offline_access").await;
        // Ten numbers of one range are texted to a day.
        server.t.clock.advance(9_000);
    }
    let tool = Tool::new(&server).await;
    let totals = tool.get(&format!("{PATH}?type=rotating_refresh_token&include_totals=true")).await.json();
    assert_eq!(totals["total"], 101, "{totals}");
}

/// M-026
#[tokio::test]
async fn one_that_is_deleted_signs_its_device_out() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = person(&server, NATIVE, "+14155550100").await;
    let path = format!("{PATH}?user_id={user}&type=rotating_refresh_token");
    let listed = async || tool.get(&path).await.json();
    let id = listed().await[0]["id"].as_str().unwrap().to_owned();

    for _ in 0..2 {
        let path = format!("{PATH}/{id}");
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    }

    assert_eq!(listed().await, json!([]));
    assert_eq!(failure(&tool.get(&format!("/refresh-tokens/{id}")).await).0, 404);
    assert_eq!(tool.call(Method::DELETE, &format!("{PATH}/%00"), None).await.status, 204);
}

/// M-026, K-001
#[tokio::test]
async fn no_key_is_enrolled_and_each_act_needs_its_scope() {
    let server = server().await;
    let key: Value = json!({
        "device_name": "phone", "type": "public_key", "value": "x", "device_id": "d", "client_id": NATIVE,
    });
    let own = Tool::of(&server, "create:current_user_device_credentials").await;
    let (status, code, _) = failure(&own.call(Method::POST, PATH, Some(key.clone())).await);
    assert_eq!((status, code), (403, json!("feature_not_enabled")));
    let own = Tool::of(&server, "delete:current_user_device_credentials").await;
    let refused = own.call(Method::DELETE, &format!("{PATH}/x"), None).await;
    assert_eq!(failure(&refused).1, json!("insufficient_scope"));
    is_closed(
        &server,
        &[(Method::GET, PATH), (Method::POST, PATH), (Method::DELETE, "/device-credentials/x")],
    )
    .await;
}
