//! What is done to a user as a whole: blocked, forgiven failed codes, deleted.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::json;

use super::details::{Page, back, done};
use super::{PATH, at, refused};
use crate::app::SharedApp;
use crate::extract::admin::AdminForm;
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, segment};
use crate::routes::dashboard::danger::Danger;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/block", get(back).post(block))
        .route("/dashboard/users/{id}/forgive", get(back).post(forgive))
        .route("/dashboard/users/{id}/delete", get(back).post(delete))
}

async fn block(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let blocked = form.field("blocked") == "true";
    let outcome = Api::of(&app, &form.visit).patch(&at(&id), &json!({ "blocked": blocked })).await;
    done(&app, &form.visit, &id, outcome, if blocked { "blocked" } else { "unblocked" }).await
}

async fn forgive(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let outcome = Api::of(&app, &form.visit).delete(&format!("/user-blocks/{}", segment(&id))).await;
    done(&app, &form.visit, &id, outcome, "forgiven").await
}

async fn delete(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let mut page = match Page::of(&app, &form.visit, &id).await {
        Ok(page) => page,
        Err(why) => return refused(&app, &form.visit, why),
    };
    let typed = form.field("confirm");
    if !Danger::is_confirmed(typed, &page.delete.name) {
        page.delete.fail(typed);
        return page.failed("Nothing was deleted: the confirmation is not right.", StatusCode::BAD_REQUEST);
    }
    match Api::of(&app, &form.visit).delete(&at(&id)).await {
        Ok(_) => see_other(&format!("{PATH}?said=deleted")),
        Err(why) => page.failed(why.message, why.status),
    }
}
