//! Sign people in without a password: a client of Latchkey, and of any server that speaks Auth0's wire.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use latchkey_client::{Address, Client, CodeSignIn, HttpTransport, Start};
//!
//! let client = Client::new("login.example.com", "my-app", HttpTransport::new())?;
//! let address = Address::phone("+1 415 555 0100")?;
//! client.start_passwordless(&Start::code(address.clone())).await?;
//!
//! // The person reads the code in a text message, and types it.
//! let tokens = client.sign_in_with_code(&CodeSignIn::new(address, "123 456")?).await?;
//! let profile = client.profile(&tokens).await?;
//! println!("Hello, {}", profile.display_name());
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] has a method for each thing that a server does. [`Session`] keeps somebody signed in.
//! [`SignIn`] is what a sign-in screen does, without the screen. What touches the machine is a trait that
//! an app may bring: [`Transport`], [`Storage`] and [`Keychain`], [`Authenticator`] and [`Signer`], [`Clock`] and
//! [`Random`]. Nothing here needs a certain async runtime, and nothing panics.
#![warn(clippy::pedantic)]
#![deny(missing_docs)]
#![allow(clippy::match_bool, reason = "as everywhere in the program")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod address;
mod app_link;
mod authenticator;
mod browser;
mod client;
mod code;
mod country;
mod device_key;
mod domain;
mod error;
mod host;
#[cfg(test)]
mod hostile;
#[cfg(feature = "http")]
mod http_transport;
mod id_token;
mod keys;
mod passkey;
mod profile;
mod refusal;
mod renew;
mod session;
mod sign_in;
mod start;
mod storage;
#[cfg(test)]
mod testing;
mod tokens;
mod touch_id;
mod transport;

pub use address::{Address, BadAddress, Channel};
pub use app_link::AppLink;
pub use authenticator::{Authenticator, AuthenticatorError, SignatureAlgorithm, Signer};
pub use browser::{Authorize, BrowserSignIn, CallbackError};
pub use client::{Client, ClientBuilder, Generation};
pub use code::{CodeSignIn, DEFAULT_SCOPE, LEGACY_SCOPE};
pub use country::Country;
pub use device_key::{CodeAndKey, EnrolledKey, KeyProof};
pub use domain::{BadDomain, Domain};
pub use error::{Error, ErrorKind};
pub use host::{Clock, NoRandomness, Random, SystemClock, SystemRandomness, block_on, give_no_more_answers};
#[cfg(feature = "http")]
pub use http_transport::{BadCertificates, HttpTransport};
pub use id_token::IdTokenError;
pub use latchkey_wire::Secret;
pub use latchkey_wire::passwordless::SendKind;
pub use latchkey_words::{Direction, Locale, negotiate};
pub use passkey::{NewUser, PasskeyChallenge, PasskeyOptions};
pub use profile::Profile;
pub use refusal::{Refusal, Step};
pub use renew::Delegated;
pub use session::{MARGIN, Session};
pub use sign_in::{
    Button, CallId, CountryField, Effect, Event, Field, FieldKind, Outcome, Resend, Screen, SignIn,
    SignInSettings, SignedIn, View,
};
pub use start::Start;
pub use storage::{
    FileStorage, Keychain, KeychainStorage, MemoryKeychain, MemoryStorage, Storage, StorageError,
};
pub use tokens::Tokens;
pub use touch_id::DeviceKey;
pub use transport::{BoxFuture, MAX_ANSWER, Method, Request, Response, Transport, TransportError};

/// The guide's examples are tests.
#[cfg(all(doctest, feature = "http"))]
#[doc = include_str!("../../../docs/guide/rust-client.md")]
struct Guide;
