//! Messages that nobody answers (RL-07): where texts go out and hardly a code comes back, somebody is paid
//! by the message. A country is paused then. Each node counts for itself: the caps by country and day
//! ([`crate::model::Ledger`]) hold across nodes, this one only ends a waste sooner.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::Timestamp;

const DAY: i64 = 86_400;
/// Of a country that was paused, one message in so many is let through again, to see.
const SAMPLE: u32 = 10;
/// Samples before a country is judged anew.
const SAMPLES: u32 = 10;

/// When a country is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversionRules {
    /// Messages in 24 h before it is judged; `u32::MAX` never judges.
    pub least: u32,
    /// Codes that must come back, in percent.
    pub percent: u32,
    /// Seconds without any message.
    pub pause: u32,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    Open,
    /// No message before this time. `new` for the message that was one too many.
    Paused {
        until: Timestamp,
        new: bool,
    },
}

#[derive(Default)]
pub struct Conversions(Mutex<HashMap<String, Country>>);

#[derive(Clone, Copy, Default)]
struct Country {
    since: Timestamp,
    sent: u32,
    verified: u32,
    paused_at: Option<Timestamp>,
    /// Messages asked for since the pause ended.
    asked: u32,
}

impl Conversions {
    /// Counts a message to `region` (ISO 3166-1 alpha-2), or says that none may go.
    pub fn take(&self, region: &str, rules: ConversionRules, now: Timestamp) -> Passage {
        if rules.least == u32::MAX {
            return Passage::Open;
        }
        let mut countries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        countries.entry(region.to_owned()).or_default().take(rules, now)
    }

    /// A message that was counted was none: nothing left, so that nothing can come back.
    pub fn give_back(&self, region: &str) {
        let mut countries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(country) = countries.get_mut(region) {
            country.sent = country.sent.saturating_sub(1);
        }
    }

    /// Counts a code that came back. `region` is asked only where countries are counted at all.
    pub fn verified(&self, region: impl FnOnce() -> Option<String>) {
        let mut countries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if countries.is_empty() {
            return;
        }
        if let Some(country) = region().and_then(|region| countries.get_mut(&region)) {
            country.verified = country.verified.saturating_add(1);
        }
    }
}

impl Country {
    fn take(&mut self, rules: ConversionRules, now: Timestamp) -> Passage {
        if let Some(paused_at) = self.paused_at {
            return self.take_sample(paused_at, rules, now);
        }
        if !(0..DAY).contains(&now.since(self.since)) {
            *self = Self { since: now, ..Self::default() };
        }
        if self.sent >= rules.least && self.converts_less(rules) {
            *self = Self { paused_at: Some(now), ..Self::default() };
            return Passage::Paused { until: now.plus(rules.pause.into()), new: true };
        }
        self.sent = self.sent.saturating_add(1);
        Passage::Open
    }

    /// After the pause one message in ten goes, until enough of them were answered.
    fn take_sample(&mut self, paused_at: Timestamp, rules: ConversionRules, now: Timestamp) -> Passage {
        let until = paused_at.plus(rules.pause.into());
        if now < until {
            return Passage::Paused { until, new: false };
        }
        if self.sent >= SAMPLES && !self.converts_less(rules) {
            *self = Self { since: now, sent: 1, ..Self::default() };
            return Passage::Open;
        }
        self.asked = self.asked.saturating_add(1);
        if self.asked % SAMPLE == 1 {
            self.sent = self.sent.saturating_add(1);
            return Passage::Open;
        }
        Passage::Paused { until: now.plus(60), new: false }
    }

    fn converts_less(&self, rules: ConversionRules) -> bool {
        u64::from(self.verified) * 100 < u64::from(self.sent) * u64::from(rules.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: ConversionRules = ConversionRules { least: 50, percent: 20, pause: 21_600 };
    const START: Timestamp = Timestamp(1_800_000_000);

    fn send(conversions: &Conversions, messages: u32, now: Timestamp) -> u32 {
        let open = |_: &u32| conversions.take("XX", RULES, now) == Passage::Open;
        u32::try_from((0..messages).filter(open).count()).unwrap()
    }

    /// RL-07
    #[test]
    fn a_country_that_answers_nothing_is_paused_after_fifty_messages() {
        let conversions = Conversions::default();
        assert_eq!(send(&conversions, 200, START), 50);
        assert_eq!(send(&conversions, 1, START.plus(21_599)), 0);
        assert_eq!(conversions.take("YY", RULES, START), Passage::Open);
    }

    /// RL-07
    #[test]
    fn a_country_that_answers_goes_on() {
        let conversions = Conversions::default();
        for _ in 0..200 {
            assert_eq!(send(&conversions, 4, START), 4);
            conversions.verified(|| Some("XX".into()));
        }
    }

    /// RL-07
    #[test]
    fn after_the_pause_one_in_ten_goes_until_they_are_answered() {
        let conversions = Conversions::default();
        send(&conversions, 60, START);
        let later = START.plus(21_600);
        assert_eq!(send(&conversions, 100, later), 10);
        assert_eq!(send(&conversions, 100, later), 10);
        for _ in 0..4 {
            conversions.verified(|| Some("XX".into()));
        }
        assert_eq!(send(&conversions, 20, later), 20);
    }

    #[test]
    fn the_pause_is_told_as_new_once() {
        let conversions = Conversions::default();
        send(&conversions, 50, START);
        let until = START.plus(21_600);
        assert_eq!(conversions.take("XX", RULES, START), Passage::Paused { until, new: true });
        assert_eq!(conversions.take("XX", RULES, START), Passage::Paused { until, new: false });
    }
}
