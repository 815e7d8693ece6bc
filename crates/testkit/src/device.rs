//! A phone of 2014: its RSA key, exported and signed with as `TouchIDAuth` 0.2.0 does (protocol 7.1). The
//! arithmetic is written out, since no library signs with 1024 bits any more.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXUPPER};
use latchkey_core::Random;
use md5::{Digest, Md5};
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::TestRandom;

/// A pair of keys.
pub struct DevicePair {
    modulus: BigUint,
    private: BigUint,
}

/// ASN.1 of a SHA-256 digest (RFC 8017 section 9.2, note 1).
const DIGEST_INFO: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

impl DevicePair {
    /// A key of so many bits; of the same seed, the same one.
    pub fn generate(bits: u64, seed: u64) -> Self {
        let random = TestRandom::new(seed);
        let exponent = BigUint::from(65_537u32);
        let one = BigUint::from(1u32);
        loop {
            let (p, q) = (prime(&random, bits / 2), prime(&random, bits - bits / 2));
            let totient = (&p - &one) * (&q - &one);
            let (modulus, inverse) = (&p * &q, exponent.modinv(&totient));
            if let (Some(private), true) = (inverse, modulus.bits() == bits && p != q) {
                return Self { modulus, private };
            }
        }
    }

    /// The public key as PKCS#1.
    pub fn der(&self) -> Vec<u8> {
        let integers = [integer(&self.modulus), integer(&BigUint::from(65_537u32))].concat();
        tagged(0x30, &integers)
    }

    /// As `A0RSAKeyExporter` writes it: 64 columns, carriage returns alone.
    pub fn pem(&self) -> String {
        let text = BASE64.encode(&self.der());
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN RSA PUBLIC KEY-----\r{}\r-----END RSA PUBLIC KEY-----\r", lines.join("\r"))
    }

    pub fn fingerprint(&self) -> String {
        let hex = HEXUPPER.encode(&Md5::digest(self.der()));
        hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect::<Vec<_>>().join(":")
    }

    /// As `generateJWT` makes it, with the claims of the app over its own; `null` takes one away.
    pub fn jwt(&self, device: &str, now: i64, payload: Value) -> String {
        let mut claims = json!({"sub": self.fingerprint(), "device": device, "iat": now, "exp": now + 30});
        for (name, value) in payload.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        self.sign(&json!({"alg": "RS256", "typ": "JWT"}), &claims)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2.1), whatever the header says.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.as_bytes());
        let length = self.modulus.bits().div_ceil(8) as usize;
        let tail = [DIGEST_INFO, digest.as_ref()].concat();
        let mut block = vec![0xff; length - tail.len()];
        let end = block.len() - 1;
        (block[0], block[1], block[end]) = (0, 1, 0);
        block.extend(tail);
        let signature = BigUint::from_bytes_be(&block).modpow(&self.private, &self.modulus).to_bytes_be();
        let padded = [vec![0; length - signature.len()], signature].concat();
        format!("{message}.{}", BASE64URL_NOPAD.encode(&padded))
    }
}

/// By Miller and Rabin, with both of the greatest bits set.
fn prime(random: &TestRandom, bits: u64) -> BigUint {
    let one = BigUint::from(1u32);
    loop {
        let mut bytes = vec![0; bits.div_ceil(8) as usize];
        random.fill(&mut bytes);
        let mut number = BigUint::from_bytes_be(&bytes) >> (bytes.len() as u64 * 8 - bits);
        for bit in [0, bits - 2, bits - 1] {
            number.set_bit(bit, true);
        }
        let small = [3u32, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53];
        if small.iter().any(|small| &number % small == BigUint::ZERO) || (&number % 65_537u32) == one {
            continue;
        }
        if [2u32, 3, 5, 7, 11, 13, 17].iter().all(|base| is_witnessed(&number, &BigUint::from(*base))) {
            return number;
        }
    }
}

fn is_witnessed(number: &BigUint, base: &BigUint) -> bool {
    let one = BigUint::from(1u32);
    let less = number - &one;
    let twos = less.trailing_zeros().unwrap();
    let mut power = base.modpow(&(&less >> twos), number);
    if power == one || power == less {
        return true;
    }
    for _ in 1..twos {
        power = &power * &power % number;
        if power == less {
            return true;
        }
    }
    false
}

/// A DER INTEGER, which is negative where its first bit is set.
fn integer(value: &BigUint) -> Vec<u8> {
    let mut bytes = value.to_bytes_be();
    if bytes[0] & 0x80 != 0 {
        bytes.insert(0, 0);
    }
    tagged(2, &bytes)
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..0x80 => vec![tag, length as u8],
        0x80..0x100 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}
