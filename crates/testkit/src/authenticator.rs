//! An authenticator in software, and the browser or system that it is asked by. It does as it is told, the
//! forbidden included: tests change what it says before it signs.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use data_encoding::BASE64URL_NOPAD;
use serde_cbor_2::Value as Cbor;
use serde_json::{Map, Value, json};

/// What a passkey signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    EdDsa,
    Rs256,
}

impl Algorithm {
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];
}

/// Flags of authenticator data (WebAuthn section 6.1).
pub const USER_PRESENT: u8 = 0b0000_0001;
pub const USER_VERIFIED: u8 = 0b0000_0100;
pub const BACKUP_ELIGIBLE: u8 = 0b0000_1000;
pub const BACKED_UP: u8 = 0b0001_0000;
pub const HAS_CREDENTIAL: u8 = 0b0100_0000;
pub const HAS_EXTENSIONS: u8 = 0b1000_0000;

enum Signer {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

/// One passkey of one person.
pub struct SoftPasskey {
    signer: Signer,
    pub credential_id: Vec<u8>,
    /// As the server named its person.
    pub user_handle: Option<Vec<u8>>,
    /// Of the next signature.
    pub counter: u32,
    /// Beside those that say what follows.
    pub flags: u8,
    /// The model of the authenticator.
    pub aaguid: [u8; 16],
}

/// What is signed, before it is.
pub struct Draft {
    /// JSON of the client data.
    pub client_data: Map<String, Value>,
    /// In place of that, where it is not empty.
    pub raw_client_data: Vec<u8>,
    pub relying_party: String,
    pub flags: u8,
    pub counter: u32,
    /// A COSE key, of a new credential.
    pub public_key: Cbor,
    pub credential_id: Vec<u8>,
    pub aaguid: [u8; 16],
    /// The attestation's format, and its statement.
    pub format: String,
    pub statement: BTreeMap<Cbor, Cbor>,
    /// Appended to the authenticator data.
    pub tail: Vec<u8>,
    pub user_handle: Option<Vec<u8>>,
}

impl SoftPasskey {
    /// With user verification, on one device. Different numbers make different credential ids.
    pub fn new(algorithm: Algorithm, number: u8) -> Self {
        let random = SystemRandom::new();
        let signer = match algorithm {
            Algorithm::Es256 => {
                let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref());
                Signer::Es256(pair.unwrap())
            }
            Algorithm::EdDsa => Signer::EdDsa(Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap()),
            Algorithm::Rs256 => Signer::Rs256(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())),
        };
        Self {
            signer,
            credential_id: vec![number; 32],
            user_handle: None,
            counter: 1,
            flags: USER_PRESENT | USER_VERIFIED,
            aaguid: [0xAA; 16],
        }
    }

    /// The COSE key of it.
    pub fn public_key(&self) -> Cbor {
        match &self.signer {
            Signer::Es256(pair) => {
                // 4, then both coordinates.
                let point = pair.public_key().as_ref();
                cose([
                    (1, Cbor::Integer(2)),
                    (3, Cbor::Integer(-7)),
                    (-1, Cbor::Integer(1)),
                    (-2, Cbor::Bytes(point[1..33].to_vec())),
                    (-3, Cbor::Bytes(point[33..].to_vec())),
                ])
            }
            Signer::EdDsa(pair) => cose([
                (1, Cbor::Integer(1)),
                (3, Cbor::Integer(-8)),
                (-1, Cbor::Integer(6)),
                (-2, Cbor::Bytes(pair.public_key().as_ref().to_vec())),
            ]),
            Signer::Rs256(pair) => {
                let parts: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
                cose([
                    (1, Cbor::Integer(3)),
                    (3, Cbor::Integer(-257)),
                    (-1, Cbor::Bytes(parts.n)),
                    (-2, Cbor::Bytes(parts.e)),
                ])
            }
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.signer {
            Signer::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Signer::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Signer::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }

    fn draft(&self, kind: &str, options: &Value, party: &str, origin: &str) -> Draft {
        Draft {
            client_data: Map::from_iter([
                (String::from("type"), json!(kind)),
                (String::from("challenge"), options["challenge"].clone()),
                (String::from("origin"), json!(origin)),
                (String::from("crossOrigin"), json!(false)),
            ]),
            raw_client_data: Vec::new(),
            relying_party: party.to_owned(),
            flags: self.flags,
            counter: self.counter,
            public_key: self.public_key(),
            credential_id: self.credential_id.clone(),
            aaguid: self.aaguid,
            format: String::from("none"),
            statement: BTreeMap::new(),
            tail: Vec::new(),
            user_handle: self.user_handle.clone(),
        }
    }

    /// Answers the options of `/passkey/register`, as `PublicKeyCredential.toJSON` says it.
    pub fn create(&mut self, options: &Value, origin: &str) -> Value {
        self.create_as(options, origin, |_| {})
    }

    /// As [`SoftPasskey::create`], after a change.
    pub fn create_as(&mut self, options: &Value, origin: &str, change: impl FnOnce(&mut Draft)) -> Value {
        let handle = options["user"]["id"].as_str().unwrap_or_default();
        self.user_handle = Some(BASE64URL_NOPAD.decode(handle.as_bytes()).unwrap());
        let party = options["rp"]["id"].as_str().unwrap_or_default();
        let mut draft = self.draft("webauthn.create", options, party, origin);
        draft.flags |= HAS_CREDENTIAL;
        change(&mut draft);
        self.counter += 1;
        draft.attestation()
    }

    /// Answers the options of `/passkey/challenge`.
    pub fn get(&mut self, options: &Value, origin: &str) -> Value {
        self.get_as(options, origin, |_| {})
    }

    /// As [`SoftPasskey::get`], after a change.
    pub fn get_as(&mut self, options: &Value, origin: &str, change: impl FnOnce(&mut Draft)) -> Value {
        let party = options["rpId"].as_str().unwrap_or_default();
        let mut draft = self.draft("webauthn.get", options, party, origin);
        change(&mut draft);
        self.counter += 1;
        draft.assertion(self)
    }
}

impl Draft {
    pub fn authenticator_data(&self) -> Vec<u8> {
        let mut data = digest(&SHA256, self.relying_party.as_bytes()).as_ref().to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        if self.flags & HAS_CREDENTIAL != 0 {
            data.extend(self.aaguid);
            data.extend(u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
            data.extend(&self.credential_id);
            data.extend(serde_cbor_2::to_vec(&self.public_key).unwrap());
        }
        data.extend(&self.tail);
        data
    }

    fn client_data(&self) -> Vec<u8> {
        match self.raw_client_data.is_empty() {
            true => serde_json::to_vec(&self.client_data).unwrap(),
            false => self.raw_client_data.clone(),
        }
    }

    fn attestation(&self) -> Value {
        let object = Cbor::Map(BTreeMap::from([
            (Cbor::Text("fmt".into()), Cbor::Text(self.format.clone())),
            (Cbor::Text("attStmt".into()), Cbor::Map(self.statement.clone())),
            (Cbor::Text("authData".into()), Cbor::Bytes(self.authenticator_data())),
        ]));
        let id = BASE64URL_NOPAD.encode(&self.credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64URL_NOPAD.encode(&self.client_data()),
                "attestationObject": BASE64URL_NOPAD.encode(&serde_cbor_2::to_vec(&object).unwrap()),
                "transports": ["internal", "hybrid"],
            },
        })
    }

    fn assertion(&self, key: &SoftPasskey) -> Value {
        let (data, client_data) = (self.authenticator_data(), self.client_data());
        let signature = key.sign(&[data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat());
        let id = BASE64URL_NOPAD.encode(&self.credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64URL_NOPAD.encode(&client_data),
                "authenticatorData": BASE64URL_NOPAD.encode(&data),
                "signature": BASE64URL_NOPAD.encode(&signature),
                "userHandle": self.user_handle.as_ref().map(|handle| BASE64URL_NOPAD.encode(handle)),
            },
        })
    }
}

/// A COSE key of these labels.
pub fn cose<const N: usize>(labels: [(i128, Cbor); N]) -> Cbor {
    Cbor::Map(labels.into_iter().map(|(label, value)| (Cbor::Integer(label), value)).collect())
}

/// Changes one byte of base64url text in an answer.
pub fn flip(answer: &mut Value, pointer: &str, at: usize) {
    let text = answer.pointer(pointer).and_then(Value::as_str).unwrap();
    let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
    bytes[at] ^= 1;
    *answer.pointer_mut(pointer).unwrap() = json!(BASE64URL_NOPAD.encode(&bytes));
}
