//! The settings of a passwordless connection, field by field, with its message beside them.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::preview::{self, Chosen, Preview};
use super::{PATH, connection, options, panel, translate};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::{self, Around, see_other};
use crate::routes::assets;
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::form::{self, Field};
use crate::routes::dashboard::frame::{self, Frame};

/// What words the message, by strategy. Without them it is ours.
const WORDS: [(&str, &[&str]); 2] =
    [("sms", &["/template", "/syntax"]), ("email", &["/email/subject", "/email/body", "/email/syntax"])];

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/settings"), get(page).post(save))
        .route(&format!("{PATH}/{{id}}/reset"), post(reset))
        .route(&format!("{PATH}/{{id}}/delete"), post(delete))
}

#[derive(Template)]
#[template(path = "dashboard/passwordless/settings.html")]
struct Page {
    frame: Frame,
    script: String,
    /// The path of the panel, before its tabs.
    base: String,
    name: String,
    fields: Vec<Field>,
    preview: Preview,
    /// The message is not ours.
    is_worded: bool,
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

async fn stored(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let found = connection(app, visit, id).await?;
    let strategy = text(&found, "/strategy");
    let fields = form::shown(options::of(strategy), &translate::to_form(strategy, options_of(&found)));
    let preview = preview::of(app, visit, &found, None, &Chosen::default()).await?;
    let (frame, base) = panel(app, visit, &found);
    Ok(of(&found, frame, base, fields, preview))
}

fn of(found: &Value, frame: Frame, base: String, fields: Vec<Field>, preview: Preview) -> Page {
    let words = WORDS.iter().find(|(strategy, _)| *strategy == text(found, "/strategy"));
    let is_set = |path: &&str| options_of(found).pointer(path).is_some();
    Page {
        frame,
        script: assets::url("passwordless.js"),
        base,
        name: text(found, "/name").to_owned(),
        fields,
        preview,
        is_worded: words.is_some_and(|(_, paths)| paths.iter().any(is_set)),
        delete_error: None,
    }
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
    let fields = match why {
        Typed::NotDeleted => form::shown(specs, &translate::to_form(strategy, options_of(found))),
        _ => form::typed(specs, &form.fields, "options.", &refused),
    };
    let options = translate::from_form(strategy, options_of(found), &form.fields);
    let options = (!matches!(why, Typed::NotDeleted)).then_some(&options);
    let preview = match preview::of(app, visit, found, options, &Chosen::of(form)).await {
        Ok(preview) => preview,
        Err(refused) => return frame::refused(app, visit, PATH, refused),
    };
    let (mut frame, base) = panel(app, visit, found);
    if matches!(why, Typed::Refused(_)) {
        frame = frame.failed(form::summary(&fields, &refused));
    }
    let mut page = of(found, frame, base, fields, preview);
    if matches!(why, Typed::NotDeleted) {
        page.frame = page.frame.failed("Nothing was deleted: the name is another.");
        page.delete_error = Some(format!("Type {} to delete it.", text(found, "/name")));
    }
    show(status, &page)
}

/// Our own words again.
async fn reset(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match without_words(&app, &form.visit, &id).await {
        Ok(()) => see_other(&format!("{PATH}/{}/settings?said=saved", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn without_words(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<(), Refused> {
    let found = connection(app, visit, id).await?;
    let mut options = options_of(&found).clone();
    let words = WORDS.iter().find(|(strategy, _)| *strategy == text(&found, "/strategy"));
    for path in words.map(|(_, paths)| *paths).unwrap_or_default() {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(object) = options.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.remove(name);
        }
    }
    Api::of(app, visit)
        .patch(&format!("/connections/{}", segment(id)), &json!({ "options": options }))
        .await
        .map(drop)
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

fn options_of(connection: &Value) -> &Value {
    connection.get("options").unwrap_or(&Value::Null)
}

/// Mails are shown in a frame.
fn show(status: StatusCode, page: &Page) -> Response {
    page::show(page, status, Around::framing())
}
