//! Randomness, handed in from outside so that tests and `--seed` can repeat it.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use latchkey_wire::Secret;

/// A cryptographically secure source of bytes (in production the operating system's).
pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random + '_ {
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A secret of 256 bits as 43 characters of base64url.
    pub fn token(&self) -> Secret {
        Secret::new(BASE64URL_NOPAD.encode(&self.bytes::<32>()))
    }

    /// A time-ordered id of 24 hex digits: four bytes of seconds, two of the fraction, six random ones.
    /// Without the fraction the ids of a busy second would land all over their indexes.
    pub fn ordered_id(&self, now_micros: i64) -> String {
        let mut id = [0; 12];
        let (time, tail) = id.split_at_mut(6);
        // Seconds since 1970 fit in 32 bits until 2106; the order then starts anew.
        let seconds = now_micros.div_euclid(1_000_000) as u32;
        let fraction = (now_micros.rem_euclid(1_000_000) * 65_536 / 1_000_000) as u16;
        for (to, from) in time.iter_mut().zip(seconds.to_be_bytes().into_iter().chain(fraction.to_be_bytes()))
        {
            *to = from;
        }
        self.fill(tail);
        HEXLOWER.encode(&id)
    }

    /// `len` decimal digits, each value equally likely (rejection sampling), zeros kept.
    pub fn digits(&self, len: u8) -> Secret {
        let mut text = String::with_capacity(usize::from(len));
        while text.len() < usize::from(len) {
            for byte in self.bytes::<16>() {
                // Invariant: 250 is a multiple of ten, so no digit is favoured.
                if byte < 250 && text.len() < usize::from(len) {
                    text.push(char::from(b'0' + byte % 10));
                }
            }
        }
        Secret::new(text)
    }

    /// `len` characters of `A–Z a–z 0–9`, as ids of connections and clients are written.
    pub fn alphanumeric(&self, len: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = String::with_capacity(len);
        while text.len() < len {
            for byte in self.bytes::<16>() {
                if let (true, Some(&letter)) = (text.len() < len, ALPHABET.get(usize::from(byte & 63))) {
                    text.push(char::from(letter));
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The greatest randomness there is.
    struct Ones;

    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn ids_are_in_the_order_of_time_within_a_second_too() {
        let random: &dyn Random = &Ones;
        let ids = [1_000_000, 1_000_020, 1_500_000, 1_999_999, 2_000_000].map(|at| random.ordered_id(at));
        assert!(ids.is_sorted());
        assert_eq!(ids.first().map(String::as_str), Some("000000010000ffffffffffff"));
        assert!(ids.iter().all(|id| id.len() == 24));
    }
}
