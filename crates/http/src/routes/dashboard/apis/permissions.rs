//! The scopes of an API.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Described, PATH, described};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}/permissions"), get(page).post(put))
        .route(&format!("{PATH}/{{id}}/permissions/remove"), post(remove))
}

#[derive(Template)]
#[template(path = "dashboard/apis/api_permissions.html")]
struct Page {
    frame: Frame,
    api: Described,
    scopes: Vec<Scope>,
    q: String,
    /// The one in the form: a new one, or the one that is changed.
    typed: Scope,
    /// The scope is there, and its description is changed.
    is_known: bool,
    error: Option<String>,
    /// The one that is about to be removed.
    removed: Option<Danger>,
}

#[derive(Default)]
struct Scope {
    value: String,
    about: String,
}

impl Scope {
    /// As a query has it.
    fn segment(&self) -> String {
        segment(&self.value)
    }
}

impl Page {
    fn new(app: &SharedApp, visit: &AdminVisit, found: &Value) -> Self {
        let api = Described::of(found);
        let q = visit.query.text("q").unwrap_or_default().trim().to_owned();
        let all: Vec<Scope> = list(found, "/scopes").iter().map(scope).collect();
        let named = |name: &str| {
            let value = visit.query.text(name).unwrap_or_default();
            all.iter().find(|one| !value.is_empty() && one.value == value)
        };
        let removed = named("remove").map(|one| removal(&api, &one.value));
        let typed = named("edit");
        let typed = typed.map(|one| Scope { value: one.value.clone(), about: one.about.clone() });
        let small = q.to_lowercase();
        let is_about = |one: &Scope| {
            one.value.to_lowercase().contains(&small) || one.about.to_lowercase().contains(&small)
        };
        Self {
            frame: api.frame(app, visit),
            scopes: all.into_iter().filter(is_about).collect(),
            q,
            is_known: typed.is_some(),
            typed: typed.unwrap_or_default(),
            error: None,
            removed,
            api,
        }
    }
}

fn removal(api: &Described, value: &str) -> Danger {
    Danger::at(&format!("{}/permissions", api.base), "remove", value)
}

fn scope(found: &Value) -> Scope {
    Scope { value: text(found, "/value").to_owned(), about: text(found, "/description").to_owned() }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match described(&app, &visit, &id).await {
        Ok(found) => show(StatusCode::OK, &Page::new(&app, &visit, &found)),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// Adds a scope, or changes what is said of one.
async fn put(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match described(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let (value, about, known) = (form.field("value"), form.field("description"), form.field("known"));
    let mut scopes = list(&found, "/scopes").to_vec();
    let place = scopes.iter().position(|one| text(one, "/value") == value);
    let written = match about {
        "" => json!({ "value": value }),
        about => json!({ "value": value, "description": about }),
    };
    let done = match place {
        Some(_) if known != value => {
            Err(Refused::by_page(StatusCode::CONFLICT, "The API has this permission already."))
        }
        Some(place) => {
            if let Some(place) = scopes.get_mut(place) {
                *place = written;
            }
            save(&app, &form, &id, &scopes).await
        }
        None => {
            scopes.push(written);
            save(&app, &form, &id, &scopes).await
        }
    };
    match done {
        Ok(()) => see_other(&format!("{PATH}/{}/permissions?said=saved", segment(&id))),
        Err(refused) => {
            let mut page = Page::new(&app, visit, &found);
            page.typed = Scope { value: value.to_owned(), about: about.to_owned() };
            page.is_known = !known.is_empty();
            let reason = match refused.message.split_once('\'') {
                Some((_, rest)) => rest.rsplit_once('\'').map_or(rest, |(reason, _)| reason).to_owned(),
                None => refused.message,
            };
            page.frame = page.frame.failed(reason.as_str());
            page.error = Some(reason);
            show(refused.status, &page)
        }
    }
}

async fn remove(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match described(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let (value, typed) = (form.field("value"), form.field("confirm"));
    if !Danger::is_confirmed(typed, value) {
        let mut page = Page::new(&app, visit, &found);
        let mut danger = removal(&page.api, value);
        danger.fail(typed);
        page.removed = Some(danger);
        page.frame = page.frame.failed("Nothing was removed: the permission was not typed as it is.");
        return show(StatusCode::BAD_REQUEST, &page);
    }
    let mut scopes = list(&found, "/scopes").to_vec();
    scopes.retain(|one| text(one, "/value") != value);
    match save(&app, &form, &id, &scopes).await {
        Ok(()) => see_other(&format!("{PATH}/{}/permissions?said=deleted", segment(&id))),
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

async fn save(app: &SharedApp, form: &AdminForm, id: &str, scopes: &[Value]) -> Result<(), Refused> {
    let path = format!("/resource-servers/{}", segment(id));
    Api::of(app, &form.visit).patch(&path, &json!({ "scopes": scopes })).await.map(drop)
}
