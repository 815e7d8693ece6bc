//! The modules of the basic profile about the code flow and the tokens that it ends in.

use http::Method;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use latchkey_testkit::{CONFIDENTIAL, PHONE, SPA, START};
use serde_json::{Value, json};

use crate::support::{Browser, CALLBACK, EMAIL, FORM, TestServer, VERIFIER, authorize};
use crate::{claims, parts, signed_in, user_info};

/// C-001
#[tokio::test]
async fn from_discovery_to_userinfo_everything_agrees() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    let path = authorize(SPA, &[("nonce", "n1")]);
    let endpoint = facts["authorization_endpoint"].as_str().unwrap();
    assert_eq!(endpoint, format!("https://login.example{}", path.split('?').next().unwrap()));
    let fields = browser.sign_in(&server, &path, PHONE).await.fields();
    assert_eq!((&fields["state"], &json!(fields["iss"])), (&"s1".to_owned(), &facts["issuer"]));

    let answer = server.trade(SPA, &fields["code"]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-type").starts_with("application/json"));
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    let id_token = claims(&tokens["id_token"]);
    assert_eq!((&id_token["iss"], &id_token["aud"]), (&facts["issuer"], &json!(SPA)));
    assert_eq!((&id_token["nonce"], &id_token["iat"]), (&json!("n1"), &json!(START)));
    assert!(id_token["exp"].as_i64().unwrap() > START && id_token["sub"].as_str().unwrap().len() <= 255);
    let told = user_info(&server, &tokens["access_token"]).await;
    assert_eq!((told.status.as_u16(), &told.json()["sub"]), (200, &id_token["sub"]));
}

/// C-003
#[tokio::test]
async fn an_id_token_is_signed_with_rs256_by_a_key_that_is_published() {
    let server = TestServer::new().await;
    let tokens = signed_in(&server, &Browser::new(&server), &[]).await;
    let header = parts(&tokens["id_token"]).0;
    assert_eq!(header["alg"], "RS256");
    let text = server.get("/.well-known/jwks.json", &[]).await.text;
    let keys: JwkSet = serde_json::from_str(&text).unwrap();
    let key = keys.find(header["kid"].as_str().unwrap()).expect("the key is published");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.set_audience(&[SPA]);
    let token = tokens["id_token"].as_str().unwrap();
    jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap();
}

/// C-005
#[tokio::test]
async fn userinfo_takes_the_token_by_get_by_post_and_in_a_form() {
    let server = TestServer::new().await;
    let tokens = signed_in(&server, &Browser::new(&server), &[]).await;
    let token = tokens["access_token"].as_str().unwrap();
    let bearer = format!("Bearer {token}");
    let header = [("authorization", bearer.as_str())];
    let by_get = server.get("/userinfo", &header).await;
    let by_post = server.request(Method::POST, "/userinfo", &header, b"").await;
    let in_form = server.form("/userinfo", &format!("access_token={token}")).await;
    for answer in [&by_get, &by_post, &in_form] {
        assert_eq!((answer.status.as_u16(), &answer.text), (200, &by_get.text));
    }
    assert!(by_get.json()["sub"].is_string());
}

/// C-007
#[tokio::test]
async fn each_scope_tells_its_claims_and_what_is_not_known_is_left_out() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let all = "openid profile email address phone";
    for (scope, told, untold) in [
        ("openid profile", vec!["name", "nickname", "picture", "updated_at"], vec!["email", "phone_number"]),
        ("openid email", vec![], vec!["email", "name", "phone_number"]),
        ("openid address", vec![], vec!["address", "name", "phone_number"]),
        ("openid phone", vec!["phone_number", "phone_number_verified"], vec!["name", "email"]),
        (all, vec!["name", "phone_number"], vec!["email", "address"]),
    ] {
        let tokens = signed_in(&server, &browser, &[("scope", scope), ("prompt", "login")]).await;
        let info = user_info(&server, &tokens["access_token"]).await.json();
        let id_token = claims(&tokens["id_token"]);
        for name in told {
            assert!(!info[name].is_null() && !id_token[name].is_null(), "{scope}: {name} in {info}");
        }
        for name in untold {
            assert!(info.get(name).is_none() && id_token.get(name).is_none(), "{scope}: {name} in {info}");
        }
        let nulls = info.as_object().unwrap().values().filter(|value| value.is_null()).count();
        assert_eq!(nulls, 0, "{info}");
        server.t.clock.advance(3600);
    }
    let other = Browser::new(&server);
    let page = other.ask_by_email(&authorize(SPA, &[("scope", "openid email")]), EMAIL).await;
    let answer = other.submit(&page, "/login/code", &[("code", &server.mailed_code())]).await;
    let tokens = server.trade(SPA, &answer.fields()["code"]).await.json();
    let info = user_info(&server, &tokens["access_token"]).await.json();
    assert_eq!((&info["email"], &info["email_verified"]), (&json!(EMAIL), &json!(true)));
}

