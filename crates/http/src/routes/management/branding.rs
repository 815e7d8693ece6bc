//! `/api/v2/branding`, `/api/v2/prompts` and the texts of prompts (sections 2.15 and 2.22).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::{READ_BRANDING, READ_PROMPTS, UPDATE_BRANDING, UPDATE_PROMPTS};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/branding", get(read_branding).patch(update_branding))
        .route("/prompts", get(read_prompts).patch(update_prompts))
        .route("/prompts/{prompt}/custom-text/{language}", get(read_text).put(put_text))
}

async fn read_branding(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_BRANDING])?;
    Ok(answer::json(StatusCode::OK, &app.engine.read_branding().await?))
}

async fn update_branding(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_BRANDING])?.clone();
    let changed = app.engine.update_branding(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &changed))
}

async fn read_prompts(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_PROMPTS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.read_prompts().await?))
}

async fn update_prompts(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_PROMPTS])?.clone();
    let changed = app.engine.update_prompts(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &changed))
}

async fn read_text(
    State(app): State<SharedApp>,
    Path((prompt, language)): Path<(String, String)>,
    managed: Managed,
) -> Answer {
    managed.allowed(&[READ_PROMPTS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.read_custom_text(&prompt, &language).await?))
}

async fn put_text(
    State(app): State<SharedApp>,
    Path((prompt, language)): Path<(String, String)>,
    body: ManagedBody,
) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_PROMPTS])?.clone();
    let texts = app.engine.put_custom_text(&operator, (&prompt, &language), body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &texts))
}
