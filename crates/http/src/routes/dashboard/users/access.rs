//! What a user is signed in with: sessions and refresh tokens, and how they are ended.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::details::{back, done};
use super::methods::{self, DeviceKey};
use super::person::Person;
use super::{PATH, at, base, find, refused};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, number, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

/// Sessions and tokens that a page shows; of those that a program piles up, the first.
const MOST: usize = 100;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/devices", get(page))
        .route("/dashboard/users/{id}/sign-out", get(back).post(sign_out))
        .route("/dashboard/users/{id}/tokens", get(back).post(revoke))
}

pub struct Sessions {
    pub items: Vec<Session>,
    pub total: u64,
}

pub struct Session {
    pub id: String,
    pub device: String,
    pub ip: String,
    pub started: String,
    pub seen: String,
    pub ends: String,
    pub clients: Vec<String>,
}

struct Tokens {
    items: Vec<Token>,
    total: u64,
}

struct Token {
    id: String,
    client: String,
    device: String,
    made: String,
    /// Empty where it never was.
    used: String,
    /// Empty where it does not end.
    ends: String,
    apis: Vec<String>,
}

#[derive(Template)]
#[template(path = "dashboard/users/user_devices.html")]
struct Page {
    frame: Frame,
    base: String,
    sessions: Sessions,
    tokens: Tokens,
    device_keys: Vec<DeviceKey>,
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match read(&app, &visit, &id).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(why) => refused(&app, &visit, why),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Page, Refused> {
    let person = Person::of(&find(app, visit, id).await?);
    let (sessions, tokens) = (sessions(app, visit, id).await?, tokens(app, visit, id).await?);
    let device_keys = methods::keys(app, visit, id).await?;
    let frame = Frame::new(app, visit, PATH, person.name);
    Ok(Page { frame, base: base(id), sessions, tokens, device_keys })
}

pub async fn sessions(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Sessions, Refused> {
    let found = part(app, visit, &format!("{}/sessions", at(id))).await?;
    let mut names = Names::default();
    let mut items = Vec::new();
    for session in list(&found, "/sessions") {
        let mut clients = Vec::new();
        for client in list(session, "/clients") {
            clients.push(names.of(app, visit, text(client, "/client_id")).await);
        }
        let text = |pointer: &str| text(session, pointer).to_owned();
        items.push(Session {
            id: text("/id"),
            device: text("/device/last_user_agent"),
            ip: text("/device/last_ip"),
            started: text("/authenticated_at"),
            seen: text("/last_interacted_at"),
            ends: text("/expires_at"),
            clients,
        });
    }
    Ok(Sessions { total: total(&found), items })
}

async fn tokens(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Tokens, Refused> {
    let found = part(app, visit, &format!("{}/refresh-tokens", at(id))).await?;
    let mut names = Names::default();
    let mut items = Vec::new();
    for token in list(&found, "/tokens") {
        let text_of = |pointer: &str| text(token, pointer).to_owned();
        let apis = list(token, "/resource_servers").iter().map(|api| text(api, "/audience").to_owned());
        items.push(Token {
            id: text_of("/id"),
            client: names.of(app, visit, text(token, "/client_id")).await,
            device: text_of("/device/last_user_agent"),
            made: text_of("/created_at"),
            used: text_of("/last_exchanged_at"),
            ends: text_of("/expires_at"),
            apis: apis.collect(),
        });
    }
    Ok(Tokens { total: total(&found), items })
}

async fn part(app: &SharedApp, visit: &AdminVisit, path: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("{path}?include_totals=true&per_page={MOST}")).await
}

fn total(found: &Value) -> u64 {
    number(found, "/total")
}

/// Names of clients, each asked for once.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// The id, where the client is gone.
    async fn of(&mut self, app: &SharedApp, visit: &AdminVisit, id: &str) -> String {
        if let Some(name) = self.0.get(id) {
            return name.clone();
        }
        let found = Api::of(app, visit).get(&format!("/clients/{}?fields=name", segment(id))).await;
        let found = found.unwrap_or_default();
        let name = Some(text(&found, "/name")).filter(|name| !name.is_empty()).unwrap_or(id).to_owned();
        self.0.insert(id.to_owned(), name.clone());
        name
    }
}

/// One session, or everything; either with the refresh tokens that came of it.
async fn sign_out(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let session = form.field("session");
    let (body, said) = match session.is_empty() {
        true => (json!({}), "signed-out"),
        false => (json!({ "session_id": session }), "revoked"),
    };
    let outcome = Api::of(&app, &form.visit).post(&format!("{}/revoke-access", at(&id)), &body).await;
    answer(&app, &id, &form, outcome, said).await
}

/// One refresh token, or all of them; the sessions stay.
async fn revoke(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let path = match form.field("refresh_token") {
        "" => format!("{}/refresh-tokens", at(&id)),
        token => format!("/refresh-tokens/{}", segment(token)),
    };
    let outcome = Api::of(&app, &form.visit).delete(&path).await;
    answer(&app, &id, &form, outcome, "revoked").await
}

/// On the page that was pressed on.
pub async fn answer(
    app: &SharedApp,
    id: &str,
    form: &AdminForm,
    outcome: Result<Value, Refused>,
    said: &str,
) -> Response {
    let why = match (outcome, form.field("back")) {
        (Ok(_), "devices") => return see_other(&format!("{}/devices?said={said}", base(id))),
        (Err(why), "devices") => why,
        (outcome, _) => return done(app, &form.visit, id, outcome, said).await,
    };
    match read(app, &form.visit, id).await {
        Ok(mut page) => {
            page.frame = page.frame.failed(why.message);
            show(why.status, &page)
        }
        Err(why) => refused(app, &form.visit, why),
    }
}
