//! The three signs that a waiting page shows and that a press on another device must name: whoever has
//! only the link cannot finish a sign-in that they do not see (S-040, S-042).

use subtle::ConstantTimeEq;

use crate::engine::Engine;
use crate::error::Fault;
use crate::model::TokenHash;

/// No two of them look alike.
const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Compares in one sign-in, over all its links (security.md section 2.6).
const GUESSES: u8 = 3;

/// What a guess came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    Right,
    Wrong {
        last: bool,
    },
    /// Nothing was compared.
    TooMany,
}

/// What was typed, if it can be three signs at all. Empty and stray texts, which mail scanners send, are
/// no guesses.
pub(super) fn read(typed: &str) -> Option<String> {
    let signs: String =
        typed.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
    (signs.len() == 3 && signs.bytes().all(|sign| SIGNS.contains(&sign))).then_some(signs)
}

impl Engine {
    /// The signs of a sign-in: they stay the same however many mails are sent.
    pub(super) fn confirmation(&self, transaction: &TokenHash) -> String {
        let lane = self.vault.lane(&["confirmation", &hex(transaction)]);
        let sign = |at: u32| SIGNS.get(((lane >> (5 * at)) & 31) as usize).copied().unwrap_or(b'A');
        (0..3).map(|at| char::from(sign(at))).collect()
    }

    /// Invariant: a guess is taken before it is compared, and all links of a sign-in share them; else
    /// many presses at once, or many mails, would make many guesses.
    pub(super) async fn guess_confirmation(
        &self,
        transaction: &TokenHash,
        typed: &str,
    ) -> Result<Guess, Fault> {
        let now = self.now();
        for guess in 0..GUESSES {
            // The sign-in is over by then.
            let until = now.plus(super::LIFE);
            if self.store.insert_once(&name(transaction, guess), until, now).await? {
                let right = self.confirmation(transaction);
                return Ok(match typed.as_bytes().ct_eq(right.as_bytes()).into() {
                    true => Guess::Right,
                    false => Guess::Wrong { last: guess == GUESSES - 1 },
                });
            }
        }
        Ok(Guess::TooMany)
    }

    pub(super) async fn may_guess(&self, transaction: &TokenHash) -> Result<bool, Fault> {
        Ok(!self.store.is_seen(&name(transaction, GUESSES - 1), self.now()).await?)
    }
}

fn name(transaction: &TokenHash, guess: u8) -> String {
    format!("confirmation|{}|{guess}", hex(transaction))
}

fn hex(transaction: &TokenHash) -> String {
    data_encoding::HEXLOWER.encode(&transaction.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_as_people_type_them_and_other_texts_are_none() {
        assert_eq!(read(" ab-2 ").as_deref(), Some("AB2"));
        for text in ["", "AB", "ABCD", "AB1", "AB0", "ABO", "É23", "\u{ff21}B2"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
