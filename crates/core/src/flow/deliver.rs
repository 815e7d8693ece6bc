//! Sending a message: under one deadline, the next sender on a definite failure, at most one more
//! call after an unclear one (decision 3.4; security.md section 4, the sender state machine).

use std::sync::Arc;
use std::time::Duration;

use latchkey_wire::Secret;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Connection, OutboxRow, Strategy};
use crate::sender::{EmailMessage, ProviderError, SendError, Sender, SenderList, SmsMessage};
use crate::store::StoreError;
use crate::vault::Sealed;

/// A message of either channel, ready to go.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    Sms(SmsMessage),
    Email(EmailMessage),
}

impl Message {
    pub fn link(&self) -> Option<&Secret> {
        match self {
            Self::Sms(message) => message.link.as_ref(),
            Self::Email(message) => message.link.as_ref(),
        }
    }
}

/// The senders of a connection, in the order they are tried.
#[derive(Clone)]
pub enum Route {
    Sms(SenderList<SmsMessage>),
    Email(SenderList<EmailMessage>),
}

impl Route {
    /// A message can be lost when the process dies in the middle.
    pub fn is_remote(&self) -> bool {
        match self {
            Self::Sms(senders) => senders.iter().any(|sender| sender.is_remote()),
            Self::Email(senders) => senders.iter().any(|sender| sender.is_remote()),
        }
    }

    fn first_kind(&self) -> &'static str {
        let kind = match self {
            Self::Sms(senders) => senders.first().map(|sender| sender.kind()),
            Self::Email(senders) => senders.first().map(|sender| sender.kind()),
        };
        kind.unwrap_or("none")
    }

    async fn send(&self, message: &Message) -> Delivered {
        match (self, message) {
            (Self::Sms(senders), Message::Sms(message)) => send_by_any(senders, message).await,
            (Self::Email(senders), Message::Email(message)) => send_by_any(senders, message).await,
            // The connection became one of the other channel while the message waited.
            _ => Delivered::No { error: no_sender() },
        }
    }
}

/// Seconds before an unclear message is tried once more.
const SECOND_CALL_AFTER: i64 = 15;
/// Calls on one message when the first outcome is unclear.
const MAX_CALLS: i64 = 2;
/// A message is not sent when its code would live less than this, in seconds.
const LEAST_LIFE: i64 = 60;
/// Rows taken from the outbox at a time.
const BATCH: u32 = 32;

/// The fate of a message as far as the request waits for it.
#[derive(Debug)]
pub enum Delivered {
    Yes,
    /// The outbox tries once more.
    Perhaps,
    No {
        error: ProviderError,
    },
}

/// A message on its way, as sealed in the outbox.
#[derive(serde::Serialize, serde::Deserialize)]
struct Parcel {
    connection: String,
    message: Message,
}

impl Engine {
    pub fn route_of(&self, connection: &Connection) -> Result<Route, Fault> {
        let options = crate::channel::with_secrets(connection, &self.vault)?;
        let route = match connection.strategy {
            Strategy::Email => self.senders.email(connection, &options).map(Route::Email),
            Strategy::Sms | Strategy::Database => self.senders.sms(connection, &options).map(Route::Sms),
        };
        route.map_err(|e| Fault::Sender { connection: connection.name.clone(), reason: e.to_string() })
    }

    /// Sends within the deadline. `outbox` is the row that keeps the message safe meanwhile.
    pub async fn deliver(
        &self,
        connection: &Connection,
        route: &Route,
        message: &Message,
        outbox: Option<&str>,
    ) -> Result<Delivered, Fault> {
        let patience = Duration::from_secs(self.settings.send_deadline.into());
        let delivered = tokio::select! {
            delivered = route.send(message) => delivered,
            () = self.runtime.sleep(patience) => {
                record(route.first_kind(), "timeout");
                Delivered::Perhaps
            }
        };
        tracing::debug!(connection = connection.name, ?delivered, "message handed over");
        if let Some(id) = outbox {
            let again = match delivered {
                Delivered::Perhaps => Some(self.now().plus(SECOND_CALL_AFTER)),
                Delivered::Yes | Delivered::No { .. } => None,
            };
            self.settle_in_background(id, again);
        }
        Ok(delivered)
    }

    /// The request need not wait for the outbox row to go: until it does, the row's lease holds.
    fn settle_in_background(&self, id: &str, again: Option<Timestamp>) {
        let (store, id) = (Arc::clone(&self.store), id.to_owned());
        self.runtime.spawn(Box::pin(async move {
            if let Err(error) = store.settle_outbox(&id, again).await {
                tracing::warn!(%error, "an outbox row could not be settled");
            }
        }));
    }

    pub fn seal_message(&self, id: &str, connection: &str, message: &Message) -> Result<Sealed, Fault> {
        let parcel = Parcel { connection: connection.to_owned(), message: message.clone() };
        let text =
            serde_json::to_vec(&parcel).map_err(|e| Fault::Store(StoreError::Corrupt(e.to_string())))?;
        Ok(self.vault.seal(&OutboxRow::context(id), &text)?)
    }

    /// Sends what is due: messages whose request died, and unclear ones a second time. Returns how
    /// many rows were taken.
    pub async fn deliver_due(&self) -> Result<usize, Fault> {
        let now = self.now();
        let rows = self.store.claim_outbox(now, now.plus(SECOND_CALL_AFTER), BATCH).await?;
        let taken = rows.len();
        for row in rows {
            let again = self.deliver_row(&row, now).await?;
            self.store.settle_outbox(&row.id, again).await?;
        }
        Ok(taken)
    }

    /// When to try again, if at all.
    async fn deliver_row(&self, row: &OutboxRow, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        if row.expires_at.since(now) < LEAST_LIFE || row.calls > MAX_CALLS {
            record("outbox", "expired_unsent");
            return Ok(None);
        }
        let text = self.vault.open_sealed(&OutboxRow::context(&row.id), &row.message)?;
        let Ok(parcel) = serde_json::from_slice::<Parcel>(&text) else { return Ok(None) };
        let Some(connection) = self.connection(&parcel.connection).await? else { return Ok(None) };
        let route = self.route_of(&connection)?;
        match self.deliver(&connection, &route, &parcel.message, None).await? {
            Delivered::Perhaps if row.calls < MAX_CALLS => Ok(Some(now.plus(SECOND_CALL_AFTER))),
            Delivered::Yes | Delivered::Perhaps | Delivered::No { .. } => Ok(None),
        }
    }
}

/// Asks one sender after the other until one takes the message or none may be asked any more.
async fn send_by_any<M: Sync>(senders: &[Arc<dyn Sender<M>>], message: &M) -> Delivered {
    let mut refusal = no_sender();
    for sender in senders {
        let sent = sender.send(message).await;
        record(sender.kind(), sent.as_ref().err().map_or("sent", SendError::outcome));
        match sent {
            Ok(()) => return Delivered::Yes,
            Err(SendError::Unclear(_)) => return Delivered::Perhaps,
            Err(SendError::BadAddress(error)) => return Delivered::No { error },
            Err(SendError::NotSent(error) | SendError::Misconfigured(error)) => {
                tracing::warn!(sender = sender.kind(), code = error.code, "a sender refused a message");
                refusal = error;
            }
        }
    }
    Delivered::No { error: refusal }
}

fn no_sender() -> ProviderError {
    ProviderError { text: String::from("no sender"), code: None, tell: false }
}

fn record(sender: &'static str, outcome: &'static str) {
    metrics::counter!("latchkey_sends_total", "sender" => sender, "outcome" => outcome).increment(1);
}
