//! `[tenant]`: where people find help.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tenant {
    /// The address of support: in mails (`{{ support_email }}` in templates of yours) and on error pages.
    pub support_email: Option<String>,
    /// The page of support, `https://…`: in mails (`{{ support_url }}`) and on error pages.
    pub support_url: Option<String>,
}
