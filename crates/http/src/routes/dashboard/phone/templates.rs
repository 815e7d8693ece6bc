//! The tenant's text messages, one page each: those that nobody wrote have our words.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::PATH;
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

const TEMPLATES: &str = "/branding/phone/templates";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/templates/{{kind}}"), get(page).post(save))
        .route(&format!("{PATH}/templates/{{kind}}/reset"), get(back).post(reset))
}

/// A line of the list.
pub struct Row {
    pub kind: String,
    pub about: &'static str,
    pub text: String,
    /// Somebody wrote it.
    pub written: bool,
    pub off: bool,
}

#[derive(Template)]
#[template(path = "dashboard/phone/phone_template.html")]
struct Page {
    frame: Frame,
    row: Row,
    error: Option<String>,
    /// What was just forgotten.
    forgotten: Option<Row>,
}

pub async fn rows(app: &SharedApp, visit: &AdminVisit) -> Result<Vec<Row>, Refused> {
    let found = Api::of(app, visit).get(TEMPLATES).await?;
    Ok(list(&found, "/templates").iter().map(row).collect())
}

fn row(template: &Value) -> Row {
    let kind = text(template, "/type");
    let about = match kind {
        "otp_verify" => "The code of a sign-in, for connections without a message of their own",
        "otp_enroll" => "The code of an enrollment; none is sent so far",
        "change_password" => "To change a password; none is sent so far",
        "blocked_account" => "After too many failures; none is sent so far",
        "password_breach" => "After a leak of another site; none is sent so far",
        _ => "",
    };
    Row {
        kind: kind.to_owned(),
        about,
        text: text(template, "/content/body/text").to_owned(),
        written: !text(template, "/id").is_empty(),
        off: template.get("disabled") == Some(&json!(true)),
    }
}

/// The template of a type; null where there is no such type.
async fn find(app: &SharedApp, visit: &AdminVisit, kind: &str) -> Result<Value, Refused> {
    let found = Api::of(app, visit).get(TEMPLATES).await?;
    let found = list(&found, "/templates").iter().find(|template| text(template, "/type") == kind);
    found
        .cloned()
        .ok_or_else(|| Refused::by_page(StatusCode::NOT_FOUND, String::from("There is no such message.")))
}

async fn page(State(app): State<SharedApp>, Path(kind): Path<String>, visit: AdminVisit) -> Response {
    match find(&app, &visit, &kind).await {
        Ok(found) => {
            let frame = Frame::new(&app, &visit, PATH, format!("Text of {kind}"));
            show(StatusCode::OK, &Page { frame, row: row(&found), error: None, forgotten: None })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, Path(kind): Path<String>, form: AdminForm) -> Response {
    let found = match find(&app, &form.visit, &kind).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    let words = form.fields.text("text").unwrap_or_default();
    let off = form.fields.text("disabled").is_some();
    let mut body = json!({ "disabled": off, "content": { "body": { "text": words } } });
    let api = Api::of(&app, &form.visit);
    let written = match text(&found, "/id") {
        "" => {
            if let Some(object) = body.as_object_mut() {
                object.insert(String::from("type"), json!(kind));
            }
            api.post(TEMPLATES, &body).await
        }
        id => api.patch(&format!("{TEMPLATES}/{}", segment(id)), &body).await,
    };
    match written {
        Ok(_) => see_other(&format!("{PATH}/templates/{}?said=saved", segment(&kind))),
        Err(refused) => {
            let frame = Frame::new(&app, &form.visit, PATH, format!("Text of {kind}"));
            let (error, frame) = match refused.message.rsplit_once(" on property content.body.text") {
                Some((before, _)) => {
                    let reason = before.split_once('\'').map_or(before, |(_, rest)| rest);
                    let error = format!("{}.", reason.trim_end_matches('\''));
                    (Some(error), frame.failed("Nothing was saved: the text is not right."))
                }
                None => (None, frame.failed(refused.message)),
            };
            let row = Row { text: words.to_owned(), off, ..row(&found) };
            show(refused.status, &Page { frame, row, error, forgotten: None })
        }
    }
}

/// Whoever loads the page of [`reset`] anew is led to that of the text.
async fn back(Path(kind): Path<String>) -> Response {
    see_other(&format!("{PATH}/templates/{}", segment(&kind)))
}

/// Our own words again. The page holds those of before, so that one press saves them anew.
async fn reset(State(app): State<SharedApp>, Path(kind): Path<String>, form: AdminForm) -> Response {
    match forget(&app, &form.visit, &kind).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn forget(app: &SharedApp, visit: &AdminVisit, kind: &str) -> Result<Page, Refused> {
    let before = find(app, visit, kind).await?;
    let id = text(&before, "/id");
    if !id.is_empty() {
        let path = format!("{TEMPLATES}/{}/reset", segment(id));
        Api::of(app, visit).patch(&path, &json!({})).await?;
    }
    let now = row(&find(app, visit, kind).await?);
    let mut frame = Frame::new(app, visit, PATH, format!("Text of {kind}"));
    frame.done = Some("Your text is forgotten: ours is sent.");
    let forgotten = Some(row(&before)).filter(|row| row.written && row.text != now.text);
    Ok(Page { frame, row: now, error: None, forgotten })
}
