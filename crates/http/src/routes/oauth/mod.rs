//! `/oauth/*`: what clients ask for themselves.

pub mod device_code;
pub mod introspect;
pub mod par;
pub mod revoke;
pub mod token;
