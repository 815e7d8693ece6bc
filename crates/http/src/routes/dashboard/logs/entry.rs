//! An entry of the log as the pages show it.

use latchkey_core::model::EventKind;
use serde::Serialize;
use serde_json::{Map, Value};

use super::PATH;
use super::kinds::{self, Group};
use crate::routes::dashboard::api::{segment, text};
use crate::routes::dashboard::frame;

/// Characters of a description.
const LONGEST: usize = 160;

/// Also what the script of the page is told of newer ones.
#[derive(Serialize)]
pub struct Entry {
    pub id: String,
    pub href: String,
    pub date: String,
    /// The date for who has no script.
    pub when: String,
    pub code: String,
    pub name: String,
    pub state: &'static str,
    /// What the details say, in short.
    pub description: String,
    pub connection: String,
    pub client: String,
    /// Empty where it was none of the tenant's.
    pub client_href: String,
    pub user: String,
    pub user_href: String,
}

impl Entry {
    /// Of an entry as the API answers it.
    pub fn of(entry: &Value) -> Self {
        let (id, code, date) = (text(entry, "/log_id"), text(entry, "/type"), text(entry, "/date"));
        let state = EventKind::parse(code).map_or("", |kind| kinds::of(kind).state());
        let or = |one: &'static str, other: &'static str| match text(entry, one) {
            "" => text(entry, other).to_owned(),
            found => found.to_owned(),
        };
        let link = |at: &str, id: &str| match id.is_empty() {
            true => String::new(),
            false => format!("{at}/{}", segment(id)),
        };
        // Programs of ours are no clients of the tenant.
        let client_id = if text(entry, "/client_name").is_empty() { "" } else { text(entry, "/client_id") };
        Self {
            id: id.to_owned(),
            href: link(PATH, id),
            date: date.to_owned(),
            when: frame::when(date),
            code: code.to_owned(),
            name: text(entry, "/description").to_owned(),
            state,
            description: summary(entry.get("details").and_then(Value::as_object)),
            connection: text(entry, "/connection").to_owned(),
            client: or("/client_name", "/client_id"),
            client_href: link("/dashboard/applications", client_id),
            user: or("/user_name", "/user_id"),
            user_href: link("/dashboard/users", text(entry, "/user_id")),
        }
    }

    pub fn is_ok(&self) -> bool {
        self.state == Group::Success.state()
    }
}

/// What was done to what; else the facts that are single values.
fn summary(details: Option<&Map<String, Value>>) -> String {
    let Some(details) = details else { return String::new() };
    let one = |name: &str| details.get(name).and_then(Value::as_str);
    let summary = match (one("act"), one("on")) {
        (Some(act), Some(on)) => format!("{act} {on}"),
        (Some(act), None) => act.to_owned(),
        (None, on) if details.contains_key("request") => call(details, on),
        _ => {
            let single = details.iter().filter_map(|(name, value)| match value {
                Value::String(text) => Some(format!("{name}: {text}")),
                Value::Number(_) | Value::Bool(_) => Some(format!("{name}: {value}")),
                _ => None,
            });
            single.collect::<Vec<_>>().join(", ")
        }
    };
    match summary.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", summary.get(..end).unwrap_or_default()),
        None => summary,
    }
}

/// A call of the API, and what it came to.
fn call(details: &Map<String, Value>, on: Option<&str>) -> String {
    let part = |name: &str, pointer: &str| {
        let value = details.get(name).and_then(|part| part.pointer(pointer)).filter(|value| !value.is_null());
        value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let parts = [
        part("request", "/method"),
        part("request", "/path"),
        on.map(str::to_owned),
        part("response", "/statusCode"),
        part("response", "/body/errorCode"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_says_in_short_what_its_details_say() {
        let entry = Entry::of(&json!({
            "log_id": "1", "type": "fn", "date": "2026-01-31T08:00:00.000Z", "client_id": "latchkey-cli",
            "details": {"code": 21211, "text": "x".repeat(300), "before": {"a": 1}},
        }));
        assert_eq!(
            (entry.state, entry.client.as_str(), entry.client_href.as_str()),
            ("Failed", "latchkey-cli", "")
        );
        assert!(entry.description.starts_with("code: 21211, text: xxx"), "{}", entry.description);
        assert!(entry.description.chars().count() == LONGEST + 1 && entry.description.ends_with('…'));
        let entry = Entry::of(&json!({"type": "fapi", "details": {
            "request": {"method": "PATCH", "path": "/api/v2/clients/{id}"},
            "response": {"statusCode": 403, "body": {"errorCode": "insufficient_scope"}},
        }}));
        assert_eq!(entry.description, "PATCH /api/v2/clients/{id} 403 insufficient_scope");
        let entry = Entry::of(&json!({"type": "new_one", "details": {"act": "update user", "on": "sms|1"}}));
        assert_eq!((entry.state, entry.description.as_str()), ("", "update user sms|1"));
    }
}
