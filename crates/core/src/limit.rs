//! Limits that a node keeps in memory: token buckets by the generic cell rate algorithm, one arrival
//! time per key. They stand before the store. Limits that must hold across nodes and restarts are
//! [`crate::model::Ledger`]s instead.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// `burst` at once, then one per `period` microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    pub burst: u32,
    pub period_micros: i64,
}

impl Bucket {
    /// `burst` at once, and `count` per `seconds` sustained.
    pub const fn new(burst: u32, count: u32, seconds: u32) -> Self {
        let count = if count == 0 { 1 } else { count };
        Self { burst, period_micros: seconds as i64 * 1_000_000 / count as i64 }
    }
}

/// Where a key stands after a request: what the `X-RateLimit-*` headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitState {
    pub limit: u32,
    pub remaining: u32,
    /// Unix seconds at which the bucket is full again.
    pub reset_at: i64,
    /// Seconds until one request passes again; 0 when one does now.
    pub retry_after: u32,
}

const SHARDS: usize = 16;
/// Most keys held per shard; beyond it the fullest buckets are forgotten first.
const MAX_KEYS: usize = 65_536;

/// Buckets for every key of every limit.
pub struct Buckets {
    /// Theoretical arrival time in microseconds, by hash of (limit, key).
    shards: [Mutex<HashMap<u64, i64>>; SHARDS],
    hasher: RandomState,
}

impl Default for Buckets {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::new() }
    }
}

impl Buckets {
    /// Takes one permit. `Err` when there is none.
    pub fn take(
        &self,
        name: &str,
        key: &str,
        bucket: Bucket,
        now_micros: i64,
    ) -> Result<LimitState, LimitState> {
        self.visit(name, key, bucket, now_micros, true)
    }

    /// Looks without taking: `Err` when a permit would be refused.
    pub fn peek(
        &self,
        name: &str,
        key: &str,
        bucket: Bucket,
        now_micros: i64,
    ) -> Result<LimitState, LimitState> {
        self.visit(name, key, bucket, now_micros, false)
    }

    /// The bucket is full again.
    pub fn forget(&self, name: &str, key: &str) {
        let hash = self.hasher.hash_one((name, key));
        if let Some(shard) = usize::try_from(hash % SHARDS as u64).ok().and_then(|at| self.shards.get(at)) {
            shard.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash);
        }
    }

    fn visit(
        &self,
        name: &str,
        key: &str,
        bucket: Bucket,
        now: i64,
        take: bool,
    ) -> Result<LimitState, LimitState> {
        let hash = self.hasher.hash_one((name, key));
        let Some(shard) = usize::try_from(hash % SHARDS as u64).ok().and_then(|at| self.shards.get(at))
        else {
            return Err(state(bucket, now, now, 1));
        };
        let mut arrivals = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let tolerance = bucket.period_micros.saturating_mul(i64::from(bucket.burst));
        // A clock that jumped back must not lock a key out for longer than a full bucket takes.
        let arrival = arrivals.get(&hash).copied().unwrap_or(now).max(now).min(now.saturating_add(tolerance));
        let next = arrival.saturating_add(bucket.period_micros);
        let over = next.saturating_sub(now).saturating_sub(tolerance);
        if over > 0 {
            return Err(state(bucket, now, arrival, over));
        }
        if take {
            if arrivals.len() >= MAX_KEYS {
                arrivals.retain(|_, at| *at > now);
                if arrivals.len() >= MAX_KEYS {
                    arrivals.clear();
                }
            }
            arrivals.insert(hash, next);
            return Ok(state(bucket, now, next, 0));
        }
        Ok(state(bucket, now, arrival, 0))
    }
}

fn state(bucket: Bucket, now: i64, arrival: i64, wait_micros: i64) -> LimitState {
    let period = bucket.period_micros.max(1);
    let used = (arrival.saturating_sub(now)).div_euclid(period)
        + i64::from((arrival.saturating_sub(now)).rem_euclid(period) > 0);
    let remaining = i64::from(bucket.burst).saturating_sub(used).max(0);
    LimitState {
        limit: bucket.burst,
        remaining: u32::try_from(remaining).unwrap_or(0),
        reset_at: arrival.div_euclid(1_000_000) + i64::from(arrival.rem_euclid(1_000_000) > 0),
        retry_after: u32::try_from((wait_micros + 999_999).div_euclid(1_000_000)).unwrap_or(u32::MAX),
    }
}

/// The prefix that an address is limited by: IPv4 /32, IPv6 /64.
pub fn prefix(ip: IpAddr) -> String {
    match canonical(ip) {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// The wide prefix: IPv4 /24, IPv6 /48.
pub fn wide_prefix(ip: IpAddr) -> String {
    match canonical(ip) {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// IPv4 addresses written as IPv6 count as IPv4.
fn canonical(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_burst_passes_and_the_next_one_waits() {
        let buckets = Buckets::default();
        let limit = Bucket::new(3, 3, 30);
        for left in [2, 1, 0] {
            assert_eq!(buckets.take("t", "k", limit, 0).unwrap().remaining, left);
        }
        let refused = buckets.take("t", "k", limit, 0).unwrap_err();
        assert_eq!((refused.remaining, refused.retry_after, refused.reset_at), (0, 10, 30));
        assert!(buckets.take("t", "k", limit, 10 * SECOND).is_ok());
        assert!(buckets.take("t", "k", limit, 10 * SECOND).is_err());
    }

    #[test]
    fn keys_do_not_share_a_bucket() {
        let buckets = Buckets::default();
        let limit = Bucket::new(1, 1, 60);
        assert!(buckets.take("t", "a", limit, 0).is_ok());
        assert!(buckets.take("t", "b", limit, 0).is_ok());
        assert!(buckets.take("t", "a", limit, 0).is_err());
    }

    #[test]
    fn a_clock_that_jumps_back_gives_at_most_one_more_burst_and_locks_nobody_out() {
        let buckets = Buckets::default();
        let limit = Bucket::new(2, 2, 60);
        let now = 10_000 * SECOND;
        assert!(buckets.take("t", "k", limit, now).is_ok());
        assert!(buckets.take("t", "k", limit, now).is_ok());
        let back = now - 3600 * SECOND;
        let refused = buckets.take("t", "k", limit, back).unwrap_err();
        assert!(refused.retry_after <= 60, "{refused:?}");
    }

    /// M-025
    #[test]
    fn a_forgotten_key_starts_anew() {
        let buckets = Buckets::default();
        let limit = Bucket::new(1, 1, 60);
        for key in ["a", "b"] {
            assert!(buckets.take("t", key, limit, 0).is_ok());
        }
        buckets.forget("t", "a");
        assert!(buckets.take("t", "a", limit, 0).is_ok());
        assert!(buckets.take("t", "b", limit, 0).is_err());
    }

    #[test]
    fn peeking_takes_nothing() {
        let buckets = Buckets::default();
        let limit = Bucket::new(1, 1, 60);
        assert!(buckets.peek("t", "k", limit, 0).is_ok());
        assert!(buckets.take("t", "k", limit, 0).is_ok());
        assert!(buckets.peek("t", "k", limit, 0).is_err());
    }

    #[test]
    fn ipv6_neighbours_share_a_prefix() {
        assert_eq!(prefix("2001:db8::1".parse().unwrap()), prefix("2001:db8::ffff".parse().unwrap()));
        assert_ne!(prefix("2001:db8:0:1::1".parse().unwrap()), prefix("2001:db8::1".parse().unwrap()));
        assert_eq!(prefix("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
    }
}
