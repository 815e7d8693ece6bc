//! Who is answered at once by their session, and who is asked.

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

/// C-015, OpenID Connect Core section 3.1.2.1: on the pages, too.
#[tokio::test]
async fn somebody_else_than_the_hinted_person_gets_no_tokens_and_no_session() {
    let t = TestEngine::new().await;
    let mut browser = signed_in(&t).await;
    let session = |browser: &Browser| TokenHash::of(browser.session.as_ref().unwrap());
    let before = session(&browser);
    let response = responded(t.authorize(&with(none), &browser).await);
    let own = t.trade(NATIVE, &response).await.unwrap().id_token.unwrap();
    let request = with(|request| {
        request.prompt = Some("login".into());
        request.id_token_hint = Some(own.expose().into());
    });
    for (email, gets) in [("other@example.com", false), (EMAIL, true)] {
        let asked = t.authorize(&request, &browser).await.unwrap();
        let Authorized::SignIn { handle } = asked else { panic!("{asked:?}") };
        t.identify(&handle, &browser, email).await.unwrap();
        let entered = t.engine.enter_code(&handle, &browser, &t.mailed_code(), &t.caller()).await.unwrap();
        let response = latchkey_testkit::answer(&mut browser, entered);
        assert_eq!(field(&response, "code").is_some(), gets, "{email}");
        assert_eq!(field(&response, "state").as_deref(), Some("the state"));
        assert_eq!(field(&response, "error").as_deref(), (!gets).then_some("login_required"));
        assert_eq!(session(&browser) == before, !gets);
    }
    responded(t.authorize(&with(none), &browser).await);
}

/// S-103
#[tokio::test]
async fn silence_is_no_consent() {
    let t = TestEngine::new().await;
    t.add_client("theirs", ClientKind::Spa, None, |client| client.first_party = false).await;
    let browser = signed_in(&t).await;
    assert_eq!(error(&t, &changed("theirs", none), &browser).await, "consent_required");
}
