//! Around every request: one id, one figure, the common headers; faults and panics are logged once
//! and told by id only (S-169, S-170).

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};
use latchkey_core::trace;

use super::OverTls;
use crate::app::{App, SharedApp};
use crate::error::{self, FaultReport, Listener, OauthError};
use crate::extract::{self, forwarded_proto_is_https};
use crate::page;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-auth0-requestid");
const ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

pub async fn observe(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let started = app.engine.clock.now_micros();
    let id = HEXLOWER.encode(&app.engine.random.bytes::<8>());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let (parts, body) = request.into_parts();
    let over_tls = is_over_tls(&app, &parts);
    let mut response = match check_host(&app, &parts) {
        Err(refused) => refused.into_response(),
        Ok(()) => {
            let trace = extract::trace::read(&parts, &app.proxies);
            caught(trace::within(trace, next.run(Request::from_parts(parts, body))), &id).await
        }
    };
    if let Some(report) = response.extensions_mut().remove::<FaultReport>() {
        tell(&app, &id, &report, &mut response).await;
    }
    dress(response.headers_mut(), &id, over_tls);
    let micros = app.engine.clock.now_micros().saturating_sub(started).max(0);
    let route = route.as_ref().map_or("none", |route| route.as_str()).to_owned();
    metrics::histogram!(
        "latchkey_http_request_seconds",
        "route" => route,
        "status" => class(response.status().as_u16())
    )
    .record(micros as f64 / 1e6);
    response
}

/// A request names its host once (RFC 9112 section 3.2), and one for another server is not for us.
/// Which name it is does not matter: no answer is built from it.
fn check_host(app: &App, parts: &Parts) -> Result<(), OauthError> {
    if parts.method == Method::CONNECT {
        return Err(error::method_not_allowed().closing());
    }
    if parts.version > Version::HTTP_11 {
        return Ok(());
    }
    if let Some(authority) = parts.uri.authority()
        && !authority.as_str().eq_ignore_ascii_case(&app.authority)
    {
        return Err(error::misdirected());
    }
    let hosts = parts.headers.get_all(header::HOST).iter().count();
    if hosts == 1 || (hosts == 0 && parts.version < Version::HTTP_11) {
        return Ok(());
    }
    Err(error::bad_host())
}

fn is_over_tls(app: &App, parts: &Parts) -> bool {
    parts.extensions.get::<OverTls>().is_some() || forwarded_proto_is_https(parts, &app.proxies)
}

/// Runs `work`; a panic in it ends this request and no other.
async fn caught(work: impl Future<Output = Response>, id: &str) -> Response {
    let mut work = pin!(work);
    let outcome = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(response)) => Poll::Ready(Ok(response)),
        // Invariant: the future is not polled again: its state is unknown.
        Err(panic) => Poll::Ready(Err(panic)),
    });
    match outcome.await {
        Ok(response) => response,
        Err(panic) => {
            tracing::error!(request_id = id, panic = message(&*panic), "a handler panicked");
            metrics::counter!("latchkey_http_panics_total").increment(1);
            error::faulty(false, id).into_response()
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// Logs a fault, and puts the answer to it in place.
async fn tell(app: &App, id: &str, report: &FaultReport, response: &mut Response) {
    tracing::error!(request_id = id, transient = report.transient, "{}", report.text);
    let faulty = error::faulty(report.transient, id);
    let mut answer = match report.to {
        Listener::Client => faulty.into_response(),
        Listener::Person(locale) => page::faulty(faulty.status(), id, locale, &app.tenant().await.support),
        Listener::Operator => error::management::faulty(report, id),
    };
    if report.transient {
        // Jitter, so that those who wait do not come back at once.
        let [byte] = app.engine.random.bytes::<1>();
        answer.headers_mut().insert(header::RETRY_AFTER, (1 + u16::from(byte) % 5).into());
    }
    for (name, value) in response.headers() {
        if name.as_str().starts_with("access-control-") || name == header::VARY {
            answer.headers_mut().append(name, value.clone());
        }
    }
    *response = answer;
}

fn dress(headers: &mut HeaderMap, id: &str, over_tls: bool) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    let robots = "noindex, nofollow, nosnippet, noarchive";
    headers.insert(ROBOTS_TAG, HeaderValue::from_static(robots));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    }
    if over_tls {
        let year = "max-age=31536000; includeSubDomains";
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(year));
    }
}

fn class(status: u16) -> &'static str {
    match status / 100 {
        1 | 2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
