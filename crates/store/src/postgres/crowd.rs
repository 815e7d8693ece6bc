//! Whom acts of the background make way for, between two statements: a database of few cores does one thing
//! less then, while somebody waits for an answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

/// How long nobody must have been there: whoever signs in comes back within that time, for the next of some acts.
const QUIET: Duration = Duration::from_millis(1);

/// The acts of this node that somebody waits for.
#[derive(Default)]
pub(super) struct Crowd {
    seen: Mutex<Seen>,
    all_gone: Notify,
}

#[derive(Default)]
struct Seen {
    there: usize,
    /// When the last one left.
    left_at: Option<Instant>,
}

/// One of them, until it is dropped.
pub(super) struct Presence(Arc<Crowd>);

/// How an act of the background behaves.
pub(super) struct Manners<'a> {
    pub crowd: &'a Crowd,
    /// From then on it waits for nobody.
    pub until: Instant,
}

impl Crowd {
    pub(super) fn join(self: &Arc<Self>) -> Presence {
        self.seen().there += 1;
        Presence(Arc::clone(self))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From when on it is quiet, if nobody comes; `None` while somebody is there.
    fn quiet_from(&self) -> Option<Instant> {
        let seen = self.seen();
        (seen.there == 0).then(|| seen.left_at.map_or_else(Instant::now, |left_at| left_at + QUIET))
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut seen = self.0.seen();
        seen.there -= 1;
        if seen.there == 0 {
            seen.left_at = Some(Instant::now());
            self.0.all_gone.notify_waiters();
        }
    }
}

impl Manners<'_> {
    /// Returns once it is quiet.
    pub(super) async fn make_way(&self) {
        while Instant::now() < self.until {
            // Whoever leaves from here on is noticed.
            let all_gone = self.crowd.all_gone.notified();
            match self.crowd.quiet_from() {
                Some(from) if from <= Instant::now() => return,
                Some(from) => sleep_until(from.min(self.until)).await,
                None => _ = timeout_at(self.until, all_gone).await,
            }
        }
    }
}

#[cfg(test)]
mod tests;
