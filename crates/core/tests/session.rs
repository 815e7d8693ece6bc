//! What a browser stays signed in by.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::authorize::Authorized;
use latchkey_core::flow::browser::Browser;
use latchkey_core::model::{Address, Session, TokenHash};
use latchkey_testkit::{CONFIDENTIAL, EMAIL, NATIVE, SPA, TestEngine, authorization};

fn id(browser: &Browser) -> TokenHash {
    TokenHash::of(browser.session.as_ref().unwrap())
}

async fn session_of(t: &TestEngine, browser: &Browser) -> Option<Session> {
    t.engine.store.find_session(&id(browser)).await.unwrap()
}

/// Whether the browser still is signed in, as a client sees it.
async fn is_known(t: &TestEngine, browser: &Browser) -> bool {
    let mut request = authorization(NATIVE);
    request.prompt = Some("none".into());
    t.authorize(&request, browser).await.is_ok()
}

/// S-107
#[tokio::test]
async fn every_sign_in_makes_a_new_session_and_ends_the_old_one() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    let planted = Browser { session: Some(t.engine.random.token()), ..browser.clone() };
    browser.session.clone_from(&planted.session);
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    assert_ne!(id(&browser), id(&planted));
    assert!(!is_known(&t, &planted).await);

    let first = browser.clone();
    browser.session.clone_from(&first.session);
    let mut request = authorization(NATIVE);
    request.prompt = Some("login".into());
    let Authorized::SignIn { handle } = t.authorize(&request, &browser).await.unwrap() else { panic!() };
    t.identify(&handle, &browser, "other@example.com").await.unwrap();
    let entered = t.engine.enter_code(&handle, &browser, &t.mailed_code(), &t.caller()).await.unwrap();
    latchkey_testkit::answer(&mut browser, entered);
    assert_ne!(id(&browser), id(&first));
    assert!(!is_known(&t, &first).await);
    assert!(is_known(&t, &browser).await);
    assert_eq!(session_of(&t, &first).await, None);
}

/// S-109
#[tokio::test]
async fn a_session_ends_three_days_after_its_last_use() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    t.clock.advance(3 * 86_400 - 1);
    assert!(is_known(&t, &browser).await);
    t.clock.advance(3 * 86_400 - 1);
    assert!(is_known(&t, &browser).await);
    t.clock.advance(3 * 86_400);
    assert!(!is_known(&t, &browser).await);
}

/// S-109
#[tokio::test]
async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    for _ in 0..29 {
        t.clock.advance(86_400);
        assert!(is_known(&t, &browser).await);
    }
    t.clock.advance(86_399);
    assert!(is_known(&t, &browser).await);
    t.clock.advance(1);
    assert!(!is_known(&t, &browser).await);
}

/// ASVS 7.4.2: a block ends the sessions, and its end brings none back.
#[tokio::test]
async fn who_is_blocked_or_deleted_is_known_no_more() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    let address = Address::from_canonical(EMAIL);
    let mut user = t.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap();
    user.blocked = true;
    t.engine.store.update_user(&user).await.unwrap();
    assert!(!is_known(&t, &browser).await);
    user.blocked = false;
    t.engine.store.update_user(&user).await.unwrap();
    assert!(!is_known(&t, &browser).await);
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    assert!(is_known(&t, &browser).await);
    t.engine.store.delete_user(&user.id, t.engine.now(), Vec::new()).await.unwrap();
    assert!(!is_known(&t, &browser).await);
}

#[tokio::test]
async fn a_session_remembers_who_was_signed_in_through_it() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    let before = session_of(&t, &browser).await.unwrap();
    for client in [SPA, CONFIDENTIAL, SPA] {
        t.authorize(&authorization(client), &browser).await.unwrap();
    }
    let after = session_of(&t, &browser).await.unwrap();
    let clients: Vec<_> = after.clients.iter().map(|id| id.as_str().to_owned()).collect();
    assert_eq!(clients, [NATIVE, SPA, CONFIDENTIAL]);
    assert_eq!((after.auth_time, after.sid), (before.auth_time, before.sid));
}

/// Tabs that a browser restores ask all at once: none may miss the sign-out later.
#[tokio::test]
async fn clients_that_ask_at_once_are_all_remembered() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    let (spa, web) = (authorization(SPA), authorization(CONFIDENTIAL));
    let (one, two) = tokio::join!(t.authorize(&spa, &browser), t.authorize(&web, &browser));
    one.unwrap();
    two.unwrap();
    assert_eq!(session_of(&t, &browser).await.unwrap().clients.len(), 3);
}

/// A browser that is known by its first cookie only is signed in nowhere.
#[tokio::test]
async fn the_cookie_that_tells_browsers_apart_is_no_session() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    let bare = Browser { session: None, ..browser.clone() };
    assert!(!is_known(&t, &bare).await);
    let swapped = Browser { session: Some(browser.cookie.clone()), ..browser };
    assert!(!is_known(&t, &swapped).await);
}
