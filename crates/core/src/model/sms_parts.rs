//! How a text message is encoded, and in how many parts it travels: 3GPP TS 23.038 section 6.2.1 (the 7-bit
//! alphabet and its extension), TS 23.040 section 9.2.3.24.1 (parts of a long message).

use serde::Serialize;

/// The 7-bit default alphabet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
                     ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: an escape and a character, two units.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SmsEncoding {
    #[serde(rename = "GSM-7")]
    Gsm7,
    #[serde(rename = "UCS-2")]
    Ucs2,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SmsParts {
    pub encoding: SmsEncoding,
    pub characters: usize,
    /// Septets, or code units of 16 bits.
    pub units: usize,
    /// Messages that are paid for.
    pub segments: usize,
    /// Units that the last one has left.
    pub left: usize,
    /// The characters that ask for UCS-2, each once.
    pub beyond_gsm7: Vec<char>,
}

impl SmsParts {
    pub fn of(text: &str) -> Self {
        let mut beyond_gsm7: Vec<char> = Vec::new();
        for c in text.chars().filter(|c| septets(*c).is_none()) {
            if !beyond_gsm7.contains(&c) {
                beyond_gsm7.push(c);
            }
        }
        let (encoding, alone, in_parts) = match beyond_gsm7.is_empty() {
            true => (SmsEncoding::Gsm7, 160, 153),
            false => (SmsEncoding::Ucs2, 70, 67),
        };
        let width = |c: char| match encoding {
            SmsEncoding::Gsm7 => septets(c).unwrap_or_default(),
            SmsEncoding::Ucs2 => c.len_utf16(),
        };
        let units: usize = text.chars().map(width).sum();
        let (segments, left) = match units <= alone {
            true => (1, alone - units),
            false => pack(text.chars().map(width), in_parts),
        };
        Self { encoding, characters: text.chars().count(), units, segments, left, beyond_gsm7 }
    }
}

fn septets(c: char) -> Option<usize> {
    match (BASIC.contains(c), EXTENSION.contains(c)) {
        (true, _) => Some(1),
        (_, true) => Some(2),
        _ => None,
    }
}

/// No character is cut in two by the end of a part.
fn pack(widths: impl Iterator<Item = usize>, room: usize) -> (usize, usize) {
    let (mut parts, mut used) = (1, 0);
    for width in widths {
        if used + width > room {
            (parts, used) = (parts + 1, 0);
        }
        used += width;
    }
    (parts, room.saturating_sub(used))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (SmsEncoding, usize, usize) {
        let parts = SmsParts::of(text);
        (parts.encoding, parts.units, parts.segments)
    }

    /// M-042
    #[test]
    fn the_alphabet_of_gsm_counts_septets_and_any_other_counts_sixteen_bits() {
        use SmsEncoding::{Gsm7, Ucs2};
        for (text, expected) in [
            (String::new(), (Gsm7, 0, 1)),
            (String::from("Your code is 123456"), (Gsm7, 19, 1)),
            (String::from("à Ω {€}"), (Gsm7, 10, 1)),
            ("a".repeat(160), (Gsm7, 160, 1)),
            ("a".repeat(161), (Gsm7, 161, 2)),
            ("a".repeat(306), (Gsm7, 306, 2)),
            ("a".repeat(307), (Gsm7, 307, 3)),
            // The escape stays with its character.
            (format!("{}€{}", "a".repeat(152), "a".repeat(152)), (Gsm7, 306, 3)),
            (String::from("Łódź"), (Ucs2, 4, 1)),
            ("ł".repeat(70), (Ucs2, 70, 1)),
            ("ł".repeat(71), (Ucs2, 71, 2)),
            (format!("{}😀{}", "ł".repeat(66), "ł".repeat(66)), (Ucs2, 134, 3)),
        ] {
            assert_eq!(parts(&text), expected, "{text}");
        }
        assert_eq!(SmsParts::of("Łódź Ł").beyond_gsm7, ['Ł', 'ó', 'ź']);
        assert_eq!(SmsParts::of(&"a".repeat(150)).left, 10);
        assert_eq!(BASIC.chars().count(), 127, "all of the table but the escape");
    }
}
