//! Sending a message: under one deadline, the next sender on a definite failure, at most one more
//! call after an unclear one, and later again while the senders ask for it (decision 3.4; security.md
//! section 4, the sender state machine).

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use latchkey_wire::Secret;
use tokio::sync::oneshot;

use super::draft_challenge::Drafts;
use crate::channel::SenderOptions;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    Address, Connection, Event, EventId, EventKind, LedgerKey, OutboxRow, PhoneNumber, Strategy, TokenHash,
};
use crate::runtime::Runtime;
use crate::sender::{BadOption, EmailMessage, ProviderError, SendError, Sender, SenderList, SmsMessage};
use crate::store::{Store, StoreError, StoreResult};
use crate::vault::Sealed;

/// A message of either channel, ready to go.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    Sms(SmsMessage),
    Email(EmailMessage),
}

impl Message {
    fn to(&self) -> &str {
        match self {
            Self::Sms(message) => &message.to,
            Self::Email(message) => &message.to,
        }
    }

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

    /// The sender that is asked first.
    pub fn first_kind(&self) -> &'static str {
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

/// Why a connection cannot send.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    #[error("connection {connection} names no sender, and neither does the tenant: {reason}")]
    NoSender { connection: String, reason: String },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<RouteError> for Fault {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::NoSender { connection, reason } => Self::Sender { connection, reason },
            RouteError::Fault(fault) => fault,
        }
    }
}

/// Seconds before an unclear message is tried once more; also the lease of a row.
const SECOND_CALL_AFTER: i64 = 15;
/// Calls on one message that may have reached somebody.
const MAX_CALLS: i64 = 2;
/// When a message that its senders put off is tried again, in seconds after it was first tried: 30, 60,
/// 120 and 240 apart, and so on. Mail servers that put strangers off want a few minutes to pass.
const LATER: [i64; 4] = [30, 90, 210, 450];
const LATER_STEP: i64 = 240;
/// A message is not sent when its code would live less than this, in seconds.
const LEAST_LIFE: i64 = 60;
/// Rows taken from the outbox at a time.
const BATCH: u32 = 32;
/// Seconds that senders get when no request waits for them. Less than a lease, so that a row has one
/// caller at a time.
const CALL_DEADLINE: u32 = 12;

/// What goes on behind a request's back.
enum Behind {
    /// A row of the outbox keeps the message.
    Kept(oneshot::Receiver<Delivered>),
    /// The message goes to a sender that is not far away.
    Local(Route, Box<Message>),
}

/// The fate of a message as far as the request waits for it.
#[derive(Debug)]
pub enum Delivered {
    Yes,
    /// The outbox tries once more.
    Perhaps,
    /// Certainly not, and the outbox goes on trying.
    Later,
    No {
        error: ProviderError,
    },
    /// As `No`, and no mail to the address makes sense for days (S-147).
    Never {
        error: ProviderError,
    },
}

impl Delivered {
    /// What the log says of it: `failed`, with what the sender said, or that nobody knows yet.
    pub(super) fn event(self, failed: Event) -> Option<Event> {
        match self {
            Self::Yes => None,
            Self::Perhaps => Some(failed.unclear("no answer")),
            Self::Later => Some(failed.unclear("put off")),
            Self::No { error } | Self::Never { error } => Some(failed.with_detail(error.detail())),
        }
    }
}

/// A message on its way, as sealed in the outbox.
#[derive(serde::Serialize, serde::Deserialize)]
struct Parcel {
    connection: String,
    message: Message,
    #[serde(default)]
    first_tried_at: Timestamp,
    /// The handle that waits for the code of the message, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    awaited: Option<TokenHash>,
}

/// What becomes of a row of the outbox.
enum Fate {
    /// Its message left, or never will.
    Gone,
    /// Its message may have left.
    Again(Timestamp),
    /// Its message certainly did not leave.
    Later(Timestamp),
}

