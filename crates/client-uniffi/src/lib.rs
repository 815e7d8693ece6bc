//! Latchkey's client as Swift, Kotlin and Python see it. UniFFI writes the sources of the three from what is marked
//! here; the work is done in [`latchkey_client`], which this crate only dresses.
//!
//! What differs from the Rust client, and why:
//!
//! - Tokens are objects, not records: generated records show all their fields when they are printed.
//! - Errors are one enum with a variant per kind, and the same facts in each. No field is called `message`: Kotlin's
//!   exceptions have one already.
//! - Claims and options of passkeys are JSON: UniFFI knows no values of any type.
//! - [`SignIn`] does its calls itself, and forgets those that were cancelled: Swift tells nobody that a task ended.
#![allow(missing_docs, reason = "UniFFI's macros make items without")]

mod browser;
mod client;
mod device_keys;
mod error;
mod keys;
mod passkey;
mod session;
mod sign_in;
mod transport;
mod values;
mod view;

pub use browser::{BrowserRequest, BrowserSignIn};
pub use client::{Client, ClientSettings, CodeRequest, StartRequest};
pub use device_keys::{CodeAndKey, EnrolledKey, KeyProof};
pub use error::{Failure, LatchkeyError};
pub use keys::{Authenticator, AuthenticatorError, SignatureAlgorithm, Signer, TouchIdKey};
pub use passkey::{NewUser, PasskeyChallenge, PasskeyRequest};
pub use session::{CredentialStore, CredentialStoreError, Session};
pub use sign_in::{SignIn, SignInEffect, SignInEvent, SignInSettings};
pub use transport::{HttpHeader, HttpRequest, HttpResponse, Transport, TransportError};
pub use values::{AppLink, Channel, Country, Generation, Profile, SendKind, Tokens};
pub use view::{
    SignInButton, SignInChoice, SignInCountry, SignInField, SignInFieldKind, SignInResend, SignInStage,
    SignInView,
};

uniffi::setup_scaffolding!("latchkey_native");

/// What a host calls whose callbacks are gone before its threads are, as Python's are at the end of a program: nothing
/// that is under way is answered any more. Waits a second at most for what is being answered.
#[uniffi::export]
pub fn give_no_more_answers() {
    latchkey_client::give_no_more_answers();
}
