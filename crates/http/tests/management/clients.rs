//! Clients as tools write and read them.

use http::Method;
use latchkey_core::model::ClientKind;
use latchkey_testkit::{MACHINE, NATIVE, SPA};
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};

const PATH: &str = "/clients";
const PRINT: &str =
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

/// M-014, M-015
#[tokio::test]
async fn a_client_is_made_with_auth0s_defaults_read_changed_and_deleted() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let answer = tool.call(Method::POST, PATH, Some(json!({"name": "Mine", "new_thing": {"a": [1]}}))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.json();
    let id = made["client_id"].as_str().unwrap();
    assert!(id.len() == 32 && made["client_secret"].as_str().unwrap().len() == 64, "{made}");
    let expected = json!({
        "client_id": id, "client_secret": made["client_secret"], "tenant": "latchkey", "global": false,
        "name": "Mine", "new_thing": {"a": [1]}, "is_first_party": true, "oidc_conformant": false,
        "grant_types": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
        "jwt_configuration": {"secret_encoded": false, "lifetime_in_seconds": 36_000},
        "refresh_token": {
            "rotation_type": "non-rotating", "expiration_type": "non-expiring", "leeway": 0,
            "token_lifetime": 2_592_000, "idle_token_lifetime": 1_296_000,
            "infinite_token_lifetime": true, "infinite_idle_token_lifetime": true,
        },
        "sso": false, "sso_disabled": false, "custom_login_page_on": true,
        "cross_origin_auth": false, "cross_origin_authentication": false,
        "is_token_endpoint_ip_header_trusted": false, "token_endpoint_auth_method": "client_secret_post",
        "signing_keys": made["signing_keys"],
    });
    assert_eq!(made, expected);
    let path = format!("{PATH}/{id}");
    assert_eq!(tool.get(&path).await.json(), made);
    assert_eq!(tool.get(&format!("{path}?fields=name")).await.json(), json!({"name": "Mine"}));

    let change = json!({
        "app_type": "spa", "callbacks": ["https://a.example/cb", "", "https://*.b.example/cb"],
        "new_thing": null, "client_metadata": {"a": "1", "b": "2"}, "cross_origin_auth": true,
        "grant_types": ["authorization_code", "urn:future"], "token_endpoint_auth_method": "none",
    });
    let changed = tool.call(Method::PATCH, &path, Some(change.clone())).await.json();
    for name in ["app_type", "callbacks", "client_metadata", "grant_types", "token_endpoint_auth_method"] {
        assert_eq!(changed[name], change[name], "{name}");
    }
    assert_eq!((changed.get("new_thing"), &changed["cross_origin_authentication"]), (None, &json!(true)));
    let stored = server.t.engine.store.find_client(&id.into()).await.unwrap().unwrap();
    assert_eq!((stored.kind, stored.callbacks), (ClientKind::Spa, vec!["https://a.example/cb".to_owned()]));
    let change = json!({"client_metadata": {"a": null, "c": "3"}, "callbacks": null, "app_type": null});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    assert_eq!(changed["client_metadata"], json!({"b": "2", "c": "3"}));
    assert_eq!((changed.get("callbacks"), changed.get("app_type")), (None, None));
    // Deploy tools leave the encoding out of what they change.
    let change = json!({"jwt_configuration": {"lifetime_in_seconds": 60}});
    let changed = tool.call(Method::PATCH, &path, Some(change)).await.json();
    assert_eq!(changed["jwt_configuration"], json!({"lifetime_in_seconds": 60, "secret_encoded": false}));

    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    let text = json!("The client does not exist");
    assert_eq!(failure(&tool.get(&path).await), (404, json!("inexistent_client"), text));
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    let itself = tool.call(Method::DELETE, &format!("{PATH}/{MACHINE}"), None).await;
    assert_eq!(failure(&itself).0, 400);
}

