//! `/login/consent`: what may the app have?

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::model::{Identity, shown_address};
use latchkey_wire::Secret;

use super::{Open, respond};
use crate::app::SharedApp;
use crate::extract::{Posted, Visit};
use crate::page::{self, Frame, Refusal, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login/consent", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "login/consent.html")]
struct Page {
    frame: Frame,
    title: String,
    action: String,
    token: Secret,
    /// Who is asked.
    address: Option<String>,
    /// What each scope allows.
    scopes: Vec<String>,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let open = Open::of(&app, &visit).await?;
    if open.page.sign_in.authorization.device.is_some() {
        return Ok(visit.keep(see_other(&open.path_to("/login/device"))));
    }
    let (words, around) = (open.words, open.around());
    let asked = app.engine.consent_page(open.state, visit.browser()).await;
    let (_, user) = asked.map_err(|error| open.refuse(open.error(error)))?;
    let title = words.consent_title(&open.page.client.name);
    let page = Page {
        frame: Frame::new(&visit, words, title.clone()),
        title,
        action: open.path_to("/login/consent"),
        token: visit.token(&app),
        address: user.primary().and_then(Identity::reachable).map(|address| shown_address(address.as_str())),
        scopes: open
            .page
            .sign_in
            .authorization
            .scope
            .iter()
            .map(|scope| words.consent_scope(scope))
            .collect(),
    };
    Ok(visit.keep(page::show(&visit, &page, StatusCode::OK, around)))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    // Whatever is not the one button is no.
    let allow = posted.field("answer") == "allow";
    match app.engine.consent(open.state, visit.browser(), allow).await {
        Ok(response) => Ok(respond(&response, open.words)),
        Err(error) => Err(open.refuse(open.error(error))),
    }
}
