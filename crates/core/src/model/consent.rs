//! What a person allowed a client that is not the operator's own. Auth0's Management API serves these as
//! `/api/v2/grants`.

use latchkey_wire::Scopes;
use serde::{Deserialize, Serialize};

use super::{ClientId, ConsentId, UserId};
use crate::clock::Timestamp;

/// One per user, client and audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub id: ConsentId,
    pub user: UserId,
    pub client: ClientId,
    pub audience: Option<String>,
    /// Everything that was ever allowed together with this audience.
    pub scope: Scopes,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Consent {
    /// Nothing is asked for that was not allowed.
    pub fn covers(&self, asked: &Scopes) -> bool {
        asked.is_subset_of(&self.scope)
    }
}
