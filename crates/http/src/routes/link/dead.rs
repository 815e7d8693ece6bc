//! The page of a link that works no more: why, and one press for a new one.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use latchkey_core::flow::sign_in::{DeadLink, WhyDead};
use latchkey_wire::Secret;
use latchkey_words::Words;

use crate::app::SharedApp;
use crate::extract::Visit;
use crate::page::{self, Around, Frame};

#[derive(Template)]
#[template(path = "login/dead_link.html")]
struct Page {
    frame: Frame,
    why: String,
    /// Where the button sends its form.
    renew: Option<String>,
    token: Secret,
}

pub fn page(app: &SharedApp, visit: &Visit, words: Words, dead: &DeadLink) -> Response {
    if dead.client.is_none() {
        return unknown(visit, words);
    }
    let why = match dead.why {
        WhyDead::Used => words.link_dead_used(),
        WhyDead::Expired => words.link_dead_expired(),
        WhyDead::Replaced => words.link_dead_replaced(),
    };
    let renew = visit.subject().map(|link| format!("/link/{}/renew", link.expose()));
    show(visit, StatusCode::GONE, Page { frame: frame(visit, words), why, renew, token: visit.token(app) })
}

/// Nobody knows whom it was for.
pub fn unknown(visit: &Visit, words: Words) -> Response {
    let frame = frame(visit, words);
    let page = Page { frame, why: words.link_dead_expired(), renew: None, token: Secret::default() };
    show(visit, StatusCode::NOT_FOUND, page)
}

fn frame(visit: &Visit, words: Words) -> Frame {
    Frame::new(visit, words, words.link_dead_title())
}

fn show(visit: &Visit, status: StatusCode, page: Page) -> Response {
    page::show(visit, &page, status, Around::default())
}
