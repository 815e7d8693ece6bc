//! `/authorize`: what is a sound request, who is answered at once, and who is asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::Timestamp;
use latchkey_core::flow::authorize::{Authorized, RequestError, Unanswerable};
use latchkey_core::flow::browser::{Browser, Proved};
use latchkey_core::model::{
    AudienceGrant, AuthorizationResponse, Client, ClientKind, Handle, HandleKind, Proof, Strategy, TokenHash,
};
use latchkey_testkit::{
    CHALLENGE, CONFIDENTIAL, EMAIL, LEGACY, NATIVE, SPA, START, TestEngine, authorization, field,
};
use latchkey_wire::authorize::{AuthorizeRequest, ResponseMode};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

fn changed(client: &str, change: impl FnOnce(&mut AuthorizeRequest)) -> AuthorizeRequest {
    let mut request = authorization(client);
    change(&mut request);
    request
}

async fn unanswerable(t: &TestEngine, request: &AuthorizeRequest) -> Option<Unanswerable> {
    match t.authorize(request, &t.browser()).await {
        Err(RequestError::Unanswerable(reason)) => Some(reason),
        _ => None,
    }
}

/// The error that the client is told, after a look at what comes with it.
async fn error(t: &TestEngine, request: &AuthorizeRequest, browser: &Browser) -> String {
    let refusal = t.authorize(request, browser).await.expect_err("the request was accepted");
    let response = refusal.response("https://login.example/").expect("nobody can be told");
    assert_eq!(field(&response, "state"), request.state);
    assert_eq!(field(&response, "iss").as_deref(), Some("https://login.example/"));
    assert_eq!(field(&response, "code"), None);
    assert_eq!(response.redirect_uri, "https://app.example/cb");
    field(&response, "error").unwrap()
}

async fn refused(t: &TestEngine, client: &str, change: impl FnOnce(&mut AuthorizeRequest)) -> String {
    error(t, &changed(client, change), &t.browser()).await
}

fn responded(outcome: Result<Authorized, RequestError>) -> AuthorizationResponse {
    match outcome.unwrap() {
        Authorized::Respond { response, session: None } => response,
        other => panic!("{other:?}"),
    }
}

fn asks(outcome: &Result<Authorized, RequestError>) -> bool {
    matches!(outcome, Ok(Authorized::SignIn { .. }))
}

async fn signed_in(t: &TestEngine) -> Browser {
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    browser
}

/// Adds grants to a fixture client.
async fn grant(t: &TestEngine, client: &str, kind: ClientKind, change: impl FnOnce(&mut Client)) {
    t.add_client(client, kind, None, |client| {
        client.grant_types.push("implicit".into());
        client.web_origins = vec!["https://app.example".into()];
        change(client);
    })
    .await;
}

mod requests {
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
            t.add_client(id, kind, None, |client| client.callbacks = callbacks.map(String::from).into())
                .await;
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
}

mod sessions {
    use super::*;

    fn with(change: impl FnOnce(&mut AuthorizeRequest)) -> AuthorizeRequest {
        changed(NATIVE, change)
    }

    fn none(request: &mut AuthorizeRequest) {
        request.prompt = Some("none".into());
    }

    /// P-104, C-011
    #[tokio::test]
    async fn without_a_session_silence_is_login_required_in_the_mode_that_was_asked() {
        let t = TestEngine::new().await;
        for mode in ["query", "fragment", "form_post", "web_message"] {
            let request = changed(SPA, |request| {
                none(request);
                request.response_mode = Some(mode.into());
            });
            assert_eq!(error(&t, &request, &t.browser()).await, "login_required");
            let refusal = t.authorize(&request, &t.browser()).await.unwrap_err();
            let response = refusal.response("https://login.example/").unwrap();
            assert_eq!(response.mode, ResponseMode::parse(mode).unwrap());
        }
    }

