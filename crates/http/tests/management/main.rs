//! The Management API, as operators' tools write and read it: a file per record.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod absent;
mod access;
mod attack_protection;
mod branding;
mod connections;
mod custom_domains;
mod email_provider;
mod email_templates;
mod log_streams;
mod phone;
mod resource_servers;
#[path = "../support/mod.rs"]
mod support;
mod tenant;
mod tool;
