//! What is known of a user beside the addresses: the profile, and both metadata.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use latchkey_wire::management::Query;
use serde_json::{Map, Value, json};

use super::details::{Page, back};
use super::{at, base, refused};
use crate::app::SharedApp;
use crate::extract::admin::AdminForm;
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused};
use crate::routes::dashboard::form::{self, Field, Kind, Spec, spec};

const PROFILE: &[Spec] = &[
    spec("name", "Name", "Empty shows the number or address.", Kind::Line, ""),
    spec("given_name", "Given name", "", Kind::Line, ""),
    spec("family_name", "Family name", "", Kind::Line, ""),
    spec("nickname", "Nickname", "", Kind::Line, ""),
    spec("picture", "Picture", "The address of an image: https://…", Kind::Line, ""),
];

const METADATA: &[Spec] = &[
    spec(
        "user_metadata",
        "User metadata",
        "An object in JSON that the person's apps may show and change, such as {\"colour\": \"blue\"}.",
        Kind::Object,
        "",
    ),
    spec(
        "app_metadata",
        "App metadata",
        "An object in JSON that only operators change, such as {\"plan\": \"pro\"}.",
        Kind::Object,
        "",
    ),
];

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/profile", get(back).post(save))
        .route("/dashboard/users/{id}/metadata", get(back).post(save_metadata))
}

pub fn shown(user: &Value) -> Vec<Field> {
    form::shown(PROFILE, user)
}

pub fn shown_metadata(user: &Value) -> Vec<Field> {
    form::shown(METADATA, user)
}

/// What stands in the fields of both forms.
pub fn was(user: &Value) -> Vec<(String, String)> {
    let text = |spec: &Spec| match user.get(spec.path) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    PROFILE.iter().chain(METADATA).map(|spec| (spec.path.to_owned(), text(spec))).collect()
}

/// As a form that was sent says it.
fn still(specs: &[Spec], form: &AdminForm, was: &mut [(String, String)]) {
    for (name, value) in was {
        if specs.iter().any(|spec| spec.path == name.as_str()) {
            *value = form.field(&format!("was.{name}")).to_owned();
        }
    }
}

/// Only what was changed on the page: names that are the address, and a picture that is ours, stay so.
async fn save(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let mut body = form::patch(PROFILE, &form.fields);
    body.retain(|name, value| {
        let was = form.field(&format!("was.{name}"));
        value.as_str().unwrap_or_default() != was
    });
    let why = match send(&app, &id, &form, body).await {
        Ok(response) => return response,
        Err(why) => why,
    };
    match Page::of(&app, &form.visit, &id).await {
        Ok(mut page) => {
            page.profile = form::typed(PROFILE, &form.fields, "", &why);
            still(PROFILE, &form, &mut page.was);
            let summary = form::summary(&page.profile, &why);
            page.failed(summary, why.status)
        }
        Err(why) => refused(&app, &form.visit, why),
    }
}

/// Key by key: what others wrote since the page was shown stays.
async fn save_metadata(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let mut body = Map::new();
    for spec in METADATA {
        let (was, now) =
            (written(&form.fields, &format!("was.{}", spec.path)), written(&form.fields, spec.path));
        let change = match (was, now) {
            (Ok(was), Ok(now)) => Value::Object(changes(&was, now)),
            // The API says that it is no object, and the form where.
            (_, Err(text)) => json!(text),
            (Err(_), Ok(now)) => Value::Object(now),
        };
        body.insert(spec.path.to_owned(), change);
    }
    body.retain(|_, change| change.as_object().is_none_or(|change| !change.is_empty()));
    let why = match send(&app, &id, &form, body).await {
        Ok(response) => return response,
        Err(why) => why,
    };
    match Page::of(&app, &form.visit, &id).await {
        Ok(mut page) => {
            page.metadata = form::typed(METADATA, &form.fields, "", &why);
            still(METADATA, &form, &mut page.was);
            let summary = form::summary(&page.metadata, &why);
            page.failed(summary, why.status)
        }
        Err(why) => refused(&app, &form.visit, why),
    }
}

async fn send(
    app: &SharedApp,
    id: &str,
    form: &AdminForm,
    body: Map<String, Value>,
) -> Result<Response, Refused> {
    if !body.is_empty() {
        Api::of(app, &form.visit).patch(&at(id), &Value::Object(body)).await?;
    }
    Ok(see_other(&format!("{}?said=saved", base(id))))
}

/// The object in a field; empty is `{}`. Otherwise the text.
fn written(fields: &Query, name: &str) -> Result<Map<String, Value>, String> {
    let text = fields.text(name).unwrap_or_default().trim();
    match text.is_empty() {
        true => Ok(Map::new()),
        false => serde_json::from_str(text).map_err(|_| text.to_owned()),
    }
}

/// What a PATCH says that merges the first level: keys that are new or changed, and `null` for those that are
/// gone.
fn changes(was: &Map<String, Value>, now: Map<String, Value>) -> Map<String, Value> {
    let gone = was.keys().filter(|key| !now.contains_key(*key)).cloned().collect::<Vec<_>>();
    let mut changes: Map<String, Value> =
        now.into_iter().filter(|(key, value)| was.get(key) != Some(value)).collect();
    changes.extend(gone.into_iter().map(|key| (key, Value::Null)));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_changed_key_by_key() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let changed = changes(
            &object(json!({"kept": {"a": 1}, "gone": 1, "other": 1})),
            object(json!({"kept": {"a": 1}, "other": {"b": 2}, "new": null})),
        );
        assert_eq!(Value::Object(changed), json!({"other": {"b": 2}, "new": null, "gone": null}));
    }
}
