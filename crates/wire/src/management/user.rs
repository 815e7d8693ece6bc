//! `/api/v2/users` and what is below: the bodies that are no user.

use serde::Deserialize;
use serde_json::Value;

/// `POST /users/{id}/identities`: by ids, or by an ID token of the other user.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    pub provider: Option<String>,
    /// With or without its provider. Some tools send a number.
    pub user_id: Option<Value>,
    pub connection_id: Option<String>,
    pub link_with: Option<String>,
}

/// `POST /users/{id}/revoke-access`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeAccessBody {
    /// Only this session, and what came from it.
    pub session_id: Option<String>,
    #[serde(default)]
    pub preserve_refresh_tokens: bool,
}

/// `POST /refresh-tokens/revoke`: these, or those of a user.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeTokensBody {
    pub ids: Option<Vec<String>>,
    pub user_id: Option<String>,
    pub client_id: Option<String>,
    pub audience: Option<String>,
}
