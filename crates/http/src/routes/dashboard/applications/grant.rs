//! What an application may do at one API by itself: a switch, and a choice of the API's scopes.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::UPDATE_CLIENT_GRANTS;
use serde_json::{Value, json};

use super::apis::grants_of;
use super::{Application, PATH, client};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/apis/{{api}}"), get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_grant.html")]
struct Page {
    frame: Frame,
    application: Application,
    api_id: String,
    api_name: String,
    identifier: String,
    is_system: bool,
    on: bool,
    all: bool,
    scopes: Vec<Scope>,
    may_change: bool,
    /// The page of the API leads here, too.
    from_api: bool,
}

struct Scope {
    value: String,
    about: String,
    on: bool,
}

/// A client, an API, and what is between them.
struct Facts {
    client: Value,
    api: Value,
    /// Null where there is none.
    grant: Value,
}

impl Facts {
    async fn read(
        app: &SharedApp,
        visit: &AdminVisit,
        (id, api_id): &(String, String),
    ) -> Result<Self, Refused> {
        let client = client(app, visit, id).await?;
        let api = Api::of(app, visit).get(&format!("/resource-servers/{}", segment(api_id))).await?;
        let path = format!("{}&audience={}", grants_of(id), segment(text(&api, "/identifier")));
        let found = Api::of(app, visit).get(&path).await?;
        let grant = list(&found, "").first().cloned().unwrap_or_default();
        Ok(Self { client, api, grant })
    }

    fn granted(&self) -> Vec<&str> {
        list(&self.grant, "/scope").iter().filter_map(Value::as_str).collect()
    }
}

async fn page(
    State(app): State<SharedApp>,
    Path(ids): Path<(String, String)>,
    visit: AdminVisit,
) -> Response {
    let facts = match Facts::read(&app, &visit, &ids).await {
        Ok(facts) => facts,
        Err(refused) => return frame::refused(&app, &visit, PATH, refused),
    };
    let granted = facts.granted();
    let scope = |one: &Value| Scope {
        value: text(one, "/value").to_owned(),
        about: text(one, "/description").to_owned(),
        on: granted.contains(&text(one, "/value")),
    };
    let application = Application::of(&facts.client);
    let page = Page {
        frame: application.frame(&app, &visit),
        api_id: text(&facts.api, "/id").to_owned(),
        api_name: text(&facts.api, "/name").to_owned(),
        identifier: text(&facts.api, "/identifier").to_owned(),
        is_system: facts.api.get("is_system") == Some(&json!(true)),
        on: !facts.grant.is_null(),
        all: facts.grant.get("allow_all_scopes") == Some(&json!(true)),
        scopes: list(&facts.api, "/scopes").iter().map(scope).collect(),
        may_change: visit.signed_in.operator.may(&[UPDATE_CLIENT_GRANTS]),
        from_api: visit.query.text("from") == Some("api"),
        application,
    };
    show(StatusCode::OK, &page)
}

async fn save(State(app): State<SharedApp>, Path(ids): Path<(String, String)>, form: AdminForm) -> Response {
    let (id, api) = (segment(&ids.0), segment(&ids.1));
    let back = match form.field("from") {
        "api" => format!("/dashboard/apis/{api}/applications?said=saved"),
        _ => format!("{PATH}/{id}/apis?said=saved"),
    };
    match write(&app, &ids, &form).await {
        Ok(()) => see_other(&back),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

/// Only what the person changed on the page is written: what others gave or took in between stays.
async fn write(app: &SharedApp, ids: &(String, String), form: &AdminForm) -> Result<(), Refused> {
    let facts = Facts::read(app, &form.visit, ids).await?;
    let api = Api::of(app, &form.visit);
    let path = format!("/client-grants/{}", segment(text(&facts.grant, "/id")));
    let (is_on, wanted) = (!facts.grant.is_null(), !form.field("allowed").is_empty());
    if !wanted {
        return match is_on {
            true => api.delete(&path).await.map(drop),
            false => Ok(()),
        };
    }
    let (chosen, shown) = (form.fields.list("scope"), form.fields.list("on"));
    // What the API has no more cannot be granted again.
    let known: Vec<&str> = list(&facts.api, "/scopes").iter().map(|one| text(one, "/value")).collect();
    let stays = |scope: &&str| known.contains(scope) && (!shown.contains(scope) || chosen.contains(scope));
    let mut scope: Vec<&str> = facts.granted().into_iter().filter(stays).collect();
    let given = chosen.iter().filter(|scope| !shown.contains(scope)).copied();
    for word in given {
        if !scope.contains(&word) {
            scope.push(word);
        }
    }
    let all = !form.field("all").is_empty();
    if is_on {
        let mut change = json!({ "scope": scope });
        let had_all = facts.grant.get("allow_all_scopes") == Some(&json!(true));
        if let (Some(change), true) = (change.as_object_mut(), all != had_all) {
            change.insert(String::from("allow_all_scopes"), json!(all));
        }
        return api.patch(&path, &change).await.map(drop);
    }
    let mut grant =
        json!({ "client_id": ids.0, "audience": text(&facts.api, "/identifier"), "scope": scope });
    if let (Some(grant), true) = (grant.as_object_mut(), all) {
        grant.insert(String::from("allow_all_scopes"), json!(true));
    }
    api.post("/client-grants", &grant).await.map(drop)
}