impl Engine {
    /// The connection's own senders, or the tenant's where it names none.
    pub async fn route_of(&self, connection: &Connection) -> Result<Route, RouteError> {
        let SenderOptions { options, nobody } = self.sender_options(connection).await?;
        let route = match connection.strategy {
            Strategy::Email => self.senders.email(connection, &options).map(Route::Email),
            Strategy::Sms => self.senders.sms(connection, &options).map(Route::Sms),
            Strategy::Database => Err(BadOption {
                option: String::from("provider"),
                reason: String::from("a database has no senders of its own"),
            }),
        };
        let name = connection.name.clone();
        route.map_err(|e| match nobody {
            true => RouteError::NoSender { connection: name, reason: e.to_string() },
            false => RouteError::Fault(Fault::Sender { connection: name, reason: e.to_string() }),
        })
    }

    /// Sends, and waits until the deadline. `outbox` is the row that keeps the message safe: where there
    /// is one, the call goes on past the deadline, and past a request that is given up.
    pub async fn deliver(&self, route: &Route, message: Message, outbox: Option<&str>) -> Delivered {
        let patience = self.settings.send_deadline;
        let Some(id) = outbox else { return call(&*self.runtime, route, &message, patience).await };
        tokio::select! {
            delivered = self.send_behind(route, message, id) => delivered.unwrap_or(Delivered::Perhaps),
            () = self.runtime.sleep(Duration::from_secs(patience.into())) => Delivered::Perhaps,
        }
    }

    /// As [`Engine::deliver`], but that the request waits for no sender: how long one takes would tell who has
    /// the address (S-006). A message that certainly did not leave is recorded as `failed`.
    pub(super) fn hand_over(&self, route: &Route, message: Message, outbox: Option<&str>, failed: Event) {
        let told = match outbox {
            Some(id) => Behind::Kept(self.send_behind(route, message, id)),
            None => Behind::Local(route.clone(), Box::new(message)),
        };
        let (store, runtime) = (Arc::clone(&self.store), Arc::clone(&self.runtime));
        let (clock, random) = (Arc::clone(&self.clock), Arc::clone(&self.random));
        let patience = self.settings.send_deadline;
        self.runtime.spawn(Box::pin(async move {
            let delivered = match told {
                Behind::Kept(told) => told.await.unwrap_or(Delivered::Perhaps),
                Behind::Local(route, message) => call(&*runtime, &route, &message, patience).await,
            };
            // Those who read the log in its order would miss one that is as old as the call was long.
            let id = EventId::new(random.ordered_id(clock.now_micros()));
            let failed = Event { id, at: clock.now(), ..failed };
            record_failure(&*store, failed, delivered).await;
        }));
    }

    /// What strangers get in the place of [`Engine::hand_over`]: a task that sends nothing.
    pub(super) fn hand_nothing_over(&self, drafts: Drafts) {
        self.runtime.spawn(Box::pin(async move { drop(drafts) }));
    }

    /// Sends behind the request's back, then settles the row of the outbox.
    fn send_behind(&self, route: &Route, message: Message, outbox: &str) -> oneshot::Receiver<Delivered> {
        let (tell, told) = oneshot::channel();
        let patience = CALL_DEADLINE.max(self.settings.send_deadline);
        let (id, route, now) = (outbox.to_owned(), route.clone(), self.now());
        let (store, runtime) = (Arc::clone(&self.store), Arc::clone(&self.runtime));
        let (ledger, until) = self.suppression(&message);
        self.runtime.spawn(Box::pin(async move {
            let delivered = call(&*runtime, &route, &message, patience).await;
            let fate = match delivered {
                Delivered::Yes | Delivered::No { .. } | Delivered::Never { .. } => Fate::Gone,
                Delivered::Perhaps => Fate::Again(now.plus(SECOND_CALL_AFTER)),
                Delivered::Later => Fate::Later(next_try(now, now)),
            };
            // Before the answer: the next start asks no sender.
            if let Delivered::Never { .. } = delivered
                && let Err(error) = store.suppress(ledger, until).await
            {
                tracing::warn!(%error, "an address could not be suppressed");
            }
            // The request need not wait for the row to go: until it does, its lease holds.
            let _ = tell.send(delivered);
            if let Err(error) = settle(&*store, &id, fate).await {
                tracing::warn!(%error, "an outbox row could not be settled");
            }
        }));
        told
    }

