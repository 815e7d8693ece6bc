//! Settings › Custom domains.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::Value;

use super::fields::{DOMAIN, NEW_DOMAIN};
use super::{PATH, written};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::form::{self, Field};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    let domains = format!("{PATH}/domains");
    Router::new()
        .route(&domains, get(page).post(create))
        .route(&format!("{domains}/{{id}}"), get(one).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/settings/domains.html")]
struct Page {
    frame: Frame,
    default: String,
    domains: Vec<Domain>,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "dashboard/settings/domain.html")]
struct One {
    frame: Frame,
    domain: Domain,
    fields: Vec<Field>,
    delete: Danger,
}

impl One {
    fn new(frame: Frame, found: &Value, fields: Vec<Field>) -> Self {
        let domain = Domain::of(found);
        let delete = Danger::sent_to(domain.path.clone(), "delete", &domain.name);
        Self { frame, domain, fields, delete }
    }
}

struct Domain {
    id: String,
    path: String,
    name: String,
    status: &'static str,
    party: String,
    /// What the records of the domain must hold.
    record: String,
}

impl Domain {
    fn of(found: &Value) -> Self {
        let of = |pointer: &str| text(found, pointer).to_owned();
        let id = of("/custom_domain_id");
        Self {
            path: format!("{PATH}/domains/{}", segment(&id)),
            id,
            name: of("/domain"),
            status: if text(found, "/status") == "ready" { "Ready" } else { "Pending" },
            party: of("/relying_party_identifier"),
            record: of("/verification/methods/0/record"),
        }
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<(String, Vec<Domain>), Refused> {
    let api = Api::of(app, visit);
    let default = api.get("/custom-domains/default").await?;
    let domains = list(&api.get("/custom-domains").await?, "").iter().map(Domain::of).collect();
    Ok((text(&default, "/domain").to_owned(), domains))
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    all(&app, &visit, StatusCode::OK, None, form::shown(NEW_DOMAIN, &Value::Null)).await
}

async fn all(
    app: &SharedApp,
    visit: &AdminVisit,
    status: StatusCode,
    why: Option<String>,
    fields: Vec<Field>,
) -> Response {
    match read(app, visit).await {
        Ok((default, domains)) => {
            let frame = Frame::new(app, visit, PATH, "Custom domains");
            let frame =
                why.map_or_else(|| Frame::new(app, visit, PATH, "Custom domains"), |why| frame.failed(why));
            show(status, &Page { frame, default, domains, fields })
        }
        Err(refused) => frame::refused(app, visit, PATH, refused),
    }
}

async fn create(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let body = Value::Object(form::merged(NEW_DOMAIN, &Value::Null, &form.fields));
    match Api::of(&app, visit).post("/custom-domains", &body).await {
        Ok(_) => see_other(&format!("{PATH}/domains?said=created")),
        Err(refused) => {
            let fields = form::typed(NEW_DOMAIN, &form.fields, "", &refused);
            let why = form::summary(&fields, &refused);
            all(&app, visit, refused.status, Some(why), fields).await
        }
    }
}

async fn find(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/custom-domains/{}", segment(id))).await
}

async fn one(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match find(&app, &visit, &id).await {
        Ok(found) => {
            let frame = Frame::new(&app, &visit, PATH, text(&found, "/domain"));
            let fields = form::shown(DOMAIN, &found);
            show(StatusCode::OK, &One::new(frame, &found, fields))
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// Changes the domain, or deletes it once its name was typed.
async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match find(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let (api, path) = (Api::of(&app, visit), format!("/custom-domains/{}", segment(&id)));
    let again = |why: String, fields| {
        One::new(Frame::new(&app, visit, PATH, text(&found, "/domain")).failed(why), &found, fields)
    };
    if form.field("act") == "delete" {
        let typed = form.field("confirm");
        if !Danger::is_confirmed(typed, text(&found, "/domain")) {
            let why = String::from("Nothing was deleted: type the domain to confirm.");
            let mut page = again(why, form::shown(DOMAIN, &found));
            page.delete.fail(typed);
            return show(StatusCode::BAD_REQUEST, &page);
        }
        return match api.delete(&path).await {
            Ok(_) => see_other(&format!("{PATH}/domains?said=deleted")),
            Err(refused) => frame::refused(&app, visit, PATH, refused),
        };
    }
    match api.patch(&path, &Value::Object(written(DOMAIN, &found, &form.fields))).await {
        Ok(_) => see_other(&format!("{PATH}/domains/{}?said=saved", segment(&id))),
        Err(refused) => {
            let fields = form::typed(DOMAIN, &form.fields, "", &refused);
            show(refused.status, &again(form::summary(&fields, &refused), fields))
        }
    }
}
