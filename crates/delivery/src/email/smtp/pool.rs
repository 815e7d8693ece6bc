//! Connections that wait to be used again: a handshake and a login cost more than a mail.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Connections at a time, those in use included: providers allow about ten.
const MAX_CONNECTIONS: usize = 8;

/// Connections that wait.
const MAX_IDLE: usize = 4;

/// How long a connection may wait. Servers close them after minutes.
const MAX_WAIT: Duration = Duration::from_secs(30);

pub(super) struct Pool {
    /// The one used last is at the end.
    idle: Mutex<Vec<(Instant, AsyncSmtpConnection)>>,
    slots: Semaphore,
}

/// Room for one connection.
pub(super) type Slot<'a> = Option<SemaphorePermit<'a>>;

impl Default for Pool {
    fn default() -> Self {
        Self { idle: Mutex::default(), slots: Semaphore::new(MAX_CONNECTIONS) }
    }
}

impl Pool {
    /// Waits until there is room.
    pub async fn slot(&self) -> Slot<'_> {
        // Never closed.
        self.slots.acquire().await.ok()
    }

    pub fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle();
        idle.retain(|(since, _)| since.elapsed() < MAX_WAIT);
        idle.pop().map(|(_, connection)| connection)
    }

    pub fn put(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle();
        if idle.len() >= MAX_IDLE {
            idle.remove(0);
        }
        idle.push((Instant::now(), connection));
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Instant, AsyncSmtpConnection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