/// C-017
#[tokio::test]
async fn acr_is_told_where_it_was_asked_for_and_is_true() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(facts["acr_values_supported"], json!(["0", "1"]));
    let mfa = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";
    let both = format!("{mfa} 1");
    for (asked, told) in [
        ("1 2", json!("1")),
        (both.as_str(), json!("1")),
        (mfa, Value::Null),
        ("2 3", Value::Null),
        ("", Value::Null),
    ] {
        let tokens = signed_in(&server, &browser, &[("acr_values", asked), ("prompt", "login")]).await;
        assert_eq!(claims(&tokens["id_token"])["acr"], told, "{asked}");
        server.t.clock.advance(3600);
    }
}

/// C-021
#[tokio::test]
async fn a_client_may_prove_its_secret_in_the_body() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let fields = browser.sign_in(&server, &authorize(CONFIDENTIAL, &[]), PHONE).await.fields();
    let trade = async |secret: &str| {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "authorization_code"),
                ("client_id", CONFIDENTIAL),
                ("client_secret", secret),
                ("code", &fields["code"]),
                ("code_verifier", VERIFIER),
                ("redirect_uri", CALLBACK),
            ])
            .finish();
        server.form("/oauth/token", &body).await
    };
    let refused = trade("wrong").await;
    assert_eq!((refused.status.as_u16(), refused.error().1.as_str()), (401, "invalid_client"));
    assert_eq!(trade("web-secret").await.status, 200);
}

/// C-018, C-053: whoever has seen a code go by gets nothing, at once and later.
#[tokio::test]
async fn a_code_that_comes_twice_is_invalid_and_takes_its_tokens_along() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    for (at, wait) in [(0, 0), (1, 1), (2, 30)] {
        let prompt = if at == 0 { "" } else { "none" };
        let path = authorize(SPA, &[("prompt", prompt)]);
        let answer = match at {
            0 => browser.sign_in(&server, &path, PHONE).await,
            _ => browser.get(&path).await,
        };
        let code = &answer.fields()["code"];
        let first = server.trade(SPA, code).await.json();
        assert_eq!(user_info(&server, &first["access_token"]).await.status, 200);
        server.t.clock.advance(wait);
        let again = server.trade(SPA, code).await;
        let text = "Invalid authorization code".to_owned();
        assert_eq!(again.error(), (403, "invalid_grant".into(), text));
        assert!(again.header("content-type").starts_with("application/json"));
        assert_eq!(user_info(&server, &first["access_token"]).await.status, 401);
    }
}

/// C-020: signing in by a form from another site changes nothing that a link would not.
#[tokio::test]
async fn a_request_by_post_is_as_good_as_one_by_get() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let path = authorize(SPA, &[]);
    let body = path.split_once('?').unwrap().1;
    let headers =
        [("content-type", FORM), ("origin", "https://app.example"), ("sec-fetch-site", "cross-site")];
    let answer = browser.request(Method::POST, "/authorize", &headers, body.as_bytes()).await;
    assert_eq!((answer.status.as_u16(), browser.session()), (303, None));
    let page = browser.follow(answer).await;
    let page = browser.submit(&page, "/login", &[("address", PHONE)]).await;
    let fields = browser.submit(&page, "/login/code", &[("code", &server.t.code())]).await.fields();
    assert_eq!(server.trade(SPA, &fields["code"]).await.status, 200);
}
