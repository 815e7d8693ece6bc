//! What vendors sign about devices, made by vendors of our own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXUPPER};
use latchkey_core::key_attestation::{BadAttestation, ExpectedKey, KeyAttestor};
use latchkey_core::model::{Client, ClientKind, KeyAttestation};
use latchkey_core::{Clock, Timestamp};
use latchkey_passkey::VendorAttestor;
use latchkey_testkit::TestEngine;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PublicKeyData,
};
use serde_cbor_2::Value as Cbor;
use serde_json::{Map, Value, json};

const PROOF: &str = "eyJ.eyJ.sig";
const CHALLENGE: &str = "hT0cQqkq3vFZbJ5sW1n8b0mN4yXcL7pRr2uTe9aKdVw";
const PACKAGE: &str = "com.example.demo";
const SIGNER: [u8; 32] = [7; 32];
const APPLE_NONCE: [u64; 7] = [1, 2, 840, 113_635, 100, 8, 2];
const KEY_DESCRIPTION: [u64; 10] = [1, 3, 6, 1, 4, 1, 11_129, 2, 1, 17];

/// A vendor: a root, and what it signs with below it.
struct Vendor {
    root: Vec<u8>,
    between: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

impl Vendor {
    fn new() -> Self {
        let (key, params) = (KeyPair::generate().unwrap(), authority("root"));
        let root = params.self_signed(&key).unwrap();
        let root_issuer = Issuer::new(params, key);
        let (key, params) = (KeyPair::generate().unwrap(), authority("between"));
        let between = params.signed_by(&key, &root_issuer).unwrap();
        let issuer = Issuer::new(params, key);
        Self { root: root.der().to_vec(), between: between.der().to_vec(), issuer }
    }

    /// The chain for a key, with one extension.
    fn certify(&self, key: &KeyPair, oid: &[u64], content: Vec<u8>) -> Vec<Vec<u8>> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.custom_extensions = vec![CustomExtension::from_oid_content(oid, content)];
        vec![params.signed_by(key, &self.issuer).unwrap().der().to_vec(), self.between.clone()]
    }
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let head = match content.len() {
        length @ 0..0x80 => vec![tag, length as u8],
        length @ 0x80..0x100 => vec![tag, 0x81, length as u8],
        length => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// `[number] EXPLICIT`, in as many bytes as it takes.
fn explicit(number: u32, content: &[u8]) -> Vec<u8> {
    match number {
        0..31 => tagged(0xa0 | number as u8, content),
        _ => {
            let rest = tagged(0, content);
            [vec![0xbf, 0x80 | (number >> 7) as u8, (number & 0x7f) as u8], rest[1..].to_vec()].concat()
        }
    }
}

fn app() -> Client {
    let mut client: Client = latchkey_client();
    client.ios_team = Some("TEAM123456".into());
    client.ios_bundle = Some("com.example.Demo".into());
    client.android_package = Some(PACKAGE.into());
    let colons: Vec<String> = SIGNER.iter().map(|byte| HEXUPPER.encode(&[*byte])).collect();
    client.android_fingerprints = vec![colons.join(":")];
    client
}

fn latchkey_client() -> Client {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let t = TestEngine::new().await;
        t.add_client("app", ClientKind::Native, None, |_| {}).await
    })
}

fn now() -> Timestamp {
    latchkey_testkit::TestClock::default().now()
}

fn point(key: &KeyPair) -> Vec<u8> {
    key.der_bytes().to_vec()
}

fn expected<'a>(client: &'a Client, point: &'a [u8]) -> ExpectedKey<'a> {
    ExpectedKey { client, proof: PROOF, challenge: CHALLENGE, point: Some(point), now: now() }
}

/// What of Apple's attestation is otherwise.
#[derive(Clone)]
struct Apple {
    app: &'static str,
    proof: &'static str,
    environment: &'static [u8; 16],
    counter: u8,
    key_id: Option<Vec<u8>>,
    format: &'static str,
}

const APPLE: Apple = Apple {
    app: "TEAM123456.com.example.Demo",
    proof: PROOF,
    environment: b"appattest\0\0\0\0\0\0\0",
    counter: 0,
    key_id: None,
    format: "apple-appattest",
};

