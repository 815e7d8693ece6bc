//! Senders of mails, one file each. [`SENDERS`] is the registry.

mod dkim;
mod http;
mod inbox;
pub(crate) mod mailbox;
mod mime;
mod smtp;

use latchkey_core::sender::EmailMessage;

use crate::registry::{Kind, Registry};

/// Auth0 has no option for it: there the provider is the tenant's.
pub(crate) const SENDERS: Registry<EmailMessage> = Registry {
    kinds: &[
        Kind { name: "smtp", build: smtp::build },
        Kind { name: "http", build: http::build },
        Kind { name: "inbox", build: inbox::build },
    ],
    default: None,
};
