//! The list of applications, by a part of their name or id.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::{Application, PATH};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, Refused, list, segment};
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::pager::{PER_PAGE, Pager, page_of};

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_list.html")]
struct Page {
    frame: Frame,
    applications: Vec<Application>,
    pager: Pager,
    q: String,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok((applications, pager)) => {
            let q = visit.query.text("q").unwrap_or_default().to_owned();
            let frame = Frame::new(&app, &visit, PATH, "Applications");
            show(StatusCode::OK, &Page { frame, applications, pager, q })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<(Vec<Application>, Pager), Refused> {
    let q = visit.query.text("q").map(|q| format!("&q={}", segment(q.trim()))).unwrap_or_default();
    let page = page_of(&visit.query);
    let path = format!(
        "/clients?fields=client_id,name,app_type&include_totals=true&per_page={PER_PAGE}&page={page}{q}"
    );
    let found = Api::of(app, visit).get(&path).await?;
    let applications = list(&found, "/clients").iter().map(Application::of).collect();
    Ok((applications, Pager::of(PATH, &visit.query, &["q"], &found)))
}
