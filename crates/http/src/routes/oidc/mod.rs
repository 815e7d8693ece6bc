//! OpenID Connect beside the token endpoint.

pub mod discovery;
pub mod jwks;
pub mod user_info;
