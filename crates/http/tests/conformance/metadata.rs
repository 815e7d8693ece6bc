//! What is said of this server, and that it is true.

use http::Method;
use latchkey_testkit::{CONFIDENTIAL, NATIVE, PHONE};
use serde_json::json;

use crate::support::TestServer;

/// C-028
#[tokio::test]
async fn discovery_is_complete_and_leads_to_what_there_is() {
    let server = TestServer::new().await;
    let answer = server.get("/.well-known/openid-configuration", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    let facts = answer.json();
    // Where it is found is told by the issuer (OpenID Connect Discovery section 4.3).
    let issuer = facts["issuer"].as_str().unwrap();
    assert_eq!(issuer, server.t.engine.settings.issuer);
    let words = |name: &str| -> Vec<String> {
        let list = facts[name].as_array().unwrap_or_else(|| panic!("{name} is missing"));
        list.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    for (name, needed) in [
        ("response_types_supported", vec!["code"]),
        ("subject_types_supported", vec!["public"]),
        ("id_token_signing_alg_values_supported", vec!["RS256"]),
        ("scopes_supported", vec!["openid"]),
        ("code_challenge_methods_supported", vec!["S256"]),
        ("claims_supported", vec!["sub", "iss", "auth_time", "acr"]),
        ("response_modes_supported", vec!["query", "fragment", "form_post"]),
        (
            "token_endpoint_auth_methods_supported",
            vec!["client_secret_basic", "client_secret_post", "private_key_jwt"],
        ),
    ] {
        let listed = words(name);
        assert!(needed.iter().all(|word| listed.iter().any(|known| known == word)), "{name}: {listed:?}");
        let mut once = listed.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), listed.len(), "{name} lists a word twice");
    }
    assert!(!words("code_challenge_methods_supported").contains(&"plain".to_owned()));
    assert!(!words("id_token_signing_alg_values_supported").contains(&"none".to_owned()));
    for (name, value) in facts.as_object().unwrap() {
        assert!(!value.is_null(), "{name}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        let Some(path) = value.as_str().and_then(|url| url.strip_prefix(issuer)).filter(|_| name != "issuer")
        else {
            assert!(!name.ends_with("_endpoint") && !name.ends_with("_uri"), "{name}: {value}");
            continue;
        };
        assert!(issuer.starts_with("https://"), "{name}");
        // Each endpoint is there, whatever it thinks of the method.
        let found = server.request(Method::OPTIONS, &format!("/{path}"), &[], b"").await;
        assert_ne!(found.status, 404, "{name}");
    }
}

/// C-056: RFC 8414 section 3.
#[tokio::test]
async fn the_metadata_of_oauth_is_the_metadata_of_openid() {
    let server = TestServer::new().await;
    let openid = server.get("/.well-known/openid-configuration", &[]).await;
    let oauth = server.get("/.well-known/oauth-authorization-server", &[]).await;
    assert_eq!((oauth.status.as_u16(), &oauth.text), (200, &openid.text));
    assert_eq!(oauth.header("content-type"), openid.header("content-type"));
}

/// C-056: RFC 7009 section 2.2.
#[tokio::test]
async fn revoking_is_a_success_whatever_the_token_and_a_refusal_without_a_client() {
    let server = TestServer::new().await;
    let live = server.t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    let live = live.refresh_token.unwrap();
    for body in [
        json!({"client_id": NATIVE, "token": "nobody-knows-it"}),
        json!({"client_id": NATIVE, "token": live.expose(), "token_type_hint": "access_token"}),
        json!({"client_id": NATIVE, "token": live.expose(), "token_type_hint": "refresh_token"}),
        json!({"client_id": NATIVE, "token": live.expose(), "token_type_hint": "no_such_hint"}),
    ] {
        let answer = server.post("/oauth/revoke", body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""), "{body}");
    }
    let refresh = json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": live.expose()});
    assert_eq!(server.post("/oauth/token", refresh).await.error().1, "invalid_grant");
    for (body, status, error) in [
        (json!({"client_id": NATIVE}), 400, "invalid_request"),
        (json!({"client_id": CONFIDENTIAL, "token": "x"}), 401, "invalid_client"),
        (json!({"client_id": CONFIDENTIAL, "client_secret": "wrong", "token": "x"}), 401, "invalid_client"),
    ] {
        let answer = server.post("/oauth/revoke", body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (status, error), "{body}");
    }
}
