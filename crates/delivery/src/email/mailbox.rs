//! A mailbox with or without a name, as people write it: `Acme, Inc. <codes@acme.example>`.
//!
//! Read more kindly than RFC 5322 has it as to the name, which is quoted and encoded again for the
//! header, and more strictly as to the address, which is one that mail can be sent to.

use latchkey_core::model::EmailAddress;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub name: Option<String>,
    pub address: EmailAddress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one mailbox, such as \"Acme <codes@acme.example>\"")]
pub(crate) struct BadMailbox;

/// Longest name, in characters.
const MAX_NAME: usize = 128;

impl Mailbox {
    pub fn parse(text: &str) -> Result<Self, BadMailbox> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(BadMailbox);
        }
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (unquoted(name.trim())?, address),
            None => (String::new(), text),
        };
        if name.chars().count() > MAX_NAME {
            return Err(BadMailbox);
        }
        let address = EmailAddress::parse(address).map_err(|_| BadMailbox)?;
        Ok(Self { name: Some(name).filter(|name| !name.is_empty()), address })
    }
}

/// The name without the quotes around it. Angle brackets have no place in one: two systems would read
/// two addresses.
fn unquoted(name: &str) -> Result<String, BadMailbox> {
    let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    let name = inner.map_or_else(|| name.to_owned(), |inner| inner.replace("\\\"", "\""));
    if name.contains(['<', '>', '@']) { Err(BadMailbox) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Option<String>, String)> {
        let mailbox = Mailbox::parse(text).ok()?;
        Some((mailbox.name, mailbox.address.as_str().to_owned()))
    }

    #[test]
    fn mailboxes_are_read_as_people_write_them() {
        for (text, name) in [
            ("codes@acme.example", None),
            ("<codes@acme.example>", None),
            ("Acme <codes@acme.example>", Some("Acme")),
            ("Acme, Inc. (Söhne) <codes@acme.example>", Some("Acme, Inc. (Söhne)")),
            ("\"Acme, Inc.\" <codes@acme.example>", Some("Acme, Inc.")),
            ("\"\" <codes@acme.example>", None),
            ("  Acme <Codes@ACME.example> ", Some("Acme")),
        ] {
            let expected = Some((name.map(String::from), String::from("codes@acme.example")));
            assert_eq!(read(text), expected, "{text}");
        }
    }

    /// S-139, S-155
    #[test]
    fn what_is_not_exactly_one_mailbox_is_refused() {
        for text in [
            "",
            "Acme",
            "Acme <>",
            "a@acme.example, b@acme.example",
            "Acme <a@acme.example>, b@acme.example",
            "Acme <a@acme.example> <b@acme.example>",
            "a@acme.example <b@acme.example>",
            "Acme <a@acme.example",
            "Acme: a@acme.example;",
            "Acme\r\nBcc: b@acme.example <a@acme.example>",
            "Acme <a@acme.example\n>",
            "Acme <a@[127.0.0.1]>",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read(&format!("{} <a@acme.example>", "x".repeat(200))), None);
    }
}
