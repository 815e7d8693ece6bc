//! What people type, as they type it: with spaces, in the digits of their keyboard.

use super::text::is_hidden;

/// A code without what people put between its digits.
pub fn code(text: &str) -> String {
    plain(text).filter(|c| !matches!(c, '-' | '.' | '\u{2010}'..='\u{2015}')).collect()
}

/// A phone number with `+` and digits; whatever is no number stays as it is.
pub fn phone(text: &str) -> String {
    let between = |c: char| matches!(c, '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}');
    let number: String = plain(text).filter(|c| !between(*c)).collect();
    match number.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => number,
    }
}

/// An email address or the signs of a confirmation.
pub fn word(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !is_hidden(*c)).collect()
}

/// Without spaces and invisible characters; digits and the plus sign as ASCII.
fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace() && !is_hidden(*c)).map(|c| match c {
        '\u{ff0b}' => '+',
        c => ascii_digit(c).unwrap_or(c),
    })
}

/// The digits of Arabic, Persian, Hindi and wide keyboards.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [char; 4] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}'];
    let value = ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero as u32).filter(|at| *at < 10))?;
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_are_grouped() {
        for text in
            ["123456", " 123 456 ", "123-456", "123\u{a0}456", "\u{661}\u{662}\u{663}456", "１２３４５６"]
        {
            assert_eq!(code(text), "123456", "{text:?}");
        }
        assert_eq!(code("12a"), "12a");
    }

    #[test]
    fn numbers_are_read_as_they_stand_on_cards() {
        for text in
            ["+1 (415) 555-0100", "001 415.555.0100", "\u{202d}+14155550100\u{202c}", "＋1 415/5550100"]
        {
            assert_eq!(phone(text), "+14155550100", "{text:?}");
        }
        assert_eq!(phone("call me"), "callme");
    }

    #[test]
    fn spaces_around_and_in_an_address_are_dropped() {
        assert_eq!(word(" user@example.com\u{200b} "), "user@example.com");
        assert_eq!(word("a b c"), "abc");
    }
}
