//! Streams of events to an endpoint of the operator's (section 2.19). Checked and kept here.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::documents::{Draft, merge, typed};
use super::rules::{ANYTHING, FLAG, OBJECT, Rule, TEXT, check, is_line, is_text, required};
use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Document, DocumentKind};

const KIND: DocumentKind = DocumentKind::LogStream;
const SECRET: [&str; 2] = ["/sink/httpAuthorization", "/sink/httpCustomHeaders"];
/// Headers carry keys, too: they are sealed as one text of JSON.
const HEADERS: &str = "httpCustomHeaders";
const MAX_HEADERS: usize = 20;
const CATEGORIES: [&str; 20] = [
    "auth.login.success",
    "auth.login.fail",
    "auth.login.notification",
    "auth.logout.success",
    "auth.logout.fail",
    "auth.signup.success",
    "auth.signup.fail",
    "auth.silent_auth.success",
    "auth.silent_auth.fail",
    "auth.token_exchange.success",
    "auth.token_exchange.fail",
    "management.success",
    "management.fail",
    "user.success",
    "user.fail",
    "user.notification",
    "system.notification",
    "scim.event",
    "actions",
    "other",
];

/// Where events go.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sink {
    http_endpoint: String,
    #[serde(default)]
    http_authorization: Option<String>,
    #[serde(default)]
    http_content_type: Option<String>,
    #[serde(default)]
    http_content_format: Option<String>,
    #[serde(default)]
    http_custom_headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    header: String,
    value: String,
}

impl Engine {
    pub async fn list_log_streams(&self) -> Result<Vec<Document>, Fault> {
        self.list_all(KIND).await
    }

    pub async fn read_log_stream(&self, id: &str) -> Result<Document, ManageError> {
        self.find_one(KIND, id).await
    }

    pub async fn create_log_stream(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        required(&given, "name")?;
        match required(&given, "type")? {
            "http" => {}
            other => {
                let text = format!("Log streams of type {other:.40} are not supported: use http");
                return Err(ManageError::NotSupported(text));
            }
        }
        if given.get("sink").is_none_or(Value::is_null) {
            return Err(ManageError::MissingProperty("sink"));
        }
        check(&given, rule)?;
        let mut body = Map::from_iter([(String::from("status"), json!("active"))]);
        merge(&mut body, given);
        body.remove("id");
        self.check_sink(&body)?;
        fold_headers(&mut body);
        let id = format!("lst_{}", self.random.digits(16).expose());
        self.insert_one(operator, Draft { kind: KIND, name: id.clone(), id, body, secret: &SECRET }).await
    }

    pub async fn update_log_stream(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        check(&given, rule)?;
        self.replace_one(operator, (KIND, id), &SECRET, |document| {
            for fixed in ["id", "type"] {
                let known = if fixed == "id" { json!(document.id) } else { json!("http") };
                if given.get(fixed).is_some_and(|given| *given != known) {
                    return Err(ManageError::invalid(fixed, "Cannot be changed"));
                }
            }
            for name in ["name", "sink", "status"] {
                if given.get(name).is_some_and(Value::is_null) {
                    return Err(ManageError::invalid(name, "Cannot be taken away"));
                }
            }
            let mut given = given.clone();
            given.remove("id");
            let before = part_of_sink(document, "httpEndpoint").cloned();
            merge(&mut document.body, given);
            self.check_sink(&document.body)?;
            if part_of_sink(document, "httpEndpoint") != before.as_ref() {
                check_secrets(document)?;
            }
            fold_headers(&mut document.body);
            Ok(())
        })
        .await
    }

    /// True when there was one.
    pub async fn remove_log_stream(&self, operator: &Operator, id: &str) -> Result<bool, ManageError> {
        self.delete_one(operator, KIND, id).await
    }

    /// Secrets are for tools that deploy (decision 3.13).
    pub fn log_stream_in_clear(
        &self,
        stream: &Document,
        in_clear: bool,
    ) -> Result<Map<String, Value>, Fault> {
        let mut body = if in_clear { self.whole(stream)? } else { stream.body.clone() };
        if let Some(headers) = body.get_mut("sink").and_then(|sink| sink.get_mut(HEADERS)) {
            unfold(headers);
        }
        body.insert(String::from("id"), json!(stream.id));
        Ok(body)
    }

