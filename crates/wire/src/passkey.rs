//! `POST /passkey/register` and `POST /passkey/challenge` (protocol 2.6), and what an authenticator answers
//! (WebAuthn Level 3 section 5.1, as JSON).

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Secret;
use crate::params::Params;

/// Most bytes of a credential id, and the fewest (WebAuthn section 4).
pub const CREDENTIAL_ID_BYTES: std::ops::RangeInclusive<usize> = 16..=1023;
/// Most bytes of an attestation object (S-055).
pub const MAX_ATTESTATION: usize = 16 * 1024;
/// Most bytes of client data, and of authenticator data.
const MAX_DATA: usize = 4 * 1024;
/// Most bytes of a signature: RSA with 8192 bits.
const MAX_SIGNATURE: usize = 1024;
/// Most bytes of a user handle (WebAuthn section 5.4.3).
const MAX_USER_HANDLE: usize = 64;
/// Most fields of `user_metadata`.
const MAX_METADATA_FIELDS: usize = 10;
/// Ways to an authenticator that are kept; longer lists are cut.
const MAX_TRANSPORTS: usize = 8;

/// What a person who signs up says of themselves, as they wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserProfile {
    pub email: Option<String>,
    pub phone_number: Option<String>,
    pub username: Option<String>,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub nickname: Option<String>,
    pub picture: Option<String>,
}

/// Somebody wants to sign up with a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRequest {
    pub realm: Option<String>,
    pub profile: UserProfile,
    /// Texts only.
    pub user_metadata: Map<String, Value>,
}

/// Somebody wants to sign in with a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeRequest {
    pub realm: Option<String>,
}

/// A request of the wrong shape; the text is for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPasskeyRequest {
    #[error("Missing required parameter: {0}")]
    Missing(&'static str),
    #[error("Parameter {0} must be a string")]
    NotText(&'static str),
    #[error("Parameter {0} must be an object")]
    NotObject(&'static str),
    #[error("Parameter {0} is malformed")]
    Malformed(&'static str),
    #[error("Parameter user_profile has a property that is not known")]
    UnknownProfileProperty,
    #[error("Parameter user_metadata takes at most 10 properties, all of them strings")]
    Metadata,
    #[error("Organizations are not a feature of this server")]
    Organization,
}

impl RegisterRequest {
    /// Reads everything but the client's own parameters.
    pub fn parse(params: &Params) -> Result<Self, BadPasskeyRequest> {
        let realm = realm(params)?;
        let profile = match params.value("user_profile") {
            None | Some(Value::Null) => return Err(BadPasskeyRequest::Missing("user_profile")),
            Some(Value::Object(given)) => UserProfile::read(given)?,
            Some(_) => return Err(BadPasskeyRequest::NotObject("user_profile")),
        };
        let user_metadata = match params.value("user_metadata") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(given)) => given.clone(),
            Some(_) => return Err(BadPasskeyRequest::NotObject("user_metadata")),
        };
        if user_metadata.len() > MAX_METADATA_FIELDS || !user_metadata.values().all(Value::is_string) {
            return Err(BadPasskeyRequest::Metadata);
        }
        Ok(Self { realm, profile, user_metadata })
    }
}

impl ChallengeRequest {
    /// Reads everything but the client's own parameters.
    pub fn parse(params: &Params) -> Result<Self, BadPasskeyRequest> {
        Ok(Self { realm: realm(params)? })
    }
}

impl UserProfile {
    fn read(given: &Map<String, Value>) -> Result<Self, BadPasskeyRequest> {
        let mut profile = Self::default();
        for (name, value) in given {
            let (place, shown) = match name.as_str() {
                "email" => (&mut profile.email, "user_profile.email"),
                "phone_number" => (&mut profile.phone_number, "user_profile.phone_number"),
                "username" => (&mut profile.username, "user_profile.username"),
                "name" => (&mut profile.name, "user_profile.name"),
                "given_name" => (&mut profile.given_name, "user_profile.given_name"),
                "family_name" => (&mut profile.family_name, "user_profile.family_name"),
                "nickname" => (&mut profile.nickname, "user_profile.nickname"),
                "picture" => (&mut profile.picture, "user_profile.picture"),
                _ => return Err(BadPasskeyRequest::UnknownProfileProperty),
            };
            *place = match value {
                // SDKs send what their callers left out.
                Value::Null => None,
                Value::String(text) if text.is_empty() => None,
                Value::String(text) if text.chars().any(char::is_control) => {
                    return Err(BadPasskeyRequest::Malformed(shown));
                }
                Value::String(text) => Some(text.trim().to_owned()),
                _ => return Err(BadPasskeyRequest::NotText(shown)),
            };
        }
        Ok(profile)
    }
}

fn realm(params: &Params) -> Result<Option<String>, BadPasskeyRequest> {
    if params.optional("organization").map_err(|_| BadPasskeyRequest::NotText("organization"))?.is_some() {
        return Err(BadPasskeyRequest::Organization);
    }
    let realm = params.optional("realm").map_err(|_| BadPasskeyRequest::NotText("realm"))?;
    Ok(realm.map(str::to_owned))
}

/// The answer of either endpoint: `O` is [`CreationOptions`] or [`RequestOptions`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasskeyResponse<O> {
    pub auth_session: Secret,
    pub authn_params_public_key: O,
}

