//! What a person allowed a client that is not the operator's own is remembered, and can be taken back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::authorize::{Authorized, RequestError};
use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::sign_in::{Entered, SignInError};
use latchkey_core::flow::user_info::UserInfoError;
use latchkey_core::model::{
    AudienceGrant, AuthorizationResponse, Client, ClientKind, Consent, EventKind, Strategy, TokenDialect,
};
use latchkey_core::store::{ConsentFilter, EventFilter, Page};
use latchkey_testkit::{EMAIL, NATIVE, TestEngine, authorization, credentials, field, keep};
use latchkey_wire::Scopes;
use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::token::{RefreshTokenRequest, TokenRequest};
use serde_json::json;

const THEIRS: &str = "theirs";
const API: &str = "https://api.example/";

async fn engine() -> TestEngine {
    let t = TestEngine::new().await;
    add(&t, THEIRS, |client| client.first_party = false).await;
    t
}

async fn add(t: &TestEngine, id: &str, change: impl FnOnce(&mut Client)) {
    t.add_client(id, ClientKind::Native, None, |client| {
        client.audiences = vec![AudienceGrant {
            audience: API.into(),
            scopes: Scopes::parse("read:things write:things").unwrap(),
            token_lifetime: 86_400,
            dialect: TokenDialect::default(),
            further: Default::default(),
        }];
        change(client);
    })
    .await;
    t.add_connection("email", Strategy::Email, json!({})).await;
}

async fn signed_in(t: &TestEngine, email: &str) -> Browser {
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, email).await;
    browser
}

fn asking(scope: &str, change: impl FnOnce(&mut AuthorizeRequest)) -> AuthorizeRequest {
    let mut request = AuthorizeRequest { scope: Some(scope.into()), ..authorization(THEIRS) };
    change(&mut request);
    request
}

fn plainly(_: &mut AuthorizeRequest) {}

fn silently(request: &mut AuthorizeRequest) {
    request.prompt = Some("none".into());
}

/// Asks, answers the page, and returns the answer to the client.
async fn decide(
    t: &TestEngine,
    browser: &Browser,
    request: &AuthorizeRequest,
    allow: bool,
) -> AuthorizationResponse {
    let asked = t.authorize(request, browser).await.unwrap();
    let Authorized::Consent { handle, .. } = asked else { panic!("{asked:?}") };
    t.engine.consent(&handle, browser, allow).await.unwrap()
}

/// Whether the person is asked; answered at once otherwise.
async fn is_asked(t: &TestEngine, browser: &Browser, request: &AuthorizeRequest) -> bool {
    match t.authorize(request, browser).await {
        Ok(Authorized::Consent { .. }) => true,
        Err(RequestError::Refused { error, .. }) => {
            assert_eq!(error, "consent_required");
            true
        }
        Ok(Authorized::Respond { response, .. }) => {
            assert!(field(&response, "code").is_some());
            false
        }
        other => panic!("{other:?}"),
    }
}

async fn consents(t: &TestEngine) -> Vec<Consent> {
    t.engine.store.list_consents(&ConsentFilter::default(), &Page::default()).await.unwrap()
}

/// S-103
#[tokio::test]
async fn a_consent_is_asked_for_once() {
    let t = engine().await;
    let browser = signed_in(&t, EMAIL).await;
    assert!(is_asked(&t, &browser, &asking("openid phone", silently)).await);

    let response = decide(&t, &browser, &asking("openid phone", plainly), true).await;

    assert!(field(&response, "code").is_some());
    for scope in ["openid phone", "phone", "openid"] {
        assert!(!is_asked(&t, &browser, &asking(scope, plainly)).await, "{scope}");
        assert!(!is_asked(&t, &browser, &asking(scope, silently)).await, "{scope}");
    }
    let event = EventFilter { kind: Some(EventKind::ConsentGiven), ..EventFilter::default() };
    assert_eq!(t.engine.store.list_events(&event, &Page::default()).await.unwrap().len(), 1);
}

/// S-103
#[tokio::test]
async fn more_than_was_allowed_is_asked_for_again() {
    let t = engine().await;
    let browser = signed_in(&t, EMAIL).await;
    decide(&t, &browser, &asking("openid phone", plainly), true).await;
    for more in ["openid email", "openid phone offline_access"] {
        assert!(is_asked(&t, &browser, &asking(more, plainly)).await, "{more}");
        assert!(is_asked(&t, &browser, &asking(more, silently)).await, "{more}");
    }
    let for_api = |request: &mut AuthorizeRequest| request.audience = Some(API.into());
    assert!(is_asked(&t, &browser, &asking("openid phone", for_api)).await);

    decide(&t, &browser, &asking("openid email", plainly), true).await;
    decide(&t, &browser, &asking("openid read:things", for_api), true).await;

    assert!(!is_asked(&t, &browser, &asking("openid phone email", plainly)).await);
    assert!(!is_asked(&t, &browser, &asking("read:things", for_api)).await);
    assert!(is_asked(&t, &browser, &asking("read:things write:things", for_api)).await);
    assert_eq!(consents(&t).await.len(), 2);
}

