//! The pipeline before OpenID Connect.

pub mod delegation;
pub mod public_key;
pub mod resource_owner;
pub mod sign_up;
pub mod token_info;