    /// C-012, S-090
    #[tokio::test]
    async fn with_a_session_silence_is_an_answer_of_the_same_login() {
        let t = TestEngine::new().await;
        let browser = signed_in(&t).await;
        let mut told = Vec::new();
        for _ in 0..2 {
            t.clock.advance(1000);
            let response = responded(t.authorize(&with(none), &browser).await);
            assert_eq!(field(&response, "iss").as_deref(), Some("https://login.example/"));
            let token = t.trade(NATIVE, &response).await.unwrap().id_token.unwrap();
            let claims = claims(token.expose());
            told.push((claims["sub"].clone(), claims["auth_time"].as_i64(), claims["sid"].clone()));
        }
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0].1, Some(START));
    }

    /// C-010, C-013, S-090, P-108
    #[tokio::test]
    async fn who_is_signed_in_is_asked_again_where_the_client_wants_it() {
        let t = TestEngine::new().await;
        let browser = signed_in(&t).await;
        t.clock.advance(100);
        let set = |value: &str| Some(String::from(value));
        for (request, again) in [
            (with(|_| {}), false),
            (with(|r| r.prompt = set("login")), true),
            (with(|r| r.prompt = set("select_account")), true),
            (with(|r| r.max_age = set("0")), true),
            (with(|r| r.max_age = set("99")), true),
            (with(|r| r.max_age = set("100")), false),
            (with(|r| r.max_age = set("10000")), false),
            (with(|r| r.connection = set("sms")), true),
            (with(|r| r.realm = set("email")), true),
        ] {
            let outcome = t.authorize(&request, &browser).await;
            assert_eq!(asks(&outcome), again, "{:?}", request.pairs());
        }
        for age in ["0", "99"] {
            let silent = with(|request| {
                none(request);
                request.max_age = set(age);
            });
            assert_eq!(error(&t, &silent, &browser).await, "login_required");
        }
    }

    /// C-010
    #[tokio::test]
    async fn a_new_login_has_a_later_time() {
        let t = TestEngine::new().await;
        let mut browser = signed_in(&t).await;
        t.clock.advance(50);
        let response = t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
        let token = t.trade(NATIVE, &response).await.unwrap().id_token.unwrap();
        assert_eq!(claims(token.expose())["auth_time"].as_i64(), Some(START + 50));
    }

    /// C-015
    #[tokio::test]
    async fn a_hint_is_for_one_person() {
        let t = TestEngine::new().await;
        let browser = signed_in(&t).await;
        let mut other = t.browser();
        let response = t.sign_in_by_mail(NATIVE, &mut other, "other@example.com").await;
        let other = t.trade(NATIVE, &response).await.unwrap().id_token.unwrap();
        let response = responded(t.authorize(&with(none), &browser).await);
        let own = t.trade(NATIVE, &response).await.unwrap().id_token.unwrap();
        t.clock.advance(40_000);
        let hinted = |token: &Secret| {
            with(|request| {
                none(request);
                request.id_token_hint = Some(token.expose().into());
            })
        };
        responded(t.authorize(&hinted(&own), &browser).await);
        assert_eq!(error(&t, &hinted(&other), &browser).await, "login_required");
        // Of another client it is no hint.
        let foreign = AuthorizeRequest { client_id: Some(SPA.into()), ..hinted(&own) };
        assert_eq!(error(&t, &foreign, &browser).await, "invalid_request");
    }

    /// S-103
    #[tokio::test]
    async fn silence_is_no_consent() {
        let t = TestEngine::new().await;
        t.add_client("theirs", ClientKind::Spa, None, |client| client.first_party = false).await;
        let browser = signed_in(&t).await;
        assert_eq!(error(&t, &changed("theirs", none), &browser).await, "consent_required");
    }
}

mod implicit {
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
}

/// P-102
mod tickets {
    use super::*;

    const TICKET: &str = "the ticket";

