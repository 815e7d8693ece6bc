//! Scope words (RFC 6749 section 3.3), kept in the order asked, without repeats.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub const OPENID: &str = "openid";
pub const PROFILE: &str = "profile";
pub const EMAIL: &str = "email";
pub const ADDRESS: &str = "address";
pub const PHONE: &str = "phone";
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Longest scope text accepted, in bytes.
pub const MAX_SCOPE_LEN: usize = 2048;

/// A list of scope words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

/// The text holds a character that RFC 6749 section 3.3 does not allow, or is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scope must be space-separated words of printable ASCII, at most 2048 bytes")]
pub struct BadScope;

impl Scopes {
    /// What a sign-in without a `scope` parameter is granted.
    pub fn default_grant() -> Self {
        Self([OPENID, PROFILE, EMAIL, ADDRESS, PHONE].map(String::from).to_vec())
    }

    pub fn parse(text: &str) -> Result<Self, BadScope> {
        match text.len() > MAX_SCOPE_LEN {
            true => Err(BadScope),
            false => Self::of_any_length(text),
        }
    }

    /// For what was granted, which may be more than one request can ask for.
    pub fn of_any_length(text: &str) -> Result<Self, BadScope> {
        let mut words: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !word.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
                return Err(BadScope);
            }
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        Ok(Self(words))
    }

    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps only the words that satisfy `keep`.
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|word| keep(word)).cloned().collect())
    }

    pub fn is_subset_of(&self, wider: &Scopes) -> bool {
        self.0.iter().all(|word| wider.contains(word))
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl FromIterator<String> for Scopes {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        let mut kept: Vec<String> = Vec::new();
        for word in words {
            if !kept.contains(&word) {
                kept.push(word);
            }
        }
        Self(kept)
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Scopes::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// For fields of records, as [`Scopes::of_any_length`].
pub fn granted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scopes, D::Error> {
    let text = String::deserialize(deserializer)?;
    Scopes::of_any_length(&text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_order_and_lose_repeats() {
        let scopes = Scopes::parse("openid  profile openid").unwrap();
        assert_eq!(scopes.to_string(), "openid profile");
    }

    #[test]
    fn control_characters_quotes_and_overlong_text_are_refused() {
        assert!(Scopes::parse("openid\0").is_err());
        assert!(Scopes::parse("open\"id").is_err());
        assert!(Scopes::parse(&"x".repeat(2049)).is_err());
    }
}
