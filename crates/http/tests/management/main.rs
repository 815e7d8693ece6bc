//! The Management API, as operators' tools write and read it: a file per record.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod absent;
mod access;
mod activity;
mod admins;
mod attack_protection;
mod attacks;
mod audiences;
mod audit_chain;
mod branding;
mod client_credentials;
mod client_grants;
mod clients;
mod connection_trials;
mod connections;
mod custom_domains;
mod described;
mod device_credentials;
mod dry_run;
mod email_provider;
mod email_templates;
mod exports;
mod grants;
mod identities;
mod imports;
mod log_kinds;
mod log_requests;
mod log_streams;
mod logs;
mod operations;
mod phone;
mod resource_servers;
mod shields;
mod signing_keys;
#[path = "../support/mod.rs"]
mod support;
mod tenant;
mod terraform;
mod tool;
mod user_access;
mod user_blocks;
mod user_detail;
mod user_search;
mod users;