    /// A ticket as a cross-origin sign-in makes it, for somebody who signed in before.
    async fn ticket(t: &TestEngine, browser: &Browser) {
        signed_in(t).await;
        let address = latchkey_core::model::Address::from_canonical(EMAIL);
        let user = t.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap();
        let proved = Proved {
            user: user.id,
            client: SPA.into(),
            browser: browser.hash(),
            connection: "email".into(),
            proof: Proof::EmailCode,
            at: Timestamp(START),
        };
        let handle = Handle {
            id: TokenHash::of(&Secret::new(TICKET)),
            kind: HandleKind::LoginTicket,
            body: serde_json::to_string(&proved).unwrap(),
            expires_at: Timestamp(START + 60),
            used_at: None,
        };
        t.engine.store.insert_handle(handle).await.unwrap();
    }

    fn with_ticket(client: &str) -> AuthorizeRequest {
        changed(client, |request| request.login_ticket = Some(TICKET.into()))
    }

    #[tokio::test]
    async fn a_ticket_signs_in_once() {
        let t = TestEngine::new().await;
        let browser = t.browser();
        ticket(&t, &browser).await;
        let outcome = t.authorize(&with_ticket(SPA), &browser).await.unwrap();
        let Authorized::Respond { response, session: Some(_) } = outcome else { panic!("{outcome:?}") };
        t.trade(SPA, &response).await.unwrap();
        assert_eq!(error(&t, &with_ticket(SPA), &browser).await, "access_denied");
    }

    #[tokio::test]
    async fn a_ticket_is_for_its_client_and_browser_and_a_minute() {
        for wrong in 0..3 {
            let t = TestEngine::new().await;
            let (browser, other) = (t.browser(), t.browser());
            ticket(&t, &browser).await;
            let outcome = match wrong {
                0 => error(&t, &with_ticket(NATIVE), &browser).await,
                1 => error(&t, &with_ticket(SPA), &other).await,
                _ => {
                    t.clock.advance(60);
                    error(&t, &with_ticket(SPA), &browser).await
                }
            };
            assert_eq!(outcome, "access_denied", "{wrong}");
        }
    }

    /// S-029
    #[tokio::test]
    async fn a_ticket_dies_with_its_connection() {
        let t = TestEngine::new().await;
        let browser = t.browser();
        ticket(&t, &browser).await;
        let mut connection = t.engine.store.find_connection("email").await.unwrap().unwrap();
        connection.enabled = false;
        t.engine.put_connection(&connection).await.unwrap();
        assert_eq!(error(&t, &with_ticket(SPA), &browser).await, "access_denied");
    }

    /// S-103
    #[tokio::test]
    async fn a_ticket_is_no_consent() {
        let t = TestEngine::new().await;
        let browser = t.browser();
        ticket(&t, &browser).await;
        t.add_client(SPA, ClientKind::Spa, None, |client| client.first_party = false).await;
        let silent = AuthorizeRequest { prompt: Some("none".into()), ..with_ticket(SPA) };
        assert_eq!(error(&t, &silent, &browser).await, "consent_required");
        let outcome = t.authorize(&with_ticket(SPA), &browser).await.unwrap();
        let Authorized::Consent { handle, session: Some(session) } = outcome else { panic!("{outcome:?}") };
        let browser = Browser { session: Some(session.cookie), ..browser };
        let response = t.engine.consent(&handle, &browser, true).await.unwrap();
        t.trade(SPA, &response).await.unwrap();
    }
}

/// P-108: the pages then offer that connection only.
#[tokio::test]
async fn a_connection_by_name_is_asked_for_afresh() {
    let t = TestEngine::new().await;
    t.add_connection("email-two", Strategy::Email, json!({})).await;
    let browser = signed_in(&t).await;
    let request = changed(NATIVE, |request| request.connection = Some("email-two".into()));
    let Ok(Authorized::SignIn { handle }) = t.authorize(&request, &browser).await else { panic!() };
    let page = t.engine.sign_in_page(&handle, &browser).await.unwrap();
    assert_eq!(page.ways.len(), 1);
    assert_eq!(page.ways[0].connection, "email-two");
}
