//! What is a sound request, and who is told what is wrong with another.

use super::*;

/// P-109, C-019, C-040, S-072
#[tokio::test]
async fn an_unknown_client_or_callback_is_told_on_a_page_and_never_redirected() {
    let t = TestEngine::new().await;
    for (client_id, redirect_uri) in [
        (None, Some("https://app.example/cb")),
        (Some("nobody"), Some("https://app.example/cb")),
        (Some("nobody"), Some("https://evil.example/")),
    ] {
        let request = changed(NATIVE, |request| {
            request.client_id = client_id.map(String::from);
            request.redirect_uri = redirect_uri.map(String::from);
        });
        assert_eq!(unanswerable(&t, &request).await, Some(Unanswerable::UnknownClient));
    }
    for name in ["client_id", "redirect_uri"] {
        let request = changed(NATIVE, |request| request.repeated = vec![name]);
        assert!(unanswerable(&t, &request).await.is_some(), "{name}");
    }
    t.add_client(NATIVE, ClientKind::Native, None, |client| {
        client.callbacks.push("https://app.example/two".into());
    })
    .await;
    let request = changed(NATIVE, |request| request.redirect_uri = None);
    assert_eq!(unanswerable(&t, &request).await, Some(Unanswerable::RedirectUri));
    // A sound client with a bad callback and a further mistake: still nowhere to tell it.
    let request = changed(NATIVE, |request| {
        request.redirect_uri = Some("https://evil.example/".into());
        request.response_type = Some("nonsense".into());
    });
    assert_eq!(unanswerable(&t, &request).await, Some(Unanswerable::RedirectUri));
}

/// S-071, C-058
#[tokio::test]
async fn callbacks_are_compared_byte_for_byte_but_for_a_native_loopback_port() {
    let t = TestEngine::new().await;
    let callbacks = [
        "https://ok.example/cb",
        "https://ok.example/q?a=1",
        "com.example.app:/oauth",
        "com.example.app://oauth/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:7777/cb",
        "http://localhost/cb",
        "http://127.0.0.1:9000/pinned?x=1",
    ];
    for (id, kind) in [("table-native", ClientKind::Native), ("table-spa", ClientKind::Spa)] {
        t.add_client(id, kind, None, |client| client.callbacks = callbacks.map(String::from).into()).await;
    }
    let never = (false, false);
    let native_only = (true, false);
    let mut rows = 0;
    for (uri, (native, spa)) in [
        ("https://ok.example/cb", (true, true)),
        ("https://ok.example/q?a=1", (true, true)),
        ("com.example.app:/oauth", (true, true)),
        ("com.example.app://oauth/cb", (true, true)),
        ("http://127.0.0.1/cb", (true, true)),
        ("http://localhost/cb", (true, true)),
        // Loopback: any port, of native clients.
        ("http://127.0.0.1:49152/cb", native_only),
        ("http://[::1]:49152/cb", native_only),
        ("http://[::1]/cb", native_only),
        ("http://127.0.0.1:1/pinned?x=1", native_only),
        ("http://localhost:49152/cb", never),
        ("http://127.0.0.1:49152/cb/", never),
        ("http://127.0.0.1:49152/other", never),
        ("http://127.0.0.1:49152/cb?x=1", never),
        ("http://127.0.0.1:49152/cb#x", never),
        ("http://127.0.0.1:49152/a/../cb", never),
        ("http://127.0.0.1:49152/%63b", never),
        ("http://127.0.0.2:49152/cb", never),
        ("http://127.1:49152/cb", never),
        ("http://0x7f000001:49152/cb", never),
        ("https://127.0.0.1:49152/cb", never),
        ("http://user@127.0.0.1:49152/cb", never),
        ("http://:secret@127.0.0.1:49152/cb", never),
        ("http://127.0.0.1:49152@evil.example/cb", never),
        ("http://127.0.0.1.evil.example/cb", never),
        // Everything else: not a byte more, less or other.
        ("https://ok.example/cb/", never),
        ("https://ok.example/cb?", never),
        ("https://ok.example/cb?x=1", never),
        ("https://ok.example/cb#x", never),
        ("https://ok.example/cb/../evil", never),
        ("https://ok.example/%2e%2e/cb", never),
        ("https://ok.example/c%62", never),
        ("https://ok.example/CB", never),
        ("https://ok.example:443/cb", never),
        ("https://ok.example.:443/cb", never),
        ("https://ok.example./cb", never),
        ("HTTPS://ok.example/cb", never),
        ("https://OK.example/cb", never),
        ("http://ok.example/cb", never),
        ("https://ok.example@evil.example/cb", never),
        ("https://ok.example%2eevil.example/cb", never),
        ("https://ok.example\\@evil.example/cb", never),
        ("https://evil.example/https://ok.example/cb", never),
        ("https://sub.ok.example/cb", never),
        ("https://ok.example.evil.example/cb", never),
        ("https://оk.example/cb", never),
        ("https:ok.example/cb", never),
        ("https:///ok.example/cb", never),
        ("//ok.example/cb", never),
        ("/cb", never),
        (" https://ok.example/cb", never),
        ("https://ok.example/cb\r\nLocation: https://evil.example/", never),
        ("https://ok.example/cb\0", never),
        ("https://ok.example/q?a=1&b=2", never),
        ("https://ok.example/q", never),
        ("com.example.app:/oauth/evil", never),
        ("com.example.app2:/oauth", never),
        ("javascript:alert(1)", never),
        ("data:text/html,x", never),
    ] {
        rows += 1;
        for (client, allowed) in [("table-native", native), ("table-spa", spa)] {
            let request = changed(client, |request| request.redirect_uri = Some(uri.into()));
            let outcome = t.authorize(&request, &t.browser()).await;
            if allowed {
                assert!(asks(&outcome), "{client} {uri:?}");
            } else {
                let told = matches!(outcome, Err(RequestError::Unanswerable(Unanswerable::RedirectUri)));
                assert!(told, "{client} {uri:?}");
            }
        }
    }
    assert!(rows >= 40);
}

