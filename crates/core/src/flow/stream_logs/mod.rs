//! Delivers the log to the endpoints of log streams (section 2.19; R-044): in order, at least once, signed.
//!
//! Invariant: a cursor moves only past entries that were taken, or that its stream does not ask for.
//! Otherwise a crash, or another node, would lose entries. What is sent was stored as a batch before, so that
//! a batch that is sent again has the same id.

mod batch;
pub mod category;
mod private;
mod sign;
mod stream;

use std::time::Duration;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{DocumentKind, Event, EventKind, LogBatch, LogCursor, LogFailure};
use crate::sender::{LogRequest, SendError};

pub(in crate::flow) use batch::Item;
use batch::Part;
pub(in crate::flow) use private::hidden;
pub(in crate::flow) use sign::Signing;
pub(in crate::flow) use stream::{Format, Header, Sink, Stream};

/// Seconds that a claimed cursor is nobody else's: longer than a turn can take.
const LEASE: i64 = 60;
/// Seconds after which a turn begins no further call.
const TURN: i64 = 10;
/// Seconds that an endpoint has to answer.
const CALL_DEADLINE: u64 = 10;
/// Attempts in vain after which a stream counts as failing (section 2.19).
pub(in crate::flow) const FAILING_AFTER: u32 = 3;
/// Seconds between two attempts: twice as many each time, up to an hour.
const FIRST_PAUSE: i64 = 5;
const LONGEST_PAUSE: i64 = 3600;
/// Seconds of nothing but failures after which a stream is suspended: longer than a weekend.
const SUSPEND_AFTER: i64 = 3 * 86_400;

/// What a part came to: how many of its items were taken, and what stopped the rest.
struct Sent {
    taken: usize,
    failure: Option<LogFailure>,
}

impl Engine {
    /// Streams that are to be delivered.
    pub async fn active_log_streams(&self) -> Result<Vec<String>, Fault> {
        let all = self.list_log_streams().await?;
        Ok(all.into_iter().filter(stream::is_active).map(|stream| stream.id).collect())
    }

    /// Delivers what is due of one stream, for some seconds. True when there is more.
    pub async fn deliver_log_stream(&self, id: &str) -> Result<bool, Fault> {
        let Some(document) = self.store.find_document(DocumentKind::LogStream, id).await? else {
            return Ok(false);
        };
        if !stream::is_active(&document) {
            return Ok(false);
        }
        let stream = self.open_stream(document)?;
        let now = self.now();
        let known = self.store.find_log_cursor(id).await?;
        let position = known.as_ref().map_or(stream.start.as_str(), |cursor| &cursor.position);
        let waiting = self.settled_after(Some(position), 1).await?;
        let lag = waiting.first().map_or(0, |oldest| now.since(oldest.at));
        metrics::gauge!("latchkey_log_stream_lag_seconds", "stream" => id.to_owned()).set(lag as f64);
        // Nothing is written for a stream that has nothing to do.
        if waiting.is_empty() || known.is_some_and(|cursor| cursor.due_at > now) {
            return Ok(false);
        }
        let claimed = self.store.claim_log_cursor(id, &stream.start, now, now.plus(LEASE)).await?;
        match claimed {
            Some(cursor) => self.turn(&stream, cursor, now).await,
            None => Ok(false),
        }
    }

    /// Sends part after part until nothing is left, an attempt fails, or the turn is over.
    async fn turn(&self, stream: &Stream, mut cursor: LogCursor, began: Timestamp) -> Result<bool, Fault> {
        let known = self.known_to_logs().await?;
        loop {
            let kept = cursor.body.batch.take().filter(|batch| batch.stream_version == stream.version);
            let part = self.cut(stream, &known, &cursor.position, kept.as_ref()).await?;
            let more = part.more;
            let mut failure = None;
            if part.items.is_empty() {
                cursor.position = part.through;
            } else {
                let is_kept = kept.is_some();
                let batch = kept.unwrap_or_else(|| LogBatch {
                    id: format!("msg_{}", self.new_id()),
                    through: part.through.clone(),
                    stream_version: stream.version,
                });
                cursor.body.batch = Some(batch.clone());
                cursor.due_at = self.now().plus(LEASE);
                if !is_kept && !self.keep(&mut cursor, Vec::new()).await? {
                    return Ok(false);
                }
                let sent = self.send_part(stream, &batch.id, &part, began).await?;
                self.note(&mut cursor, &part, &sent);
                failure = sent.failure;
            }
            if let Some(failure) = failure {
                self.wait(stream, cursor, failure).await?;
                return Ok(false);
            }
            if !more || self.is_over(began) {
                cursor.due_at = self.now();
                let kept = self.keep(&mut cursor, Vec::new()).await?;
                return Ok(kept && (more || cursor.body.batch.is_some()));
            }
        }
    }

    fn is_over(&self, began: Timestamp) -> bool {
        self.now().since(began) >= TURN
    }

    /// False when another node, or an operator, changed the cursor since.
    async fn keep(&self, cursor: &mut LogCursor, events: Vec<Event>) -> Result<bool, Fault> {
        let kept = self.store.replace_log_cursor(cursor, events).await?;
        cursor.version = cursor.version.saturating_add(1);
        Ok(kept)
    }

