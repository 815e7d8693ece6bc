//! Senders of text messages, one file each. [`SENDERS`] is the registry.

mod answer;
mod gateway;
mod inbox;
mod options;
mod twilio;

use std::sync::Arc;

use latchkey_core::sender::{BadOption, Sender, SmsMessage};
use serde_json::{Map, Value};

use crate::Delivery;
use options::Options;

/// A kind of sender: the word in `options.provider`, and what makes one from the options.
pub(crate) struct Kind {
    pub name: &'static str,
    pub build: fn(&Delivery, &Options<'_>) -> BuiltSender,
}

type BuiltSender = Result<Arc<dyn Sender<SmsMessage>>, BadOption>;

pub(crate) const SENDERS: &[Kind] = &[
    Kind { name: "twilio", build: twilio::build },
    Kind { name: "sms_gateway", build: gateway::build },
    Kind { name: "inbox", build: inbox::build },
];

/// Senders of one connection, the first one included.
const MAX_SENDERS: usize = 5;

/// The senders in the order they are tried: the one that Auth0's keys describe, then those of
/// `latchkey.senders`, which take the same keys.
pub(crate) fn build_all(
    delivery: &Delivery,
    options: &Map<String, Value>,
) -> Result<Vec<Arc<dyn Sender<SmsMessage>>>, BadOption> {
    let primary = Options::new(options, "");
    let mut senders = vec![build_one(delivery, &primary)?];
    for further in primary.further_senders()? {
        senders.push(build_one(delivery, &further)?);
    }
    if senders.len() > MAX_SENDERS {
        return Err(primary.bad("latchkey.senders", format!("holds more than {} senders", MAX_SENDERS - 1)));
    }
    Ok(senders)
}

fn build_one(delivery: &Delivery, options: &Options<'_>) -> BuiltSender {
    let name = options.text("provider")?.unwrap_or("twilio");
    let Some(kind) = SENDERS.iter().find(|kind| kind.name == name) else {
        let known: Vec<_> = SENDERS.iter().map(|kind| kind.name).collect();
        return Err(options.bad("provider", format!("must be one of {}", known.join(", "))));
    };
    (kind.build)(delivery, options)
}
