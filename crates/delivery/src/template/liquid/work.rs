//! What one rendering may spend. Kept in its registers, where tags and filters reach it.

use liquid_core::error::{Error, Result};

/// Rounds of all loops.
const MAX_ROUNDS: usize = 100;

/// Bytes that filters read and write, and that assigned values are read with.
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Default)]
pub(super) struct Work {
    rounds: usize,
    bytes: usize,
    exhausted: bool,
}

impl Work {
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
        self.within(self.bytes <= MAX_BYTES)
    }

    /// Something grew past what any value may be.
    pub fn exhaust(&mut self) {
        self.exhausted = true;
    }

    fn within(&mut self, within: bool) -> Result<()> {
        self.exhausted |= !within;
        if within { Ok(()) } else { Err(Error::with_msg("the template computes too much")) }
    }
}
