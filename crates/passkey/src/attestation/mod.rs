//! What vendors sign about devices and their apps: Apple's App Attest, Android's key attestation. Chains of
//! certificates are the library's to verify, up to roots that are pinned in `roots.rs`.
//!
//! Certificates that a vendor takes back are not known here: nothing is fetched.

mod android;
mod apple;
mod roots;

use std::time::Duration;

use latchkey_core::Timestamp;
use latchkey_core::key_attestation::{BadAttestation, ExpectedKey, KeyAttestor};
use latchkey_core::model::KeyAttestation;
use rustls_pki_types::{CertificateDer, UnixTime};
use serde_json::{Map, Value};
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    anchor_from_trusted_cert,
};

/// As `format` names them.
const APPLE: &str = "apple-app-attest";
const ANDROID: &str = "android-key";
/// Certificates of a chain, at most.
const MOST_CERTIFICATES: usize = 8;

/// Checks attestations against the roots of their vendors.
#[derive(Clone, Debug)]
pub struct VendorAttestor {
    apple: Vec<CertificateDer<'static>>,
    android: Vec<CertificateDer<'static>>,
}

impl Default for VendorAttestor {
    fn default() -> Self {
        Self::new()
    }
}

impl VendorAttestor {
    /// With the roots that the vendors publish.
    pub fn new() -> Self {
        let [apple, android @ ..] = roots::ROOTS;
        Self { apple: vec![certificate(apple)], android: android.into_iter().map(certificate).collect() }
    }

    /// With other roots, as DER: for tests.
    pub fn with_roots(apple: &[u8], android: &[u8]) -> Self {
        let root = |der: &[u8]| vec![CertificateDer::from(der.to_vec())];
        Self { apple: root(apple), android: root(android) }
    }
}

impl KeyAttestor for VendorAttestor {
    fn attested(
        &self,
        expected: ExpectedKey<'_>,
        given: &Map<String, Value>,
    ) -> Result<KeyAttestation, BadAttestation> {
        match given.get("format").and_then(Value::as_str) {
            Some(APPLE) => apple::check(&self.apple, expected, given)?,
            Some(ANDROID) => {
                let checks_person = android::check(&self.android, expected, given)?;
                return Ok(KeyAttestation { format: String::from(ANDROID), checks_person });
            }
            _ => return Err(BadAttestation::Format),
        }
        Ok(KeyAttestation { format: String::from(APPLE), checks_person: false })
    }
}

fn certificate(der: &'static [u8]) -> CertificateDer<'static> {
    CertificateDer::from(der)
}

/// The chain leads from its first certificate to one of the roots, and is in force.
fn verify_chain(
    roots: &[CertificateDer<'_>],
    chain: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), BadAttestation> {
    let bad = |_: Error| BadAttestation::Chain;
    if chain.len() > MOST_CERTIFICATES {
        return Err(BadAttestation::Malformed);
    }
    let chain: Vec<CertificateDer<'_>> =
        chain.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let (leaf, between) = chain.split_first().ok_or(BadAttestation::Malformed)?;
    let leaf = EndEntityCert::try_from(leaf).map_err(bad)?;
    let anchors = roots.iter().map(anchor_from_trusted_cert).collect::<Result<Vec<_>, _>>().map_err(bad)?;
    let seconds = u64::try_from(now.0).map_err(|_| BadAttestation::Chain)?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, between, time, AnyUsage, None, None)
        .map(drop)
        .map_err(bad)
}

/// These certificates are for nothing that has a name among the usages of RFC 5280.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}
