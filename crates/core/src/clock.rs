//! Time, handed in from outside so that tests can stop it.

use serde::{Deserialize, Serialize};

/// Whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    pub fn minus(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Seconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// ISO 8601 with milliseconds and `Z`, as profiles print it.
    pub fn to_iso8601(self) -> String {
        let Ok(at) = time::OffsetDateTime::from_unix_timestamp(self.0) else {
            return String::from("1970-01-01T00:00:00.000Z");
        };
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }
}

/// The clock of the engine.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn now_micros(&self) -> i64;

    fn now(&self) -> Timestamp {
        Timestamp(self.now_micros().div_euclid(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_print_utc_with_milliseconds() {
        assert_eq!(Timestamp(1_795_547_045).to_iso8601(), "2026-11-24T19:04:05.000Z");
    }
}
