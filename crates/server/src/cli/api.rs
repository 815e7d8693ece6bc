//! The Management API, however it is reached: a server by its URL, the server of this machine by its socket, or the
//! store itself where no server runs. A command does not know which.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use latchkey_core::Engine;
use latchkey_http::Console;
use reqwest::{Client, Method, Request, RequestBuilder, Response, StatusCode, header};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use super::form::Form;
use super::whole;

/// Speaks to the API. An answer that is an error ends in its message.
pub struct Api {
    client: Client,
    base: Url,
    via: Via,
}

pub enum Via {
    Url {
        token: String,
    },
    /// What the socket is called.
    Socket(String),
    Here(Here),
}

/// The API in this process, over a store that no server holds.
pub struct Here {
    pub console: Console,
    pub engine: Arc<Engine>,
    pub user: String,
    pub stop: watch::Sender<bool>,
    /// Works on what commands hand in as jobs.
    pub jobs: JoinHandle<()>,
}

/// How often a server that is busy, or away for a moment, is asked.
const TRIES: u64 = 8;
/// Longest wait between two tries.
const MAX_WAIT: u64 = 30;
/// Longest wait that a server may ask for; who is told to come back later than that is told so.
const MAX_NAMED: u64 = 120;
/// Items of one part of a list.
const PART: usize = 100;

impl Api {
    pub fn new(client: Client, base: Url, via: Via) -> Self {
        Self { client, base, via }
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, None).await
    }

    /// `None` where there is no such record.
    pub async fn find(&self, path: &str) -> Result<Option<Value>> {
        let response = self.send(|| self.request(Method::GET, path), false).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        self.json(response).await.map(Some)
    }

    /// As `get`, of a server that may be restarted meanwhile.
    pub async fn watch(&self, path: &str) -> Result<Value> {
        self.json(self.send(|| self.request(Method::GET, path), true).await?).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Result<Value> {
        self.call(Method::DELETE, path, None).await
    }

    /// `Null` where the answer has no body.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let text = body.map(Value::to_string);
        let request = || {
            let request = self.request(method.clone(), path);
            match &text {
                Some(text) => request.header(header::CONTENT_TYPE, "application/json").body(text.clone()),
                None => request,
            }
        };
        self.json(self.send(request, false).await?).await
    }

    /// Every item of a list, part by part. `name` is what the list is called in its object.
    pub async fn all(&self, path: &str, name: &str) -> Result<Vec<Value>> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut all: Vec<Value> = Vec::new();
        let mut part = format!("per_page={PART}&page=0");
        for page in 1.. {
            let answer = self.get(&format!("{path}{mark}{part}")).await?;
            let items = items(&answer, name);
            // Lists that have no parts are whole each time.
            let again = page > 1 && items.first() == all.first();
            if !again {
                all.extend_from_slice(items);
            }
            part = match answer.get("next").and_then(Value::as_str) {
                Some(next) => format!("take={PART}&from={}", segment(next)),
                None if items.len() == PART && !again => format!("per_page={PART}&page={page}"),
                None => break,
            };
        }
        Ok(all)
    }

    /// A form with texts and one file.
    pub async fn post_form(&self, path: &str, form: Form) -> Result<Value> {
        let (content_type, body) = form.finish();
        let body = bytes::Bytes::from(body);
        let request = || {
            let request = self.request(Method::POST, path);
            request.header(header::CONTENT_TYPE, content_type.clone()).body(body.clone())
        };
        self.json(self.send(request, false).await?).await
    }

    /// A file that a link of the server's leads to, by the way to the server that was given here.
    pub async fn download(&self, link: &str) -> Result<Response> {
        let link = Url::parse(link).context("the server names no link to the file")?;
        let path = link.path().trim_start_matches('/');
        let url = self.base.join(path).context("the server names no link to the file")?;
        // The link is enough: the token stays here.
        let response = self.execute(self.client.get(url)).await.map_err(|error| self.unreached(&error))?;
        ensure!(response.status().is_success(), "the file is not there any more ({})", response.status());
        Ok(response)
    }

    /// Ends what was begun in this process.
    pub async fn close(self) {
        let Via::Here(here) = self.via else { return };
        let _ = here.stop.send(true);
        let _ = here.jobs.await;
        here.engine.store.close().await;
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}api/v2{path}", self.base);
        let request = self.client.request(method, url).timeout(Duration::from_secs(600));
        match &self.via {
            Via::Url { token } => request.bearer_auth(token),
            Via::Socket(_) | Via::Here(_) => request,
        }
    }

    async fn execute(&self, request: RequestBuilder) -> reqwest::Result<Response> {
        match &self.via {
            Via::Url { .. } | Via::Socket(_) => request.send().await,
            Via::Here(here) => {
                let request: Request = request.build()?;
                Ok(whole::answer(here, request).await)
            }
        }
    }

    /// Asks again where the server counted too many requests; with patience also where it is away or cannot
    /// answer, since reading twice changes nothing.
    async fn send(&self, request: impl Fn() -> RequestBuilder, patient: bool) -> Result<Response> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.execute(request()).await;
            let again = match &answer {
                Ok(response) => {
                    let status = response.status();
                    status == StatusCode::TOO_MANY_REQUESTS || (patient && status.is_server_error())
                }
                Err(_) => patient,
            };
            let named = answer.as_ref().ok().and_then(|response| {
                response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse::<u64>().ok()
            });
            if !again || tries >= TRIES || named.is_some_and(|named| named > MAX_NAMED) {
                return answer.map_err(|error| self.unreached(&error));
            }
            tokio::time::sleep(Duration::from_secs(named.unwrap_or(tries).clamp(1, MAX_WAIT))).await;
        }
    }

    fn unreached(&self, error: &reqwest::Error) -> anyhow::Error {
        let mut why = String::new();
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            why = inner.to_string();
            source = inner.source();
        }
        match &self.via {
            Via::Socket(path) => anyhow!("the server behind {path} cannot be reached: {why}"),
            Via::Url { .. } | Via::Here(_) => {
                anyhow!("the server at {} cannot be reached: {why}", self.base)
            }
        }
    }

    /// `Null` where there is no body.
    async fn json(&self, response: Response) -> Result<Value> {
        let status = response.status();
        let text = response.text().await.map_err(|error| self.unreached(&error))?;
        let body: Value = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or(Value::Null),
        };
        if status.is_success() {
            return Ok(body);
        }
        let message = body.get("message").and_then(Value::as_str).unwrap_or("it gives no reason");
        match status {
            StatusCode::UNAUTHORIZED => bail!(
                "the server does not take the token: {message}. Get a new one from {}oauth/token",
                self.base
            ),
            StatusCode::FORBIDDEN if message.contains("scope") => bail!(
                "the server refused: {message} (403). Give the client of the token that scope, and get a new token; or run this on the machine of the server, without --url"
            ),
            _ => bail!("the server refused: {message} ({})", status.as_u16()),
        }
    }
}

/// The list that an answer is, or holds under that name.
pub fn items<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    let list = answer.as_array().or_else(|| answer.get(name)?.as_array());
    list.map(Vec::as_slice).unwrap_or_default()
}

/// A text as a segment of a path, or as a value of a query.
pub fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The text at a JSON pointer (RFC 6901) of an answer; empty where there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
