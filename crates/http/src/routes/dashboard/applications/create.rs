//! A new application: its name, its type, and how people sign in to it. What it may do follows from the type.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::save_client::grants_of;
use latchkey_core::model::ClientKind;
use serde_json::{Value, json};

use super::{Application, MACHINE, PATH, TYPES, Type};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/new"), get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_new.html")]
struct Page {
    frame: Frame,
    types: &'static [Type],
    name: String,
    chosen: String,
    connections: Vec<Connection>,
    name_error: Option<String>,
    type_error: Option<&'static str>,
}

struct Connection {
    id: String,
    name: String,
    on: bool,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match connections(&app, &visit).await {
        Ok(connections) => {
            let frame = Frame::new(&app, &visit, PATH, "New application");
            let (name, chosen) = (String::new(), String::new());
            let page =
                Page { frame, types: &TYPES, name, chosen, connections, name_error: None, type_error: None };
            show(StatusCode::OK, &page)
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let (name, chosen) = (form.field("name"), form.field("type"));
    let Some(kind) = kind_of(chosen) else {
        return again(&app, &form, StatusCode::BAD_REQUEST, Err("Choose what it is.")).await;
    };
    match Api::of(&app, &form.visit).post("/clients", &body(name, chosen, kind)).await {
        Ok(made) => {
            let made = Application::of(&made);
            let said = match chosen == MACHINE || switch_on(&app, &form, &made.id).await.is_ok() {
                true => "created",
                false => "created-off",
            };
            see_other(&format!("{}/quickstart?said={said}", made.base))
        }
        Err(refused) => again(&app, &form, refused.status, Ok(refused)).await,
    }
}

/// The form as it was typed: what the API refused, or what was not chosen.
async fn again(
    app: &SharedApp,
    form: &AdminForm,
    status: StatusCode,
    why: Result<Refused, &'static str>,
) -> Response {
    let visit = &form.visit;
    let mut connections = match connections(app, visit).await {
        Ok(connections) => connections,
        Err(refused) => return frame::refused(app, visit, PATH, refused),
    };
    let ticked = form.fields.list("connection");
    connections.iter_mut().for_each(|one| one.on = ticked.contains(&one.id.as_str()));
    let (summary, name_error, type_error) = match why {
        Err(missing) => (missing.to_owned(), None, Some(missing)),
        Ok(refused) if form.field("name").is_empty() || refused.message.ends_with(" on property name") => {
            let reason = "Type a name of 1 to 140 characters, without < and >.";
            (reason.to_owned(), Some(reason.to_owned()), None)
        }
        Ok(refused) => (refused.message, None, None),
    };
    let page = Page {
        frame: Frame::new(app, visit, PATH, "New application").failed(summary),
        types: &TYPES,
        name: form.field("name").to_owned(),
        chosen: form.field("type").to_owned(),
        connections,
        name_error,
        type_error,
    };
    show(status, &page)
}

/// The ways to sign in that there are. The two that every tenant knows are on for a new application unless they are
/// taken away; others are for somebody in particular.
async fn connections(app: &SharedApp, visit: &AdminVisit) -> Result<Vec<Connection>, Refused> {
    let path = "/connections?strategy=sms&strategy=email&fields=id,name";
    let found = Api::of(app, visit).all(path).await?;
    let connection = |one: &Value| Connection {
        id: text(one, "/id").to_owned(),
        name: text(one, "/name").to_owned(),
        on: matches!(text(one, "/name"), "sms" | "email"),
    };
    Ok(found.iter().map(connection).collect())
}

async fn switch_on(app: &SharedApp, form: &AdminForm, client: &str) -> Result<(), Refused> {
    for id in form.fields.list("connection") {
        let path = format!("/connections/{}/clients", segment(id));
        let on = json!([{ "client_id": client, "status": true }]);
        Api::of(app, &form.visit).patch(&path, &on).await?;
    }
    Ok(())
}

fn kind_of(word: &str) -> Option<ClientKind> {
    let known = TYPES.iter().any(|known| known.word == word);
    serde_json::from_value(json!(word)).ok().filter(|_| known)
}

/// As clients of the command line begin, in the API's words.
fn body(name: &str, word: &str, kind: ClientKind) -> Value {
    let public = matches!(kind, ClientKind::Native | ClientKind::Spa);
    let mut body = json!({
        "name": name,
        "app_type": word,
        "oidc_conformant": true,
        "grant_types": grants_of(kind),
        "token_endpoint_auth_method": if public { "none" } else { "client_secret_post" },
        "jwt_configuration": { "alg": "RS256", "lifetime_in_seconds": 36_000, "secret_encoded": false },
    });
    if let (Some(body), true) = (body.as_object_mut(), word != MACHINE) {
        let refresh = json!({
            "rotation_type": "rotating",
            "expiration_type": "expiring",
            "leeway": 30,
            "token_lifetime": 2_592_000,
            "idle_token_lifetime": 1_296_000,
            "infinite_token_lifetime": false,
            "infinite_idle_token_lifetime": false,
        });
        body.insert(String::from("refresh_token"), refresh);
    }
    body
}
