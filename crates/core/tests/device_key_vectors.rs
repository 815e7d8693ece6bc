//! The test vectors of device keys, which SDKs share: made anew from fixed keys, and compared with the file.
//!
//! A signature of Ed25519 repeats; one of P-256 never does, so that the file's is verified in place of being compared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "a test may ask its environment what to do")]

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use data_encoding::BASE64URL_NOPAD;
use latchkey_testkit::{ISSUER, SoftDevice};
use serde_json::{Value, json};

const FILE: &str = "../wire/vectors/device-key-v1.json";
const NOW: i64 = 1_798_588_800;
const CLIENT: &str = "native";
const KEY: &str = "dcr_Q2hhbGxlbmdlT25l";
/// As opaque as a real one.
const CHALLENGE: &str = "hT0cQqkq3vFZbJ5sW1n8b0mN4yXcL7pRr2uTe9aKdVw";

fn devices() -> [SoftDevice; 2] {
    [SoftDevice::fixed_es256(), SoftDevice::fixed_ed25519()]
}

fn vectors() -> Value {
    let each = |make: &dyn Fn(&SoftDevice) -> Value| devices().iter().map(make).collect::<Vec<_>>();
    let mut refused = Vec::new();
    for (why, header, claims) in enrolments_refused() {
        let jws = devices()[0].enrolment(CLIENT, CHALLENGE, NOW, (header, claims));
        refused.push(json!({"why": why, "of": "enrolment", "algorithm": "ES256", "jws": jws}));
    }
    for (why, header, claims) in assertions_refused() {
        for device in devices() {
            let jws = device.assertion((CLIENT, KEY), CHALLENGE, NOW, (header.clone(), claims.clone()));
            refused.push(json!({"why": why, "of": "assertion", "algorithm": device.algorithm(), "jws": jws}));
        }
    }
    json!({
        "version": 1,
        "about": "Device keys of Latchkey, version 1: docs/guide/device-keys.md. Signatures of ES256 differ from run to run: \
            verify them, and compare signing inputs.",
        "issuer": ISSUER,
        "client_id": CLIENT,
        "key_id": KEY,
        "now": NOW,
        "keys": each(&|device| json!({
            "algorithm": device.algorithm(), "public_jwk": device.jwk(), "private_jwk": device.private_jwk(),
            "thumbprint": thumbprint(device),
        })),
        "enrolments": each(&|device| {
            taken(device, &device.enrolment(CLIENT, CHALLENGE, NOW, (json!({}), json!({}))))
        }),
        "assertions": each(&|device| {
            taken(device, &device.assertion((CLIENT, KEY), CHALLENGE, NOW, (json!({}), json!({}))))
        }),
        "refused": refused,
    })
}

/// For reasons that show in the JWS itself.
fn enrolments_refused() -> Vec<(&'static str, Value, Value)> {
    let device = &devices()[0];
    let jwk = |name: &str, value: &str| {
        let mut jwk = device.jwk();
        jwk[name] = json!(value);
        json!({ "jwk": jwk })
    };
    vec![
        ("it is of the type of an assertion", json!({"typ": "latchkey-device+jwt"}), json!({})),
        ("it has no type", json!({"typ": null}), json!({})),
        ("it makes something critical", json!({"crit": ["exp"]}), json!({})),
        ("it has no key", json!({"jwk": null}), json!({})),
        ("it was signed by another key than it has", json!({"jwk": devices()[1].jwk()}), json!({})),
        ("its key is a private one", json!({"jwk": device.private_jwk()}), json!({})),
        ("its key is on another curve", jwk("crv", "P-384"), json!({})),
        ("its key has another member", jwk("use", "sig"), json!({})),
        ("its audience is a list", json!({}), json!({"aud": [ISSUER]})),
        ("it has no challenge", json!({}), json!({"challenge": null})),
        ("it never ends", json!({}), json!({"exp": null})),
    ]
}

fn assertions_refused() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("it is of the type of an enrolment", json!({"typ": "latchkey-device-enrolment+jwt"}), json!({})),
        ("it is of the type of other JWTs", json!({"typ": "JWT"}), json!({})),
        ("it makes something critical", json!({"crit": ["exp"]}), json!({})),
        ("it names no key", json!({"kid": null}), json!({})),
        ("it brings a key", json!({"jwk": devices()[0].jwk()}), json!({})),
        ("it is not signed, by its word", json!({"alg": "none"}), json!({})),
        ("it is signed by a secret, by its word", json!({"alg": "HS256"}), json!({})),
        ("its audience is a list", json!({}), json!({"aud": [ISSUER]})),
        ("it has no subject", json!({}), json!({"sub": null})),
        ("it never ends", json!({}), json!({"exp": null})),
    ]
}

fn taken(device: &SoftDevice, jws: &str) -> Value {
    let part = |index: usize| -> Value {
        let text = jws.split('.').nth(index).unwrap();
        serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
    };
    let (input, _) = jws.rsplit_once('.').unwrap();
    json!({
        "algorithm": device.algorithm(), "header": part(0), "claims": part(1), "signing_input": input, "jws": jws,
    })
}

/// RFC 7638, section 3.
fn thumbprint(device: &SoftDevice) -> String {
    // The members of a map of `serde_json` are in the order of their names.
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, device.jwk().to_string().as_bytes());
    BASE64URL_NOPAD.encode(digest.as_ref())
}

/// All but the signatures of ES256, which are verified.
fn compare(path: &str, made: &Value, kept: &Value) {
    match (made, kept) {
        (Value::Object(made), Value::Object(kept)) => {
            let names = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(made), names(kept), "{path}");
            made.iter().for_each(|(name, value)| compare(&format!("{path}/{name}"), value, &kept[name]));
        }
        (Value::Array(made), Value::Array(kept)) => {
            assert_eq!(made.len(), kept.len(), "{path}");
            made.iter().zip(kept).enumerate().for_each(|(at, (a, b))| compare(&format!("{path}/{at}"), a, b));
        }
        (Value::String(made), Value::String(kept)) if path.ends_with("/jws") && made != kept => {
            let ((made, _), (kept, signature)) =
                (made.rsplit_once('.').unwrap(), kept.rsplit_once('.').unwrap());
            assert_eq!(made, kept, "{path}");
            let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
            let point = devices()[0].point();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            assert!(key.verify(kept.as_bytes(), &signature).is_ok(), "{path}");
        }
        _ => assert_eq!(made, kept, "{path}"),
    }
}

/// To write it anew after a change of the wire, which is a new version of it:
/// `LATCHKEY_WRITE_VECTORS=1 cargo test -p latchkey-core --test device_key_vectors`.
#[test]
fn the_file_holds_what_the_fixed_keys_sign() {
    let made = vectors();
    if std::env::var_os("LATCHKEY_WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&made).unwrap();
        std::fs::write(FILE, text + "\n").unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap();
    compare("", &made, &serde_json::from_str(&kept).unwrap());
}
