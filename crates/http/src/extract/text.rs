//! Which text may name something (S-167).

pub use latchkey_wire::text::{is_hidden, is_name};

/// A name that a refusal may repeat: RFC 6749 section 5.2 allows few characters there, and what a page could
/// take for markup is none of them (S-104).
pub fn is_quotable(text: &str) -> bool {
    is_name(text) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_. ".contains(&b))
}

/// What can be a token of ours: 256 bits in base64url. Anything else is unknown, and never asked of the
/// store.
pub fn is_token(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
