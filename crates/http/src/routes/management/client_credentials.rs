//! `/api/v2/clients/{id}/credentials` (section 2.3).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::{
    CREATE_CLIENT_CREDENTIALS, DELETE_CLIENT_CREDENTIALS, READ_CLIENT_CREDENTIALS, UPDATE_CLIENT_CREDENTIALS,
};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/clients/{id}/credentials", get(list).post(create))
        .route("/clients/{id}/credentials/{key}", get(read).patch(update).delete(remove))
}

async fn list(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CLIENT_CREDENTIALS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.read_credentials(&id).await?))
}

async fn create(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_CLIENT_CREDENTIALS])?.clone();
    let made = app.engine.create_credential(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &made))
}

async fn read(
    State(app): State<SharedApp>,
    Path((id, key)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    managed.allowed(&[READ_CLIENT_CREDENTIALS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.read_credential(&id, &key).await?))
}

async fn update(
    State(app): State<SharedApp>,
    Path((id, key)): Path<(String, String)>,
    body: ManagedBody,
) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CLIENT_CREDENTIALS])?.clone();
    let changed = app.engine.update_credential(&operator, (&id, &key), body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &changed))
}

/// An unknown id is as good as deleted.
async fn remove(
    State(app): State<SharedApp>,
    Path((id, key)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    let operator = managed.allowed(&[DELETE_CLIENT_CREDENTIALS])?;
    app.engine.remove_credential(operator, &id, &key).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
