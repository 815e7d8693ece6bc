//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use latchkey_core::Clock;

/// 2026-11-24T12:00:00Z.
pub const START: i64 = 1_795_521_600;

pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(START * 1_000_000))
    }
}

impl TestClock {
    /// Moves by so many seconds; negative moves back.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now_micros(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
