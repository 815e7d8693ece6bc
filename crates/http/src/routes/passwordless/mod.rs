//! `/passwordless/*`.

pub mod start;
pub mod verify;
