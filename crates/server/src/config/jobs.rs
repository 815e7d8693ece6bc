//! `[jobs]`: users in and out by files.

use latchkey_core::settings::JobRules;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jobs {
    /// Most MiB of a file of users that comes in; ten times as much where it is packed.
    pub max_file_mib: u32,
    /// Jobs that run at once, on all nodes together. Others wait.
    pub at_once: u32,
    /// Minutes after which a job that runs is ended.
    pub timeout_minutes: u32,
    /// Hours that a job is kept after its end, with its file and its errors.
    pub keep_hours: u32,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { max_file_mib: 50, at_once: 2, timeout_minutes: 120, keep_hours: 24 }
    }
}

impl Jobs {
    /// As the engine takes them.
    pub fn to_settings(&self) -> JobRules {
        let max_upload = u64::from(self.max_file_mib).saturating_mul(1024 * 1024);
        JobRules {
            max_upload,
            max_unpacked: max_upload.saturating_mul(10),
            keep: i64::from(self.keep_hours).saturating_mul(3600),
            places: self.at_once.max(1),
            timeout: i64::from(self.timeout_minutes).saturating_mul(60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_are_the_engines() {
        assert_eq!(Jobs::default().to_settings(), JobRules::default());
    }
}
