//! `/api/v2/admins`: who may use the dashboard, their passkeys, and their sessions there.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use http::StatusCode;
use latchkey_core::clock::Timestamp;
use latchkey_core::flow::manage::admin_passkeys;
use latchkey_core::flow::manage::admins::{LINK_LIFE, shown};
use latchkey_core::flow::manage::{ManageError, Operator};
use latchkey_core::model::{Document, Role};
use latchkey_wire::management::scope::{CREATE_ADMINS, DELETE_ADMINS, READ_ADMINS, UPDATE_ADMINS};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/admins", get(list).post(create))
        .route("/admins/{id}", get(read).patch(update).delete(remove))
        .route("/admins/{id}/entry-link", post(entry_link))
        .route("/admins/{id}/passkeys", get(passkeys))
        .route("/admins/{id}/passkeys/{passkey}", patch(rename_passkey).delete(remove_passkey))
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
    let (made, is_told) = app.engine.invite_admin(&operator, &email, role).await?;
    let mut answer = shown(&made);
    if let Some(object) = answer.as_object_mut() {
        object.insert(String::from("invited"), json!(is_told));
    }
    Ok(answer::json(StatusCode::CREATED, &answer))
}

/// For whom no mail reaches. The link is shown this once.
async fn entry_link(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[UPDATE_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    let link = app.engine.admin_link(operator, &admin.name).await?;
    let url = app.engine.url(&format!("dashboard/enter/{}", link.expose()));
    Ok(answer::json(StatusCode::CREATED, &json!({ "url": url, "expires_in": LINK_LIFE })))
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

/// Everybody sees and changes their own.
fn allowed<'a>(
    managed: &'a Managed,
    id: &str,
    any_of: &'static [&'static str],
) -> Result<&'a Operator, ManagementError> {
    match managed.operator.admin.as_deref() == Some(id) {
        true => Ok(&managed.operator),
        false => managed.allowed(any_of),
    }
}

async fn passkeys(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    allowed(&managed, &id, &[READ_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    let list = app.engine.list_admin_passkeys(&admin.id).await?;
    let shown: Vec<Value> = list.iter().map(admin_passkeys::shown).collect();
    Ok(answer::json(StatusCode::OK, &json!({ "passkeys": shown })))
}

async fn rename_passkey(
    State(app): State<SharedApp>,
    Path((id, passkey)): Path<(String, String)>,
    body: ManagedBody,
) -> Answer {
    let operator = allowed(&body.managed, &id, &[UPDATE_ADMINS])?.clone();
    let given: Map<String, Value> = body.read()?;
    let admin = app.engine.read_admin(&id).await?;
    let renamed = app.engine.rename_admin_passkey(&operator, &admin, &passkey, &given).await?;
    Ok(answer::json(StatusCode::OK, &admin_passkeys::shown(&renamed)))
}

async fn remove_passkey(
    State(app): State<SharedApp>,
    Path((id, passkey)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    let operator = allowed(&managed, &id, &[DELETE_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    app.engine.remove_admin_passkey(operator, &admin, &passkey).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn sessions(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    allowed(&managed, &id, &[READ_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    let list = app.engine.list_admin_sessions(&admin.name).await?;
    let shown: Vec<Value> = list
        .into_iter()
        .map(|session| {
            json!({
                "id": session.id, "ip": session.body.get("ip"), "user_agent": session.body.get("user_agent"),
                "created_at": session.created_at.to_iso8601(), "used_at": used_at(&session),
                "method": session.body.get("method"),
            })
        })
        .collect();
    Ok(answer::json(StatusCode::OK, &json!({ "sessions": shown })))
}

fn used_at(session: &Document) -> Option<String> {
    let seconds = session.body.get("used_at").and_then(Value::as_i64)?;
    Some(Timestamp(seconds).to_iso8601())
}

async fn end(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = allowed(&managed, &id, &[DELETE_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    app.engine.end_admin_sessions(operator, &admin.name, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn end_one(
    State(app): State<SharedApp>,
    Path((id, session)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    let operator = allowed(&managed, &id, &[DELETE_ADMINS])?;
    let admin = app.engine.read_admin(&id).await?;
    app.engine.end_admin_sessions(operator, &admin.name, Some(&session)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
