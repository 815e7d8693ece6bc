//! The keys of devices of today: `POST /device-keys/challenge`, `/device-keys`, and what `/oauth/token` has about
//! them. Version 1 of a wire of our own, described in `docs/guide/device-keys.md`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::params::{Params, WrongType};
use crate::text::is_device_name;
use crate::token::{BadTokenRequest, optional, required};

/// `typ` of what a device signs when its key is enrolled (RFC 8725 section 3.11).
pub const ENROLMENT_TYP: &str = "latchkey-device-enrolment+jwt";
/// `typ` of what a device signs to sign in.
pub const ASSERTION_TYP: &str = "latchkey-device+jwt";
/// Seconds from `iat` to `exp`, at most.
pub const MAX_LIFE: i64 = 60;
/// Bytes of what a device signed, at most.
pub const MAX_JWS: usize = 4 * 1024;
/// Bytes of an attestation as JSON, at most: a chain of certificates.
pub const MAX_ATTESTATION: usize = 32 * 1024;

/// What a challenge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengePurpose {
    Enrol,
    SignIn,
}

/// `POST /device-keys/challenge`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeRequest {
    pub purpose: ChallengePurpose,
    /// The only key that may answer.
    pub key_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChallengeResponse {
    pub challenge: String,
    /// Seconds.
    pub expires_in: i64,
    /// Seconds since 1970, for devices whose clock is wrong.
    pub server_time: i64,
}

/// A key to enrol: the body of `POST /device-keys`, and parameters beside a code at `/oauth/token`.
#[derive(Clone, Debug, PartialEq)]
pub struct EnrolmentRequest {
    /// A label, never an identity.
    pub name: String,
    /// The JWS of type [`ENROLMENT_TYP`].
    pub proof: String,
    pub attestation: Option<Map<String, Value>>,
}

/// `POST /oauth/token` with the grant of RFC 7523.
#[derive(Clone, Debug)]
pub struct AssertionRequest {
    /// The JWS of type [`ASSERTION_TYP`].
    pub assertion: crate::Secret,
    pub scope: Option<crate::Scopes>,
    pub audience: Option<String>,
}

/// A key, as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceKeyResponse {
    pub id: String,
    pub name: String,
    /// `ES256`, `EdDSA`, or `RS256` for Touch ID of 2014.
    pub algorithm: String,
    pub client_id: String,
    /// A vendor vouched that the key is in the hardware of a device, for this app.
    pub attested: bool,
    pub created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// From then on the device has to enrol anew.
    pub expires_at: String,
}

/// `GET /device-keys`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceKeysResponse {
    pub device_keys: Vec<DeviceKeyResponse>,
}

/// Bytes of the id of a key, at most.
const MAX_KEY_ID: usize = 64;
/// The names of an enrolment's parts in a body of its own, and beside a code.
const OWN: [&str; 3] = ["name", "proof", "attestation"];
const BESIDE: [&str; 3] = ["device_key_name", "device_key_proof", "device_key_attestation"];

impl ChallengeRequest {
    pub fn parse(params: &Params) -> Result<Self, BadTokenRequest> {
        let purpose = match required(params, "purpose")? {
            "enrol" => ChallengePurpose::Enrol,
            "sign_in" => ChallengePurpose::SignIn,
            _ => return Err(BadTokenRequest::Malformed { name: "purpose" }),
        };
        let key_id = optional(params, "key_id")?;
        if key_id.as_ref().is_some_and(|id| purpose == ChallengePurpose::Enrol || !is_key_id(id)) {
            return Err(BadTokenRequest::Malformed { name: "key_id" });
        }
        Ok(Self { purpose, key_id })
    }
}

impl EnrolmentRequest {
    /// The body of `POST /device-keys`.
    pub fn parse(params: &Params) -> Result<Self, BadTokenRequest> {
        let [name, proof, attestation] = OWN;
        required(params, proof)?;
        Self::read(params, [name, proof, attestation])
    }

