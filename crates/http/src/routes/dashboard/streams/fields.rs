//! The fields of a stream, and how the API writes what they hold.

use latchkey_wire::management::Query;
use serde_json::{Map, Value, json};

use crate::routes::dashboard::api::{Refused, list, text};
use crate::routes::dashboard::form::{self, Field, Kind, Spec, spec};

const FORMATS: &[(&str, &str)] = &[
    ("JSONLINES", "A line of JSON for each event"),
    ("JSONARRAY", "One array of all events"),
    ("JSONOBJECT", "One event for each request"),
];
const CATEGORIES: &[(&str, &str)] = &[
    ("auth.login.success", "Sign-ins"),
    ("auth.login.fail", "Failed sign-ins"),
    ("auth.login.notification", "Notices about sign-ins"),
    ("auth.logout.success", "Sign-outs"),
    ("auth.logout.fail", "Failed sign-outs"),
    ("auth.signup.success", "Sign-ups"),
    ("auth.signup.fail", "Failed sign-ups"),
    ("auth.silent_auth.success", "Silent sign-ins"),
    ("auth.silent_auth.fail", "Failed silent sign-ins"),
    ("auth.token_exchange.success", "Exchanges of tokens"),
    ("auth.token_exchange.fail", "Failed exchanges of tokens"),
    ("management.success", "Changes by operators"),
    ("management.fail", "Refused changes by operators"),
    ("user.success", "Changes of users"),
    ("user.fail", "Failed changes of users"),
    ("user.notification", "Notices about users"),
    ("system.notification", "Notices of the system"),
    ("other", "All others"),
];
const NAME: Spec = spec("name", "Name", "", Kind::Line, "");
const ENDPOINT: Spec =
    spec("sink.httpEndpoint", "Payload URL", "Called with POST, over TLS.", Kind::Line, "");
const CONTENT_TYPE: Spec =
    spec("sink.httpContentType", "Content type", "application/json unless set.", Kind::Line, "");
const FORMAT: Spec = spec("sink.httpContentFormat", "Format", "", Kind::Choice(FORMATS), "");
const FILTERS: Spec = spec("filters", "Categories (none: all events)", "", Kind::Many(CATEGORIES), "");

pub const NEW: &[Spec] = &[
    NAME,
    ENDPOINT,
    spec(
        "sink.httpAuthorization",
        "Authorization",
        "The header of that name, such as Bearer and a token. Stored sealed.",
        Kind::Secret,
        "",
    ),
    spec(
        HEADERS,
        "Further headers",
        "One on each line, such as X-Key: value. Stored sealed.",
        Kind::Text,
        "",
    ),
    CONTENT_TYPE,
    FORMAT,
    FILTERS,
    spec(
        "startFrom",
        "Start from",
        "An id of the log or a time such as 2026-11-26T08:00:00Z. Empty: what happens from now on.",
        Kind::Line,
        "",
    ),
];
pub const KNOWN: &[Spec] = &[
    NAME,
    ENDPOINT,
    spec(
        "sink.httpAuthorization",
        "Authorization",
        "Leave it empty to keep what is stored. A stream that moves to another server needs it again.",
        Kind::Secret,
        "",
    ),
    spec(
        HEADERS,
        "Further headers",
        "One on each line, such as X-Key: value. Leave it empty to keep what is stored.",
        Kind::Text,
        "",
    ),
    CONTENT_TYPE,
    FORMAT,
    FILTERS,
];
const HEADERS: &str = "sink.httpCustomHeaders";
/// Secrets of the sink: a page never shows them, and never sends them back.
const SECRET: [&str; 2] = ["httpAuthorization", "httpCustomHeaders"];

/// A stream as the fields read it: categories by their names, and nothing secret.
pub fn readable(stream: &Value) -> Value {
    let mut readable = stream.clone();
    let names: Vec<Value> =
        list(stream, "/filters").iter().map(|filter| json!(text(filter, "/name"))).collect();
    if let Some(object) = readable.as_object_mut() {
        object.insert(String::from("filters"), json!(names));
        if let Some(sink) = object.get_mut("sink").and_then(Value::as_object_mut) {
            sink.retain(|name, _| !SECRET.contains(&name.as_str()));
        }
    }
    readable
}

/// What the API is sent.
pub fn written(specs: &[Spec], stream: &Value, fields: &Query) -> Map<String, Value> {
    let merged = form::merged(specs, &readable(stream), fields);
    let mut body: Map<String, Value> = merged
        .into_iter()
        .filter(|(name, _)| ["name", "sink", "filters", "startFrom"].contains(&name.as_str()))
        .collect();
    if stream.is_object() {
        body.remove("startFrom");
    }
    let filters: Vec<Value> =
        fields.list("filters").into_iter().map(|name| json!({"type": "category", "name": name})).collect();
    body.insert(String::from("filters"), json!(filters));
    let headers = fields.text(HEADERS).unwrap_or_default();
    if let Some(sink) = body.get_mut("sink").and_then(Value::as_object_mut)
        && !headers.trim().is_empty()
    {
        sink.insert(String::from("httpCustomHeaders"), headers_of(headers));
    }
    body
}

/// A line without a colon has no value, and the API refuses what is no name.
fn headers_of(text: &str) -> Value {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let header = |line: &str| {
        let (header, value) = line.split_once(':').unwrap_or((line, ""));
        json!({"header": header.trim(), "value": value.trim()})
    };
    lines.map(header).collect()
}

/// As they were typed, but for what is secret.
pub fn typed(specs: &'static [Spec], fields: &Query, refused: &Refused) -> Vec<Field> {
    let mut typed = form::typed(specs, fields, "", refused);
    for field in typed.iter_mut().filter(|field| field.spec.path == HEADERS) {
        field.value.clear();
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_neither_shown_nor_sent_back() {
        let stream = json!({
            "id": "lst_1", "name": "SIEM", "status": "active",
            "sink": {"httpEndpoint": "https://a.example/", "httpAuthorization": "canary", "other": 1,
                     "httpCustomHeaders": [{"header": "X", "value": "canary"}]},
            "filters": [{"type": "category", "name": "other"}],
        });
        let fields = Query::parse("name=SIEM&sink.httpEndpoint=https%3A%2F%2Fb.example%2F&filters=user.fail");
        let body = Value::Object(written(KNOWN, &stream, &fields));
        assert_eq!(
            body,
            json!({
                "name": "SIEM", "sink": {"httpEndpoint": "https://b.example/", "other": 1},
                "filters": [{"type": "category", "name": "user.fail"}],
            })
        );
        let given = Query::parse("sink.httpCustomHeaders=X-Key%3A+a%3Ab%0D%0A%0D%0AY%3A1");
        let body = written(KNOWN, &stream, &given);
        assert_eq!(
            body["sink"]["httpCustomHeaders"],
            json!([{"header": "X-Key", "value": "a:b"}, {"header": "Y", "value": "1"}])
        );
    }
}
