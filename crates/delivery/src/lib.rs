//! Senders and templates: the outside half of the ports in [`latchkey_core::sender`].
//!
//! [`Delivery`] makes the senders of a connection from its options and keeps them, [`Templates`]
//! words the messages, [`Inbox`] keeps messages for reading instead of sending them. Nothing here
//! retries or falls over to another sender, and nothing here logs: one call is one attempt, its
//! outcome is the answer.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod guard;
mod inbox;
mod outbound;
mod sms;
mod template;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use latchkey_core::Clock;
use latchkey_core::model::{Connection, ConnectionId};
use latchkey_core::sender::{BadOption, EmailMessage, SenderList, Senders, SmsMessage};
use serde_json::{Map, Value};

pub use inbox::{Inbox, NewMessage};
pub use outbound::{DeliverySettings, OutboundError};
pub use template::Templates;

use outbound::Outbound;

/// Makes senders from connections, and keeps what it made until the options change.
pub struct Delivery {
    settings: DeliverySettings,
    clock: Arc<dyn Clock>,
    outbound: OnceLock<Result<Outbound, OutboundError>>,
    built: RwLock<HashMap<ConnectionId, Built>>,
}

/// The senders of one connection and the options they were made from.
struct Built {
    options: Map<String, Value>,
    senders: SenderList<SmsMessage>,
}

/// Connections kept built; past it the store of built senders starts anew.
const MAX_BUILT: usize = 1024;

impl Delivery {
    /// Opens nothing: the HTTP clients are made when the first sender needs them, so that a server
    /// that only uses the inbox needs no trusted roots.
    pub fn new(settings: DeliverySettings, clock: Arc<dyn Clock>) -> Self {
        Self { settings, clock, outbound: OnceLock::new(), built: RwLock::default() }
    }

    /// Says whether calls over TLS can be made at all, for `latchkey check`.
    pub fn check_outbound(&self) -> Result<(), OutboundError> {
        self.outbound().map(|_| ()).map_err(Clone::clone)
    }

    fn outbound(&self) -> Result<&Outbound, &OutboundError> {
        self.outbound.get_or_init(|| Outbound::new(&self.settings)).as_ref()
    }

    fn find_built(&self, id: &ConnectionId, options: &Map<String, Value>) -> Option<SenderList<SmsMessage>> {
        let built = self.built.read().unwrap_or_else(PoisonError::into_inner);
        built.get(id).filter(|built| built.options == *options).map(|built| built.senders.clone())
    }
}

impl Senders for Delivery {
    fn sms(
        &self,
        connection: &Connection,
        options: &Map<String, Value>,
    ) -> Result<SenderList<SmsMessage>, BadOption> {
        if let Some(senders) = self.find_built(&connection.id, options) {
            return Ok(senders);
        }
        let senders: SenderList<SmsMessage> = sms::build_all(self, options)?.into();
        let mut built = self.built.write().unwrap_or_else(PoisonError::into_inner);
        if built.len() >= MAX_BUILT {
            built.clear();
        }
        built.insert(connection.id.clone(), Built { options: options.clone(), senders: senders.clone() });
        Ok(senders)
    }

    fn email(
        &self,
        _connection: &Connection,
        _options: &Map<String, Value>,
    ) -> Result<SenderList<EmailMessage>, BadOption> {
        Err(BadOption {
            option: String::from("provider"),
            reason: String::from("no email sender is built in"),
        })
    }
}
