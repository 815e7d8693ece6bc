//! What carries requests: the one part of the client that touches a network.

use std::fmt;
use std::pin::Pin;

/// The work of a trait's method, which a runtime may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and reads its answer.
///
/// A transport follows no redirects, keeps no cookies and retries nothing: the client knows what may be
/// repeated. An answer of any status is an answer. Dropping the future cancels: a transport ends the
/// request where it can, and always forgets the answer. Whether the server got it is then not known.
///
/// A transport limits how long a request takes (half a minute is usual) and how large an answer is
/// ([`MAX_ANSWER`]).
pub trait Transport: Send + Sync {
    /// Sends the request as it is.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// Most bytes of an answer's body; longer ones are refused unread.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// What is done at the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Without a body.
    Get,
    /// With a body.
    Post,
    /// With a body.
    Patch,
    /// Without a body.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What goes to the server. Its body holds codes and tokens: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// Where, in full.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// JSON, where there is one.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// The first header of this name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url.split('?').next().unwrap_or_default())
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map_or(0, Vec::len))
            .finish()
    }
}

/// What came back. Its body holds tokens: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// Of HTTP.
    pub status: u16,
    /// Names in whatever case.
    pub headers: Vec<(String, String)>,
    /// At most [`MAX_ANSWER`] bytes.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// A status of 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// No answer came. The text is for developers and holds nothing of the request's body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The server got nothing: no network, no such host, no connection, no trust in its certificate.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The request may have arrived.
    #[error("the server did not answer: {0}")]
    NoAnswer(String),
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_shows_when_requests_and_answers_are_formatted() {
        let request = Request {
            method: Method::Post,
            url: "https://a.example/x?code=123456".into(),
            headers: vec![("authorization".into(), "Bearer secret".into())],
            body: Some(b"123456".to_vec()),
        };
        let shown = format!("{request:?}");
        assert!(!shown.contains("123456") && !shown.contains("secret"), "{shown}");
        let response = Response { status: 200, headers: Vec::new(), body: b"secret".to_vec() };
        assert!(!format!("{response:?}").contains("secret"));
    }
}
