//! A ceremony of the verifier with an authenticator in software.
#![allow(dead_code, reason = "each suite uses some of it")]

use data_encoding::BASE64URL_NOPAD;
use latchkey_core::model::RelyingParty;
use latchkey_core::passkey::{Asserted, Attested, Credential, Expected, PasskeyRefused, PasskeyVerifier};
use latchkey_passkey::WebauthnVerifier;
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_wire::passkey::AuthnResponse;
use serde_json::{Value, json};

pub const ORIGIN: &str = "https://login.example";
pub const CHALLENGE: [u8; 32] = [9; 32];

pub fn party() -> RelyingParty {
    let app = "android:apk-key-hash:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s";
    RelyingParty { id: String::from("login.example"), origins: vec![ORIGIN.into(), app.into()] }
}

pub fn options() -> Value {
    json!({
        "challenge": BASE64URL_NOPAD.encode(&CHALLENGE), "rpId": "login.example",
        "rp": {"id": "login.example"}, "user": {"id": BASE64URL_NOPAD.encode(&[1; 64])},
    })
}

pub fn attest(answer: &Value, user_verification: bool) -> Result<Attested, PasskeyRefused> {
    let party = party();
    let expected = Expected { party: &party, challenge: &CHALLENGE, user_verification };
    match AuthnResponse::read(answer.as_object().unwrap()) {
        Ok(AuthnResponse::Attestation(answer)) => WebauthnVerifier.attested(expected, &answer),
        _ => Err(PasskeyRefused::Malformed),
    }
}

pub fn assert(made: &Attested, answer: &Value, user_verification: bool) -> Result<Asserted, PasskeyRefused> {
    let party = party();
    let expected = Expected { party: &party, challenge: &CHALLENGE, user_verification };
    let credential = Credential {
        id: &made.credential_id,
        public_key: &made.public_key,
        backup_eligible: made.backup_eligible,
    };
    match AuthnResponse::read(answer.as_object().unwrap()) {
        Ok(AuthnResponse::Assertion(answer)) => WebauthnVerifier.asserted(expected, credential, &answer),
        _ => Err(PasskeyRefused::Malformed),
    }
}

pub fn made(algorithm: Algorithm) -> (SoftPasskey, Attested) {
    let mut passkey = SoftPasskey::new(algorithm, 7);
    let answer = passkey.create(&options(), ORIGIN);
    let attested = attest(&answer, true).unwrap();
    (passkey, attested)
}
