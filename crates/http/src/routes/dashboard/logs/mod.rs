//! The log: the list with its filter, the page of an entry, what is newer, and the download (section 4.2 of the
//! management contract).

mod detail;
mod download;
pub mod entry;
mod filter;
mod kinds;
mod newer;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::Value;

use super::api::{Api, Refused, list, segment};
use super::frame::{Frame, show};
use super::pager::{PER_PAGE, Pager, page_of};
use crate::app::{App, SharedApp};
use crate::extract::admin::AdminVisit;
use crate::routes::assets;
use entry::Entry;
use filter::Filter;
use kinds::Group;

pub const PATH: &str = "/dashboard/logs";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page)).merge(download::route()).merge(newer::route()).merge(detail::route())
}

#[derive(Template)]
#[template(path = "dashboard/logs/logs.html")]
struct Page {
    frame: Frame,
    filter: Filter,
    groups: [Group; 3],
    entries: Vec<Entry>,
    pager: Pager,
    /// The parameters of the filter, for the links of the page.
    kept: String,
    script: String,
    /// The first page is the one that grows.
    can_follow: bool,
    /// When the page was made: what comes later is new, where it shows nothing yet.
    now: String,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let (filter, page) = (Filter::of(&visit.query), page_of(&visit.query));
    match ask(&app, &visit, &filter, page).await {
        Ok(found) => render(&app, &visit, filter, &found, None),
        Err(why) => refused(&app, &visit, filter, &why),
    }
}

async fn ask(app: &SharedApp, visit: &AdminVisit, filter: &Filter, page: u64) -> Result<Value, Refused> {
    let q = filter.query().map(|q| format!("&q={}", segment(&q))).unwrap_or_default();
    let path = format!("/logs?include_totals=true&per_page={PER_PAGE}&page={page}&sort=date:-1{q}");
    Api::of(app, visit).get(&path).await
}

/// The list without entries, and why.
fn refused(app: &App, visit: &AdminVisit, mut filter: Filter, why: &Refused) -> Response {
    let summary = match filter.blame(why) {
        true => String::from("Nothing was searched for: the filter is not right."),
        false => why.message.clone(),
    };
    render(app, visit, filter, &Value::Null, Some((why.status, summary)))
}

fn render(
    app: &App,
    visit: &AdminVisit,
    filter: Filter,
    found: &Value,
    why: Option<(StatusCode, String)>,
) -> Response {
    let mut frame = Frame::new(app, visit, PATH, "Logs");
    let mut status = StatusCode::OK;
    if let Some((code, summary)) = why {
        (status, frame) = (code, frame.failed(summary));
    }
    let can_follow = status == StatusCode::OK && page_of(&visit.query) == 0;
    let page = Page {
        frame,
        groups: Group::ALL,
        entries: list(found, "/logs").iter().map(Entry::of).collect(),
        pager: Pager::of(PATH, &visit.query, filter::NAMES, found),
        kept: filter.kept(),
        script: assets::url("dashboard_logs.js"),
        can_follow,
        now: app.engine.now().to_iso8601(),
        filter,
    };
    show(status, &page)
}
