//! The rules of Latchkey: who may sign in, with what, and what they get for it.
//!
//! No socket, SQL, file, clock, environment or runtime: those come in through the ports
//! ([`store`], [`sender`], [`clock`], [`random`]), held together by [`engine::Engine`]. An act is
//! one file under `flow`, a grant type one file under `grant`, and tokens are made in `token` only.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod authenticator;
pub mod branding;
pub mod caller;
pub mod channel;
pub mod clock;
pub mod conversion;
pub mod device;
pub mod directory;
pub mod ed25519;
pub mod engine;
pub mod error;
pub mod flow;
pub mod grant;
pub mod hashing;
pub mod key_attestation;
pub mod limit;
pub mod model;
pub mod notice;
pub mod passkey;
pub mod protection;
pub mod random;
pub mod runtime;
pub mod sender;
pub mod settings;
pub mod store;
pub mod tenant;
pub mod token;
pub mod trace;
pub mod vault;

pub use caller::Caller;
pub use clock::{Clock, Timestamp};
pub use engine::Engine;
pub use error::Fault;
pub use random::Random;
pub use settings::Settings;
