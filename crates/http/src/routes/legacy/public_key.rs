//! `/api/users/{id}/publickey`: the key of a device, by the id_token of its user (protocol 2.20), as Lock for iOS
//! before 1.23 enrols it.

use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::request::Parts;
use http::{StatusCode, header};
use latchkey_core::Caller;
use latchkey_core::flow::manage::ManageError;
use latchkey_wire::Secret;
use latchkey_wire::management::Query;
use latchkey_wire::token;
use serde_json::json;

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::{self as errors, ManagementError};
use crate::extract::{Incoming, caller};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/api/users/{id}/publickey", post(enrol).delete(remove))
}

/// Who calls, by `Authorization: Bearer` and an id_token.
struct Bearer {
    token: Secret,
    caller: Caller,
    query: Query,
}

impl FromRequestParts<SharedApp> for Bearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Response> {
        let caller = caller::read(parts, &app.proxies).map_err(IntoResponse::into_response)?;
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let value = values.next().ok_or_else(|| errors::no_authentication().into_response())?;
        let token = value.to_str().ok().and_then(|text| text.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        match (token, values.next()) {
            (Some((_, token)), None) => {
                let query = Query::parse(parts.uri.query().unwrap_or_default());
                Ok(Self { token: Secret::new(token.trim()), caller, query })
            }
            _ => Err(errors::bad_authentication().into_response()),
        }
    }
}

async fn enrol(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    bearer: Bearer,
    incoming: Incoming,
) -> Result<Response, ManagementError> {
    let text =
        |name| token::required(&incoming.params, name).map_err(|bad| errors::invalid_body(&bad.to_string()));
    let (key, device) = (text("public_key")?, text("device")?);
    let enrolled = app
        .engine
        .enrol_public_key(&bearer.token, &id, key, device, &bearer.caller)
        .await
        .map_err(ManageError::from)?;
    Ok(warned(&enrolled.weak_until, answer::json(StatusCode::CREATED, &json!({ "id": enrolled.id }))))
}

async fn remove(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    bearer: Bearer,
) -> Result<Response, ManagementError> {
    let device = bearer.query.text("device").unwrap_or_default();
    let removed = app.engine.remove_public_key(&bearer.token, &id, device, &bearer.caller).await;
    removed.map_err(ManageError::from)?;
    Ok(answer::json(StatusCode::OK, &json!({})))
}

/// Tells of a key that is shorter than keys are today (S-063; RFC 7234 section 5.5).
pub fn warned(weak_until: &Option<String>, mut response: Response) -> Response {
    let text = weak_until
        .as_ref()
        .map(|day| format!("299 latchkey \"RSA keys of less than 2048 bits are accepted until {day}\""));
    if let Some(value) = text.and_then(|text| text.parse().ok()) {
        response.headers_mut().insert(header::WARNING, value);
    }
    response
}
