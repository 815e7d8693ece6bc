//! The passkeys of an administrator. Their own are made here, by the authenticator of whoever looks at the page; the
//! Management API has no part in that, since it is a ceremony between this page and a browser.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::manage::admin_passkey_ceremonies::AdminPasskeyError;
use latchkey_wire::Secret;
use latchkey_wire::params::json_of;
use latchkey_wire::passkey::{Attestation, AuthnResponse};
use serde_json::{Value, json};

use super::PATH;
use super::one::{after, back, href};
use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::Visit;
use crate::extract::admin::AdminForm;
use crate::routes::dashboard::api::{Api, Refused, segment, text};

pub fn route() -> Router<SharedApp> {
    let path = |rest: &str| format!("{PATH}/{{id}}/passkeys{rest}");
    Router::new()
        .route(&path(""), get(back).post(add))
        .route(&path("/options"), post(options))
        .route(&path("/rename"), get(back).post(rename))
        .route(&path("/remove"), get(back).post(remove))
}

/// As the page lists it.
pub struct Passkey {
    pub id: String,
    pub name: String,
    /// It is on other devices of theirs, too.
    pub is_synced: bool,
    pub made: String,
    /// Empty where it never was.
    pub used: String,
    /// Where it works, if that is not here.
    pub elsewhere: Option<String>,
}

impl Passkey {
    /// `host`: of this server.
    pub fn of(found: &Value, host: &str) -> Self {
        let domain = text(found, "/relying_party_identifier");
        Self {
            id: text(found, "/id").to_owned(),
            name: text(found, "/name").to_owned(),
            is_synced: text(found, "/credential_device_type") == "multi_device",
            made: text(found, "/created_at").to_owned(),
            used: text(found, "/used_at").to_owned(),
            elsewhere: (domain != host).then(|| domain.to_owned()),
        }
    }
}

/// For the script of the page. Whoever sends another administrator's path makes one for themselves all the same.
async fn options(State(app): State<SharedApp>, form: AdminForm) -> Result<Response, ManagementError> {
    let visit = &form.visit;
    let text = match app.engine.begin_admin_passkey(&visit.signed_in, visit.cookie()).await {
        Ok(begun) => return Ok(answer::json(StatusCode::OK, &begun)),
        Err(AdminPasskeyError::Fault(fault)) => return Err(fault.into()),
        Err(error) => told(&error),
    };
    Ok(answer::json(StatusCode::FORBIDDEN, &json!({ "text": text })))
}

async fn add(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    visit: Visit,
    form: AdminForm,
) -> Result<Response, ManagementError> {
    let session = Secret::new(form.field("auth_session"));
    let (me, cookie) = (&form.visit.signed_in, form.visit.cookie());
    let made = match attestation(form.field("answer")) {
        Some(made) => {
            app.engine.finish_admin_passkey(me, cookie, (&session, &made), &visit.caller).await.map(drop)
        }
        None => Err(AdminPasskeyError::Refused),
    };
    let done = match made {
        Ok(()) => Ok(format!("{}?said=passkey-added", href(&id))),
        Err(AdminPasskeyError::Fault(fault)) => return Err(fault.into()),
        Err(error) => Err(Refused::by_page(StatusCode::BAD_REQUEST, told(&error))),
    };
    Ok(after(&app, &form, &id, done).await)
}

fn told(error: &AdminPasskeyError) -> &'static str {
    match error {
        AdminPasskeyError::StaleSignIn => "This needs a fresh sign-in. Reload the page to sign in again.",
        AdminPasskeyError::Full => {
            "You have as many passkeys as one may have. Remove one that you do not use."
        }
        AdminPasskeyError::NoHostName => {
            "Browsers make passkeys for host names only, and this server has none."
        }
        AdminPasskeyError::Refused | AdminPasskeyError::TooManyRequests(_) | AdminPasskeyError::Fault(_) => {
            "The passkey was not accepted. Try again."
        }
    }
}

fn attestation(text: &str) -> Option<Attestation> {
    let Ok(Value::Object(given)) = json_of(text.as_bytes()) else { return None };
    match AuthnResponse::read(&given) {
        Ok(AuthnResponse::Attestation(made)) => Some(made),
        Ok(AuthnResponse::Assertion(_)) | Err(_) => None,
    }
}

fn path(id: &str, form: &AdminForm) -> String {
    format!("/admins/{}/passkeys/{}", segment(id), segment(form.field("passkey")))
}

async fn rename(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let body = json!({ "name": form.field("name") });
    let done = Api::of(&app, &form.visit).patch(&path(&id, &form), &body).await;
    after(&app, &form, &id, done.map(|_| format!("{}?said=saved", href(&id)))).await
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let done = Api::of(&app, &form.visit).delete(&path(&id, &form)).await;
    after(&app, &form, &id, done.map(|_| format!("{}?said=passkey-removed", href(&id)))).await
}
