//! Which text may name something (S-167).

/// Longest name of a client or connection, in bytes.
const MAX_NAME: usize = 128;

/// A name that can exist: short, and without characters that hide or reorder others. Anything else
/// is unknown, and never asked of the store.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_NAME && !text.chars().any(is_hidden)
}

/// Characters of the name of a device, at most; and of its id.
pub const MAX_DEVICE_NAME: usize = 100;

/// What can name a device, as it is: 1 to 100 characters, none of which hides or reorders others.
pub fn is_device_name(text: &str) -> bool {
    is_label(text, MAX_DEVICE_NAME)
}

/// What people call a thing of theirs, as it is: up to so many characters, none of which hides or reorders others.
pub fn is_label(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most && !text.chars().any(is_hidden)
}

/// C0 and C1 controls, bidirectional overrides and isolates, zero-width characters, separators of
/// lines and paragraphs, and the byte-order mark.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-167
    #[test]
    fn names_with_hidden_characters_do_not_exist() {
        for text in
            ["", "sms\0", "a\nb", "\u{202e}sms", "sm\u{200b}s", "\u{feff}sms", "a\u{85}b", "a\u{2028}b"]
        {
            assert!(!is_name(text), "{text:?}");
        }
        assert!(!is_name(&"x".repeat(129)));
        assert!(is_device_name(&"名".repeat(100)) && is_device_name("Ana's iPhone"));
        assert!(!is_device_name("") && !is_device_name("a\u{202e}b") && !is_device_name(&"x".repeat(101)));
        assert!(is_name("Benutzer-Datenbank") && is_name("名前") && is_name(&"x".repeat(128)));
    }
}
