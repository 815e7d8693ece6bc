//! `/api/v2/client-grants` (section 2.12).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::manage::client_grants::{GrantFilter, ManagedGrant};
use latchkey_wire::management::scope::{
    CREATE_CLIENT_GRANTS, DELETE_CLIENT_GRANTS, READ_CLIENT_GRANTS, UPDATE_CLIENT_GRANTS,
};
use serde_json::Value;

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/client-grants", get(list).post(create))
        .route("/client-grants/{id}", get(read).patch(update).delete(remove))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CLIENT_GRANTS])?;
    let paging = managed.paging()?;
    let text = |name: &str| managed.query.text(name).map(str::to_owned);
    let filter = GrantFilter {
        client: text("client_id"),
        audience: text("audience"),
        subject_type: text("subject_type"),
        allow_any_organization: managed.query.flag("allow_any_organization")?,
        default_for: text("default_for"),
    };
    let part = paging.cut(app.engine.list_client_grants(&filter).await?, |grant| grant.key.clone());
    Ok(answer::json(StatusCode::OK, &paging.answer("client_grants", part.map(show))))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_CLIENT_GRANTS])?.clone();
    let made = app.engine.create_client_grant(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &show(made)))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CLIENT_GRANTS])?;
    Ok(answer::json(StatusCode::OK, &show(app.engine.read_client_grant(&id).await?)))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CLIENT_GRANTS])?.clone();
    let changed = app.engine.update_client_grant(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &show(changed)))
}

/// An unknown id is as good as deleted.
async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_CLIENT_GRANTS])?;
    app.engine.remove_client_grant(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn show(grant: ManagedGrant) -> Value {
    Value::Object(grant.body)
}
