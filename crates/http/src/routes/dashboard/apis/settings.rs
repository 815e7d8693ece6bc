//! How tokens for an API are, and the end of one.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Described, PATH, described};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::form::{self, Field, Kind, Spec, spec};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    let to_settings = async |Path(id): Path<String>| see_other(&format!("{PATH}/{}/settings", segment(&id)));
    Router::new()
        .route(&format!("{PATH}/{{id}}"), get(to_settings))
        .route(&format!("{PATH}/{{id}}/settings"), get(page).post(save))
        .route(&format!("{PATH}/{{id}}/delete"), post(delete))
}

const DIALECTS: &[(&str, &str)] = &[
    ("access_token", "As Auth0 makes them"),
    ("rfc9068_profile", "RFC 9068 (at+jwt)"),
    ("access_token_authz", "As Auth0 makes them (with permissions: kept, not made here)"),
    ("rfc9068_profile_authz", "RFC 9068 (with permissions: kept, not made here)"),
];
const LIFETIME: Spec =
    spec("token_lifetime", "Seconds that a token lives", "1 to 2592000; 86400 is a day.", Kind::Number, "");
const LIFETIME_FOR_WEB: Spec = spec(
    "token_lifetime_for_web",
    "Seconds that a token lives in a browser",
    "At most as many; 7200 is two hours.",
    Kind::Number,
    "",
);
/// Of the API of this server only lifetimes change.
const SYSTEM: &[Spec] = &[
    spec("token_lifetime", "Seconds that a token lives", "1 to 86400, which is a day.", Kind::Number, ""),
    LIFETIME_FOR_WEB,
];
const FIELDS: &[Spec] = &[
    spec("name", "Name", "People read it when they are asked for consent.", Kind::Line, ""),
    LIFETIME,
    LIFETIME_FOR_WEB,
    spec("token_dialect", "Shape of tokens", "", Kind::Choice(DIALECTS), ""),
    spec(
        "allow_offline_access",
        "Refresh tokens may go with them (scope offline_access)",
        "",
        Kind::Check,
        "",
    ),
    spec(
        "skip_consent_for_verifiable_first_party_clients",
        "Do not ask for consent where the application is yours",
        "",
        Kind::Check,
        "",
    ),
];

#[derive(Template)]
#[template(path = "dashboard/apis/api_settings.html")]
struct Page {
    frame: Frame,
    api: Described,
    fields: Vec<Field>,
    danger: Danger,
}

impl Page {
    fn new(app: &SharedApp, visit: &AdminVisit, found: &Value) -> Self {
        let api = Described::of(found);
        Self {
            frame: api.frame(app, visit),
            fields: form::shown(fields_of(&api), found),
            danger: Danger::at(&api.base, "delete", &api.identifier),
            api,
        }
    }
}

fn fields_of(api: &Described) -> &'static [Spec] {
    if api.is_system { SYSTEM } else { FIELDS }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok(found) => show(StatusCode::OK, &Page::new(&app, &visit, &found)),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match read(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let specs = fields_of(&Described::of(&found));
    let changes = changes(specs, &found, &form);
    if changes.is_empty() && visit.signed_in.role.as_str() != "viewer" {
        return see_other(&format!("{PATH}/{}/settings?said=saved", segment(&id)));
    }
    match Api::of(&app, visit).patch(&format!("/resource-servers/{}", segment(&id)), &json!(changes)).await {
        Ok(_) => see_other(&format!("{PATH}/{}/settings?said=saved", segment(&id))),
        Err(refused) => {
            let mut page = Page::new(&app, visit, &found);
            page.fields = form::typed(specs, &form.fields, "", &refused);
            page.frame = page.frame.failed(form::summary(&page.fields, &refused));
            show(refused.status, &page)
        }
    }
}

/// Only what the person changed is written.
fn changes(specs: &'static [Spec], found: &Value, form: &AdminForm) -> Map<String, Value> {
    let mut changes = form::patch(specs, &form.fields);
    changes.retain(|name, value| found.get(name).unwrap_or(&json!(false)) != value);
    changes
}

async fn delete(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match read(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let mut page = Page::new(&app, visit, &found);
    let typed = form.field("confirm");
    if !Danger::is_confirmed(typed, &page.api.identifier) {
        page.danger.fail(typed);
        page.frame = page.frame.failed("Nothing was done: the identifier was not typed as it is.");
        return show(StatusCode::BAD_REQUEST, &page);
    }
    match Api::of(&app, visit).delete(&format!("/resource-servers/{}", segment(&id))).await {
        Ok(_) => see_other(&format!("{PATH}?said=deleted")),
        Err(refused) => {
            page.frame = page.frame.failed(refused.message);
            show(refused.status, &page)
        }
    }
}

/// With what holds where nothing is written.
async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    let mut found = described(app, visit, id).await?;
    if let Value::Object(fields) = &mut found {
        fields.entry("token_dialect").or_insert(json!("access_token"));
    }
    Ok(found)
}
