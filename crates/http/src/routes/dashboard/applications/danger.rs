//! What cannot be undone: a new secret, and the end of an application. Both ask for its name.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use serde_json::json;

use super::settings::{Page, client, to_settings};
use super::{Application, PATH};
use crate::app::SharedApp;
use crate::extract::admin::AdminForm;
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment};
use crate::routes::dashboard::frame::{self, show};

pub use crate::routes::dashboard::danger::Danger;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/rotate"), post(rotate).get(to_settings))
        .route(&format!("{PATH}/{{id}}/delete"), post(delete).get(to_settings))
}

async fn rotate(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let base = format!("{PATH}/{}", segment(&id));
    let act = async || {
        let path = format!("/clients/{}/rotate-secret", segment(&id));
        Api::of(&app, &form.visit).post(&path, &json!({})).await
    };
    let done = confirmed(&app, &id, &form, |page| &mut page.rotate, act).await;
    done.unwrap_or_else(|| see_other(&format!("{base}/settings?said=rotated")))
}

async fn delete(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let act = async || Api::of(&app, &form.visit).delete(&format!("/clients/{}", segment(&id))).await;
    let done = confirmed(&app, &id, &form, |page| &mut page.delete, act).await;
    done.unwrap_or_else(|| see_other(&format!("{PATH}?said=deleted")))
}

/// Acts where the name was typed; the page that says what went wrong.
async fn confirmed<T>(
    app: &SharedApp,
    id: &str,
    form: &AdminForm,
    part: impl FnOnce(&mut Page) -> &mut Danger,
    act: impl AsyncFnOnce() -> Result<T, Refused>,
) -> Option<Response> {
    let visit = &form.visit;
    let found = match client(app, visit, id).await {
        Ok(found) => found,
        Err(refused) => return Some(frame::refused(app, visit, PATH, refused)),
    };
    let typed = form.field("confirm");
    let mut page = Page::new(app, visit, &found);
    let refused = match Danger::is_confirmed(typed, &Application::of(&found).name) {
        false => {
            let part = part(&mut page);
            part.fail(typed);
            page.frame = page.frame.failed("Nothing was done: the name was not typed as it is.");
            return Some(show(StatusCode::BAD_REQUEST, &page));
        }
        true => act().await.err()?,
    };
    if refused.is_stale() {
        return Some(frame::refused(app, visit, PATH, refused));
    }
    page.frame = page.frame.failed(refused.message);
    Some(show(refused.status, &page))
}
