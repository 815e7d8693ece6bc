//! The checks, in the order in which the library makes them.

use std::time::Duration;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use latchkey_core::model::RelyingParty;
use latchkey_core::passkey::{Asserted, Attested, Credential, Expected, PasskeyRefused, PasskeyVerifier};
use latchkey_wire::passkey::{Assertion, Attestation, CREDENTIAL_ID_BYTES};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::internals::AuthenticatorData;
use webauthn_rs_core::proto::{
    AttestationFormat, Authentication, AuthenticationState, AuthenticatorAssertionResponseRaw,
    AuthenticatorAttestationResponseRaw, Credential as LibraryCredential, ParsedAttestation,
    PublicKeyCredential, RegisterPublicKeyCredential, RegisteredExtensions, Registration, RegistrationState,
    UserVerificationPolicy,
};

use crate::key::Key;
use crate::{ed25519, shape};

/// The library hands it out to browsers; ceremonies end by the clock of the rules.
const TIMEOUT: Duration = Duration::from_secs(300);
/// The format of an attestation that says nothing.
const NO_ATTESTATION: &str = "none";

/// Checks what authenticators answer. Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebauthnVerifier;

impl PasskeyVerifier for WebauthnVerifier {
    fn attested(&self, expected: Expected<'_>, answer: &Attestation) -> Result<Attested, PasskeyRefused> {
        shape::check_client_data(&answer.client_data, &expected.party.origins)?;
        let new = shape::new_credential(&answer.attestation_object)?;
        let credential = new.data.acd.as_ref().ok_or(PasskeyRefused::Malformed)?;
        if !CREDENTIAL_ID_BYTES.contains(&credential.credential_id.len()) {
            return Err(PasskeyRefused::Credential);
        }
        let key = Key::of(&credential.credential_pk)?;
        let given = RegisterPublicKeyCredential {
            id: BASE64URL_NOPAD.encode(&answer.credential_id),
            raw_id: answer.credential_id.clone(),
            response: AuthenticatorAttestationResponseRaw {
                attestation_object: answer.attestation_object.clone(),
                client_data_json: answer.client_data.clone(),
                transports: None,
            },
            type_: String::from("public-key"),
            extensions: Default::default(),
        };
        let state: RegistrationState = state(json!({
            "policy": policy(expected),
            "exclude_credentials": [],
            "challenge": BASE64URL_NOPAD.encode(expected.challenge),
            "credential_algorithms": ["ES256", "RS256"],
            "require_resident_key": true,
            "authenticator_attachment": null,
            "extensions": {},
            "allow_synchronised_authenticators": true,
        }))?;
        match (library(expected.party).register_credential(&given, &state, None), &key) {
            (Ok(_), Key::Library(_)) => {}
            (Err(WebauthnError::SshPublicKeyEDUnsupported), Key::Ed25519(_)) => {
                check_rest_of_attestation(&new.format, &new.data)?;
            }
            (Err(error), _) => return Err(refused(&error)),
            (Ok(_), Key::Ed25519(_)) => return Err(PasskeyRefused::Key),
        }
        let public_key = serde_cbor_2::to_vec(&credential.credential_pk).map_err(|_| PasskeyRefused::Key)?;
        Ok(Attested {
            credential_id: credential.credential_id.clone(),
            public_key,
            counter: new.data.counter,
            user_verified: new.data.user_verified,
            backup_eligible: new.data.backup_eligible,
            backed_up: new.data.backup_state,
            aaguid: uuid(&credential.aaguid),
        })
    }

    fn asserted(
        &self,
        expected: Expected<'_>,
        credential: Credential<'_>,
        answer: &Assertion,
    ) -> Result<Asserted, PasskeyRefused> {
        shape::check_client_data(&answer.client_data, &expected.party.origins)?;
        shape::check_assertion(&answer.authenticator_data)?;
        let key = Key::read(credential.public_key)?;
        let given = PublicKeyCredential {
            id: BASE64URL_NOPAD.encode(&answer.credential_id),
            raw_id: answer.credential_id.clone(),
            response: AuthenticatorAssertionResponseRaw {
                authenticator_data: answer.authenticator_data.clone(),
                client_data_json: answer.client_data.clone(),
                signature: answer.signature.clone(),
                user_handle: answer.user_handle.clone(),
            },
            extensions: Default::default(),
            type_: String::from("public-key"),
        };
        let state: AuthenticationState = state(json!({
            "credentials": [],
            "policy": policy(expected),
            "challenge": BASE64URL_NOPAD.encode(expected.challenge),
            "appid": null,
            "allow_backup_eligible_upgrade": false,
        }))?;
        let known = known(expected, credential, &key);
        match (library(expected.party).authenticate_single_credential(&given, &state, &known), &key) {
            (Ok(_), Key::Library(_)) => {}
            // The signature is the last thing that the library checks; it stopped there, and nowhere before.
            (Err(WebauthnError::SshPublicKeyEDUnsupported), Key::Ed25519(key)) => ed25519::check_signature(
                key,
                &answer.authenticator_data,
                &answer.client_data,
                &answer.signature,
            )?,
            (Err(error), _) => return Err(refused(&error)),
            (Ok(_), Key::Ed25519(_)) => return Err(PasskeyRefused::Key),
        }
        let data = AuthenticatorData::<Authentication>::try_from(answer.authenticator_data.as_slice())
            .map_err(|_| PasskeyRefused::Malformed)?;
        Ok(Asserted {
            counter: data.counter,
            user_verified: data.user_verified,
            backed_up: data.backup_state,
        })
    }
}

