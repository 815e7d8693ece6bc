//! Touch ID of 2014, exchange by exchange, as Lock for iOS 1.x and `TouchIDAuth` 0.2.0 send them (protocol
//! section 7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod basic;
mod beside;
mod enrol;
mod exchanges;
mod hijack;
mod passwords;
mod phone;
mod refused;
mod sign_up;
#[path = "../support/mod.rs"]
mod support;
