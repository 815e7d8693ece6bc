//! Custom domains as tools write and read them.

use http::Method;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, is_closed, refuses, unlimited};

const PATH: &str = "/custom-domains";

/// MS-003
#[tokio::test]
async fn a_domain_is_made_pending_and_stays_so() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get(PATH).await.json(), json!([]));
    let body = json!({
        "domain": "Login.Acme.example", "type": "self_managed_certs", "domain_metadata": {"a": "b"},
        "relying_party_identifier": "acme.example", "verification_method": "txt",
    });
    let made = tool.call(Method::POST, PATH, Some(body.clone())).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let id = made["custom_domain_id"].as_str().unwrap();
    assert!(id.starts_with("cd_"), "{id}");
    for (name, value) in [
        ("domain", json!("login.acme.example")),
        ("type", json!("self_managed_certs")),
        ("primary", json!(false)),
        ("is_default", json!(false)),
        ("status", json!("pending_verification")),
        ("relying_party_identifier", json!("acme.example")),
        ("domain_metadata", json!({"a": "b"})),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    assert_eq!(made["verification"]["methods"][0]["record"], "login.example");
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(body)).await).0, 409);
    let path = format!("{PATH}/{id}");
    assert_eq!(tool.get(&path).await.json(), made);
    for query in ["", "?page=0&per_page=100&include_totals=true"] {
        assert_eq!(tool.get(&format!("{PATH}{query}")).await.json(), json!([made]), "{query}");
    }
    assert_eq!(tool.get(&format!("{PATH}?take=10")).await.json(), json!({"custom_domains": [made]}));
    let verified = tool.call(Method::POST, &format!("{path}/verify"), None).await;
    assert_eq!((verified.status.as_u16(), verified.json()), (200, made.clone()));
    let change = json!({"relying_party_identifier": "login.acme.example", "domain_metadata": null});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    assert_eq!(changed["relying_party_identifier"], "login.acme.example");
    assert!(changed.get("domain_metadata").is_none(), "{changed}");
    for _ in 0..2 {
        assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    }
    let text = json!("The custom domain does not exist");
    assert_eq!(failure(&tool.get(&path).await), (404, json!("inexistent_custom_domain"), text));
}

#[tokio::test]
async fn whether_passkeys_may_be_left_behind_is_true_or_false() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let made = |query: &str| {
        let body = json!({
            "domain": "login.example", "type": "self_managed_certs", "relying_party_identifier": "login.example",
        });
        let path = format!("{PATH}{query}");
        let tool = &tool;
        async move { tool.call(Method::POST, &path, Some(body)).await }
    };
    // There are no passkeys, and the domain stays the same.
    let first = made("?force=maybe").await;
    assert_eq!(failure(&first).0, 400);
    let first = made("?force=false").await;
    assert_eq!(first.status, 201, "{}", first.text);
    let at = format!("{PATH}/{}", first.json()["custom_domain_id"].as_str().unwrap());
    assert_eq!(tool.call(Method::DELETE, &format!("{at}?force=true"), None).await.status, 204);
}

/// MS-003
#[tokio::test]
async fn the_default_domain_is_the_issuers() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = "/custom-domains/default";
    assert_eq!(tool.get(path).await.json(), json!({"domain": "login.example"}));
    let same = tool.call(Method::PATCH, path, Some(json!({"domain": "login.example"}))).await;
    assert_eq!(same.status, 200);
    let bodies =
        [(json!({}), "Missing required property: domain"), (json!({"domain": "a.example"}), "not verified")];
    refuses(&tool, Method::PATCH, path, &bodies).await;
}

/// M-003, MS-003
#[tokio::test]
async fn what_is_no_domain_is_refused_by_name() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"domain": "login.acme.example", "type": "auth0_managed_certs"});
        body[name] = value;
        body
    };
    let bodies = [
        (json!({"type": "auth0_managed_certs"}), "Missing required property: domain"),
        (json!({"domain": "a.example"}), "Missing required property: type"),
        (with("domain", json!("10.0.0.1")), "on property domain"),
        (with("domain", json!("https://a.example/")), "on property domain"),
        (with("domain", json!("localhost")), "on property domain"),
        (with("type", json!("none")), "on property type"),
        (with("tls_policy", json!(1)), "on property tls_policy"),
        (with("domain_metadata", json!([])), "on property domain_metadata"),
        (with("relying_party_identifier", json!("me.example")), "on property relying_party_identifier"),
        (with("relying_party_identifier", json!("example")), "on property relying_party_identifier"),
    ];
    refuses(&tool, Method::POST, PATH, &bodies).await;
    let made = tool.call(Method::POST, PATH, Some(with("primary", json!(null)))).await.json();
    let path = format!("{PATH}/{}", made["custom_domain_id"].as_str().unwrap());
    refuses(&tool, Method::PATCH, &path, &[(json!({"domain": "b.acme.example"}), "Cannot be changed")]).await;
    let verify = format!("{path}/verify");
    let calls = [
        (Method::GET, PATH),
        (Method::POST, PATH),
        (Method::PATCH, &*path),
        (Method::DELETE, &path),
        (Method::POST, &verify),
    ];
    is_closed(&server, &calls).await;
}
