//! `/oidc/logout` (OpenID Connect RP-Initiated Logout 1.0 section 2).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::log_out::OidcLogOut;
use latchkey_core::model::ClientId;
use latchkey_wire::Params;

use super::answer;
use crate::app::SharedApp;
use crate::extract::{Posted, Visit};
use crate::page::{self, Around, Confirm, Refusal};

const PATH: &str = "/oidc/logout";
/// What the press sends once more.
const KEPT: [&str; 4] = ["id_token_hint", "post_logout_redirect_uri", "client_id", "state"];

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(ask).post(press))
}

async fn ask(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let outcome = app.engine.oidc_log_out(&read(&visit.query), visit.browser(), false).await;
    let confirm = || {
        let words = visit.words(visit.query.optional("ui_locales").ok().flatten());
        let fields: Vec<_> = KEPT
            .into_iter()
            .filter_map(|name| Some((name, visit.query.optional(name).ok().flatten()?)))
            .collect();
        let asked = Confirm {
            title: words.sign_out_title(),
            text: words.sign_out_text(),
            button: words.sign_out_submit(),
            action: PATH,
            fields: &fields,
        };
        page::confirm(&app, &visit, words, asked, Around::anywhere())
    };
    answer(&visit, outcome, StatusCode::FOUND, confirm)
}

async fn press(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.oidc_log_out(&read(posted.fields()), posted.visit.browser(), true).await;
    answer(&posted.visit, outcome, StatusCode::SEE_OTHER, || crate::page::see_other("/"))
}

fn read(params: &Params) -> OidcLogOut {
    let text = |name| params.optional(name).ok().flatten().map(str::to_owned);
    OidcLogOut {
        id_token_hint: text("id_token_hint"),
        post_logout_redirect_uri: text("post_logout_redirect_uri"),
        client: text("client_id").map(ClientId::new),
        state: text("state"),
    }
}
