//! The verbs about the chain over what operators did. Links are made by whatever verb writes the events.

use async_trait::async_trait;

use super::StoreResult;
use crate::clock::Timestamp;
use crate::model::{AuditLink, ChainEnd, EventId};

/// Invariant: an event of a kind that is chained gets its link in the transaction that writes it, and one link
/// whatever runs at once.
#[async_trait]
pub trait AuditStore {
    /// What the next link goes on from.
    async fn find_audit_end(&self) -> StoreResult<ChainEnd>;
    /// Those behind `after`, in their order.
    async fn list_audit_links(&self, after: u64, limit: u32) -> StoreResult<Vec<AuditLink>>;
    /// An event from after `since` that should have a link and has none.
    async fn find_unchained_event(&self, since: Timestamp) -> StoreResult<Option<EventId>>;
}
