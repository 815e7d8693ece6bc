//! `/api/v2/admins`: who may use the dashboard, and their sessions there.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use http::StatusCode;
use latchkey_core::flow::manage::ManageError;
use latchkey_core::flow::manage::admins::shown;
use latchkey_core::model::Role;
use latchkey_wire::management::scope::{CREATE_ADMINS, DELETE_ADMINS, READ_ADMINS, UPDATE_ADMINS};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/admins", get(list).post(create))
        .route("/admins/{id}", get(read).patch(update).delete(remove))
        .route("/admins/{id}/sessions", get(sessions).delete(end))
        .route("/admins/{id}/sessions/{session}", delete(end_one))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    email: Option<String>,
    role: Option<Role>,
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_ADMINS])?;
    let paging = managed.paging()?;
    let part = paging.cut(app.engine.list_admins().await?, |admin| admin.id.clone());
    Ok(answer::json(StatusCode::OK, &paging.answer("admins", part.map(|admin| shown(&admin)))))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_ADMINS])?.clone();
    let Body { email, role } = body.read()?;
    let email = email.ok_or(ManageError::MissingProperty("email"))?;
    let role = role.ok_or(ManageError::MissingProperty("role"))?;
    let made = app.engine.create_admin(&operator, &email, role).await?;
    Ok(answer::json(StatusCode::CREATED, &shown(&made)))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_ADMINS])?;
    Ok(answer::json(StatusCode::OK, &shown(&app.engine.read_admin(&id).await?)))
}

/// The role alone can be changed: another address is another administrator.
async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_ADMINS])?.clone();
    let Body { email, role } = body.read()?;
    if email.is_some() {
        return Err(ManageError::invalid("email", "Cannot be changed").into());
    }
    let role = role.ok_or(ManageError::MissingProperty("role"))?;
    let changed = app.engine.change_role(&operator, &id, role).await?;
    Ok(answer::json(StatusCode::OK, &shown(&changed)))
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_ADMINS])?;
    app.engine.remove_admin(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn sessions(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    let list = app.engine.list_admin_sessions(&admin.name).await?;
    let shown: Vec<Value> = list
        .into_iter()
        .map(|session| {
            json!({
                "id": session.id, "ip": session.body.get("ip"), "user_agent": session.body.get("user_agent"),
                "created_at": session.created_at.to_iso8601(),
            })
        })
        .collect();
    Ok(answer::json(StatusCode::OK, &json!({ "sessions": shown })))
}

async fn end(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    app.engine.end_admin_sessions(operator, &admin.name, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn end_one(
    State(app): State<SharedApp>,
    Path((id, session)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    let operator = managed.allowed(&[DELETE_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    app.engine.end_admin_sessions(operator, &admin.name, Some(&session)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
