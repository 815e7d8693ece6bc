//! Senders and templates: the outside half of the ports in [`latchkey_core::sender`].
//!
//! [`Delivery`] makes the senders of a connection from its options and keeps them, [`Templates`]
//! words the messages, [`Inbox`] keeps messages for reading instead of sending them. Nothing here
//! retries or falls over to another sender, and nothing here logs: one call is one attempt, its
//! outcome is the answer.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod answer;
mod bearer;
mod email;
mod guard;
mod inbox;
mod log_stream;
mod logout;
mod options;
mod outbound;
mod registry;
mod sms;
mod template;

use std::sync::{Arc, OnceLock};

use latchkey_core::Clock;
use latchkey_core::model::Connection;
use latchkey_core::sender::{
    BadOption, EmailMessage, LogRequest, LogoutToken, Sender, SenderList, Senders, SmsMessage,
};
use reqwest::Client;
use serde_json::{Map, Value};
use url::Url;

pub use inbox::{Inbox, NewMessage};
pub use outbound::{DeliverySettings, OutboundError};
pub use template::Templates;

use guard::Guard;
use options::Options;
use outbound::Outbound;
use registry::Kept;

/// Makes senders from connections, and keeps what it made until the options change.
pub struct Delivery {
    settings: DeliverySettings,
    clock: Arc<dyn Clock>,
    outbound: OnceLock<Result<Outbound, OutboundError>>,
    sms: Kept<SmsMessage>,
    email: Kept<EmailMessage>,
}

impl Delivery {
    /// Opens nothing: the HTTP clients are made when the first sender needs them, so that a server
    /// that only uses the inbox needs no trusted roots.
    pub fn new(settings: DeliverySettings, clock: Arc<dyn Clock>) -> Self {
        Self { settings, clock, outbound: OnceLock::new(), sms: Kept::default(), email: Kept::default() }
    }

    /// Says whether calls over TLS can be made at all, for `latchkey check`.
    pub fn check_outbound(&self) -> Result<(), OutboundError> {
        self.outbound().map(|_| ()).map_err(Clone::clone)
    }

    fn outbound(&self) -> Result<&Outbound, &OutboundError> {
        self.outbound.get_or_init(|| Outbound::new(&self.settings)).as_ref()
    }

    /// A URL in an option that the operator's own endpoint is called by, and the client to call it with.
    fn endpoint(&self, options: &Options<'_>, option: &str) -> Result<(Url, Client), BadOption> {
        let url = self.guarded(options.required(option)?).map_err(|reason| options.bad(option, reason))?;
        let outbound = self.outbound().map_err(|e| options.bad("provider", e.to_string()))?;
        Ok((url.clone(), outbound.client_for(&url)))
    }

    /// A URL that the guard lets through.
    fn guarded(&self, url: &str) -> Result<Url, String> {
        let guard = Guard::new(self.settings.allow_private_targets.clone());
        guard.check_url(url).map_err(|e| e.to_string())
    }
}

impl Senders for Delivery {
    fn sms(
        &self,
        connection: &Connection,
        options: &Map<String, Value>,
    ) -> Result<SenderList<SmsMessage>, BadOption> {
        self.sms.senders(connection, options, || sms::SENDERS.build_all(self, options))
    }

    fn email(
        &self,
        connection: &Connection,
        options: &Map<String, Value>,
    ) -> Result<SenderList<EmailMessage>, BadOption> {
        self.email.senders(connection, options, || email::SENDERS.build_all(self, options))
    }

    fn logout(&self, url: &str) -> Result<Arc<dyn Sender<LogoutToken>>, BadOption> {
        logout::build(self, url)
    }

    fn check_url(&self, url: &str) -> Result<(), String> {
        self.guarded(url).map(drop)
    }

    fn log_stream(&self, url: &str) -> Result<Arc<dyn Sender<LogRequest>>, BadOption> {
        log_stream::build(self, url)
    }
}
