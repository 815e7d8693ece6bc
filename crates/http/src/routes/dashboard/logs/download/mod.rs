//! The log as a file, by the filter of the list. It is read from the API a part at a time, while it is sent.

mod csv;

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, header};
use http_body::Frame;
use serde_json::{Value, json};

use super::filter::Filter;
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};

/// Entries of a file. Whoever needs more narrows the filter, or has a log stream.
pub const MOST: usize = 50_000;
/// Entries of one call.
const PART: usize = 100;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/logs/download", get(download))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Ndjson,
}

impl Format {
    fn line(self, entry: &Value) -> String {
        match self {
            Self::Csv => csv::line(entry),
            Self::Ndjson => format!("{entry}\n"),
        }
    }

    /// What the last line says of a file that ends before the log does.
    fn cut(self, most: usize) -> String {
        let why = format!("Cut after {most} entries. The filter fits more: narrow it to days.");
        match self {
            Self::Csv => csv::row([why.as_str()]),
            Self::Ndjson => format!("{}\n", json!({ "cut": why })),
        }
    }
}

/// What is wrong with the filter is told on the page, before there is a file. `most`: fewer entries than usual.
async fn download(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let filter = Filter::of(&visit.query);
    let (format, name, kind) = match visit.query.text("format") {
        Some("ndjson") => (Format::Ndjson, "logs.ndjson", "application/x-ndjson"),
        _ => (Format::Csv, "logs.csv", "text/csv; charset=utf-8"),
    };
    let most = visit.query.text("most").and_then(|most| most.parse().ok()).unwrap_or(MOST).min(MOST);
    let reader = Reader { app: SharedApp::clone(&app), visit, filter, last: None };
    let (reader, first) = match reader.next().await {
        Ok(part) => part,
        Err((reader, why)) => return super::refused(&app, &reader.visit, reader.filter, &why),
    };
    let file = File::new(format, most, reader, first);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition(name)),
    ];
    (headers, Body::new(file)).into_response()
}

fn disposition(name: &str) -> HeaderValue {
    let text = format!("attachment; filename=\"{name}\"");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// Where reading stands.
struct Reader {
    app: SharedApp,
    visit: AdminVisit,
    filter: Filter,
    /// The id of the last entry that was read.
    last: Option<String>,
}

type Part = Result<(Reader, Vec<Value>), (Reader, Refused)>;

impl Reader {
    /// The next entries, older than the last. By id: entries that come in the meantime shift nothing.
    async fn next(mut self) -> Part {
        let older = self.last.as_ref().map(|id| format!("log_id:[* TO \"{id}\"}}"));
        let q = self.filter.query_and(older).map(|q| format!("&q={}", segment(&q))).unwrap_or_default();
        let path = format!("/logs?per_page={PART}&sort=date:-1{q}");
        let found = match Api::of(&self.app, &self.visit).get(&path).await {
            Ok(found) => found,
            Err(why) => return Err((self, why)),
        };
        let entries = list(&found, "").to_vec();
        if let Some(last) = entries.last() {
            self.last = Some(text(last, "/log_id").to_owned());
        }
        Ok((self, entries))
    }
}

/// The file as it goes out.
struct File {
    format: Format,
    /// Entries that may still be sent.
    left: usize,
    most: usize,
    ready: VecDeque<Bytes>,
    reading: Option<Pin<Box<dyn Future<Output = Part> + Send>>>,
}

impl File {
    fn new(format: Format, most: usize, reader: Reader, first: Vec<Value>) -> Self {
        let mut file = Self { format, left: most, most, ready: VecDeque::new(), reading: None };
        if format == Format::Csv {
            file.ready.push_back(Bytes::from(csv::head()));
        }
        file.take(reader, &first);
        file
    }

    fn take(&mut self, reader: Reader, entries: &[Value]) {
        let part: String = entries.iter().take(self.left).map(|entry| self.format.line(entry)).collect();
        let is_cut = entries.len() > self.left;
        self.left = self.left.saturating_sub(entries.len());
        self.ready.push_back(Bytes::from(part));
        if is_cut {
            self.ready.push_back(Bytes::from(self.format.cut(self.most)));
        } else if entries.len() == PART {
            self.reading = Some(Box::pin(reader.next()));
        }
    }
}

impl HttpBody for File {
    type Data = Bytes;
    type Error = axum::Error;

    /// A part that cannot be read breaks the file off, so that nobody takes it for whole.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                if bytes.is_empty() {
                    continue;
                }
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            let Some(reading) = self.reading.as_mut() else { return Poll::Ready(None) };
            let part = ready!(reading.as_mut().poll(context));
            self.reading = None;
            match part {
                Ok((reader, entries)) => self.take(reader, &entries),
                Err((_, why)) => {
                    return Poll::Ready(Some(Err(axum::Error::new(std::io::Error::other(why.message)))));
                }
            }
        }
    }
}
