//! Signs mails as their sender's domain (DKIM: RFC 6376, RFC 8301, RFC 8463; S-142).
//!
//! Headers and body are canonicalised `relaxed`, so that relays may fold and re-space them. What a
//! reader sees of the head is signed once more than it is there: a second `Subject` would break the
//! signature. The arithmetic is aws-lc's (S-086; decision 9).

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64;
use latchkey_core::Timestamp;
use latchkey_core::sender::BadOption;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use crate::options::Options;

pub(super) struct Dkim {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// Headers that are signed where they are there. Those that come twice are also signed as absent.
const SIGNED: [&str; 12] = [
    "from",
    "from",
    "to",
    "to",
    "subject",
    "subject",
    "date",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

/// Characters of the signature on one line.
const LINE: usize = 72;

impl Dkim {
    /// From `domain`, `selector` and `private_key`.
    pub fn build(options: &Options<'_>) -> Result<Self, BadOption> {
        let name = |option: &str| match options.required(option)? {
            name if is_name(name) => Ok(name.to_ascii_lowercase()),
            _ => Err(options.bad(option, "must be labels of letters, digits and hyphens with dots between")),
        };
        let (domain, selector) = (name("domain")?, name("selector")?);
        let pem = options.lines("private_key")?.ok_or_else(|| options.bad("private_key", "is required"))?;
        let key = Key::read(pem).ok_or_else(|| {
            let reason = "must be a private key in PEM: Ed25519, or RSA of 2048 bits or more";
            options.bad("private_key", reason)
        })?;
        Ok(Self { domain, selector, key })
    }

    /// The mail with a signature before it; `None` when signing fails, which it does not.
    pub fn sign(&self, mail: &[u8], at: Timestamp) -> Option<Vec<u8>> {
        let (head, body) = split(mail)?;
        let headers = headers(head);
        let names = signed_names(&headers);
        let hash = BASE64.encode(digest::digest(&digest::SHA256, &relaxed_body(body)).as_ref());
        let unsigned = format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={}; s={};\r\n t={}; h={};\r\n bh={hash};\r\n b=",
            self.key.algorithm(),
            self.domain,
            self.selector,
            at.0,
            fold(&names.join(":"), ':'),
        );
        let signature = BASE64.encode(&self.key.sign(&signing_input(&headers, &names, &unsigned))?);
        let lines: Vec<&str> =
            (0..signature.len()).step_by(LINE).filter_map(|at| chunk(&signature, at)).collect();
        let mut signed = format!("{unsigned}{}\r\n", lines.join("\r\n ")).into_bytes();
        signed.extend_from_slice(mail);
        Some(signed)
    }
}

impl Key {
    fn read(pem: &str) -> Option<Self> {
        match PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()? {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).ok().map(Self::Rsa),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                let ed25519 = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok().map(Self::Ed25519);
                ed25519.or_else(|| RsaKeyPair::from_pkcs8(der).ok().map(Self::Rsa))
            }
            _ => None,
        }
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "ed25519-sha256",
            Self::Rsa(_) => "rsa-sha256",
        }
    }

    fn sign(&self, input: &[u8]) -> Option<Vec<u8>> {
        match self {
            // Over the hash, not over the text (RFC 8463 section 3).
            Self::Ed25519(key) => {
                Some(key.sign(digest::digest(&digest::SHA256, input).as_ref()).as_ref().to_vec())
            }
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn chunk(text: &str, at: usize) -> Option<&str> {
    text.get(at..(at + LINE).min(text.len()))
}

/// Breaks a list into two lines after the separator that is nearest to its middle.
fn fold(list: &str, separator: char) -> String {
    let middle = list.len() / 2;
    match list.get(..middle).and_then(|half| half.rfind(separator)).map(|at| list.split_at(at + 1)) {
        Some((first, second)) => format!("{first}\r\n {second}"),
        None => list.to_owned(),
    }
}

/// The head with its last line's end, and the body.
fn split(mail: &[u8]) -> Option<(&str, &[u8])> {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = mail.split_at_checked(end + 2)?;
    Some((std::str::from_utf8(head).ok()?, body.get(2..)?))
}

/// Names in small letters and values, folds included.
fn headers(head: &str) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split_inclusive("\r\n") {
        match (line.starts_with([' ', '\t']), headers.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    headers.push((name.trim().to_ascii_lowercase(), value.to_owned()));
                }
            }
        }
    }
    headers
}

/// What goes into `h=`.
fn signed_names(headers: &[(String, String)]) -> Vec<&'static str> {
    let there = |name: &&str| headers.iter().any(|(known, _)| known == *name);
    SIGNED.into_iter().filter(|name| there(name)).collect()
}

/// What is signed (RFC 6376 section 3.7): the named headers, the last of a name first, then the
/// signature's own header with an empty `b=` and without a line's end.
fn signing_input(headers: &[(String, String)], names: &[&str], unsigned: &str) -> Vec<u8> {
    let mut left: Vec<&(String, String)> = headers.iter().collect();
    let mut input = String::new();
    for name in names {
        if let Some(at) = left.iter().rposition(|(known, _)| known == name) {
            let (name, value) = left.remove(at);
            input.push_str(&format!("{name}:{}\r\n", relaxed(value)));
        }
    }
    let (name, value) = unsigned.split_once(':').unwrap_or_default();
    input.push_str(&format!("{}:{}", name.to_ascii_lowercase(), relaxed(value)));
    input.into_bytes()
}

/// Unfolded, with single spaces (RFC 6376 section 3.4.2).
fn relaxed(value: &str) -> String {
    value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Single spaces, none at the end of a line, no empty lines at the end (RFC 6376 section 3.4.4).
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len() + 2);
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        for (at, word) in line.split(|byte| matches!(byte, b' ' | b'\t')).enumerate() {
            if at > 0 && relaxed.last() != Some(&b' ') {
                relaxed.push(b' ');
            }
            relaxed.extend_from_slice(word);
        }
        while relaxed.last() == Some(&b' ') {
            relaxed.pop();
        }
        relaxed.extend_from_slice(b"\r\n");
    }
    while relaxed.ends_with(b"\r\n\r\n") {
        relaxed.truncate(relaxed.len() - 2);
    }
    if relaxed == b"\r\n" { Vec::new() } else { relaxed }
}

#[cfg(test)]
mod tests;
