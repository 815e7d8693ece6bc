//! `/passwordless/*`.

pub mod start;
