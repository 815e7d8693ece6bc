//! `/dev/dashboard`: development's way into the dashboard, a new one-time link at each call. This machine only.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use latchkey_core::flow::manage::{Entity, ManageError, Operator};
use latchkey_core::model::DocumentKind;

use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::page::see_other;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dev/dashboard", get(enter))
}

async fn enter(State(app): State<SharedApp>) -> Result<Response, ManagementError> {
    let first = app.engine.list_admins().await?.into_iter().next();
    let first = first.ok_or(ManageError::NotFound(Entity::Document(DocumentKind::Admin)))?;
    let link = app.engine.admin_link(&Operator::console(), &first.name).await?;
    Ok(see_other(&app.engine.url(&format!("dashboard/enter/{}", link.expose()))))
}
