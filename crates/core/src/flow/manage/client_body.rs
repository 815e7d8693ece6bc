//! What a tool writes of a client: put over what there is, and checked where it is only kept.

use latchkey_wire::management::client::RefreshToken;
use serde_json::{Map, Value, json};

use super::ManageError;
use super::client_parts::parse;
use super::documents::merge;

/// Told by us only. Tools send them back with the rest.
const READ_ONLY: [&str; 4] = ["tenant", "global", "signing_keys", "callback_url_template"];
/// Auth0's two names for sign-in on pages of the client.
const CROSS_ORIGIN: [&str; 2] = ["cross_origin_authentication", "cross_origin_auth"];

/// The body after `given` was written over it.
pub fn prepare(
    mut body: Map<String, Value>,
    mut given: Map<String, Value>,
) -> Result<Map<String, Value>, ManageError> {
    for name in READ_ONLY {
        given.remove(name);
    }
    if let Some(value) = CROSS_ORIGIN.iter().find_map(|name| given.get(*name)).cloned() {
        for name in CROSS_ORIGIN {
            given.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(block) = given.get("refresh_token").filter(|block| !block.is_null()).cloned() {
        given.insert(String::from("refresh_token"), filled(block)?);
    }
    if let Some(Value::Object(jwt)) = given.get_mut("jwt_configuration") {
        keep_encoding(jwt, body.get("jwt_configuration"));
    }
    if let Some(metadata) = given.get_mut("client_metadata") {
        merge_metadata(metadata, body.get("client_metadata"));
    }
    merge(&mut body, given);
    Ok(body)
}

/// Auth0's deploy tool leaves it out of every change: a secret does not change its encoding by that.
fn keep_encoding(given: &mut Map<String, Value>, kept: Option<&Value>) {
    const NAME: &str = "secret_encoded";
    if let Some(kept) = kept.and_then(|kept| kept.get(NAME)) {
        given.entry(NAME).or_insert_with(|| kept.clone());
    }
}

/// Auth0 shows the whole block, whichever part was written.
fn filled(block: Value) -> Result<Value, ManageError> {
    let mut given: RefreshToken = parse("refresh_token", &block)?;
    if given.rotation_type.is_none() || given.expiration_type.is_none() {
        let reason = "rotation_type and expiration_type are required together";
        return Err(ManageError::invalid("refresh_token.rotation_type", reason));
    }
    given = given.filled();
    let mut whole = json!(given);
    if let (Some(whole), Value::Object(block)) = (whole.as_object_mut(), block) {
        for (name, value) in block {
            if !value.is_null() || !whole.contains_key(&name) {
                whole.insert(name, value);
            }
        }
    }
    Ok(whole)
}

/// Key by key; `null` takes a key away.
fn merge_metadata(given: &mut Value, kept: Option<&Value>) {
    let Value::Object(given) = given else { return };
    let mut merged = kept.and_then(Value::as_object).cloned().unwrap_or_default();
    merge(&mut merged, std::mem::take(given));
    *given = merged;
}

/// What no rule of ours reads has the type that strict tools expect.
pub fn check(body: &Map<String, Value>) -> Result<(), ManageError> {
    for (name, value) in body {
        if let Some(reason) = fault_of(name, value) {
            return Err(ManageError::invalid(name, reason));
        }
    }
    Ok(())
}

fn fault_of(name: &str, value: &Value) -> Option<&'static str> {
    let text = value.as_str();
    let (sound, reason) = match name {
        "description" => {
            (text.is_some_and(|text| text.chars().count() <= 140), "Must be at most 140 characters")
        }
        "logo_uri" => {
            let sound = |text: &str| text.is_empty() || url::Url::parse(text).is_ok();
            (text.is_some_and(sound), "Must be an absolute URI")
        }
        "initiate_login_uri" => {
            let https = |text: &str| url::Url::parse(text).is_ok_and(|url| url.scheme() == "https");
            (text.is_some_and(|text| text.is_empty() || https(text)), "Must be an https URI")
        }
        "allowed_origins" => {
            // Of every page without an origin of its own.
            let sound = |origin: &Value| origin.as_str().is_some_and(|origin| origin != "null");
            (
                value.as_array().is_some_and(|list| list.iter().all(sound)),
                "Must be a list of origins, without null",
            )
        }
        "allowed_clients" | "client_aliases" => {
            let is_list = value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
            (is_list, "Must be a list of strings")
        }
        "sso" | "sso_disabled" | "custom_login_page_on" | "require_proof_of_possession" => {
            (value.is_boolean(), "Expected type boolean")
        }
        "client_metadata" => (
            value.as_object().is_some_and(is_metadata),
            "Must be at most 10 keys, each with at most 255 characters",
        ),
        "par_request_expiry" => {
            let seconds = value.as_u64().is_some_and(|seconds| (10..=600).contains(&seconds));
            (seconds, "Must be 10 to 600 seconds")
        }
        "addons" | "native_social_login" | "encryption_key" | "session_transfer" => {
            (value.is_object(), "Expected type object")
        }
        _ => return None,
    };
    (!sound).then_some(reason)
}

fn is_metadata(map: &Map<String, Value>) -> bool {
    let short = |text: &str| text.chars().count() <= 255;
    map.len() <= 10 && map.iter().all(|(key, value)| short(key) && value.as_str().is_some_and(short))
}