    /// Moves the cursor past what was taken.
    fn note(&self, cursor: &mut LogCursor, part: &Part, sent: &Sent) {
        if sent.taken > 0 {
            cursor.body.succeeded(self.now(), sent.taken);
        }
        if sent.taken == part.items.len() {
            cursor.position.clone_from(&part.through);
            cursor.body.batch = None;
        } else if let Some(last) = sent.taken.checked_sub(1).and_then(|last| part.items.get(last)) {
            cursor.position.clone_from(&last.log_id);
        }
        let taken = u64::try_from(sent.taken).unwrap_or_default();
        metrics::counter!("latchkey_log_stream_entries_total", "stream" => cursor.stream.clone())
            .increment(taken);
    }

    /// One request for all items, or one for each.
    async fn send_part(
        &self,
        stream: &Stream,
        batch: &str,
        part: &Part,
        began: Timestamp,
    ) -> Result<Sent, Fault> {
        if stream.format() != Format::Object {
            let failure = self.call(stream, batch, &part.items).await?;
            let taken = if failure.is_none() { part.items.len() } else { 0 };
            return Ok(Sent { taken, failure });
        }
        let mut sent = Sent { taken: 0, failure: None };
        for item in &part.items {
            if sent.taken > 0 && self.is_over(began) {
                break;
            }
            let id = format!("{batch}_{}", item.log_id);
            sent.failure = self.call(stream, &id, std::slice::from_ref(item)).await?;
            if sent.failure.is_some() {
                break;
            }
            sent.taken += 1;
        }
        Ok(sent)
    }

    /// One attempt.
    pub(in crate::flow) async fn call(
        &self,
        stream: &Stream,
        id: &str,
        items: &[Item],
    ) -> Result<Option<LogFailure>, Fault> {
        let request = stream.request(id, self.now(), items)?;
        let (outcome, failure) = match self.attempt(stream, &request).await {
            Ok(()) => ("delivered", None),
            Err((status, reason)) => {
                ("failed", Some(LogFailure { at: self.now(), status, reason: reason.to_owned() }))
            }
        };
        metrics::counter!(
            "latchkey_log_stream_requests_total", "stream" => stream.id.clone(), "outcome" => outcome
        )
        .increment(1);
        Ok(failure)
    }

    async fn attempt(
        &self,
        stream: &Stream,
        request: &LogRequest,
    ) -> Result<(), (Option<i64>, &'static str)> {
        let told = |error: SendError| {
            let provider = error.provider();
            (provider.code, provider.reason.unwrap_or_else(|| error.outcome()))
        };
        let Ok(sender) = self.senders.log_stream(&stream.sink.http_endpoint) else {
            return Err((None, "the address is not one that may be called"));
        };
        tokio::select! {
            sent = sender.send(request) => sent.map_err(told),
            () = self.runtime.sleep(Duration::from_secs(CALL_DEADLINE)) => {
                Err((None, "the endpoint did not answer in time"))
            }
        }
    }

    /// After an attempt in vain: again later, each time later, until the stream is suspended.
    async fn wait(&self, stream: &Stream, mut cursor: LogCursor, failure: LogFailure) -> Result<(), Fault> {
        let now = self.now();
        cursor.body.failed(failure.clone());
        let attempts = cursor.body.failed_attempts;
        cursor.due_at = now.plus(self.pause(attempts));
        let mut events = Vec::new();
        if attempts == FAILING_AFTER {
            let (stream, status, reason) = (&stream.id, failure.status, &failure.reason);
            tracing::warn!(stream, status, reason, "a log stream fails");
            events.push(self.told(EventKind::LogStreamFailing, &cursor, &failure));
        }
        let since = cursor.body.failing_since.unwrap_or(now);
        let is_given_up = now.since(since) >= SUSPEND_AFTER;
        if self.keep(&mut cursor, events).await? && is_given_up {
            self.suspend(stream, &cursor, &failure).await?;
        }
        Ok(())
    }

    async fn suspend(&self, stream: &Stream, cursor: &LogCursor, failure: &LogFailure) -> Result<(), Fault> {
        let event = self.told(EventKind::LogStreamSuspended, cursor, failure);
        // An operator who changed it at this moment wants it to go on.
        if self.store.replace_document(&stream.suspended(self.now()), vec![event]).await? {
            tracing::warn!(stream = stream.id, "a log stream failed for three days and is suspended");
        }
        Ok(())
    }

    fn told(&self, kind: EventKind, cursor: &LogCursor, failure: &LogFailure) -> Event {
        let mut event = self.event(kind, None);
        event.detail.insert("stream".into(), cursor.stream.as_str().into());
        event.detail.insert("failed_attempts".into(), cursor.body.failed_attempts.into());
        event.detail.insert("reason".into(), failure.reason.as_str().into());
        event.detail.extend(failure.status.map(|status| ("status".into(), status.into())));
        let since = cursor.body.failing_since.map(|at| ("failing_since".into(), at.to_iso8601().into()));
        event.detail.extend(since);
        event
    }

    /// Up to a quarter longer, so that streams that failed together do not come back together.
    fn pause(&self, attempts: u32) -> i64 {
        let doubled = FIRST_PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(12));
        let pause = doubled.min(LONGEST_PAUSE);
        let [jitter] = self.random.bytes::<1>();
        pause + pause * i64::from(jitter) / 1024
    }
}
