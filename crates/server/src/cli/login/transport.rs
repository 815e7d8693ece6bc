//! The client's requests over the HTTP client of this program.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use latchkey_client::{BoxFuture, MAX_ANSWER, Method, Request, Response, Transport, TransportError};

use crate::cli::remote;

const PATIENCE: Duration = Duration::from_secs(30);

pub struct Reqwest(reqwest::Client);

impl Reqwest {
    /// `ca_file` holds authorities to trust beside the system's.
    pub fn new(ca_file: Option<&Path>) -> Result<Self> {
        let builder = remote::client(&ca_file.map(Path::to_owned))?.timeout(PATIENCE);
        Ok(Self(builder.build().context("no HTTP client can be made")?))
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.0.request(method, &request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let mut answer = builder.send().await.map_err(|error| failure(&error))?;
        let text =
            |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error))? {
            if body.len().saturating_add(chunk.len()) > MAX_ANSWER {
                return Err(TransportError::NoAnswer(String::from("the answer is too large")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status: answer.status().as_u16(), headers, body })
    }
}

impl Transport for Reqwest {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

/// With the causes, which say what is wrong.
fn failure(error: &reqwest::Error) -> TransportError {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    match error.is_connect() || error.is_builder() {
        true => TransportError::Unreachable(text),
        false => TransportError::NoAnswer(text),
    }
}
