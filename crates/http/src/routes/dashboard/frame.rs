//! What stands around every page of the dashboard.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use latchkey_wire::Secret;

use super::api::Refused;
use super::nav::{GROUPS, Group, Screen};
use crate::app::App;
use crate::extract::admin::AdminVisit;
use crate::page::{self, Around};
use crate::routes::assets;

pub struct Frame {
    pub title: String,
    /// The path of the screen in the navigation.
    pub here: &'static str,
    pub email: String,
    pub role: &'static str,
    pub token: Secret,
    pub style: String,
    pub script: String,
    /// What the last act came to.
    pub done: Option<&'static str>,
    pub error: Option<String>,
}

impl Frame {
    pub fn new(app: &App, visit: &AdminVisit, here: &'static str, title: impl Into<String>) -> Self {
        let done = visit.query.text("said").and_then(said);
        Self {
            title: title.into(),
            here,
            email: visit.signed_in.email.clone(),
            role: visit.signed_in.role.as_str(),
            token: visit.token(app),
            style: assets::url("dashboard.css"),
            script: assets::url("dashboard.js"),
            done,
            error: None,
        }
    }

    /// The navigation.
    pub fn groups(&self) -> &'static [Group] {
        GROUPS
    }

    /// Whether the screen of the navigation is the one that is shown.
    pub fn is_here(&self, screen: &Screen) -> bool {
        self.here == screen.path
    }

    pub fn failed(mut self, why: impl Into<String>) -> Self {
        (self.done, self.error) = (None, Some(why.into()));
        self
    }

    /// Whether the administrator may do it at all; who may not is shown no button.
    pub fn may_write(&self) -> bool {
        self.role != "viewer"
    }
}

/// A time as people read it; the script of the page turns it into the time of the reader's clock.
pub fn when(iso: &str) -> String {
    match iso.split_once('T') {
        Some((date, time)) if time.len() >= 8 => format!("{date} {} UTC", time.get(..8).unwrap_or_default()),
        _ => iso.to_owned(),
    }
}

/// What a page says of the act before it, which its address names.
fn said(word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => "Saved.",
        "created" => "Created.",
        "set-up" => "Created. Now fill in how messages are sent.",
        "deleted" => "Deleted.",
        "sent" => "Sent.",
        "rotated" => "Rotated. New tokens are signed by the next key.",
        "revoked" => "Revoked. What the key signed is refused.",
        "paused" => "Paused. Events wait until the stream goes on.",
        "resumed" => "The stream goes on.",
        _ => return None,
    })
}

#[derive(Template)]
#[template(path = "dashboard/refused.html")]
struct RefusedPage {
    frame: Frame,
}

/// What the API refused, as a page.
pub fn refused(app: &App, visit: &AdminVisit, here: &'static str, refused: Refused) -> Response {
    let frame = Frame::new(app, visit, here, "That did not work").failed(refused.message);
    show(refused.status, &RefusedPage { frame })
}

pub fn show(status: StatusCode, page: &impl Template) -> Response {
    page::show(page, status, Around::default())
}
