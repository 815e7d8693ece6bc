//! Logs › Streams: where events go as they happen (section 2.19 of the management contract).

mod delivery;
mod edit;
mod fields;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::Value;

use super::api::{Api, list, segment, text};
use super::frame::{self, Frame, show};
use super::numbers::counted;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;

const PATH: &str = "/dashboard/streams";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page)).merge(edit::route()).merge(delivery::route())
}

#[derive(Template)]
#[template(path = "dashboard/streams/list.html")]
struct Page {
    frame: Frame,
    streams: Vec<Stream>,
}

struct Stream {
    id: String,
    path: String,
    name: String,
    endpoint: String,
    state: &'static str,
    categories: String,
}

impl Stream {
    fn of(found: &Value) -> Self {
        let id = text(found, "/id");
        let name = text(found, "/name");
        let filters = list(found, "/filters").len() as u64;
        Self {
            id: id.to_owned(),
            path: format!("{PATH}/{}", segment(id)),
            name: if name.is_empty() { id } else { name }.to_owned(),
            endpoint: text(found, "/sink/httpEndpoint").to_owned(),
            state: state_of(found),
            categories: match filters {
                0 => String::from("All events"),
                many => counted(many, "category", "categories"),
            },
        }
    }

    fn is_paused(&self) -> bool {
        self.state == "Paused"
    }
}

fn state_of(stream: &Value) -> &'static str {
    match text(stream, "/status") {
        "paused" => "Paused",
        "suspended" => "Suspended",
        _ => "On",
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get("/log-streams").await {
        Ok(found) => {
            let frame = Frame::new(&app, &visit, PATH, "Streams");
            let streams = list(&found, "").iter().map(Stream::of).collect();
            show(StatusCode::OK, &Page { frame, streams })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}
