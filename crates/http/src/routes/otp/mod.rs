//! `/otp/*`.

pub mod challenge;
