//! `/device-keys`: keys of devices of today (`docs/guide/device-keys.md`).

pub mod challenge;
pub mod own;
