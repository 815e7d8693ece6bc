//! What the targets share: a client at a stopped clock, whose server answers what it is told, and the server's key.
//!
//! A target hands the bytes of the fuzzer to the client as a server, a browser or a disk would. What it looks for is
//! panics, bytes out of bounds, arithmetic that overflows, input that takes forever, and a promise of the client that
//! does not hold. Every error is turned into all of its texts.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use data_encoding::BASE64URL_NOPAD;
use latchkey_client::{
    Authenticator, AuthenticatorError, BoxFuture, Channel, Client, Clock, Error, Generation, Locale,
    NoRandomness, Random, Request, Response, SignatureAlgorithm, Signer, Transport, TransportError,
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

pub const NOW: i64 = 1_800_000_000;
pub const ISSUER: &str = "https://login.example.com/";
pub const APP: &str = "app";

/// Gives its answers in turn; after them, nothing answers.
#[derive(Default)]
struct Scripted(Mutex<VecDeque<Response>>);

impl Transport for Scripted {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let answer = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let answer = answer.ok_or_else(|| TransportError::Unreachable(String::from("it was told no more")));
        Box::pin(std::future::ready(answer))
    }
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> i64 {
        NOW
    }
}

struct Repeating;

impl Random for Repeating {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        bytes.fill(7);
        Ok(())
    }
}

pub fn client(generation: Generation, answers: impl IntoIterator<Item = Response>) -> Client {
    let server = Scripted(Mutex::new(answers.into_iter().collect()));
    Client::builder("login.example.com", APP, Arc::new(server))
        .generation(generation)
        .clock(Arc::new(Stopped))
        .random(Arc::new(Repeating))
        .build()
        .expect("the domain is one")
}

/// Of either generation, as the first byte says; the rest.
pub fn generation(data: &[u8]) -> Option<(Generation, &[u8])> {
    let (first, rest) = data.split_first()?;
    Some((if first % 2 == 0 { Generation::Current } else { Generation::Legacy }, rest))
}

pub fn ok(body: impl Into<Vec<u8>>) -> Response {
    answer(200, body)
}

pub fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response { status, headers: Vec::new(), body: body.into() }
}

/// Makes every text that an error has.
pub fn swallow(error: &Error) {
    let _ = (format!("{error} {error:?}"), error.code().len(), error.kind(), error.had_no_effect());
    assert!(!error.human(Locale::Ar, Channel::Sms).is_empty());
}

pub fn swallow_any<T>(result: Result<T, Error>) -> Option<T> {
    result.inspect_err(swallow).ok()
}

static PAIR: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[9; 32]).expect("a seed is 32 bytes"));
/// One that holds.
static GOOD: LazyLock<String> = LazyLock::new(|| sign(claims().to_string().as_bytes()));

/// The document of the server's keys: one, which signs what [`sign`] does.
pub fn keys() -> Response {
    let x = BASE64URL_NOPAD.encode(PAIR.public_key().as_ref());
    ok(json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "one", "alg": "EdDSA", "use": "sig",
    }]})
    .to_string())
}

/// A JWT of the server's with these bytes for claims.
pub fn sign(claims: &[u8]) -> String {
    let header = BASE64URL_NOPAD.encode(br#"{"alg":"EdDSA","kid":"one","typ":"JWT"}"#);
    let message = format!("{header}.{}", BASE64URL_NOPAD.encode(claims));
    let signature = BASE64URL_NOPAD.encode(PAIR.sign(message.as_bytes()).as_ref());
    format!("{message}.{signature}")
}

/// Claims that hold.
pub fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "sms|1", "aud": APP, "iat": NOW, "exp": NOW + 36_000, "nonce": "n"})
}

pub fn good_id_token() -> &'static str {
    &GOOD
}

/// The bytes with a token that holds in the place of `$ID_TOKEN`, which no fuzzer would find by itself.
pub fn with_id_token(body: &[u8]) -> Vec<u8> {
    const PLACE: &[u8] = b"$ID_TOKEN";
    let Some(at) = body.windows(PLACE.len()).position(|window| window == PLACE) else {
        return body.to_vec();
    };
    [&body[..at], GOOD.as_bytes(), &body[at + PLACE.len()..]].concat()
}

/// The bytes up to a zero, and those after it, for targets that feed several answers.
pub fn parts(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == 0)
}

/// Gives back what it was asked, and signs with nonsense.
pub struct System;

impl Authenticator for System {
    fn create(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(options)))
    }

    fn get(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(options)))
    }
}

impl Signer for System {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Es256
    }

    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(String::from("{}"))))
    }

    fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(String::from("AA:BB"))))
    }

    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        Box::pin(std::future::ready(Ok(message)))
    }
}
