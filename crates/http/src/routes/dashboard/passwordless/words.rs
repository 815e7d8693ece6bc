//! The words of a message: forgotten by one press, so that ours are sent, and brought back by another.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::settings::{Page, back, options_of, show, stored};
use super::{PATH, connection};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::form;
use crate::routes::dashboard::frame;

/// What words the message, by strategy. Without them it is ours.
const WORDS: [(&str, &[&str]); 2] =
    [("sms", &["/template", "/syntax"]), ("email", &["/email/subject", "/email/body", "/email/syntax"])];

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/reset"), get(back).post(reset))
        .route(&format!("{PATH}/{{id}}/reset/undo"), post(undo))
}

/// Whether somebody wrote some.
pub fn are_written(connection: &Value) -> bool {
    word_paths(connection).iter().any(|path| options_of(connection).pointer(path).is_some())
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
