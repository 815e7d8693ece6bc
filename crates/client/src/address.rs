//! Phone numbers and email addresses, as people type them and as the server takes them.

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A text message.
    Sms,
    /// A mail.
    Email,
}

impl Channel {
    /// `sms` or `email`: also the usual name of its connection.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }
}

/// Where a code goes. Its text is personal: `Debug` shows the channel only.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    channel: Channel,
    text: String,
}

/// What was typed cannot be an address. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Not a number with the code of its country.
    #[error("a phone number is + and up to 15 digits, beginning with the code of its country")]
    Phone,
    /// Not an address.
    #[error("this is no email address")]
    Email,
}

/// Most characters of an email address (RFC 5321 section 4.5.3.1.3).
const MAX_EMAIL: usize = 254;
/// Most and fewest digits of a number with its country (E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 4..=15;

impl Address {
    /// Takes a number as people write it: digits of any script, spaces, brackets and dashes, `00` for `+`.
    /// Whether it exists is the server's to say.
    ///
    /// ```
    /// use latchkey_client::Address;
    ///
    /// assert_eq!(Address::phone("+1 (415) 555-0100")?.as_str(), "+14155550100");
    /// assert_eq!(Address::phone("0044 7700 900123")?.as_str(), "+447700900123");
    /// assert!(Address::phone("415 555 0100").is_err());
    /// # Ok::<(), latchkey_client::BadAddress>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When it has no country code, or something in it is no digit.
    pub fn phone(typed: &str) -> Result<Self, BadAddress> {
        let plain = digits(typed).ok_or(BadAddress::Phone)?;
        let number = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")).ok_or(BadAddress::Phone)?;
        let good = PHONE_DIGITS.contains(&number.len())
            && !number.starts_with('0')
            && number.bytes().all(|b| b.is_ascii_digit());
        match good {
            true => Ok(Self { channel: Channel::Sms, text: format!("+{number}") }),
            false => Err(BadAddress::Phone),
        }
    }

    /// # Errors
    ///
    /// When it cannot be an address. Whether it exists is the server's to say.
    pub fn email(typed: &str) -> Result<Self, BadAddress> {
        let text: String = typed.trim().chars().filter(|c| !is_invisible(*c)).collect();
        let good = text.len() <= MAX_EMAIL
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && text
                .rsplit_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.starts_with('.'));
        match good {
            true => Ok(Self { channel: Channel::Email, text }),
            false => Err(BadAddress::Email),
        }
    }

    /// How messages get there.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// As the server takes it: E.164, or the email address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({}, …)", self.channel.as_str())
    }
}

/// The digits that were typed, in ASCII, and a `+` before them; `None` where there is anything else than
/// what people put between digits.
pub(crate) fn digits(typed: &str) -> Option<String> {
    let mut plain = String::with_capacity(typed.len());
    for c in typed.chars() {
        match c {
            '+' | '\u{ff0b}' if plain.is_empty() => plain.push('+'),
            c if c.is_whitespace() || is_invisible(c) || is_between_digits(c) => {}
            c => plain.push(digit(c)?),
        }
    }
    Some(plain)
}

/// A code as people type or paste it, as ASCII digits; `None` where it is none.
pub(crate) fn code(typed: &str) -> Option<String> {
    let plain = digits(typed)?;
    let good = (4..=12).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_digit());
    good.then_some(plain)
}

/// The digit that this character is, in the scripts that keyboards of our languages write.
fn digit(c: char) -> Option<char> {
    const ZEROS: [char; 6] = ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{ff10}'];
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero))?;
        char::from_digit(value, 10)
    })
}

fn is_between_digits(c: char) -> bool {
    matches!(c, '(' | ')' | '-' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        || matches!(c, '\u{ff08}' | '\u{ff09}' | '\u{ff0d}')
}

/// Marks that keyboards and address books put around numbers: directions, joiners, soft hyphens.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_taken_as_keyboards_and_address_books_write_them() {
        for typed in [
            "+1 415-555-0100",
            "\u{202a}+1 (415) 555‑0100\u{202c}",
            "001.415.555.0100",
            "＋１４１５５５５０１００",
        ] {
            assert_eq!(Address::phone(typed).unwrap().as_str(), "+14155550100", "{typed}");
        }
        assert_eq!(Address::phone("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧").unwrap().as_str(), "+966501234567");
    }

    #[test]
    fn what_is_no_number_is_refused_before_anything_is_sent() {
        for typed in ["", "+", "+0123456", "4155550100", "+1415555010x", "+1+4155550100", "+1234567890123456"]
        {
            assert_eq!(Address::phone(typed), Err(BadAddress::Phone), "{typed}");
        }
    }

    #[test]
    fn emails_lose_the_spaces_around_them_and_nothing_else() {
        assert_eq!(Address::email(" Ana@Example.com \n").unwrap().as_str(), "Ana@Example.com");
        for typed in ["", "ana", "@example.com", "ana@", "a b@example.com", "ana@.example"] {
            assert_eq!(Address::email(typed), Err(BadAddress::Email), "{typed}");
        }
    }

    #[test]
    fn codes_are_digits_of_any_script() {
        assert_eq!(code(" 123 456 ").as_deref(), Some("123456"));
        assert_eq!(code("١٢٣-٤٥٦").as_deref(), Some("123456"));
        for typed in ["", "123", "12345a", "+123456", "1234567890123"] {
            assert_eq!(code(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_an_address_of_the_wires_shape_or_none(typed in ".*") {
            if let Ok(address) = Address::phone(&typed) {
                let digits = address.as_str().strip_prefix('+').unwrap();
                prop_assert!(digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit()));
            }
            if let Ok(address) = Address::email(&typed) {
                prop_assert!(!address.as_str().contains(char::is_whitespace));
            }
        }
    }
}
