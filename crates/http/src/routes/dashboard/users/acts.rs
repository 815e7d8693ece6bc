//! What is done to a user as a whole: blocked, forgiven failed codes, deleted.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::Query;
use serde_json::json;

use super::details::{Page, back, done};
use super::{PATH, at, refused, shown_by};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, segment};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::frame::show;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/block", get(back).post(block))
        .route("/dashboard/users/{id}/forgive", get(back).post(forgive))
        .route("/dashboard/users/{id}/delete", get(ask).post(delete))
}

async fn block(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let blocked = form.field("blocked") == "true";
    let outcome = Api::of(&app, &form.visit).patch(&at(&id), &json!({ "blocked": blocked })).await;
    if outcome.is_ok() && form.fields.text("list").is_some() {
        let here = shown_by(&Query::parse(form.field("here")));
        let said = if blocked { "blocked" } else { "unblocked" };
        return see_other(&format!("{PATH}?{here}&said={said}"));
    }
    done(&app, &form.visit, &id, outcome, if blocked { "blocked" } else { "unblocked" }).await
}

async fn forgive(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let outcome = Api::of(&app, &form.visit).delete(&format!("/user-blocks/{}", segment(&id))).await;
    done(&app, &form.visit, &id, outcome, "forgiven").await
}

/// The page of the user, with the question open.
async fn ask(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match Page::of(&app, &visit, &id).await {
        Ok(mut page) => {
            page.deletes = true;
            show(StatusCode::OK, &page)
        }
        Err(why) => refused(&app, &visit, why),
    }
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
