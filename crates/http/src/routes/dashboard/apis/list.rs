//! The list of APIs, and a new one.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Described, PATH};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list};
use crate::routes::dashboard::form::{self, Field, Kind, Spec, spec};
use crate::routes::dashboard::frame::{self, Frame, show};
use crate::routes::dashboard::pager::{PER_PAGE, Pager, page_of};

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page).post(create))
}

const FIELDS: &[Spec] = &[
    spec("name", "Name", "People read it when they are asked for consent.", Kind::Line, ""),
    spec(
        "identifier",
        "Identifier",
        "The audience that tokens are for, such as https://api.example.com/. It need not lead anywhere, and cannot be changed.",
        Kind::Line,
        "",
    ),
];

#[derive(Template)]
#[template(path = "dashboard/apis/api_list.html")]
struct Page {
    frame: Frame,
    apis: Vec<Row>,
    pager: Pager,
    fields: Vec<Field>,
    failed: bool,
}

struct Row {
    api: Described,
    scopes: String,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Page, Refused> {
    let page = page_of(&visit.query);
    let path = format!("/resource-servers?include_totals=true&per_page={PER_PAGE}&page={page}");
    let found = Api::of(app, visit).get(&path).await?;
    let row = |api: &Value| Row {
        api: Described::of(api),
        scopes: match list(api, "/scopes").len() {
            0 => String::from("None"),
            number => number.to_string(),
        },
    };
    Ok(Page {
        frame: Frame::new(app, visit, PATH, "APIs"),
        apis: list(&found, "/resource_servers").iter().map(row).collect(),
        pager: Pager::of(PATH, &visit.query, &[], &found),
        fields: form::shown(FIELDS, &Value::Null),
        failed: false,
    })
}

async fn create(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let body = form::merged(FIELDS, &Value::Null, &form.fields);
    let refused = match Api::of(&app, visit).post("/resource-servers", &json!(body)).await {
        Ok(made) => return see_other(&format!("{}/permissions?said=created", Described::of(&made).base)),
        Err(refused) => refused,
    };
    match read(&app, visit).await {
        Ok(mut page) => {
            page.fields = form::typed(FIELDS, &form.fields, "", &refused);
            if refused.status == StatusCode::CONFLICT || form.field("identifier").is_empty() {
                let reason = match form.field("identifier").is_empty() {
                    true => "Type an identifier.",
                    false => "Another API has this identifier.",
                };
                page.fields.iter_mut().filter(|field| field.spec.path == "identifier").for_each(|field| {
                    field.error = Some(reason.to_owned());
                });
            }
            page.frame = page.frame.failed(form::summary(&page.fields, &refused));
            page.failed = true;
            show(refused.status, &page)
        }
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}
