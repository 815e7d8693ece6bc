//! Waiting for a turn at the store, where nobody waits for the answer, or much was done already.

use crate::store::{StoreError, StoreResult};

/// The store lets each wait for a second: in all that is less than a worker's lease.
const TRIES: u32 = 15;

/// Asks again where the store has no turn.
pub async fn patiently<T, F>(ask: impl Fn() -> F) -> StoreResult<T>
where
    F: Future<Output = StoreResult<T>>,
{
    for _ in 1..TRIES {
        match ask().await {
            Err(StoreError::NoTurn) => {}
            answer => return answer,
        }
    }
    ask().await
}
