//! `/passwordless/*`.

pub mod start;
pub mod verify;
pub mod verify_redirect;
