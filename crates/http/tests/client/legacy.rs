//! The pipeline of 2014, which Lock for iOS 1.x speaks.

use std::sync::Arc;

use latchkey_client::{CodeSignIn, ErrorKind, Generation, MemoryStorage, Session, Start, Tokens};
use latchkey_testkit::PHONE;

use crate::phone::{self, LOCK};
use crate::scene::{self, App};

async fn app() -> App {
    let server = phone::server().await;
    server.reconnect().await;
    App::over(server, LOCK, Generation::Legacy)
}

async fn sign_in(app: &App) -> Tokens {
    app.client.start_passwordless(&Start::code(scene::phone())).await.unwrap();
    let sign_in = CodeSignIn::new(scene::phone(), &app.t().code()).unwrap().device("AnasiPhone");
    app.client.sign_in_with_code(&sign_in).await.unwrap()
}

/// P-140, P-143, P-145
#[tokio::test]
async fn a_code_gives_tokens_and_a_profile() {
    let app = app().await;
    let tokens = sign_in(&app).await;
    assert!(tokens.token_type == "bearer" && tokens.expires_at.is_none() && tokens.refresh_token.is_some());
    let profile = app.client.profile(&tokens).await.unwrap();
    assert_eq!(profile.text("phone_number"), Some(PHONE));
    assert_eq!(profile.text("user_id"), Some(&*profile.id));
    assert_eq!(app.client.user_info(&tokens.access_token).await.unwrap().id, profile.id);
}

/// P-147
#[tokio::test]
async fn a_session_of_the_old_pipeline_renews_its_id_token() {
    let app = app().await;
    let tokens = sign_in(&app).await;
    let id_token = tokens.id_token.clone().unwrap();
    app.t().clock.advance(60);
    let again = app.client.delegate_id_token(&id_token).await.unwrap();
    assert!(!again.id_token.matches(id_token.expose()));
    let session = Session::new(app.client.clone(), Arc::new(MemoryStorage::default()));
    session.keep(&tokens).await.unwrap();
    app.t().clock.advance(36_000);
    let renewed = session.renewed().await.unwrap();
    assert!(!renewed.id_token.clone().unwrap().matches(id_token.expose()));
    assert_eq!(renewed.expires_at, Some(app.client.now() + 36_000));
    assert!(app.client.token_info(&renewed.id_token.unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_wrong_code_is_a_wrong_code_here_too() {
    let app = app().await;
    app.start().await;
    let error = app.enter(&app.t().wrong_code()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(401), "invalid_user_password"));
    assert_eq!(error.kind(), ErrorKind::WrongCode);
}

#[tokio::test]
async fn an_app_of_today_is_told_that_it_has_no_old_pipeline() {
    let today = App::new(latchkey_testkit::NATIVE).await;
    today.start().await;
    let app = App { client: legacy_of(&today), ..today };
    let error = app.enter(&app.t().code()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
}

fn legacy_of(app: &App) -> latchkey_client::Client {
    let wire = Arc::clone(&app.wire);
    let builder = latchkey_client::Client::builder("login.example", latchkey_testkit::NATIVE, wire);
    builder.generation(Generation::Legacy).build().unwrap()
}
