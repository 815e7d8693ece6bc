//! What of an application's settings a form changed: no more is written, so that two people who save at once keep
//! each other's other fields, and tools their spelling.

use latchkey_wire::management::Query;
use serde_json::{Map, Value, json};

use super::fields::{has_keys, object_of};
use super::groups::{METHOD, groups};
use crate::routes::dashboard::form;

/// What a PATCH must say so that the client is as the form has it; empty where nothing was changed.
pub fn changes(client: &Value, fields: &Query) -> Map<String, Value> {
    let mut changes = Map::new();
    for group in groups() {
        let object = object_of(group, client);
        let after = form::merged(group.specs, object, fields);
        if let Some(name) = group.root.strip_suffix('.') {
            let after = Value::Object(without_empty(after));
            put_change(&mut changes, name, Some(object), Some(&after));
            continue;
        }
        let mut names: Vec<&str> = group.specs.iter().map(|spec| top(spec.path)).collect();
        names.dedup();
        for name in names {
            // Two groups have fields of one object.
            let before = changes.get(name).or_else(|| client.get(name)).cloned();
            let whole = before.clone().map_or_else(|| json!({}), |before| json!({ name: before }));
            let after = form::merged(group.specs, &whole, fields).remove(name);
            put_change(&mut changes, name, before.as_ref(), after.as_ref());
        }
    }
    if has_keys(client) {
        changes.remove(METHOD);
    }
    follow_lifetimes(client, &mut changes);
    take_keys_away(client, &mut changes);
    changes
}

fn top(path: &str) -> &str {
    path.split_once('.').map_or(path, |(parent, _)| parent)
}

/// What is empty is as good as absent.
fn put_change(changes: &mut Map<String, Value>, name: &str, before: Option<&Value>, after: Option<&Value>) {
    let said = |value: Option<&Value>| value.filter(|value| !is_empty(value)).cloned();
    let (before, after) = (said(before), said(after));
    if before != after {
        // Unset is not the same as empty: grants that are absent are Auth0's.
        let emptied = match name {
            "grant_types" => json!([]),
            "name" => json!(""),
            "is_first_party" | "oidc_conformant" => json!(false),
            _ => Value::Null,
        };
        changes.insert(name.to_owned(), after.unwrap_or(emptied));
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(fields) => fields.values().all(is_empty),
        _ => false,
    }
}

fn without_empty(object: Map<String, Value>) -> Map<String, Value> {
    let tidy = |(name, value)| match value {
        Value::Object(inner) => (name, Value::Object(without_empty(inner))),
        other => (name, other),
    };
    object.into_iter().map(tidy).filter(|(_, value)| !is_empty(value)).collect()
}

/// The API has one more word for what two fields of the form say.
fn follow_lifetimes(client: &Value, changes: &mut Map<String, Value>) {
    let Some(Value::Object(block)) = changes.get_mut("refresh_token") else { return };
    let kept = client.get("refresh_token").unwrap_or(&Value::Null);
    let decides = ["rotation_type", "infinite_token_lifetime", "infinite_idle_token_lifetime"];
    if decides.iter().all(|name| block.get(*name) == kept.get(name)) {
        return;
    }
    let never = |name: &str| block.get(name) == Some(&json!(true));
    let rotates = block.get("rotation_type") == Some(&json!("rotating"));
    let endless = never("infinite_token_lifetime") && never("infinite_idle_token_lifetime") && !rotates;
    let word = if endless { "non-expiring" } else { "expiring" };
    block.insert(String::from("expiration_type"), json!(word));
}

/// The API merges metadata key by key.
fn take_keys_away(client: &Value, changes: &mut Map<String, Value>) {
    const NAME: &str = "client_metadata";
    let Some(kept) = client.get(NAME).and_then(Value::as_object) else { return };
    let Some(change) = changes.get_mut(NAME) else { return };
    if change.is_null() {
        *change = json!({});
    }
    if let Some(change) = change.as_object_mut() {
        for name in kept.keys() {
            change.entry(name.clone()).or_insert(Value::Null);
        }
    }
}
