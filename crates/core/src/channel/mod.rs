//! The channels that codes travel by, one file each: address rules, options, what is sent.

mod secrets;
pub mod sms;

pub use secrets::{SecretOption, take_secrets, with_secrets};
