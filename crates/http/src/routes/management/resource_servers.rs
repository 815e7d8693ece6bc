//! `/api/v2/resource-servers` (section 2.11).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::manage::resource_servers::resource_server_key;
use latchkey_core::model::Document;
use latchkey_wire::management::Selection;
use latchkey_wire::management::scope::{
    CREATE_RESOURCE_SERVERS, DELETE_RESOURCE_SERVERS, READ_RESOURCE_SERVERS, UPDATE_RESOURCE_SERVERS,
};
use serde_json::{Value, json};

use crate::answer;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/resource-servers", get(list).post(create))
        .route("/resource-servers/{id}", get(read).patch(update).delete(remove))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    managed.allowed(&[READ_RESOURCE_SERVERS])?;
    let (paging, selection) = (managed.paging()?, managed.selection()?);
    let part = paging.cut(app.engine.list_resource_servers().await?, resource_server_key);
    let shown = part.map(|api| show(&api, &selection));
    Ok(answer::json(StatusCode::OK, &paging.answer("resource_servers", shown)))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_RESOURCE_SERVERS])?.clone();
    let made = app.engine.create_resource_server(&operator, body.read()?).await?;
    Ok(answer::json(StatusCode::CREATED, &show(&made, &Selection::default())))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    managed.allowed(&[READ_RESOURCE_SERVERS])?;
    let selection = managed.selection()?;
    let found = app.engine.read_resource_server(&id).await?;
    Ok(answer::json(StatusCode::OK, &show(&found, &selection)))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_RESOURCE_SERVERS])?.clone();
    let changed = app.engine.update_resource_server(&operator, &id, body.read()?).await?;
    Ok(answer::json(StatusCode::OK, &show(&changed, &Selection::default())))
}

/// An unknown id is as good as deleted.
async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_RESOURCE_SERVERS])?;
    app.engine.remove_resource_server(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The secret of HS256 is never read back.
fn show(document: &Document, selection: &Selection) -> Value {
    let mut object = document.body.clone();
    object.insert(String::from("id"), json!(document.id));
    selection.apply(&mut object);
    Value::Object(object)
}
