//! Addresses in canonical form: the form that is stored, compared, limited and written to.

use serde::{Deserialize, Serialize};

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Sms,
    Email,
}

impl Channel {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }
}

/// What begins the text that stands for no address. An email address may begin so, too, and has an `@`.
const NONE: &str = "passkey|";

/// A canonical phone number (E.164) or email address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// Wraps text that is already canonical: from the store, or from a parser of this crate.
    pub fn from_canonical(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Stands where an identity has no address, since a passkey alone proves it. `hex`: the identity's own id,
    /// so that no two are the same.
    ///
    /// Invariant: no parser of this crate makes such a text of what people type. What they say of themselves when
    /// they sign up with a passkey would otherwise be taken for what they proved (S-149).
    pub fn none_of(hex: &str) -> Self {
        Self(format!("{NONE}{hex}"))
    }

    /// Messages can be sent to it, and people can prove it.
    pub fn is_some(&self) -> bool {
        !self.0.starts_with(NONE) || self.0.contains('@')
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For logs and events: `+1415•••0100`, `u•••@example.com`.
    pub fn masked(&self) -> String {
        if let Some((local, domain)) = self.0.split_once('@') {
            let first: String = local.chars().take(1).collect();
            return format!("{first}•••@{domain}");
        }
        if !self.is_some() {
            return String::from("•••");
        }
        let (head, tail) = (self.0.get(..5), self.0.len().checked_sub(4).and_then(|at| self.0.get(at..)));
        match (head, tail) {
            (Some(head), Some(tail)) if self.0.len() > 9 => format!("{head}•••{tail}"),
            _ => String::from("•••"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_four_digits_at_most_at_either_end() {
        assert_eq!(Address::from_canonical("+14155550100").masked(), "+1415•••0100");
        assert_eq!(Address::from_canonical("user@example.com").masked(), "u•••@example.com");
        assert_eq!(Address::from_canonical("+123").masked(), "•••");
        assert_eq!(Address::none_of("0123456789abcdef01234567").masked(), "•••");
    }

    /// S-149
    #[test]
    fn nobody_can_type_what_stands_for_no_address() {
        let none = Address::none_of("0123456789abcdef01234567");
        assert!(!none.is_some() && Address::from_canonical("user@example.com").is_some());
        assert!(super::super::EmailAddress::parse(none.as_str()).is_err());
        assert!(super::super::PhoneNumber::parse(none.as_str()).is_err());
        let odd = super::super::EmailAddress::parse("passkey|ana@example.com").unwrap();
        assert!(odd.address().is_some());
    }
}
