//! Getting started: what is left to do before people sign in. `/dashboard` leads here until it is done.

mod steps;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use serde_json::Value;

use super::activity;
use super::api::{Api, Refused, list, segment};
use super::frame::{self, Frame, show};
use crate::answer;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::page::see_other;
use crate::routes::assets;
use steps::{Step, step};

const PATH: &str = "/dashboard/start";
const CHECKLIST: &str = "/tenants/checklist";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard", get(home))
        .route("/dashboard/", get(home))
        .route(PATH, get(page))
        .route(&format!("{PATH}/checklist"), get(checklist))
}

/// The list until it is done, and what goes on afterwards.
async fn home(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get(CHECKLIST).await {
        Ok(found) if is_done(&found) => see_other(activity::PATH),
        _ => see_other(PATH),
    }
}

#[derive(Template)]
#[template(path = "dashboard/start.html")]
struct Page {
    frame: Frame,
    done: bool,
    steps: Vec<Step>,
    /// Whoever looks has no passkey, and could have one.
    asks_for_passkey: bool,
    script: String,
}

impl Page {
    fn progress(&self) -> String {
        let done = self.steps.iter().filter(|step| step.done).count();
        format!("{done} of {} done", self.steps.len())
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok((done, steps)) => {
            let asks_for_passkey = asks_for_passkey(&app, &visit).await;
            let frame = Frame::new(&app, &visit, PATH, "Getting started");
            let script = assets::url("dashboard-start.js");
            show(StatusCode::OK, &Page { frame, done, steps, asks_for_passkey, script })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// The console's link works once, and its holder may get no mail here.
async fn asks_for_passkey(app: &SharedApp, visit: &AdminVisit) -> bool {
    let Some(me) = visit.signed_in.operator.admin.as_deref() else { return false };
    if !app.engine.has_admin_passkeys() {
        return false;
    }
    let found = Api::of(app, visit).get(&format!("/admins/{}/passkeys", segment(me))).await;
    found.is_ok_and(|found| list(&found, "/passkeys").is_empty())
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<(bool, Vec<Step>), Refused> {
    let api = Api::of(app, visit);
    let found = api.get(CHECKLIST).await?;
    let clients = api.get("/clients?is_global=false&app_type=native,spa,regular_web&per_page=1").await?;
    let client = list(&clients, "").first().unwrap_or(&Value::Null);
    let issuer = &app.engine.settings.issuer;
    let steps = list(&found, "/items").iter().map(|item| step(item, issuer, client)).collect();
    Ok((is_done(&found), steps))
}

/// For the script of the page, which waits for somebody to sign in.
async fn checklist(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get(CHECKLIST).await {
        Ok(found) => answer::json(StatusCode::OK, &found),
        Err(refused) => refused.into_response(),
    }
}

fn is_done(found: &Value) -> bool {
    found.get("done") == Some(&Value::Bool(true))
}
