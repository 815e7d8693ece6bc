//! Tokens: the keys that sign them, what they claim, and the only place where they are made.

pub mod access;
pub mod api;
pub mod certificate;
pub mod claims;
pub mod device_jws;
pub mod device_key;
pub mod issue;
pub mod jwt;
pub mod keys;
