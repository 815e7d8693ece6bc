//! Signing keys, made once per process: RSA generation is the slowest thing that a test does.

use std::sync::{Mutex, OnceLock};

use latchkey_core::Fault;
use latchkey_core::model::SigningAlgorithm;
use latchkey_core::token::keys::{FreshKeys, KeyMaker};
use zeroize::Zeroizing;

type Pool = Vec<(SigningAlgorithm, Zeroizing<Vec<u8>>)>;

fn pool() -> &'static Mutex<Pool> {
    static POOL: OnceLock<Mutex<Pool>> = OnceLock::new();
    POOL.get_or_init(Mutex::default)
}

/// Hands out the same keys to every engine of a process, in the same order.
#[derive(Default)]
pub struct TestKeys(Mutex<Vec<SigningAlgorithm>>);

impl KeyMaker for TestKeys {
    fn make(&self, alg: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let mut made = self.0.lock().unwrap();
        let nth = made.iter().filter(|known| **known == alg).count();
        made.push(alg);
        let mut pool = pool().lock().unwrap();
        if let Some((_, key)) = pool.iter().filter(|(known, _)| *known == alg).nth(nth) {
            return Ok(key.clone());
        }
        let key = FreshKeys.make(alg)?;
        pool.push((alg, key.clone()));
        Ok(key)
    }
}
