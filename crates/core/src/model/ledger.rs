//! What was sent to an address and what was tried on it: the memory behind every limit that must
//! hold across nodes and restarts (security.md sections 2 and 3, RL-01, M-03…M-10).
//!
//! Pure: the store loads a ledger, asks it, and saves it, all in one transaction.

use serde::{Deserialize, Serialize};

use super::Tier;
use crate::clock::Timestamp;

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

/// A keyed hash of what is limited (an address, an address and an IP, a number block, a country).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LedgerKey(pub [u8; 16]);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// When messages were sent in the last 24 h, oldest first, and by which lane.
    #[serde(default, rename = "s", skip_serializing_if = "Vec::is_empty")]
    sends: Vec<(Timestamp, u64)>,
    /// Messages counted since `window`, for ledgers that many addresses share.
    #[serde(default, rename = "n", skip_serializing_if = "is_zero")]
    count: u32,
    #[serde(default, rename = "w")]
    window: Timestamp,
    /// Sends since the last success: the step on the gap ladder.
    #[serde(default, rename = "g")]
    step: u32,
    /// When compares failed in the last 7 days, oldest first.
    #[serde(default, rename = "f", skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Timestamp>,
    /// Failed compares since the last success.
    #[serde(default, rename = "c")]
    consecutive: u32,
    /// Nothing is compared before this time.
    #[serde(default, rename = "b", skip_serializing_if = "Option::is_none")]
    blocked_until: Option<Timestamp>,
    /// Nothing is sent before this time.
    #[serde(default, rename = "u", skip_serializing_if = "Option::is_none")]
    suppressed_until: Option<Timestamp>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The limits on messages to one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRules {
    /// Seconds between sends: after the n-th since the last success, the n-th gap (the last one
    /// repeats). Empty: no gap.
    pub gaps: Vec<u32>,
    /// Messages in any 24 h.
    pub per_day: u32,
    /// A repeat by the same lane within so many seconds is answered like the first, without a message.
    pub coalesce: u32,
}

/// The limits on tries on one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryRules {
    /// Failures in 7 days that lengthen codes to the raised tier, and to the high one.
    pub raised_at: u32,
    pub high_at: u32,
    /// Failures in 24 h after which nothing more is compared.
    pub per_day: u32,
    /// Failures without a success after which nothing more is compared.
    pub consecutive: u32,
    /// Seconds that a block by `consecutive` lasts.
    pub block: u32,
}

/// Why no message is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendDenied {
    /// The same lane asked a moment ago: answer as then.
    Coalesced,
    /// Too soon or too many; `mine` when this lane used the budget itself, so that telling it
    /// reveals nothing (S-018).
    Wait { until: Timestamp, mine: bool },
}

impl Ledger {
    /// Charges one message to `lane`, or says why not.
    pub fn charge_send(&mut self, rules: &SendRules, lane: u64, now: Timestamp) -> Result<(), SendDenied> {
        self.sends.retain(|(at, _)| now.since(*at) < DAY);
        if let Some((last, last_lane)) = self.sends.last().copied() {
            let age = now.since(last);
            if last_lane == lane && age < i64::from(rules.coalesce) && age >= 0 {
                return Err(SendDenied::Coalesced);
            }
            let mine = self.sends.iter().any(|(_, sender)| *sender == lane);
            let step = usize::try_from(self.step.saturating_sub(1)).unwrap_or(usize::MAX);
            let gap = rules.gaps.get(step).or(rules.gaps.last()).copied().unwrap_or(0);
            if self.step > 0 && age < i64::from(gap) {
                return Err(SendDenied::Wait { until: last.plus(gap.into()), mine });
            }
            if self.sends.len() >= usize::try_from(rules.per_day).unwrap_or(usize::MAX) {
                let oldest = self.sends.first().map_or(now, |(at, _)| *at);
                return Err(SendDenied::Wait { until: oldest.plus(DAY), mine });
            }
        }
        if rules.per_day == u32::MAX {
            // The day is not limited: only the last send matters.
            self.sends.clear();
        }
        self.sends.push((now, lane));
        self.step = self.step.saturating_add(1);
        Ok(())
    }

