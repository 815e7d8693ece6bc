//! `/api/v2/branding/phone/providers` (section 2.16).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::model::Document;
use latchkey_wire::management::scope::{
    CREATE_PHONE_PROVIDERS, DELETE_PHONE_PROVIDERS, READ_PHONE_PROVIDERS, UPDATE_PHONE_PROVIDERS,
};
use serde_json::{Value, json};

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

const PATH: &str = "/branding/phone/providers";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(list).post(create))
        .route(&format!("{PATH}/{{id}}"), get(read).patch(update).delete(remove))
        .route(&format!("{PATH}/{{id}}/try"), post(try_out))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_PHONE_PROVIDERS])?;
    let all = app.engine.list_phone_providers(managed.query.flag("disabled")?).await?;
    let providers: Vec<Value> = all.iter().map(|provider| show(&app, provider)).collect();
    Ok(answer::json(StatusCode::OK, &json!({ "providers": providers })))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_PHONE_PROVIDERS])?.clone();
    let made = app.engine.create_phone_provider(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &show(&app, &made)))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_PHONE_PROVIDERS])?;
    let found = app.engine.read_phone_provider(&id).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &found)))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_PHONE_PROVIDERS])?.clone();
    let changed = app.engine.update_phone_provider(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &changed)))
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_PHONE_PROVIDERS])?;
    app.engine.remove_phone_provider(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn try_out(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_PHONE_PROVIDERS])?.clone();
    Ok(tried(app.engine.try_phone_provider(&operator, &id, &body.read()?).await?))
}

/// The provider took the message, or did not answer; beside Auth0's words what it said.
pub fn tried(mut told: Value) -> Response {
    let message = match told.get("outcome").and_then(Value::as_str) {
        Some("unclear") => "The provider did not answer: the message may have been sent",
        _ => "The message was handed to the provider",
    };
    if let Some(told) = told.as_object_mut() {
        told.insert(String::from("code"), json!(202));
        told.insert(String::from("message"), json!(message));
    }
    answer::json(StatusCode::ACCEPTED, &told)
}

/// Credentials are never read back.
fn show(app: &App, document: &Document) -> Value {
    let mut object = document.body.clone();
    object.remove("credentials");
    object.insert(String::from("id"), json!(document.id));
    object.insert(String::from("tenant"), json!(app.engine.settings.tenant));
    object.insert(String::from("created_at"), json!(document.created_at.to_iso8601()));
    object.insert(String::from("updated_at"), json!(document.updated_at.to_iso8601()));
    Value::Object(object)
}
