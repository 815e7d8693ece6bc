//! `/api/v2/email-templates` (section 2.14).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{Method, StatusCode};
use latchkey_wire::management::scope::{
    CREATE_EMAIL_TEMPLATES, READ_EMAIL_TEMPLATES, UPDATE_EMAIL_TEMPLATES,
};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/email-templates", post(create))
        .route("/email-templates/{name}", get(read).patch(update).put(update))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_EMAIL_TEMPLATES])?.clone();
    let made = app.engine.create_email_template(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &made.body))
}

async fn read(State(app): State<SharedApp>, Path(name): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_EMAIL_TEMPLATES])?;
    let found = app.engine.read_email_template(&name).await?;
    Ok(answer::json(StatusCode::OK, &found.body))
}

async fn update(
    State(app): State<SharedApp>,
    Path(name): Path<String>,
    method: Method,
    body: ManagedBody,
) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_EMAIL_TEMPLATES])?.clone();
    let whole = method == Method::PUT;
    let changed = app.engine.update_email_template(&operator, &name, body.read()?, whole).await?;
    Ok(answer::json(StatusCode::OK, &changed.body))
}
