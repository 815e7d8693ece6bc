//! A passkey in place of the code. A script asks for the challenge and sends the answer as a form, so that what follows
//! is a page like any other.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use latchkey_core::flow::manage::admin_passkey_ceremonies::AdminPasskeyError;
use latchkey_wire::Secret;
use latchkey_wire::params::json_of;
use latchkey_wire::passkey::{Assertion, AuthnResponse};
use serde_json::Value;

use super::{PATH, SignIn, TOO_MANY, after, blank, go_on, target, title};
use crate::answer::json;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::Visit;
use crate::extract::admin::{AdminVisit, EntryForm};
use crate::routes::dashboard::frame::show;

const REFUSED: &str = "The passkey was not accepted. Try again, or have a code sent.";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/passkey"), post(enter))
        .route(&format!("{PATH}/passkey/options"), post(options))
}

/// The same answer for everybody: nobody has said who they are.
async fn options(
    State(app): State<SharedApp>,
    visit: Visit,
    signed_in: Result<AdminVisit, Response>,
    _: EntryForm,
) -> Result<Response, ManagementError> {
    let me = signed_in.ok().map(|visit| visit.signed_in);
    match app.engine.begin_admin_sign_in(me.as_ref(), &visit.caller).await {
        Ok(begun) => Ok(json(StatusCode::OK, &begun)),
        Err(AdminPasskeyError::Fault(fault)) => Err(fault.into()),
        Err(AdminPasskeyError::TooManyRequests(limit)) => {
            Ok(after(StatusCode::TOO_MANY_REQUESTS.into_response(), Some(&limit)))
        }
        Err(_) => Ok(StatusCode::BAD_REQUEST.into_response()),
    }
}

async fn enter(
    State(app): State<SharedApp>,
    visit: Visit,
    signed_in: Result<AdminVisit, Response>,
    EntryForm(fields): EntryForm,
) -> Result<Response, ManagementError> {
    let before = signed_in.ok();
    let session = Secret::new(fields.text("auth_session").unwrap_or_default());
    let entered = match assertion(fields.text("answer").unwrap_or_default()) {
        Some(answer) => app.engine.enter_by_admin_passkey(&session, &answer, &visit.caller).await,
        None => Err(AdminPasskeyError::Refused),
    };
    let to = target(&fields);
    let (status, error, wait) = match entered {
        Ok(cookie) => return go_on(&app, before, &to, &cookie).await,
        Err(AdminPasskeyError::Fault(fault)) => return Err(fault.into()),
        Err(AdminPasskeyError::TooManyRequests(limit)) => {
            (StatusCode::TOO_MANY_REQUESTS, TOO_MANY, Some(limit))
        }
        Err(_) => (StatusCode::BAD_REQUEST, REFUSED, None),
    };
    let me = before.map(|visit| visit.signed_in.email);
    let page = SignIn { title: title(me.is_some()), me, to, passkey_error: Some(error), ..blank(&app) };
    Ok(after(show(status, &page), wait.as_ref()))
}

fn assertion(text: &str) -> Option<Assertion> {
    let Ok(Value::Object(given)) = json_of(text.as_bytes()) else { return None };
    match AuthnResponse::read(&given) {
        Ok(AuthnResponse::Assertion(assertion)) => Some(assertion),
        Ok(AuthnResponse::Attestation(_)) | Err(_) => None,
    }
}
