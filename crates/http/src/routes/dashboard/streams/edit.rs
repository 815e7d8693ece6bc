//! One stream: made, changed, paused and deleted.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::fields::{KNOWN, NEW, readable, typed, written};
use super::{PATH, Stream, delivery};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::form::{self, Field};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/new"), get(blank).post(create))
        .route(&format!("{PATH}/{{id}}"), get(page).post(act))
}

#[derive(Template)]
#[template(path = "dashboard/streams/edit.html")]
struct Page {
    frame: Frame,
    /// `None` while it is not made yet.
    stream: Option<Stream>,
    action: String,
    fields: Vec<Field>,
    /// `None` as long as there is no stream.
    delete: Option<Danger>,
}

async fn blank(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let fields = form::shown(NEW, &Value::Null);
    show(StatusCode::OK, &new(Frame::new(&app, &visit, PATH, "New stream"), fields))
}

fn new(frame: Frame, fields: Vec<Field>) -> Page {
    Page { frame, stream: None, action: format!("{PATH}/new"), fields, delete: None }
}

async fn create(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let mut body = written(NEW, &Value::Null, &form.fields);
    body.insert(String::from("type"), json!("http"));
    match Api::of(&app, visit).post("/log-streams", &Value::Object(body)).await {
        Ok(made) => delivery::made(&app, visit, &made).await,
        Err(refused) => {
            let fields = typed(NEW, &form.fields, &refused);
            let frame = Frame::new(&app, visit, PATH, "New stream");
            let why = form::summary(&fields, &refused);
            show(refused.status, &new(frame.failed(why), fields))
        }
    }
}

async fn find(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/log-streams/{}", segment(id))).await
}

fn known(app: &SharedApp, visit: &AdminVisit, found: &Value, fields: Vec<Field>) -> Page {
    let stream = Stream::of(found);
    let frame = Frame::new(app, visit, PATH, stream.name.as_str());
    let delete = Some(Danger::sent_to(stream.path.clone(), "delete", &stream.name));
    Page { frame, action: stream.path.clone(), stream: Some(stream), fields, delete }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match find(&app, &visit, &id).await {
        Ok(found) => {
            let fields = form::shown(KNOWN, &readable(&found));
            show(StatusCode::OK, &known(&app, &visit, &found, fields))
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn act(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match find(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let (api, path) = (Api::of(&app, visit), format!("/log-streams/{}", segment(&id)));
    let status = |status: &str| json!({ "status": status });
    let done = match form.field("act") {
        "delete" if !Danger::is_confirmed(form.field("confirm"), &Stream::of(&found).name) => {
            let mut page = known(&app, visit, &found, form::shown(KNOWN, &readable(&found)));
            page.delete.iter_mut().for_each(|danger| danger.fail(form.field("confirm")));
            let frame = page.frame.failed("Nothing was deleted: type the name of the stream to confirm.");
            return show(StatusCode::BAD_REQUEST, &Page { frame, ..page });
        }
        "delete" => api.delete(&path).await.map(|_| format!("{PATH}?said=deleted")),
        "pause" => api.patch(&path, &status("paused")).await.map(|_| said(&id, "paused")),
        "resume" => api.patch(&path, &status("active")).await.map(|_| said(&id, "resumed")),
        _ => {
            let body = Value::Object(written(KNOWN, &found, &form.fields));
            match api.patch(&path, &body).await {
                Ok(_) => Ok(said(&id, "saved")),
                Err(refused) => return again(&app, &form, &found, refused),
            }
        }
    };
    match done {
        Ok(next) => see_other(&next),
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

fn said(id: &str, word: &str) -> String {
    format!("{PATH}/{}?said={word}", segment(id))
}

/// The form comes back as it was typed.
fn again(app: &SharedApp, form: &AdminForm, found: &Value, refused: Refused) -> Response {
    let fields = typed(KNOWN, &form.fields, &refused);
    let why = form::summary(&fields, &refused);
    let page = known(app, &form.visit, found, fields);
    show(refused.status, &Page { frame: page.frame.failed(why), ..page })
}
