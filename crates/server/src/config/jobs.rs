//! `[jobs]`: users in and out by files.

use anyhow::{Result, bail};
use latchkey_core::settings::JobRules;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jobs {
    /// Most MiB of a file of users that comes in, at least 1; ten times as much where it is packed.
    pub max_file_mib: u32,
    /// Jobs that run at once, on all nodes together, at least 1. Others wait.
    pub at_once: u32,
    /// Minutes after which a job that runs is ended, at least 1.
    pub timeout_minutes: u32,
    /// Hours that a job is kept after its end, with its file and its errors, at least 1.
    pub keep_hours: u32,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { max_file_mib: 50, at_once: 2, timeout_minutes: 1440, keep_hours: 24 }
    }
}

impl Jobs {
    /// As the engine takes them. With none of one of them no job could do anything.
    pub fn to_settings(&self) -> Result<JobRules> {
        for (name, value) in [
            ("max_file_mib", self.max_file_mib),
            ("at_once", self.at_once),
            ("timeout_minutes", self.timeout_minutes),
            ("keep_hours", self.keep_hours),
        ] {
            if value == 0 {
                bail!("[jobs] {name}: 0 is too little, it must be 1 or more");
            }
        }
        let max_upload = u64::from(self.max_file_mib).saturating_mul(1024 * 1024);
        Ok(JobRules {
            max_upload,
            max_unpacked: max_upload.saturating_mul(10),
            keep: i64::from(self.keep_hours).saturating_mul(3600),
            places: self.at_once,
            timeout: i64::from(self.timeout_minutes).saturating_mul(60),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_are_the_engines() {
        assert_eq!(Jobs::default().to_settings().unwrap(), JobRules::default());
    }

    #[test]
    fn jobs_without_time_or_room_are_refused_by_name() {
        let usual = Jobs::default;
        for (jobs, name) in [
            (Jobs { max_file_mib: 0, ..usual() }, "max_file_mib"),
            (Jobs { at_once: 0, ..usual() }, "at_once"),
            (Jobs { timeout_minutes: 0, ..usual() }, "timeout_minutes"),
            (Jobs { keep_hours: 0, ..usual() }, "keep_hours"),
        ] {
            let refused = jobs.to_settings().unwrap_err().to_string();
            assert_eq!(refused, format!("[jobs] {name}: 0 is too little, it must be 1 or more"));
        }
    }
}
