//! Sign-in on the hosted pages, as an app has a browser do it.

use latchkey_client::{Authorize, CallbackError, Error, ErrorKind};
use latchkey_testkit::{PHONE, SPA};

use crate::scene::App;
use crate::support::{Browser, CALLBACK};

/// Signs in on the pages; where the browser comes back to.
pub async fn come_back(app: &App, url: &str) -> String {
    let path = url.strip_prefix("https://login.example").unwrap();
    let browser = Browser::new(&app.wire.server);
    browser.sign_in(&app.wire.server, path, PHONE).await.header("location").to_owned()
}

#[tokio::test]
async fn a_browser_brings_back_a_code_that_is_worth_tokens() {
    let app = App::new(SPA).await;
    let authorize = Authorize::new(CALLBACK).scope("openid phone").connection("sms").max_age(600);
    let pending = app.client.start_browser_sign_in(&authorize).unwrap();
    let callback = come_back(&app, &pending.url).await;
    let tokens = app.client.finish_browser_sign_in(&pending, &callback).await.unwrap();
    let profile = app.client.profile(&tokens).await.unwrap();
    assert_eq!(profile.text("phone_number"), Some(PHONE));
    // The code works once.
    let error = app.client.finish_browser_sign_in(&pending, &callback).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), ("invalid_grant", ErrorKind::SignInAgain));
}

#[tokio::test]
async fn a_callback_of_another_sign_in_is_not_exchanged() {
    let app = App::new(SPA).await;
    let authorize = Authorize::new(CALLBACK);
    let (mine, theirs) = (
        app.client.start_browser_sign_in(&authorize).unwrap(),
        app.client.start_browser_sign_in(&authorize).unwrap(),
    );
    let callback = come_back(&app, &theirs.url).await;
    app.wire.noted();
    let error = app.client.finish_browser_sign_in(&mine, &callback).await.unwrap_err();
    assert_eq!(error, Error::Callback(CallbackError::State));
    assert!(app.wire.noted().is_empty());
}

#[tokio::test]
async fn a_refusal_on_the_pages_is_told() {
    let app = App::new(SPA).await;
    let authorize = Authorize::new(CALLBACK).with("prompt", "none");
    let pending = app.client.start_browser_sign_in(&authorize).unwrap();
    let path = pending.url.strip_prefix("https://login.example").unwrap();
    let answer = Browser::new(&app.wire.server).get(path).await;
    let callback = answer.header("location").to_owned();
    let error = app.client.finish_browser_sign_in(&pending, &callback).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), ("login_required", ErrorKind::SignInAgain));
}
