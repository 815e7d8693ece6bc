//! The Management API, called from within the process: the same routes, checks, scopes and events as from
//! outside, for the administrator who is signed in.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use http::{Method, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

use crate::app::SharedApp;
use crate::error::management::STALE_SIGN_IN;
use crate::extract::admin::AdminVisit;
use crate::routes::management;

/// Most bytes of an answer.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

pub struct Api<'a> {
    app: &'a SharedApp,
    visit: &'a AdminVisit,
}

/// What the API refused, in its words.
#[derive(Debug)]
pub struct Refused {
    pub status: StatusCode,
    /// Empty where the API names none.
    pub code: String,
    pub message: String,
}

impl Refused {
    /// What a page refuses by itself.
    pub fn by_page(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, code: String::new(), message: message.into() }
    }

    /// What the API says where a sign-in is too long ago, of what it would leave out without a word.
    pub fn stale() -> Self {
        let message = String::from("This needs a fresh sign-in: sign in to the dashboard again.");
        Self { status: StatusCode::FORBIDDEN, code: STALE_SIGN_IN.to_owned(), message }
    }

    fn broken() -> Self {
        Self::by_page(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong.")
    }
}

impl Refused {
    /// The administrator may, after signing in again.
    pub fn is_stale(&self) -> bool {
        self.code == STALE_SIGN_IN
    }

    /// The property or parameter that the API names, and what it says of it.
    pub fn named(&self) -> Option<(&str, &str)> {
        let (before, property) = self.message.rsplit_once(" on property ")?;
        let reason = before.split_once('\'').map_or(before, |(_, rest)| rest.trim_end_matches('\''));
        Some((property, reason))
    }

    /// For people: without the words around the reason that are for programs.
    pub fn reason(&self) -> String {
        self.named().map_or_else(|| self.message.clone(), |(_, reason)| format!("{reason}."))
    }

    /// What it says of this one.
    pub fn reason_of(&self, property: &str) -> Option<&str> {
        self.named().filter(|(name, _)| *name == property).map(|(_, reason)| reason)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.status, self.message).into_response()
    }
}

impl<'a> Api<'a> {
    pub fn of(app: &'a SharedApp, visit: &'a AdminVisit) -> Self {
        Self { app, visit }
    }

    pub async fn get(&self, path: &str) -> Result<Value, Refused> {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Result<Value, Refused> {
        self.call(Method::DELETE, path, None).await
    }

    /// Of a list that has an end: every item, a hundred at a time. `path` has a query.
    pub async fn all(&self, path: &str) -> Result<Vec<Value>, Refused> {
        let mut all = Vec::new();
        for page in 0.. {
            let part = self.get(&format!("{path}&per_page=100&page={page}")).await?;
            let part = list(&part, "");
            all.extend_from_slice(part);
            if part.len() < 100 {
                break;
            }
        }
        Ok(all)
    }

    /// `Null` where the answer has no body.
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
        let kind = body.map(|_| "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(method, path, kind, body).await
    }

    /// A form with a file, `users`: fields that are empty are left out.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Result<Value, Refused> {
        // No file can know it.
        let boundary = self.app.engine.random.alphanumeric(32);
        let mut body = Vec::with_capacity(file.len().saturating_add(1024));
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            let head =
                format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let head = "content-disposition: form-data; name=\"users\"; filename=\"users\"";
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.send(Method::POST, path, Some(&kind), Body::from(body)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Body,
    ) -> Result<Value, Refused> {
        let mut request = Request::builder().method(method).uri(format!("/api/v2{path}"));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let mut request = request.body(body).map_err(|_| Refused::broken())?;
        request.extensions_mut().insert(self.visit.signed_in.operator.clone());
        let router = management::route(self.app).with_state(Arc::clone(self.app));
        let Ok(answer) = router.oneshot(request).await;
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), MAX_ANSWER).await.map_err(|_| Refused::broken())?;
        let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        match status.is_success() {
            true => Ok(value),
            false => {
                let message = value.get("message").and_then(Value::as_str).unwrap_or("Something went wrong.");
                Err(Refused {
                    status,
                    code: text(&value, "/errorCode").to_owned(),
                    message: message.to_owned(),
                })
            }
        }
    }
}

/// The text at a JSON pointer (RFC 6901) of an answer; empty where there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number at a JSON pointer of an answer; 0 where there is none.
pub fn number(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

/// The list at a JSON pointer of an answer.
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// An id as a segment of a path.
pub fn segment(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A text as a query of the API asks for it word by word.
pub fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
