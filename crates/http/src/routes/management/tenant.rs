//! `/api/v2/tenants/settings` (section 2.17), and how far the tenant is set up.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::{READ_TENANT_SETTINGS, UPDATE_TENANT_SETTINGS};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/tenants/settings", get(read).patch(update))
        .route("/tenants/checklist", get(checklist))
}

async fn read(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_TENANT_SETTINGS])?;
    let selection = managed.selection()?;
    let mut settings = app.engine.read_tenant().await?;
    selection.apply(&mut settings);
    Ok(answer::json(StatusCode::OK, &settings))
}

async fn update(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_TENANT_SETTINGS])?.clone();
    let settings = app.engine.update_tenant(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &settings))
}

/// Ours alone: what is still to do before people sign in.
async fn checklist(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_TENANT_SETTINGS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.checklist().await?))
}