/// What the library leaves unchecked of a new Ed25519 key, at which it stops: it wants a signature of the key only
/// where there is an attestation, and none was asked for.
fn check_rest_of_attestation(
    format: &str,
    data: &AuthenticatorData<Registration>,
) -> Result<(), PasskeyRefused> {
    if format != NO_ATTESTATION {
        return Err(PasskeyRefused::Attestation);
    }
    match data.backup_state && !data.backup_eligible {
        true => Err(PasskeyRefused::Backup),
        false => Ok(()),
    }
}

/// Invariant: the origins of the party are all there are. Neither other ports nor hosts under them count.
fn library(party: &RelyingParty) -> WebauthnCore {
    let origins = party.origins.iter().filter_map(|origin| Url::parse(origin).ok()).collect();
    WebauthnCore::new_unsafe_experts_only(&party.id, &party.id, origins, TIMEOUT, Some(false), Some(false))
}

/// As the library keeps the state of a ceremony: it has no other way to take a challenge that it did not make.
fn state<T: DeserializeOwned>(written: Value) -> Result<T, PasskeyRefused> {
    serde_json::from_value(written).map_err(|_| PasskeyRefused::Malformed)
}

fn policy(expected: Expected<'_>) -> &'static str {
    match expected.user_verification {
        true => "required",
        false => "preferred",
    }
}

/// The counter is 0, which the library takes for none: that of a passkey is compared where it is kept (S-059).
fn known(expected: Expected<'_>, credential: Credential<'_>, key: &Key) -> LibraryCredential {
    let policy = match expected.user_verification {
        true => UserVerificationPolicy::Required,
        false => UserVerificationPolicy::Discouraged_DO_NOT_USE,
    };
    LibraryCredential {
        cred_id: credential.id.to_vec(),
        cred: key.for_library(),
        counter: 0,
        transports: None,
        user_verified: expected.user_verification,
        backup_eligible: credential.backup_eligible,
        backup_state: false,
        registration_policy: policy,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation::default(),
        attestation_format: AttestationFormat::None,
    }
}

/// Absent where an authenticator says nothing of its model.
fn uuid(aaguid: &[u8; 16]) -> Option<String> {
    if *aaguid == [0; 16] {
        return None;
    }
    let hex = HEXLOWER.encode(aaguid);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    Some([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
}

fn refused(error: &WebauthnError) -> PasskeyRefused {
    use WebauthnError as E;
    match error {
        E::InvalidClientDataType => PasskeyRefused::Type,
        E::MismatchedChallenge => PasskeyRefused::Challenge,
        E::InvalidRPOrigin => PasskeyRefused::Origin,
        E::CredentialCrossOrigin => PasskeyRefused::CrossOrigin,
        E::InvalidRPIDHash => PasskeyRefused::RelyingParty,
        E::UserNotPresent => PasskeyRefused::UserPresence,
        E::UserNotVerified => PasskeyRefused::UserVerification,
        E::CredentialBackupEligibilityInconsistent | E::CredentialMayNotBeHardwareBound => {
            PasskeyRefused::Backup
        }
        E::CredentialAlteredAlgFromRequest
        | E::COSEKeyInvalidCBORValue
        | E::COSEKeyInvalidType
        | E::COSEKeyECDSAXYInvalid
        | E::COSEKeyRSANEInvalid
        | E::COSEKeyECDSAInvalidCurve
        | E::COSEKeyEDDSAXInvalid
        | E::COSEKeyEDDSAInvalidCurve
        | E::COSEKeyInvalidAlgorithm
        | E::EcdsaPointInvalid
        | E::RsaParametersInvalid
        | E::SshPublicKeyEDUnsupported => PasskeyRefused::Key,
        E::CredentialNotFound => PasskeyRefused::Credential,
        E::AuthenticationFailure | E::SignatureInvalid => PasskeyRefused::Signature,
        E::ParseCBORFailure(_)
        | E::ParseJSONFailure(_)
        | E::ParseNOMFailure
        | E::ParseBase64Failure(_)
        | E::MissingAttestationCredentialData => PasskeyRefused::Malformed,
        _ => PasskeyRefused::Attestation,
    }
}
