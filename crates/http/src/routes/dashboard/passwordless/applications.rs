//! Which applications a passwordless connection is for.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::{PATH, connection, panel};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

/// Most items of one call.
const MOST: usize = 50;

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/applications"), get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/applications.html")]
struct Page {
    frame: Frame,
    base: String,
    applications: Vec<Application>,
}

struct Application {
    id: String,
    name: String,
    enabled: bool,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok((found, applications)) => {
            let (frame, base) = panel(&app, &visit, &found);
            show(StatusCode::OK, &Page { frame, base, applications })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match switch(&app, &id, &form).await {
        Ok(()) => see_other(&format!("{PATH}/{}/applications?said=saved", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<(Value, Vec<Application>), Refused> {
    let found = connection(app, visit, id).await?;
    let enabled: Vec<&str> = list(&found, "/enabled_clients").iter().filter_map(Value::as_str).collect();
    let clients = Api::of(app, visit).all("/clients?is_global=false").await?;
    let application = |client: &Value| {
        let (id, name) = (text(client, "/client_id"), text(client, "/name"));
        Application { id: id.to_owned(), name: name.to_owned(), enabled: enabled.contains(&id) }
    };
    let applications = clients.iter().map(application).collect();
    Ok((found.clone(), applications))
}

/// Only what the person changed on the page is written: what others did since it was shown stays.
async fn switch(app: &SharedApp, id: &str, form: &AdminForm) -> Result<(), Refused> {
    let fields = &form.fields;
    let chosen = fields.list("client");
    let (on, off) = (fields.list("on"), fields.list("off"));
    let switched_off = on.iter().filter(|client| !chosen.contains(client)).map(|client| (client, false));
    let switched_on = off.iter().filter(|client| chosen.contains(client)).map(|client| (client, true));
    let changed: Vec<Value> = switched_off
        .chain(switched_on)
        .map(|(client, status)| json!({ "client_id": client, "status": status }))
        .collect();
    for part in changed.chunks(MOST) {
        let path = format!("/connections/{}/clients", segment(id));
        Api::of(app, &form.visit).patch(&path, &json!(part)).await?;
    }
    Ok(())
}
