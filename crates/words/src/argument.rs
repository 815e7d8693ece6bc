//! What a message is filled with, made safe to stand in the middle of a sentence.
//!
//! In a language written from right to left, an argument with signs in it would come out in pieces:
//! `+1 415 555 0100` would read `0100 555 415 1+`. There it is put between isolates (UAX 9).

use std::borrow::Cow;

use fluent_bundle::FluentValue;

use crate::locale::Direction;

const LEFT_TO_RIGHT_ISOLATE: char = '\u{2066}';
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// One argument. The variants are the kinds that the list in `messages.rs` declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument<'a> {
    /// A number that the words around it agree with: the message has a form per plural category.
    Count(u32),
    /// A number that only stands there.
    Number(u32),
    /// Words of any language: an app, a device, a time.
    Text(&'a str),
    /// What is always written from left to right: an address, a code, an identifier.
    Ltr(&'a str),
}

impl<'a> Argument<'a> {
    pub fn value(self, direction: Direction) -> FluentValue<'a> {
        match self {
            Self::Count(number) | Self::Number(number) => number.into(),
            Self::Text(text) => isolated(text, FIRST_STRONG_ISOLATE, direction).into(),
            Self::Ltr(text) => isolated(text, LEFT_TO_RIGHT_ISOLATE, direction).into(),
        }
    }
}

impl Argument<'_> {
    /// The text of it.
    pub fn shown(self, direction: Direction) -> String {
        match self.value(direction) {
            FluentValue::String(text) => text.into_owned(),
            _ => String::new(),
        }
    }
}

fn isolated(text: &str, isolate: char, direction: Direction) -> Cow<'_, str> {
    let text = without_controls(text);
    // One Latin word or number keeps its order by itself; a bare code can be copied and recognised.
    let is_one_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if direction == Direction::Ltr || is_one_word {
        return text;
    }
    format!("{isolate}{text}{POP_ISOLATE}").into()
}

/// Invariant: an argument cannot end its own isolate, turn the sentence around or break the line of a
/// mail's subject. Part of what comes here, such as the name of a device, was chosen by a stranger.
fn without_controls(text: &str) -> Cow<'_, str> {
    if text.contains(is_control) { text.replace(is_control, "").into() } else { text.into() }
}

fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(argument: Argument<'_>, direction: Direction) -> String {
        match argument.value(direction) {
            FluentValue::String(text) => text.into_owned(),
            other => panic!("{other:?} is no text"),
        }
    }

    #[test]
    fn an_address_among_words_from_right_to_left_stays_left_to_right() {
        assert_eq!(shown(Argument::Ltr("+1 415"), Direction::Rtl), "\u{2066}+1 415\u{2069}");
        assert_eq!(shown(Argument::Text("Acme (test)"), Direction::Rtl), "\u{2068}Acme (test)\u{2069}");
    }

    #[test]
    fn nothing_is_isolated_where_nothing_can_be_reordered() {
        assert_eq!(shown(Argument::Ltr("+1 415"), Direction::Ltr), "+1 415");
        assert_eq!(shown(Argument::Text("Acme (test)"), Direction::Ltr), "Acme (test)");
        assert_eq!(shown(Argument::Ltr("482913"), Direction::Rtl), "482913");
    }

    #[test]
    fn an_argument_cannot_end_its_isolate_or_the_line() {
        let hostile = Argument::Text("a\u{2069}\u{202e} b\r\nBcc: c");
        assert_eq!(shown(hostile, Direction::Ltr), "a bBcc: c");
        assert_eq!(shown(hostile, Direction::Rtl), "\u{2068}a bBcc: c\u{2069}");
    }
}
