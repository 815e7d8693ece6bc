//! The log of one user, and the user as the API answers it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::person::Person;
use super::{PATH, at, base, find, refused};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, Refused, list};
use crate::routes::dashboard::frame::{Frame, show};
use crate::routes::dashboard::logs::entry::Entry;
use crate::routes::dashboard::pager::{PER_PAGE, Pager, page_of};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/history", get(page))
        .route("/dashboard/users/{id}/raw", get(raw))
}

#[derive(Template)]
#[template(path = "dashboard/users/user_history.html")]
struct Page {
    frame: Frame,
    base: String,
    entries: Vec<Entry>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "dashboard/users/user_raw.html")]
struct Raw {
    frame: Frame,
    base: String,
    json: String,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(why) => refused(&app, &visit, why),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let person = Person::of(&find(app, visit, id).await?);
    let page = page_of(&visit.query);
    let path = format!("{}/logs?include_totals=true&per_page={PER_PAGE}&page={page}", at(id));
    let found = Api::of(app, visit).get(&path).await?;
    let base = base(id);
    Ok(Page {
        frame: Frame::new(app, visit, PATH, person.name),
        entries: list(&found, "/logs").iter().map(Entry::of).collect(),
        pager: Pager::of(&format!("{base}/history"), &visit.query, &[], &found),
        base,
    })
}

async fn raw(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match find(&app, &visit, &id).await {
        Ok(user) => {
            let frame = Frame::new(&app, &visit, PATH, Person::of(&user).name);
            let json = serde_json::to_string_pretty(&user).unwrap_or_default();
            show(StatusCode::OK, &Raw { frame, base: base(&id), json })
        }
        Err(why) => refused(&app, &visit, why),
    }
}
