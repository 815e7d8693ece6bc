//! A value that cannot be printed or compared with `==`.
//!
//! Codes, tokens, client secrets and provider credentials travel in [`Secret`]. The text is wiped
//! when dropped. Reading it is explicit ([`Secret::expose`]), so that a reviewer can search for it.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Text that must not reach a log, an error or a metric.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Callers hand it to a cipher, a hash or the wire, never to a formatter.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Equality in time that depends on the lengths only.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_its_text_when_formatted() {
        assert_eq!(format!("{:?}", Secret::new("123456")), "Secret(…)");
    }

    #[test]
    fn a_secret_matches_only_the_same_text() {
        assert!(Secret::new("a").matches("a"));
        assert!(!Secret::new("a").matches("b"));
        assert!(!Secret::new("a").matches("aa"));
    }
}
