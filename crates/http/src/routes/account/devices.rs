//! `/account/devices*`: the keys of devices. None is made here: a key is made by the app that keeps it.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

use super::{act, answer};
use crate::app::SharedApp;
use crate::extract::Posted;
use crate::page::Refusal;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/account/devices/rename", post(rename))
        .route("/account/devices/remove", post(remove))
}

async fn rename(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let (id, name) = (posted.field("id"), posted.field("name"));
    let outcome = app.engine.rename_own_device(act(&posted), id, name).await;
    answer(&app, &posted, outcome).await
}

async fn remove(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.remove_own_device(act(&posted), posted.field("id")).await;
    answer(&app, &posted, outcome).await
}
