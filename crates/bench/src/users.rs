//! The simulated users: the n-th one's phone number, and the order in which they come back.
//!
//! Numbers are spread over the key space, whatever the order in which users were made, as real ones are.

/// A valid German mobile number for any `index` below a hundred million; no two alike.
pub fn phone_number(index: u64) -> String {
    // Odd and no multiple of five: a bijection of the numbers below 10^8.
    let spread = index.wrapping_mul(61_803_399).wrapping_add(7_654_321) % 100_000_000;
    format!("+49151{spread:08}")
}

/// Of the `index`-th user, where they have one.
pub fn email_address(index: u64) -> String {
    format!("user{:08}@bench.example", index.wrapping_mul(61_803_399) % 100_000_000)
}

/// Another number for each, which looks random.
pub fn scatter(index: u64) -> u64 {
    index.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// Walks through a population in an order that looks random and comes to everybody once a round, so
/// that no user has two sign-ins under way.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    population: u64,
    step: u64,
}

impl Walk {
    /// `step` may go on where another walk over the same population ended.
    pub fn from(population: u64, step: u64) -> Self {
        Self { population: population.max(1), step }
    }

    pub fn population(&self) -> u64 {
        self.population
    }

    pub fn next(&mut self) -> u64 {
        let at = self.step.wrapping_mul(STRIDE) % self.population;
        self.step += 1;
        at
    }
}

/// A prime, so that it shares no factor with a population that is smaller or no multiple of it.
const STRIDE: u64 = 618_041;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_comes_to_everybody_once_a_round() {
        let mut walk = Walk::from(10_000, 3);
        let seen: std::collections::HashSet<u64> = (0..10_000).map(|_| walk.next()).collect();
        assert_eq!(seen.len(), 10_000);
    }

    #[test]
    fn what_is_scattered_fills_the_room_evenly() {
        let low = (0..10_000).filter(|&index| scatter(index) < u64::MAX / 2).count();
        assert!((4_500..5_500).contains(&low), "{low}");
    }

    #[test]
    fn numbers_are_valid_and_differ() {
        let numbers: std::collections::HashSet<String> = (0..1000).map(phone_number).collect();
        assert_eq!(numbers.len(), 1000);
        for number in numbers {
            assert!(latchkey_core::model::PhoneNumber::parse(&number).is_ok());
        }
    }
}
