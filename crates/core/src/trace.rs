//! What entries of the log say of the request that they came by (management 1.7 and 2.18).
//!
//! An act may write an entry at any depth, and none of them needs to know who asked: so the request is at hand
//! beside the calls, for as long as its future is polled. No rule reads it; only [`crate::Engine::event`] does.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use latchkey_wire::Scopes;
use latchkey_wire::text::is_hidden;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Most bytes of a user agent; what is longer is cut.
pub const MAX_USER_AGENT: usize = 256;
/// Most characters of `X-Correlation-ID`.
pub const MAX_CORRELATION_ID: usize = 64;
/// Most bytes of an audience, and of a scope.
const MAX_ASKED: usize = 256;
/// Most bytes of a name, a version or a platform of the SDK that called.
const MAX_WORD: usize = 32;
/// Most platforms that are kept of it.
const MAX_PLATFORMS: usize = 3;

/// A request, as far as the log tells of it. Nothing in it was proved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestTrace {
    /// Who called: the socket's peer, or what a trusted proxy says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// At most [`MAX_USER_AGENT`] bytes. Kept apart from the rest, since it is searched for.
    #[serde(skip)]
    pub user_agent: Option<String>,
    /// The SDK that called, by its own account: `name`, `version` and `env`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth0_client: Option<Value>,
    /// The caller's own name for the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The API that tokens were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Of the Management API: the method, and the path as the API's description has it, so that no id or address is
    /// in it. An entry about an operation has it in its details.
    #[serde(skip)]
    pub operation: Option<Operation>,
}

/// A call of the Management API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    pub method: String,
    pub path: String,
}

impl RequestTrace {
    /// The same request, which asks for tokens.
    #[must_use]
    pub fn asking(self, audience: Option<&str>, scope: Option<&Scopes>) -> Self {
        let audience = audience.and_then(|audience| cleaned(audience, MAX_ASKED));
        let scope = scope.and_then(|scope| cleaned(&scope.to_string(), MAX_ASKED));
        Self { audience, scope, ..self }
    }

    /// Beside its user agent there is nothing.
    pub fn is_bare(&self) -> bool {
        let rest = Self { user_agent: None, operation: None, ..self.clone() };
        rest == Self::default()
    }

    /// As it is kept of an entry that names `ip`: the same address is not kept twice.
    pub fn beside(&self, ip: Option<&str>) -> Self {
        let client_ip = self.client_ip.clone().filter(|own| ip != Some(own.as_str()));
        Self { client_ip, ..self.clone() }
    }

    /// A phone or a tablet, by what the user agent says.
    pub fn is_mobile(&self) -> bool {
        const WORDS: [&str; 5] = ["Mobi", "Android", "iPhone", "iPad", "iPod"];
        self.user_agent.as_ref().is_some_and(|agent| WORDS.iter().any(|word| agent.contains(word)))
    }
}

/// The text of a header, cut to `most` bytes and without what cannot be seen.
pub fn cleaned(text: &str, most: usize) -> Option<String> {
    let mut kept = String::new();
    for letter in text.trim().chars().filter(|letter| !is_hidden(*letter)) {
        if kept.len() + letter.len_utf8() > most {
            break;
        }
        kept.push(letter);
    }
    (!kept.is_empty()).then_some(kept)
}

/// What an SDK says of itself in `Auth0-Client`, decoded: no more of it than names and versions.
pub fn sdk(told: &Value) -> Option<Value> {
    let word = |value: &Value| value.as_str().and_then(|text| cleaned(text, MAX_WORD));
    let mut kept = Map::new();
    for name in ["name", "version"] {
        if let Some(text) = told.get(name).and_then(word) {
            kept.insert(name.to_owned(), json!(text));
        }
    }
    let platforms = told.get("env").and_then(Value::as_object).into_iter().flatten();
    let platforms =
        platforms.filter_map(|(name, value)| Some((cleaned(name, MAX_WORD)?, json!(word(value)?))));
    let platforms: Map<String, Value> = platforms.take(MAX_PLATFORMS).collect();
    if !platforms.is_empty() {
        kept.insert(String::from("env"), Value::Object(platforms));
    }
    (!kept.is_empty()).then_some(Value::Object(kept))
}

