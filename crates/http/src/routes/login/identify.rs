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

use super::{Open, sign_up};
use crate::app::SharedApp;
use crate::error::page::{self as errors, PageError, Told};
use crate::extract::{Posted, Visit, typed};
use crate::page::{self, Frame, Refusal, custom, see_other};
use crate::routes::assets;

/// Most characters that are shown again of what was typed or hinted.
const MAX_SHOWN: usize = 254;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "login/identify.html")]
struct Page {
    frame: Frame,
    heading: String,
    lead: String,
    submit: String,
    action: String,
    token: Secret,
    /// What is asked for; nothing where there are passkeys and no codes.
    channel: Option<Channel>,
    /// The page for the other channel, where there is one.
    other: Option<String>,
    address: String,
    remember: bool,
    /// Where a browser asks for a challenge and sends its answer, where the client has passkeys.
    passkey: Option<Passkey>,
    /// The page where somebody new makes a passkey.
    sign_up: Option<String>,
    error: Option<String>,
}

struct Passkey {
    script: String,
    options: String,
    action: String,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let open = Open::of(&app, &visit).await?;
    if let Some(path) = open.after() {
        return Ok(see_other(&path));
    }
    let channel = channel(&open, visit.query.optional("channel").ok().flatten())?;
    Ok(visit.keep(render(&app, &visit, &open, Typed::before(&open, channel), None).await))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let asked = channel(&open, Some(posted.field("channel")))?;
    let channel = asked.ok_or_else(|| open.refuse(errors::no_way_in(open.words)))?;
    let typed = Typed {
        channel: Some(channel),
        address: posted.field("address"),
        remember: !posted.field("remember").is_empty(),
    };
    let address = match channel {
        Channel::Sms => typed::phone(typed.address),
        Channel::Email => typed::word(typed.address),
    };
    let identity = Identity {
        channel,
        address: &address,
        remember: typed.remember,
        makes_passkeys: posted.field("passkeys") == "1",
    };
    let caller = visit.caller(open.words);
    match app.engine.identify(open.state, visit.browser(), identity, &caller).await {
        Ok(()) => Ok(see_other(&open.path_to("/login/code"))),
        Err(error) => match open.error(error) {
            PageError::Beside(told) => Ok(render(&app, visit, &open, typed, Some(told)).await),
            error => Err(open.refuse(error)),
        },
    }
}

/// The page again, after what was tried beside the form.
pub(super) async fn again(
    app: &SharedApp,
    visit: &Visit,
    open: &Open<'_>,
    told: Told,
) -> Result<Response, Refusal> {
    let channel = channel(open, None)?;
    Ok(render(app, visit, open, Typed::before(open, channel), Some(told)).await)
}

/// What stands in the form.
struct Typed<'a> {
    channel: Option<Channel>,
    address: &'a str,
    remember: bool,
}

impl<'a> Typed<'a> {
    /// What was typed before, if anything.
    fn before(open: &'a Open<'_>, channel: Option<Channel>) -> Self {
        let address = channel.and_then(|channel| known_address(open, channel)).unwrap_or_default();
        Self { channel, address, remember: open.page.sign_in.remember }
    }
}

async fn render(
    app: &SharedApp,
    visit: &Visit,
    open: &Open<'_>,
    typed: Typed<'_>,
    told: Option<Told>,
) -> Response {
    let (channel, words) = (typed.channel, open.words);
    let custom = open.custom(app, visit, &custom::IDENTIFY, "").await;
    let heading = custom.or("title", words.identify_title());
    let other = open.page.ways.iter().find(|way| Some(way.channel) != channel);
    let frame = Frame::new(visit, words, custom.tab(&heading));
    let page = Page {
        frame: if told.is_some() { frame.failed() } else { frame },
        lead: custom.or("description", words.identify_lead(&open.page.client.name)),
        submit: custom.or("buttonText", words.identify_submit()),
        heading,
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
        sign_up: open.page.sign_up.then(|| open.path_to(sign_up::PATH)),
        error: told.as_ref().map(|told| told.text.clone()),
    };
    let status = told.as_ref().map_or(StatusCode::OK, |told| told.status);
    let mut response = page::show(visit, &page, status, open.around());
    if let Some(told) = told {
        told.put_retry_after(response.headers_mut());
    }
    response
}

/// The way in that was asked for, if the client has it; else the one that fits the client's hint; else
/// the first. None where there are passkeys alone; refused where there is nothing at all.
fn channel(open: &Open<'_>, asked: Option<&str>) -> Result<Option<Channel>, Refusal> {
    let ways = || open.page.ways.iter().map(|way| way.channel);
    let asked = ways().find(|channel| Some(channel.as_str()) == asked);
    let fits = || ways().find(|channel| known_address(open, *channel).is_some());
    match asked.or_else(fits).or_else(|| ways().next()) {
        None if !open.page.passkeys => Err(open.refuse(errors::no_way_in(open.words))),
        channel => Ok(channel),
    }
}

/// What was typed before, else what the client hints at.
fn known_address<'a>(open: &'a Open<'_>, channel: Channel) -> Option<&'a str> {
    let sign_in = &open.page.sign_in;
    let sent = sign_in.sent.as_ref().filter(|sent| sent.channel == channel);
    let hint = sign_in.authorization.login_hint.as_deref();
    let hint = hint.filter(|hint| hint.contains('@') == (channel == Channel::Email));
    sent.map(|sent| sent.address.as_str()).or(hint)
}
