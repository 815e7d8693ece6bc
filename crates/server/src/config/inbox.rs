//! `[inbox]`: messages shown on a page instead of sent. For trying things out only.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inbox {
    /// Allow connections with `provider = "inbox"`. Whoever reaches the server can then read every code.
    pub enabled: bool,
}
