//! `/api/v2/device-credentials`: the bodies.

use serde::Deserialize;

/// `PATCH /device-credentials/{id}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceNameBody {
    pub device_name: String,
}

/// `POST /device-credentials`: the key of a device.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCredentialBody {
    pub device_name: String,
    /// `public_key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Base64 of a public key, as PEM text or as DER.
    pub value: String,
    pub device_id: String,
    /// Without it, that of the token.
    pub client_id: Option<String>,
}
