//! Refresh tokens: renewed once, however many ask, and never lost on the way.

use std::sync::Arc;

use latchkey_client::{ErrorKind, MemoryStorage, Session, Storage};
use latchkey_core::model::ClientKind;
use latchkey_testkit::NATIVE;

use crate::scene::{App, Fate};

/// Whose refresh tokens rotate, and work again while nobody used the new one, as those of clients that are made here.
const ROTATING: &str = "rotating";

async fn app() -> App {
    let app = App::new(ROTATING).await;
    app.t().add_client(ROTATING, ClientKind::Native, None, |_| {}).await;
    app.wire.server.reconnect().await;
    app
}

async fn session(app: &App) -> Session {
    let session = Session::new(app.client.clone(), Arc::new(MemoryStorage::default()));
    session.keep(&app.sign_in().await).await.unwrap();
    app.wire.noted();
    session
}

fn renewals(app: &App) -> usize {
    app.wire.noted().iter().filter(|request| request.url.ends_with("/oauth/token")).count()
}

/// P-120
#[tokio::test]
async fn a_session_renews_by_itself_day_after_day() {
    let app = app().await;
    let session = session(&app).await;
    let first = session.tokens().await.unwrap();
    assert_eq!(renewals(&app), 0);
    let mut before = first.refresh_token.clone().unwrap();
    for _ in 0..3 {
        app.t().clock.advance(86_400);
        let tokens = session.tokens().await.unwrap();
        let now = tokens.refresh_token.clone().unwrap();
        assert!(!now.matches(before.expose()), "it rotates");
        assert!(app.client.profile(&tokens).await.is_ok());
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_who_ask_at_once_make_one_renewal() {
    let app = app().await;
    let session = session(&app).await;
    app.t().clock.advance(86_400);
    let all: Vec<_> = (0..100)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { session.tokens().await.unwrap().access_token.expose().to_owned() })
        })
        .collect();
    let mut tokens = Vec::new();
    for one in all {
        tokens.push(one.await.unwrap());
    }
    tokens.dedup();
    assert_eq!((tokens.len(), renewals(&app)), (1, 1));
}

/// The unused-child rule.
#[tokio::test]
async fn a_renewal_whose_answer_is_lost_keeps_the_person_signed_in() {
    let app = app().await;
    let session = session(&app).await;
    app.t().clock.advance(86_400);
    app.wire.next(Fate::Unanswered);
    let tokens = session.tokens().await.unwrap();
    assert_eq!(renewals(&app), 2);
    assert!(app.client.profile(&tokens).await.is_ok());
    app.t().clock.advance(86_400);
    assert!(session.tokens().await.is_ok());
}

#[tokio::test]
async fn a_refresh_token_that_somebody_else_used_ends_the_sign_in() {
    let app = App::new(NATIVE).await;
    let session = session(&app).await;
    let stolen = session.tokens().await.unwrap().refresh_token.unwrap();
    app.client.refresh(&stolen, None).await.unwrap();
    app.t().clock.advance(86_400);
    assert_eq!(session.tokens().await.unwrap_err().kind(), ErrorKind::SignInAgain);
    assert!(!session.is_signed_in().await.unwrap());
}

#[tokio::test]
async fn signing_out_ends_the_refresh_token_at_the_server() {
    let app = app().await;
    let storage = Arc::new(MemoryStorage::default());
    let session = Session::new(app.client.clone(), Arc::<MemoryStorage>::clone(&storage));
    let tokens = app.sign_in().await;
    session.keep(&tokens).await.unwrap();
    // Where no answer comes, it is asked again: a token that is over is over.
    app.wire.next(Fate::Unanswered);
    session.sign_out().await.unwrap();
    assert!(storage.load().await.unwrap().is_none());
    let refused = app.client.refresh(tokens.refresh_token.as_ref().unwrap(), None).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::SignInAgain, "invalid_grant"));
}

#[tokio::test]
async fn a_scope_can_be_narrowed_when_renewing() {
    let app = app().await;
    let tokens = app.sign_in().await;
    let narrow = app.client.refresh(tokens.refresh_token.as_ref().unwrap(), Some("openid")).await.unwrap();
    assert_eq!(narrow.scope.as_deref(), Some("openid"));
}
