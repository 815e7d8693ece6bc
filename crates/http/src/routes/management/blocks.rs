//! `/api/v2/user-blocks` and `/api/v2/anomaly/blocks/ips` (section 2.7).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::{
    DELETE_ANOMALY_BLOCKS, READ_ANOMALY_BLOCKS, READ_USERS, UPDATE_USERS,
};
use serde_json::json;

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::Managed;

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/user-blocks", get(of_identifier).delete(unblock_identifier))
        .route("/user-blocks/{id}", get(of_user).delete(unblock_user))
        .route("/anomaly/blocks", get(all))
        .route("/anomaly/blocks/ips/{ip}", get(of_ip).delete(unblock_ip))
}

async fn of_identifier(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_USERS])?;
    let blocks = app.engine.blocks_of_identifier(managed.query.text("identifier")).await?;
    Ok(answer::json(StatusCode::OK, &json!({ "blocked_for": blocks })))
}

async fn unblock_identifier(State(app): State<SharedApp>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[UPDATE_USERS])?;
    app.engine.unblock_identifier(operator, managed.query.text("identifier")).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn of_user(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_USERS])?;
    let blocks = app.engine.blocks_of_user(&id).await?;
    Ok(answer::json(StatusCode::OK, &json!({ "blocked_for": blocks })))
}

async fn unblock_user(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[UPDATE_USERS])?;
    app.engine.unblock_user(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ours: Auth0 has no list of them.
async fn all(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_ANOMALY_BLOCKS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.held_lately().await?))
}

/// Blocked: 200 and nothing else.
async fn of_ip(State(app): State<SharedApp>, Path(ip): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_ANOMALY_BLOCKS])?;
    app.engine.ip_is_blocked(&ip).await?;
    Ok(StatusCode::OK.into_response())
}

async fn unblock_ip(State(app): State<SharedApp>, Path(ip): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_ANOMALY_BLOCKS])?;
    app.engine.unblock_ip(operator, &ip).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
