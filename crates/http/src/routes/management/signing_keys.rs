//! `/api/v2/keys/signing` (section 2.20).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use http::StatusCode;
use latchkey_core::model::SigningAlgorithm;
use latchkey_wire::management::BadQuery;
use latchkey_wire::management::scope::{CREATE_SIGNING_KEYS, READ_SIGNING_KEYS, UPDATE_SIGNING_KEYS};
use serde_json::Value;

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::Managed;

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/keys/signing", get(list))
        .route("/keys/signing/rotate", post(rotate))
        .route("/keys/signing/{kid}", get(read))
        .route("/keys/signing/{kid}/revoke", put(revoke))
}

/// Never wrapped, whatever is asked for.
async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_SIGNING_KEYS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.show_signing_keys().await?))
}

async fn read(State(app): State<SharedApp>, Path(kid): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_SIGNING_KEYS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.show_signing_key(&kid).await?))
}

/// Of these scopes one is not enough. Ours: `alg` names another kind of key than Auth0's, which is RS256.
async fn rotate(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[CREATE_SIGNING_KEYS])?;
    let operator = managed.allowed(&[UPDATE_SIGNING_KEYS])?;
    let alg = match managed.query.text("alg") {
        None => SigningAlgorithm::RS256,
        Some(name) => serde_json::from_value(Value::from(name)).map_err(|_| BadQuery {
            name: String::from("alg"),
            reason: String::from("Must be RS256, ES256, EdDSA or HS256"),
        })?,
    };
    Ok(answer::json(StatusCode::CREATED, &app.engine.rotate_signing_key(operator, alg).await?))
}

async fn revoke(State(app): State<SharedApp>, Path(kid): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[UPDATE_SIGNING_KEYS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.revoke_signing_key(operator, &kid).await?))
}