    /// Beside a code. `None` where none is enrolled.
    pub fn parse_beside_code(params: &Params) -> Result<Option<Self>, BadTokenRequest> {
        let [name, proof, attestation] = BESIDE;
        match params.value(proof) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => Self::read(params, [name, proof, attestation]).map(Some),
        }
    }

    fn read(params: &Params, [name, proof, attestation]: [&'static str; 3]) -> Result<Self, BadTokenRequest> {
        let label = device_name(params, name)?;
        let signed = required(params, proof)?;
        if signed.len() > MAX_JWS {
            return Err(BadTokenRequest::Malformed { name: proof });
        }
        let attestation = object(params, attestation)?;
        Ok(Self { name: label, proof: signed.to_owned(), attestation })
    }
}

/// What can name a device: 1 to [`crate::text::MAX_DEVICE_NAME`] characters, none of which hides or reorders others (S-167).
pub fn device_name(params: &Params, name: &'static str) -> Result<String, BadTokenRequest> {
    let text = required(params, name)?;
    match is_device_name(text) {
        true => Ok(text.to_owned()),
        false => Err(BadTokenRequest::Malformed { name }),
    }
}

/// A text that can be the id of a key.
pub fn is_key_id(text: &str) -> bool {
    (1..=MAX_KEY_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// An object; in a form its JSON.
fn object(params: &Params, name: &'static str) -> Result<Option<Map<String, Value>>, BadTokenRequest> {
    match params.value(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(members)) => {
            let length = serde_json::to_vec(members).map_or(usize::MAX, |bytes| bytes.len());
            match length <= MAX_ATTESTATION {
                true => Ok(Some(members.clone())),
                false => Err(BadTokenRequest::Malformed { name }),
            }
        }
        Some(_) => {
            let text =
                params.optional(name).map_err(|WrongType { .. }| BadTokenRequest::NotObject { name })?;
            let text = text.unwrap_or_default();
            if text.len() > MAX_ATTESTATION {
                return Err(BadTokenRequest::Malformed { name });
            }
            serde_json::from_str(text).map(Some).map_err(|_| BadTokenRequest::NotObject { name })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MAX_DEVICE_NAME;

    fn challenge(form: &str) -> Result<ChallengeRequest, BadTokenRequest> {
        ChallengeRequest::parse(&Params::from_form(form.as_bytes()).unwrap())
    }

    #[test]
    fn a_challenge_has_a_purpose_and_may_name_a_key_to_sign_in_by() {
        let named = challenge("purpose=sign_in&key_id=dcr_1").unwrap();
        assert_eq!(named.key_id.as_deref(), Some("dcr_1"));
        assert_eq!(challenge("purpose=enrol").unwrap().purpose, ChallengePurpose::Enrol);
        for (form, name) in [
            ("purpose=login", "purpose"),
            ("purpose=enrol&key_id=dcr_1", "key_id"),
            ("purpose=sign_in&key_id=dcr%001", "key_id"),
        ] {
            assert_eq!(challenge(form).unwrap_err(), BadTokenRequest::Malformed { name }, "{form}");
        }
        assert_eq!(challenge("").unwrap_err(), BadTokenRequest::Missing { name: "purpose" });
    }

    #[test]
    fn an_enrolment_beside_a_code_reads_the_attestation_out_of_a_form_too() {
        let form = "device_key_name=iPhone&device_key_proof=e30.e30.x&device_key_attestation=%7B%22format%22%3A%22a%22%7D";
        let params = Params::from_form(form.as_bytes()).unwrap();
        let read = EnrolmentRequest::parse_beside_code(&params).unwrap().unwrap();
        assert_eq!(read.attestation.unwrap()["format"], "a");
        let none = Params::from_form(b"otp=123456").unwrap();
        assert_eq!(EnrolmentRequest::parse_beside_code(&none).unwrap(), None);
    }

    /// S-167
    #[test]
    fn names_of_devices_hide_nothing() {
        for name in ["a%E2%80%AEb", "", &"x".repeat(MAX_DEVICE_NAME + 1)] {
            let form = format!("proof=e30.e30.x&name={name}");
            let read = EnrolmentRequest::parse(&Params::from_form(form.as_bytes()).unwrap());
            assert!(read.is_err(), "{name}");
        }
    }
}
