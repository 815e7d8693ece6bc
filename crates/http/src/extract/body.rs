//! The body of a request, as JSON or a form (protocol 2.0), within its limits (S-163, S-164).

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::body::HttpBody as _;
use bytes::Bytes;
use http::{HeaderMap, header};
use latchkey_core::runtime::Runtime;
use latchkey_wire::Params;
use serde_json::Value;

use crate::error::management::{self as errors, ManagementError};
use crate::error::{self, OauthError};

/// Most bytes of a body.
const MAX_BODY: usize = 64 * 1024;
/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy)]
enum Kind {
    Json,
    Form,
}

/// Reads the parameters of a request.
pub async fn params_of(headers: &HeaderMap, body: Body, runtime: &dyn Runtime) -> Result<Params, OauthError> {
    let kind = kind_of(headers).ok_or_else(error::media_type)?;
    let bytes = read(body, runtime).await?;
    let params = match kind {
        Kind::Json => Params::from_json(&bytes),
        Kind::Form => Params::from_form(&bytes),
    };
    params.map_err(|bad| error::malformed(&bad))
}

/// Reads the fields of an HTML form.
pub async fn form_of(headers: &HeaderMap, body: Body, runtime: &dyn Runtime) -> Result<Params, OauthError> {
    let bytes = bytes_of_form(headers, body, runtime).await?;
    Params::from_form(&bytes).map_err(|bad| error::malformed(&bad))
}

/// An HTML form as it was written.
pub async fn bytes_of_form(
    headers: &HeaderMap,
    body: Body,
    runtime: &dyn Runtime,
) -> Result<Bytes, OauthError> {
    match kind_of(headers) {
        Some(Kind::Form) => read(body, runtime).await,
        Some(Kind::Json) | None => Err(error::media_type()),
    }
}

/// Most bytes of a body of the Management API.
const MAX_MANAGED: usize = 1024 * 1024;

/// Reads the JSON of an operator's tool; a body without a type counts as JSON.
pub async fn json_of(
    headers: &HeaderMap,
    body: Body,
    runtime: &dyn Runtime,
) -> Result<Value, ManagementError> {
    if headers.contains_key(header::CONTENT_TYPE) && !matches!(kind_of(headers), Some(Kind::Json)) {
        let refused = error::media_type();
        return Err(errors::refused_body(refused.status(), "The body must be application/json, in UTF-8"));
    }
    let bytes = read_at_most(MAX_MANAGED, body, runtime).await.map_err(|refused| {
        errors::refused_body(refused.status(), "The body is too large, too slow, or broken off")
    })?;
    latchkey_wire::params::json_of(&bytes).map_err(errors::bad_body)
}

/// Reads a form of the dashboard, which may hold the text of a mail.
pub async fn long_form_of(
    headers: &HeaderMap,
    body: Body,
    runtime: &dyn Runtime,
) -> Result<Bytes, OauthError> {
    match kind_of(headers) {
        Some(Kind::Form) => read_at_most(MAX_MANAGED, body, runtime).await,
        Some(Kind::Json) | None => Err(error::media_type()),
    }
}

/// The kind of body that the headers announce; `None` for one that is not read. A plain HTML form
/// cannot announce JSON, nor can any page without asking first (S-020).
fn kind_of(headers: &HeaderMap) -> Option<Kind> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return None;
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let text = types.next()?.to_str().ok()?;
    if types.next().is_some() {
        return None;
    }
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next()?;
    let utf8 =
        parts.filter(|parameter| !parameter.is_empty()).all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
                let value = value.trim_matches('"');
                value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
            }
            _ => true,
        });
    if !utf8 {
        return None;
    }
    if essence.eq_ignore_ascii_case("application/json") {
        Some(Kind::Json)
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Some(Kind::Form)
    } else {
        None
    }
}

async fn read(body: Body, runtime: &dyn Runtime) -> Result<Bytes, OauthError> {
    read_at_most(MAX_BODY, body, runtime).await
}

/// Collects the body. The timer starts only when the body is not here yet.
async fn read_at_most(most: usize, body: Body, runtime: &dyn Runtime) -> Result<Bytes, OauthError> {
    if body.size_hint().lower() > most as u64 {
        return Err(error::too_large());
    }
    let mut collected = pin!(axum::body::to_bytes(body, most));
    let mut deadline = None;
    let read = poll_fn(|cx| {
        if let Poll::Ready(read) = collected.as_mut().poll(cx) {
            return Poll::Ready(Some(read));
        }
        let deadline = deadline.get_or_insert_with(|| runtime.sleep(BODY_DEADLINE));
        deadline.as_mut().poll(cx).map(|()| None)
    });
    match read.await {
        None => Err(error::too_slow()),
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(cause)) if is_over_limit(&cause) => Err(error::too_large()),
        Some(Err(_)) => Err(error::broken_body()),
    }
}

fn is_over_limit(error: &axum::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = inner.source();
    }
    false
}
