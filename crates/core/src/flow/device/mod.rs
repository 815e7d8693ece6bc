//! Signing in a device without a keyboard (RFC 8628): the device asks for two codes, a person types the
//! short one into a browser and allows it (`sign_in/device.rs`), and the device trades the long one
//! (`grant/device_code.rs`).

mod activate;
mod ask;
mod user_code;

pub use activate::ActivateError;
pub use ask::AskForDeviceError;

/// What the user code of a transaction is sealed under.
pub(super) const USER_CODE_CONTEXT: &str = "user-code";
