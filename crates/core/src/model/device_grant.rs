//! A device without a keyboard asks for tokens (RFC 8628), and what a person said to it.

use latchkey_wire::Scopes;
use serde::{Deserialize, Serialize};

use super::{ClientId, Proof, TokenHash, UserId};
use crate::clock::Timestamp;
use crate::vault::Sealed;

/// Seconds between two polls, and what each poll that comes too early adds (RFC 8628 section 3.5).
pub const POLL_INTERVAL: u32 = 5;
/// A device that never learns is not made to wait for ever.
const LONGEST_INTERVAL: u32 = 60;

/// The body of a handle; its token is the device code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceGrant {
    pub client: ClientId,
    pub scope: Scopes,
    pub audience: Option<String>,
    pub asked_at: Timestamp,
    /// What asked, such as `Firefox on Linux`, and from which address.
    pub device: Option<String>,
    pub ip: String,
    /// The handle of the user code.
    pub user_code: TokenHash,
    pub until: Timestamp,
    pub interval: u32,
    pub last_poll: Option<Timestamp>,
    pub decision: Option<DeviceDecision>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceDecision {
    Declined,
    Allowed { user: UserId, connection: String, proof: Proof, auth_time: Timestamp },
}

/// What a person is asked about on the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// The handle of the device code.
    pub device: TokenHash,
    /// As it was typed, to be compared with what the device shows.
    pub user_code: Sealed,
}

/// What a poll comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    Pending,
    TooFast,
    Expired,
    Declined,
    Allowed { user: UserId, connection: String, proof: Proof, auth_time: Timestamp },
}

impl DeviceGrant {
    /// A decision is told whenever it is asked for; who waits for one must wait between two questions.
    pub fn poll(&mut self, now: Timestamp) -> Poll {
        match self.decision.clone() {
            _ if now >= self.until => return Poll::Expired,
            Some(DeviceDecision::Declined) => return Poll::Declined,
            Some(DeviceDecision::Allowed { user, connection, proof, auth_time }) => {
                return Poll::Allowed { user, connection, proof, auth_time };
            }
            None => {}
        }
        let early = self.last_poll.is_some_and(|last| now.since(last) < i64::from(self.interval));
        self.last_poll = Some(now);
        if early {
            self.interval = self.interval.saturating_add(POLL_INTERVAL).min(LONGEST_INTERVAL);
            return Poll::TooFast;
        }
        Poll::Pending
    }

    /// Somebody may decide.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.decision.is_none() && now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> DeviceGrant {
        DeviceGrant {
            client: ClientId::from("tv"),
            scope: Scopes::default_grant(),
            audience: None,
            asked_at: Timestamp(0),
            device: None,
            ip: String::from("192.0.2.1"),
            user_code: TokenHash([0; 32]),
            until: Timestamp(900),
            interval: POLL_INTERVAL,
            last_poll: None,
            decision: None,
        }
    }

    /// S-097
    #[test]
    fn each_poll_that_comes_too_early_makes_the_next_one_wait_longer() {
        let mut grant = asked();
        let told = [0, 4, 9, 19, 33, 34].map(|at| grant.poll(Timestamp(at)));
        // The intervals are 5, then 10 from the second poll on, 15 from the third, 20 from the fourth.
        assert_eq!(
            told,
            [Poll::Pending, Poll::TooFast, Poll::TooFast, Poll::TooFast, Poll::TooFast, Poll::TooFast]
        );
        for at in 35..200 {
            grant.poll(Timestamp(at));
        }
        assert_eq!(grant.interval, LONGEST_INTERVAL);
        assert_eq!(grant.poll(Timestamp(259)), Poll::Pending);
        assert_eq!(grant.poll(Timestamp(900)), Poll::Expired);
    }

    #[test]
    fn a_device_that_waits_as_told_is_never_too_fast() {
        let mut grant = asked();
        assert!((0..179).all(|n| grant.poll(Timestamp(n * 5)) == Poll::Pending));
    }

    #[test]
    fn a_decision_is_told_at_once_until_the_end() {
        let mut grant = asked();
        grant.poll(Timestamp(0));
        grant.decision = Some(DeviceDecision::Declined);
        assert_eq!(grant.poll(Timestamp(1)), Poll::Declined);
        assert_eq!(grant.poll(Timestamp(900)), Poll::Expired);
    }
}