    /// Counts one message, or one try, of at most `per_day` in a window of 24 h that starts with its first one.
    /// The count is no secret: whoever asks may be told.
    pub fn charge_count(&mut self, per_day: u32, now: Timestamp) -> Result<(), SendDenied> {
        let age = now.since(self.window);
        if !(0..DAY).contains(&age) {
            self.window = now;
            self.count = 0;
        }
        if self.count >= per_day {
            return Err(SendDenied::Wait { until: self.window.plus(DAY), mine: true });
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// Takes back the last send, when the provider said for certain that nothing was sent. The gap
    /// stays: a broken provider is not asked in a loop.
    pub fn refund_send(&mut self) {
        if self.sends.len() > 1 {
            self.sends.pop();
        }
        self.count = self.count.saturating_sub(1);
    }

    /// Messages to the address reach nobody.
    pub fn suppress(&mut self, until: Timestamp) {
        self.suppressed_until = self.suppressed_until.max(Some(until));
    }

    pub fn is_suppressed(&self, now: Timestamp) -> bool {
        self.suppressed_until.is_some_and(|until| now < until)
    }

    /// No code is compared now, right or wrong.
    pub fn is_blocked(&self, rules: &TryRules, now: Timestamp) -> bool {
        let day = self.failures.iter().filter(|at| now.since(**at) < DAY).count();
        self.blocked_until.is_some_and(|until| now < until)
            || day >= usize::try_from(rules.per_day).unwrap_or(usize::MAX)
    }

    /// Counts a failed compare. True when this one tripped the block.
    pub fn charge_failure(&mut self, rules: &TryRules, now: Timestamp) -> bool {
        self.failures.retain(|at| now.since(*at) < WEEK);
        // More than this many never matter: every rule has tripped before.
        if self.failures.len() >= 128 {
            self.failures.remove(0);
        }
        self.failures.push(now);
        self.consecutive = self.consecutive.saturating_add(1);
        if self.consecutive >= rules.consecutive && self.blocked_until.is_none_or(|until| until <= now) {
            self.blocked_until = Some(now.plus(rules.block.into()));
            return true;
        }
        false
    }

    /// A try that was charged before it was compared was right after all: it was no failure. `at` is when it
    /// was charged.
    pub fn take_back_failure(&mut self, at: Timestamp) {
        if let Some(found) = self.failures.iter().rposition(|failed| *failed == at) {
            self.failures.remove(found);
        }
        self.succeed();
    }

    /// The length that codes have now.
    pub fn tier(&self, rules: &TryRules, now: Timestamp) -> Tier {
        let week = self.failures.iter().filter(|at| now.since(**at) < WEEK).count();
        if week >= usize::try_from(rules.high_at).unwrap_or(usize::MAX) {
            Tier::High
        } else if week >= usize::try_from(rules.raised_at).unwrap_or(usize::MAX) {
            Tier::Raised
        } else {
            Tier::Quiet
        }
    }

    /// A right code: the run of failures ends, the gap ladder starts anew; the week's failures and
    /// the day's sends stay (S-025).
    pub fn succeed(&mut self) {
        self.consecutive = 0;
        self.step = 0;
        self.blocked_until = None;
    }

    /// Nothing in here matters any more.
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.blocked_until.max(self.suppressed_until).is_none_or(|until| until <= now)
            && now.since(self.window) >= DAY
            && self.sends.iter().all(|(at, _)| now.since(*at) >= DAY)
            && self.failures.iter().all(|at| now.since(*at) >= WEEK)
    }

    /// When the row may be swept, at the latest needed time.
    pub fn keep_until(&self, now: Timestamp) -> Timestamp {
        let block = self.blocked_until.max(self.suppressed_until).unwrap_or(now);
        block.max(now.plus(WEEK))
    }

    /// Something to forgive: codes are refused, or messages held back.
    pub fn is_held(&self, rules: &TryRules, now: Timestamp) -> bool {
        self.is_blocked(rules, now) || self.is_suppressed(now)
    }

    pub fn unblock(&mut self) {
        self.consecutive = 0;
        self.failures.clear();
        self.blocked_until = None;
        self.suppressed_until = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries() -> TryRules {
        TryRules { raised_at: 3, high_at: 10, per_day: 100, consecutive: 5, block: 600 }
    }

    #[test]
    fn failures_lengthen_codes_for_a_week() {
        let mut ledger = Ledger::default();
        let now = Timestamp(1_000_000);
        for _ in 0..2 {
            ledger.charge_failure(&tries(), now);
        }
        assert_eq!(ledger.tier(&tries(), now), Tier::Quiet);
        ledger.charge_failure(&tries(), now);
        assert_eq!(ledger.tier(&tries(), now), Tier::Raised);
        assert_eq!(ledger.tier(&tries(), now.plus(WEEK)), Tier::Quiet);
    }

    #[test]
    fn success_ends_the_run_of_failures_but_forgets_none_of_the_week() {
        let mut ledger = Ledger::default();
        let now = Timestamp(1_000_000);
        for _ in 0..4 {
            assert!(!ledger.charge_failure(&tries(), now));
        }
        ledger.succeed();
        assert!(!ledger.charge_failure(&tries(), now));
        assert!(!ledger.is_blocked(&tries(), now));
        assert_eq!(ledger.tier(&tries(), now), Tier::Raised);
    }

    #[test]
    fn a_run_of_failures_blocks_for_its_time() {
        let mut ledger = Ledger::default();
        let now = Timestamp(1_000_000);
        let tripped: Vec<bool> = (0..5).map(|_| ledger.charge_failure(&tries(), now)).collect();
        assert_eq!(tripped, [false, false, false, false, true]);
        assert!(ledger.is_blocked(&tries(), now.plus(599)));
        assert!(!ledger.is_blocked(&tries(), now.plus(600)));
        ledger.unblock();
        assert!(!ledger.is_blocked(&tries(), now));
    }

    #[test]
    fn a_days_messages_are_counted_whatever_the_gaps() {
        let rules = SendRules { gaps: vec![], per_day: 3, coalesce: 0 };
        let mut ledger = Ledger::default();
        for n in 0..3 {
            assert_eq!(ledger.charge_send(&rules, 1, Timestamp(n)), Ok(()));
        }
        let until = Timestamp(DAY);
        assert_eq!(ledger.charge_send(&rules, 1, Timestamp(3)), Err(SendDenied::Wait { until, mine: true }));
        assert_eq!(ledger.charge_send(&rules, 2, Timestamp(3)), Err(SendDenied::Wait { until, mine: false }));
        assert_eq!(ledger.charge_send(&rules, 2, Timestamp(DAY)), Ok(()));
    }

    #[test]
    fn a_ledger_survives_its_text_form() {
        let mut ledger = Ledger::default();
        ledger.charge_failure(&tries(), Timestamp(5));
        let rules = SendRules { gaps: vec![60], per_day: 3, coalesce: 0 };
        assert!(ledger.charge_send(&rules, 7, Timestamp(5)).is_ok());
        let text = serde_json::to_string(&ledger).unwrap();
        assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), ledger);
        assert_eq!(serde_json::from_str::<Ledger>("{}").unwrap(), Ledger::default());
    }

    #[test]
    fn an_idle_ledger_may_be_swept() {
        let mut ledger = Ledger::default();
        ledger.charge_failure(&tries(), Timestamp(1_000_000));
        assert!(!ledger.is_idle(Timestamp(1_000_000 + DAY)));
        assert!(ledger.is_idle(Timestamp(1_000_000 + WEEK)));
    }
}
