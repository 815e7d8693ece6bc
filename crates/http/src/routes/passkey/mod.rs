//! `/passkey/*`.

pub mod challenge;
pub mod register;
