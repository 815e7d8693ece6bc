//! Settings › Signing keys: which ones there are, their certificates, and their turns.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::api::{Api, Refused, list, segment, text};
use super::frame::{self, Frame, show};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;

const PATH: &str = "/dashboard/keys";
const PEM: HeaderValue = HeaderValue::from_static("application/x-pem-file");

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(page).post(act))
        .route(&format!("{PATH}/{{kid}}/certificate"), get(certificate))
}

#[derive(Template)]
#[template(path = "dashboard/keys.html")]
struct Page {
    frame: Frame,
    keys: Vec<Key>,
    jwks: String,
    /// The act whose word was not typed: `rotate`, or the id of a key.
    unconfirmed: String,
}

impl Page {
    /// Keys are the owners' affair.
    fn may_turn(&self) -> bool {
        self.frame.role == "owner"
    }
}

struct Key {
    kid: String,
    path: String,
    alg: String,
    state: &'static str,
    /// What the state means.
    about: &'static str,
    since: String,
    until: String,
    /// The SHA-1 of the certificate.
    fingerprint: String,
    has_certificate: bool,
}

impl Key {
    fn of(key: &Value) -> Self {
        let is = |name: &str| key.get(name) == Some(&Value::Bool(true));
        let (state, about) = if is("current") {
            ("Current", "Signs tokens now.")
        } else if is("next") {
            ("Next", "Published already, and signs after the next rotation.")
        } else if is("previous") {
            ("Previous", "Signs nothing any more. What it signed is still good.")
        } else {
            ("Revoked", "What it signed is refused.")
        };
        let of = |pointer: &str| text(key, pointer).to_owned();
        Self {
            path: format!("{PATH}/{}", segment(text(key, "/kid"))),
            kid: of("/kid"),
            alg: of("/alg"),
            state,
            about,
            since: of("/current_since"),
            until: of("/current_until"),
            fingerprint: of("/fingerprint"),
            has_certificate: !text(key, "/cert").is_empty(),
        }
    }

    fn can_be_revoked(&self) -> bool {
        self.state == "Previous"
    }

    /// Where it stands among the others.
    fn place(&self) -> usize {
        ["Current", "Next", "Previous"].iter().position(|state| *state == self.state).unwrap_or(3)
    }
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(keys) => {
            show(StatusCode::OK, &whole(&app, Frame::new(&app, &visit, PATH, "Signing keys"), keys, ""))
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

fn whole(app: &SharedApp, frame: Frame, keys: Vec<Key>, unconfirmed: &str) -> Page {
    let jwks = app.engine.url(".well-known/jwks.json");
    Page { frame, keys, jwks, unconfirmed: unconfirmed.to_owned() }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Vec<Key>, Refused> {
    let found = Api::of(app, visit).get("/keys/signing").await?;
    let mut keys: Vec<Key> = list(&found, "").iter().map(Key::of).collect();
    keys.sort_by_key(Key::place);
    Ok(keys)
}

/// Turns the keys, or revokes one, once its word was typed.
async fn act(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let kid = form.field("kid");
    let word = if kid.is_empty() { "rotate" } else { "revoke" };
    if !form.field("confirm").eq_ignore_ascii_case(word) {
        let unconfirmed = if kid.is_empty() { word } else { kid };
        return match read(&app, visit).await {
            Ok(keys) => {
                let why = format!("Nothing was done: type {word} to confirm.");
                let frame = Frame::new(&app, visit, PATH, "Signing keys").failed(why);
                show(StatusCode::BAD_REQUEST, &whole(&app, frame, keys, unconfirmed))
            }
            Err(refused) => frame::refused(&app, visit, PATH, refused),
        };
    }
    let api = Api::of(&app, visit);
    let done = match kid {
        "" => api.post("/keys/signing/rotate", &json!({})).await.map(|_| "key-rotated"),
        kid => api
            .put(&format!("/keys/signing/{}/revoke", segment(kid)), &json!({}))
            .await
            .map(|_| "key-revoked"),
    };
    match done {
        Ok(said) => see_other(&format!("{PATH}?said={said}")),
        Err(refused) => frame::refused(&app, visit, PATH, refused),
    }
}

/// For those who check tokens with a copy.
async fn certificate(State(app): State<SharedApp>, Path(kid): Path<String>, visit: AdminVisit) -> Response {
    match Api::of(&app, &visit).get(&format!("/keys/signing/{}", segment(&kid))).await {
        Ok(key) => {
            let name: String =
                kid.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
            let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name:.64}.pem\""));
            let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
            let headers = [(header::CONTENT_TYPE, PEM), (header::CONTENT_DISPOSITION, disposition)];
            (headers, text(&key, "/cert").to_owned()).into_response()
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}
