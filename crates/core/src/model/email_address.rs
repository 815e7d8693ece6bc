//! Email addresses that mail can be sent to, canonicalised once (S-154, S-155).
//!
//! The grammar is narrower than RFC 5321's on purpose: a dot-atom of ASCII, one domain with a dot. What
//! two systems could read in two ways is refused, not repaired.

use unicode_security::confusable_detection::skeleton;

use super::Address;

/// Octets of the part before the sign (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Octets of a whole address (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const MAX_ADDRESS: usize = 254;

/// A canonical address: ASCII, in small letters, its domain in A-labels. Mail goes to exactly this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the email address cannot be written to")]
pub struct BadEmailAddress;

impl EmailAddress {
    /// Reads one address; spaces around it are the keyboard's and are taken off.
    pub fn parse(text: &str) -> Result<Self, BadEmailAddress> {
        let (local, domain) = text.trim_matches(' ').split_once('@').ok_or(BadEmailAddress)?;
        if !is_dot_atom(local) || local.len() > MAX_LOCAL {
            return Err(BadEmailAddress);
        }
        let canonical = format!("{}@{}", local.to_ascii_lowercase(), canonical_domain(domain)?);
        match canonical.len() <= MAX_ADDRESS {
            true => Ok(Self(canonical)),
            false => Err(BadEmailAddress),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The mailbox, where this is one of its other spellings: without the tag after `+`, and at Gmail, which reads over
    /// dots and has two names, without those. For limits alone (S-005): people are never told apart or taken for one
    /// another by it (S-157).
    pub fn mailbox(&self) -> Option<String> {
        let (local, domain) = self.0.split_once('@')?;
        let plain = local.split_once('+').map_or(local, |(plain, _)| plain);
        let mailbox = match domain {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", plain.replace('.', "")),
            _ => format!("{plain}@{domain}"),
        };
        (mailbox != self.0).then_some(mailbox)
    }

    pub fn address(&self) -> Address {
        Address::from_canonical(self.0.clone())
    }
}

/// RFC 5322 section 3.2.3.
fn is_dot_atom(local: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    local.split('.').all(atom)
}

/// The domain in A-labels: with a dot, no address literal, no name that looks like an ASCII one.
fn canonical_domain(domain: &str) -> Result<String, BadEmailAddress> {
    let plausible = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if !domain.chars().all(plausible) || domain.split('.').any(looks_ascii) {
        return Err(BadEmailAddress);
    }
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| BadEmailAddress)?;
    let top = ascii.rsplit('.').next().unwrap_or_default();
    match ascii.contains('.') && top.bytes().any(|b| b.is_ascii_alphabetic()) {
        true => Ok(ascii),
        false => Err(BadEmailAddress),
    }
}

/// A label that is not ASCII but is drawn like one that is: a homograph.
fn looks_ascii(label: &str) -> bool {
    !label.is_ascii() && skeleton(label).all(|c| c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-005
    #[test]
    fn spellings_of_a_mailbox_are_known_for_one() {
        for (typed, mailbox) in [
            ("ana+shop@example.com", Some("ana@example.com")),
            ("ana+a+b@EXAMPLE.com", Some("ana@example.com")),
            ("A.na+x@GoogleMail.com", Some("ana@gmail.com")),
            ("a.n.a@gmail.com", Some("ana@gmail.com")),
            ("ana@gmail.com", None),
            ("a.na@example.com", None),
            ("+tag@example.com", Some("@example.com")),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().mailbox().as_deref(), mailbox, "{typed}");
        }
    }

    fn read(text: &str) -> Result<String, BadEmailAddress> {
        EmailAddress::parse(text).map(|address| address.as_str().to_owned())
    }

    /// S-154
    #[test]
    fn addresses_become_small_letters_and_a_labels() {
        for (text, canonical) in [
            ("User@Example.COM", "user@example.com"),
            (" first.last+tag@example.co.uk ", "first.last+tag@example.co.uk"),
            ("o'neil@example.com", "o'neil@example.com"),
            ("a@münchen.de", "a@xn--mnchen-3ya.de"),
            ("a@MÜNCHEN.de", "a@xn--mnchen-3ya.de"),
            ("a@xn--mnchen-3ya.de", "a@xn--mnchen-3ya.de"),
            ("a@例え.jp", "a@xn--r8jz45g.jp"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(canonical), "{text}");
        }
    }

    /// S-154, S-155
    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        let long_local = format!("{}@example.com", "x".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        let long = format!("a@{}com", format!("{}.", "b".repeat(50)).repeat(5));
        for text in [
            "",
            "plain",
            "@example.com",
            "a@",
            "a@@example.com",
            "a b@example.com",
            "a@example",
            "a@-example.com",
            "a@example..com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a(comment)@example.com",
            "Name <a@example.com>",
            "a@example.com,b@example.com",
            "a@example.com;b@example.com",
            "a@example.com\r\nBcc: b@example.com",
            "a@example.com\n",
            "a@exa\u{0}mple.com",
            "mıke@example.com",
            "\u{212a}ate@example.com",
            "a@gıthub.com",
            "a@xn--abc.com",
            "a\u{200b}@example.com",
            "\u{202e}resu@example.com",
            "a@example.com%0aBcc:x",
            "a@\u{435}xample.com",
            "javascript:alert(1)@example.com",
            "a@localhost",
            "a@example.com.",
            "a@１２７.0.0.1",
            "a＠example.com",
            "a@exam\u{ad}ple.com",
            "a@.example.com",
            long_local.as_str(),
            long_label.as_str(),
            long.as_str(),
        ] {
            assert_eq!(read(text), Err(BadEmailAddress), "{text:?}");
        }
    }

    /// Peers' bug 50: what is canonical stays as it is.
    #[test]
    fn reading_twice_changes_nothing() {
        for text in ["A.B@Example.com", "a@MÜNCHEN.de", "x_y-z@sub.example.org"] {
            let once = read(text).unwrap();
            assert_eq!(read(&once), Ok(once.clone()));
        }
    }
}
