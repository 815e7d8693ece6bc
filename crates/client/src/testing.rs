//! For tests: a clock that stands still, bytes that repeat, and a server that answers as it is told.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use data_encoding::BASE64URL_NOPAD;
use futures_util::FutureExt;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::client::Client;
use crate::host::{Clock, NoRandomness, Random};
use crate::transport::{BoxFuture, Request, Response, Transport, TransportError};

pub(crate) const DOMAIN: &str = "login.example.com";
pub(crate) const ISSUER: &str = "https://login.example.com/";
pub(crate) const CLIENT: &str = "app";
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) struct Stopped(pub(crate) AtomicI64);

impl Clock for Stopped {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        bytes.fill(self.0.fetch_add(1, Ordering::SeqCst));
        Ok(())
    }
}

type Answer = Result<Response, TransportError>;

/// Gives the answers that it was told, in turn, and keeps what it was asked.
#[derive(Default)]
pub(crate) struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Request>>,
}

impl Scripted {
    pub(crate) fn tell(&self, response: Response) {
        self.answers.lock().unwrap().push_back(Ok(response));
    }

    pub(crate) fn answer(&self, status: u16, body: impl Into<Vec<u8>>) {
        self.tell(Response { status, headers: Vec::new(), body: body.into() });
    }

    pub(crate) fn json(&self, status: u16, body: &Value) {
        self.answer(status, body.to_string());
    }

    pub(crate) fn fail(&self, error: TransportError) {
        self.answers.lock().unwrap().push_back(Err(error));
    }

    /// The paths that were asked for, and forgets them.
    pub(crate) fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        let strip =
            |request: Request| request.url.strip_prefix("https://login.example.com").unwrap().to_owned();
        self.asked().into_iter().map(strip).collect()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request) -> BoxFuture<'_, Answer> {
        self.asked.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async move { answer.expect("no answer was told") })
    }
}

/// A client, the server that it speaks to, and its clock.
pub(crate) fn client() -> (Client, Arc<Scripted>, Arc<Stopped>) {
    client_of(crate::Generation::Current)
}

pub(crate) fn client_of(generation: crate::Generation) -> (Client, Arc<Scripted>, Arc<Stopped>) {
    let server = Arc::new(Scripted::default());
    let clock = Arc::new(Stopped(AtomicI64::new(NOW)));
    let client = Client::builder(DOMAIN, CLIENT, Arc::<Scripted>::clone(&server))
        .generation(generation)
        .clock(Arc::<Stopped>::clone(&clock))
        .random(Arc::new(Counting::default()))
        .build()
        .unwrap();
    (client, server, clock)
}

/// What a future gives whose answers are there already.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("it waits for something")
}

/// A key of the server's, as tests sign with it.
pub(crate) struct SigningKey {
    pub(crate) kid: &'static str,
    pair: Pair,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl SigningKey {
    pub(crate) fn es256(kid: &'static str) -> Self {
        let random = SystemRandom::new();
        let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
        Self { kid, pair: Pair::Ec(EcdsaKeyPair::from_pkcs8(curve, document.as_ref(), &random).unwrap()) }
    }

    pub(crate) fn ed25519(kid: &'static str) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self { kid, pair: Pair::Ed(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()) }
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Ec(_) => "ES256",
            Pair::Ed(_) => "EdDSA",
        }
    }

    pub(crate) fn jwk(&self) -> Value {
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..])})
            }
            Pair::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref())})
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.algorithm());
        jwk["use"] = json!("sig");
        jwk
    }

    /// A JWT with this header and these claims.
    pub(crate) fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match &self.pair {
            Pair::Ec(pair) => pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as(&json!({"alg": self.algorithm(), "kid": self.kid, "typ": "JWT"}), claims)
    }
}

/// Claims that hold.
pub(crate) fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "sms|1", "aud": CLIENT, "iat": NOW, "exp": NOW + 36_000})
}

pub(crate) fn published(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() })
}

/// The answer of `/oauth/token`.
pub(crate) fn token_answer(id_token: &str, refresh_token: &str) -> Value {
    json!({
        "access_token": "access", "token_type": "Bearer", "expires_in": 86_400, "id_token": id_token,
        "refresh_token": refresh_token, "scope": "openid offline_access",
    })
}
