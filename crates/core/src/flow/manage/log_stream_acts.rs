//! What operators ask of a log stream beside its record: how it goes, entries once more, a test, another secret.

use latchkey_wire::Secret;
use serde_json::{Map, Value, json};

use super::documents::{TRIES, busy};
use super::log_streams::{KIND, SIGNING_PATH, moment};
use super::{ManageError, Operator};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::stream_logs::{FAILING_AFTER, Item, Stream};
use crate::model::{Document, Event, LogCursor, LogFailure};
use crate::store::{Edge, EventCondition, EventSearch, EventText, TextTest};

/// Seconds for which the secret before is valid beside a new one, unless asked otherwise, and at most.
const OVERLAP: i64 = 86_400;
const MOST_OVERLAP: i64 = 7 * 86_400;

/// A new secret of a stream.
pub struct Rotation {
    pub secret: Secret,
    /// Until then the one before is valid, too.
    pub overlap_until: Timestamp,
}

impl Engine {
    /// How the delivery of a stream goes.
    pub async fn log_stream_health(&self, id: &str) -> Result<Value, ManageError> {
        let document = self.find_one(KIND, id).await?;
        let status = document.body.get("status").cloned().unwrap_or_default();
        let stream = self.open_stream(document)?;
        let cursor = self.store.find_log_cursor(id).await?.unwrap_or_else(|| unmoved(&stream));
        let (entries, oldest) = self.waiting_for(&stream, &cursor.position).await?;
        let progress = &cursor.body;
        let state = match (status.as_str(), progress.failed_attempts) {
            (Some("active"), 0) => "healthy",
            (Some("active"), attempts) if attempts < FAILING_AFTER => "retrying",
            (Some("active"), _) => "failing",
            (Some(other), _) => other,
            (None, _) => "paused",
        };
        let next = matches!(state, "retrying" | "failing").then_some(cursor.due_at);
        let failures: Vec<Value> = progress.failures.iter().map(shown_failure).collect();
        Ok(json!({
            "state": state,
            "last_success_at": progress.last_success_at.map(Timestamp::to_iso8601),
            "failing_since": progress.failing_since.map(Timestamp::to_iso8601),
            "failed_attempts": progress.failed_attempts,
            "next_attempt_at": next.map(Timestamp::to_iso8601),
            "errors": failures,
            "delivered": progress.delivered,
            "lag": {"entries": entries, "seconds": oldest.map_or(0, |at| self.now().since(at))},
        }))
    }

    /// Sends again what happened since an entry, that one included, or since a date.
    pub async fn replay_log_stream(
        &self,
        operator: &Operator,
        id: &str,
        given: &Map<String, Value>,
    ) -> Result<(), ManageError> {
        let (property, position) = wanted(given)?;
        let stream = self.open_stream(self.find_one(KIND, id).await?)?;
        let moved = self.change_cursor(&stream, |cursor, event| {
            // Further on, entries would be left out.
            if position > cursor.position {
                return Err(ManageError::invalid(property, "Is later than what was delivered so far"));
            }
            let records = (Some(json!({"position": cursor.position})), Some(json!({"position": position})));
            *event = Some(self.change(operator, "replay", KIND.into(), id, records));
            cursor.position.clone_from(&position);
            cursor.body.batch = None;
            cursor.body.forget_failures();
            cursor.due_at = self.now();
            Ok(())
        });
        moved.await
    }

    /// Sends an entry that says that it is a test, whatever the state of the stream. `None`: it was taken.
    pub async fn test_log_stream(
        &self,
        operator: &Operator,
        id: &str,
    ) -> Result<Option<LogFailure>, ManageError> {
        let stream = self.open_stream(self.find_one(KIND, id).await?)?;
        let bucket = self.settings.limits.trials_per_client;
        self.buckets
            .take("trials", operator.client.as_str(), bucket, self.clock.now_micros())
            .map_err(ManageError::TooManyRequests)?;
        let event = self.change(operator, "try", KIND.into(), id, (None, None));
        self.store.insert_events(vec![event]).await?;
        let log_id = self.new_id();
        let data = json!({
            "_id": log_id, "log_id": log_id, "date": self.now().to_iso8601(), "type": "log_stream_test",
            "description": "Test of a log stream: nothing happened", "details": {"stream": id},
        });
        let item = Item::new(&log_id, &data);
        Ok(self.call(&stream, &format!("msg_{log_id}"), &[item]).await?)
    }

