//! `/api/v2/device-credentials` (section 2.8): by tokens of tools, and by tokens and passwords of people.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use http::StatusCode;
use latchkey_core::flow::manage::device_credentials::{DeviceFilter, DeviceKind};
use latchkey_wire::management::device::DeviceNameBody;
use latchkey_wire::management::scope::{
    CREATE_CURRENT_USER_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS,
    DELETE_DEVICE_CREDENTIALS, READ_DEVICE_CREDENTIALS, UPDATE_USERS,
};
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Asker, Managed, ManagedBody};
use crate::routes::legacy::public_key::warned;

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/device-credentials", get(list).post(create))
        .route("/device-credentials/{id}", delete(remove).patch(rename))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[READ_DEVICE_CREDENTIALS])?;
    let (paging, selection) = (managed.paging()?, managed.selection()?);
    // A person is shown their own, and of somebody else nothing.
    let (asked, own) = (managed.query.text("user_id"), operator.holder.as_ref().map(|it| it.user.as_str()));
    if own.is_some_and(|own| asked.is_some_and(|asked| asked != own)) {
        return Ok(answer::json(StatusCode::OK, &Value::Array(Vec::new())));
    }
    let filter = DeviceFilter {
        user: own.or(asked),
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

/// By the person's own token, or their password.
async fn create(State(app): State<SharedApp>, Asker(caller): Asker, body: ManagedBody) -> Answer {
    body.managed.allowed(&[CREATE_CURRENT_USER_DEVICE_CREDENTIALS])?;
    let operator = body.managed.operator.clone();
    let enrolled = app.engine.enrol_device_key(&operator, &body.read()?, &caller).await?;
    let answer = answer::json(StatusCode::CREATED, &json!({ "id": enrolled.id }));
    Ok(warned(&enrolled.weak_until, answer))
}

/// Ours: Auth0 has no such call.
async fn rename(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_USERS])?.clone();
    let body: DeviceNameBody = body.read()?;
    let shown = app.engine.rename_device_credential(&operator, &id, &body.device_name).await?;
    Ok(answer::json(StatusCode::OK, &shown))
}

async fn remove(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Asker(caller): Asker,
    managed: Managed,
) -> Answer {
    managed.allowed(&[DELETE_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS])?;
    // What people may delete themselves is not for tools.
    let operator = match &managed.operator.holder {
        Some(_) => managed.allowed(&[DELETE_CURRENT_USER_DEVICE_CREDENTIALS])?,
        None => managed.allowed(&[DELETE_DEVICE_CREDENTIALS])?,
    };
    app.engine.remove_device_credential(operator, &id, &caller).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn key(object: &Map<String, Value>) -> String {
    object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}
