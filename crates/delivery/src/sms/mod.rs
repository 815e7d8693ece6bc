//! Senders of text messages, one file each. [`SENDERS`] is the registry.

mod gateway;
mod inbox;
mod twilio;

use latchkey_core::sender::SmsMessage;

use crate::registry::{Kind, Registry};

/// Auth0's options name Twilio by naming nothing.
pub(crate) const SENDERS: Registry<SmsMessage> = Registry {
    kinds: &[
        Kind { name: "twilio", build: twilio::build },
        Kind { name: "sms_gateway", build: gateway::build },
        Kind { name: "inbox", build: inbox::build },
    ],
    default: Some("twilio"),
};
