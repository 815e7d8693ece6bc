//! Signatures that are none, of the kinds that Project Wycheproof collects: encodings that say the same in two
//! ways, numbers outside of their range, and those that hold for anything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use latchkey_core::passkey::PasskeyRefused;
use latchkey_testkit::authenticator::Algorithm;
use serde_json::{Value, json};
use support::{ORIGIN, assert, made, options};

/// The order of P-256.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The order of the group of Ed25519, the lowest byte first.
const ED25519_ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

fn signature_of(answer: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(answer["response"]["signature"].as_str().unwrap().as_bytes()).unwrap()
}

fn with_signature(answer: &Value, signature: &[u8]) -> Value {
    let mut changed = answer.clone();
    changed["response"]["signature"] = json!(BASE64URL_NOPAD.encode(signature));
    changed
}

/// Both numbers of an ECDSA signature in DER.
fn numbers(signature: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let length = usize::from(signature[3]);
    (signature[4..4 + length].to_vec(), signature[6 + length..].to_vec())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
}

fn pair(r: &[u8], s: &[u8]) -> Vec<u8> {
    der(0x30, &[der(2, r), der(2, s)].concat())
}

/// Of numbers of one length, the highest byte first.
fn plus(one: &[u8], other: &[u8]) -> Vec<u8> {
    let mut carry = 0u16;
    let mut sum: Vec<u8> = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .map(|(a, b)| {
            let digit = u16::from(*a) + u16::from(*b) + carry;
            carry = digit >> 8;
            u8::try_from(digit & 255).unwrap()
        })
        .collect();
    sum.push(u8::try_from(carry).unwrap());
    sum.reverse();
    sum
}

fn refused(attested: &latchkey_core::passkey::Attested, answer: &Value, signature: &[u8], what: &str) {
    let outcome = assert(attested, &with_signature(answer, signature), true);
    let is_refused = matches!(outcome, Err(PasskeyRefused::Signature | PasskeyRefused::Malformed));
    assert!(is_refused, "{what}: {outcome:?}");
}

/// S-054
#[test]
fn an_ecdsa_signature_is_written_in_one_way_and_its_numbers_are_in_range() {
    let (mut passkey, attested) = made(Algorithm::Es256);
    let answer = passkey.get(&options(), ORIGIN);
    let good = signature_of(&answer);
    assert!(assert(&attested, &answer, true).is_ok());
    let (r, s) = numbers(&good);
    assert_eq!(pair(&r, &s), good);
    let order = HEXLOWER.decode(ORDER.as_bytes()).unwrap();
    let positive = |number: &[u8]| [&[0], number].concat();
    let padded = |number: &[u8]| {
        let bare: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        [vec![0; 32 - bare.len()], bare].concat()
    };
    let inner = [der(2, &r), der(2, &s)].concat();
    let length = u8::try_from(inner.len()).unwrap();
    let bad: [(&str, Vec<u8>); 19] = [
        ("nothing", Vec::new()),
        ("an empty list", vec![0x30, 0]),
        ("one number", der(0x30, &der(2, &r))),
        ("three numbers", der(0x30, &[der(2, &r), der(2, &s), der(2, &s)].concat())),
        ("bytes after the end", [good.as_slice(), &[0]].concat()),
        ("a length in two bytes", [&[0x30, 0x81, length], inner.as_slice()].concat()),
        ("no length", [&[0x30, 0x80], inner.as_slice(), &[0, 0]].concat()),
        ("a zero too many before r", pair(&positive(&r), &s)),
        ("a zero too many before s", pair(&r, &positive(&s))),
        ("both numbers without their tags", [&[0x30, 64][..], &padded(&r), &padded(&s)].concat()),
        ("the numbers of JOSE", [padded(&r), padded(&s)].concat()),
        ("r is 0", pair(&[0], &s)),
        ("s is 0", pair(&r, &[0])),
        ("both are 0", pair(&[0], &[0])),
        ("r is the order", pair(&positive(&order), &s)),
        ("s is the order", pair(&r, &positive(&order))),
        ("r and the order", pair(&plus(&padded(&r), &order), &s)),
        ("s and the order", pair(&r, &plus(&padded(&s), &order))),
        ("r is below 0", pair(&[0xff], &s)),
    ];
    for (what, signature) in bad {
        refused(&attested, &answer, &signature, what);
    }
    for end in 0..good.len() {
        refused(&attested, &answer, &good[..end], "its beginning alone");
    }
}

/// S-054: whoever adds the order to the second half has another signature of the same text.
#[test]
fn an_ed25519_signature_has_no_twin() {
    let (mut passkey, attested) = made(Algorithm::EdDsa);
    let answer = passkey.get(&options(), ORIGIN);
    let good = signature_of(&answer);
    assert!(assert(&attested, &answer, true).is_ok());
    let order = HEXLOWER.decode(ED25519_ORDER.as_bytes()).unwrap();
    let reversed = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<_>>();
    let sum = reversed(&plus(&reversed(&good[32..]), &reversed(&order)));
    let twin = [&good[..32], &sum[..32]].concat();
    for (what, signature) in [
        ("its twin", twin),
        ("nothing", Vec::new()),
        ("zeros", vec![0; 64]),
        ("ones", vec![0xff; 64]),
        ("the order as second half", [&good[..32], order.as_slice()].concat()),
        ("a byte more", [good.as_slice(), &[0]].concat()),
        ("a byte less", good[..63].to_vec()),
        ("the halves in the other order", [&good[32..], &good[..32]].concat()),
        ("no point first", [&[0xff; 32], &good[32..]].concat()),
    ] {
        refused(&attested, &answer, &signature, what);
    }
}

/// S-054
#[test]
fn an_rsa_signature_is_as_long_as_its_key_and_no_trivial_number() {
    let (mut passkey, attested) = made(Algorithm::Rs256);
    let answer = passkey.get(&options(), ORIGIN);
    let good = signature_of(&answer);
    assert!(assert(&attested, &answer, true).is_ok());
    let number = |last: u8| [vec![0; good.len() - 1], vec![last]].concat();
    for (what, signature) in [
        ("nothing", Vec::new()),
        ("0", number(0)),
        ("1", number(1)),
        ("as large as it goes", vec![0xff; good.len()]),
        ("a zero before it", [&[0], good.as_slice()].concat()),
        ("a zero after it", [good.as_slice(), &[0]].concat()),
        ("a byte less", good[1..].to_vec()),
        ("backwards", good.iter().rev().copied().collect()),
    ] {
        refused(&attested, &answer, &signature, what);
    }
}
