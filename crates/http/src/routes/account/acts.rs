//! The changes that are one press: each is a form of the page, and each leads back to it.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

use super::{act, answer};
use crate::app::SharedApp;
use crate::extract::Posted;
use crate::extract::browser::forget_session;
use crate::page::{Refusal, message};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/account/name", post(rename))
        .route("/account/sessions/end", post(end_session))
        .route("/account/sessions/end-others", post(end_others))
        .route("/account/apps/leave", post(leave_app))
        .route("/account/delete", post(delete))
}

async fn rename(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.rename_oneself(act(&posted), posted.field("name")).await;
    answer(&app, &posted, outcome).await
}

async fn end_session(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.end_own_session(act(&posted), posted.field("id")).await;
    answer(&app, &posted, outcome).await
}

async fn end_others(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.end_other_sessions(act(&posted)).await.map(drop);
    answer(&app, &posted, outcome).await
}

async fn leave_app(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.leave_app(act(&posted), posted.field("client")).await;
    answer(&app, &posted, outcome).await
}

async fn delete(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    match app.engine.delete_own_account(act(&posted), posted.field("word")).await {
        Ok(()) => {
            let words = posted.visit.words(None);
            let title = words.account_deleted_title();
            Ok(forget_session(message(&posted.visit, words, title, &words.account_deleted_text())))
        }
        Err(error) => answer(&app, &posted, Err(error)).await,
    }
}
