//! A message that was promised: written with its challenge or its event, deleted once its fate is known.

use super::LedgerKey;
use crate::clock::Timestamp;
use crate::vault::Sealed;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// The id of the challenge, or that of the event and a number, where it is not the first of the event.
    pub id: String,
    /// The message, with its clear code, sealed under `outbox/<id>`.
    pub message: Sealed,
    /// Not before this time; also the end of a sender's lease.
    pub due_at: Timestamp,
    /// Not sent after this time: a code would be dead on arrival, a notice no news.
    pub expires_at: Timestamp,
    /// Calls that may have reached the recipient, the one that may be under way included.
    pub calls: i64,
}

/// A message to the person of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub row: OutboxRow,
    /// What it was counted on when it was drafted: given back where its act did not happen.
    pub counted: Vec<LedgerKey>,
}

impl OutboxRow {
    pub fn context(id: &str) -> String {
        format!("outbox/{id}")
    }
}
