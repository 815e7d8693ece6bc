//! Tokens that travel through the browser.

use super::*;

fn tokens(kind: &str) -> AuthorizeRequest {
    changed(SPA, |request| {
        request.response_type = Some(kind.into());
        request.nonce = Some("the nonce".into());
    })
}

/// P-107, OpenID Connect Core section 3.3.2.11
#[tokio::test]
async fn tokens_travel_in_the_fragment_with_their_hashes() {
    let t = TestEngine::new().await;
    grant(&t, SPA, ClientKind::Spa, |_| {}).await;
    let browser = signed_in(&t).await;
    let response = responded(t.authorize(&tokens("code id_token token"), &browser).await);
    assert_eq!(response.mode, ResponseMode::Fragment);
    let get = |name| field(&response, name).unwrap();
    assert_eq!((get("expires_in"), get("token_type")), ("7200".into(), "Bearer".into()));
    assert_eq!((get("scope"), get("state")), ("openid".into(), "the state".into()));
    let claims = claims(&get("id_token"));
    let half = |token: &str| {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
        data_encoding::BASE64URL_NOPAD.encode(&digest.as_ref()[..16])
    };
    assert_eq!(claims["at_hash"], half(&get("access_token")));
    assert_eq!(claims["c_hash"], half(&get("code")));
    assert_eq!(claims["nonce"], "the nonce");
    t.engine.user_info(&get("access_token")).await.unwrap();
    t.trade(SPA, &response).await.unwrap();
}

/// S-049: only for clients that have the grant, never without a nonce, never in the query.
#[tokio::test]
async fn tokens_need_the_grant_a_nonce_and_a_safe_mode() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    assert_eq!(error(&t, &tokens("id_token"), &browser).await, "unauthorized_client");
    grant(&t, SPA, ClientKind::Spa, |_| {}).await;
    let bare = AuthorizeRequest { nonce: None, ..tokens("id_token") };
    assert_eq!(error(&t, &bare, &browser).await, "invalid_request");
    let query = AuthorizeRequest { response_mode: Some("query".into()), ..tokens("id_token") };
    assert_eq!(error(&t, &query, &browser).await, "invalid_request");
}

#[tokio::test]
async fn no_refresh_token_travels_through_the_browser() {
    let t = TestEngine::new().await;
    grant(&t, SPA, ClientKind::Spa, |_| {}).await;
    let browser = signed_in(&t).await;
    let request =
        AuthorizeRequest { scope: Some("openid offline_access".into()), ..tokens("id_token token") };
    let response = responded(t.authorize(&request, &browser).await);
    assert_eq!(field(&response, "scope").as_deref(), Some("openid"));
    assert_eq!(field(&response, "refresh_token"), None);
}

#[tokio::test]
async fn a_token_says_how_long_it_really_lives() {
    let t = TestEngine::new().await;
    grant(&t, SPA, ClientKind::Spa, |client| {
        client.audiences = vec![AudienceGrant {
            audience: "https://api.example/".into(),
            scopes: Scopes::parse("read:things").unwrap(),
            token_lifetime: 600,
            dialect: TokenDialect::AccessToken,
            further: Default::default(),
        }];
    })
    .await;
    let browser = signed_in(&t).await;
    let request = AuthorizeRequest { audience: Some("https://api.example/".into()), ..tokens("token") };
    let response = responded(t.authorize(&request, &browser).await);
    let claims = claims(&field(&response, "access_token").unwrap());
    let lives = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!((field(&response, "expires_in").as_deref(), lives), (Some("600"), 600));
}
