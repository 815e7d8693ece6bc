//! Waiting for a turn at the store, where nobody waits for the answer, or much was done already.

use crate::store::{StoreError, StoreResult};

/// Each waits for a turn as long as the store has it, a second: less in all than a worker's lease.
const TRIES: u32 = 15;

/// Asks again where the store has no turn.
pub async fn patiently<T, F>(ask: impl Fn() -> F) -> StoreResult<T>
where
    F: Future<Output = StoreResult<T>>,
{
    for _ in 1..TRIES {
        match ask().await {
            Err(StoreError::Unavailable(_)) => {}
            answer => return answer,
        }
    }
    ask().await
}