    fn check_sink(&self, body: &Map<String, Value>) -> Result<(), ManageError> {
        let none = Map::new();
        let sink = body.get("sink").and_then(Value::as_object).unwrap_or(&none);
        let bad = |name: &str, reason: &str| Err(ManageError::invalid(format!("sink.{name}"), reason));
        let read: Sink = typed(sink).map_err(|bad| match bad {
            ManageError::Invalid { property, reason } if property == "." => {
                ManageError::invalid("sink", reason)
            }
            ManageError::Invalid { property, reason } => {
                ManageError::invalid(format!("sink.{property}"), reason)
            }
            other => other,
        })?;
        // Invariant: the guard of everything that is called by an address of an operator's (S-134).
        if let Err(why) = self.senders.logout(&read.http_endpoint) {
            return bad("httpEndpoint", &why.reason);
        }
        let is_bad = |text: &String| text.len() > 2_048 || text.chars().any(char::is_control);
        for (name, text) in
            [("httpAuthorization", &read.http_authorization), ("httpContentType", &read.http_content_type)]
        {
            if text.as_ref().is_some_and(is_bad) {
                return bad(name, "Must be a text of one line");
            }
        }
        let format = read.http_content_format.as_deref();
        if !matches!(format, None | Some("JSONLINES" | "JSONARRAY" | "JSONOBJECT")) {
            return bad("httpContentFormat", "Must be JSONLINES, JSONARRAY or JSONOBJECT");
        }
        match read.http_custom_headers.len() <= MAX_HEADERS && read.http_custom_headers.iter().all(is_header)
        {
            true => Ok(()),
            false => bad(HEADERS, "Must be at most 20 headers of one line each"),
        }
    }
}

fn part_of_sink<'a>(stream: &'a Document, name: &str) -> Option<&'a Value> {
    stream.body.get("sink")?.get(name)
}

/// Secrets that are kept go to no other place than the one they were given for.
fn check_secrets(stream: &Document) -> Result<(), ManageError> {
    for path in SECRET {
        let name = path.trim_start_matches("/sink/");
        if stream.secrets.contains_key(path) && part_of_sink(stream, name).is_none() {
            let reason = "Must be given again, since it would go to another server";
            return Err(ManageError::invalid(format!("sink.{name}"), reason));
        }
    }
    Ok(())
}

fn fold_headers(body: &mut Map<String, Value>) {
    let headers = body.get_mut("sink").and_then(|sink| sink.get_mut(HEADERS));
    if let Some(headers) = headers.filter(|headers| headers.is_array()) {
        *headers = json!(headers.to_string());
    }
}

fn unfold(headers: &mut Value) {
    let read = headers.as_str().and_then(|text| serde_json::from_str(text).ok());
    if let Some(list) = read {
        *headers = list;
    }
}

/// RFC 9110 section 5.
fn is_header(Header { header, value }: &Header) -> bool {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    (1..=128).contains(&header.len())
        && header.bytes().all(is_name)
        && value.len() <= 2_048
        && !value.chars().any(char::is_control)
}

fn rule(name: &str) -> Rule {
    match name {
        "name" => {
            (|value| is_text(value, |text| !text.is_empty() && is_line(text)), "Must be a text of one line")
        }
        "status" => {
            (|value| is_text(value, |text| matches!(text, "active" | "paused")), "Must be active or paused")
        }
        "filters" => (are_filters, "Must be a list of categories"),
        "isPriority" => FLAG,
        "sink" | "pii_config" => OBJECT,
        "startFrom" => TEXT,
        _ => ANYTHING,
    }
}

fn are_filters(value: &Value) -> bool {
    let is_one = |filter: &Value| {
        filter.get("type") == Some(&json!("category"))
            && filter.get("name").is_some_and(|name| is_text(name, |text| CATEGORIES.contains(&text)))
    };
    value.as_array().is_some_and(|list| list.iter().all(is_one))
}
