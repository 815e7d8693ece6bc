//! What the answers and failures of a call mean (security.md section 4, the sender state machine),
//! and what of them may be shown.

use std::error::Error;

use latchkey_core::sender::ProviderError;
use latchkey_wire::Secret;
use reqwest::Response;

use crate::guard::Denied;

/// How far a call came that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The guard refused the address: nothing was sent, nothing was connected to.
    Denied,
    /// No connection: not a byte of the request left.
    NotConnected,
    /// The request left, perhaps; the time ran out.
    TimedOut,
    /// The request left, perhaps; the connection broke.
    Cut,
}

impl Broken {
    pub fn why(error: &reqwest::Error) -> Self {
        let mut cause: Option<&dyn Error> = error.source();
        while let Some(inner) = cause {
            if inner.is::<Denied>() {
                return Self::Denied;
            }
            cause = inner.source();
        }
        match error {
            error if error.is_connect() || error.is_builder() => Self::NotConnected,
            error if error.is_timeout() => Self::TimedOut,
            _ => Self::Cut,
        }
    }
}

/// Longest text that is shown, in characters.
const MAX_TEXT: usize = 200;

pub(crate) fn told(text: impl Into<String>, code: Option<i64>) -> ProviderError {
    ProviderError { text: text.into(), code, tell: true, reason: None }
}

pub(crate) fn untold(text: impl Into<String>, code: Option<i64>) -> ProviderError {
    ProviderError { text: text.into(), code, tell: false, reason: None }
}

/// Untold to the caller, and clear to the operator.
pub(crate) fn explained(reason: &'static str, code: Option<i64>) -> ProviderError {
    ProviderError { reason: Some(reason), ..untold(reason, code) }
}

/// A provider's own words, fit to be shown: without the credentials it was called with, on one line,
/// `spare` characters short of the longest text.
///
/// Invariant: the credentials go before the text is cut. Otherwise half a token would stay.
pub(crate) fn clean(text: &str, credentials: &[Secret], spare: usize) -> String {
    let mut text = text.to_owned();
    for credential in credentials.iter().filter(|credential| !credential.is_empty()) {
        text = text.replace(credential.expose(), "…");
    }
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().chars().take(MAX_TEXT.saturating_sub(spare)).collect()
}

/// Reads a body to its end or to `limit` bytes; `None` when it breaks or is longer.
pub(crate) async fn read(mut response: Response, limit: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > limit {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}
