//! Android's key attestation (source.android.com, "Key and ID attestation"): the hardware of the device signs a
//! certificate for the enrolled key itself, and says how it keeps it.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64, HEXUPPER};
use latchkey_core::key_attestation::{BadAttestation, ExpectedKey};
use rustls_pki_types::CertificateDer;
use serde_json::{Map, Value};
use x509_parser::asn1_rs::{Any, FromDer, Oid};
use x509_parser::certificate::X509Certificate;

use super::verify_chain;

const KEY_DESCRIPTION: [u64; 10] = [1, 3, 6, 1, 4, 1, 11_129, 2, 1, 17];
/// Tags of an authorization list.
const PURPOSE: u32 = 1;
const NO_AUTH_REQUIRED: u32 = 503;
const USER_AUTH_TYPE: u32 = 504;
const ORIGIN: u32 = 702;
const ROOT_OF_TRUST: u32 = 704;
const APPLICATION: u32 = 709;
/// The purpose of signing.
const SIGN: u64 = 2;
/// The origin of a key that was made where it is.
const GENERATED: u64 = 0;
/// The boot state of a device whose system nobody changed.
const VERIFIED: u64 = 0;
/// The level of keys in software.
const SOFTWARE: u64 = 0;

/// Whether the system checks its person before the key signs.
pub fn check(
    roots: &[CertificateDer<'_>],
    expected: ExpectedKey<'_>,
    given: &Map<String, Value>,
) -> Result<bool, BadAttestation> {
    let package = expected.client.android_package.as_deref().ok_or(BadAttestation::NoApp)?;
    if expected.client.android_fingerprints.is_empty() {
        return Err(BadAttestation::NoApp);
    }
    let chain = chain_of(given).ok_or(BadAttestation::Malformed)?;
    verify_chain(roots, &chain, expected.now)?;
    // Only the first one may say something of a key: a device can sign certificates below its own.
    let (leaf, others) = chain.split_first().ok_or(BadAttestation::Malformed)?;
    if others.iter().any(|der| describes_a_key(der)) {
        return Err(BadAttestation::Chain);
    }
    let (_, leaf) = X509Certificate::from_der(leaf).map_err(|_| BadAttestation::Malformed)?;
    if expected.point != Some(leaf.public_key().subject_public_key.data.as_ref()) {
        return Err(BadAttestation::Key);
    }
    let description = Description::read(&leaf).ok_or(BadAttestation::Malformed)?;
    let challenge = digest(&SHA256, expected.challenge.as_bytes());
    if description.challenge != challenge.as_ref() {
        return Err(BadAttestation::Key);
    }
    description.is_safe().then_some(()).ok_or(BadAttestation::Level)?;
    let app = description.app().ok_or(BadAttestation::Malformed)?;
    let is_known = |print: &Vec<u8>| {
        let print = HEXUPPER.encode(print);
        expected.client.android_fingerprints.iter().any(|known| plain(known) == print)
    };
    match app.packages.iter().any(|one| *one == package.as_bytes()) && app.signers.iter().all(is_known) {
        true => Ok(description.checks_person()),
        false => Err(BadAttestation::App),
    }
}

/// A fingerprint without the colons that tools put in.
fn plain(fingerprint: &str) -> String {
    fingerprint.chars().filter(|c| *c != ':').map(|c| c.to_ascii_uppercase()).collect()
}

fn chain_of(given: &Map<String, Value>) -> Option<Vec<Vec<u8>>> {
    let chain = given.get("x5c").and_then(Value::as_array)?;
    chain.iter().map(|one| BASE64.decode(one.as_str()?.as_bytes()).ok()).collect()
}

fn describes_a_key(der: &[u8]) -> bool {
    match (X509Certificate::from_der(der), Oid::from(&KEY_DESCRIPTION)) {
        (Ok((_, certificate)), Ok(oid)) => !matches!(certificate.get_extension_unique(&oid), Ok(None)),
        _ => true,
    }
}

/// What the hardware says of a key.
struct Description<'a> {
    levels: [u64; 2],
    challenge: &'a [u8],
    by_software: Vec<Any<'a>>,
    by_hardware: Vec<Any<'a>>,
}

