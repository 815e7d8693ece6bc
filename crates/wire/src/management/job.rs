//! `/api/v2/jobs`: the bodies that start one.

use serde::{Deserialize, Serialize};

/// `POST /jobs/users-exports`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportBody {
    pub connection_id: Option<String>,
    #[serde(default)]
    pub format: Option<ExportFormat>,
    /// Most users.
    pub limit: Option<u64>,
    pub fields: Option<Vec<ExportField>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFormat {
    /// An object a line.
    #[default]
    #[serde(rename = "json")]
    Json,
    #[serde(rename = "csv")]
    Csv,
    /// One array, as importers take it.
    #[serde(rename = "json-array")]
    JsonArray,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportField {
    /// A property, or a path such as `identities[0].connection` or `user_metadata.plan`.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_as: Option<String>,
}

/// `POST /jobs/verification-email`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationEmailBody {
    pub user_id: String,
    pub client_id: Option<String>,
    pub identity: Option<serde_json::Value>,
    pub organization_id: Option<String>,
}
