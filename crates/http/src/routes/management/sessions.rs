//! `/api/v2/sessions` and `/api/v2/refresh-tokens` (section 2.9).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_wire::management::scope::{
    DELETE_REFRESH_TOKENS, DELETE_SESSIONS, READ_REFRESH_TOKENS, READ_SESSIONS, UPDATE_REFRESH_TOKENS,
    UPDATE_SESSIONS,
};
use serde_json::{Map, Value};

use super::user_access::{accepted, in_an_object, key, show_all};
use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/sessions/{id}", get(read).patch(update).delete(remove))
        .route("/sessions/{id}/revoke", post(revoke))
        .route("/refresh-tokens", get(list_tokens))
        .route("/refresh-tokens/revoke", post(revoke_tokens))
        .route("/refresh-tokens/{id}", get(read_token).patch(update_token).delete(remove_token))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_SESSIONS])?;
    let session = app.engine.read_session(&id).await?;
    Ok(answer::json(StatusCode::OK, &app.engine.shown_session(&session)))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_SESSIONS])?.clone();
    let given: Map<String, Value> = body.read()?;
    let session = app.engine.keep_with_session(&operator, &id, &given).await?;
    Ok(answer::json(StatusCode::OK, &app.engine.shown_session(&session)))
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_SESSIONS])?;
    app.engine.end_session_of_sid(operator, &id, false).await?;
    Ok(accepted())
}

/// With its refresh tokens.
async fn revoke(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_SESSIONS, DELETE_REFRESH_TOKENS])?;
    app.engine.end_session_of_sid(operator, &id, true).await?;
    Ok(accepted())
}

async fn list_tokens(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_REFRESH_TOKENS])?;
    let paging = in_an_object(managed.paging()?);
    let (user, client) = (managed.query.text("user_id"), managed.query.text("client_id"));
    let part = paging.cut(app.engine.search_refresh_tokens(user, client).await?, key);
    Ok(answer::json(StatusCode::OK, &paging.answer("refresh_tokens", show_all(&app, part).await?)))
}

async fn revoke_tokens(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[DELETE_REFRESH_TOKENS])?.clone();
    app.engine.revoke_refresh_tokens(&operator, body.read()?).await?;
    Ok(accepted())
}

async fn read_token(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_REFRESH_TOKENS])?;
    let family = app.engine.read_refresh_token(&id).await?;
    Ok(answer::json(StatusCode::OK, &app.engine.shown_refresh_token(&family).await?))
}

async fn update_token(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_REFRESH_TOKENS])?.clone();
    let given: Map<String, Value> = body.read()?;
    let family = app.engine.keep_with_refresh_token(&operator, &id, &given).await?;
    Ok(answer::json(StatusCode::OK, &app.engine.shown_refresh_token(&family).await?))
}

async fn remove_token(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_REFRESH_TOKENS])?;
    app.engine.revoke_refresh_token(operator, &id).await?;
    Ok(accepted())
}
