//! The profile of a user as apps see it (protocol 5.1, 5.2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One way in that a user has, as listed in a normalized profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileIdentity {
    pub user_id: String,
    pub provider: String,
    pub connection: String,
    #[serde(rename = "isSocial")]
    pub is_social: bool,
}

/// Claims in the order that they are written: the answer of `/userinfo` and `/tokeninfo`, and the
/// payload of an id_token.
pub type Claims = Map<String, Value>;