impl Apple {
    fn made(&self, vendor: &Vendor) -> Map<String, Value> {
        let key = KeyPair::generate().unwrap();
        let sha = |bytes: &[u8]| digest(&SHA256, bytes).as_ref().to_vec();
        let key_id = self.key_id.clone().unwrap_or_else(|| sha(&point(&key)));
        let auth_data = [
            sha(self.app.as_bytes()),
            vec![0x40, 0, 0, 0, self.counter],
            self.environment.to_vec(),
            vec![0, 32],
            key_id,
            vec![0xa0],
        ]
        .concat();
        let nonce = sha(&[auth_data.clone(), sha(self.proof.as_bytes())].concat());
        let content = tagged(0x30, &explicit(1, &tagged(4, &nonce)));
        let chain = vendor.certify(&key, &APPLE_NONCE, content);
        let map = |pairs: Vec<(&str, Cbor)>| {
            Cbor::Map(
                pairs
                    .into_iter()
                    .map(|(name, value)| (Cbor::Text(name.into()), value))
                    .collect::<BTreeMap<_, _>>(),
            )
        };
        let chain = Cbor::Array(chain.into_iter().map(Cbor::Bytes).collect());
        let object = map(vec![
            ("fmt", Cbor::Text(self.format.into())),
            ("attStmt", map(vec![("x5c", chain), ("receipt", Cbor::Bytes(vec![1]))])),
            ("authData", Cbor::Bytes(auth_data)),
        ]);
        let object = BASE64URL_NOPAD.encode(&serde_cbor_2::to_vec(&object).unwrap());
        json!({"format": "apple-app-attest", "object": object}).as_object().unwrap().clone()
    }
}

#[test]
fn a_genuine_app_of_apple_vouches_for_the_enrolment() {
    let (vendor, client) = (Vendor::new(), app());
    let attestor = VendorAttestor::with_roots(&vendor.root, &Vendor::new().root);
    let point = [4; 65];
    let taken = |made: Map<String, Value>| attestor.attested(expected(&client, &point), &made);
    let attested = KeyAttestation { format: "apple-app-attest".into(), checks_person: false };
    assert_eq!(taken(APPLE.made(&vendor)), Ok(attested));
    for (bad, why) in [
        (Apple { app: "TEAM123456.com.example.Other", ..APPLE }, BadAttestation::App),
        (Apple { proof: "another", ..APPLE }, BadAttestation::Key),
        (Apple { environment: b"appattestdevelop", ..APPLE }, BadAttestation::Level),
        (Apple { counter: 1, ..APPLE }, BadAttestation::Key),
        (Apple { key_id: Some(vec![1; 32]), ..APPLE }, BadAttestation::Key),
        (Apple { format: "apple", ..APPLE }, BadAttestation::Malformed),
    ] {
        assert_eq!(taken(bad.made(&vendor)), Err(why));
    }
    assert_eq!(taken(APPLE.made(&Vendor::new())), Err(BadAttestation::Chain), "of somebody else's vendor");
}

/// What of Android's attestation is otherwise.
#[derive(Clone)]
struct Android {
    challenge: &'static str,
    level: u8,
    origin: u8,
    purpose: u8,
    locked: u8,
    boot: u8,
    package: &'static str,
    signer: [u8; 32],
    /// `None`: nobody is checked.
    user_auth: Option<u8>,
}

const ANDROID: Android = Android {
    challenge: CHALLENGE,
    level: 1,
    origin: 0,
    purpose: 2,
    locked: 0xff,
    boot: 0,
    package: PACKAGE,
    signer: SIGNER,
    user_auth: Some(2),
};

impl Android {
    fn made(&self, vendor: &Vendor, key: &KeyPair) -> Map<String, Value> {
        let app = tagged(
            0x30,
            &[
                tagged(0x31, &tagged(0x30, &[tagged(4, self.package.as_bytes()), tagged(2, &[1])].concat())),
                tagged(0x31, &tagged(4, &self.signer)),
            ]
            .concat(),
        );
        let auth = match self.user_auth {
            Some(kinds) => explicit(504, &tagged(2, &[kinds])),
            None => explicit(503, &tagged(5, &[])),
        };
        let trust =
            [tagged(4, &[9; 32]), tagged(1, &[self.locked]), tagged(10, &[self.boot]), tagged(4, &[8; 32])];
        let hardware = [
            explicit(1, &tagged(0x31, &tagged(2, &[self.purpose]))),
            auth,
            explicit(702, &tagged(2, &[self.origin])),
            explicit(704, &tagged(0x30, &trust.concat())),
        ]
        .concat();
        let challenge = digest(&SHA256, self.challenge.as_bytes());
        let description = [
            tagged(2, &[4]),
            tagged(10, &[self.level]),
            tagged(2, &[41]),
            tagged(10, &[self.level]),
            tagged(4, challenge.as_ref()),
            tagged(4, &[]),
            tagged(0x30, &explicit(709, &tagged(4, &app))),
            tagged(0x30, &hardware),
        ];
        self.chain(vendor.certify(key, &KEY_DESCRIPTION, tagged(0x30, &description.concat())))
    }

    fn chain(&self, chain: Vec<Vec<u8>>) -> Map<String, Value> {
        let chain: Vec<String> = chain.iter().map(|der| BASE64.encode(der)).collect();
        json!({"format": "android-key", "x5c": chain}).as_object().unwrap().clone()
    }
}

