//! Settings: the tenant, how its pages look and what they say, and its domains.

mod branding;
mod domains;
pub mod fields;
mod general;
mod texts;

use axum::Router;
use latchkey_wire::management::Query;
use serde_json::{Map, Value};

use super::form::{self, Field, Spec};
use crate::app::SharedApp;
use fields::Group;

const PATH: &str = "/dashboard/settings";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(general::route())
        .merge(branding::route())
        .merge(texts::route())
        .merge(domains::route())
}

/// Fields under one heading.
struct Part {
    title: &'static str,
    about: &'static str,
    fields: Vec<Field>,
}

fn parts(groups: &'static [Group], fields: impl Fn(&'static [Spec]) -> Vec<Field>) -> Vec<Part> {
    let part = |group: &Group| Part { title: group.title, about: group.about, fields: fields(group.specs) };
    groups.iter().map(part).collect()
}

/// What a PATCH says of these fields: whole properties, `null` where nothing is left of one.
pub fn written(specs: &[Spec], object: &Value, fields: &Query) -> Map<String, Value> {
    let merged = form::merged(specs, object, fields);
    let names = specs.iter().map(|spec| spec.path.split_once('.').map_or(spec.path, |(parent, _)| parent));
    names.map(|name| (name.to_owned(), merged.get(name).cloned().unwrap_or(Value::Null))).collect()
}

/// Whether one of the fields has an error; the first of its kind is what people read first.
fn any_wrong(parts: &[Part]) -> bool {
    parts.iter().any(|part| part.fields.iter().any(|field| field.error.is_some()))
}
