//! Keys of devices of today, request by request (`docs/guide/device-keys.md`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod beside;
mod enrol;
mod matrix;
mod own;
mod phone;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;
