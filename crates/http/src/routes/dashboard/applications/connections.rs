//! By which connections people sign in to an application.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Application, PATH, client};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/connections"), get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_connections.html")]
struct Page {
    frame: Frame,
    application: Application,
    connections: Vec<Connection>,
}

struct Connection {
    id: String,
    name: String,
    about: &'static str,
    on: bool,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok((application, connections)) => {
            let frame = application.frame(&app, &visit);
            show(StatusCode::OK, &Page { frame, application, connections })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match switch(&app, &id, &form).await {
        Ok(()) => see_other(&format!("{PATH}/{}/connections?said=saved", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn read(
    app: &SharedApp,
    visit: &AdminVisit,
    id: &str,
) -> Result<(Application, Vec<Connection>), Refused> {
    let client = client(app, visit, id).await?;
    let path = "/connections?strategy=sms&strategy=email&fields=id,name,strategy,enabled_clients";
    let found = Api::of(app, visit).all(path).await?;
    let connection = |one: &Value| Connection {
        id: text(one, "/id").to_owned(),
        name: text(one, "/name").to_owned(),
        about: if text(one, "/strategy") == "email" { "email" } else { "text message" },
        on: list(one, "/enabled_clients").iter().any(|known| known.as_str() == Some(id)),
    };
    Ok((Application::of(&client), found.iter().map(connection).collect()))
}

/// Only what the person changed on the page is written.
async fn switch(app: &SharedApp, id: &str, form: &AdminForm) -> Result<(), Refused> {
    let fields = &form.fields;
    let chosen = fields.list("connection");
    let off = fields.list("on").into_iter().filter(|one| !chosen.contains(one)).map(|one| (one, false));
    let on = fields.list("off").into_iter().filter(|one| chosen.contains(one)).map(|one| (one, true));
    for (connection, status) in off.chain(on) {
        let path = format!("/connections/{}/clients", segment(connection));
        let body = json!([{ "client_id": id, "status": status }]);
        Api::of(app, &form.visit).patch(&path, &body).await?;
    }
    Ok(())
}
