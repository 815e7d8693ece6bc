//! When and where a link, or a device's codes, were asked for.

use latchkey_core::clock::Timestamp;
use latchkey_words::Words;

/// Stands in the place of the time, and nowhere else in a text.
const MARK: &str = "\u{fffc}";

/// The sentence, with its time apart so that a script can tell it by the clock of the reader.
pub struct Asked {
    pub before: String,
    /// ISO 8601.
    pub iso: String,
    /// For those without a script.
    pub time: String,
    pub after: String,
}

impl Asked {
    /// `device` as the engine describes it: `Firefox on Linux`.
    pub fn new(words: Words, at: Timestamp, device: Option<&str>) -> Self {
        Self::told(at, &words.link_asked(MARK, &device_name(words, device)))
    }

    /// As [`Asked::new`], of a device that asks to be signed in.
    pub fn by_device(words: Words, at: Timestamp, device: Option<&str>) -> Self {
        Self::told(at, &words.activate_asked(MARK, &device_name(words, device)))
    }

    /// As [`Asked::new`], in a sentence of any kind, or alone.
    pub fn said(at: Timestamp, text: impl FnOnce(&str) -> String) -> Self {
        Self::told(at, &text(MARK))
    }

    fn told(at: Timestamp, text: &str) -> Self {
        let (before, after) = text.split_once(MARK).unwrap_or((text, ""));
        let iso = at.to_iso8601();
        let minutes = iso.get(..16).unwrap_or(&iso).replace('T', " ");
        Self { before: before.to_owned(), time: format!("{minutes} UTC"), iso, after: after.to_owned() }
    }
}

/// A device as the engine describes it, in the words of a language.
pub fn device_name(words: Words, device: Option<&str>) -> String {
    match device.map(|device| device.split_once(" on ").ok_or(device)) {
        Some(Ok((browser, system))) => words.device_named(browser, system),
        Some(Err(one)) => one.to_owned(),
        None => words.device_unknown(),
    }
}

#[cfg(test)]
mod tests {
    use latchkey_words::Locale;

    use super::*;

    #[test]
    fn the_time_stands_in_the_middle_of_its_sentence() {
        let asked = Asked::new(Words::of(Locale::En), Timestamp(1_795_547_045), Some("Firefox on Linux"));
        assert_eq!((asked.before.as_str(), asked.time.as_str()), ("Requested at ", "2026-11-24 19:04 UTC"));
        assert_eq!(asked.after, " from Firefox on Linux");
        for locale in Locale::ALL {
            for asked in [Asked::new, Asked::by_device] {
                let asked = asked(Words::of(*locale), Timestamp(0), None);
                assert!(!asked.before.contains('\u{fffc}') && !asked.after.contains('\u{fffc}'), "{locale}");
                assert!(!asked.before.is_empty() || !asked.after.is_empty(), "{locale}");
            }
        }
    }
}
