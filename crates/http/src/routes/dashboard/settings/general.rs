//! Settings › General.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::fields::{GENERAL, HOURS};
use super::{PATH, Part, any_wrong, parts, written};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::Api;
use crate::routes::dashboard::form;
use crate::routes::dashboard::frame::{self, Frame, show};

const TENANT: &str = "/tenants/settings";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/settings/general.html")]
struct Page {
    frame: Frame,
    parts: Vec<Part>,
    issuer: String,
}

impl Page {
    fn new(app: &SharedApp, visit: &AdminVisit, parts: Vec<Part>) -> Self {
        let frame = Frame::new(app, visit, PATH, "Settings");
        Self { frame, parts, issuer: app.engine.settings.issuer.clone() }
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get(TENANT).await {
        Ok(tenant) => {
            let parts = parts(GENERAL, |specs| form::shown(specs, &tenant));
            show(StatusCode::OK, &Page::new(&app, &visit, parts))
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let api = Api::of(&app, visit);
    let tenant = match api.get(TENANT).await {
        Ok(tenant) => tenant,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let mut body = Map::new();
    // Two groups may have parts of one property.
    let mut changed = tenant;
    for group in GENERAL {
        let part = written(group.specs, &changed, &form.fields);
        if let Some(changed) = changed.as_object_mut() {
            changed.extend(part.clone());
        }
        body.extend(part);
    }
    for name in HOURS {
        if let Some(value) = body.get_mut(name) {
            as_number(value);
        }
    }
    match api.patch(TENANT, &Value::Object(body)).await {
        Ok(_) => see_other(&format!("{PATH}?said=saved")),
        Err(refused) => {
            let parts = parts(GENERAL, |specs| form::typed(specs, &form.fields, "", &refused));
            let why = match any_wrong(&parts) {
                true => String::from("Nothing was saved: one of the fields below is not right."),
                false => refused.message.clone(),
            };
            let page = Page::new(&app, visit, parts);
            show(refused.status, &Page { frame: page.frame.failed(why), ..page })
        }
    }
}

/// What is none stays text, which the API refuses by its name.
fn as_number(value: &mut Value) {
    let text = value.as_str().map(|text| text.replace(',', "."));
    if let Some(number) = text.and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite()) {
        // A whole number where it is one: tools in Go are strict.
        *value = if number.fract() == 0.0 { json!(number as i64) } else { json!(number) };
    }
}