/// M-014, M-015
#[tokio::test]
async fn what_was_written_is_read_back_key_for_key_and_holds() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body = json!({
        "name": "Whole", "description": "All of it", "logo_uri": "", "app_type": "native",
        "is_first_party": false, "oidc_conformant": true, "callbacks": ["com.app://cb"],
        "allowed_origins": [""], "web_origins": ["https://w.example"],
        "allowed_logout_urls": ["https://w.example/bye"], "allowed_clients": [], "client_aliases": ["x"],
        "jwt_configuration": {"alg": "ES256", "lifetime_in_seconds": 100, "scopes": {"x": {}}},
        "refresh_token": {
            "rotation_type": "rotating", "expiration_type": "expiring", "leeway": 5, "token_lifetime": 1000,
            "idle_token_lifetime": 100, "infinite_token_lifetime": false,
            "infinite_idle_token_lifetime": false, "policies": null,
        },
        "mobile": {
            "ios": {"team_id": "9JA89QQLNQ", "app_bundle_identifier": "com.my.bundle"},
            "android": {"app_package_name": "com.example", "sha256_cert_fingerprints": [PRINT, PRINT]},
        },
        "oidc_logout": {
            "backchannel_logout_urls": ["https://w.example/logout"],
            "backchannel_logout_initiators": {"mode": "custom", "selected_initiators": ["rp-logout"]},
        },
        "cross_origin_loc": "http://elsewhere.example/x", "initiate_login_uri": "https://w.example/go",
        "is_token_endpoint_ip_header_trusted": true, "token_endpoint_auth_method": "client_secret_basic",
        "organization_usage": "deny", "addons": {"samlp": {"a": null}}, "sso": true,
        "require_pushed_authorization_requests": true, "par_request_expiry": 60,
        "client_id": "AbCdEfGh12345678AbCdEfGh12345678", "client_secret": "kept-secret-of-a-tenant".repeat(3),
    });
    let answer = tool.call(Method::POST, PATH, Some(body.clone())).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let path = format!("{PATH}/AbCdEfGh12345678AbCdEfGh12345678");
    let read = tool.get(&path).await.json();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&read[name], value, "{name}");
    }
    assert_eq!(failure(&tool.call(Method::POST, PATH, Some(body)).await).0, 409);
    // Written back whole, as tools do, it stays the same.
    let mut again = read.clone();
    again.as_object_mut().unwrap().retain(|name, _| name != "client_id");
    assert_eq!(tool.call(Method::PATCH, &path, Some(again)).await.json(), read);

    let stored = server.t.engine.store.find_client(&"AbCdEfGh12345678AbCdEfGh12345678".into()).await;
    let stored = stored.unwrap().unwrap();
    assert_eq!((stored.refresh.lifetime, stored.refresh.idle_lifetime), (Some(1000), Some(100)));
    assert!(stored.refresh.rotating && !stored.refresh.reuse_while_child_unused && !stored.first_party);
    assert_eq!((stored.ios_team.as_deref(), stored.cross_origin_loc), (Some("9JA89QQLNQ"), None));
    assert_eq!((stored.jwt.lifetime, stored.android_fingerprints.len()), (100, 2));
    let links = server.get("/.well-known/assetlinks.json", &[]).await.json();
    assert_eq!(links[0]["target"]["sha256_cert_fingerprints"], json!([PRINT, PRINT]));
}

/// M-014
#[tokio::test]
async fn a_client_of_the_command_line_is_shown_whole_and_keeps_what_tools_do_not_touch() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = format!("{PATH}/{NATIVE}");
    let read = tool.get(&path).await.json();
    assert_eq!(
        (&read["app_type"], &read["token_endpoint_auth_method"], &read["is_first_party"]),
        (&json!("native"), &json!("none"), &json!(true))
    );
    assert_eq!(read["refresh_token"]["rotation_type"], "rotating");
    assert_eq!(read["callbacks"], json!(["https://app.example/cb"]));
    let before = server.t.engine.store.find_client(&NATIVE.into()).await.unwrap().unwrap();
    let renamed = tool.call(Method::PATCH, &path, Some(json!({"name": "New"}))).await.json();
    assert_eq!((&renamed["name"], &renamed["callbacks"]), (&json!("New"), &read["callbacks"]));
    let mut after = server.t.engine.store.find_client(&NATIVE.into()).await.unwrap().unwrap();
    assert_eq!(after.name, "New");
    (after.name, after.further, after.version) = (before.name.clone(), before.further.clone(), 0);
    assert_eq!(after, before);
    // What the command line changes afterwards shows.
    after.callbacks = vec!["https://other.example/".into()];
    server.t.engine.save_client(&after).await.unwrap();
    assert_eq!(tool.get(&path).await.json()["callbacks"], json!(["https://other.example/"]));
}

