//! The settings of a passwordless connection, field by field, with its message beside them.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_wire::management::scope::READ_CONNECTIONS_OPTIONS;
use serde_json::{Value, json};

use super::preview::{self, Chosen, Preview};
use super::provider::TenantProvider;
use super::{PATH, connection, options, panel, translate, words};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::assets;
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::form::{self, Field};
use crate::routes::dashboard::frame::{self, Frame};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/settings"), get(page).post(save))
        .route(&format!("{PATH}/{{id}}/delete"), post(delete))
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/settings.html")]
pub struct Page {
    pub frame: Frame,
    script: String,
    /// The path of the panel, before its tabs.
    base: String,
    name: String,
    fields: Vec<Field>,
    preview: Preview,
    /// The message is not ours.
    is_worded: bool,
    /// The provider of all connections, and whether it sends.
    tenant_provider: TenantProvider,
    pub may_reveal: bool,
    /// What is stored secretly, by label; only after a form asked for it.
    pub secrets: Option<Vec<(&'static str, String)>>,
    /// The words that were just forgotten, as `words.rs` takes them.
    pub forgotten: Option<String>,
    delete_error: Option<String>,
}

/// Why a form comes back as it was typed.
pub enum Typed {
    /// Its preview was asked for.
    Unsaved,
    Refused(Refused),
    /// The name that was typed to delete it is another.
    NotDeleted,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match stored(&app, &visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

pub async fn stored(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let found = connection(app, visit, id).await?;
    let strategy = text(&found, "/strategy");
    let fields = form::shown(options::of(strategy), &translate::to_form(strategy, options_of(&found)));
    let preview = preview::of(app, visit, &found, None, &Chosen::default()).await?;
    of(app, visit, &found, fields, preview).await
}

async fn of(
    app: &SharedApp,
    visit: &AdminVisit,
    found: &Value,
    fields: Vec<Field>,
    preview: Preview,
) -> Result<Page, Refused> {
    let (frame, base) = panel(app, visit, found);
    Ok(Page {
        frame,
        script: assets::url("passwordless.js"),
        base,
        name: text(found, "/name").to_owned(),
        fields,
        preview,
        is_worded: words::are_written(found),
        forgotten: None,
        tenant_provider: TenantProvider::read(app, visit, text(found, "/strategy")).await?,
        may_reveal: visit.signed_in.operator.has(&[READ_CONNECTIONS_OPTIONS]),
        secrets: None,
        delete_error: None,
    })
}

async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match connection(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let options = translate::from_form(text(&found, "/strategy"), options_of(&found), &form.fields);
    let body = json!({ "options": options });
    match Api::of(&app, visit).patch(&format!("/connections/{}", segment(&id)), &body).await {
        Ok(_) => see_other(&format!("{PATH}/{}/settings?said=saved", segment(&id))),
        Err(refused) => again(&app, &form, &found, Typed::Refused(refused)).await,
    }
}

/// The form comes back as it was typed.
pub async fn again(app: &SharedApp, form: &AdminForm, found: &Value, why: Typed) -> Response {
    let (visit, strategy) = (&form.visit, text(found, "/strategy"));
    let specs = options::of(strategy);
    let (status, refused) = match &why {
        Typed::Unsaved => (StatusCode::OK, Refused::by_page(StatusCode::OK, String::new())),
        Typed::Refused(refused) => {
            (refused.status, Refused::by_page(refused.status, refused.message.clone()))
        }
        Typed::NotDeleted => {
            (StatusCode::BAD_REQUEST, Refused::by_page(StatusCode::BAD_REQUEST, String::new()))
        }
    };
    let options = match why {
        Typed::NotDeleted => None,
        _ => translate::typed(strategy, options_of(found), &form.fields),
    };
    let fields = match &options {
        None => form::shown(specs, &translate::to_form(strategy, options_of(found))),
        Some(_) => form::typed(specs, &form.fields, "options.", &refused),
    };
    let preview = match preview::of(app, visit, found, options.as_ref(), &Chosen::of(form)).await {
        Ok(preview) => preview,
        Err(refused) => return frame::refused(app, visit, PATH, refused),
    };
    let summary = form::summary(&fields, &refused);
    let mut page = match of(app, visit, found, fields, preview).await {
        Ok(page) => page,
        Err(refused) => return frame::refused(app, visit, PATH, refused),
    };
    if matches!(why, Typed::Refused(_)) {
        page.frame = page.frame.failed(summary);
    }
    if matches!(why, Typed::NotDeleted) {
        page.frame = page.frame.failed("Nothing was deleted: the name is another.");
        page.delete_error = Some(format!("Type {} to delete it.", text(found, "/name")));
    }
    show(status, &page)
}

/// Whoever opens the address of a form is led to its page.
pub async fn back(Path(id): Path<String>) -> Response {
    see_other(&format!("{PATH}/{}/settings", segment(&id)))
}

/// With the name typed: its users go, too.
async fn delete(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let found = match connection(&app, &form.visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    if form.field("name") != text(&found, "/name") {
        return again(&app, &form, &found, Typed::NotDeleted).await;
    }
    match Api::of(&app, &form.visit).delete(&format!("/connections/{}", segment(&id))).await {
        Ok(_) => see_other(&format!("{PATH}?said=deleted")),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

pub fn options_of(connection: &Value) -> &Value {
    connection.get("options").unwrap_or(&Value::Null)
}

/// Mails are shown in a frame.
pub fn show(status: StatusCode, page: &Page) -> Response {
    frame::show_framing(status, page)
}
