//! `[metrics]`: Prometheus figures on a listener of their own.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address and port of `GET /metrics`, such as `127.0.0.1:9464`. Absent: no figures.
    pub listen: Option<String>,
}
