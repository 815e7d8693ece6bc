//! `/login`: who are you?

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::sign_in::Identity;
use latchkey_core::model::Channel;
use latchkey_wire::Secret;

use super::Open;
use crate::app::SharedApp;
use crate::error::page::{self as errors, PageError, Told};
use crate::extract::{Posted, Visit, typed};
use crate::page::{self, Frame, Refusal, see_other};
use crate::routes::assets;

/// Most characters that are shown again of what was typed or hinted.
const MAX_SHOWN: usize = 254;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "login/identify.html")]
struct Page<'a> {
    frame: Frame,
    app: &'a str,
    action: String,
    token: Secret,
    channel: Channel,
    /// The page for the other channel, where there is one.
    other: Option<String>,
    address: String,
    remember: bool,
    /// Where a browser asks for a challenge and sends its answer, where the client has passkeys.
    passkey: Option<Passkey>,
    error: Option<String>,
}

struct Passkey {
    script: String,
    options: String,
    action: String,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let open = Open::of(&app, &visit).await?;
    if open.page.sign_in.signed_in.is_some() {
        return Ok(see_other(&open.path_to("/login/consent")));
    }
    let channel = channel(&open, visit.query.optional("channel").ok().flatten())?;
    let known = known_address(&open, channel).unwrap_or_default().to_owned();
    let typed = Typed { channel, address: &known, remember: open.page.sign_in.remember };
    Ok(visit.keep(render(&app, &visit, &open, typed, None)))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let channel = channel(&open, Some(posted.field("channel")))?;
    let typed =
        Typed { channel, address: posted.field("address"), remember: !posted.field("remember").is_empty() };
    let address = match channel {
        Channel::Sms => typed::phone(typed.address),
        Channel::Email => typed::word(typed.address),
    };
    let identity = Identity { channel, address: &address, remember: typed.remember };
    let caller = visit.caller(open.words);
    match app.engine.identify(open.state, visit.browser(), identity, &caller).await {
        Ok(()) => Ok(see_other(&open.path_to("/login/code"))),
        Err(error) => match open.error(error) {
            PageError::Beside(told) => Ok(render(&app, visit, &open, typed, Some(told))),
            error => Err(open.refuse(error)),
        },
    }
}

/// The page again, after what was tried beside the form.
pub(super) fn again(
    app: &SharedApp,
    visit: &Visit,
    open: &Open<'_>,
    told: Told,
) -> Result<Response, Refusal> {
    let channel = channel(open, None)?;
    let known = known_address(open, channel).unwrap_or_default().to_owned();
    let typed = Typed { channel, address: &known, remember: open.page.sign_in.remember };
    Ok(render(app, visit, open, typed, Some(told)))
}

/// What stands in the form.
struct Typed<'a> {
    channel: Channel,
    address: &'a str,
    remember: bool,
}

fn render(app: &SharedApp, visit: &Visit, open: &Open<'_>, typed: Typed<'_>, told: Option<Told>) -> Response {
    let channel = typed.channel;
    let other = open.page.ways.iter().find(|way| way.channel != channel);
    let frame = Frame::new(visit, open.words, open.words.identify_title());
    let page = Page {
        frame: if told.is_some() { frame.failed() } else { frame },
        app: &open.page.client.name,
        action: open.path_to("/login"),
        token: visit.token(app),
        channel,
        other: other.map(|way| format!("{}&channel={}", open.query(), way.channel.as_str())),
        address: typed.address.chars().take(MAX_SHOWN).collect(),
        remember: typed.remember,
        passkey: open.page.passkeys.then(|| Passkey {
            script: assets::url("passkey.js"),
            options: open.path_to("/login/passkey/options"),
            action: open.path_to("/login/passkey"),
        }),
        error: told.as_ref().map(|told| told.text.clone()),
    };
    let status = told.as_ref().map_or(StatusCode::OK, |told| told.status);
    let mut response = page::show(&page, status, open.around());
    if let Some(told) = told {
        told.put_retry_after(response.headers_mut());
    }
    response
}

/// The way in that was asked for, if the client has it; else the one that fits the client's hint; else
/// the first.
fn channel(open: &Open<'_>, asked: Option<&str>) -> Result<Channel, Refusal> {
    let ways = || open.page.ways.iter().map(|way| way.channel);
    let asked = ways().find(|channel| Some(channel.as_str()) == asked);
    let fits = || ways().find(|channel| known_address(open, *channel).is_some());
    asked.or_else(fits).or_else(|| ways().next()).ok_or_else(|| open.refuse(errors::no_way_in(open.words)))
}

/// What was typed before, else what the client hints at.
fn known_address<'a>(open: &'a Open<'_>, channel: Channel) -> Option<&'a str> {
    let sign_in = &open.page.sign_in;
    let sent = sign_in.sent.as_ref().filter(|sent| sent.channel == channel);
    let hint = sign_in.authorization.login_hint.as_deref();
    let hint = hint.filter(|hint| hint.contains('@') == (channel == Channel::Email));
    sent.map(|sent| sent.address.as_str()).or(hint)
}
