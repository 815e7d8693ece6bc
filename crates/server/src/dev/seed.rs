//! Signing keys of seeded runs: the same ones every time, since they lie in the source. Anybody can
//! sign with them: they are for development only, and `serve` has no way to use them.

use std::sync::{Mutex, PoisonError};

use data_encoding::BASE64;
use latchkey_core::Fault;
use latchkey_core::model::SigningAlgorithm;
use latchkey_core::token::keys::KeyMaker;
use zeroize::Zeroizing;

const RSA: [&str; 2] =
    [include_str!("../../assets/seed-keys/rsa-1.pem"), include_str!("../../assets/seed-keys/rsa-2.pem")];
const EC: [&str; 2] =
    [include_str!("../../assets/seed-keys/ec-1.pem"), include_str!("../../assets/seed-keys/ec-2.pem")];
const ED: [&str; 2] =
    [include_str!("../../assets/seed-keys/ed-1.pem"), include_str!("../../assets/seed-keys/ed-2.pem")];

/// Hands the keys out in turn.
#[derive(Default)]
pub struct SeedKeys(Mutex<Vec<SigningAlgorithm>>);

impl KeyMaker for SeedKeys {
    fn make(&self, alg: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let nth = made.iter().filter(|known| **known == alg).count();
        made.push(alg);
        let keys = match alg {
            SigningAlgorithm::RS256 => RSA,
            SigningAlgorithm::ES256 => EC,
            SigningAlgorithm::EdDSA => ED,
            SigningAlgorithm::HS256 => return Err(Fault::Signing(String::from("HS256 has no key pair"))),
        };
        let [first, second] = keys;
        pkcs8(if nth.is_multiple_of(2) { first } else { second })
    }
}

fn pkcs8(pem: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    BASE64
        .decode(body.as_bytes())
        .map(Zeroizing::new)
        .map_err(|e| Fault::Signing(format!("a seed key is damaged: {e}")))
}
