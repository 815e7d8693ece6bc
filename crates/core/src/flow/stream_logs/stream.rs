//! A log stream as its delivery needs it.

use latchkey_wire::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::batch::Item;
use super::category::category;
use super::private;
use super::sign::Signing;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::log_streams::{HEADERS, SIGNING, start_of};
use crate::model::{Document, EventKind, LogCursor};
use crate::sender::LogRequest;
use crate::store::StoreError;

/// Where events go.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::flow) struct Sink {
    pub http_endpoint: String,
    #[serde(default)]
    pub http_authorization: Option<Secret>,
    #[serde(default)]
    pub http_content_type: Option<String>,
    #[serde(default)]
    pub http_content_format: Option<Format>,
    #[serde(default)]
    pub http_custom_headers: Vec<Header>,
}

#[derive(Deserialize)]
pub(in crate::flow) struct Header {
    pub header: String,
    pub value: Secret,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(in crate::flow) enum Format {
    #[default]
    #[serde(rename = "JSONLINES")]
    Lines,
    #[serde(rename = "JSONARRAY")]
    Array,
    /// A request for each entry.
    #[serde(rename = "JSONOBJECT")]
    Object,
}

pub(in crate::flow) struct Stream {
    pub id: String,
    pub version: u32,
    /// Below the first entry that it gets.
    pub start: String,
    pub sink: Sink,
    document: Document,
    /// Categories; `None` for all.
    filters: Option<Vec<String>>,
    hidden: Vec<&'static str>,
    signing: Signing,
}

pub(super) fn is_active(stream: &Document) -> bool {
    stream.body.get("status").and_then(Value::as_str) == Some("active")
}

impl Engine {
    /// A stream with its secrets.
    pub(in crate::flow) fn open_stream(&self, document: Document) -> Result<Stream, Fault> {
        let mut body = self.whole(&document)?;
        let signing = self.signing_of(&document)?;
        body.remove(SIGNING);
        let sink = body.remove("sink").map(unfolded).ok_or_else(damaged)?;
        let sink = serde_json::from_value(sink).map_err(|_| damaged())?;
        let start = LogCursor::position_at(start_of(&body).unwrap_or(document.created_at));
        Ok(Stream {
            id: document.id.clone(),
            version: document.version,
            start,
            sink,
            filters: filters_of(&body),
            // Refused when it was written.
            hidden: private::hidden(body.get("pii_config")).unwrap_or_default(),
            signing,
            document,
        })
    }
}

/// The error of serde_json may quote a secret.
fn damaged() -> Fault {
    StoreError::Corrupt(String::from("a log stream cannot be read")).into()
}

/// Headers are sealed as one text.
fn unfolded(mut sink: Value) -> Value {
    if let Some(Value::String(text)) = sink.get(HEADERS) {
        let list: Value = serde_json::from_str(text).unwrap_or_default();
        if let Some(object) = sink.as_object_mut() {
            object.insert(HEADERS.to_owned(), list);
        }
    }
    sink
}

fn filters_of(body: &Map<String, Value>) -> Option<Vec<String>> {
    let list = body.get("filters")?.as_array().filter(|list| !list.is_empty())?;
    let name = |filter: &Value| filter.get("name").and_then(Value::as_str).map(str::to_owned);
    Some(list.iter().filter_map(name).collect())
}

impl Stream {
    pub fn format(&self) -> Format {
        self.sink.http_content_format.unwrap_or_default()
    }

    pub fn wants(&self, kind: EventKind) -> bool {
        let name = category(kind);
        self.filters.as_ref().is_none_or(|filters| filters.iter().any(|filter| filter == name))
    }

    /// The kinds of its entries; `None` for all.
    pub fn kinds(&self) -> Option<Vec<String>> {
        self.filters.as_ref()?;
        let kinds = EventKind::ALL.iter().filter(|kind| self.wants(**kind));
        Some(kinds.map(|kind| kind.code().to_owned()).collect())
    }

    pub fn hide(&self, entry: &mut Value) {
        if !self.hidden.is_empty() {
            private::hide(&self.hidden, entry);
        }
    }

    pub(super) fn suspended(&self, now: Timestamp) -> Document {
        let mut document = self.document.clone();
        document.body.insert(String::from("status"), json!("suspended"));
        document.updated_at = now;
        document
    }

    /// What is sent: its headers and its body.
    pub fn request(&self, id: &str, now: Timestamp, items: &[Item]) -> Result<LogRequest, Fault> {
        let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
        let body = match self.format() {
            Format::Array => format!("[{}]", texts.join(",")),
            Format::Lines | Format::Object => texts.join("\n"),
        };
        let content_type = self.sink.http_content_type.as_deref().filter(|text| !text.is_empty());
        let mut headers = vec![
            (String::from("content-type"), Secret::new(content_type.unwrap_or("application/json"))),
            (String::from("webhook-id"), Secret::new(id)),
            (String::from("webhook-timestamp"), Secret::new(now.0.to_string())),
        ];
        let signature = self.signing.sign(id, now, &body);
        headers.extend(signature.map(|signature| (String::from("webhook-signature"), signature)));
        let authorization = self.sink.http_authorization.as_ref().filter(|text| !text.is_empty());
        headers.extend(authorization.map(|text| (String::from("authorization"), text.clone())));
        let own = &self.sink.http_custom_headers;
        headers
            .extend(own.iter().map(|Header { header, value }| (header.to_ascii_lowercase(), value.clone())));
        Ok(LogRequest { headers, body })
    }
}
