//! `GET|POST /authorize` (protocol 2.8, RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).

use std::collections::BTreeMap;

/// Longest `state` and `nonce`, in bytes (S-077).
pub const MAX_STATE: usize = 2048;
/// Longest of the other parameters, in bytes.
const MAX_VALUE: usize = 4096;

macro_rules! parameters {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// The parameters that have a meaning here, as they were sent; others are ignored. Empty ones count
        /// as absent.
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct AuthorizeRequest {
            $($(#[$doc])* pub $field: Option<String>,)*
            /// Given more than once.
            pub repeated: Vec<&'static str>,
            /// Longer than any client needs it.
            pub too_long: Vec<&'static str>,
        }

        impl AuthorizeRequest {
            fn put(&mut self, name: &str, value: String) {
                match name {
                    $(stringify!($field) => put(
                        &mut self.$field, stringify!($field), value, &mut self.repeated, &mut self.too_long,
                    ),)*
                    _ => {}
                }
            }

            /// What was sent, by name: for a form that sends it once more.
            pub fn pairs(&self) -> BTreeMap<&'static str, &str> {
                let mut pairs = BTreeMap::new();
                $(if let Some(value) = &self.$field {
                    pairs.insert(stringify!($field), value.as_str());
                })*
                pairs
            }
        }
    };
}

parameters! {
    client_id,
    redirect_uri,
    response_type,
    response_mode,
    scope,
    audience,
    state,
    nonce,
    code_challenge,
    code_challenge_method,
    connection,
    /// The old name of `connection`.
    realm,
    prompt,
    login_ticket,
    /// What the client's verification page vouches with for a `login_ticket` (ours; protocol 2.7).
    co_verifier,
    max_age,
    acr_values,
    login_hint,
    id_token_hint,
    ui_locales,
    request,
    request_uri,
}

/// The query is not a list of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query cannot be read")]
pub struct BadQuery;

impl AuthorizeRequest {
    /// Reads a query string, or the body of a form.
    pub fn parse(query: &[u8]) -> Result<Self, BadQuery> {
        let mut request = Self::default();
        for (name, value) in form_urlencoded::parse(query) {
            // The decoder replaces broken UTF-8 by U+FFFD: a request that carries one was damaged.
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                return Err(BadQuery);
            }
            request.put(&name, value.into_owned());
        }
        Ok(request)
    }

    /// Reads fields that were read already: strings, and numbers where clients write them so.
    pub fn from_params(params: &crate::Params) -> Self {
        let mut request = Self::default();
        for name in params.names() {
            match params.value(name) {
                Some(serde_json::Value::String(text)) => request.put(name, text.clone()),
                Some(serde_json::Value::Number(number)) => request.put(name, number.to_string()),
                _ => {}
            }
        }
        request
    }

    /// Reads `authParams` of a start: strings, and numbers where clients write them so.
    pub fn from_json(params: &serde_json::Map<String, serde_json::Value>) -> Self {
        let mut request = Self::default();
        for (name, value) in params {
            match value {
                serde_json::Value::String(text) => request.put(name, text.clone()),
                serde_json::Value::Number(number) => request.put(name, number.to_string()),
                _ => {}
            }
        }
        request
    }
}

fn put(
    slot: &mut Option<String>,
    name: &'static str,
    value: String,
    repeated: &mut Vec<&'static str>,
    too_long: &mut Vec<&'static str>,
) {
    if slot.is_some() {
        repeated.push(name);
        return;
    }
    let longest = if matches!(name, "state" | "nonce") { MAX_STATE } else { MAX_VALUE };
    if value.len() > longest {
        too_long.push(name);
        return;
    }
    *slot = Some(value).filter(|value| !value.is_empty());
}

/// Hints and tickets stay out of logs.
impl std::fmt::Debug for AuthorizeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizeRequest").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// How an answer travels (OAuth 2.0 Multiple Response Types section 2.1, Form Post Response Mode;
/// `web_message` is Auth0's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    Query,
    Fragment,
    FormPost,
    WebMessage,
}

impl ResponseMode {
    pub const ALL: [Self; 4] = [Self::Query, Self::Fragment, Self::FormPost, Self::WebMessage];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::WebMessage => "web_message",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

/// What an answer holds: any set of the three but the empty one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ResponseType {
    pub code: bool,
    pub token: bool,
    pub id_token: bool,
}

impl ResponseType {
    pub const CODE: Self = Self { code: true, token: false, id_token: false };

    /// Words in any order, each once.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parsed = Self { code: false, token: false, id_token: false };
        for word in text.split(' ') {
            let slot = match word {
                "code" => &mut parsed.code,
                "token" => &mut parsed.token,
                "id_token" => &mut parsed.id_token,
                _ => return None,
            };
            if std::mem::replace(slot, true) {
                return None;
            }
        }
        Some(parsed)
    }

    /// Anything but a code travels through the browser.
    pub fn is_implicit(self) -> bool {
        self.token || self.id_token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_and_what_is_unknown_ignored() {
        let request = AuthorizeRequest::parse(b"client_id=a&state=s%20%2B&extra=1&scope=").unwrap();
        assert_eq!(request.client_id.as_deref(), Some("a"));
        assert_eq!(request.state.as_deref(), Some("s +"));
        assert_eq!(request.scope, None);
    }

    #[test]
    fn what_is_given_twice_or_too_long_is_named() {
        let query = format!("scope=a&scope=b&state={}", "s".repeat(MAX_STATE + 1));
        let request = AuthorizeRequest::parse(query.as_bytes()).unwrap();
        assert_eq!((request.repeated, request.too_long), (vec!["scope"], vec!["state"]));
        assert_eq!(AuthorizeRequest::parse(b"%ff%fe=%ff"), Err(BadQuery));
    }

    #[test]
    fn response_types_are_sets_of_words() {
        assert_eq!(ResponseType::parse("code"), Some(ResponseType::CODE));
        let hybrid = ResponseType::parse("id_token code").unwrap();
        assert!(hybrid.code && hybrid.id_token && !hybrid.token && hybrid.is_implicit());
        for text in ["", "foo", "code code", "code  token", "Code"] {
            assert_eq!(ResponseType::parse(text), None, "{text:?}");
        }
    }
}
