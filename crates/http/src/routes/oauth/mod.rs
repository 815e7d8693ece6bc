//! `/oauth/token` and `/oauth/revoke`.

pub mod revoke;
pub mod token;
