//! The verifier against an authenticator in software: what holds, and everything that must not, for each algorithm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use data_encoding::BASE64URL_NOPAD;
use latchkey_core::passkey::{Asserted, PasskeyRefused};
use latchkey_testkit::authenticator::{
    Algorithm, BACKED_UP, BACKUP_ELIGIBLE, Draft, HAS_CREDENTIAL, HAS_EXTENSIONS, SoftPasskey, USER_PRESENT,
    USER_VERIFIED, cose, flip,
};
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};
use support::{CHALLENGE, ORIGIN, assert, attest, made, options, party};

type Change = fn(&mut Draft);

fn set(draft: &mut Draft, name: &str, value: Value) {
    draft.client_data.insert(name.to_owned(), value);
}

/// What both ceremonies refuse, whatever signs.
const WRONG: [(&str, Change, PasskeyRefused); 17] = [
    ("another challenge", |d| set(d, "challenge", json!("AAAA")), PasskeyRefused::Challenge),
    ("no challenge", |d| drop(d.client_data.remove("challenge")), PasskeyRefused::Malformed),
    ("another origin", |d| set(d, "origin", json!("https://app.example.evil")), PasskeyRefused::Origin),
    ("the origin in clear", |d| set(d, "origin", json!("http://login.example")), PasskeyRefused::Origin),
    ("another port", |d| set(d, "origin", json!("https://login.example:444")), PasskeyRefused::Origin),
    (
        "the port that is the default",
        |d| set(d, "origin", json!("https://login.example:443")),
        PasskeyRefused::Origin,
    ),
    ("a dot at the end", |d| set(d, "origin", json!("https://login.example.")), PasskeyRefused::Origin),
    ("a path", |d| set(d, "origin", json!("https://login.example/")), PasskeyRefused::Origin),
    ("a host under it", |d| set(d, "origin", json!("https://a.login.example")), PasskeyRefused::Origin),
    ("large letters", |d| set(d, "origin", json!("https://LOGIN.example")), PasskeyRefused::Origin),
    ("another app", |d| set(d, "origin", json!("android:apk-key-hash:AAAA")), PasskeyRefused::Origin),
    ("in a frame", |d| set(d, "crossOrigin", json!(true)), PasskeyRefused::CrossOrigin),
    (
        "in a page of others",
        |d| set(d, "topOrigin", json!("https://evil.example")),
        PasskeyRefused::CrossOrigin,
    ),
    ("another domain", |d| d.relying_party = "other.example".into(), PasskeyRefused::RelyingParty),
    ("nobody was there", |d| d.flags &= !USER_PRESENT, PasskeyRefused::UserPresence),
    ("a copy that cannot be", |d| d.flags |= BACKED_UP, PasskeyRefused::Backup),
    ("bytes after the end", |d| d.tail = vec![0], PasskeyRefused::Malformed),
];

#[test]
fn each_algorithm_signs_up_and_in() {
    for algorithm in Algorithm::ALL {
        let (mut passkey, attested) = made(algorithm);
        assert_eq!(attested.credential_id, passkey.credential_id);
        assert_eq!((attested.counter, attested.user_verified, attested.backup_eligible), (1, true, false));
        assert_eq!(attested.aaguid.as_deref(), Some("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"));
        let asserted = assert(&attested, &passkey.get(&options(), ORIGIN), true).unwrap();
        assert_eq!(asserted, Asserted { counter: 2, user_verified: true, backed_up: false }, "{algorithm:?}");
    }
}

/// S-051, S-052, S-053, S-060, PB-092, PB-096
#[test]
fn what_is_wrong_is_refused_of_each_algorithm_in_both_ceremonies() {
    for algorithm in Algorithm::ALL {
        let (mut passkey, attested) = made(algorithm);
        for (what, change, why) in WRONG {
            let mut other = SoftPasskey::new(algorithm, 8);
            let new = other.create_as(&options(), ORIGIN, change);
            assert_eq!(attest(&new, true), Err(why), "new, {algorithm:?}: {what}");
            let old = passkey.get_as(&options(), ORIGIN, change);
            assert_eq!(assert(&attested, &old, true), Err(why), "old, {algorithm:?}: {what}");
        }
    }
}

