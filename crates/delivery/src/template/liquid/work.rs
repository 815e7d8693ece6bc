//! What one rendering may spend. Kept in its registers, where tags and filters reach it.

use liquid_core::error::{Error, Result};

use crate::template::bounds::{Bounds, MESSAGE};

/// Rounds of all loops.
const MAX_ROUNDS: usize = 100;

pub(super) struct Work {
    bounds: Bounds,
    rounds: usize,
    bytes: usize,
    exhausted: bool,
}

impl Default for Work {
    fn default() -> Self {
        Self { bounds: MESSAGE, rounds: 0, bytes: 0, exhausted: false }
    }
}

impl Work {
    /// Before anything is rendered.
    pub fn bind(&mut self, bounds: &Bounds) {
        self.bounds = *bounds;
    }

    pub fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// Fails when that many more rounds are too many.
    pub fn afford_rounds(&mut self, rounds: usize) -> Result<()> {
        self.within(self.rounds.saturating_add(rounds) <= MAX_ROUNDS)
    }

    pub fn spend_round(&mut self) -> Result<()> {
        self.rounds += 1;
        self.afford_rounds(0)
    }

    pub fn spend_bytes(&mut self, bytes: usize) -> Result<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        self.within(self.bytes <= self.bounds.work)
    }

    /// Fails when a value is larger than any may be.
    pub fn afford_value(&mut self, size: usize) -> Result<()> {
        self.within(size <= self.bounds.value)
    }

    fn within(&mut self, within: bool) -> Result<()> {
        self.exhausted |= !within;
        if within { Ok(()) } else { Err(Error::with_msg("the template computes too much")) }
    }
}
