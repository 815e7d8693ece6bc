//! Search over everything that has a page: by a part of a name or an id. As a page, and as the JSON that
//! `dashboard-search.js` shows while one types.

mod found;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::frame::{Frame, show};
use crate::answer;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use found::{Group, Item, search};

const PATH: &str = "/dashboard/search";
/// Items of each kind: on the page, and while one types.
const MANY: usize = 20;
const FEW: usize = 5;
/// Characters of a search; more are of no use.
const MAX: usize = 200;

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page)).route(&format!("{PATH}/results"), get(results))
}

#[derive(Template)]
#[template(path = "dashboard/search/search.html")]
struct Page {
    frame: Frame,
    q: String,
    groups: Vec<Group>,
}

fn asked(visit: &AdminVisit) -> String {
    visit.query.text("q").unwrap_or_default().trim().chars().take(MAX).collect()
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let q = asked(&visit);
    let groups = search(&app, &visit, &q, MANY).await;
    let frame = Frame::new(&app, &visit, PATH, "Search");
    show(StatusCode::OK, &Page { frame, q, groups })
}

async fn results(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let groups = search(&app, &visit, &asked(&visit), FEW).await;
    let item = |item: &Item| json!({ "name": item.name, "about": item.about, "href": item.href });
    let group = |group: &Group| {
        let items: Vec<Value> = group.items.iter().map(item).collect();
        json!({ "name": group.name, "items": items })
    };
    let groups: Vec<Value> = groups.iter().map(group).collect();
    answer::json(StatusCode::OK, &json!({ "groups": groups }))
}