/// What `navigator.credentials.get` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// Base64url.
    pub challenge: String,
    /// Milliseconds.
    pub timeout: u32,
    pub rp_id: String,
    pub user_verification: String,
}

/// What `navigator.credentials.create` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// Base64url.
    pub challenge: String,
    /// Milliseconds.
    pub timeout: u32,
    pub rp: RelyingPartyEntity,
    pub user: UserEntity,
    pub pub_key_cred_params: Vec<CredentialParameters>,
    pub authenticator_selection: AuthenticatorSelection,
    /// Those that the person has: no authenticator makes a second one beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_credentials: Vec<CredentialDescriptor>,
}

/// A passkey, as browsers name it (WebAuthn Level 3 section 5.8.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialDescriptor {
    #[serde(rename = "type")]
    pub kind: String,
    /// Base64url.
    pub id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transports: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelyingPartyEntity {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserEntity {
    /// Base64url of 64 random bytes (S-057).
    pub id: String,
    pub name: String,
    pub display_name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialParameters {
    #[serde(rename = "type")]
    pub kind: String,
    /// A COSE algorithm.
    pub alg: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatorSelection {
    pub resident_key: String,
    pub user_verification: String,
}

/// EdDSA, ES256, RS256, as COSE numbers them: what passkeys may sign with, in the order of preference.
pub const ALGORITHMS: [i32; 3] = [-8, -7, -257];

/// What an authenticator answered. Only the shape is checked: nothing of it is proved yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthnResponse {
    /// A new credential.
    Attestation(Attestation),
    /// A credential that is there signs.
    Assertion(Assertion),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    pub credential_id: Vec<u8>,
    /// JSON, as it was signed.
    pub client_data: Vec<u8>,
    /// CBOR.
    pub attestation_object: Vec<u8>,
    /// How browsers reach the authenticator, in their words.
    pub transports: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    pub credential_id: Vec<u8>,
    /// JSON, as it was signed.
    pub client_data: Vec<u8>,
    pub authenticator_data: Vec<u8>,
    pub signature: Vec<u8>,
    /// Absent where the authenticator keeps none.
    pub user_handle: Option<Vec<u8>>,
}

/// It is no JSON of a `PublicKeyCredential`, or something in it is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the answer of an authenticator")]
pub struct BadAuthnResponse;

impl AuthnResponse {
    /// Members that are not known are let be: browsers send more than what is needed.
    pub fn read(given: &Map<String, Value>) -> Result<Self, BadAuthnResponse> {
        let (id, raw_id) = (text(given, "id")?, text(given, "rawId")?);
        if id != raw_id || text(given, "type")? != "public-key" {
            return Err(BadAuthnResponse);
        }
        let credential_id = bytes(id, *CREDENTIAL_ID_BYTES.end())?;
        if !CREDENTIAL_ID_BYTES.contains(&credential_id.len()) {
            return Err(BadAuthnResponse);
        }
        let response = given.get("response").and_then(Value::as_object).ok_or(BadAuthnResponse)?;
        let client_data = bytes(text(response, "clientDataJSON")?, MAX_DATA)?;
        // A browser tells the authenticator data of a new credential, too: the attestation tells them apart.
        if response.contains_key("attestationObject") {
            return Ok(Self::Attestation(Attestation {
                credential_id,
                client_data,
                attestation_object: bytes(text(response, "attestationObject")?, MAX_ATTESTATION)?,
                transports: transports(response.get("transports")),
            }));
        }
        Ok(Self::Assertion(Assertion {
            credential_id,
            client_data,
            authenticator_data: bytes(text(response, "authenticatorData")?, MAX_DATA)?,
            signature: bytes(text(response, "signature")?, MAX_SIGNATURE)?,
            user_handle: match response.get("userHandle") {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) if text.is_empty() => None,
                Some(Value::String(text)) => Some(bytes(text, MAX_USER_HANDLE)?),
                Some(_) => return Err(BadAuthnResponse),
            },
        }))
    }
}

fn text<'m>(map: &'m Map<String, Value>, name: &str) -> Result<&'m str, BadAuthnResponse> {
    map.get(name).and_then(Value::as_str).ok_or(BadAuthnResponse)
}