/// C-002, C-022, C-023, C-024, S-093
#[tokio::test]
async fn what_is_wrong_with_the_rest_is_told_to_the_client() {
    let t = TestEngine::new().await;
    let set = |value: &str| Some(String::from(value));
    let refusals = [
        (refused(&t, NATIVE, |r| r.response_type = None).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.response_type = set("foo")).await, "unsupported_response_type"),
        (refused(&t, NATIVE, |r| r.response_type = set("code code")).await, "unsupported_response_type"),
        (refused(&t, NATIVE, |r| r.response_type = set("token")).await, "unauthorized_client"),
        (refused(&t, NATIVE, |r| r.response_mode = set("foo")).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.prompt = set("none login")).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.prompt = set("foo")).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.max_age = set("-1")).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.max_age = set("soon")).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.scope = set("op\u{e9}nid")).await, "invalid_scope"),
        (refused(&t, NATIVE, |r| r.audience = set("https://api.example/")).await, "access_denied"),
        (refused(&t, NATIVE, |r| r.connection = set("nothing")).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.realm = set("nothing")).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.request = set("a.b.c")).await, "request_not_supported"),
        (
            refused(&t, NATIVE, |r| r.request_uri = set("https://169.254.169.254/")).await,
            "request_uri_not_supported",
        ),
        (refused(&t, NATIVE, |r| r.repeated = vec!["scope"]).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.too_long = vec!["nonce"]).await, "invalid_request"),
        (refused(&t, NATIVE, |r| r.id_token_hint = set("a.b.c")).await, "invalid_request"),
    ];
    for (at, (told, expected)) in refusals.iter().enumerate() {
        assert_eq!(told, expected, "the refusal at {at}");
    }
}

/// Decision 1.5: there is no page for a password.
#[tokio::test]
async fn a_database_is_no_way_in() {
    let t = TestEngine::new().await;
    let told = refused(&t, NATIVE, |request| {
        request.connection = Some("Username-Password-Authentication".into());
    })
    .await;
    assert_eq!(told, "invalid_request");
}

/// S-074, C-050, decision 3.6
#[tokio::test]
async fn public_clients_send_a_challenge_by_sha_256() {
    let t = TestEngine::new().await;
    let plain = |request: &mut AuthorizeRequest| {
        (request.code_challenge, request.code_challenge_method) = (None, None);
    };
    assert_eq!(refused(&t, NATIVE, plain).await, "invalid_request");
    assert_eq!(refused(&t, SPA, plain).await, "invalid_request");
    for client in [CONFIDENTIAL, LEGACY] {
        assert!(asks(&t.authorize(&changed(client, plain), &t.browser()).await), "{client}");
    }
    for client in [NATIVE, CONFIDENTIAL, LEGACY] {
        for method in [None, Some("plain"), Some("s256"), Some("S512")] {
            let method = method.map(String::from);
            let told = refused(&t, client, |request| request.code_challenge_method = method).await;
            assert_eq!(told, "invalid_request", "{client}");
        }
        let padded = format!("{CHALLENGE}=");
        for challenge in ["short", &CHALLENGE[1..], &padded, &"+".repeat(43)] {
            let told = refused(&t, client, |r| r.code_challenge = Some(challenge.into())).await;
            assert_eq!(told, "invalid_request", "{client} {challenge}");
        }
    }
}

/// S-103
#[tokio::test]
async fn scopes_that_nobody_granted_are_dropped() {
    let t = TestEngine::new().await;
    t.add_client(NATIVE, ClientKind::Native, None, |client| {
        client.grant_types.retain(|grant| grant != "refresh_token");
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
    let scope = "openid offline_access read:things delete:things admin";
    for (audience, granted) in [(None, "openid"), (Some("https://api.example/"), "openid read:things")] {
        let request = changed(NATIVE, |request| {
            request.scope = Some(scope.into());
            request.audience = audience.map(String::from);
        });
        let response = responded(t.authorize(&request, &browser).await);
        let tokens = t.trade(NATIVE, &response).await.unwrap();
        assert_eq!(tokens.scope.unwrap().to_string(), granted);
    }
}

/// The origin of a callback is not yet an origin that messages may go to.
#[tokio::test]
async fn messages_go_to_listed_web_origins_only() {
    let t = TestEngine::new().await;
    let message = |client| changed(client, |request| request.response_mode = Some("web_message".into()));
    assert!(asks(&t.authorize(&message(SPA), &t.browser()).await));
    assert_eq!(unanswerable(&t, &message(CONFIDENTIAL)).await, Some(Unanswerable::WebOrigin));
    t.add_client(SPA, ClientKind::Spa, None, |client| {
        client.callbacks = vec!["com.example.app:/cb".into()];
        client.web_origins = vec!["com.example.app:/".into()];
    })
    .await;
    let opaque = AuthorizeRequest { redirect_uri: Some("com.example.app:/cb".into()), ..message(SPA) };
    assert_eq!(unanswerable(&t, &opaque).await, Some(Unanswerable::WebOrigin));
}

/// S-077
#[tokio::test]
async fn state_goes_back_byte_for_byte() {
    let t = TestEngine::new().await;
    let browser = signed_in(&t).await;
    let long = "s".repeat(2048);
    for state in ["a b+c%20&d=é\u{1f600}\"<>", long.as_str()] {
        let request = changed(NATIVE, |request| request.state = Some(state.into()));
        assert_eq!(field(&responded(t.authorize(&request, &browser).await), "state").unwrap(), state);
    }
}
