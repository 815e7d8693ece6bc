//! `/login/device`: shall this device be signed in? Whoever was talked into typing a stranger's code must see
//! whose it is (S-096).

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::model::{Identity, shown_address};
use latchkey_wire::Secret;

use super::Open;
use crate::app::SharedApp;
use crate::extract::{Posted, Visit};
use crate::page::{self, Asked, Frame, Refusal};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login/device", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "login/device.html")]
struct Page {
    frame: Frame,
    title: String,
    app: String,
    action: String,
    token: Secret,
    user_code: Secret,
    asked: Asked,
    network: String,
    /// What the app of somebody else gets.
    scopes: Vec<String>,
    /// Who is asked.
    address: Option<String>,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let open = Open::of(&app, &visit).await?;
    let words = open.words;
    let asked = app.engine.device_page(open.state, visit.browser(), &visit.caller).await;
    let asked = asked.map_err(|error| open.refuse(open.error(error)))?;
    let title = words.activate_confirm_title(&asked.client.name);
    let scopes = match asked.client.first_party {
        true => Vec::new(),
        false => asked.grant.scope.iter().map(|scope| words.consent_scope(scope)).collect(),
    };
    let page = Page {
        frame: Frame::new(&visit, words, title.clone()),
        title,
        app: asked.client.name.clone(),
        action: open.path_to("/login/device"),
        token: visit.token(&app),
        user_code: asked.user_code,
        asked: Asked::by_device(words, asked.grant.asked_at, asked.grant.device.as_deref()),
        network: match asked.near {
            true => words.activate_network_same(),
            false => words.activate_network_other(&asked.grant.ip),
        },
        scopes,
        address: asked
            .user
            .primary()
            .and_then(Identity::reachable)
            .map(|address| shown_address(address.as_str())),
    };
    Ok(visit.keep(page::show(&visit, &page, StatusCode::OK, open.around())))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let words = open.words;
    // Whatever is not the one button is no.
    let allow = posted.field("answer") == "allow";
    let decided = app.engine.decide_device(open.state, visit.browser(), allow, &visit.caller).await;
    decided.map_err(|error| open.refuse(open.error(error)))?;
    let (title, text) = match allow {
        true => (words.activate_done_title(), words.activate_done_text()),
        false => (words.activate_declined_title(), words.activate_declined_text()),
    };
    Ok(page::message(visit, words, title, &text))
}
