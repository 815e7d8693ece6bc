//! One administrator: their role, their passkeys and sessions, a way in where no mail reaches them, and their end.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::passkeys::Passkey;
use super::{PATH, frame_of};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::assets;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::sign_in;

pub fn route() -> Router<SharedApp> {
    let path = |rest: &str| format!("{PATH}/{{id}}{rest}");
    Router::new()
        .route(&path(""), get(page))
        .route(&path("/role"), get(back).post(change_role))
        .route(&path("/link"), get(back).post(make_link))
        .route(&path("/sessions"), get(back).post(end_sessions))
        .route(&path("/remove"), get(back).post(remove))
}

/// Whoever opens the address of a form is led to its page.
pub async fn back(Path(id): Path<String>) -> Response {
    see_other(&href(&id))
}

#[derive(Template)]
#[template(path = "dashboard/admins/one.html")]
struct Page {
    frame: Frame,
    href: String,
    email: String,
    role: String,
    is_me: bool,
    /// An owner may change them.
    is_owner: bool,
    passkeys: Vec<Passkey>,
    adding: Adding,
    sessions: Vec<Session>,
    /// A link that was just made, shown once.
    link: Option<String>,
    remove: Danger,
}

/// How one makes a passkey of one's own.
enum Adding {
    /// On the page of somebody else.
    Elsewhere,
    /// The server has no host name.
    Impossible,
    /// After a sign-in, which leads back here.
    Stale { sign_in: String },
    /// By this script, where the browser is at this origin.
    Here { script: String, origin: String },
}

impl Adding {
    fn of(app: &SharedApp, visit: &AdminVisit, id: &str) -> Self {
        let operator = &visit.signed_in.operator;
        if operator.admin.as_deref() != Some(id) {
            return Self::Elsewhere;
        }
        if !app.engine.has_admin_passkeys() {
            return Self::Impossible;
        }
        match operator.fresh {
            true => Self::Here { script: assets::url("passkey-new.js"), origin: app.engine.own_origin() },
            false => Self::Stale { sign_in: format!("{}?to={}", sign_in::PATH, segment(&href(id))) },
        }
    }
}

/// What the act before came to, as far as it stays on the page.
#[derive(Default)]
struct Told {
    link: Option<String>,
    why: Option<String>,
    /// What was typed in place of the address.
    unconfirmed: Option<String>,
}

struct Session {
    id: String,
    device: String,
    ip: String,
    since: String,
    used: String,
}

impl Session {
    fn of(found: &Value) -> Self {
        let agent = text(found, "/user_agent");
        Self {
            id: text(found, "/id").to_owned(),
            device: latchkey_core::device::describe(agent).unwrap_or_else(|| String::from("Unknown device")),
            ip: text(found, "/ip").to_owned(),
            since: text(found, "/created_at").to_owned(),
            used: text(found, "/used_at").to_owned(),
        }
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    render(&app, &visit, &id, StatusCode::OK, Told::default()).await
}

async fn render(app: &SharedApp, visit: &AdminVisit, id: &str, status: StatusCode, told: Told) -> Response {
    let (admin, passkeys, sessions) = match read(app, visit, id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(app, visit, PATH, refused),
    };
    let email = text(&admin, "/email").to_owned();
    let frame = frame_of(app, visit, email.clone());
    let host = app.engine.dashboard_host();
    let mut remove = Danger::at(&href(id), "remove", &email);
    if let Some(typed) = &told.unconfirmed {
        remove.fail(typed);
    }
    let page = Page {
        frame: match told.why {
            Some(why) => frame.failed(why),
            None => frame,
        },
        href: href(id),
        email,
        role: text(&admin, "/role").to_owned(),
        is_me: visit.signed_in.operator.admin.as_deref() == Some(id),
        is_owner: visit.signed_in.role == latchkey_core::model::Role::Owner,
        passkeys: list(&passkeys, "/passkeys").iter().map(|one| Passkey::of(one, &host)).collect(),
        adding: Adding::of(app, visit, id),
        sessions: list(&sessions, "/sessions").iter().map(Session::of).collect(),
        link: told.link,
        remove,
    };
    show(status, &page)
}

async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<(Value, Value, Value), Refused> {
    let api = Api::of(app, visit);
    let path = format!("/admins/{}", segment(id));
    let passkeys = api.get(&format!("{path}/passkeys")).await?;
    Ok((api.get(&path).await?, passkeys, api.get(&format!("{path}/sessions")).await?))
}

pub fn href(id: &str) -> String {
    format!("{PATH}/{}", segment(id))
}

async fn change_role(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let body = json!({ "role": form.field("role") });
    let done = Api::of(&app, &form.visit).patch(&format!("/admins/{}", segment(&id)), &body).await;
    after(&app, &form, &id, done.map(|_| format!("{}?said=saved", href(&id)))).await
}

async fn make_link(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let path = format!("/admins/{}/entry-link", segment(&id));
    match Api::of(&app, &form.visit).post(&path, &json!({})).await {
        Ok(made) => {
            let told = Told { link: Some(text(&made, "/url").to_owned()), ..Told::default() };
            render(&app, &form.visit, &id, StatusCode::OK, told).await
        }
        Err(refused) => after(&app, &form, &id, Err(refused)).await,
    }
}

/// All, or the one that the form names.
async fn end_sessions(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let only = form.fields.text("session").map(|session| format!("/{}", segment(session)));
    let path = format!("/admins/{}/sessions{}", segment(&id), only.unwrap_or_default());
    let done = Api::of(&app, &form.visit).delete(&path).await;
    after(&app, &form, &id, done.map(|_| format!("{}?said=ended", href(&id)))).await
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let api = Api::of(&app, &form.visit);
    let path = format!("/admins/{}", segment(&id));
    let found = match api.get(&path).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    let typed = form.field("confirm");
    if !Danger::is_confirmed(typed, text(&found, "/email")) {
        let why = Some(String::from("Nobody was removed: the address was not typed as it is."));
        let told = Told { why, unconfirmed: Some(typed.to_owned()), ..Told::default() };
        return render(&app, &form.visit, &id, StatusCode::BAD_REQUEST, told).await;
    }
    let done = api.delete(&path).await;
    after(&app, &form, &id, done.map(|_| format!("{PATH}?said=deleted"))).await
}

/// On to where the act leads; what was refused stands on the page it came from.
pub async fn after(app: &SharedApp, form: &AdminForm, id: &str, done: Result<String, Refused>) -> Response {
    match done {
        Ok(to) => see_other(&to),
        Err(refused) if refused.is_stale() => frame::refused(app, &form.visit, PATH, refused),
        Err(refused) => {
            let told = Told { why: Some(refused.reason()), ..Told::default() };
            render(app, &form.visit, id, refused.status, told).await
        }
    }
}
