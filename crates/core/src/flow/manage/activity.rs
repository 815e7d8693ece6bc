//! What happened, by the day, by country and by sender, and what it cost: read from the counts, not from the log.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::ManageError;
use super::prices::Prices;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::flow::count_events::SETTLED;
use crate::model::Strategy;
use crate::model::tally::{CountKey, Counted};

/// Slices of the log that are counted before an answer: a server counts every minute, so that few are left.
const SLICES: u32 = 50;
/// The factor of sign-ins from before it was kept.
const UNKNOWN: &str = "unknown";
const VERIFIED: &str = "messages_verified";
/// Keeps what it gets to itself.
const INBOX: &str = "inbox";

/// What people of each connection get.
type Strategies = BTreeMap<String, Strategy>;
/// What one day came to, in the order of [`NAMES`].
type Day = [u64; 7];

const NAMES: [(&str, Counted); 7] = [
    ("logins", Counted::SignIn),
    ("signups", Counted::SignUp),
    ("failed_logins", Counted::FailedSignIn),
    ("active_users", Counted::ActiveUser),
    ("messages_sent", Counted::Sent),
    ("messages_failed", Counted::Unsent),
    // Of the sign-ins those that a message led to: the last one, which no count is of alone.
    (VERIFIED, Counted::SignIn),
];

/// Which days are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Period<'a> {
    /// `YYYYMMDD` at either end.
    Between(Option<&'a str>, Option<&'a str>),
    /// So many, with today.
    Last(u32),
}

impl Engine {
    /// Of these days and those between them, each of which is there; and of as many days before them.
    pub async fn activity(&self, period: Period<'_>) -> Result<Value, ManageError> {
        let (first, last) = match period {
            Period::Between(from, to) => self.days_between(from, to)?,
            Period::Last(days) => {
                let today = self.now().0.div_euclid(86_400);
                (today.saturating_sub(i64::from(days)).saturating_add(1), today)
            }
        };
        let before = first.saturating_sub(last.saturating_sub(first).saturating_add(1).max(1));
        let is_whole = self.count_events(SLICES).await?;
        let mut earlier = self.store.list_counts(before, last).await?;
        let counts = earlier.split_off(earlier.partition_point(|(key, _)| key.day < first));
        let (tenant, strategies) = (self.read_tenant().await?, self.strategies().await?);
        let cost = |counts| Prices::of(&tenant).map(|prices| cost(counts, &prices, &strategies));
        Ok(json!({
            "from": midnight(first), "to": midnight(last),
            "counted_until": self.now().minus(SETTLED).to_iso8601(), "complete": is_whole,
            "days": days(&counts, first, last),
            "countries": countries(&counts),
            "senders": senders(&counts),
            "factors": factors(&counts),
            "saved": saved(&counts, Prices::of(&tenant).as_ref(), &strategies),
            "cost": cost(&counts),
            "before": {
                "days": days(&earlier, before, first.saturating_sub(1)),
                "cost": cost(&earlier),
            },
        }))
    }

    /// Connections by name: what their messages are.
    async fn strategies(&self) -> Result<Strategies, ManageError> {
        let all = self.list_connections(&Default::default()).await?;
        Ok(all.into_iter().map(|connection| (connection.name, connection.strategy)).collect())
    }
}

fn midnight(day: i64) -> String {
    Timestamp(day.saturating_mul(86_400)).to_iso8601()
}

fn days(counts: &[(CountKey, u64)], first: i64, last: i64) -> Vec<Value> {
    let mut days: BTreeMap<i64, Day> = (first..=last).map(|day| (day, Day::default())).collect();
    for (key, count) in counts {
        let Some(day) = days.get_mut(&key.day) else { continue };
        for ((name, what), number) in NAMES.iter().zip(day) {
            if *what == key.what && (*name != VERIFIED || is_by_message(key)) {
                *number = number.saturating_add(*count);
            }
        }
    }
    let shown = |(day, numbers): (&i64, &Day)| {
        let mut shown = Map::from_iter([(String::from("date"), json!(midnight(*day)))]);
        shown
            .extend(NAMES.iter().zip(numbers).map(|((name, _), number)| ((*name).to_owned(), json!(number))));
        let of = |what: Counted| {
            let mut all = NAMES.iter().zip(numbers).filter(|((_, one), _)| *one == what);
            all.next().map_or(0, |(_, number)| *number)
        };
        // Who signs up is active that day, too: the others came back.
        let returning = of(Counted::ActiveUser).saturating_sub(of(Counted::SignUp));
        shown.insert(String::from("returning_users"), json!(returning));
        Value::Object(shown)
    };
    days.iter().map(shown).collect()
}

/// Messages and what came back, where the most go first.
fn countries(counts: &[(CountKey, u64)]) -> Vec<Value> {
    let mut all: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (key, count) in counts.iter().filter(|(key, _)| !key.country.is_empty()) {
        let place = match key.what {
            Counted::Sent => 0,
            Counted::Unsent => 1,
            Counted::SignIn => 2,
            _ => continue,
        };
        add(&mut all, key.country.as_str(), place, *count);
    }
    let shown = |(country, [sent, failed, verified]): (&str, [u64; 3])| json!({"country": country, "sent": sent, "failed": failed, "verified": verified});
    most_first(all).into_iter().map(shown).collect()
}

