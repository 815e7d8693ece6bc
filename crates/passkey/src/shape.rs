//! What an answer looks like before anything of it is believed.

use latchkey_core::passkey::PasskeyRefused;
use serde::Deserialize;
use serde_cbor_2::{Deserializer, Value};
use webauthn_rs_core::internals::AuthenticatorData;
use webauthn_rs_core::proto::{Ceremony, Registration};

/// Bytes of authenticator data before what is optional: a hash, flags and a counter.
const HEAD: usize = 37;
/// Where the flags stand, and two of them: a credential follows, extensions follow (WebAuthn section 6.1).
const FLAGS: usize = 32;
const HAS_CREDENTIAL: u8 = 0b0100_0000;
const HAS_EXTENSIONS: u8 = 0b1000_0000;
/// Bytes before the public key of a new credential, without the credential id: its model, and the id's length.
const CREDENTIAL_HEAD: usize = 18;

/// What a browser says of the ceremony (WebAuthn section 5.8.1), as far as the library compares it too lightly.
#[derive(Deserialize)]
struct ClientData {
    origin: String,
    #[serde(rename = "crossOrigin")]
    cross_origin: Option<bool>,
    #[serde(rename = "topOrigin")]
    top_origin: Option<serde_json::Value>,
}

/// An attestation object (WebAuthn section 6.5).
#[derive(Deserialize)]
struct AttestationObject {
    fmt: String,
    #[serde(rename = "authData", with = "serde_bytes_of")]
    auth_data: Vec<u8>,
}

/// Invariant: origins are compared byte by byte. The library parses them, and a path, a port that is the
/// default or another spelling of the host would be the same to it (S-052).
pub fn check_client_data(json: &[u8], origins: &[String]) -> Result<(), PasskeyRefused> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| PasskeyRefused::Malformed)?;
    if !origins.contains(&data.origin) {
        return Err(PasskeyRefused::Origin);
    }
    match data.cross_origin == Some(true) || data.top_origin.is_some() {
        true => Err(PasskeyRefused::CrossOrigin),
        false => Ok(()),
    }
}

/// Authenticator data of an assertion: no credential, and nothing after the end.
pub fn check_assertion(data: &[u8]) -> Result<(), PasskeyRefused> {
    let (flags, rest) = head(data)?;
    if flags & HAS_CREDENTIAL != 0 {
        return Err(PasskeyRefused::Malformed);
    }
    check_items(rest, usize::from(flags & HAS_EXTENSIONS != 0))
}

/// The authenticator data of a new credential, its public key as CBOR, and the format of its attestation.
pub struct NewCredential {
    pub data: AuthenticatorData<Registration>,
    pub format: String,
}

/// Nothing after the end, here either.
pub fn new_credential(object: &[u8]) -> Result<NewCredential, PasskeyRefused> {
    let malformed = |_| PasskeyRefused::Malformed;
    let object: AttestationObject = serde_cbor_2::from_slice(object).map_err(malformed)?;
    let (flags, rest) = head(&object.auth_data)?;
    if flags & HAS_CREDENTIAL == 0 {
        return Err(PasskeyRefused::Malformed);
    }
    let length = rest.get(CREDENTIAL_HEAD - 2..CREDENTIAL_HEAD).and_then(|two| <[u8; 2]>::try_from(two).ok());
    let length = usize::from(u16::from_be_bytes(length.ok_or(PasskeyRefused::Malformed)?));
    let after_id = rest.get(CREDENTIAL_HEAD.saturating_add(length)..).ok_or(PasskeyRefused::Malformed)?;
    check_items(after_id, 1 + usize::from(flags & HAS_EXTENSIONS != 0))?;
    let data = parsed(&object.auth_data)?;
    Ok(NewCredential { data, format: object.fmt })
}

fn parsed<C: Ceremony>(data: &[u8]) -> Result<AuthenticatorData<C>, PasskeyRefused> {
    AuthenticatorData::try_from(data).map_err(|_| PasskeyRefused::Malformed)
}

fn head(data: &[u8]) -> Result<(u8, &[u8]), PasskeyRefused> {
    let flags = data.get(FLAGS).ok_or(PasskeyRefused::Malformed)?;
    let rest = data.get(HEAD..).ok_or(PasskeyRefused::Malformed)?;
    Ok((*flags, rest))
}

/// So many items of CBOR, and not a byte more.
fn check_items(bytes: &[u8], wanted: usize) -> Result<(), PasskeyRefused> {
    let mut found = 0usize;
    for item in Deserializer::from_slice(bytes).into_iter::<Value>() {
        item.map_err(|_| PasskeyRefused::Malformed)?;
        found = found.saturating_add(1);
        if found > wanted {
            return Err(PasskeyRefused::Malformed);
        }
    }
    match found == wanted {
        true => Ok(()),
        false => Err(PasskeyRefused::Malformed),
    }
}

/// A byte string of CBOR.
mod serde_bytes_of {
    use serde::Deserializer;
    use serde::de::{Error, Visitor};

    struct Bytes;

    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_bytes(Bytes)
    }
}
