//! Reduces what comes from outside to plain words, so that a message holds no link and no code but
//! its own (S-141).
//!
//! Names keep letters, digits, spaces and `- _ & ' , . ! ( ) +`, 32 characters in all; the language
//! header keeps what such headers are made of. A dot before a letter goes: it is what makes phones
//! show a link.

use latchkey_core::notice::NoticeText;
use latchkey_core::sender::Variables;

/// Longest name in a message, in characters.
const MAX_NAME: usize = 32;

/// Longest language header, in characters.
const MAX_LANGUAGE: usize = 256;

pub(super) fn variables(variables: &Variables) -> Variables {
    Variables {
        application_name: name(&variables.application_name),
        request_language: language(&variables.request_language),
        locale: language(&variables.locale),
        tenant: name(&variables.tenant),
        connection_name: name(&variables.connection_name),
        friendly_name: name(&variables.friendly_name),
        device: variables.device.as_deref().map(name),
        ..variables.clone()
    }
}

pub(super) fn notice(text: &NoticeText) -> NoticeText {
    NoticeText {
        name: text.name.as_deref().map(name),
        device: text.device.as_deref().map(name),
        app: name(&text.app),
        language: language(&text.language),
        ..text.clone()
    }
}

fn name(text: &str) -> String {
    keep(text, MAX_NAME, |c| c.is_alphanumeric() || " -_&',.!()+".contains(c))
}

fn language(text: &str) -> String {
    keep(text, MAX_LANGUAGE, |c| c.is_ascii_alphanumeric() || " -_,;=.*".contains(c))
}

fn keep(text: &str, limit: usize, allowed: impl Fn(char) -> bool) -> String {
    let mut kept = String::new();
    for c in text.chars().filter(|c| allowed(*c)) {
        if c.is_alphabetic() {
            kept.truncate(kept.trim_end_matches('.').len());
        }
        kept.push(c);
    }
    kept.trim().chars().take(limit).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-141
    #[test]
    fn names_lose_what_makes_links_and_markup() {
        for (text, plain) in [
            ("Acme, Inc. & Söhne (2024)!", "Acme, Inc. & Söhne (2024)!"),
            ("Win http://evil.example/x", "Win httpevilexamplex"),
            ("evil..example", "evilexample"),
            ("{{ secrets }} @@code@@ <b>\u{202e}\n", "secrets  code b"),
            ("東京カフェ", "東京カフェ"),
        ] {
            assert_eq!(name(text), plain, "{text}");
        }
        assert_eq!(name(&"a".repeat(40)).len(), 32);
    }

    /// S-141
    #[test]
    fn language_headers_keep_their_own_signs_only() {
        assert_eq!(language("fr-CA,fr;q=0.9, *;q=0.1"), "fr-CA,fr;q=0.9, *;q=0.1");
        assert_eq!(language("en http://evil.example"), "en httpevilexample");
    }
}
