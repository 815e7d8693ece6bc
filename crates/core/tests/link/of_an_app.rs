//! Links that an app asks for: they have no page that waits.

use super::*;

/// P-097
#[tokio::test]
async fn one_press_in_any_browser_answers_the_app() {
    let t = TestEngine::new().await;
    let params = json!({ "state": "s t", "nonce": "n", "scope": "openid offline_access" });
    let link = t.start_link(NATIVE, EMAIL, params).await;
    let mut browser = t.browser();
    let LinkPage::Here { body, .. } = t.engine.link_page(&link, &browser).await.unwrap() else { panic!() };
    assert_eq!(body.address.as_str(), EMAIL);
    let used = t.engine.use_link(&link, &browser, None, &t.caller()).await;
    let response = answer(&mut browser, here(used));
    assert_eq!(field(&response, "state").as_deref(), Some("s t"));
    let tokens = t
        .trade_as(NATIVE, &response, |request| {
            (request.redirect_uri, request.code_verifier) = (None, None);
        })
        .await
        .unwrap();
    assert!(tokens.refresh_token.is_some());
    let again = t.engine.use_link(&link, &browser, None, &t.caller()).await;
    assert!(matches!(again, Ok(LinkUse::Dead(_))));
}

/// S-016
#[tokio::test]
async fn auth_params_are_checked_before_a_mail_leaves() {
    let t = TestEngine::new().await;
    for params in [
        json!({ "redirect_uri": "https://evil.example/" }),
        json!({ "response_type": "token" }),
        json!({ "response_type": "nonsense" }),
        json!({ "audience": "https://api.example/" }),
        json!({ "code_challenge": "short", "code_challenge_method": "S256" }),
        json!({ "code_challenge": latchkey_testkit::CHALLENGE, "code_challenge_method": "plain" }),
        json!({ "request_uri": "https://evil.example/" }),
    ] {
        let request = latchkey_wire::passwordless::StartRequest {
            connection: "email".into(),
            email: Some(EMAIL.into()),
            auth_params: params.as_object().unwrap().clone(),
            ..Default::default()
        };
        let credentials = latchkey_testkit::credentials(NATIVE);
        let refused = t.engine.start_passwordless(&credentials, &request, &t.caller()).await;
        assert!(matches!(refused, Err(StartPasswordlessError::AuthParams { .. })), "{params}");
    }
    assert!(t.senders.mailed().is_empty());
}

/// S-016
#[tokio::test]
async fn auth_params_give_no_scope_and_no_client_that_was_not_asked() {
    let t = TestEngine::new().await;
    let params = json!({
        "scope": "openid admin",
        "client_id": latchkey_testkit::OTHER_NATIVE,
        "prompt": "none",
        "connection": "sms",
    });
    let link = t.start_link(NATIVE, EMAIL, params).await;
    let mut browser = t.browser();
    let used = t.engine.use_link(&link, &browser, None, &t.caller()).await;
    let response = answer(&mut browser, here(used));
    let bare = |request: &mut latchkey_wire::token::AuthorizationCodeRequest| {
        request.code_verifier = None;
    };
    assert!(t.trade_as(latchkey_testkit::OTHER_NATIVE, &response, bare).await.is_err());
    let tokens = t.trade_as(NATIVE, &response, bare).await.unwrap();
    assert_eq!(tokens.scope.unwrap().to_string(), "openid");
}

#[tokio::test]
async fn a_challenge_binds_the_answer_to_the_app_that_asked() {
    let t = TestEngine::new().await;
    let params = json!({ "code_challenge": latchkey_testkit::CHALLENGE, "code_challenge_method": "S256" });
    let link = t.start_link(NATIVE, EMAIL, params).await;
    let mut browser = t.browser();
    let used = t.engine.use_link(&link, &browser, None, &t.caller()).await;
    let response = answer(&mut browser, here(used));
    let bare = t.trade_as(NATIVE, &response, |request| request.code_verifier = None).await;
    assert!(bare.is_err());
    t.trade(NATIVE, &response).await.unwrap();
}

#[tokio::test]
async fn a_client_whose_link_would_lead_nowhere_gets_the_code_only() {
    let t = TestEngine::new().await;
    t.add_client("no-grant", ClientKind::Native, None, |client| {
        client.grant_types.retain(|grant| grant != "authorization_code");
    })
    .await;
    t.add_client("no-callback", ClientKind::Native, None, |client| client.callbacks.clear()).await;
    t.add_connection("email", Strategy::Email, json!({})).await;
    for client in ["no-grant", "no-callback"] {
        let request = latchkey_wire::passwordless::StartRequest {
            connection: "email".into(),
            email: Some(EMAIL.into()),
            ..Default::default()
        };
        let credentials = latchkey_testkit::credentials(client);
        t.engine.start_passwordless(&credentials, &request, &t.caller()).await.unwrap();
        assert!(t.senders.last_mail().link.is_none(), "{client}");
    }
}
