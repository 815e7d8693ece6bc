//! `[keys]`: the master key that seals every secret in the store.

use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// 32 bytes as 64 hex digits. Better in the environment or in a file than here.
    pub master_key: Option<String>,
    /// A file that holds it. Made at the first start, readable by its owner only, when neither is set: `master.key` beside the SQLite file. Keep a copy where backups are not.
    pub master_key_file: Option<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("master_key_file", &self.master_key_file).finish_non_exhaustive()
    }
}
