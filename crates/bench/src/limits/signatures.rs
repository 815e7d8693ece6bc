//! Signatures per CPU second of the library that the server signs with: one thread, keys parsed once,
//! input as long as that of an id_token.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use latchkey_core::model::SigningAlgorithm;

use crate::cores;
use crate::plan::alg_name;
use crate::process::cpu_of_thread;

/// Asks a process on the server's core.
pub fn measure(alg: SigningAlgorithm, window: Duration, apart: bool) -> Result<f64> {
    let output = cores::on_server_core(std::env::current_exe()?, apart)
        .args(["signatures", "--alg", alg_name(alg), "--seconds", &window.as_secs_f64().to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("no figure from the signing process")
}

pub fn print(alg: &str, seconds: f64) -> Result<()> {
    let window = Duration::from_secs_f64(seconds);
    let random = SystemRandom::new();
    let message = [b'x'; 420];
    let fault = |_| anyhow!("cannot make a key");
    let found = match alg {
        "RS256" => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(fault)?;
            let mut signature = vec![0; pair.public_modulus_len()];
            rate(window, || pair.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).is_ok())?
        }
        "ES256" => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(fault)?;
            rate(window, || pair.sign(&random, &message).is_ok())?
        }
        "EdDSA" => {
            let pair = Ed25519KeyPair::generate().map_err(fault)?;
            rate(window, || !pair.sign(&message).as_ref().is_empty())?
        }
        other => bail!("no algorithm {other}"),
    };
    println!("{found}");
    Ok(())
}

/// Calls `sign` until so much CPU time is used up.
fn rate(window: Duration, mut sign: impl FnMut() -> bool) -> Result<f64> {
    // The first calls fill caches.
    for _ in 0..20 {
        sign();
    }
    let begin = cpu_of_thread()?;
    let mut count = 0_u32;
    loop {
        for _ in 0..20 {
            anyhow::ensure!(sign(), "a signature failed");
        }
        count += 20;
        let used = cpu_of_thread()?.saturating_sub(begin);
        if used >= window {
            return Ok(f64::from(count) / used.as_secs_f64());
        }
    }
}
