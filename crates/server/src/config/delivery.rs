//! `[delivery]`: how senders reach their providers.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// Where Twilio's API is.
    pub twilio_base_url: String,
    /// Networks that a `gateway_url`, an `http_url`, an `smtp_host` or a client's back-channel logout URL may lead to although they are not public, such as `["127.0.0.0/8"]`. Only they may be called without TLS.
    pub allow_private_targets: Vec<String>,
    /// A PEM file with authorities to trust beside the system's.
    pub extra_roots: Option<String>,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            twilio_base_url: String::from("https://api.twilio.com"),
            allow_private_targets: Vec::new(),
            extra_roots: None,
        }
    }
}
