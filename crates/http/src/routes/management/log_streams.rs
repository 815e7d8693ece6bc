//! `/api/v2/log-streams` (section 2.19).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::manage::Operator;
use latchkey_core::model::Document;
use latchkey_wire::management::scope::{
    CREATE_LOG_STREAMS, DELETE_LOG_STREAMS, READ_CONNECTIONS_OPTIONS, READ_LOG_STREAMS, UPDATE_LOG_STREAMS,
};
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

/// Who reads secrets (decision 3.13).
const SECRETS: &[&str] = &[READ_CONNECTIONS_OPTIONS];

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/log-streams", get(list).post(create))
        .route("/log-streams/{id}", get(read).patch(update).delete(remove))
        .route("/log-streams/{id}/health", get(health))
        .route("/log-streams/{id}/replay", post(replay))
        .route("/log-streams/{id}/test", post(test))
        .route("/log-streams/{id}/rotate-secret", post(rotate))
}

/// Bare in every form.
async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[READ_LOG_STREAMS])?;
    let all = app.engine.list_log_streams().await?;
    let shown: Vec<_> = all.iter().map(|stream| show(&app, operator, stream)).collect::<Result<_, _>>()?;
    Ok(answer::json(StatusCode::OK, &shown))
}

/// Made, and yet a 200: as Auth0 answers. The one answer with the secret that requests are signed with.
async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_LOG_STREAMS])?.clone();
    let made = app.engine.create_log_stream(&operator, body.read()?).await?;
    let in_clear = operator.may(SECRETS);
    Ok(answer::json(StatusCode::OK, &app.engine.new_log_stream_in_clear(&made, in_clear)?))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[READ_LOG_STREAMS])?;
    let found = app.engine.read_log_stream(&id).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, operator, &found)?))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_LOG_STREAMS])?.clone();
    let changed = app.engine.update_log_stream(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &operator, &changed)?))
}

/// An unknown id is as good as deleted.
async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_LOG_STREAMS])?;
    app.engine.remove_log_stream(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn health(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_LOG_STREAMS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.log_stream_health(&id).await?))
}

/// Answers how the stream goes from there.
async fn replay(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_LOG_STREAMS])?.clone();
    app.engine.replay_log_stream(&operator, &id, &body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &app.engine.log_stream_health(&id).await?))
}

/// Whatever the endpoint said, the test was made.
async fn test(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[UPDATE_LOG_STREAMS])?;
    let failure = app.engine.test_log_stream(operator, &id).await?;
    let told = match failure {
        None => json!({"delivered": true}),
        Some(failure) => {
            json!({"delivered": false, "status": failure.status, "reason": failure.reason})
        }
    };
    Ok(answer::json(StatusCode::OK, &told))
}

/// Who may not read secrets would leave receivers without one.
async fn rotate(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_LOG_STREAMS])?.clone();
    body.managed.allowed(SECRETS)?;
    let rotation = app.engine.rotate_log_stream_secret(&operator, &id, &body.read()?).await?;
    let told = json!({
        "signing_secret": rotation.secret.expose(),
        "previous_valid_until": rotation.overlap_until.to_iso8601(),
    });
    Ok(answer::json(StatusCode::OK, &told))
}

fn show(app: &App, operator: &Operator, stream: &Document) -> Result<Map<String, Value>, ManagementError> {
    Ok(app.engine.log_stream_in_clear(stream, operator.may(SECRETS))?)
}
