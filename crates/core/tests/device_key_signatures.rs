//! Signatures and keys of devices that are none, of the kinds that Project Wycheproof collects, all made here: other
//! encodings of the same numbers, numbers out of their range, points that are no key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::{BASE64URL, BASE64URL_NOPAD, HEXLOWER};
use latchkey_core::token::device_jws::{DevicePublicKey, enrolment};
use latchkey_core::token::jwt;
use latchkey_testkit::SoftDevice;
use serde_json::{Value, json};

const NOW: i64 = 1_798_588_800;
const CLIENT: &str = "native";
const KEY: &str = "dcr_Q2hhbGxlbmdlT25l";
/// The order of P-256, and its prime.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const PRIME: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
/// The order of the group of Ed25519, the lowest byte first, as all numbers of Ed25519.
const ED25519_ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
/// Points of Ed25519 that have at most eight multiples, and other spellings of them (0 and 1 plus the prime). The
/// highest bit is the sign of their other coordinate.
const SMALL: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

/// Of numbers of one length, the highest byte first; what is carried beyond it is dropped.
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
    sum.reverse();
    sum
}

/// By the complement of two.
fn minus(one: &[u8], other: &[u8]) -> Vec<u8> {
    let mut unit = vec![0; one.len()];
    *unit.last_mut().unwrap() = 1;
    let inverted: Vec<u8> = other.iter().map(|byte| !byte).collect();
    plus(one, &plus(&inverted, &unit))
}

/// A number as an INTEGER of DER, both of them as a SEQUENCE.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let mut bare: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        if bare.first().is_none_or(|first| first & 0x80 != 0) {
            bare.insert(0, 0);
        }
        [vec![2, u8::try_from(bare.len()).unwrap()], bare].concat()
    };
    let inner = [integer(r), integer(s)].concat();
    [vec![0x30, u8::try_from(inner.len()).unwrap()], inner].concat()
}

fn assertion(device: &SoftDevice) -> String {
    device.assertion((CLIENT, KEY), "a challenge", NOW, (json!({}), json!({})))
}

fn key(jwk: &Value) -> Option<DevicePublicKey> {
    DevicePublicKey::from_stored(jwk.to_string().as_bytes())
}

/// An assertion of a device, its key, and its signature.
fn signed(device: &SoftDevice) -> (DevicePublicKey, String, Vec<u8>) {
    jwt::install();
    let key = key(&device.jwk()).unwrap();
    let token = assertion(device);
    assert!(key.asserted(&token).is_some());
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    assert_eq!(signature.len(), 64);
    (key, input.to_owned(), signature)
}

fn is_taken(key: &DevicePublicKey, input: &str, signature: &[u8]) -> bool {
    key.asserted(&format!("{input}.{}", BASE64URL_NOPAD.encode(signature))).is_some()
}

/// S-054
#[test]
fn a_signature_of_p256_is_two_numbers_in_their_range_and_nothing_else() {
    let (key, input, good) = signed(&SoftDevice::fixed_es256());
    let (r, s) = good.split_at(32);
    let (order, zero) = (hex(ORDER), vec![0; 32]);
    let der = der(r, s);
    let long = [&[0x30, 0x81], &der[1..]].concat();
    let endless = [&[0x30, 0x80], &der[2..], &[0, 0]].concat();
    let mut shorter = der.clone();
    shorter[1] -= 1;
    for (what, signature) in [
        ("nothing", Vec::new()),
        ("r is 0", [&zero, s].concat()),
        ("s is 0", [r, &zero].concat()),
        ("both are 0", vec![0; 64]),
        ("r is 1", [&zero[1..], &[1], s].concat()),
        ("r is the order", [&order, s].concat()),
        ("s is the order", [r, &order].concat()),
        ("both are the order", [order.as_slice(), &order].concat()),
        ("r is as large as it goes", [&[0xff; 32], s].concat()),
        ("s is as large as it goes", [r, &[0xff; 32]].concat()),
        ("r is below 0", [&minus(&order, r), s].concat()),
        ("s and the order", [r, &plus(s, &order)].concat()),
        ("the numbers in the other order", [s, r].concat()),
        ("the numbers backwards", reversed(&good)),
        ("a byte after it", [good.as_slice(), &[0]].concat()),
        ("a byte before it", [&[0], good.as_slice()].concat()),
        ("a byte before each number", [&[0], r, &[0], s].concat()),
        ("the numbers of P-384", [&zero[..16], r, &zero[..16], s].concat()),
        ("DER", der.clone()),
        ("DER with a length in two bytes", long),
        ("DER without a length", endless),
        ("DER with a length that is not its own", shorter),
        ("DER with a byte after it", [der.as_slice(), &[0]].concat()),
    ] {
        assert!(!is_taken(&key, &input, &signature), "{what}");
    }
    for end in 0..good.len() {
        assert!(!is_taken(&key, &input, &good[..end]), "its first {end} bytes");
    }
    for bit in 0..good.len() * 8 {
        let mut changed = good.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!is_taken(&key, &input, &changed), "bit {bit}");
    }
}