/// M-014, M-041
#[tokio::test]
async fn secrets_are_for_those_who_may_read_keys_and_are_in_no_event() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let secret = "canary".repeat(8);
    let body = json!({"name": "Mine", "client_secret": secret, "encryption_key": {"pub": "canary-key"}});
    let made = tool.call(Method::POST, PATH, Some(body)).await.json();
    assert_eq!(made["client_secret"], secret.as_str());
    assert_eq!(made["encryption_key"], json!({"pub": "canary-key"}));
    let path = format!("{PATH}/{}", made["client_id"].as_str().unwrap());
    let writer = Tool::of(&server, "read:clients update:clients").await;
    let renamed = writer.call(Method::PATCH, &path, Some(json!({"name": "x"}))).await;
    for answer in [writer.get(&path).await, writer.get(PATH).await, renamed] {
        assert!(answer.status == 200 && !answer.text.contains("secret\""), "{}", answer.text);
        assert!(!answer.text.contains("encryption_key"), "{}", answer.text);
    }
    let refused = writer.call(Method::PATCH, &path, Some(json!({"client_secret": secret}))).await;
    assert_eq!(failure(&refused).1, json!("insufficient_scope"));
    let refused = writer.call(Method::POST, &format!("{path}/rotate-secret"), None).await;
    assert_eq!(failure(&refused).0, 403);
    let summary = Tool::of(&server, "read:client_summary").await.get(&path).await.json();
    let names: Vec<&String> = summary.as_object().unwrap().keys().collect();
    assert_eq!(names, ["client_id", "is_first_party", "name"]);

    let rotated = tool.call(Method::POST, &format!("{path}/rotate-secret"), None).await.json();
    let new = rotated["client_secret"].as_str().unwrap();
    assert!(new != secret && new.len() == 64 && rotated["name"] == "x", "{rotated}");
    assert_eq!(tool.get(&path).await.json()["client_secret"], new);
    let unknown = tool.call(Method::POST, "/clients/nobody/rotate-secret", None).await;
    assert_eq!(failure(&unknown).1, json!("inexistent_client"));
    let events = server.t.engine.store.list_events(&Default::default(), &Default::default()).await.unwrap();
    let told = format!("{events:?}");
    assert!(!told.contains("canary") && !told.contains(new), "{told}");
    for act in ["create client", "update client", "rotate the secret of client"] {
        assert!(events.iter().any(|event| event.detail.get("act") == Some(&json!(act))), "{act}");
    }
}

