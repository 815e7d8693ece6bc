//! The settings of a passwordless connection, field by field.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::{PATH, connection, options, panel};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, segment, text};
use crate::routes::dashboard::form::{self, Field};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/settings"), get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/settings.html")]
struct Page {
    frame: Frame,
    /// The path of the panel, before its tabs.
    base: String,
    fields: Vec<Field>,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match connection(&app, &visit, &id).await {
        Ok(found) => {
            let (frame, base) = panel(&app, &visit, &found);
            let fields = form::shown(options::of(text(&found, "/strategy")), options_of(&found));
            show(StatusCode::OK, &Page { frame, base, fields })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match connection(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let specs = options::of(text(&found, "/strategy"));
    let body = json!({ "options": form::merged(specs, options_of(&found), &form.fields) });
    match Api::of(&app, visit).patch(&format!("/connections/{}", segment(&id)), &body).await {
        Ok(_) => see_other(&format!("{PATH}/{}/settings?said=saved", segment(&id))),
        // The form comes back as it was typed.
        Err(refused) => {
            let fields = form::typed(specs, &form.fields, "options.", &refused);
            let (frame, base) = panel(&app, visit, &found);
            let frame = frame.failed(form::summary(&fields, &refused));
            show(refused.status, &Page { frame, base, fields })
        }
    }
}

fn options_of(connection: &Value) -> &Value {
    connection.get("options").unwrap_or(&Value::Null)
}
