//! `/api/v2/emails/provider` (section 2.13).

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::manage::Entity;
use latchkey_core::flow::manage::ManageError;
use latchkey_core::flow::manage::email_provider::shown;
use latchkey_core::flow::manage::phone_providers::Trial;
use latchkey_core::model::DocumentKind;
use latchkey_wire::management::scope::{
    CREATE_EMAIL_PROVIDER, DELETE_EMAIL_PROVIDER, READ_EMAIL_PROVIDER, UPDATE_EMAIL_PROVIDER,
};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/emails/provider", get(read).post(create).patch(update).delete(remove))
        .route("/emails/provider/try", post(try_out))
}

async fn read(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_EMAIL_PROVIDER])?;
    let selection = managed.selection()?;
    let mut provider = shown(&app.engine.read_email_provider().await?);
    selection.apply(&mut provider);
    Ok(answer::json(StatusCode::OK, &provider))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_EMAIL_PROVIDER])?.clone();
    let made = app.engine.create_email_provider(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &shown(&made)))
}

async fn update(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_EMAIL_PROVIDER])?.clone();
    let changed = app.engine.update_email_provider(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &shown(&changed)))
}

async fn remove(State(app): State<SharedApp>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_EMAIL_PROVIDER])?;
    match app.engine.remove_email_provider(operator).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(ManageError::NotFound(Entity::Document(DocumentKind::EmailProvider)).into()),
    }
}

/// Ours: a test mail, and the dialogue with the mail server.
async fn try_out(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_EMAIL_PROVIDER])?.clone();
    let trial: Trial = body.read()?;
    Ok(answer::json(StatusCode::OK, &app.engine.try_email_provider(&operator, &trial.to).await?))
}
