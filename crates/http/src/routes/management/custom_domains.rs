//! `/api/v2/custom-domains` (section 2.22).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::model::Document;
use latchkey_wire::management::scope::{
    CREATE_CUSTOM_DOMAINS, DELETE_CUSTOM_DOMAINS, READ_CUSTOM_DOMAINS, UPDATE_CUSTOM_DOMAINS,
};
use latchkey_wire::management::{BadQuery, Form, Paging};
use serde_json::{Value, json};

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/custom-domains", get(list).post(create))
        .route("/custom-domains/default", get(read_default).patch(update_default))
        .route("/custom-domains/{id}", get(read).patch(update).delete(remove))
        .route("/custom-domains/{id}/verify", post(verify))
}

/// Whole and bare, unless it is asked for by checkpoint.
async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CUSTOM_DOMAINS])?;
    let paging = managed.paging()?;
    let all = app.engine.list_custom_domains().await?;
    if paging.form != Form::Checkpoint {
        let shown: Vec<Value> = all.iter().map(|domain| show(&app, domain)).collect();
        return Ok(answer::json(StatusCode::OK, &shown));
    }
    let part = Paging::cut(&paging, all, |domain| domain.id.clone()).map(|domain| show(&app, &domain));
    Ok(answer::json(StatusCode::OK, &paging.answer("custom_domains", part)))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_CUSTOM_DOMAINS])?.clone();
    let force = is_forced(&body.managed)?;
    let made = app.engine.create_custom_domain(&operator, body.read()?, force).await?;
    Ok(answer::json(StatusCode::CREATED, &show(&app, &made)))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CUSTOM_DOMAINS])?;
    let found = app.engine.read_custom_domain(&id).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &found)))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CUSTOM_DOMAINS])?.clone();
    let force = is_forced(&body.managed)?;
    let changed = app.engine.update_custom_domain(&operator, &id, body.read()?, force).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &changed)))
}

/// An unknown id is as good as deleted.
async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_CUSTOM_DOMAINS])?;
    app.engine.remove_custom_domain(operator, &id, is_forced(&managed)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `force=true`: passkeys of the domain of today are left behind.
fn is_forced(managed: &Managed) -> Result<bool, BadQuery> {
    Ok(managed.query.flag("force")?.unwrap_or(false))
}

/// Says how things stand: nothing is verified yet.
async fn verify(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[CREATE_CUSTOM_DOMAINS])?;
    let found = app.engine.read_custom_domain(&id).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &found)))
}

async fn read_default(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CUSTOM_DOMAINS])?;
    Ok(answer::json(StatusCode::OK, &json!({ "domain": app.engine.default_domain() })))
}

async fn update_default(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    body.managed.allowed(&[UPDATE_CUSTOM_DOMAINS])?;
    let domain = app.engine.set_default_domain(&body.read()?)?;
    Ok(answer::json(StatusCode::OK, &json!({ "domain": domain })))
}

fn show(app: &App, document: &Document) -> Value {
    let mut object = document.body.clone();
    let record = json!({"name": "cname", "record": app.engine.default_domain(), "domain": document.name});
    for (name, value) in [
        ("custom_domain_id", json!(document.id)),
        ("is_default", json!(false)),
        ("status", json!("pending_verification")),
        ("verification", json!({ "methods": [record] })),
    ] {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}
