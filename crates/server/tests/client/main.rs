//! `latchkey login`, and the Rust client with its own transport, against `latchkey dev`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod dev;
mod login;
#[path = "../support/mod.rs"]
mod support;
mod transport;
