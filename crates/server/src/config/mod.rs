//! The configuration: one TOML file, overridden by `LATCHKEY__SECTION__KEY`. One struct per section;
//! their doc comments are the reference (docs/config.md). Unknown keys are refused.

pub mod delivery;
pub mod inbox;
pub mod jobs;
pub mod keys;
pub mod limits;
mod load;
pub mod logs;
pub mod metrics;
pub mod server;
pub mod sms;
pub mod store;
pub mod tenant;

use serde::{Deserialize, Serialize};

pub use load::load;

/// The sections with their sources, for the reference.
pub const SOURCES: [(&str, &str); 11] = [
    ("server", include_str!("server.rs")),
    ("tenant", include_str!("tenant.rs")),
    ("store", include_str!("store.rs")),
    ("keys", include_str!("keys.rs")),
    ("limits", include_str!("limits.rs")),
    ("sms", include_str!("sms.rs")),
    ("delivery", include_str!("delivery.rs")),
    ("jobs", include_str!("jobs.rs")),
    ("inbox", include_str!("inbox.rs")),
    ("metrics", include_str!("metrics.rs")),
    ("logs", include_str!("logs.rs")),
];

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub server: server::Server,
    pub tenant: tenant::Tenant,
    pub store: store::Store,
    pub keys: keys::Keys,
    pub limits: limits::Limits,
    pub sms: sms::Sms,
    pub delivery: delivery::Delivery,
    pub jobs: jobs::Jobs,
    pub inbox: inbox::Inbox,
    pub metrics: metrics::Metrics,
    pub logs: logs::Logs,
}
