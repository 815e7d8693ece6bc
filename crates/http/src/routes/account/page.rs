//! The page: what is kept about its person, with a form for each change where they were proved just now.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::device::describe;
use latchkey_core::flow::account::{AccountView, App, OwnDevice, SignInEntry, SignInWay};
use latchkey_core::model::{Identity, Passkey, Session, shown_address};
use latchkey_wire::Secret;
use latchkey_words::Words;

use super::{PATH, failed};
use crate::app::SharedApp;
use crate::extract::Visit;
use crate::page::{self, Around, Asked, Frame, Refusal, device_name};
use crate::routes::assets;

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(show))
}

/// What stands above all.
pub enum Notice {
    None,
    Done,
    Failed { status: StatusCode, text: String },
}

#[derive(Template)]
#[template(path = "login/account.html")]
struct Page {
    frame: Frame,
    token: Secret,
    /// The `sid` of the session that the page is shown to.
    session: String,
    /// There are forms.
    is_fresh: bool,
    /// There are those that change no way in.
    is_fresh_here: bool,
    is_done: bool,
    error: Option<String>,
    who: Option<String>,
    name: String,
    addresses: Vec<Address>,
    can_add_address: bool,
    /// There are some, or there could be.
    has_passkeys: bool,
    passkeys: Vec<OwnPasskey>,
    /// Makes a passkey, where one can be made.
    script: Option<String>,
    devices: Vec<Device>,
    sessions: Vec<OwnSession>,
    apps: Vec<OwnApp>,
    history: Vec<Entry>,
    /// What is typed to delete the account, where people may.
    word: Option<String>,
}

struct Address {
    key: String,
    shown: String,
    /// It may be exchanged for another one.
    can_change: bool,
    can_remove: bool,
    is_proved: bool,
}

struct OwnPasskey {
    id: String,
    name: String,
    /// What it is, where its name says something else.
    authenticator: Option<&'static str>,
    is_synced: bool,
    /// Nothing else leads to the account.
    is_last: bool,
    added: Asked,
    used: Option<Asked>,
}

struct Device {
    id: String,
    name: String,
    app: Option<String>,
    /// Touch ID of 2014, which cannot be renamed.
    is_legacy: bool,
    /// Nothing else leads to the account.
    is_last: bool,
    added: Asked,
    used: Option<Asked>,
    until: Asked,
}

struct OwnSession {
    sid: String,
    device: String,
    ip: Option<String>,
    used: Asked,
    is_this: bool,
}

struct OwnApp {
    client: String,
    name: String,
    since: Asked,
    used: Option<Asked>,
}

struct Entry {
    at: Asked,
    way: String,
    app: Option<String>,
    ip: Option<String>,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    match app.engine.account(visit.browser()).await {
        Ok(account) => {
            let is_done = visit.query.optional("done").ok().flatten().is_some();
            let notice = if is_done { Notice::Done } else { Notice::None };
            Ok(visit.keep(render(&app, &visit, &account, notice)))
        }
        Err(error) => failed(&app, &visit, error).await,
    }
}

pub fn render(app: &SharedApp, visit: &Visit, account: &AccountView, notice: Notice) -> Response {
    let words = visit.words(None);
    let frame = Frame::new(visit, words, words.account_title());
    let (status, error) = match &notice {
        Notice::None | Notice::Done => (StatusCode::OK, None),
        Notice::Failed { status, text } => (*status, Some(text.clone())),
    };
    let user = &account.user;
    let can_add = account.is_fresh && account.can_add_passkey;
    let page = Page {
        frame: if error.is_some() { frame.failed() } else { frame },
        token: visit.token_without_subject(app),
        session: account.session.sid.clone(),
        is_fresh: account.is_fresh,
        is_fresh_here: account.is_fresh_here,
        is_done: matches!(notice, Notice::Done),
        error,
        who: user
            .identities
            .iter()
            .find_map(Identity::reachable)
            .map(|address| shown_address(address.as_str())),
        name: user.attributes.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned(),
        addresses: user.identities.iter().filter_map(|identity| Address::of(identity, account)).collect(),
        can_add_address: account.is_fresh && account.can_add_address,
        has_passkeys: account.can_add_passkey || !account.passkeys.is_empty(),
        passkeys: account.passkeys.iter().map(|passkey| OwnPasskey::of(passkey, account, words)).collect(),
        script: can_add.then(|| assets::url("passkey-new.js")),
        devices: account.devices.iter().map(|device| Device::of(device, account, words)).collect(),
        sessions: account.sessions.iter().map(|one| OwnSession::of(one, &account.session, words)).collect(),
        apps: account.apps.iter().map(|app| OwnApp::of(app, words)).collect(),
        history: account.history.iter().map(|entry| Entry::of(entry, words)).collect(),
        word: account.word.clone(),
    };
    page::show(visit, &page, status, Around::default())
}

