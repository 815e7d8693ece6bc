//! Housekeeping that a server does now and then, never inside a request.

use crate::engine::Engine;
use crate::error::Fault;

/// Seconds that used and expired challenges are kept, to recognise replays (S-026).
const KEEP_CHALLENGES: i64 = 86_400;
/// Seconds that events are kept.
const KEEP_EVENTS: i64 = 30 * 86_400;
/// Rows deleted at a time.
const SLICE: u32 = 500;

impl Engine {
    /// Deletes a slice of what is past use. Returns how many rows went.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let now = self.now();
        let challenges = self.store.sweep(now.minus(KEEP_CHALLENGES), SLICE).await?;
        let events = self.store.sweep_events(now.minus(KEEP_EVENTS), SLICE).await?;
        Ok(challenges + events)
    }
}
