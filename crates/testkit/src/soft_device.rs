//! A phone of today: its key, and what it signs with it (`docs/guide/device-keys.md`). It does as it is told, the
//! forbidden included.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use serde_json::{Value, json};

enum Signer {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// One device with one key.
pub struct SoftDevice {
    signer: Signer,
}

/// The key of RFC 6979, appendix A.2.5: the private half, and the point.
const RFC6979: (&str, &str) = (
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
     7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
);
/// The first key of RFC 8032, section 7.1.
const RFC8032: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
pub const ISSUER: &str = "https://login.example/";

impl SoftDevice {
    /// P-256, another one each time.
    pub fn es256() -> Self {
        let made =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref()).unwrap();
        Self { signer: Signer::Es256(pair) }
    }

    /// Ed25519; of the same number, the same one.
    pub fn ed25519(number: u8) -> Self {
        Self { signer: Signer::EdDsa(Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap()) }
    }

    /// That of RFC 6979.
    pub fn fixed_es256() -> Self {
        let (private, public) = (unhex(RFC6979.0), unhex(RFC6979.1));
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &private, &public).unwrap();
        Self { signer: Signer::Es256(pair) }
    }

    /// That of RFC 8032.
    pub fn fixed_ed25519() -> Self {
        Self { signer: Signer::EdDsa(Ed25519KeyPair::from_seed_unchecked(&unhex(RFC8032)).unwrap()) }
    }

    pub fn algorithm(&self) -> &'static str {
        match self.signer {
            Signer::Es256(_) => "ES256",
            Signer::EdDsa(_) => "EdDSA",
        }
    }

    /// The public key as a JWK.
    pub fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match &self.signer {
            Signer::Es256(pair) => {
                // 4, then both coordinates.
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])})
            }
            Signer::EdDsa(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref())})
            }
        }
    }

    /// The private key as a JWK: of a fixed key, which is no secret.
    pub fn private_jwk(&self) -> Value {
        let private = match &self.signer {
            Signer::Es256(_) => RFC6979.0,
            Signer::EdDsa(_) => RFC8032,
        };
        let mut jwk = self.jwk();
        jwk["d"] = json!(BASE64URL_NOPAD.encode(&unhex(private)));
        jwk
    }

    /// The point of a P-256 key, uncompressed.
    pub fn point(&self) -> Vec<u8> {
        match &self.signer {
            Signer::Es256(pair) => pair.public_key().as_ref().to_vec(),
            Signer::EdDsa(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// A JWS of whatever this is.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match &self.signer {
            Signer::Es256(pair) => pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap(),
            Signer::EdDsa(pair) => pair.sign(message.as_bytes()),
        };
        format!("{message}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }

    /// The proof of an enrolment; header and claims with some of their members changed, where `null` takes one away.
    pub fn enrolment(
        &self,
        client: &str,
        challenge: &str,
        now: i64,
        (header, claims): (Value, Value),
    ) -> String {
        let plain =
            json!({"typ": "latchkey-device-enrolment+jwt", "alg": self.algorithm(), "jwk": self.jwk()});
        let says = json!({
            "aud": ISSUER, "client_id": client, "challenge": challenge, "iat": now, "exp": now + 30,
        });
        self.sign(&changed(plain, header), &changed(says, claims))
    }

    /// An assertion in the name of a key, changed as in [`SoftDevice::enrolment`].
    pub fn assertion(
        &self,
        (client, key): (&str, &str),
        challenge: &str,
        now: i64,
        (header, claims): (Value, Value),
    ) -> String {
        let plain = json!({"typ": "latchkey-device+jwt", "alg": self.algorithm(), "kid": key});
        let says = json!({
            "iss": key, "sub": key, "aud": ISSUER, "client_id": client, "challenge": challenge, "iat": now,
            "exp": now + 30,
        });
        self.sign(&changed(plain, header), &changed(says, claims))
    }
}

/// `body` with some of its members changed; `null` takes one away.
fn changed(mut body: Value, change: Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

fn unhex(text: &str) -> Vec<u8> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).unwrap()
}