/// A sign-in names its connection, and not who sent its message: of a connection that had several senders nobody can
/// say whose codes came back, and `verified` is `null`.
fn senders(counts: &[(CountKey, u64)]) -> Vec<Value> {
    let mut all: BTreeMap<(&str, &str), [u64; 3]> = BTreeMap::new();
    let mut verified: BTreeMap<&str, u64> = BTreeMap::new();
    for (key, count) in counts.iter().filter(|(key, _)| key.what == Counted::SignIn && is_by_message(key)) {
        let number = verified.entry(key.connection.as_str()).or_default();
        *number = number.saturating_add(*count);
    }
    for (key, count) in counts {
        let place = match key.what {
            Counted::Sent => 0,
            Counted::Unsent => 1,
            _ => continue,
        };
        add(&mut all, (key.connection.as_str(), key.means.as_str()), place, *count);
    }
    let mut senders: BTreeMap<&str, usize> = BTreeMap::new();
    for (connection, _) in all.keys() {
        *senders.entry(connection).or_default() += 1;
    }
    let shown = |((connection, sender), [sent, failed, _]): ((&str, &str), [u64; 3])| {
        let is_only = senders.get(connection) == Some(&1);
        let verified = is_only.then(|| verified.get(connection).copied().unwrap_or_default());
        json!({"connection": connection, "sender": sender, "sent": sent, "failed": failed, "verified": verified})
    };
    most_first(all).into_iter().map(shown).collect()
}

/// What came by nothing that is known came by a code: there was little else before it was kept.
fn is_by_message(key: &CountKey) -> bool {
    !matches!(key.means.as_str(), "passkey" | "device_key" | "password")
}

/// Sign-ins by what they were by, the most first.
fn factors(counts: &[(CountKey, u64)]) -> Vec<Value> {
    let mut all: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (key, count) in counts.iter().filter(|(key, _)| key.what == Counted::SignIn) {
        let factor = if key.means.is_empty() { UNKNOWN } else { key.means.as_str() };
        add(&mut all, factor, 0, *count);
    }
    let shown = |(factor, [logins, ..]): (&str, [u64; 3])| json!({"factor": factor, "logins": logins});
    most_first(all).into_iter().map(shown).collect()
}

/// Messages that were not needed, since a passkey or a key of a device signed in: one for each, and what they would
/// have cost at the price of countries without one of their own. A person of a database connection would have had a
/// mail or a text, nobody knows: those have no price.
fn saved(counts: &[(CountKey, u64)], prices: Option<&Prices<'_>>, strategies: &Strategies) -> Value {
    let (mut messages, mut total, mut unpriced) = (0_u64, 0.0, 0_u64);
    let keys = counts.iter().filter(|(key, _)| {
        key.what == Counted::SignIn && matches!(key.means.as_str(), "passkey" | "device_key")
    });
    for (key, count) in keys {
        messages = messages.saturating_add(*count);
        let price = match strategies.get(&key.connection) {
            Some(Strategy::Sms) => prices.and_then(|prices| prices.find("sms", &key.country)),
            Some(Strategy::Email) => prices.and_then(|prices| prices.find("email", "")),
            Some(Strategy::Database) | None => None,
        };
        match price {
            Some(price) => total += price * *count as f64,
            None => unpriced = unpriced.saturating_add(*count),
        }
    }
    let total = (total * 10_000.0).round() / 10_000.0;
    json!({
        "messages": messages, "unpriced": unpriced,
        "currency": prices.map(|prices| prices.currency), "total": prices.map(|_| total),
    })
}

fn add<K: Ord>(all: &mut BTreeMap<K, [u64; 3]>, key: K, place: usize, count: u64) {
    if let Some(number) = all.entry(key).or_default().get_mut(place) {
        *number = number.saturating_add(count);
    }
}

fn most_first<K: Ord>(all: BTreeMap<K, [u64; 3]>) -> Vec<(K, [u64; 3])> {
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, numbers)| std::cmp::Reverse(numbers.first().copied()));
    all
}

/// Messages that left, at the price of today. Those without a price are told apart.
fn cost(counts: &[(CountKey, u64)], prices: &Prices<'_>, strategies: &Strategies) -> Value {
    let mut by_price: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for (key, count) in counts.iter().filter(|(key, _)| key.means != INBOX) {
        let sign = match key.what {
            Counted::Sent => 1,
            Counted::Unsent => -1,
            _ => continue,
        };
        let is_text = !key.country.is_empty() || strategies.get(&key.connection) == Some(&Strategy::Sms);
        let channel = if is_text { "sms" } else { "email" };
        *by_price.entry((channel, key.country.as_str())).or_default() += sign * i128::from(*count);
    }
    let (mut total, mut priced, mut unpriced) = (0.0, 0_i128, 0_i128);
    for ((channel, country), messages) in by_price {
        let messages = messages.max(0);
        match prices.find(channel, country) {
            Some(price) => {
                total += price * messages as f64;
                priced += messages;
            }
            None => unpriced += messages,
        }
    }
    let total = (total * 10_000.0).round() / 10_000.0;
    json!({"currency": prices.currency, "total": total, "messages": count_of(priced), "unpriced": count_of(unpriced)})
}

fn count_of(messages: i128) -> u64 {
    u64::try_from(messages).unwrap_or(u64::MAX)
}
