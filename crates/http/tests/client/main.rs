//! The Rust client against the endpoints: every flow of it, and its requests beside those of Auth0's SDKs
//! (protocol section 2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod browser;
mod codes;
mod device_keys;
mod keys;
mod legacy;
#[path = "../touch_id/phone.rs"]
#[allow(dead_code, reason = "a part of it")]
mod phone;
mod renewals;
mod scene;
mod screens;
#[path = "../support/mod.rs"]
mod support;
mod wire;
mod wire_keys;
