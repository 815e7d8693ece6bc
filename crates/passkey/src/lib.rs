//! The port to WebAuthn ([`latchkey_core::passkey`]) over `webauthn-rs-core`, as a relying party that asks for no
//! attestation (WebAuthn Level 3 sections 7.1 and 7.2).
//!
//! Beside it, what vendors of devices sign about the keys of devices ([`latchkey_core::key_attestation`]).
//!
//! The library checks what both sections list. Beside it stands what it leaves to its callers or takes too
//! lightly: sizes, exact origins, bytes after the end (`shape.rs`), and Ed25519, whose keys it reads no more
//! (`ed25519.rs`; docs/decisions/0026).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod attestation;
mod ed25519;
mod key;
mod shape;
mod verifier;

pub use attestation::VendorAttestor;
pub use verifier::WebauthnVerifier;
