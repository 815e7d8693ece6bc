//! What an application may do at one API by itself: a switch, and a choice of the API's scopes.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::scope::UPDATE_CLIENT_GRANTS;
use serde_json::{Map, Value, json};

use super::apis::grants_of;
use super::{Application, PATH, client};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

/// The form only adds to what is no more.
const TAKEN_AWAY: &str =
    "Nothing was saved: somebody took this access away since the page was opened. Open it again.";

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
    let is_on = !facts.grant.is_null();
    let (was, wanted) = (is_ticked(form, "was.allowed"), is_ticked(form, "allowed"));
    if !wanted {
        return match was && is_on {
            true => api.delete(&path).await.map(drop),
            false => Ok(()),
        };
    }
    let change = Change::of(form);
    if is_on {
        let change = change.of_grant(&facts);
        return match change.is_empty() {
            true => Ok(()),
            false => api.patch(&path, &Value::Object(change)).await.map(drop),
        };
    }
    if was {
        return match change.is_empty() {
            true => Ok(()),
            false => Err(Refused::by_page(StatusCode::CONFLICT, TAKEN_AWAY)),
        };
    }
    let mut grant = change.of_grant(&facts);
    grant.insert(String::from("client_id"), json!(ids.0));
    grant.insert(String::from("audience"), json!(text(&facts.api, "/identifier")));
    grant.entry("scope").or_insert(json!([]));
    api.post("/client-grants", &Value::Object(grant)).await.map(drop)
}

fn is_ticked(form: &AdminForm, name: &str) -> bool {
    !form.field(name).is_empty()
}

/// What the person changed in what the page showed.
struct Change<'a> {
    given: Vec<&'a str>,
    taken: Vec<&'a str>,
    /// Whether every scope is granted from now on.
    all: Option<bool>,
}

impl<'a> Change<'a> {
    fn of(form: &'a AdminForm) -> Self {
        let (chosen, shown) = (form.fields.list("scope"), form.fields.list("on"));
        let all = is_ticked(form, "all");
        Self {
            given: chosen.iter().filter(|scope| !shown.contains(scope)).copied().collect(),
            taken: shown.iter().filter(|scope| !chosen.contains(scope)).copied().collect(),
            all: (all != is_ticked(form, "was.all")).then_some(all),
        }
    }

    fn is_empty(&self) -> bool {
        self.given.is_empty() && self.taken.is_empty() && self.all.is_none()
    }

    /// The properties that differ from those of the grant.
    fn of_grant(&self, facts: &Facts) -> Map<String, Value> {
        // What the API has no more cannot be granted again.
        let known: Vec<&str> = list(&facts.api, "/scopes").iter().map(|one| text(one, "/value")).collect();
        let granted = facts.granted();
        let stays = |scope: &&str| known.contains(scope) && !self.taken.contains(scope);
        let mut scope: Vec<&str> = granted.iter().copied().filter(stays).collect();
        for word in &self.given {
            if !scope.contains(word) {
                scope.push(word);
            }
        }
        let had_all = facts.grant.get("allow_all_scopes") == Some(&json!(true));
        let mut change = Map::new();
        if scope != granted {
            change.insert(String::from("scope"), json!(scope));
        }
        if let Some(all) = self.all.filter(|all| *all != had_all) {
            change.insert(String::from("allow_all_scopes"), json!(all));
        }
        change
    }
}
