//! The settings of a passwordless connection, field by field, with its message beside them.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_wire::management::scope::READ_CONNECTIONS_OPTIONS;
use serde_json::{Map, Value, json};

use super::preview::{self, Chosen, Preview};
use super::{PATH, connection, options, panel, translate};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::{self, Around, see_other};
use crate::routes::assets;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::form::{self, Field, Kind, Spec};
use crate::routes::dashboard::frame::{self, Frame};

/// What words the message, by strategy. Without them it is ours.
const WORDS: [(&str, &[&str]); 2] =
    [("sms", &["/template", "/syntax"]), ("email", &["/email/subject", "/email/body", "/email/syntax"])];

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/settings"), get(page).post(save))
        .route(&format!("{PATH}/{{id}}/secrets"), get(back).post(reveal))
        .route(&format!("{PATH}/{{id}}/reset"), get(back).post(reset))
        .route(&format!("{PATH}/{{id}}/reset/undo"), post(undo))
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
    /// The provider of all connections, and whether it sends.
    tenant_provider: TenantProvider,
    may_reveal: bool,
    /// What is stored secretly, by label; only after a form asked for it.
    secrets: Option<Vec<(&'static str, String)>>,
    /// The words that were just forgotten, as [`undo`] takes them.
    forgotten: Option<String>,
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
    let words = WORDS.iter().find(|(strategy, _)| *strategy == text(found, "/strategy"));
    let is_set = |path: &&str| options_of(found).pointer(path).is_some();
    Ok(Page {
        frame,
        script: assets::url("passwordless.js"),
        base,
        name: text(found, "/name").to_owned(),
        fields,
        preview,
        is_worded: words.is_some_and(|(_, paths)| paths.iter().any(is_set)),
        forgotten: None,
        tenant_provider: TenantProvider::read(app, visit, text(found, "/strategy")).await?,
        may_reveal: visit.signed_in.operator.has(&[READ_CONNECTIONS_OPTIONS]),
        secrets: None,
        delete_error: None,
    })
}

/// Shows what is stored secretly, to those who may read it.
async fn reveal(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    // The API leaves secrets out where the sign-in is stale.
    let operator = &visit.signed_in.operator;
    if operator.has(&[READ_CONNECTIONS_OPTIONS]) && !operator.may(&[READ_CONNECTIONS_OPTIONS]) {
        return frame::refused(&app, visit, PATH, Refused::stale());
    }
    match with_secrets(&app, visit, &id).await {
        Ok(page) if !page.may_reveal => {
            let frame = page.frame.failed("Only owners see the secrets of connections.");
            show(StatusCode::FORBIDDEN, &Page { frame, ..page })
        }
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

async fn with_secrets(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let found = connection(app, visit, id).await?;
    let mut page = stored(app, visit, id).await?;
    let specs = options::of(text(&found, "/strategy")).iter().filter(|spec| spec.kind == Kind::Secret);
    let secret = |spec: &'static Spec| {
        let value = text(options_of(&found), &format!("/{}", spec.path.replace('.', "/")));
        (!value.is_empty()).then(|| (spec.label, value.to_owned()))
    };
    page.secrets = Some(specs.filter_map(secret).collect());
    Ok(page)
}

/// What sends for the connections that name nobody.
struct TenantProvider {
    path: &'static str,
    name: &'static str,
    state: &'static str,
}

impl TenantProvider {
    async fn read(app: &SharedApp, visit: &AdminVisit, strategy: &str) -> Result<Self, Refused> {
        let api = Api::of(app, visit);
        if strategy != "email" {
            let found = api.get("/branding/phone/providers").await?;
            let first = list(&found, "/providers").first();
            let state = first.map(|one| if one.get("disabled") == Some(&json!(true)) { "Off" } else { "On" });
            let (path, name) = ("/dashboard/phone", "Phone provider");
            return Ok(Self { path, name, state: state.unwrap_or("Not set up") });
        }
        let state = match api.get("/emails/provider").await {
            Ok(found) if found.get("enabled") == Some(&json!(false)) => "Off",
            Ok(_) => "On",
            Err(refused) if refused.status == StatusCode::NOT_FOUND => "Not set up",
            Err(refused) => return Err(refused),
        };
        Ok(Self { path: "/dashboard/email", name: "Email provider", state })
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

/// Whoever loads the page of [`reset`] anew is led to the settings.
async fn back(Path(id): Path<String>) -> Response {
    see_other(&format!("{PATH}/{}/settings", segment(&id)))
}

/// Our own words again. The page holds those of before, so that one press brings them back.
async fn reset(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    match without_words(&app, &form.visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn without_words(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let found = connection(app, visit, id).await?;
    let words: Map<String, Value> = word_paths(&found)
        .iter()
        .filter_map(|path| Some(((*path).to_owned(), options_of(&found).pointer(path)?.clone())))
        .collect();
    write_words(app, visit, &found, &Map::new()).await?;
    let mut page = stored(app, visit, id).await?;
    page.frame.done = Some("Your message is forgotten: ours is sent.");
    page.forgotten = (!words.is_empty()).then(|| Value::Object(words).to_string());
    Ok(page)
}

async fn undo(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let words = serde_json::from_str(form.field("words")).unwrap_or_default();
    let written = match connection(&app, &form.visit, &id).await {
        Ok(found) => write_words(&app, &form.visit, &found, &words).await,
        Err(refused) => Err(refused),
    };
    match written {
        Ok(()) => see_other(&format!("{PATH}/{}/settings?said=undone", segment(&id))),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

fn word_paths(connection: &Value) -> &'static [&'static str] {
    let words = WORDS.iter().find(|(strategy, _)| *strategy == text(connection, "/strategy"));
    words.map(|(_, paths)| *paths).unwrap_or_default()
}

/// The options with these words, by their paths, and no others.
async fn write_words(
    app: &SharedApp,
    visit: &AdminVisit,
    found: &Value,
    words: &Map<String, Value>,
) -> Result<(), Refused> {
    let mut options = options_of(found).as_object().cloned().unwrap_or_default();
    for path in word_paths(found) {
        let dotted = path.trim_start_matches('/').replace('/', ".");
        form::put(&mut options, &dotted, words.get(*path).cloned());
    }
    let path = format!("/connections/{}", segment(text(found, "/id")));
    Api::of(app, visit).patch(&path, &json!({ "options": options })).await.map(drop)
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
