//! The Management API, as operators' tools write and read it: a file per record.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod access;
mod audiences;
mod client_credentials;
mod client_grants;
mod clients;
mod connections;
mod grants;
mod identities;
mod logs;
mod resource_servers;
mod signing_keys;
#[path = "../support/mod.rs"]
mod support;
mod tool;
mod user_access;
mod user_blocks;
mod user_detail;
mod user_search;
mod users;
