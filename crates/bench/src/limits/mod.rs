//! What the machine and the libraries can do at most, measured in the same run.

pub mod commits;
pub mod empty_handler;
pub mod signatures;
