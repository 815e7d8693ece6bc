//! `/api/v2/device-credentials` (section 2.8).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use http::StatusCode;
use latchkey_core::flow::manage::ManageError;
use latchkey_core::flow::manage::device_credentials::{DeviceFilter, DeviceKind};
use latchkey_wire::management::scope::{
    CREATE_CURRENT_USER_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS,
    DELETE_DEVICE_CREDENTIALS, READ_DEVICE_CREDENTIALS,
};
use serde_json::{Map, Value};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/device-credentials", get(list).post(create))
        .route("/device-credentials/{id}", delete(remove))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_DEVICE_CREDENTIALS])?;
    let (paging, selection) = (managed.paging()?, managed.selection()?);
    let filter = DeviceFilter {
        user: managed.query.text("user_id"),
        client: managed.query.text("client_id"),
        kind: managed.query.text("type").map(DeviceKind::parse).transpose()?,
    };
    let part = paging.cut(app.engine.device_credentials(filter).await?, key);
    let shown = part.map(|mut object| {
        selection.apply(&mut object);
        Value::Object(object)
    });
    Ok(answer::json(StatusCode::OK, &paging.answer("device_credentials", shown)))
}

/// Nobody has a key to enrol here, and who may not enrol one is told that first.
async fn create(body: ManagedBody) -> Answer {
    body.managed.allowed(&[CREATE_CURRENT_USER_DEVICE_CREDENTIALS])?;
    let text = "Enrolling public keys of devices is not a feature of this server";
    Err(ManageError::NoFeature(String::from(text)).into())
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[DELETE_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS])?;
    // What people may delete themselves is not for tools.
    let operator = managed.allowed(&[DELETE_DEVICE_CREDENTIALS])?;
    app.engine.remove_device_credential(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn key(object: &Map<String, Value>) -> String {
    object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}
