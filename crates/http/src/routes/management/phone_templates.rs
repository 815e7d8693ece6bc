//! `/api/v2/branding/phone/templates` (section 2.16).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use http::StatusCode;
use latchkey_core::flow::manage::phone_templates::PhoneTemplate;
use latchkey_wire::management::scope::{
    CREATE_PHONE_TEMPLATES, DELETE_PHONE_TEMPLATES, READ_PHONE_TEMPLATES, UPDATE_PHONE_TEMPLATES,
};
use serde_json::{Value, json};

use super::phone_providers::tried;
use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

const PATH: &str = "/branding/phone/templates";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(list).post(create))
        .route(&format!("{PATH}/{{id}}"), get(read).patch(update).delete(remove))
        .route(&format!("{PATH}/{{id}}/reset"), patch(reset))
        .route(&format!("{PATH}/{{id}}/try"), post(try_out))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_PHONE_TEMPLATES])?;
    let all = app.engine.list_phone_templates(managed.query.flag("disabled")?).await?;
    let templates: Vec<Value> = all.into_iter().map(|template| show(&app, template)).collect();
    Ok(answer::json(StatusCode::OK, &json!({ "templates": templates })))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_PHONE_TEMPLATES])?.clone();
    let made = app.engine.create_phone_template(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &show(&app, PhoneTemplate::Written(made))))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_PHONE_TEMPLATES])?;
    let found = app.engine.read_phone_template(&id).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, PhoneTemplate::Written(found))))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_PHONE_TEMPLATES])?.clone();
    let changed = app.engine.update_phone_template(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, PhoneTemplate::Written(changed))))
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_PHONE_TEMPLATES])?;
    app.engine.remove_phone_template(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn reset(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[UPDATE_PHONE_TEMPLATES])?;
    let reset = app.engine.reset_phone_template(operator, &id).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, PhoneTemplate::Written(reset))))
}

async fn try_out(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_PHONE_TEMPLATES])?.clone();
    Ok(tried(app.engine.try_phone_template(&operator, &id, &body.read()?).await?))
}

/// One that nobody wrote has neither id nor dates.
fn show(app: &App, template: PhoneTemplate) -> Value {
    let mut object = match template {
        PhoneTemplate::Default(body) => body,
        PhoneTemplate::Written(document) => {
            let mut body = document.body;
            body.insert(String::from("id"), json!(document.id));
            body.insert(String::from("created_at"), json!(document.created_at.to_iso8601()));
            body.insert(String::from("updated_at"), json!(document.updated_at.to_iso8601()));
            body
        }
    };
    object.insert(String::from("tenant"), json!(app.engine.settings.tenant));
    object.insert(String::from("channel"), json!("phone"));
    object.insert(String::from("customizable"), json!(true));
    Value::Object(object)
}
