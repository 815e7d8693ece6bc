//! Signatures by Ed25519 (RFC 8032), by the library that signs everything else here.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use latchkey_core::passkey::PasskeyRefused;

/// WebAuthn section 7.2 steps 20 and 21. Of bytes that are no point of the curve no signature holds.
pub fn check_signature(
    key: &[u8; 32],
    authenticator_data: &[u8],
    client_data: &[u8],
    signature: &[u8],
) -> Result<(), PasskeyRefused> {
    let signed = [authenticator_data, digest(&SHA256, client_data).as_ref()].concat();
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(&signed, signature).map_err(|_| PasskeyRefused::Signature)
}
