//! The APIs that an application may have tokens for by itself: its client grants.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_wire::management::scope::DELETE_CLIENT_GRANTS;
use latchkey_wire::token::CLIENT_CREDENTIALS;
use serde_json::{Value, json};

use super::{Application, PATH, client};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/apis"), get(page))
        .route(&format!("{PATH}/{{id}}/apis/drop"), post(drop_grant))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_apis.html")]
struct Page {
    frame: Frame,
    application: Application,
    apis: Vec<Row>,
    /// Audiences that no API describes: the command line granted them.
    others: Vec<Other>,
    /// It asks for tokens for itself.
    asks: bool,
    may_change: bool,
}

struct Row {
    id: String,
    name: String,
    identifier: String,
    on: bool,
    /// What it may do there, in words.
    extent: String,
}

struct Other {
    grant: String,
    audience: String,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn drop_grant(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let path = format!("/client-grants/{}", segment(form.field("grant")));
    match Api::of(&app, &form.visit).delete(&path).await {
        Ok(_) => see_other(&format!("{PATH}/{}/apis?said=saved", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let client = client(app, visit, id).await?;
    let api = Api::of(app, visit);
    let apis = api.all("/resource-servers?fields=id,name,identifier,scopes").await?;
    let grants = api.all(&grants_of(id)).await?;
    let row = |api: &Value| {
        let grant = grants.iter().find(|grant| text(grant, "/audience") == text(api, "/identifier"));
        Row {
            id: text(api, "/id").to_owned(),
            name: text(api, "/name").to_owned(),
            identifier: text(api, "/identifier").to_owned(),
            on: grant.is_some(),
            extent: grant.map(|grant| extent(grant, list(api, "/scopes").len())).unwrap_or_default(),
        }
    };
    let rows: Vec<Row> = apis.iter().map(row).collect();
    let unknown = |grant: &&Value| !rows.iter().any(|row| row.identifier == text(grant, "/audience"));
    let other = |grant: &Value| Other {
        grant: text(grant, "/id").to_owned(),
        audience: text(grant, "/audience").to_owned(),
    };
    let application = Application::of(&client);
    Ok(Page {
        frame: application.frame(app, visit),
        others: grants.iter().filter(unknown).map(other).collect(),
        asks: list(&client, "/grant_types").contains(&json!(CLIENT_CREDENTIALS)),
        may_change: visit.signed_in.operator.may(&[DELETE_CLIENT_GRANTS]),
        apis: rows,
        application,
    })
}

/// Where the grants of a client for itself are listed.
pub fn grants_of(client: &str) -> String {
    format!("/client-grants?subject_type=client&client_id={}", segment(client))
}

/// How much of an API a grant is for.
pub fn extent(grant: &Value, all: usize) -> String {
    if grant.get("allow_all_scopes") == Some(&json!(true)) {
        return String::from("every permission");
    }
    match (list(grant, "/scope").len(), all) {
        (0, _) => String::from("no permission"),
        (1, 1) => String::from("its one permission"),
        (some, all) => format!("{some} of {all} permissions"),
    }
}
