//! The transport for programs that have none of their own: HTTP/1.1 by `ureq`, TLS by `rustls`.

use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use crate::host::off_thread;
use crate::transport::{BoxFuture, MAX_ANSWER, Method, Request, Response, Transport, TransportError};

/// How long a request takes at most, from the first byte sent to the last one read.
const PATIENCE: Duration = Duration::from_secs(30);
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// Sends each request on a thread of its own, with connections that are kept for the next.
///
/// A request that is cancelled ends by itself, within half a minute; its answer is forgotten at once.
#[derive(Clone, Debug)]
pub struct HttpTransport(Agent);

/// The authorities that were given are no certificates in PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no certificates in PEM")]
pub struct BadCertificates;

impl HttpTransport {
    /// Trusts whom the system trusts.
    #[must_use]
    pub fn new() -> Self {
        Self::trusting(RootCerts::PlatformVerifier)
    }

    /// Trusts these authorities and no others: the `ca.pem` of `latchkey dev`, for example.
    ///
    /// # Errors
    ///
    /// When the bytes hold no certificate.
    pub fn trusting_pem(pem: &[u8]) -> Result<Self, BadCertificates> {
        let items: Result<Vec<PemItem<'static>>, _> = parse_pem(pem).collect();
        let certificates: Vec<Certificate<'static>> = items
            .map_err(|_| BadCertificates)?
            .into_iter()
            .filter_map(|item| match item {
                PemItem::Certificate(certificate) => Some(certificate),
                _ => None,
            })
            .collect();
        match certificates.is_empty() {
            true => Err(BadCertificates),
            false => Ok(Self::trusting(RootCerts::Specific(Arc::new(certificates)))),
        }
    }

    fn trusting(roots: RootCerts) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Config::builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(CONNECT_PATIENCE))
            .user_agent(concat!("latchkey-client/", env!("CARGO_PKG_VERSION")))
            .build();
        Self(config.new_agent())
    }
}

impl Default for HttpTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let agent = self.0.clone();
        Box::pin(async move {
            let done = off_thread(move || exchange(&agent, request)).await;
            done.unwrap_or_else(|| Err(TransportError::NoAnswer(String::from("no thread to send it on"))))
        })
    }
}

fn exchange(agent: &Agent, request: Request) -> Result<Response, TransportError> {
    let method = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    };
    let mut head = http::Request::builder().method(method).uri(&request.url);
    for (name, value) in &request.headers {
        head = head.header(name, value);
    }
    let malformed = |error: http::Error| TransportError::Unreachable(error.to_string());
    let answer = match request.body {
        Some(body) => agent.run(head.body(body).map_err(malformed)?),
        None => agent.run(head.body(()).map_err(malformed)?),
    };
    read(answer.map_err(|error| failure(&error))?)
}

fn read(answer: http::Response<Body>) -> Result<Response, TransportError> {
    let (head, mut body) = answer.into_parts();
    let limit = u64::try_from(MAX_ANSWER).unwrap_or(u64::MAX);
    let body = body
        .with_config()
        .limit(limit)
        .read_to_vec()
        .map_err(|error| TransportError::NoAnswer(error.to_string()))?;
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    Ok(Response { status: head.status.as_u16(), headers, body })
}

/// Only what surely ended before the request was sent is called unreachable.
fn failure(error: &ureq::Error) -> TransportError {
    use ureq::Error as E;
    let text = error.to_string();
    match error {
        E::HostNotFound | E::ConnectionFailed | E::BadUri(_) | E::Tls(_) | E::Rustls(_) => {
            TransportError::Unreachable(text)
        }
        E::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => TransportError::Unreachable(text),
        E::Io(io) if is_refusal(io) || is_distrust(io) => TransportError::Unreachable(text),
        _ => TransportError::NoAnswer(text),
    }
}

/// Nobody listens, or there is no such name. For the latter, the standard library has a text and no kind.
fn is_refusal(io: &std::io::Error) -> bool {
    use std::io::ErrorKind as K;
    matches!(io.kind(), K::ConnectionRefused | K::HostUnreachable | K::NetworkUnreachable)
        || io.to_string().starts_with("failed to lookup address information")
}

/// The certificate was refused: nothing was said to whoever showed it.
fn is_distrust(io: &std::io::Error) -> bool {
    let cause = io.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
    matches!(cause, Some(rustls::Error::InvalidCertificate(_)))
}
