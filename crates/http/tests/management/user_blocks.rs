//! What failed codes block, and who forgives it.

use http::Method;
use latchkey_core::model::{EventKind, TryRules};
use latchkey_testkit::{NATIVE, TestEngine};
use latchkey_wire::management::scope;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::tool::{Tool, failure, grant, is_closed, server};
use crate::users::{make, path};

const PHONE: &str = "+14155550100";

/// A server that blocks an address after `address` wrong codes, and from one IP after `pair`.
async fn strict(address: u32, pair: u32) -> TestServer {
    let rules =
        |consecutive| TryRules { raised_at: 100, high_at: 100, per_day: 100, consecutive, block: 600 };
    let t = TestEngine::with(|settings| {
        settings.limits = latchkey_core::settings::Limits::off();
        settings.limits.address_tries = rules(address);
        settings.limits.pair_tries = rules(pair);
    })
    .await;
    let server = TestServer::over(t);
    grant(&server, &scope::ALL.join(" ")).await;
    server
}

async fn fail(server: &TestServer, times: usize) {
    server.t.start(NATIVE, PHONE).await.unwrap();
    for _ in 0..times {
        let wrong = server.t.wrong_code();
        assert!(server.t.redeem(NATIVE, PHONE, &wrong, "openid").await.is_err());
    }
}

/// M-025
#[tokio::test]
async fn a_blocked_address_is_shown_by_itself_and_by_its_user_and_lifted_either_way() {
    let server = strict(2, 100).await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "sms", "phone_number": PHONE})).await;
    let by_id = format!("/user-blocks{}", path(&user).strip_prefix("/users").unwrap());
    let by_address = "/user-blocks?identifier=%2B14155550100&consider_brute_force_enablement=true";
    for at in [by_address, by_id.as_str()] {
        assert_eq!(tool.get(at).await.json(), json!({"blocked_for": []}));
        fail(&server, 2).await;
        assert_eq!(tool.get(by_address).await.json(), json!({"blocked_for": [{"identifier": PHONE}]}));
        let of_user = json!({"blocked_for": [{"identifier": PHONE, "connection": "sms"}]});
        assert_eq!(tool.get(&by_id).await.json(), of_user);

        assert_eq!(tool.call(Method::DELETE, at, None).await.status, 204);

        assert_eq!(tool.get(at).await.json(), json!({"blocked_for": []}));
        assert_eq!(tool.call(Method::DELETE, at, None).await.status, 204);
        server.t.sign_in(NATIVE, PHONE, "openid").await;
    }
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    let lifted = events.iter().filter(|event| event.kind == EventKind::UserUnblocked).count();
    assert_eq!(lifted, 2);
    assert!(!format!("{events:?}").contains(PHONE));
}

/// M-025
#[tokio::test]
async fn an_address_that_is_blocked_from_one_ip_says_which() {
    let server = strict(100, 2).await;
    let tool = Tool::new(&server).await;
    fail(&server, 2).await;
    let at = "/user-blocks?identifier=%2B14155550100";
    let blocked = json!({"blocked_for": [{"identifier": PHONE, "ip": "192.0.2.1"}]});
    assert_eq!(tool.get(at).await.json(), blocked);
    assert_eq!(tool.get("/user-blocks?identifier=%2B14155550101").await.json(), json!({"blocked_for": []}));

    assert_eq!(tool.call(Method::DELETE, at, None).await.status, 204);

    assert_eq!(tool.get(at).await.json(), json!({"blocked_for": []}));
    server.t.sign_in(NATIVE, PHONE, "openid").await;
}

/// M-025, M-037
#[tokio::test]
async fn who_was_held_lately_is_listed_masked_until_the_day_is_over_or_they_are_released() {
    let server = strict(100, 2).await;
    let tool = Tool::new(&server).await;
    let listed = async || tool.get("/anomaly/blocks").await.json();
    assert_eq!(listed().await, json!({"identifiers": [], "ips": []}));
    fail(&server, 2).await;
    let held = listed().await;
    let [one] = &held["identifiers"].as_array().unwrap()[..] else { panic!("{held}") };
    assert_eq!((&one["ip"], &one["connection"]), (&json!("192.0.2.1"), &json!("sms")));
    assert!(!held.to_string().contains(PHONE), "{held}");
    let at = "/user-blocks?identifier=%2B14155550100";
    server.t.clock.advance(1);
    assert_eq!(tool.call(Method::DELETE, at, None).await.status, 204);
    assert_eq!(listed().await["identifiers"], json!([]));

    fail(&server, 2).await;
    assert_eq!(listed().await["identifiers"].as_array().unwrap().len(), 1);
    server.t.clock.advance(86_400);
    let later = Tool::new(&server).await;
    assert_eq!(later.get("/anomaly/blocks").await.json()["identifiers"], json!([]));
    is_closed(&server, &[(Method::GET, "/anomaly/blocks")]).await;
}

/// M-003, M-025
#[tokio::test]
async fn who_cannot_be_blocked_is_not() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    for nobody in ["nobody", "no%40body", "%00"] {
        let at = format!("/user-blocks?identifier={nobody}");
        assert_eq!(tool.get(&at).await.json(), json!({"blocked_for": []}));
        assert_eq!(tool.call(Method::DELETE, &at, None).await.status, 204);
    }
    assert_eq!(failure(&tool.get("/user-blocks").await).0, 400);
    assert_eq!(failure(&tool.get("/user-blocks/sms%7Cnobody").await).0, 404);
    let reader = Tool::of(&server, "read:users").await;
    let refused = reader.call(Method::DELETE, "/user-blocks?identifier=x", None).await;
    assert_eq!(failure(&refused).0, 403);
}

/// M-025
#[tokio::test]
async fn an_ip_that_failed_too_often_is_blocked_until_it_is_forgiven() {
    let t = TestEngine::with(|settings| {
        settings.limits.failures_per_ip = latchkey_core::limit::Bucket::new(2, 2, 3600);
    })
    .await;
    let server = TestServer::over(t);
    grant(&server, &scope::ALL.join(" ")).await;
    let tool = Tool::new(&server).await;
    let at = "/anomaly/blocks/ips/192.0.2.1";
    let listed = async || tool.get("/anomaly/blocks").await.json()["ips"].clone();
    assert_eq!(listed().await, json!([]));
    assert_eq!(failure(&tool.get(at).await), (404, Value::Null, json!("Not Found")));
    fail(&server, 2).await;

    assert_eq!(listed().await[0]["ip"], "192.0.2.1");
    let blocked = tool.get(at).await;
    assert_eq!((blocked.status.as_u16(), blocked.text.as_str()), (200, ""));
    assert_eq!(tool.get("/anomaly/blocks/ips/192.0.2.2").await.status, 404);
    // As operators set the limit at run time.
    let floods = "/attack-protection/suspicious-ip-throttling";
    for (change, status) in [
        (json!({"allowlist": ["192.0.2.1"]}), 404),
        (json!({"allowlist": [], "enabled": false}), 404),
        (json!({"enabled": true}), 200),
    ] {
        assert_eq!(tool.call(Method::PATCH, floods, Some(change.clone())).await.status, 200, "{change}");
        assert_eq!(tool.get(at).await.status.as_u16(), status, "{change}");
    }
    assert_eq!(tool.call(Method::DELETE, at, None).await.status, 204);

    assert_eq!(tool.get(at).await.status, 404);
    assert_eq!(listed().await, json!([]));
    let (status, code, message) = failure(&tool.get("/anomaly/blocks/ips/nowhere").await);
    assert_eq!((status, code), (400, json!("invalid_uri")), "{message}");
}
