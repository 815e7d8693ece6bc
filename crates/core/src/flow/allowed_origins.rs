//! Origins that any client's pages may call from: what a CORS preflight, which names no client, is
//! answered by.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::store::{Page, StoreResult};

/// The union as read last; read again at most once a second, by one request.
#[derive(Default)]
pub struct AllowedOrigins(Mutex<Option<(Timestamp, Arc<HashSet<String>>)>>);

/// Clients read at a time.
const PAGE: u32 = 100;

impl AllowedOrigins {
    /// The next request reads them again; one that reads now leaves what it finds.
    pub(crate) fn forget(&self) {
        if let Ok(mut kept) = self.0.try_lock() {
            *kept = None;
        }
    }
}

impl Engine {
    pub async fn is_listed_origin(&self, origin: &str) -> Result<bool, Fault> {
        let now = self.now();
        let mut kept = self.directory.origins.0.lock().await;
        if let Some((read_at, origins)) = &*kept
            && (0..=1).contains(&now.since(*read_at))
        {
            return Ok(origins.contains(origin));
        }
        let origins = Arc::new(self.read_origins().await?);
        *kept = Some((now, Arc::clone(&origins)));
        Ok(origins.contains(origin))
    }

    async fn read_origins(&self) -> StoreResult<HashSet<String>> {
        let mut origins = HashSet::new();
        let mut after = None;
        loop {
            let clients = self.store.list_clients(&Page { after, limit: PAGE }).await?;
            for client in &clients {
                origins.extend(client.origins());
            }
            match clients.last() {
                Some(last) if clients.len() >= PAGE as usize => after = Some(last.id.as_str().to_owned()),
                _ => return Ok(origins),
            }
        }
    }
}
