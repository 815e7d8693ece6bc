//! `/api/v2/passkeys` and the counts of credentials, which Auth0 has not: what stands beside the ways in of the tenant.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::{READ_CLIENTS, READ_STATS};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::Managed;

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/passkeys/domain", get(domain)).route("/stats/credentials", get(counts))
}

async fn domain(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CLIENTS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.passkey_domain().await?))
}

async fn counts(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_STATS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.credential_stats().await?))
}