    /// `awaited`: the handle that the message dies with.
    pub fn seal_message(
        &self,
        id: &str,
        connection: &str,
        message: &Message,
        awaited: Option<TokenHash>,
    ) -> Result<Sealed, Fault> {
        let (connection, first_tried_at) = (connection.to_owned(), self.now());
        let parcel = Parcel { connection, message: message.clone(), first_tried_at, awaited };
        let text =
            serde_json::to_vec(&parcel).map_err(|e| Fault::Store(StoreError::Corrupt(e.to_string())))?;
        Ok(self.vault.seal(&OutboxRow::context(id), &text)?)
    }

    /// Nobody waits for the answer any more: the operator is told all the same.
    async fn record_unsent(
        &self,
        parcel: &Parcel,
        sender: &'static str,
        error: &ProviderError,
    ) -> Result<(), Fault> {
        let mut event = self.event(EventKind::SendFailed, None);
        event.connection = Some(parcel.connection.clone());
        event.address = Some(Address::from_canonical(parcel.message.to()).masked());
        event.detail = error.detail();
        event.detail.insert(String::from("sender"), sender.into());
        if let Message::Sms(SmsMessage { to, .. }) = &parcel.message
            && let Ok(number) = PhoneNumber::parse(to)
        {
            event.detail.insert(String::from("country"), number.region().into());
        }
        Ok(self.store.insert_events(vec![event]).await?)
    }

    /// The ledger of an address that turns out to be nobody's, and how long it gets no message.
    fn suppression(&self, message: &Message) -> (LedgerKey, Timestamp) {
        let ledger = self.address_ledger(&Address::from_canonical(message.to()));
        (ledger, self.now().plus(self.settings.limits.suppress_refused.into()))
    }

    /// Sends what is due: messages whose request died, unclear ones a second time, and those that their
    /// senders put off. Returns how many rows were taken.
    pub async fn deliver_due(&self) -> Result<usize, Fault> {
        let now = self.now();
        let rows = self.store.claim_outbox(now, now.plus(SECOND_CALL_AFTER), BATCH).await?;
        all(rows.iter().map(|row| self.deliver_row(row, now))).await;
        Ok(rows.len())
    }

    /// One row that fails keeps none of the others waiting.
    async fn deliver_row(&self, row: &OutboxRow, now: Timestamp) {
        let settled = match self.try_row(row, now).await {
            Ok(fate) => settle(&*self.store, &row.id, fate).await.map_err(Fault::from),
            Err(fault) => Err(fault),
        };
        if let Err(error) = settled {
            tracing::warn!(%error, "a row of the outbox could not be worked");
        }
    }

    async fn try_row(&self, row: &OutboxRow, now: Timestamp) -> Result<Fate, Fault> {
        if row.expires_at.since(now) < LEAST_LIFE || row.calls > MAX_CALLS {
            record("outbox", "expired_unsent");
            return Ok(Fate::Gone);
        }
        let text = self.vault.open_sealed(&OutboxRow::context(&row.id), &row.message)?;
        let Ok(parcel) = serde_json::from_slice::<Parcel>(&text) else { return Ok(Fate::Gone) };
        if let Some(handle) = &parcel.awaited
            && !self.awaits_address_code(handle).await?
        {
            record("outbox", "expired_unsent");
            return Ok(Fate::Gone);
        }
        let Some(connection) = self.connection(&parcel.connection).await? else { return Ok(Fate::Gone) };
        let route = self.route_of(&connection).await?;
        let delivered = call(&*self.runtime, &route, &parcel.message, CALL_DEADLINE).await;
        if let Delivered::No { error } | Delivered::Never { error } = &delivered {
            self.record_unsent(&parcel, route.first_kind(), error).await?;
        }
        if let Delivered::Never { .. } = delivered {
            let (ledger, until) = self.suppression(&parcel.message);
            self.store.suppress(ledger, until).await?;
        }
        Ok(match delivered {
            Delivered::Later => Fate::Later(next_try(parcel.first_tried_at, now)),
            Delivered::Perhaps if row.calls < MAX_CALLS => Fate::Again(now.plus(SECOND_CALL_AFTER)),
            Delivered::Yes | Delivered::Perhaps | Delivered::No { .. } | Delivered::Never { .. } => {
                Fate::Gone
            }
        })
    }
}