/// S-051
#[test]
fn the_answer_of_one_ceremony_is_none_of_the_other() {
    for algorithm in Algorithm::ALL {
        let (mut passkey, attested) = made(algorithm);
        let old = passkey.get_as(&options(), ORIGIN, |d| set(d, "type", json!("webauthn.create")));
        assert_eq!(assert(&attested, &old, true), Err(PasskeyRefused::Type));
        let new = passkey.create_as(&options(), ORIGIN, |d| set(d, "type", json!("webauthn.get")));
        assert_eq!(attest(&new, true), Err(PasskeyRefused::Type));
    }
}

/// S-053, PB-089, PB-101
#[test]
fn a_person_who_was_not_checked_is_refused_where_that_is_required_and_only_there() {
    for algorithm in Algorithm::ALL {
        let (mut passkey, attested) = made(algorithm);
        let unchecked = |draft: &mut Draft| draft.flags &= !USER_VERIFIED;
        let old = passkey.get_as(&options(), ORIGIN, unchecked);
        assert_eq!(assert(&attested, &old, true), Err(PasskeyRefused::UserVerification));
        assert_eq!(assert(&attested, &old, false).map(|one| one.user_verified), Ok(false), "{algorithm:?}");
        let new = passkey.create_as(&options(), ORIGIN, unchecked);
        assert_eq!(attest(&new, true), Err(PasskeyRefused::UserVerification));
        assert_eq!(attest(&new, false).map(|one| one.user_verified), Ok(false), "{algorithm:?}");
    }
}

/// S-060
#[test]
fn whether_a_passkey_may_have_copies_never_changes() {
    for algorithm in Algorithm::ALL {
        let (mut passkey, attested) = made(algorithm);
        let now_it_may = passkey.get_as(&options(), ORIGIN, |d| d.flags |= BACKUP_ELIGIBLE);
        assert_eq!(assert(&attested, &now_it_may, true), Err(PasskeyRefused::Backup), "{algorithm:?}");
        let mut synced = SoftPasskey::new(algorithm, 8);
        synced.flags |= BACKUP_ELIGIBLE | BACKED_UP;
        let attested = attest(&synced.create(&options(), ORIGIN), true).unwrap();
        assert!(attested.backup_eligible && attested.backed_up);
        let no_more = synced.get_as(&options(), ORIGIN, |d| d.flags &= !(BACKUP_ELIGIBLE | BACKED_UP));
        assert_eq!(assert(&attested, &no_more, true), Err(PasskeyRefused::Backup), "{algorithm:?}");
        let elsewhere = synced.get_as(&options(), ORIGIN, |d| d.flags &= !BACKED_UP);
        assert_eq!(assert(&attested, &elsewhere, true).map(|one| one.backed_up), Ok(false));
    }
}

/// S-052
#[test]
fn a_signature_that_differs_by_a_bit_or_is_of_another_key_does_not_hold() {
    for algorithm in Algorithm::ALL {
        let (mut passkey, attested) = made(algorithm);
        let good = passkey.get(&options(), ORIGIN);
        for (pointer, at) in [("/response/signature", 20), ("/response/authenticatorData", 36)] {
            let mut bad = good.clone();
            flip(&mut bad, pointer, at);
            assert_eq!(assert(&attested, &bad, true), Err(PasskeyRefused::Signature), "{algorithm:?}");
        }
        let mut extra = passkey.get(&options(), ORIGIN);
        let unsigned = json!(BASE64URL_NOPAD.encode(
            json!({"type": "webauthn.get", "challenge": BASE64URL_NOPAD.encode(&CHALLENGE), "origin": ORIGIN, "x": 1})
                .to_string()
                .as_bytes(),
        ));
        extra["response"]["clientDataJSON"] = unsigned;
        assert_eq!(assert(&attested, &extra, true), Err(PasskeyRefused::Signature), "{algorithm:?}");
        let mut thief = SoftPasskey::new(algorithm, 8);
        thief.credential_id.clone_from(&passkey.credential_id);
        let stolen = thief.get(&options(), ORIGIN);
        assert_eq!(assert(&attested, &stolen, true), Err(PasskeyRefused::Signature), "{algorithm:?}");
        let mut other = SoftPasskey::new(algorithm, 8);
        let of_other = other.get(&options(), ORIGIN);
        assert_eq!(assert(&attested, &of_other, true), Err(PasskeyRefused::Credential), "{algorithm:?}");
    }
}