fn bytes(text: &str, most: usize) -> Result<Vec<u8>, BadAuthnResponse> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| BadAuthnResponse)?;
    match bytes.is_empty() || bytes.len() > most {
        true => Err(BadAuthnResponse),
        false => Ok(bytes),
    }
}

/// Hints only: what is no short word is left out.
fn transports(given: Option<&Value>) -> Vec<String> {
    let is_word = |word: &&str| {
        (1..=32).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let words = given.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    words.filter(is_word).take(MAX_TRANSPORTS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn register(body: &Value) -> Result<RegisterRequest, BadPasskeyRequest> {
        RegisterRequest::parse(&Params::from_json(body.to_string().as_bytes()).unwrap())
    }

    fn read(value: &Value) -> Result<AuthnResponse, BadAuthnResponse> {
        AuthnResponse::read(value.as_object().unwrap())
    }

    fn assertion() -> Value {
        let id = BASE64URL_NOPAD.encode(&[7; 16]);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": null,
            },
        })
    }

    #[test]
    fn a_profile_names_only_what_is_known() {
        let known = register(&json!({"user_profile": {"email": " a@example.com ", "name": null}})).unwrap();
        assert_eq!(known.profile.email.as_deref(), Some("a@example.com"));
        assert_eq!(known.profile.name, None);
        for (profile, wrong) in [
            (json!({"email_verified": true}), BadPasskeyRequest::UnknownProfileProperty),
            (json!({"email": 1}), BadPasskeyRequest::NotText("user_profile.email")),
            (json!({"name": "a\u{0}"}), BadPasskeyRequest::Malformed("user_profile.name")),
            (json!([]), BadPasskeyRequest::NotObject("user_profile")),
            (Value::Null, BadPasskeyRequest::Missing("user_profile")),
        ] {
            assert_eq!(register(&json!({"user_profile": profile})), Err(wrong), "{profile}");
        }
    }

    #[test]
    fn metadata_is_ten_texts_at_most() {
        let of = |metadata: Value| register(&json!({"user_profile": {}, "user_metadata": metadata}));
        let many: Map<String, Value> = (0..11).map(|at| (at.to_string(), json!("a"))).collect();
        assert_eq!(of(Value::Object(many)), Err(BadPasskeyRequest::Metadata));
        assert_eq!(of(json!({"a": 1})), Err(BadPasskeyRequest::Metadata));
        assert_eq!(of(json!({"a": "b"})).unwrap().user_metadata.len(), 1);
    }

    #[test]
    fn an_answer_is_read_whole_or_refused() {
        assert!(matches!(read(&assertion()), Ok(AuthnResponse::Assertion(one)) if one.user_handle.is_none()));
        let with = |pointer: &str, value: Value| {
            let mut changed = assertion();
            *changed.pointer_mut(pointer).unwrap() = value;
            read(&changed)
        };
        let short = json!(BASE64URL_NOPAD.encode(&[7; 15]));
        for (pointer, value) in [
            ("/rawId", json!("x")),
            ("/type", json!("password")),
            ("/response", json!({})),
            ("/response/signature", json!("!")),
            ("/response/signature", json!("")),
            ("/response/clientDataJSON", json!("A".repeat(4 * 2048))),
            ("/response/userHandle", json!(1)),
        ] {
            assert_eq!(with(pointer, value.clone()), Err(BadAuthnResponse), "{pointer}: {value}");
        }
        let mut too_short = assertion();
        too_short["id"] = short.clone();
        too_short["rawId"] = short;
        assert_eq!(read(&too_short), Err(BadAuthnResponse));
    }

    #[test]
    fn ways_to_an_authenticator_are_words() {
        assert_eq!(transports(Some(&json!(["internal", 1, "a b", "hybrid"]))), ["internal", "hybrid"]);
        assert!(transports(None).is_empty());
    }
}
