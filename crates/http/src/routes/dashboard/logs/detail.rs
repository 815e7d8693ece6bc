//! One entry of the log.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::Value;

use super::PATH;
use super::entry::Entry;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/logs/{id}", get(page))
}

/// What the page says of the request, where the entry does.
const FACTS: [(&str, &str); 8] = [
    ("IP of the application", "/client_ip"),
    ("Browser or app", "/user_agent"),
    ("SDK", "/auth0_client/name"),
    ("Version of the SDK", "/auth0_client/version"),
    ("Audience", "/audience"),
    ("Scopes", "/scope"),
    ("Correlation ID", "/references/correlation_id"),
    ("Origin", "/details/origin"),
];

#[derive(Template)]
#[template(path = "dashboard/logs/log_entry.html")]
struct Page {
    frame: Frame,
    entry: Entry,
    object: Value,
    json: String,
}

impl Page {
    fn of_kind(&self) -> String {
        format!("{PATH}?type={}", segment(&self.entry.code))
    }

    fn fact(&self, pointer: &str) -> &str {
        text(&self.object, pointer)
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get(&format!("/logs/{}", segment(&id))).await {
        Ok(object) => {
            let entry = Entry::of(&object);
            let frame = Frame::new(&app, &visit, PATH, entry.name.as_str());
            let json = serde_json::to_string_pretty(&object).unwrap_or_default();
            show(StatusCode::OK, &Page { frame, entry, object, json })
        }
        Err(why) => frame::refused(&app, &visit, PATH, why),
    }
}