    /// Requests are signed with a new secret, and for some time with the one before, too.
    pub async fn rotate_log_stream_secret(
        &self,
        operator: &Operator,
        id: &str,
        given: &Map<String, Value>,
    ) -> Result<Rotation, ManageError> {
        let overlap = match given.get("overlap") {
            None | Some(Value::Null) => OVERLAP,
            Some(value) => {
                value.as_i64().filter(|seconds| (0..=MOST_OVERLAP).contains(seconds)).ok_or_else(|| {
                    ManageError::invalid("overlap", "Must be a number of seconds, at most a week")
                })?
            }
        };
        let (now, context) = (self.now(), Document::secret_context(KIND, id, SIGNING_PATH));
        let overlap_until = now.plus(overlap);
        for _ in 0..TRIES {
            let mut document = self.find_one(KIND, id).await?;
            let signing = self.signing_of(&document)?.rotated(&*self.random, now, overlap_until);
            let sealed = self.vault.seal(&context, signing.to_json().as_bytes()).map_err(Fault::from)?;
            document.secrets.insert(SIGNING_PATH.to_owned(), sealed);
            document.updated_at = now;
            let told = Some(json!({"overlap": overlap}));
            let event = self.change(operator, "rotate the secret of", KIND.into(), id, (None, told));
            if self.store.replace_document(&document, vec![event]).await? {
                let secret = signing.secret().cloned().unwrap_or_default();
                return Ok(Rotation { secret, overlap_until });
            }
        }
        Err(busy())
    }

    /// A stream that waits after failures is tried at once.
    pub(super) async fn retry_log_stream(&self, document: &Document) -> Result<(), ManageError> {
        let known = self.store.find_log_cursor(&document.id).await?;
        if known.is_none_or(|cursor| cursor.body.failed_attempts == 0) {
            return Ok(());
        }
        let stream = self.open_stream(document.clone())?;
        let retried = self.change_cursor(&stream, |cursor, _| {
            cursor.body.forget_failures();
            cursor.due_at = self.now();
            Ok(())
        });
        retried.await
    }

    /// Reads, changes and writes until nobody else wrote in between. A delivery that is under way then moves
    /// the cursor no more.
    async fn change_cursor(
        &self,
        stream: &Stream,
        change: impl Fn(&mut LogCursor, &mut Option<Event>) -> Result<(), ManageError> + Send + Sync,
    ) -> Result<(), ManageError> {
        let now = self.now();
        for _ in 0..TRIES {
            let known = match self.store.find_log_cursor(&stream.id).await? {
                Some(known) => Some(known),
                None => self.store.claim_log_cursor(&stream.id, &stream.start, now, now).await?,
            };
            let Some(mut cursor) = known else { continue };
            let mut event = None;
            change(&mut cursor, &mut event)?;
            if self.store.replace_log_cursor(&cursor, event.into_iter().collect()).await? {
                return Ok(());
            }
        }
        Err(busy())
    }

    /// How many entries of a stream wait, and since when.
    async fn waiting_for(
        &self,
        stream: &Stream,
        position: &str,
    ) -> Result<(u64, Option<Timestamp>), ManageError> {
        let edge = Edge { at: position.to_owned(), included: false };
        let behind = EventCondition::Text(EventText::Id, TextTest::Between(Some(edge), None));
        let kinds = stream.kinds().map(|kinds| EventCondition::OneOf(EventText::Kind, kinds));
        let condition = [self.settled(), behind].into_iter().chain(kinds).collect();
        let search = EventSearch {
            condition: EventCondition::All(condition),
            ascending: true,
            after: None,
            start: 0,
            limit: 1,
            total: true,
        };
        let found = self.store.search_events(&search).await?;
        Ok((found.total.unwrap_or_default(), found.events.first().map(|oldest| oldest.at)))
    }
}

/// The cursor of a stream that was never delivered.
fn unmoved(stream: &Stream) -> LogCursor {
    LogCursor {
        stream: stream.id.clone(),
        position: stream.start.clone(),
        due_at: Timestamp::default(),
        version: 0,
        body: Default::default(),
    }
}

/// Which property says where to begin, and the position before it.
fn wanted(given: &Map<String, Value>) -> Result<(&'static str, String), ManageError> {
    let text = |name: &'static str| match given.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(ManageError::invalid(name, "Expected type string")),
    };
    match (text("log_id")?, text("date")?) {
        (Some(id), None) => match before(id) {
            Some(position) => Ok(("log_id", position)),
            None => Err(ManageError::invalid("log_id", "Is not the id of an entry")),
        },
        (None, Some(date)) => match moment(date) {
            Some(at) => Ok(("date", LogCursor::position_at(at))),
            None => Err(ManageError::invalid("date", "Must be a date, as 2026-01-31T08:00:00Z")),
        },
        (None, None) => Err(ManageError::MissingProperty("log_id")),
        (Some(_), Some(_)) => Err(ManageError::invalid("date", "Cannot be given beside log_id")),
    }
}

/// Below an entry, and above those that are older: but for the last digit no two ids are alike.
fn before(id: &str) -> Option<String> {
    let is_id = id.len() == 24 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_id.then(|| id.chars().take(23).collect())
}

fn shown_failure(failure: &LogFailure) -> Value {
    json!({"at": failure.at.to_iso8601(), "status": failure.status, "reason": failure.reason})
}