#[test]
fn the_hardware_of_android_vouches_for_the_key_itself() {
    let (vendor, client, key) = (Vendor::new(), app(), KeyPair::generate().unwrap());
    let attestor = VendorAttestor::with_roots(&Vendor::new().root, &vendor.root);
    let point = point(&key);
    let taken = |made: Map<String, Value>| attestor.attested(expected(&client, &point), &made);
    let checked = |checks_person| Ok(KeyAttestation { format: "android-key".into(), checks_person });
    assert_eq!(taken(ANDROID.made(&vendor, &key)), checked(true));
    assert_eq!(taken(Android { user_auth: None, ..ANDROID }.made(&vendor, &key)), checked(false));
    assert_eq!(taken(Android { level: 2, ..ANDROID }.made(&vendor, &key)), checked(true), "StrongBox");
    for (bad, why) in [
        (Android { challenge: "another", ..ANDROID }, BadAttestation::Key),
        (Android { level: 0, ..ANDROID }, BadAttestation::Level),
        (Android { origin: 2, ..ANDROID }, BadAttestation::Level),
        (Android { purpose: 0, ..ANDROID }, BadAttestation::Level),
        (Android { locked: 0, ..ANDROID }, BadAttestation::Level),
        (Android { boot: 2, ..ANDROID }, BadAttestation::Level),
        (Android { package: "com.example.other", ..ANDROID }, BadAttestation::App),
        (Android { signer: [8; 32], ..ANDROID }, BadAttestation::App),
    ] {
        assert_eq!(taken(bad.made(&vendor, &key)), Err(why));
    }
    let other = KeyPair::generate().unwrap();
    assert_eq!(taken(ANDROID.made(&vendor, &other)), Err(BadAttestation::Key), "of another key");
    assert_eq!(taken(ANDROID.made(&Vendor::new(), &key)), Err(BadAttestation::Chain));
}

/// A key of a device that can sign certificates must not describe others.
#[test]
fn a_certificate_below_a_described_key_is_refused() {
    let (vendor, client) = (Vendor::new(), app());
    let (between, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut params = authority("a device");
    params.custom_extensions = vec![CustomExtension::from_oid_content(&KEY_DESCRIPTION, tagged(0x30, &[]))];
    let device = params.signed_by(&between, &vendor.issuer).unwrap().der().to_vec();
    let below = Vendor { root: vendor.root.clone(), between: device, issuer: Issuer::new(params, between) };
    let mut made = ANDROID.made(&below, &key);
    let chain = made["x5c"].as_array().unwrap().clone();
    made.insert("x5c".into(), json!([chain[0], chain[1], BASE64.encode(&vendor.between)]));
    let attestor = VendorAttestor::with_roots(&Vendor::new().root, &vendor.root);
    let point = point(&key);
    assert_eq!(attestor.attested(expected(&client, &point), &made), Err(BadAttestation::Chain));
}

#[test]
fn what_cannot_be_checked_is_refused() {
    let (vendor, key) = (Vendor::new(), KeyPair::generate().unwrap());
    let attestor = VendorAttestor::with_roots(&vendor.root, &vendor.root);
    let (point, client, plain) = (point(&key), app(), latchkey_client());
    let refused = |client: &Client, made: Value| {
        attestor.attested(expected(client, &point), made.as_object().unwrap()).unwrap_err()
    };
    let (apple, android) = (json!(APPLE.made(&vendor)), json!(ANDROID.made(&vendor, &key)));
    assert_eq!(refused(&plain, apple.clone()), BadAttestation::NoApp);
    assert_eq!(refused(&plain, android.clone()), BadAttestation::NoApp);
    for format in [json!({}), json!({"format": "tpm"}), json!({"format": 1})] {
        assert_eq!(refused(&client, format), BadAttestation::Format);
    }
    let deep = BASE64URL_NOPAD.encode(&[vec![0x81; 10_000], vec![0]].concat());
    for object in [json!(null), json!("%"), json!("AAAA"), json!(deep)] {
        let made = json!({"format": "apple-app-attest", "object": object});
        assert_eq!(refused(&client, made), BadAttestation::Malformed);
    }
    for x5c in [json!(null), json!("AAAA"), json!([1]), json!([])] {
        let made = json!({"format": "android-key", "x5c": x5c});
        assert_eq!(refused(&client, made), BadAttestation::Malformed);
    }
    let made = json!({"format": "android-key", "x5c": ["AAAA"]});
    assert_eq!(refused(&client, made), BadAttestation::Chain);
    // Years later nothing of it is in force.
    let late = ExpectedKey { now: Timestamp(99_999_999_999), ..expected(&client, &point) };
    assert_eq!(attestor.attested(late, android.as_object().unwrap()), Err(BadAttestation::Chain));
}

/// The roots of the vendors can be read, and none of them signed ours.
#[test]
fn the_roots_of_the_vendors_are_there() {
    let (vendor, client, key) = (Vendor::new(), app(), KeyPair::generate().unwrap());
    let point = point(&key);
    for made in [APPLE.made(&vendor), ANDROID.made(&vendor, &key)] {
        let refused = VendorAttestor::new().attested(expected(&client, &point), &made);
        assert_eq!(refused, Err(BadAttestation::Chain));
    }
}
