//! User codes: eight of twenty consonants, so that they spell nothing and are typed without doubt (RFC 8628
//! section 6.1; 34.6 bits, security.md section 2.6).

use latchkey_wire::Secret;

use crate::random::Random;

const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;

/// As it is shown: two groups of four.
pub(super) fn new(random: &dyn Random) -> Secret {
    let mut code = String::with_capacity(LENGTH + 1);
    while code.len() < LENGTH {
        for byte in random.bytes::<16>() {
            // Invariant: 240 is a multiple of twenty, so no letter is favoured.
            if let (true, true, Some(&letter)) =
                (byte < 240, code.len() < LENGTH, LETTERS.get(usize::from(byte % 20)))
            {
                code.push(char::from(letter));
            }
        }
    }
    code.insert(LENGTH / 2, '-');
    Secret::new(code)
}

/// What was typed, as it is shown; `None` for what no code of ours can be.
pub(super) fn read(typed: &str) -> Option<Secret> {
    let mut code: String =
        typed.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
    let sound = code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter));
    if !sound {
        return None;
    }
    code.insert(LENGTH / 2, '-');
    Some(Secret::new(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them_and_other_texts_are_none() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "B-C-D-F-G-H-J-K"] {
            assert_eq!(read(typed).unwrap().expose(), "BCDF-GHJK", "{typed}");
        }
        for typed in ["", "BCDF-GHJ", "BCDF-GHJKL", "AAAA-AAAA", "BCDF-GHJ1", "<script>", "\u{c9}CDF-GHJK"] {
            assert!(read(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_new_code_reads_as_itself() {
        struct Rising(std::sync::atomic::AtomicU8);
        impl Random for Rising {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill_with(|| self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            }
        }
        // The first bytes are too large and passed over.
        let code = new(&Rising(std::sync::atomic::AtomicU8::new(250)));
        assert_eq!(code.expose(), "BCDF-GHJK");
        assert_eq!(read(code.expose()).unwrap().expose(), code.expose());
    }
}
