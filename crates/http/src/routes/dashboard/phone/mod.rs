//! The phone provider of all connections that name none (section 2.16), a test message, and its templates.

mod templates;
mod try_out;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use super::api::{Api, Refused, list, segment, text};
use super::email::without_nulls;
use super::form::{self, Field, Kind, Spec, spec};
use super::frame::{self, Frame, show};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use templates::Row;

const PATH: &str = "/dashboard/phone";
const PROVIDERS: &str = "/branding/phone/providers";

const NAMES: &[(&str, &str)] = &[("twilio", "Twilio"), ("custom", "Custom (a gateway of yours)")];
const METHODS: &[(&str, &str)] = &[("text", "Text message"), ("voice", "Voice (kept for tools)")];
const SPECS: &[Spec] = &[
    spec("name", "Provider", "", Kind::Choice(NAMES), ""),
    spec("disabled", "Switched off", "Off: connections that name no sender send nothing.", Kind::Check, ""),
    spec(
        "configuration.sid",
        "Twilio Account SID",
        "Begins with AC; in the console of Twilio.",
        Kind::Line,
        "",
    ),
    spec(
        "credentials.auth_token",
        "Twilio Auth Token",
        "Leave it empty to keep the one that is stored.",
        Kind::Secret,
        "",
    ),
    spec(
        "configuration.default_from",
        "From",
        "A number of yours such as +15005550006, or up to 11 letters.",
        Kind::Line,
        "",
    ),
    spec(
        "configuration.mssid",
        "Messaging Service SID",
        "Begins with MG. Where it is set, From is not used.",
        Kind::Line,
        "",
    ),
    spec(
        "configuration.gateway_url",
        "URL of the gateway",
        "Custom only, with https. It takes number and text as JSON. Without one, nothing is sent.",
        Kind::Line,
        "",
    ),
    spec(
        "credentials.gateway_secret",
        "Secret of the gateway",
        "Signs its bearer tokens, where the Management API set gateway_authentication. Empty keeps the one that is stored.",
        Kind::Secret,
        "",
    ),
    spec("configuration.delivery_methods", "Delivery methods", "", Kind::Many(METHODS), ""),
];

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(page).post(save))
        .route(&format!("{PATH}/try"), post(try_out::try_out))
        .route(&format!("{PATH}/remove"), post(remove))
        .merge(templates::route())
}

#[derive(Template)]
#[template(path = "dashboard/phone/phone.html")]
struct Page {
    frame: Frame,
    fields: Vec<Field>,
    exists: bool,
    templates: Vec<Row>,
    to: String,
    to_error: Option<String>,
    /// What became of the test message, and its id at the provider.
    sent: Option<String>,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok(page) => show(StatusCode::OK, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Page, Refused> {
    let found = provider(app, visit).await?;
    let shown = found
        .clone()
        .unwrap_or_else(|| json!({ "name": "twilio", "configuration": { "delivery_methods": ["text"] } }));
    Ok(Page {
        frame: Frame::new(app, visit, PATH, "Phone provider"),
        fields: form::shown(SPECS, &shown),
        exists: found.is_some(),
        templates: templates::rows(app, visit).await?,
        to: String::new(),
        to_error: None,
        sent: None,
    })
}

/// There is one at most.
async fn provider(app: &SharedApp, visit: &AdminVisit) -> Result<Option<Value>, Refused> {
    let found = Api::of(app, visit).get(PROVIDERS).await?;
    Ok(list(&found, "/providers").first().cloned())
}

fn path_of(provider: &Value) -> String {
    format!("{PROVIDERS}/{}", segment(text(provider, "/id")))
}

async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    match write(&app, &form).await {
        Ok(()) => see_other(&format!("{PATH}?said=saved")),
        Err(refused) => match read(&app, &form.visit).await {
            Ok(mut page) => {
                let refused = Refused { message: words(&refused.message), ..refused };
                page.fields = form::typed(SPECS, &form.fields, "", &refused);
                page.frame = page.frame.failed(form::summary(&page.fields, &refused));
                show(refused.status, &page)
            }
            Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
        },
    }
}

async fn write(app: &SharedApp, form: &AdminForm) -> Result<(), Refused> {
    let api = Api::of(app, &form.visit);
    let mut body = json!(form::patch(SPECS, &form.fields));
    match provider(app, &form.visit).await? {
        Some(found) => {
            keep_authentication(&mut body, &found);
            api.patch(&path_of(&found), &body).await?
        }
        None => {
            let mut body = without_nulls(body);
            if let Some(object) = body.as_object_mut() {
                object.entry("credentials").or_insert(json!({}));
            }
            api.post(PROVIDERS, &body).await?
        }
    };
    Ok(())
}

/// What no field here is for: a configuration is replaced whole.
fn keep_authentication(body: &mut Value, found: &Value) {
    let kept = found.pointer("/configuration/gateway_authentication");
    let is_custom = text(body, "/name") == "custom";
    let configuration = body.get_mut("configuration").and_then(Value::as_object_mut);
    if let (true, Some(kept), Some(configuration)) = (is_custom, kept, configuration) {
        configuration.insert(String::from("gateway_authentication"), kept.clone());
    }
}

/// Tools compare what the API says where there is nobody to send from.
fn words(message: &str) -> String {
    match message {
        "Bad Operation on Notification Resource" => {
            String::from("Nothing was saved: give a number or name to send from, or a Messaging Service SID.")
        }
        other => other.to_owned(),
    }
}

async fn remove(State(app): State<SharedApp>, form: AdminForm) -> Response {
    match take_away(&app, &form).await {
        Ok(()) => see_other(&format!("{PATH}?said=deleted")),
        Err(refused) => frame::refused(&app, &form.visit, PATH, refused),
    }
}

async fn take_away(app: &SharedApp, form: &AdminForm) -> Result<(), Refused> {
    if form.field("confirm") != "remove" {
        return Err(Refused::by_page(
            StatusCode::BAD_REQUEST,
            String::from("Nothing was removed: type the word remove."),
        ));
    }
    if let Some(found) = provider(app, &form.visit).await? {
        Api::of(app, &form.visit).delete(&path_of(&found)).await?;
    }
    Ok(())
}
