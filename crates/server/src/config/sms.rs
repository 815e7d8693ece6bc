//! `[sms]`: what holds for every SMS connection.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sms {
    /// Countries that messages may go to, as ISO 3166-1 codes such as `["US", "CA"]`. Empty: all. A connection's own list wins.
    pub countries: Vec<String>,
    /// Seconds that a request waits for its senders before it is answered.
    pub send_deadline: u32,
}

impl Default for Sms {
    fn default() -> Self {
        Self { countries: Vec::new(), send_deadline: 5 }
    }
}
