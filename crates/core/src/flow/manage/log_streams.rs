//! Streams of events to an endpoint of the operator's (section 2.19). Checked and kept here; `stream_logs` delivers
//! them.

use serde_json::{Map, Value, json};

use super::documents::{Draft, merge, typed};
use super::rules::{ANYTHING, FLAG, OBJECT, Rule, check, is_line, is_text, required};
use super::search::dates;
use super::{ManageError, Operator};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::stream_logs::category::CATEGORIES;
use crate::flow::stream_logs::{Header, Signing, Sink, hidden};
use crate::model::{Document, DocumentKind};

pub(super) const KIND: DocumentKind = DocumentKind::LogStream;
/// Given by operators.
const SECRET: [&str; 2] = ["/sink/httpAuthorization", "/sink/httpCustomHeaders"];
/// Ours: the secrets that requests are signed with, as one text of JSON. Never read back.
pub(in crate::flow) const SIGNING: &str = "signing_secrets";
pub(super) const SIGNING_PATH: &str = "/signing_secrets";
/// What the answer to a creation has, and tools may write back.
const SHOWN_SECRET: &str = "signing_secret";
/// Headers carry keys, too: they are sealed as one text of JSON.
pub(in crate::flow) const HEADERS: &str = "httpCustomHeaders";
const MAX_HEADERS: usize = 20;
/// Headers that say where a request goes, how long it is, and that we sent it.
const OURS: [&str; 10] = [
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "te",
    "upgrade",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];
/// As the server leaves a stream that failed for long.
const SUSPENDED: &str = "suspended";
const STATUS: &str = "Must be active or paused";
const START: &str = "startFrom";

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
        check_parts(&given)?;
        if given.get("status") == Some(&json!(SUSPENDED)) {
            return Err(ManageError::invalid("status", STATUS));
        }
        let mut body = Map::from_iter([(String::from("status"), json!("active"))]);
        merge(&mut body, without_ours(given));
        self.check_sink(&body)?;
        fold_headers(&mut body);
        body.insert(SIGNING.to_owned(), json!(Signing::new(&*self.random).to_json()));
        let id = format!("lst_{}", self.random.digits(16).expose());
        let [authorization, headers] = SECRET;
        let secret = &[authorization, headers, SIGNING_PATH];
        self.insert_one(operator, Draft { kind: KIND, name: id.clone(), id, body, secret }).await
    }

    pub async fn update_log_stream(
        &self,
        operator: &Operator,
        id: &str,
        given: Map<String, Value>,
    ) -> Result<Document, ManageError> {
        check(&given, rule)?;
        check_parts(&given)?;
        let changed = self.replace_one(operator, (KIND, id), &SECRET, |document| {
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
            // What tools read they write back.
            let was = document.body.get("status");
            if given.get("status").is_some_and(|status| *status == SUSPENDED && Some(status) != was) {
                return Err(ManageError::invalid("status", STATUS));
            }
            if given.get(START).is_some_and(|start| Some(start) != document.body.get(START)) {
                return Err(ManageError::invalid(START, "Cannot be changed: replay the stream instead"));
            }
            let given = without_ours(given.clone());
            let before = part_of_sink(document, "httpEndpoint").cloned();
            merge(&mut document.body, given);
            self.check_sink(&document.body)?;
            if part_of_sink(document, "httpEndpoint") != before.as_ref() {
                check_secrets(document)?;
            }
            fold_headers(&mut document.body);
            Ok(())
        });
        let changed = changed.await?;
        // What failed until now may work with the change. It is made already: the rest can wait.
        if let Err(error) = self.retry_log_stream(&changed).await {
            tracing::warn!(%error, stream = id, "a log stream waits although it was changed");
        }
        Ok(changed)
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
        body.remove(SIGNING);
        body.insert(String::from("id"), json!(stream.id));
        Ok(body)
    }

    /// As [`Engine::log_stream_in_clear`], with the secret that requests are signed with: for the answer to the
    /// creation, and no other.
    pub fn new_log_stream_in_clear(
        &self,
        stream: &Document,
        in_clear: bool,
    ) -> Result<Map<String, Value>, Fault> {
        let mut body = self.log_stream_in_clear(stream, in_clear)?;
        if in_clear && let Some(secret) = self.signing_of(stream)?.secret() {
            body.insert(SHOWN_SECRET.to_owned(), json!(secret.expose()));
        }
        Ok(body)
    }

    pub(in crate::flow) fn signing_of(&self, stream: &Document) -> Result<Signing, Fault> {
        let Some(sealed) = stream.secrets.get(SIGNING_PATH) else { return Ok(Signing::default()) };
        let context = Document::secret_context(KIND, &stream.id, SIGNING_PATH);
        Signing::from_json(&self.vault.open_text(&context, sealed)?)
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
        if let Err(why) = self.senders.log_stream(&read.http_endpoint) {
            return bad("httpEndpoint", &why.reason);
        }
        let is_bad = |text: &str| text.len() > 2_048 || !text.bytes().all(is_printable);
        if read.http_authorization.as_ref().is_some_and(|secret| is_bad(secret.expose())) {
            return bad("httpAuthorization", "Must be a text of one line, in ASCII");
        }
        if read.http_content_type.as_deref().is_some_and(is_bad) {
            return bad("httpContentType", "Must be a text of one line, in ASCII");
        }
        if let Some(ours) = read.http_custom_headers.iter().find(|header| is_ours(header)) {
            return bad(HEADERS, &format!("{:.40} is set by this server", ours.header));
        }
        match read.http_custom_headers.len() <= MAX_HEADERS && read.http_custom_headers.iter().all(is_header)
        {
            true => Ok(()),
            false => bad(HEADERS, "Must be at most 20 headers of one line each, in ASCII"),
        }
    }
}

/// When its first entry may have happened, where somebody said so.
pub(in crate::flow) fn start_of(body: &Map<String, Value>) -> Option<Timestamp> {
    moment(body.get(START)?.as_str()?)
}

/// A date, or a day from its beginning.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    dates::moment(text).map(|(first, _)| Timestamp(first))
}

/// What must be kept to, beyond its type.
fn check_parts(given: &Map<String, Value>) -> Result<(), ManageError> {
    hidden(given.get("pii_config")).map_err(|(part, reason)| ManageError::invalid(part, reason))?;
    Ok(())
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

fn without_ours(mut given: Map<String, Value>) -> Map<String, Value> {
    for name in ["id", SIGNING, SHOWN_SECRET] {
        given.remove(name);
    }
    given
}

fn is_ours(Header { header, .. }: &Header) -> bool {
    OURS.iter().any(|name| header.eq_ignore_ascii_case(name))
}

fn is_printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

/// RFC 9110 section 5.
fn is_header(Header { header, value }: &Header) -> bool {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    (1..=128).contains(&header.len())
        && header.bytes().all(is_name)
        && value.expose().len() <= 2_048
        && value.expose().bytes().all(is_printable)
}

fn rule(name: &str) -> Rule {
    match name {
        "name" => {
            (|value| is_text(value, |text| !text.is_empty() && is_line(text)), "Must be a text of one line")
        }
        "status" => (|value| is_text(value, |text| matches!(text, "active" | "paused" | SUSPENDED)), STATUS),
        "filters" => (are_filters, "Must be a list of categories"),
        "isPriority" => FLAG,
        "sink" | "pii_config" => OBJECT,
        START => {
            (|value| is_text(value, |text| moment(text).is_some()), "Must be a date, as 2026-01-31T08:00:00Z")
        }
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
