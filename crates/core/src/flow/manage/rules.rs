//! What the parts of a record must be, as its file lists them.

use serde_json::{Map, Value};
use url::Url;

use super::ManageError;

/// What a part must be, and the text where it is not.
pub(super) type Rule = (fn(&Value) -> bool, &'static str);

/// Tools read it, we do not: whatever it is, it is given back.
pub(super) const ANYTHING: Rule = (|_| true, "");
pub(super) const TEXT: Rule = (Value::is_string, "Expected type string");
pub(super) const FLAG: Rule = (Value::is_boolean, "Expected type boolean");
pub(super) const OBJECT: Rule = (Value::is_object, "Expected type object");

/// `null` takes a part away, so it may stand anywhere.
pub(super) fn check(given: &Map<String, Value>, rule: fn(&str) -> Rule) -> Result<(), ManageError> {
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let (is_sound, reason) = rule(name);
        if !is_sound(value) {
            return Err(ManageError::invalid(name, reason));
        }
    }
    Ok(())
}

/// A text that a new record must have.
pub(super) fn required<'a>(
    given: &'a Map<String, Value>,
    name: &'static str,
) -> Result<&'a str, ManageError> {
    match given.get(name) {
        None | Some(Value::Null) => Err(ManageError::MissingProperty(name)),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(ManageError::invalid(name, "Expected type string")),
    }
}

pub(super) fn is_text(value: &Value, is_sound: impl Fn(&str) -> bool) -> bool {
    value.as_str().is_some_and(is_sound)
}

pub(super) fn is_list(value: &Value, is_sound: impl Fn(&str) -> bool) -> bool {
    let list = value.as_array();
    list.is_some_and(|list| list.len() <= 100 && list.iter().all(|item| item.as_str().is_some_and(&is_sound)))
}

/// Of one line, and no markup.
pub(super) fn is_line(text: &str) -> bool {
    text.chars().count() <= 256 && !text.chars().any(|c| c.is_control() || matches!(c, '<' | '>'))
}

/// What a browser may be shown, or nothing.
pub(super) fn is_page(text: &str) -> bool {
    let is_url =
        || Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    text.is_empty() || (text.len() <= 2_048 && is_url())
}
