//! `/client/*`.

pub mod script;
