//! `[logs]`: what is said on standard error.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// `error`, `warn`, `info`, `debug` or `trace`; `RUST_LOG` wins.
    pub level: String,
}

impl Default for Logs {
    fn default() -> Self {
        Self { level: String::from("info") }
    }
}
