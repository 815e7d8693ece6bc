//! The settings of an application, field by field; its secret only where somebody asks for it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_wire::management::scope::{READ_CLIENT_KEYS, UPDATE_CLIENT_KEYS};
use serde_json::{Value, json};

use super::danger::Danger;
use super::fields::{self, Shown};
use super::{Application, PATH, changes};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::form;
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/settings"), get(page).post(save))
        .route(&format!("{PATH}/{{id}}/secret"), post(reveal).get(to_settings))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_settings.html")]
pub struct Page {
    pub frame: Frame,
    application: Application,
    groups: Vec<Shown>,
    domain: String,
    issuer: String,
    /// Who may not is told so.
    may_reveal: bool,
    may_rotate: bool,
    /// Only after a form asked for it; empty where the client has none.
    secret: Option<String>,
    has_keys: bool,
    pub rotate: Danger,
    pub delete: Danger,
}

impl Page {
    pub fn new(app: &SharedApp, visit: &AdminVisit, client: &Value) -> Self {
        let application = Application::of(client);
        let operator = &visit.signed_in.operator;
        Self {
            frame: application.frame(app, visit),
            groups: fields::shown(client),
            domain: app.authority.clone(),
            issuer: app.engine.settings.issuer.clone(),
            may_reveal: operator.has(&[READ_CLIENT_KEYS]),
            may_rotate: operator.has(&[UPDATE_CLIENT_KEYS]),
            secret: None,
            has_keys: fields::has_keys(client),
            rotate: Danger::at(&application.base, "rotate", &application.name),
            delete: Danger::at(&application.base, "delete", &application.name),
            application,
        }
    }

    fn basics(&self) -> impl Iterator<Item = &Shown> {
        self.groups.iter().filter(|shown| !shown.group.advanced)
    }

    fn advanced(&self) -> impl Iterator<Item = &Shown> {
        self.groups.iter().filter(|shown| shown.group.advanced)
    }

    fn endpoints(&self) -> Vec<(&'static str, String)> {
        const PATHS: [(&str, &str); 7] = [
            ("Discovery", ".well-known/openid-configuration"),
            ("Authorization", "authorize"),
            ("Token", "oauth/token"),
            ("Codes by text message and email", "passwordless/start"),
            ("User info", "userinfo"),
            ("Keys of this server", ".well-known/jwks.json"),
            ("Sign-out", "oidc/logout"),
        ];
        PATHS.iter().map(|(name, path)| (*name, format!("{}{path}", self.issuer))).collect()
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match client(&app, &visit, &id).await {
        Ok(found) => show(StatusCode::OK, &Page::new(&app, &visit, &found)),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// Whoever opens the address of a form is led to its page.
pub async fn to_settings(Path(id): Path<String>) -> Response {
    see_other(&format!("{PATH}/{}/settings", segment(&id)))
}

/// Shows the secret, to those who may read it.
async fn reveal(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match client(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let mut page = Page::new(&app, visit, &found);
    if !page.may_reveal {
        page.frame = page.frame.failed("Only owners see the secrets of applications.");
        return show(StatusCode::FORBIDDEN, &page);
    }
    // The API leaves the secret out where the sign-in is stale.
    if !visit.signed_in.operator.may(&[READ_CLIENT_KEYS]) {
        return frame::refused(&app, visit, PATH, Refused::stale());
    }
    match Api::of(&app, visit).get(&format!("/clients/{}?fields=client_secret", segment(&id))).await {
        Ok(found) => {
            page.secret = Some(text(&found, "/client_secret").to_owned());
            show(StatusCode::OK, &page)
        }
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match client(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let saved = || see_other(&format!("{PATH}/{}/settings?said=saved", segment(&id)));
    let changes = changes::changes(&found, &form.fields);
    if changes.is_empty() && visit.signed_in.role.as_str() != "viewer" {
        return saved();
    }
    match Api::of(&app, visit).patch(&format!("/clients/{}", segment(&id)), &json!(changes)).await {
        Ok(_) => saved(),
        // The form comes back as it was typed.
        Err(refused) => {
            let mut page = Page::new(&app, visit, &found);
            page.groups = fields::typed(&found, &form.fields, &refused);
            let wrong = page.groups.iter().find(|shown| shown.has_error());
            let fields = wrong.map(|shown| shown.fields.as_slice()).unwrap_or_default();
            page.frame = page.frame.failed(form::summary(fields, &refused));
            show(refused.status, &page)
        }
    }
}

/// With what holds where nothing is written, so that a form that is saved as it is changes nothing.
pub async fn client(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    let mut found = super::client(app, visit, id).await?;
    if let Some(Value::Object(jwt)) = found.get_mut("jwt_configuration") {
        jwt.entry("alg").or_insert(json!("RS256"));
    }
    Ok(found)
}
