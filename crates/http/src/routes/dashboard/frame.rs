//! What stands around every page of the dashboard.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use latchkey_wire::Secret;

use super::api::{Refused, segment};
use super::nav::{GROUPS, Group, Screen};
use super::sign_in;
use crate::app::App;
use crate::extract::admin::AdminVisit;
use crate::page::{self, Around};
use crate::routes::assets;

pub struct Frame {
    pub title: String,
    /// The path of the screen in the navigation.
    pub here: &'static str,
    pub email: String,
    pub tenant: String,
    admin: String,
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
            tenant: visit.tenant.clone(),
            admin: visit.signed_in.operator.admin.clone().unwrap_or_default(),
            role: visit.signed_in.role.as_str(),
            token: visit.token(app),
            style: assets::url("dashboard.css"),
            script: assets::url("dashboard.js"),
            done,
            error: None,
        }
    }

    /// The page of who is signed in.
    pub fn account(&self) -> String {
        format!("/dashboard/admins/{}", segment(&self.admin))
    }

    /// Where the page finds a file of ours.
    pub fn asset(&self, file: &str) -> String {
        assets::url(file)
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
        "undone" => "Undone: it is as before.",
        "choose-connection" => "On for the tenant. Now choose the connections that have passkeys, below.",
        "turned-on" => "On for all applications. Take out those that people should not sign in to this way.",
        "stopped" => "Off. What people have stays, and works again once it is on.",
        "created" => "Created.",
        "created-unshown" => {
            "Created, without showing its signing secret: only owners who signed in less than a quarter of an \
             hour ago are shown one. They get it on this page, by making a new one."
        }
        "created-off" => "Created, but not all ways to sign in could be switched on. See Connections.",
        "set-up" => "Created. Now fill in how messages are sent.",
        "deleted" => "Deleted.",
        "sent" => "Sent.",
        "invited" => "Invited. A mail tells them how to sign in.",
        "not-invited" => "Added, but no mail could be sent: nothing sends mails here yet. Make them a link.",
        "passkey-added" => "Added. Next time it signs you in, and no mail is needed.",
        "passkey-removed" => "Removed. It signs nobody in any more.",
        "ended" => "Signed out.",
        "rotated" => {
            "Made. The secret of before works no more: show the new one, and give it to the application."
        }
        "blocked" => "Blocked, and signed out everywhere.",
        "unblocked" => "Unblocked: they may sign in again.",
        "forgiven" => "Cleared: their codes are looked at again.",
        "linked" => "Linked: both are one user now.",
        "unlinked" => "Unlinked: it is a user of its own again.",
        "signed-out" => "Signed out everywhere.",
        "revoked" => "Revoked.",
        "key-rotated" => "Rotated. New tokens are signed by the next key.",
        "key-revoked" => "Revoked. What the key signed is refused.",
        "paused" => "Paused. Events wait until the stream goes on.",
        "replayed" => "Events are sent again from there on.",
        "resumed" => "The stream goes on.",
        _ => return None,
    })
}

#[derive(Template)]
#[template(path = "dashboard/refused.html")]
struct RefusedPage {
    frame: Frame,
    /// Where a fresh sign-in is the way on.
    again: Option<String>,
}

/// What the API refused, as a page. Whoever signs in again goes on where they were: a path that only takes forms and
/// needs a fresh sign-in leads to its page by GET.
pub fn refused(app: &App, visit: &AdminVisit, here: &'static str, refused: Refused) -> Response {
    let again = refused.is_stale().then(|| format!("{}?to={}", sign_in::PATH, segment(&visit.place)));
    let title = if again.is_some() { "Sign in again to go on" } else { "That did not work" };
    let frame = Frame::new(app, visit, here, title).failed(refused.message);
    show(refused.status, &RefusedPage { frame, again })
}

pub fn show(status: StatusCode, page: &impl Template) -> Response {
    page::show_plain(page, status, Around::default())
}

/// As [`show`], for a page that frames another of ours.
pub fn show_framing(status: StatusCode, page: &impl Template) -> Response {
    page::show_plain(page, status, Around::framing())
}