/// Who may use the key, by what the system knows.
struct App {
    packages: Vec<Vec<u8>>,
    /// SHA-256 of the certificates that they are signed with.
    signers: Vec<Vec<u8>>,
}

impl<'a> Description<'a> {
    fn read(leaf: &'a X509Certificate<'_>) -> Option<Self> {
        let extension = leaf.get_extension_unique(&Oid::from(&KEY_DESCRIPTION).ok()?).ok()??;
        let parts = items(only(extension.value)?.data)?;
        let [_version, level, _keymint, keymint_level, challenge, _unique, software, hardware] =
            parts.as_slice()
        else {
            return None;
        };
        Some(Self {
            levels: [number(level.data)?, number(keymint_level.data)?],
            challenge: challenge.data,
            by_software: items(software.data)?,
            by_hardware: items(hardware.data)?,
        })
    }

    /// Made in hardware, for signing, on a locked device whose system nobody changed.
    fn is_safe(&self) -> bool {
        let purposes = self.hardware(PURPOSE).and_then(|set| items(set.data)).unwrap_or_default();
        let signs = purposes.iter().any(|one| number(one.data) == Some(SIGN));
        let origin = self.hardware(ORIGIN).and_then(|one| number(one.data));
        self.levels.iter().all(|level| *level > SOFTWARE)
            && signs
            && origin == Some(GENERATED)
            && self.is_locked().unwrap_or(false)
    }

    fn is_locked(&self) -> Option<bool> {
        let trust = items(self.hardware(ROOT_OF_TRUST)?.data)?;
        let [_key, locked, state, ..] = trust.as_slice() else { return None };
        Some(number(locked.data)? != 0 && number(state.data)? == VERIFIED)
    }

    fn checks_person(&self) -> bool {
        let kinds = self.hardware(USER_AUTH_TYPE).and_then(|one| number(one.data));
        find(&self.by_hardware, NO_AUTH_REQUIRED).is_none() && kinds.is_some_and(|kinds| kinds != 0)
    }

    /// What stands in a tag of the list that the hardware enforces.
    fn hardware(&self, tag: u32) -> Option<Any<'a>> {
        only(find(&self.by_hardware, tag)?)
    }

    fn app(&self) -> Option<App> {
        let octets = only(find(&self.by_software, APPLICATION)?)?;
        let parts = items(only(octets.data)?.data)?;
        let [packages, signers] = parts.as_slice() else { return None };
        let name = |package: &Any<'a>| Some(items(package.data)?.first()?.data.to_vec());
        let packages = items(packages.data)?.iter().map(name).collect::<Option<Vec<_>>>()?;
        let signers: Vec<Vec<u8>> = items(signers.data)?.iter().map(|one| one.data.to_vec()).collect();
        (!signers.is_empty()).then_some(App { packages, signers })
    }
}

/// The one value in these bytes.
fn only(bytes: &[u8]) -> Option<Any<'_>> {
    let (rest, value) = Any::from_der(bytes).ok()?;
    rest.is_empty().then_some(value)
}

/// All values in these bytes.
fn items(mut bytes: &[u8]) -> Option<Vec<Any<'_>>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (rest, value) = Any::from_der(bytes).ok()?;
        found.push(value);
        bytes = rest;
    }
    Some(found)
}

/// What a list has under a tag, which is explicit.
fn find<'a>(list: &[Any<'a>], tag: u32) -> Option<&'a [u8]> {
    list.iter().find(|one| one.header.is_contextspecific() && one.header.tag().0 == tag).map(|one| one.data)
}

/// A small number that is not negative; of a BOOLEAN, 0 or 255.
fn number(bytes: &[u8]) -> Option<u64> {
    let fits = (1..=8).contains(&bytes.len());
    fits.then(|| bytes.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte)))
}
