//! `/dev/inbox`: messages shown instead of sent, as a page and as an API (decisions, section 2).

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use latchkey_core::sender::{InboxFilter, InboxMessage};
use latchkey_wire::Params;
use serde_json::json;

use crate::answer;
use crate::app::SharedApp;
use crate::error::{self, OauthError};

/// Longest wait for a message, in seconds.
const MAX_WAIT: u64 = 30;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dev/inbox", get(page))
        .route("/dev/inbox.js", get(async || answer::asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/dev/style.css", get(async || answer::asset("text/css; charset=utf-8", STYLE)))
        .route("/dev/inbox/messages", get(list).delete(clear))
}

const SCRIPT: &str = include_str!("../../../assets/inbox.js");
const STYLE: &str = include_str!("../../../assets/dev.css");

#[derive(Template)]
#[template(path = "inbox.html")]
struct Page {
    messages: Vec<Shown>,
    demo: bool,
}

struct Shown {
    to: String,
    /// Mails have one.
    subject: String,
    text: String,
    code: String,
    link: String,
    at: String,
}

async fn page(State(app): State<SharedApp>) -> Response {
    let messages = read(&app, InboxFilter::default()).await;
    let shown = messages.into_iter().map(|message| {
        let value = json!(message);
        let text = |name: &str| value.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        Shown {
            to: text("to"),
            subject: text("subject"),
            text: text("text"),
            code: text("code"),
            link: text("link"),
            at: text("created_at"),
        }
    });
    match (Page { messages: shown.collect(), demo: app.dev }).render() {
        Ok(html) => answer::page(StatusCode::OK, html),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn list(State(app): State<SharedApp>, RawQuery(query): RawQuery) -> Result<Response, OauthError> {
    let params =
        Params::from_form(query.unwrap_or_default().as_bytes()).map_err(|bad| error::malformed(&bad))?;
    let text = |name: &str| params.optional(name).ok().flatten().map(str::to_owned);
    let wait = text("wait").and_then(|text| text.parse::<u64>().ok()).unwrap_or(0).min(MAX_WAIT);
    let filter = InboxFilter { to: text("to"), after: text("after"), wait };
    let messages = read(&app, filter).await;
    Ok(answer::json(StatusCode::OK, &json!({ "messages": messages })))
}

async fn clear(State(app): State<SharedApp>) -> StatusCode {
    if let Some(inbox) = &app.inbox {
        inbox.clear();
    }
    StatusCode::NO_CONTENT
}

async fn read(app: &SharedApp, filter: InboxFilter) -> Vec<InboxMessage> {
    match &app.inbox {
        Some(inbox) => inbox.list(&filter).await,
        None => Vec::new(),
    }
}