/// RFC 7518 section 3.4 asks for no lower half: whoever has a signature can write another one of the same text. It is
/// of no use, since what is used up is the challenge and not the signature.
#[test]
fn the_other_signature_of_p256_is_taken_and_the_challenge_counts() {
    let (key, input, good) = signed(&SoftDevice::fixed_es256());
    let (r, s) = good.split_at(32);
    let twin = [r, &minus(&hex(ORDER), s)].concat();
    assert_ne!(twin, good);
    let token = format!("{input}.{}", BASE64URL_NOPAD.encode(&twin));
    assert_eq!(key.asserted(&token).unwrap().statement.challenge, "a challenge");
}

/// S-054: whoever adds the order to the second half has another signature of the same text.
#[test]
fn a_signature_of_ed25519_has_no_twin() {
    let (key, input, good) = signed(&SoftDevice::fixed_ed25519());
    let (r, s) = good.split_at(32);
    let order = hex(ED25519_ORDER);
    let mut signed = s.to_vec();
    signed[31] |= 0x80;
    for (what, signature) in [
        ("nothing", Vec::new()),
        ("zeros", vec![0; 64]),
        ("ones", vec![0xff; 64]),
        ("s and the order", [r, &reversed(&plus(&reversed(s), &reversed(&order)))].concat()),
        ("s below 0", [r, &reversed(&minus(&reversed(&order), &reversed(s)))].concat()),
        ("s is the order", [r, &order].concat()),
        ("s is 0", [r, &[0; 32]].concat()),
        ("s with its highest bit", [r, &signed].concat()),
        ("s is as large as it goes", [r, &[0xff; 32]].concat()),
        ("the halves in the other order", [s, r].concat()),
        ("no point first", [&[0xff; 32], s].concat()),
        ("a byte after it", [good.as_slice(), &[0]].concat()),
        ("a byte before it", [&[0], good.as_slice()].concat()),
        ("DER", der(r, s)),
    ] {
        assert!(!is_taken(&key, &input, &signature), "{what}");
    }
    for point in SMALL {
        assert!(!is_taken(&key, &input, &[hex(point).as_slice(), s].concat()), "{point} first");
    }
    for end in 0..good.len() {
        assert!(!is_taken(&key, &input, &good[..end]), "its first {end} bytes");
    }
    for bit in 0..good.len() * 8 {
        let mut changed = good.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!is_taken(&key, &input, &changed), "bit {bit}");
    }
}

/// RFC 7515, appendix C: base64url, no padding, and one text for the same bytes.
#[test]
fn a_signature_is_spelled_in_one_way() {
    for device in [SoftDevice::fixed_es256(), SoftDevice::fixed_ed25519()] {
        let (key, input, good) = signed(&device);
        let text = BASE64URL_NOPAD.encode(&good);
        // Four bits of the last letter mean nothing, and are 0.
        let last = text.chars().last().unwrap();
        let twin = char::from(u8::try_from(last).unwrap() + 1);
        for (what, spelled) in [
            ("padding", BASE64URL.encode(&good)),
            ("bits that mean nothing", format!("{}{twin}", &text[..text.len() - 1])),
            ("a line end", format!("{text}\n")),
            ("a space", format!(" {text}")),
            ("a fourth part", format!("{text}.")),
            ("hex", HEXLOWER.encode(&good)),
        ] {
            assert!(key.asserted(&format!("{input}.{spelled}")).is_none(), "{what}");
        }
    }
}

