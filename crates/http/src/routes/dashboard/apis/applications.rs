//! Which machines may have tokens for an API.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::CREATE_CLIENT_GRANTS;
use serde_json::Value;

use super::{Described, PATH, described};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::applications::apis::extent;
use crate::routes::dashboard::applications::{Application, MACHINE};
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::pager::{PER_PAGE, Pager, page_of};

/// Ids in one request: a URL has room for no more than some hundreds.
const IDS: usize = 100;

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/applications"), get(page))
}

#[derive(Template)]
#[template(path = "dashboard/apis/api_applications.html")]
struct Page {
    frame: Frame,
    api: Described,
    rows: Vec<Row>,
    pager: Pager,
    q: String,
    may_change: bool,
}

struct Row {
    application: Application,
    /// What it may do there, in words; empty where it may not.
    extent: String,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// Those with a grant that are no machines.
async fn others(api: &Api<'_>, grants: &[Value]) -> Result<Vec<Value>, Refused> {
    let ids: Vec<String> = grants.iter().map(|grant| segment(text(grant, "/client_id"))).collect();
    let mut found = Vec::new();
    for ids in ids.chunks(IDS) {
        let path = format!("/clients?fields=client_id,name,app_type&client_id={}", ids.join(","));
        found.extend(api.all(&path).await?);
    }
    found.retain(|client| text(client, "/app_type") != MACHINE);
    Ok(found)
}

/// Machines, and those of other types that have a grant.
async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let found = described(app, visit, id).await?;
    let described = Described::of(&found);
    let api = Api::of(app, visit);
    let audience = segment(&described.identifier);
    let grants = api.all(&format!("/client-grants?subject_type=client&audience={audience}")).await?;
    let q = visit.query.text("q").unwrap_or_default().trim().to_owned();
    let search = if q.is_empty() { String::new() } else { format!("&q={}", segment(&q)) };
    let page = page_of(&visit.query);
    let path = format!(
        "/clients?app_type={MACHINE}&fields=client_id,name,app_type&include_totals=true&per_page={PER_PAGE}&page={page}{search}"
    );
    let machines = api.get(&path).await?;
    let mut clients = list(&machines, "/clients").to_vec();
    if page == 0 && q.is_empty() {
        clients.extend(others(&api, &grants).await?);
    }
    let all = list(&found, "/scopes").len();
    let row = |client: &Value| {
        let application = Application::of(client);
        let grant = grants.iter().find(|grant| text(grant, "/client_id") == application.id);
        Row { extent: grant.map(|grant| extent(grant, all)).unwrap_or_default(), application }
    };
    Ok(Page {
        frame: described.frame(app, visit),
        rows: clients.iter().map(row).collect(),
        pager: Pager::of(&format!("{}/applications", described.base), &visit.query, &["q"], &machines),
        q,
        may_change: visit.signed_in.operator.may(&[CREATE_CLIENT_GRANTS]),
        api: described,
    })
}
