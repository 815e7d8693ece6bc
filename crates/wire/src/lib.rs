//! What travels over HTTP: requests, responses, claims, error codes.
//!
//! Types only. Nothing here knows sockets, stores or rules, so that a server and an SDK built on
//! this crate cannot drift apart. Wire spelling lives here, by serde attribute, and nowhere else.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod authorize;
pub mod cross_origin;
pub mod device;
pub mod device_key;
pub mod discovery;
pub mod error;
pub mod introspection;
pub mod legacy;
pub mod management;
pub mod otp;
pub mod params;
pub mod passkey;
pub mod passwordless;
pub mod profile;
pub mod pushed;
pub mod scope;
pub mod secret;
pub mod sign_up;
pub mod text;
pub mod token;

pub use params::{ParamError, Params};
pub use scope::Scopes;
pub use secret::Secret;
