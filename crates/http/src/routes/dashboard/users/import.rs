//! Users in by a file (section 5.1 of the management contract): the form that starts the job. How it goes on is in
//! `job.rs`.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::{PATH, all_connections, job};
use crate::app::SharedApp;
use crate::extract::admin::{AdminUpload, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, text};
use crate::routes::dashboard::frame::{self, Frame, show};

/// Bytes of a form with its file. It is held in memory for a moment: the command line sends larger ones.
const MOST: usize = 64 * 1024 * 1024;
const MEGABYTE: u64 = 1024 * 1024;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/users/import", get(page).post(start)).layer(DefaultBodyLimit::max(MOST))
}

#[derive(Template)]
#[template(path = "dashboard/users/user_import.html")]
struct Page {
    frame: Frame,
    /// Ids and names.
    connections: Vec<(String, String)>,
    chosen: String,
    upsert: bool,
    external_id: String,
    connection_error: Option<String>,
    file_error: Option<String>,
    external_error: Option<String>,
    /// Megabytes of a file.
    most: u64,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Page, Refused> {
    let most = u64::try_from(MOST).unwrap_or(u64::MAX).min(app.engine.settings.jobs.max_upload);
    Ok(Page {
        frame: Frame::new(app, visit, PATH, "Import users"),
        connections: all_connections(app, visit).await?,
        chosen: visit.query.text("connection").unwrap_or_default().to_owned(),
        upsert: false,
        external_id: String::new(),
        connection_error: None,
        file_error: None,
        external_error: None,
        most: most / MEGABYTE,
    })
}

async fn start(State(app): State<SharedApp>, form: AdminUpload) -> Response {
    let refused = match send(&app, &form).await {
        Ok(id) => return see_other(&job::at(&id)),
        Err(refused) if refused.is_stale() => return frame::refused(&app, &form.visit, PATH, refused),
        Err(refused) => refused,
    };
    let mut page = match read(&app, &form.visit).await {
        Ok(page) => page,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    form.field("connection_id").clone_into(&mut page.chosen);
    form.field("external_id").clone_into(&mut page.external_id);
    page.upsert = !form.field("upsert").is_empty();
    let of = |name: &str| refused.reason_of(name).map(|reason| format!("{reason}."));
    page.connection_error = of("connection_id");
    page.external_error = of("external_id");
    page.file_error = of("users").or_else(|| form.file.is_empty().then(|| String::from("Choose a file.")));
    let at_a_field = [&page.connection_error, &page.external_error, &page.file_error];
    page.frame = page.frame.failed(match at_a_field.into_iter().any(Option::is_some) {
        true => String::from("Nothing was imported: one of the fields below is not right."),
        false => refused.message,
    });
    show(refused.status, &page)
}

/// The id of the job.
async fn send(app: &SharedApp, form: &AdminUpload) -> Result<String, Refused> {
    if form.file.is_empty() {
        return Err(Refused::by_page(StatusCode::BAD_REQUEST, "Choose a file."));
    }
    let upsert = if form.field("upsert").is_empty() { "false" } else { "true" };
    let fields = [
        ("connection_id", form.field("connection_id")),
        ("upsert", upsert),
        ("external_id", form.field("external_id")),
    ];
    let made = Api::of(app, &form.visit).upload("/jobs/users-imports", &fields, &form.file).await?;
    Ok(text(&made, "/id").to_owned())
}