impl Address {
    fn of(identity: &Identity, account: &AccountView) -> Option<Self> {
        let address = identity.reachable()?;
        let key = identity.key();
        Some(Self {
            can_change: account.is_fresh && account.can_change_address(&key),
            can_remove: account.can_remove_address(&key),
            key,
            shown: shown_address(address.as_str()),
            is_proved: identity.verified_at.is_some(),
        })
    }
}

impl OwnPasskey {
    fn of(passkey: &Passkey, account: &AccountView, words: Words) -> Self {
        // Named by the browser that made it, until its person says better.
        let made_by = passkey.user_agent.as_deref().and_then(describe);
        Self {
            id: passkey.id.as_str().to_owned(),
            authenticator: passkey.authenticator().filter(|name| !passkey.name.starts_with(name)),
            name: match made_by.as_deref() == Some(passkey.name.as_str()) {
                true => device_name(words, made_by.as_deref()),
                false => passkey.name.clone(),
            },
            is_synced: passkey.backup_eligible,
            is_last: account.is_last_passkey(&passkey.id),
            added: Asked::said(passkey.created_at, |time| words.account_added(time)),
            used: passkey.used_at.map(|at| Asked::said(at, |time| words.account_used(time))),
        }
    }
}

impl Device {
    fn of(device: &OwnDevice, account: &AccountView, words: Words) -> Self {
        let key = &device.key;
        Self {
            id: key.id.as_str().to_owned(),
            name: key.name.clone(),
            app: device.app.clone(),
            is_legacy: key.is_legacy(),
            is_last: account.is_last_device(&key.id),
            added: Asked::said(key.created_at, |time| words.account_added(time)),
            used: key.last_used_at.map(|at| Asked::said(at, |time| words.account_used(time))),
            until: Asked::said(device.ends_at, |time| words.account_device_until(time)),
        }
    }
}

impl OwnSession {
    fn of(session: &Session, own: &Session, words: Words) -> Self {
        Self {
            sid: session.sid.clone(),
            device: device_name(words, session.device.as_deref()),
            ip: session.ip.clone(),
            used: Asked::said(session.last_seen_at, |time| words.account_used(time)),
            is_this: session.id == own.id,
        }
    }
}

impl OwnApp {
    fn of(app: &App, words: Words) -> Self {
        Self {
            client: app.client.as_str().to_owned(),
            name: app.name.clone(),
            since: Asked::said(app.since, |time| words.account_app_since(time)),
            used: app.used_at.map(|at| Asked::said(at, |time| words.account_used(time))),
        }
    }
}

impl Entry {
    fn of(entry: &SignInEntry, words: Words) -> Self {
        let way = match entry.way {
            SignInWay::Sms => words.account_way_sms(),
            SignInWay::Email => words.account_way_email(),
            SignInWay::Passkey => words.account_way_passkey(),
            SignInWay::Device => words.account_way_device(),
            SignInWay::TouchId => words.account_way_touch_id(),
            SignInWay::Password => words.account_way_password(),
        };
        Self { at: Asked::said(entry.at, str::to_owned), way, app: entry.app.clone(), ip: entry.ip.clone() }
    }
}