/// Neither when it is enrolled nor when it signs. S-054
#[test]
fn what_is_no_point_of_p256_is_no_key() {
    jwt::install();
    let device = SoftDevice::fixed_es256();
    let point = device.point();
    let (x, y) = (&point[1..33], &point[33..]);
    let mut beside = y.to_vec();
    beside[31] ^= 1;
    let compressed = [&[2 + (y[31] & 1)], x].concat();
    for (what, x, y) in [
        ("beside the curve", x, beside.as_slice()),
        ("the coordinates in the other order", y, x),
        ("both coordinates are 0", &[0; 32], &[0; 32]),
        ("infinity", &[0; 32], &[1]),
        ("x is the prime", hex(PRIME).as_slice(), y),
        ("x is as large as it goes", &[0xff; 32], y),
        ("y is the prime", x, hex(PRIME).as_slice()),
        ("a compressed point", compressed.as_slice(), y),
        ("a compressed point alone", compressed.as_slice(), &[]),
        ("the whole point in x", point.as_slice(), y),
        ("x is short", &x[1..], y),
        ("y is short", x, &y[1..]),
        ("x has a byte more", [&[0], x].concat().as_slice(), y),
        ("y has a byte more", x, [y, &[0]].concat().as_slice()),
    ] {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": text(x), "y": text(y)});
        no_key(&device, &jwk, what);
    }
    let mut jwk = device.jwk();
    jwk.as_object_mut().unwrap().remove("y");
    no_key(&device, &jwk, "x alone");
    // The opposite point is one: of another key.
    let opposite = minus(&hex(PRIME), y);
    let jwk =
        json!({"kty": "EC", "crv": "P-256", "x": device.jwk()["x"], "y": BASE64URL_NOPAD.encode(&opposite)});
    assert!(key(&jwk).is_some());
    no_key(&device, &jwk, "the opposite point");
}

fn no_key(device: &SoftDevice, jwk: &Value, what: &str) {
    let proof = device.enrolment(CLIENT, "a challenge", NOW, (json!({ "jwk": jwk }), json!({})));
    assert!(enrolment(&proof).is_none(), "{what}, enrolled");
    if let Some(key) = key(jwk) {
        assert!(key.asserted(&assertion(device)).is_none(), "{what}, asserted");
    }
}

/// A key that many texts verify with, whoever signed them, would sign everybody in. S-054
#[test]
fn a_small_point_of_ed25519_is_no_key() {
    jwt::install();
    let identity = [hex(SMALL[1]), vec![0; 32]].concat();
    let mut verified = 0;
    for point in SMALL {
        for sign in [0, 0x80] {
            let mut point = hex(point);
            point[31] |= sign;
            let text = BASE64URL_NOPAD.encode(&point);
            let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": text});
            assert!(key(&jwk).is_none(), "{text}");
            // Of some texts, one is signed by it already: 0 and the identity, whatever was hashed.
            for at in 0..16 {
                let device = SoftDevice::ed25519(7);
                let proof =
                    device.enrolment(CLIENT, "a challenge", NOW + at, (json!({"jwk": jwk}), json!({})));
                let (input, _) = proof.rsplit_once('.').unwrap();
                let by_nobody = UnparsedPublicKey::new(&ED25519, &point).verify(input.as_bytes(), &identity);
                verified += usize::from(by_nobody.is_ok());
                let forged = format!("{input}.{}", BASE64URL_NOPAD.encode(&identity));
                assert!(enrolment(&forged).is_none(), "{text}");
            }
        }
    }
    // What is refused would have passed.
    println!("{verified} signatures of nobody hold");
    assert!(verified > 0);
}

#[test]
fn a_key_of_ed25519_is_a_point_in_32_bytes() {
    jwt::install();
    let device = SoftDevice::fixed_ed25519();
    let point = device.point();
    // No number squares to what this one asks for.
    let nowhere = [&[2], [0; 31].as_slice()].concat();
    for (what, x) in [
        ("no point", nowhere),
        ("a byte less", point[..31].to_vec()),
        ("a byte more", [point.as_slice(), &[0]].concat()),
        ("a byte before it", [&[4], point.as_slice()].concat()),
        ("nothing", Vec::new()),
        ("backwards", reversed(&point)),
    ] {
        no_key(&device, &json!({"kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&x)}), what);
    }
}
