//! `/api/v2/connections` (sections 2.1 and 2.2).

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::manage::Operator;
use latchkey_core::flow::manage::connections::{ConnectionFilter, connection_key};
use latchkey_core::model::Connection;
use latchkey_wire::management::connection::{ClientSwitch, ConnectionBody};
use latchkey_wire::management::scope::{
    CREATE_CONNECTIONS, DELETE_CONNECTIONS, READ_CONNECTIONS, UPDATE_CONNECTIONS,
};
use latchkey_wire::management::{Form, Paging, Selection};
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/connections", get(list).post(create))
        .route("/connections/{id}", get(read).patch(update).delete(remove))
        .route("/connections/{id}/clients", get(clients).patch(switch))
        .route("/connections/{id}/preview", post(preview))
        .route("/connections/{id}/try", post(try_out))
        .route("/connections/{id}/try/verify", post(verify))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[READ_CONNECTIONS])?;
    let (paging, selection) = (managed.paging()?, managed.selection()?);
    let filter = ConnectionFilter {
        strategies: managed.query.list("strategy").into_iter().map(str::to_owned).collect(),
        name: managed.query.text("name").map(str::to_owned),
    };
    let part = paging.cut(app.engine.list_connections(&filter).await?, connection_key);
    let (mut items, mut secrets) = (Vec::new(), BTreeSet::new());
    for connection in &part.items {
        let shown = show(&app, operator, connection, &selection)?;
        secrets.extend(secrets_in(connection, &shown));
        items.push(shown);
    }
    app.engine.tell_secrets_read(operator, None, &secrets).await?;
    let shown = latchkey_wire::management::Part { items, total: part.total, next: part.next };
    Ok(answer::json(StatusCode::OK, &paging.answer("connections", shown)))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_CONNECTIONS])?.clone();
    let body: ConnectionBody = body.read()?;
    let connection = app.engine.create_connection(&operator, body).await?;
    let shown = show(&app, &operator, &connection, &Selection::default())?;
    Ok(answer::json(StatusCode::CREATED, &shown))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[READ_CONNECTIONS])?;
    let selection = managed.selection()?;
    let connection = app.engine.read_connection(&id).await?;
    let shown = show(&app, operator, &connection, &selection)?;
    let secrets = secrets_in(&connection, &shown).into_iter().collect();
    app.engine.tell_secrets_read(operator, Some(&id), &secrets).await?;
    Ok(answer::json(StatusCode::OK, &shown))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CONNECTIONS])?.clone();
    let body: ConnectionBody = body.read()?;
    let connection = app.engine.update_connection(&operator, &id, body).await?;
    Ok(answer::json(StatusCode::OK, &show(&app, &operator, &connection, &Selection::default())?))
}

/// An unknown id is as good as deleted.
async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_CONNECTIONS])?;
    app.engine.remove_connection(operator, &id).await?;
    let at = app.engine.now().to_iso8601();
    Ok(answer::json(StatusCode::ACCEPTED, &json!({ "deleted_at": at })))
}

async fn clients(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_CONNECTIONS])?;
    // An object with or without `take`.
    let paging = Paging { form: Form::Checkpoint, ..managed.paging()? };
    let connection = app.engine.read_connection(&id).await?;
    let mut ids = connection.enabled_clients;
    ids.sort();
    let part = paging.cut(ids, |id| id.as_str().to_owned()).map(|id| json!({ "client_id": id }));
    Ok(answer::json(StatusCode::OK, &paging.answer("clients", part)))
}

async fn switch(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CONNECTIONS])?.clone();
    let switches: Vec<ClientSwitch> = body.read()?;
    app.engine.switch_clients(&operator, &id, switches).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ours: the message as unsaved options make it.
async fn preview(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    body.managed.allowed(&[READ_CONNECTIONS])?;
    Ok(answer::json(StatusCode::OK, &app.engine.preview_connection(&id, body.read()?).await?))
}

/// Ours: a real message, and what the provider says of it.
async fn try_out(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CONNECTIONS])?.clone();
    Ok(answer::json(StatusCode::OK, &app.engine.try_connection(&operator, &id, &body.read()?).await?))
}

/// Ours: its code.
async fn verify(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CONNECTIONS])?.clone();
    Ok(answer::json(StatusCode::OK, &app.engine.verify_try(&operator, &id, &body.read()?).await?))
}

fn show(
    app: &App,
    operator: &Operator,
    connection: &Connection,
    selection: &Selection,
) -> Result<Value, ManagementError> {
    let shown = json!(app.engine.connection_for(connection, operator)?);
    let mut object = match shown {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    selection.apply(&mut object);
    Ok(Value::Object(object))
}

/// Names of the secrets that an answer holds.
pub(super) fn secrets_in(connection: &Connection, shown: &Value) -> Vec<String> {
    let held = |path: &&String| shown.pointer(&format!("/options{path}")).is_some();
    connection.secrets.keys().filter(held).map(|path| format!("options{}", path.replace('/', "."))).collect()
}
