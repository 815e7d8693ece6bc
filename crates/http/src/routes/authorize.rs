//! `GET|POST /authorize` (protocol 2.8, RFC 6749 section 4.1.1).

use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::authorize::{Authorized, NewSession, RequestError, Unanswerable};
use latchkey_wire::authorize::AuthorizeRequest;

use crate::answer;
use crate::app::SharedApp;
use crate::error::{self, page as errors};
use crate::extract::browser::keep_session;
use crate::extract::{Visit, bytes_of_form};
use crate::page::{self, Refusal, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/authorize", get(by_query).post(by_form))
}

async fn by_query(
    State(app): State<SharedApp>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let request = AuthorizeRequest::parse(query.unwrap_or_default().as_bytes());
    let response = answer(&app, &visit, request.ok(), StatusCode::FOUND).await?;
    Ok(visit.keep(response))
}

/// From any site: OpenID Connect Core section 3.1.2.1 lets clients post.
async fn by_form(State(app): State<SharedApp>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let visit = Visit::read(&parts, &app).await;
    let bytes = match bytes_of_form(&parts.headers, body, &*app.engine.runtime).await {
        Ok(bytes) => bytes,
        Err(error) => return Err(page::refuse_body(&visit, visit.words(None), &error)),
    };
    let request = AuthorizeRequest::parse(&bytes);
    let response = answer(&app, &visit, request.ok(), StatusCode::SEE_OTHER).await?;
    Ok(visit.keep(response))
}

async fn answer(
    app: &SharedApp,
    visit: &Visit,
    request: Option<AuthorizeRequest>,
    redirect: StatusCode,
) -> Result<Response, Refusal> {
    let words = visit.words(request.as_ref().and_then(|request| request.ui_locales.as_deref()));
    let refuse = |why| page::refuse(visit, words, StatusCode::BAD_REQUEST, &errors::unanswerable(why, words));
    let Some(request) = request else { return Err(refuse(Unanswerable::Unreadable)) };
    let authorized = app.engine.authorize(&request, visit.browser(), &visit.caller).await;
    Ok(match authorized {
        Ok(Authorized::Respond { response, session }) => {
            keep(answer::authorization(&response, words, redirect), session)
        }
        Ok(Authorized::Verify { page, co_id, target }) => {
            answer::co_verify(&request, &target, &page, &co_id, words)
        }
        Ok(Authorized::SignIn { handle }) => see_other(&format!("/login?state={}", handle.expose())),
        Ok(Authorized::Consent { handle, session }) => {
            keep(see_other(&format!("/login/consent?state={}", handle.expose())), session)
        }
        Err(RequestError::Unanswerable(why)) => return Err(refuse(why)),
        Err(RequestError::Fault(fault)) => error::fault_page(&fault, words.locale()),
        Err(refused) => match refused.response(&app.engine.settings.issuer) {
            Some(response) => answer::authorization(&response, words, redirect),
            None => return Err(refuse(Unanswerable::Unreadable)),
        },
    })
}

fn keep(response: Response, session: Option<NewSession>) -> Response {
    match session {
        Some(session) => keep_session(response, &session),
        None => response,
    }
}
