//! `/api/v2/clients` (section 2.3).

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::manage::Operator;
use latchkey_core::flow::manage::client_shown::View;
use latchkey_core::flow::manage::clients::{ClientFilter, client_key};
use latchkey_core::flow::manage::connections::{ConnectionFilter, connection_key};
use latchkey_core::model::{Client, ClientId};
use latchkey_wire::management::scope::{
    CREATE_CLIENTS, DELETE_CLIENTS, READ_CLIENT_CREDENTIALS, READ_CLIENT_KEYS, READ_CLIENT_SUMMARY,
    READ_CLIENTS, READ_CONNECTIONS, UPDATE_CLIENT_KEYS, UPDATE_CLIENTS,
};
use latchkey_wire::management::{Form, Paging, Part, Selection};
use serde_json::{Value, json};

use crate::answer;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::{Managed, ManagedBody};

type Answer = Result<Response, ManagementError>;

const READERS: &[&str] = &[READ_CLIENTS, READ_CLIENT_KEYS, READ_CLIENT_CREDENTIALS, READ_CLIENT_SUMMARY];

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/clients", get(list).post(create))
        .route("/clients/{id}", get(read).patch(update).delete(remove))
        .route("/clients/{id}/rotate-secret", post(rotate))
        .route("/clients/{id}/connections", get(connections))
}

async fn list(State(app): State<SharedApp>, managed: Managed) -> Answer {
    let operator = managed.allowed(READERS)?;
    let (paging, selection) = (managed.paging()?, managed.selection()?);
    let all_of = |name| {
        let lists = managed.query.list(name).into_iter().flat_map(|list| list.split(','));
        lists.map(|one| one.trim().to_owned()).collect()
    };
    let filter = ClientFilter {
        is_global: managed.query.flag("is_global")?,
        is_first_party: managed.query.flag("is_first_party")?,
        app_types: all_of("app_type"),
        ids: all_of("client_id"),
        text: managed.query.text("q").map(str::to_owned),
    };
    let viewer = app.engine.client_viewer(operator, View::Read).await?;
    let part = paging.cut(app.engine.list_managed_clients(&filter).await?, client_key);
    let mut items = Vec::new();
    for client in &part.items {
        let mut shown = app.engine.client_for(client, &viewer)?;
        selection.apply(&mut shown);
        items.push(Value::Object(shown));
    }
    app.engine.tell_secrets_read(operator, None, &items.iter().flat_map(secrets_in).collect()).await?;
    let shown = Part { items, total: part.total, next: part.next };
    Ok(answer::json(StatusCode::OK, &paging.answer("clients", shown)))
}

async fn create(State(app): State<SharedApp>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[CREATE_CLIENTS])?.clone();
    let client = app.engine.create_client(&operator, body.read()?).await?;
    let shown = show(&app, &operator, &client, (View::Made, &Selection::default())).await?;
    Ok(answer::json(StatusCode::CREATED, &shown))
}

async fn read(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(READERS)?;
    let selection = managed.selection()?;
    let client = app.engine.read_managed_client(&id).await?;
    let shown = show(&app, operator, &client, (View::Read, &selection)).await?;
    app.engine.tell_secrets_read(operator, Some(&id), &secrets_in(&shown).collect()).await?;
    Ok(answer::json(StatusCode::OK, &shown))
}

async fn update(State(app): State<SharedApp>, Path(id): Path<String>, body: ManagedBody) -> Answer {
    let operator = body.managed.allowed(&[UPDATE_CLIENTS, UPDATE_CLIENT_KEYS])?.clone();
    let client = app.engine.update_client(&operator, &id, body.read()?).await?;
    let shown = show(&app, &operator, &client, (View::Changed, &Selection::default())).await?;
    Ok(answer::json(StatusCode::OK, &shown))
}

/// An unknown id is as good as deleted.
async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[DELETE_CLIENTS])?;
    app.engine.remove_client(operator, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn rotate(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[UPDATE_CLIENT_KEYS])?;
    let client = app.engine.rotate_client_secret(operator, &id).await?;
    let shown = show(&app, operator, &client, (View::Made, &Selection::default())).await?;
    Ok(answer::json(StatusCode::OK, &shown))
}

/// The connections that the client is switched on for (section 2.2).
async fn connections(State(app): State<SharedApp>, Path(id): Path<String>, managed: Managed) -> Answer {
    let operator = managed.allowed(&[READ_CONNECTIONS, READ_CLIENTS, READ_CLIENT_SUMMARY])?;
    let (paging, selection) = (managed.paging()?, managed.selection()?);
    let paging = Paging { form: Form::Checkpoint, ..paging };
    let client = ClientId::from(id.as_str());
    app.engine.read_managed_client(&id).await?;
    let filter = ConnectionFilter {
        strategies: managed.query.list("strategy").into_iter().map(str::to_owned).collect(),
        name: None,
    };
    let mut all = app.engine.list_connections(&filter).await?;
    all.retain(|connection| connection.enabled_clients.contains(&client));
    let part = paging.cut(all, connection_key);
    let (mut items, mut secrets) = (Vec::new(), BTreeSet::new());
    for connection in &part.items {
        let mut shown = json!(app.engine.connection_for(connection, operator)?);
        if let Some(object) = shown.as_object_mut() {
            if !operator.may(&[READ_CONNECTIONS]) {
                object.retain(|name, _| ["id", "name", "strategy"].contains(&name.as_str()));
            }
            selection.apply(object);
        }
        secrets.extend(super::connections::secrets_in(connection, &shown));
        items.push(shown);
    }
    app.engine.tell_secrets_read(operator, None, &secrets).await?;
    let shown = Part { items, total: part.total, next: part.next };
    Ok(answer::json(StatusCode::OK, &paging.answer("connections", shown)))
}

async fn show(
    app: &App,
    operator: &Operator,
    client: &Client,
    (view, selection): (View, &Selection),
) -> Result<Value, ManagementError> {
    let viewer = app.engine.client_viewer(operator, view).await?;
    let mut object = app.engine.client_for(client, &viewer)?;
    selection.apply(&mut object);
    Ok(Value::Object(object))
}

/// Names of the secrets that an answer holds.
fn secrets_in(shown: &Value) -> impl Iterator<Item = String> {
    let held = |name: &&str| shown.get(*name).is_some_and(|value| !value.is_null());
    ["client_secret", "encryption_key"]
        .into_iter()
        .filter(held)
        .map(String::from)
        .collect::<Vec<_>>()
        .into_iter()
}