thread_local! {
    static CURRENT: Cell<Option<Arc<RequestTrace>>> = const { Cell::new(None) };
}

/// The request that is worked on; `None` for work behind all requests.
pub fn current() -> Option<Arc<RequestTrace>> {
    let current = CURRENT.take();
    CURRENT.set(current.clone());
    current
}

/// Does `work`, for this request.
pub async fn within<T>(request: RequestTrace, work: impl Future<Output = T>) -> T {
    let request = Arc::new(request);
    let mut work = pin!(work);
    poll_fn(|context| {
        let _entered = Entered::new(Arc::clone(&request));
        work.as_mut().poll(context)
    })
    .await
}

/// Does `work`, for the same request, which asks for tokens.
pub async fn asking<T>(audience: Option<&str>, scope: Option<&Scopes>, work: impl Future<Output = T>) -> T {
    let before = current().map(|request| (*request).clone()).unwrap_or_default();
    within(before.asking(audience, scope), work).await
}

/// Does `work`, for the same request, which calls the Management API.
pub async fn calling<T>(operation: Operation, work: impl Future<Output = T>) -> T {
    let before = current().map(|request| (*request).clone()).unwrap_or_default();
    within(RequestTrace { operation: Some(operation), ..before }, work).await
}

/// Puts back what was there, by a panic, too.
struct Entered(Option<Arc<RequestTrace>>);

impl Entered {
    fn new(request: Arc<RequestTrace>) -> Self {
        Self(CURRENT.replace(Some(request)))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn agent() -> Option<String> {
        current().and_then(|request| request.user_agent.clone())
    }

    /// M-033
    #[test]
    fn each_request_has_its_own_trace_however_they_take_turns() {
        let of = |agent: &str| RequestTrace { user_agent: Some(agent.to_owned()), ..RequestTrace::default() };
        let twice = || async {
            let first = agent();
            let mut passed = false;
            poll_fn(|_| if std::mem::replace(&mut passed, true) { Poll::Ready(()) } else { Poll::Pending })
                .await;
            (first, agent())
        };
        let (mut a, mut b) = (Box::pin(within(of("a"), twice())), Box::pin(within(of("b"), twice())));
        let mut context = Context::from_waker(Waker::noop());
        assert!(a.as_mut().poll(&mut context).is_pending() && agent().is_none());
        assert!(b.as_mut().poll(&mut context).is_pending() && agent().is_none());
        let both = |agent: &str| Poll::Ready((Some(agent.to_owned()), Some(agent.to_owned())));
        assert_eq!(a.as_mut().poll(&mut context), both("a"));
        assert_eq!(b.as_mut().poll(&mut context), both("b"));
    }

    /// M-033, S-168
    #[test]
    fn what_callers_say_is_cut_and_without_what_cannot_be_seen() {
        assert_eq!(cleaned(" a\u{7}b\u{202e}c ", 64).as_deref(), Some("abc"));
        assert_eq!(cleaned("öö", 3).as_deref(), Some("ö"));
        assert_eq!(cleaned(" \n", 3), None);
        let long = "x".repeat(500);
        let env = json!({"a": "1", "b": "2", "c": 3, "d": "4", "e": "5"});
        let told = json!({"name": "auth0.js", "version": long, "secret": "s", "env": env});
        let kept = sdk(&told).unwrap();
        assert_eq!(kept["name"], "auth0.js");
        assert_eq!(kept["version"].as_str().unwrap().len(), MAX_WORD);
        assert_eq!(kept["env"], json!({"a": "1", "b": "2", "d": "4"}));
        assert_eq!(kept.as_object().unwrap().len(), 3);
        assert!(sdk(&json!({"name": 1})).is_none() && sdk(&json!("x")).is_none());
    }

    #[test]
    fn an_address_is_not_kept_twice() {
        let request = RequestTrace { client_ip: Some(String::from("192.0.2.1")), ..RequestTrace::default() };
        assert!(request.beside(Some("192.0.2.1")).is_bare());
        assert_eq!(request.beside(Some("192.0.2.2")), request);
        assert_eq!(request.beside(None), request);
    }
}