#[test]
fn an_app_may_use_what_its_certificate_names() {
    let (mut passkey, attested) = made(Algorithm::Es256);
    let app = passkey.get(&options(), &party().origins[1]);
    assert!(assert(&attested, &app, true).is_ok());
}

/// S-055
#[test]
fn client_data_that_cannot_be_read_in_one_way_is_refused() {
    let (mut passkey, attested) = made(Algorithm::Es256);
    let challenge = BASE64URL_NOPAD.encode(&CHALLENGE);
    let twice = format!(
        r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"https://evil.example","origin":"{ORIGIN}"}}"#
    );
    let unreadable = [twice.as_bytes(), b"{\"type\":\"\xff\"}", b"[]", b"{}", b"{} {}"];
    for raw in unreadable {
        let answer = passkey.get_as(&options(), ORIGIN, |d| d.raw_client_data = raw.to_vec());
        assert_eq!(assert(&attested, &answer, true), Err(PasskeyRefused::Malformed), "{raw:?}");
    }
}

/// S-055
#[test]
fn authenticator_data_is_as_long_as_it_says() {
    let (mut passkey, attested) = made(Algorithm::EdDsa);
    let mut short = passkey.get(&options(), ORIGIN);
    short["response"]["authenticatorData"] = json!(BASE64URL_NOPAD.encode(&[0; 36]));
    assert_eq!(assert(&attested, &short, true), Err(PasskeyRefused::Malformed));
    // Extensions that nobody asked for are let be, where they are whole.
    let extended = |tail: &'static [u8]| {
        move |d: &mut Draft| {
            d.flags |= HAS_EXTENSIONS;
            d.tail = tail.to_vec();
        }
    };
    let whole = passkey.get_as(&options(), ORIGIN, extended(b"\xa1\x63uvm\x80"));
    assert!(assert(&attested, &whole, true).is_ok());
    for tail in [b"".as_slice(), b"\xa1\x63uvm", b"\xa1\x63uvm\x80\x00"] {
        let answer = passkey.get_as(&options(), ORIGIN, extended(tail));
        assert_eq!(assert(&attested, &answer, true), Err(PasskeyRefused::Malformed), "{tail:?}");
    }
    let with_key = passkey.get_as(&options(), ORIGIN, |d| d.flags |= HAS_CREDENTIAL);
    assert_eq!(assert(&attested, &with_key, true), Err(PasskeyRefused::Malformed));
}

