//! Randomness, handed in from outside so that tests and `--seed` can repeat it.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use latchkey_wire::Secret;

use crate::clock::Timestamp;

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

    /// A time-ordered id of 24 hex digits: four bytes of seconds, eight random ones.
    pub fn ordered_id(&self, now: Timestamp) -> String {
        let mut id = [0; 12];
        let (time, tail) = id.split_at_mut(4);
        // Seconds since 1970 fit in 32 bits until 2106; the order then starts anew.
        time.copy_from_slice(&(now.0 as u32).to_be_bytes());
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
