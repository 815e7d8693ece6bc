//! `/oidc/logout` (OpenID Connect RP-Initiated Logout 1.0 section 2).

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::log_out::OidcLogOut;
use latchkey_core::model::ClientId;
use latchkey_wire::Params;

use super::answer;
use crate::app::SharedApp;
use crate::extract::{Posted, Visit, bytes_of_form};
use crate::page::{self, Around, Confirm, Refusal, see_other};

const PATH: &str = "/oidc/logout";
/// Most bytes of a query that a posted request becomes.
const MAX_QUERY: usize = 8192;
/// What the press sends once more.
const KEPT: [&str; 4] = ["id_token_hint", "post_logout_redirect_uri", "client_id", "state"];

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(ask).post(post))
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

/// The press on our page holds its token. Whatever else is posted is a client's (section 2): browsers
/// that keep cookies of other sites away send none with it, so it is asked for once more, by GET.
async fn post(State(app): State<SharedApp>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let visit = Visit::read(&parts, &app).await;
    let words = visit.words(None);
    let bytes = match bytes_of_form(&parts.headers, body, &*app.engine.runtime).await {
        Ok(bytes) => bytes,
        Err(error) => return Err(page::refuse_body(&visit, words, &error)),
    };
    let sent = Params::from_form(&bytes).unwrap_or_default();
    if sent.optional("token").ok().flatten().is_some() {
        let request = Request::from_parts(parts, Body::from(bytes));
        return press(&app, Posted::from_request(request, &app).await?).await;
    }
    let names = KEPT.into_iter().chain(["ui_locales"]);
    let pairs = names.filter_map(|name| Some((name, sent.optional(name).ok().flatten()?)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    match query.len() {
        0..=MAX_QUERY => Ok(see_other(&format!("{PATH}?{query}"))),
        _ => Err(page::refuse(&visit, words, StatusCode::BAD_REQUEST, &words.error_page_expired())),
    }
}

async fn press(app: &SharedApp, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.oidc_log_out(&read(posted.fields()), posted.visit.browser(), true).await;
    answer(&posted.visit, outcome, StatusCode::SEE_OTHER, || see_other("/"))
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
