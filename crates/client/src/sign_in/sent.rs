//! Which messages went out, and how long nobody may ask for another.

use crate::address::Address;

/// Seconds until another message may be asked for: after the first, the second, …, as the server wants them.
const GAPS: [u32; 5] = [60, 120, 300, 600, 1800];
/// Addresses that the gaps are remembered of.
const MAX_REMEMBERED: usize = 64;

/// Messages that went to addresses, or may have; the latest last.
#[derive(Clone, Debug, Default)]
pub(super) struct Messages(Vec<Sent>);

#[derive(Clone, Debug)]
struct Sent {
    address: Address,
    count: usize,
    at: i64,
    gap: u32,
}

impl Messages {
    pub(super) fn remember(&mut self, address: &Address, now: i64) {
        let before = self.forget(address);
        let gap = GAPS.get(before).or(GAPS.last()).copied().unwrap_or_default();
        self.put(Sent { address: address.clone(), count: before.saturating_add(1), at: now, gap });
    }

    /// The server says how long.
    pub(super) fn wait(&mut self, address: &Address, seconds: u32, now: i64) {
        let count = self.forget(address);
        self.put(Sent { address: address.clone(), count, at: now, gap: seconds });
    }

    /// It may have been: somebody who waits for its code is better off at the field for it.
    pub(super) fn was_sent(&self, address: &Address) -> bool {
        self.0.iter().any(|sent| sent.address == *address && sent.count > 0)
    }

    /// Whose message is the latest.
    pub(super) fn latest(&self) -> Option<&Address> {
        self.0.iter().rev().find(|sent| sent.count > 0).map(|sent| &sent.address)
    }

    /// Until another message may go to the address.
    pub(super) fn seconds_left(&self, address: &Address, now: i64) -> u32 {
        let Some(sent) = self.0.iter().find(|sent| sent.address == *address) else { return 0 };
        let passed = now.saturating_sub(sent.at).max(0);
        sent.gap.saturating_sub(u32::try_from(passed).unwrap_or(u32::MAX))
    }

    /// A clock that is set back does not make anybody wait for more than a gap.
    pub(super) fn follow_clock(&mut self, now: i64) {
        for sent in &mut self.0 {
            sent.at = sent.at.min(now);
        }
    }

    /// How many there were.
    fn forget(&mut self, address: &Address) -> usize {
        let known = self.0.iter().position(|sent| sent.address == *address);
        known.map(|place| self.0.remove(place)).map_or(0, |sent| sent.count)
    }

    fn put(&mut self, sent: Sent) {
        if self.0.len() >= MAX_REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(sent);
    }
}
