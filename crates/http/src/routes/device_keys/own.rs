//! `/device-keys`, by a token of the person: enrol, list, rename, remove.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch};
use http::StatusCode;
use latchkey_wire::device_key::{DeviceKeysResponse, EnrolmentRequest, device_name};

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::{Asker, Incoming, Person};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/device-keys", get(list).post(enrol))
        .route("/device-keys/{id}", patch(rename).delete(remove))
}

async fn list(State(app): State<SharedApp>, person: Person) -> Result<Response, OauthError> {
    let device_keys = app.engine.own_keys(&person.token).await.map_err(error::enrol_key)?;
    Ok(json(StatusCode::OK, &DeviceKeysResponse { device_keys }))
}

async fn enrol(
    State(app): State<SharedApp>,
    person: Person,
    Asker(caller): Asker,
    incoming: Incoming,
) -> Result<Response, OauthError> {
    let request = EnrolmentRequest::parse(&incoming.params).map_err(|bad| error::bad_token_request(&bad))?;
    let key = app.engine.enrol_key(&person.token, request, &caller).await.map_err(error::enrol_key)?;
    let shown = app.engine.shown_key(&key).await.map_err(|fault| error::fault(&fault))?;
    Ok(json(StatusCode::CREATED, &shown))
}

async fn rename(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    person: Person,
    Asker(caller): Asker,
    incoming: Incoming,
) -> Result<Response, OauthError> {
    let name = device_name(&incoming.params, "name").map_err(|bad| error::bad_token_request(&bad))?;
    let shown =
        app.engine.rename_key(&person.token, &id, &name, caller.ip).await.map_err(error::enrol_key)?;
    Ok(json(StatusCode::OK, &shown))
}

async fn remove(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    person: Person,
    Asker(caller): Asker,
) -> Result<Response, OauthError> {
    app.engine.remove_key(&person.token, &id, &caller).await.map_err(error::enrol_key)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
