//! What a user is signed in with: `/api/v2/users/{id}/sessions`, `/refresh-tokens` and `/revoke-access`
//! (section 2.6).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::model::{RefreshFamily, Session};
use latchkey_wire::management::scope::{
    DELETE_REFRESH_TOKENS, DELETE_SESSIONS, READ_REFRESH_TOKENS, READ_SESSIONS,
};
use latchkey_wire::management::{Form, Paging, Part};
use serde_json::{Value, json};

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/users/{id}/sessions", get(sessions).delete(end_sessions))
        .route("/users/{id}/refresh-tokens", get(refresh_tokens).delete(revoke_refresh_tokens))
        .route("/users/{id}/revoke-access", post(revoke_access))
}

async fn sessions(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_SESSIONS])?;
    let paging = in_an_object(managed.paging()?);
    let part = paging.cut(app.engine.sessions_of(&id).await?, |session: &Session| session.sid.clone());
    let shown = part.map(|session| Value::Object(app.engine.shown_session(&session)));
    Ok(answer::json(StatusCode::OK, &paging.answer("sessions", shown)))
}

async fn end_sessions(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_SESSIONS])?;
    let totals = managed.query.flag("include_totals")? == Some(true);
    let ended = app.engine.end_sessions_of(operator, &id).await?;
    // Ours: Auth0 never says how many.
    Ok(if totals { answer::json(StatusCode::ACCEPTED, &ended) } else { accepted() })
}

async fn refresh_tokens(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_REFRESH_TOKENS])?;
    let paging = in_an_object(managed.paging()?);
    let part = paging.cut(app.engine.refresh_tokens_of(&id).await?, key);
    Ok(answer::json(StatusCode::OK, &paging.answer("tokens", show_all(&app, part).await?)))
}

async fn revoke_refresh_tokens(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    managed: Managed,
) -> Answer {
    let operator = managed.allowed(&[DELETE_REFRESH_TOKENS])?;
    app.engine.revoke_tokens_of(operator, &id).await?;
    Ok(accepted())
}

/// It does both: the scopes of either are enough in Auth0, and here.
async fn revoke_access(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[DELETE_SESSIONS, DELETE_REFRESH_TOKENS])?.clone();
    app.engine.revoke_access(&operator, &id, body.read()?).await?;
    Ok(accepted())
}

/// These lists are never bare arrays.
pub(super) fn in_an_object(paging: Paging) -> Paging {
    match paging.form {
        Form::Totals => paging,
        Form::Array | Form::Checkpoint => Paging { form: Form::Checkpoint, ..paging },
    }
}

pub(super) fn key(family: &RefreshFamily) -> String {
    family.id.as_str().to_owned()
}

pub(super) async fn show_all(app: &App, part: Part<RefreshFamily>) -> Result<Part<Value>, ManagementError> {
    let Part { items, total, next } = part;
    let mut shown = Vec::with_capacity(items.len());
    for family in &items {
        shown.push(Value::Object(app.engine.shown_refresh_token(family).await?));
    }
    Ok(Part { items: shown, total, next })
}

/// What Auth0 does later is done.
pub(super) fn accepted() -> Response {
    answer::json(StatusCode::ACCEPTED, &json!({}))
}
