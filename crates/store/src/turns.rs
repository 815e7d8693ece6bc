//! Turns of the acts that may look at every row of a large table.
//!
//! Invariant: they never have all connections of an engine. However many searches are asked for, a sign-in
//! finds one that is free (S-126).

use std::sync::Arc;
use std::time::Duration;

use latchkey_core::store::{StoreError, StoreResult};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::StoreOptions;

pub(crate) struct Turns {
    places: Arc<Semaphore>,
    wait: Duration,
}

impl Turns {
    /// For an engine that has so many connections for long acts.
    pub(crate) fn new(places: usize, options: &StoreOptions) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), wait: options.wait }
    }

    /// A place, given back when it is dropped. Who waited too long is told to come back.
    pub(crate) async fn take(&self) -> StoreResult<OwnedSemaphorePermit> {
        let place = Arc::clone(&self.places).acquire_owned();
        match tokio::time::timeout(self.wait, place).await {
            Ok(Ok(place)) => Ok(place),
            _ => {
                metrics::counter!("latchkey_store_long_acts_refused_total").increment(1);
                Err(StoreError::NoTurn)
            }
        }
    }
}

/// How many of an engine's connections long acts may have.
pub(crate) fn share(connections: usize) -> usize {
    (connections / 2).max(1)
}

#[cfg(test)]
pub(crate) mod tests;