/// M-005, M-014, M-016
#[tokio::test]
async fn lists_are_filtered_and_the_client_of_all_comes_when_it_is_asked_for() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let names = async |query: &str| {
        let list = tool.get(&format!("{PATH}?{query}")).await.json();
        let items = list.as_array().unwrap_or_else(|| panic!("{list}")).clone();
        items.iter().map(|item| item["client_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("is_global=false").await.len(), 6);
    assert_eq!(names("app_type=spa,non_interactive").await, [MACHINE, SPA]);
    assert_eq!(names("q=OTHER").await, ["other-native"]);
    assert_eq!(names("client_id=spa,nobody,machine").await, [MACHINE, SPA]);
    assert_eq!(names("client_id=spa,machine&app_type=spa").await, [SPA]);
    assert!(names("is_first_party=false").await.is_empty());
    assert!(names("q=client_grant.organization_id:org_1").await.is_empty());
    let page = tool.get(&format!("{PATH}?page=0&per_page=100&include_totals=true&is_global=true")).await;
    let page = page.json();
    assert_eq!(page["total"], 1, "{page}");
    let global = &page["clients"][0];
    assert_eq!((&global["name"], &global["global"]), (&json!("All Applications"), &json!(true)));
    let path = format!("{PATH}/{}", global["client_id"].as_str().unwrap());
    assert_eq!(&tool.get(&path).await.json(), global);
    let refused = tool.call(Method::PATCH, &path, Some(json!({"custom_login_page": "<html>"}))).await;
    assert_eq!(failure(&refused).1, json!("feature_not_enabled"));
    assert_eq!(tool.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(failure(&tool.get(&format!("{PATH}?is_global=1")).await).1, json!("invalid_query_string"));
}

/// M-013
#[tokio::test]
async fn the_connections_of_a_client_are_listed_and_lose_it_with_its_end() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let path = format!("{PATH}/{SPA}/connections");
    let all = tool.get(&path).await.json();
    assert_eq!(all["connections"].as_array().unwrap().len(), 3, "{all}");
    let first = tool.get(&format!("{path}?take=1&strategy=sms")).await.json();
    assert_eq!((&first["connections"][0]["name"], first.get("next")), (&json!("sms"), None));
    let summary = Tool::of(&server, "read:client_summary").await.get(&path).await.json();
    assert_eq!(summary["connections"][0].as_object().unwrap().len(), 3);
    assert_eq!(failure(&tool.get("/clients/nobody/connections").await).0, 404);
    assert_eq!(tool.call(Method::DELETE, &format!("{PATH}/{SPA}"), None).await.status, 204);
    for connection in tool.get("/connections").await.json().as_array().unwrap() {
        assert!(!connection["enabled_clients"].to_string().contains("\"spa\""), "{connection}");
    }
}

/// M-003, M-015
#[tokio::test]
async fn what_cannot_be_a_client_is_refused_by_name() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let refresh = |block: Value| json!({"refresh_token": block});
    for (change, text) in [
        (json!({"name": null}), "Missing required property: name"),
        (json!({"name": "<b>"}), "on property name"),
        (json!({"app_type": 7}), "on property app_type"),
        (json!({"is_first_party": "yes"}), "on property is_first_party"),
        (json!({"callbacks": "https://a.example"}), "on property callbacks"),
        (json!({"callbacks": ["javascript:alert(1)"]}), "on property callbacks"),
        (json!({"allowed_logout_urls": ["nonsense"]}), "on property allowed_logout_urls"),
        (json!({"web_origins": [1]}), "on property web_origins[0]"),
        (json!({"grant_types": [1]}), "on property grant_types[0]"),
        (json!({"token_endpoint_auth_method": "magic"}), "on property token_endpoint_auth_method"),
        (json!({"jwt_configuration": {"alg": "none"}}), "on property jwt_configuration.alg"),
        (json!({"jwt_configuration": {"lifetime_in_seconds": 1}}), "jwt_configuration.lifetime_in_seconds"),
        (
            json!({"app_type": "spa", "jwt_configuration": {"alg": "HS256"}}),
            "on property jwt_configuration.alg",
        ),
        (
            json!({
                "client_secret": "!".repeat(48),
                "jwt_configuration": {"alg": "HS256", "secret_encoded": true},
            }),
            "on property jwt_configuration.secret_encoded",
        ),
        (json!({"mobile": {"ios": {"team_id": "x"}}}), "on property mobile.ios.team_id"),
        (json!({"oidc_logout": {"backchannel_logout_initiators": {"mode": "x"}}}), "on property oidc_logout"),
        (json!({"client_metadata": {"a": "x".repeat(256)}}), "on property client_metadata"),
        (json!({"description": "x".repeat(141)}), "on property description"),
        (json!({"logo_uri": "x"}), "on property logo_uri"),
        (json!({"initiate_login_uri": "http://a.example"}), "on property initiate_login_uri"),
        (json!({"sso": "true"}), "on property sso"),
        (json!({"client_secret": "short"}), "on property client_secret"),
        (json!({"client_id": "../x"}), "on property client_id"),
        (refresh(json!({"rotation_type": "rotating"})), "on property refresh_token"),
        (
            refresh(json!({"rotation_type": "rotating", "expiration_type": "non-expiring"})),
            "on property refresh_token.expiration_type",
        ),
        (
            refresh(json!({"rotation_type": "x", "expiration_type": "expiring"})),
            "on property refresh_token.rotation_type",
        ),
        (
            refresh(json!({
                "rotation_type": "rotating", "expiration_type": "expiring", "token_lifetime": 10,
                "idle_token_lifetime": 10,
            })),
            "on property refresh_token.idle_token_lifetime",
        ),
    ] {
        let mut body = json!({"name": "Mine"});
        let object = body.as_object_mut().unwrap();
        object.extend(change.as_object().unwrap().clone());
        let answer = tool.call(Method::POST, PATH, Some(body)).await;
        let (status, code, message) = failure(&answer);
        assert_eq!((status, code), (400, json!("invalid_body")), "{change} {message}");
        assert!(message.as_str().unwrap().contains(text), "{change} {message}");
    }
    // What events call the console and the dashboard is no client's name.
    for id in ["latchkey-cli", "latchkey-dashboard"] {
        let taken = tool.call(Method::POST, PATH, Some(json!({"name": "Mine", "client_id": id}))).await;
        assert_eq!(failure(&taken).0, 409, "{id}");
    }
}
