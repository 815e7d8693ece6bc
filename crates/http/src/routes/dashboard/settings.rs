//! The settings of a passwordless connection, field by field.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::Query;
use serde_json::{Value, json};

use super::api::{Api, Refused, text};
use super::frame::{self, Frame, show};
use super::options::{self, Kind, Spec};
use super::passwordless::PATH;
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;

pub fn route() -> Router<SharedApp> {
    Router::new().route(&format!("{PATH}/{{id}}/settings"), get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/settings.html")]
struct Page {
    frame: Frame,
    /// The path of the panel, before its tabs.
    base: String,
    fields: Vec<Field>,
}

struct Field {
    spec: &'static Spec,
    value: String,
    /// What the API says of it.
    error: Option<String>,
}

impl Field {
    fn choices(&self) -> &'static [(&'static str, &'static str)] {
        match self.spec.kind {
            Kind::Choice(choices) => choices,
            _ => &[],
        }
    }

    /// What `<option>` shows: also what was written elsewhere and is none of ours to offer.
    fn is_offered(&self) -> bool {
        self.value.is_empty() || self.choices().iter().any(|(value, _)| *value == self.value)
    }

    fn described_by(&self) -> String {
        let hint = (!self.spec.hint.is_empty()).then(|| format!("{}-hint", self.spec.path));
        let error = self.error.is_some().then(|| format!("{}-error", self.spec.path));
        [error, hint].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match connection(&app, &visit, &id).await {
        Ok(found) => {
            let value = |spec: &Spec| spec.read(&found);
            render(&app, &visit, &found, StatusCode::OK, (value, None))
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let found = match connection(&app, visit, &id).await {
        Ok(found) => found,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let specs = options::of(text(&found, "/strategy"));
    let body = json!({ "options": options::merged(specs, &found, &form.fields) });
    match Api::of(&app, visit).patch(&format!("/connections/{}", segment(&id)), &body).await {
        Ok(_) => see_other(&format!("{PATH}/{}/settings?said=saved", segment(&id))),
        // The form comes back as it was typed.
        Err(refused) => {
            let value = |spec: &Spec| typed(spec, &form.fields);
            render(&app, visit, &found, refused.status, (value, Some(&refused)))
        }
    }
}

fn typed(spec: &Spec, fields: &Query) -> String {
    match spec.kind {
        // Typed again: a secret never comes back in a page.
        Kind::Secret => String::new(),
        _ => fields.text(spec.path).unwrap_or_default().to_owned(),
    }
}

fn render(
    app: &SharedApp,
    visit: &AdminVisit,
    found: &Value,
    status: StatusCode,
    (value, refused): (impl Fn(&Spec) -> String, Option<&Refused>),
) -> Response {
    let (frame, base) = panel(app, visit, found);
    let of = |spec: &Spec, value: &str| {
        let refused = refused?;
        let no_number = spec.kind == Kind::Number && !value.is_empty() && value.parse::<u32>().is_err();
        if no_number { Some(String::from("Must be a whole number.")) } else { about(refused, spec) }
    };
    let specs = options::of(text(found, "/strategy"));
    let field = |spec: &'static Spec| {
        let value = value(spec);
        Field { spec, error: of(spec, &value), value }
    };
    let fields: Vec<Field> = specs.iter().map(field).collect();
    let frame = match refused {
        None => frame,
        Some(_) if fields.iter().any(|field| field.error.is_some()) => {
            frame.failed("Nothing was saved: one of the fields below is not right.")
        }
        Some(refused) => frame.failed(refused.message.clone()),
    };
    show(status, &Page { frame, base, fields })
}

/// The reason, where the API names this field.
fn about(refused: &Refused, spec: &Spec) -> Option<String> {
    let (before, property) = refused.message.rsplit_once(" on property ")?;
    let reason = before.split_once('\'').map_or(before, |(_, rest)| rest.trim_end_matches('\''));
    (property == format!("options.{}", spec.path)).then(|| reason.to_owned())
}

/// The title of a connection's panel, and the path before its tabs.
pub fn panel(app: &SharedApp, visit: &AdminVisit, found: &Value) -> (Frame, String) {
    let (name, strategy) = (text(found, "/name"), text(found, "/strategy"));
    let title = match (strategy, name) {
        ("email", "email") => "Email",
        ("sms", "sms") => "SMS",
        _ => name,
    };
    let base = format!("{PATH}/{}", segment(text(found, "/id")));
    (Frame::new(app, visit, PATH, title), base)
}

pub async fn connection(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Value, Refused> {
    Api::of(app, visit).get(&format!("/connections/{}", segment(id))).await
}

/// An id as a segment of a path.
pub fn segment(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}