/// OpenID Connect Core section 3.1.2.1.
#[tokio::test]
async fn a_client_that_wants_it_asked_has_it_asked_each_time() {
    let t = engine().await;
    let browser = signed_in(&t, EMAIL).await;
    let asked = |request: &mut AuthorizeRequest| request.prompt = Some("consent".into());
    for _ in 0..2 {
        decide(&t, &browser, &asking("openid", asked), true).await;
    }
    // The operator's own clients are not remembered: they do not need it.
    let own = AuthorizeRequest { prompt: Some("consent".into()), ..authorization(NATIVE) };
    for _ in 0..2 {
        decide(&t, &browser, &own, true).await;
    }
    assert_eq!(consents(&t).await.iter().map(|c| c.client.as_str()).collect::<Vec<_>>(), [THEIRS]);
}

#[tokio::test]
async fn a_no_is_no_consent_and_takes_none_back() {
    let t = engine().await;
    let browser = signed_in(&t, EMAIL).await;
    let no = decide(&t, &browser, &asking("openid", plainly), false).await;
    assert_eq!(field(&no, "error").as_deref(), Some("access_denied"));
    assert_eq!(consents(&t).await, []);

    decide(&t, &browser, &asking("openid", plainly), true).await;
    decide(&t, &browser, &asking("openid email", plainly), false).await;
    assert!(!is_asked(&t, &browser, &asking("openid", plainly)).await);
}

#[tokio::test]
async fn a_consent_is_of_one_person_and_one_client() {
    let t = engine().await;
    add(&t, "theirs-too", |client| client.first_party = false).await;
    let browser = signed_in(&t, EMAIL).await;
    decide(&t, &browser, &asking("openid", plainly), true).await;

    let other = signed_in(&t, "other@example.com").await;
    assert!(is_asked(&t, &other, &asking("openid", plainly)).await);
    let too = AuthorizeRequest { client_id: Some("theirs-too".into()), ..asking("openid", plainly) };
    assert!(is_asked(&t, &browser, &too).await);
}

/// A new sign-in needs no new consent.
#[tokio::test]
async fn who_signs_in_anew_is_not_asked_again() {
    let t = engine().await;
    let mut browser = t.browser();
    for first in [true, false] {
        let handle = t.begin_by_mail(THEIRS, &browser, EMAIL).await;
        let code = t.mailed_code();
        match t.engine.enter_code(&handle, &browser, &code, &t.caller()).await.unwrap() {
            Entered::Consent { handle, session } if first => {
                keep(&mut browser, session);
                t.engine.consent(&handle, &browser, true).await.unwrap();
            }
            Entered::Respond { .. } if !first => {}
            other => panic!("{other:?}"),
        }
    }
}

/// S-098
#[tokio::test]
async fn what_came_of_a_revoked_consent_ends_at_once() {
    let t = engine().await;
    let browser = signed_in(&t, EMAIL).await;
    let request = asking("openid offline_access", plainly);
    let response = decide(&t, &browser, &request, true).await;
    let tokens = t.trade(THEIRS, &response).await.unwrap();
    let Authorized::Respond { response: late, .. } = t.authorize(&request, &browser).await.unwrap() else {
        panic!()
    };
    t.engine.user_info(tokens.access_token.expose()).await.unwrap();

    let id = consents(&t).await.remove(0).id;
    assert!(t.engine.revoke_consent(&id, None).await.unwrap().is_some());

    assert!(t.engine.revoke_consent(&id, None).await.unwrap().is_none());
    assert!(t.trade(THEIRS, &late).await.is_err(), "a code that was on its way");
    let read = t.engine.user_info(tokens.access_token.expose()).await;
    assert!(matches!(read, Err(UserInfoError::Invalid)));
    let refresh = TokenRequest::RefreshToken(RefreshTokenRequest {
        refresh_token: tokens.refresh_token.unwrap(),
        scope: None,
        audience: None,
    });
    assert!(t.engine.exchange(&credentials(THEIRS), refresh, &t.caller()).await.is_err());
    assert!(is_asked(&t, &browser, &request).await);
    let event = EventFilter { kind: Some(EventKind::ConsentRevoked), ..EventFilter::default() };
    let event = t.engine.store.list_events(&event, &Page::default()).await.unwrap().remove(0);
    assert_eq!(event.client.unwrap().as_str(), THEIRS);
}

#[tokio::test]
async fn who_is_deleted_while_the_page_asks_allows_nothing() {
    let t = engine().await;
    let browser = signed_in(&t, EMAIL).await;
    let asked = t.authorize(&asking("openid", plainly), &browser).await.unwrap();
    let Authorized::Consent { handle, .. } = asked else { panic!("{asked:?}") };
    let user = t.engine.store.list_users(&Page::default()).await.unwrap().remove(0).id;
    t.engine.store.delete_user(&user, t.engine.now(), Vec::new()).await.unwrap();

    let answered = t.engine.consent(&handle, &browser, true).await;

    assert!(matches!(answered, Err(SignInError::Gone)));
    assert_eq!(consents(&t).await, []);
}
