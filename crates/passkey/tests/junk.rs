//! Answers that no authenticator made: whatever bytes come in, they are refused, and nothing falls over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use latchkey_core::passkey::Attested;
use latchkey_testkit::authenticator::Algorithm;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{ORIGIN, assert, attest, made, options};

/// An attestation and an assertion that hold, of one passkey.
static SOUND: LazyLock<(Value, Value, Attested)> = LazyLock::new(|| {
    let (mut passkey, attested) = made(Algorithm::EdDsa);
    let assertion = passkey.get(&options(), ORIGIN);
    let attestation = passkey.create(&options(), ORIGIN);
    (attestation, assertion, attested)
});

fn bytes_of(answer: &Value, part: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(answer["response"][part].as_str().unwrap().as_bytes()).unwrap()
}

fn with(answer: &Value, part: &str, bytes: &[u8]) -> Value {
    let mut changed = answer.clone();
    changed["response"][part] = json!(BASE64URL_NOPAD.encode(bytes));
    changed
}

/// What becomes of bytes on their way: some are others, some are gone, some are new.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Set(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Self::Insert(at, more) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => at().prop_map(Change::Cut),
        2 => (at(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, more)| Change::Insert(at, more)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// S-055
    #[test]
    fn bytes_that_mean_nothing_are_refused(
        object in prop::collection::vec(any::<u8>(), 0..2_000),
        part in prop::sample::select(vec!["clientDataJSON", "authenticatorData", "signature"]),
    ) {
        let (attestation, assertion, attested) = &*SOUND;
        prop_assert!(attest(&with(attestation, "attestationObject", &object), true).is_err());
        prop_assert!(attest(&with(attestation, "clientDataJSON", &object), true).is_err());
        prop_assert!(assert(attested, &with(assertion, part, &object), true).is_err());
    }

    /// S-055: nothing of an assertion can be another and hold.
    #[test]
    fn an_assertion_that_was_changed_on_its_way_does_not_hold(
        part in prop::sample::select(vec!["clientDataJSON", "authenticatorData", "signature"]),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let (_, assertion, attested) = &*SOUND;
        let before = bytes_of(assertion, part);
        let mut after = before.clone();
        changes.iter().for_each(|change| change.apply(&mut after));
        prop_assume!(before != after);
        prop_assert!(assert(attested, &with(assertion, part, &after), true).is_err());
    }

    /// S-055: an attestation without a signature may say something else, and never makes anything fall over or keeps
    /// what is too large.
    #[test]
    fn an_attestation_that_was_changed_on_its_way_is_read_or_refused(
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let (attestation, ..) = &*SOUND;
        let mut object = bytes_of(attestation, "attestationObject");
        changes.iter().for_each(|change| change.apply(&mut object));
        if let Ok(read) = attest(&with(attestation, "attestationObject", &object), true) {
            prop_assert!((16..=1_023).contains(&read.credential_id.len()));
            prop_assert!(read.public_key.len() <= 1_024);
        }
    }
}