/// S-054
#[test]
fn only_keys_of_what_was_offered_are_taken() {
    let p256 = |algorithm: i128, curve: i128, x: Vec<u8>, y: Vec<u8>| {
        cose([
            (1, Cbor::Integer(2)),
            (3, Cbor::Integer(algorithm)),
            (-1, Cbor::Integer(curve)),
            (-2, Cbor::Bytes(x)),
            (-3, Cbor::Bytes(y)),
        ])
    };
    let rsa = |bytes: usize| {
        cose([
            (1, Cbor::Integer(3)),
            (3, Cbor::Integer(-257)),
            (-1, Cbor::Bytes(vec![0xff; bytes])),
            (-2, Cbor::Bytes(vec![1, 0, 1])),
        ])
    };
    let okp = |curve: i128, x: Vec<u8>| {
        cose([
            (1, Cbor::Integer(1)),
            (3, Cbor::Integer(-8)),
            (-1, Cbor::Integer(curve)),
            (-2, Cbor::Bytes(x)),
        ])
    };
    let bad = [
        ("ES384", p256(-35, 2, vec![1; 48], vec![1; 48])),
        ("off the curve", p256(-7, 1, vec![1; 32], vec![1; 32])),
        ("ES256 on another curve", p256(-7, 2, vec![1; 48], vec![1; 48])),
        ("an RSA algorithm on a curve", p256(-257, 1, vec![1; 32], vec![1; 32])),
        ("RSA with 1024 bits", rsa(128)),
        ("Ed448", okp(7, vec![1; 57])),
        ("X25519", okp(4, vec![1; 32])),
        ("a short point", okp(6, vec![1; 31])),
        ("a point that anybody signs for", okp(6, [&[1], [0; 31].as_slice()].concat())),
        ("no map", Cbor::Array(vec![])),
        ("nothing in it", Cbor::Map(Default::default())),
    ];
    for (what, key) in bad {
        let mut passkey = SoftPasskey::new(Algorithm::Es256, 7);
        let answer = passkey.create_as(&options(), ORIGIN, |d| d.public_key = key);
        assert_eq!(attest(&answer, true), Err(PasskeyRefused::Key), "{what}");
    }
}

/// S-055
#[test]
fn attestation_objects_are_small_flat_and_whole() {
    let object = |bytes: &[u8]| {
        let mut answer = SoftPasskey::new(Algorithm::Es256, 7).create(&options(), ORIGIN);
        answer["response"]["attestationObject"] = json!(BASE64URL_NOPAD.encode(bytes));
        attest(&answer, true)
    };
    let deep = [vec![0x81; 10_000], vec![0x00]].concat();
    let endless = [&[0x9b][..], &(1u64 << 63).to_be_bytes()].concat();
    for bytes in [b"\xa3\x63fm".as_slice(), &deep, &endless, b"\x00", &vec![0; 16 * 1024 + 1]] {
        assert_eq!(object(bytes), Err(PasskeyRefused::Malformed));
    }
    for algorithm in Algorithm::ALL {
        for format in ["unknown", "packed", "android-safetynet"] {
            let mut passkey = SoftPasskey::new(algorithm, 7);
            let answer = passkey.create_as(&options(), ORIGIN, |d| d.format = format.into());
            assert_eq!(attest(&answer, true), Err(PasskeyRefused::Attestation), "{algorithm:?} {format}");
        }
        for length in [8, 1_024] {
            let mut passkey = SoftPasskey::new(algorithm, 7);
            passkey.credential_id = vec![7; length];
            assert!(attest(&passkey.create(&options(), ORIGIN), true).is_err(), "{algorithm:?} {length}");
        }
    }
}

/// S-055, PB-095: of an attestation of its own key that nobody verifies.
#[test]
fn an_attestation_that_does_not_hold_is_refused_though_none_was_asked_for() {
    for (algorithm, number) in [(Algorithm::Es256, -7), (Algorithm::EdDsa, -8), (Algorithm::Rs256, -257)] {
        let mut passkey = SoftPasskey::new(algorithm, 7);
        let answer = passkey.create_as(&options(), ORIGIN, |draft| {
            draft.format = "packed".into();
            draft.statement.insert(Cbor::Text("alg".into()), Cbor::Integer(number));
            draft.statement.insert(Cbor::Text("sig".into()), Cbor::Bytes(vec![1; 64]));
        });
        let refused = attest(&answer, true).unwrap_err();
        assert!(
            matches!(refused, PasskeyRefused::Attestation | PasskeyRefused::Signature),
            "{algorithm:?}: {refused}"
        );
    }
}