async fn record_failure(store: &dyn Store, failed: Event, delivered: Delivered) {
    let Some(event) = delivered.event(failed) else { return };
    if let Err(error) = store.insert_events(vec![event]).await {
        tracing::warn!(%error, "a failure to send could not be recorded");
    }
}

async fn settle(store: &dyn Store, id: &str, fate: Fate) -> StoreResult<()> {
    match fate {
        Fate::Gone => store.settle_outbox(id, None).await,
        Fate::Again(at) => store.settle_outbox(id, Some(at)).await,
        Fate::Later(at) => store.postpone_outbox(id, at).await,
    }
}

/// The next time of [`LATER`] that is not too soon.
fn next_try(first_tried_at: Timestamp, now: Timestamp) -> Timestamp {
    let soonest = now.plus(SECOND_CALL_AFTER);
    let planned = LATER.iter().map(|after| first_tried_at.plus(*after)).find(|at| *at >= soonest);
    planned.unwrap_or_else(|| now.plus(LATER_STEP))
}

async fn call(runtime: &dyn Runtime, route: &Route, message: &Message, patience: u32) -> Delivered {
    let delivered = tokio::select! {
        delivered = route.send(message) => delivered,
        () = runtime.sleep(Duration::from_secs(patience.into())) => {
            record(route.first_kind(), "timeout");
            Delivered::Perhaps
        }
    };
    tracing::debug!(?delivered, "message handed over");
    delivered
}

/// Runs all of them side by side.
pub(super) async fn all<'a, F: Future<Output = ()> + Send + 'a>(tasks: impl Iterator<Item = F>) {
    let mut tasks: Vec<Pin<Box<F>>> = tasks.map(Box::pin).collect();
    poll_fn(|context| {
        tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
        if tasks.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Asks one sender after the other until one takes the message or none may be asked any more.
async fn send_by_any<M: Sync>(senders: &[Arc<dyn Sender<M>>], message: &M) -> Delivered {
    let mut refusal = no_sender();
    let mut later = false;
    for (place, sender) in senders.iter().enumerate() {
        let sent = sender.send(message).await;
        record(sender.kind(), sent.as_ref().err().map_or("sent", SendError::outcome));
        let Err(error) = sent else { return Delivered::Yes };
        if !matches!(error, SendError::BadAddress(_) | SendError::NoSuchAddress(_)) {
            let (outcome, ProviderError { code, reason, .. }) = (error.outcome(), error.provider());
            let (sender, place) = (sender.kind(), place + 1);
            tracing::warn!(sender, place, outcome, code, reason, "a sender did not take a message");
        }
        match error {
            SendError::Unclear(_) => return Delivered::Perhaps,
            SendError::BadAddress(error) => return Delivered::No { error },
            SendError::NoSuchAddress(error) => return Delivered::Never { error },
            SendError::Later(_) => later = true,
            SendError::NotSent(error) | SendError::Misconfigured(error) => refusal = error,
        }
    }
    if later { Delivered::Later } else { Delivered::No { error: refusal } }
}

fn no_sender() -> ProviderError {
    ProviderError { text: String::from("no sender"), code: None, tell: false, reason: None }
}

pub(super) fn record(sender: &'static str, outcome: &'static str) {
    metrics::counter!("latchkey_sends_total", "sender" => sender, "outcome" => outcome).increment(1);
}
