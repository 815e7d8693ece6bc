//! Which applications a passwordless connection is for.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
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
    Router::new()
        .route(&format!("{PATH}/{{id}}/applications"), get(page).post(save))
        .route(&format!("{PATH}/{{id}}/applications/all"), post(save_all))
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/applications.html")]
struct Page {
    frame: Frame,
    base: String,
    applications: Vec<Application>,
    /// What names must hold to be shown.
    filter: String,
    /// Some are hidden by the filter.
    hidden: usize,
    off: usize,
}

struct Application {
    id: String,
    name: String,
    enabled: bool,
    /// Why people could not sign in to it all the same.
    lacks: &'static str,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok((found, all)) => {
            let (frame, base) = panel(&app, &visit, &found);
            let filter = visit.query.text("q").unwrap_or_default().trim().to_owned();
            let count = all.len();
            let off = all.iter().filter(|application| !application.enabled).count();
            let applications: Vec<Application> = all.into_iter().filter(|one| one.fits(&filter)).collect();
            let hidden = count.saturating_sub(applications.len());
            show(StatusCode::OK, &Page { frame, base, applications, filter, hidden, off })
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
        let enabled = enabled.contains(&id);
        Application { id: id.to_owned(), name: name.to_owned(), enabled, lacks: lacks(client) }
    };
    let people = clients.iter().filter(|client| text(client, "/app_type") != "non_interactive");
    let applications = people.map(application).collect();
    Ok((found, applications))
}

impl Application {
    fn fits(&self, filter: &str) -> bool {
        let filter = filter.to_lowercase();
        self.name.to_lowercase().contains(&filter) || self.id.to_lowercase().contains(&filter)
    }
}

/// Codes are traded by the passwordless grant, links and the hosted pages lead to a callback.
fn lacks(client: &Value) -> &'static str {
    let grants: Vec<&str> = list(client, "/grant_types").iter().filter_map(Value::as_str).collect();
    let has_grant = grants.contains(&"http://auth0.com/oauth/grant-type/passwordless/otp");
    match (has_grant, list(client, "/callbacks").is_empty()) {
        (false, true) => "It has neither the passwordless grant nor a callback: nobody can sign in to it.",
        (true, true) => "It has no callback: its mails carry no link, and the sign-in pages lead nowhere.",
        _ => "",
    }
}

/// Those that are off when it is pressed.
async fn save_all(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match enable_all(&app, &id, &form).await {
        Ok(()) => see_other(&format!("{PATH}/{}/applications?said=saved", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

pub async fn enable_all(app: &SharedApp, id: &str, form: &AdminForm) -> Result<(), Refused> {
    let (_, all) = read(app, &form.visit, id).await?;
    let off = all.iter().filter(|application| !application.enabled);
    let changed: Vec<Value> = off.map(|one| json!({ "client_id": one.id, "status": true })).collect();
    write(app, id, form, &changed).await
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
    write(app, id, form, &changed).await
}

async fn write(app: &SharedApp, id: &str, form: &AdminForm, changed: &[Value]) -> Result<(), Refused> {
    for part in changed.chunks(MOST) {
        let path = format!("/connections/{}/clients", segment(id));
        Api::of(app, &form.visit).patch(&path, &json!(part)).await?;
    }
    Ok(())
}
