//! What tests stand on: a clock that they move, randomness that repeats, messages that they can read,
//! and an engine over a real store. A dev-dependency only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod authenticator;
mod clock;
mod device;
mod engine;
mod hosted;
mod keys;
mod random;
mod runtime;
mod sender;
mod soft_device;

pub use clock::{START, TestClock};
pub use device::DevicePair;
pub use engine::{
    CONFIDENTIAL, LEGACY, MACHINE, NATIVE, OTHER_NATIVE, PHONE, SPA, TestEngine, credentials, ip,
};
pub use hosted::{CALLBACK, CHALLENGE, EMAIL, VERIFIER, answer, authorization, field, keep};
pub use keys::TestKeys;
pub use random::TestRandom;
pub use runtime::TestRuntime;
pub use sender::{Script, TestRenderer, TestSenders};
pub use soft_device::{ISSUER, SoftDevice};
