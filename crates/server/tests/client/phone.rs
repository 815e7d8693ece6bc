//! What a phone has beside its apps: keys that sign, and a system that keeps passkeys.

use std::sync::Mutex;

use data_encoding::BASE64URL_NOPAD;
use latchkey_client::{Authenticator, AuthenticatorError, BoxFuture, SignatureAlgorithm, Signer};
use latchkey_testkit::authenticator::SoftPasskey;
use latchkey_testkit::{DevicePair, SoftDevice};
use serde_json::Value;

fn ready<T: Send + 'static>(value: T) -> BoxFuture<'static, T> {
    Box::pin(std::future::ready(value))
}

/// Makes a JWS of a header and claims.
type Sign = Box<dyn Fn(&Value, &Value) -> String + Send + Sync>;

/// A key that asks nobody before it signs.
pub struct Enclave {
    algorithm: SignatureAlgorithm,
    public_key: String,
    key_id: Option<String>,
    sign: Sign,
}

impl Enclave {
    pub fn of_today(device: SoftDevice) -> Self {
        Self {
            algorithm: SignatureAlgorithm::Es256,
            public_key: device.jwk().to_string(),
            key_id: None,
            sign: Box::new(move |header, claims| device.sign(header, claims)),
        }
    }

    pub fn of_2014(pair: DevicePair) -> Self {
        Self {
            algorithm: SignatureAlgorithm::Rs256,
            public_key: pair.pem(),
            key_id: Some(pair.fingerprint()),
            sign: Box::new(move |header, claims| pair.sign(header, claims)),
        }
    }
}

impl Signer for Enclave {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        ready(Ok(self.public_key.clone()))
    }

    fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        ready(self.key_id.clone().ok_or(AuthenticatorError::NoKey))
    }

    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
        let message = String::from_utf8(message).unwrap();
        let part = |text: &str| -> Value {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
        };
        let (header, claims) = message.split_once('.').unwrap();
        let jws = (self.sign)(&part(header), &part(claims));
        let (signed, signature) = jws.rsplit_once('.').unwrap();
        assert_eq!(signed, message);
        ready(Ok(BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap()))
    }
}

/// A system with one passkey, which signs for pages of this origin.
pub struct System {
    pub passkey: Mutex<SoftPasskey>,
    pub origin: String,
}

impl Authenticator for System {
    fn create(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        let options: Value = serde_json::from_str(&options).unwrap();
        ready(Ok(self.passkey.lock().unwrap().create(&options, &self.origin).to_string()))
    }

    fn get(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        let options: Value = serde_json::from_str(&options).unwrap();
        ready(Ok(self.passkey.lock().unwrap().get(&options, &self.origin).to_string()))
    }
}
