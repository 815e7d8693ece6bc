//! The pipeline before OpenID Connect.

pub mod delegation;
pub mod resource_owner;
pub mod token_info;
