//! Housekeeping that a server does now and then, never inside a request.

use crate::engine::Engine;
use crate::error::Fault;

/// Seconds that used and expired challenges are kept, to recognise replays (S-026).
const KEEP_CHALLENGES: i64 = 86_400;
/// Seconds that events are kept.
pub(super) const KEEP_EVENTS: i64 = 30 * 86_400;
/// Rows looked at in one go, so that no request waits long for the sweep.
const SLICE: u32 = 1000;
/// Slices of the log that are counted at a time: more than it gains between two times.
const COUNT_SLICES: u32 = 200;
/// Slices at a time, as long as there is something to delete.
const SLICES: u32 = 100;

/// Slices of what jobs left: whoever worked a job has swept most of it, and messages wait behind this.
const JOB_SLICES: u32 = 20;

impl Engine {
    /// Deletes what is past use, a slice at a time. Returns how many rows went.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let now = self.now();
        // Entries are counted before they go; the rest goes whether or not the count got through.
        let counted = self.count_events(COUNT_SLICES).await;
        let mut all = self.sweep_jobs(JOB_SLICES, &|| true).await?;
        for _ in 0..SLICES {
            let challenges = self.store.sweep(now.minus(KEEP_CHALLENGES), SLICE).await?;
            let events = match counted {
                Ok(_) => self.store.sweep_events(now.minus(KEEP_EVENTS), SLICE).await?,
                Err(_) => 0,
            };
            all += challenges + events;
            if challenges + events == 0 {
                break;
            }
        }
        counted.map(|_| all)
    }
}
