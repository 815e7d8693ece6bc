//! What came after an entry: the script of the list asks for it while it follows the log.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use super::entry::Entry;
use super::filter::Filter;
use crate::answer;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, list, segment};

/// Entries of one answer. Of more, the newest; who follows so much sees a gap.
const MOST: usize = 100;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/logs/newer", get(newer))
}

/// Newest first. `after`: a moment. Entries at that moment come, too, since some may have come since; the script
/// knows which it has.
async fn newer(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let filter = Filter::of(&visit.query);
    let after = visit.query.text("after").map(|after| format!("date:[{} TO *]", quoted(after)));
    let q = filter.query_and(after).map(|q| format!("&q={}", segment(&q))).unwrap_or_default();
    let found = Api::of(&app, &visit).get(&format!("/logs?per_page={MOST}&sort=date:-1{q}")).await;
    match found {
        Ok(found) => {
            let entries: Vec<Entry> = list(&found, "").iter().map(Entry::of).collect();
            answer::json(StatusCode::OK, &entries)
        }
        Err(why) => why.into_response(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(['\\', '"'], ""))
}
