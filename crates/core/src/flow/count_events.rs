//! The log is counted as it grows, so that figures over months read no entry of it.

use crate::engine::Engine;
use crate::error::Fault;
use crate::model::tally::Tally;
use crate::store::{CountRound, EventCondition, EventSearch};

/// Seconds after which no entry is added any more: longer than a request may take between its entry and its
/// commit, and than clocks of nodes may differ.
pub const SETTLED: i64 = 10;
/// Entries in one go, so that no request waits long for the count.
const SLICE: u32 = 1000;

impl Engine {
    /// Counts what the log has gained, at most so many slices of it. Each entry is counted once, by whichever
    /// node comes first. True when no settled entry is left.
    pub async fn count_events(&self, slices: u32) -> Result<bool, Fault> {
        for _ in 0..slices {
            let after = self.store.find_count_end().await?;
            let search = EventSearch {
                condition: EventCondition::At(None, Some(self.now().0.saturating_sub(SETTLED))),
                ascending: true,
                after: Some(after.clone()),
                start: 0,
                limit: SLICE,
                total: false,
            };
            let events = self.store.search_events(&search).await?.events;
            let Some(last) = events.last() else { return Ok(true) };
            let until = last.id.as_str().to_owned();
            self.store.add_counts(CountRound { after, until, tally: Tally::of(&events) }).await?;
        }
        Ok(false)
    }
}
