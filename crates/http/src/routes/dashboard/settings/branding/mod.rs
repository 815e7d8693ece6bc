//! Settings › Branding, with the page of a sign-in as it would look.

mod fields;
mod sample;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::branding::color::Color;
use serde_json::Value;

use super::{PATH, written};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused};
use crate::routes::dashboard::form::{self, Field, Spec};
use crate::routes::dashboard::frame::{self, Frame, show_framing};
use fields::{BRANDING, BRANDING_WITH_BACKGROUND};

const HERE: &str = "/dashboard/settings/branding";

pub fn route() -> Router<SharedApp> {
    Router::new().route(HERE, get(page).post(save)).merge(sample::route())
}

#[derive(Template)]
#[template(path = "dashboard/settings/branding.html")]
struct Page {
    frame: Frame,
    fields: Vec<Field>,
}

fn specs_of(branding: &Value) -> &'static [Spec] {
    let background = branding.pointer("/colors/page_background");
    if background.is_some_and(Value::is_object) { BRANDING } else { BRANDING_WITH_BACKGROUND }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get("/branding").await {
        Ok(found) => {
            let frame = Frame::new(&app, &visit, PATH, "Branding");
            show_framing(StatusCode::OK, &Page { frame, fields: form::shown(specs_of(&found), &found) })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let api = Api::of(&app, visit);
    let found = match api.get("/branding").await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let specs = specs_of(&found);
    let body = Value::Object(written(specs, &found, &form.fields));
    match api.patch("/branding", &body).await {
        Ok(_) => see_other(&format!("{HERE}?said=saved")),
        Err(refused) => {
            let mut fields = form::typed(specs, &form.fields, "", &refused);
            blame(&mut fields, &refused);
            let frame = Frame::new(&app, visit, PATH, "Branding").failed(form::summary(&fields, &refused));
            show_framing(refused.status, &Page { frame, fields })
        }
    }
}

/// The API names the whole of colours and of the font, and here are their parts.
fn blame(fields: &mut [Field], refused: &Refused) {
    for field in fields {
        let error = match field.spec.path {
            "font.url" => refused.reason_of("font").map(|reason| format!("{reason}.")),
            path if path.starts_with("colors.") && !is_color(field.value.trim()) => {
                refused.reason_of("colors").map(|_| String::from("Must be a colour such as #0059d6."))
            }
            _ => None,
        };
        field.error = error.or(field.error.take());
    }
}

/// Which of them the API means; nothing typed is no colour, and fine.
fn is_color(text: &str) -> bool {
    text.is_empty() || Color::read(text).is_some()
}
