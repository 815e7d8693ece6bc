//! How far a log stream was delivered, and how that went.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The failures that are remembered.
const MOST_FAILURES: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogCursor {
    /// The id of the stream.
    pub stream: String,
    /// All entries up to this id were taken, or are none of the stream's.
    pub position: String,
    /// Not before this time; also the end of a lease.
    pub due_at: Timestamp,
    /// Counts the changes, so that who was overtaken changes nothing.
    pub version: i64,
    pub body: LogProgress,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogProgress {
    /// Stored before it is sent, so that it is the same one after a crash.
    pub batch: Option<LogBatch>,
    /// Entries that were taken.
    pub delivered: u64,
    pub last_success_at: Option<Timestamp>,
    /// Since the last success.
    pub failed_attempts: u32,
    pub failing_since: Option<Timestamp>,
    /// The newest first.
    pub failures: Vec<LogFailure>,
}

/// A part of the log under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogBatch {
    /// What receivers know it by.
    pub id: String,
    /// The last entry in it.
    pub through: String,
    /// Of the stream when the batch was cut: another filter makes another batch.
    pub stream_version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFailure {
    pub at: Timestamp,
    /// Of the answer, where there was one.
    pub status: Option<i64>,
    /// Words of this program.
    pub reason: String,
}

impl LogCursor {
    /// Below every entry of that second and of later ones.
    pub fn position_at(at: Timestamp) -> String {
        let seconds = u32::try_from(at.0).unwrap_or(if at.0 < 0 { 0 } else { u32::MAX });
        format!("{seconds:08x}")
    }
}

impl LogProgress {
    pub fn succeeded(&mut self, at: Timestamp, entries: usize) {
        self.delivered = self.delivered.saturating_add(entries as u64);
        self.last_success_at = Some(at);
        self.forget_failures();
    }

    pub fn failed(&mut self, failure: LogFailure) {
        self.failed_attempts = self.failed_attempts.saturating_add(1);
        self.failing_since.get_or_insert(failure.at);
        self.failures.insert(0, failure);
        self.failures.truncate(MOST_FAILURES);
    }

    /// It begins anew; what happened stays told.
    pub fn forget_failures(&mut self) {
        self.failed_attempts = 0;
        self.failing_since = None;
    }
}
