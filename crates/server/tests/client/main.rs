//! `latchkey login`, and every flow of the Rust client with its own transport, against `latchkey dev`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod dev;
mod flows;
mod login;
mod phone;
#[path = "../support/mod.rs"]
mod support;
mod transport;
