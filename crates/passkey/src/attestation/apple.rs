//! App Attest (Apple, "Validating apps that connect to your server"): a genuine copy of the app, on a genuine device,
//! vouches for the statement that it sends along. Its own key is another one than the enrolled one; what ties both is
//! the hash of the enrolment's proof.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use latchkey_core::key_attestation::{BadAttestation, ExpectedKey};
use rustls_pki_types::CertificateDer;
use serde_cbor_2::Value as Cbor;
use serde_json::{Map, Value};
use x509_parser::asn1_rs::{Any, FromDer, Oid};
use x509_parser::certificate::X509Certificate;

use super::verify_chain;

const FORMAT: &str = "apple-appattest";
const NONCE: [u64; 7] = [1, 2, 840, 113_635, 100, 8, 2];
/// Of apps from the App Store and TestFlight; builds for development say `appattestdevelop`.
const PRODUCTION: &[u8] = b"appattest\0\0\0\0\0\0\0";
const HASH: usize = 32;

/// The parts of authenticator data (WebAuthn section 6.1).
struct AuthData<'a> {
    app: &'a [u8],
    counter: &'a [u8],
    environment: &'a [u8],
    key_id: &'a [u8],
}

pub fn check(
    roots: &[CertificateDer<'_>],
    expected: ExpectedKey<'_>,
    given: &Map<String, Value>,
) -> Result<(), BadAttestation> {
    let app = match (&expected.client.ios_team, &expected.client.ios_bundle) {
        (Some(team), Some(bundle)) => format!("{team}.{bundle}"),
        _ => return Err(BadAttestation::NoApp),
    };
    let object = given.get("object").and_then(Value::as_str).ok_or(BadAttestation::Malformed)?;
    let bytes = decode(object).ok_or(BadAttestation::Malformed)?;
    let (chain, auth_data) = read(&bytes).ok_or(BadAttestation::Malformed)?;
    verify_chain(roots, &chain, expected.now)?;
    let leaf = chain.first().ok_or(BadAttestation::Malformed)?;
    let (rest, leaf) = X509Certificate::from_der(leaf).map_err(|_| BadAttestation::Malformed)?;
    if !rest.is_empty() {
        return Err(BadAttestation::Malformed);
    }
    let statement = digest(&SHA256, expected.proof.as_bytes());
    let nonce = digest(&SHA256, &[auth_data.as_slice(), statement.as_ref()].concat());
    if nonce_of(&leaf).ok_or(BadAttestation::Malformed)? != nonce.as_ref() {
        return Err(BadAttestation::Key);
    }
    let parts = AuthData::read(&auth_data).ok_or(BadAttestation::Malformed)?;
    let key = digest(&SHA256, &leaf.public_key().subject_public_key.data);
    if parts.key_id != key.as_ref() || parts.counter != [0; 4] {
        return Err(BadAttestation::Key);
    }
    if parts.app != digest(&SHA256, app.as_bytes()).as_ref() {
        return Err(BadAttestation::App);
    }
    match parts.environment == PRODUCTION {
        true => Ok(()),
        false => Err(BadAttestation::Level),
    }
}

/// Base64url as everywhere here, or base64 as Apple's examples have it.
fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).or_else(|_| BASE64.decode(text.as_bytes())).ok()
}

/// The chain and the authenticator data of an attestation object.
fn read(bytes: &[u8]) -> Option<(Vec<Vec<u8>>, Vec<u8>)> {
    let Cbor::Map(object) = serde_cbor_2::from_slice(bytes).ok()? else { return None };
    let member = |name: &str| object.get(&Cbor::Text(name.to_owned()));
    if member("fmt")? != &Cbor::Text(String::from(FORMAT)) {
        return None;
    }
    let Cbor::Map(statement) = member("attStmt")? else { return None };
    let Cbor::Array(chain) = statement.get(&Cbor::Text(String::from("x5c")))? else { return None };
    let der = |one: &Cbor| match one {
        Cbor::Bytes(der) => Some(der.clone()),
        _ => None,
    };
    let chain = chain.iter().map(der).collect::<Option<Vec<_>>>()?;
    Some((chain, der(member("authData")?)?))
}

/// SEQUENCE of one `[1]` with the octets.
fn nonce_of<'a>(leaf: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    let extension = leaf.get_extension_unique(&Oid::from(&NONCE).ok()?).ok()??;
    let (_, sequence) = Any::from_der(extension.value).ok()?;
    let (_, tagged) = Any::from_der(sequence.data).ok()?;
    let (_, octets) = Any::from_der(tagged.data).ok()?;
    (tagged.header.tag().0 == 1 && octets.header.tag().0 == 4).then_some(octets.data)
}

impl<'a> AuthData<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (app, rest) = bytes.split_at_checked(HASH)?;
        let (_flags, rest) = rest.split_at_checked(1)?;
        let (counter, rest) = rest.split_at_checked(4)?;
        let (environment, rest) = rest.split_at_checked(PRODUCTION.len())?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (key_id, _) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        Some(Self { app, counter, environment, key_id })
    }
}
