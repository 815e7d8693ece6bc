//! `/api/v2/clients`: the parts of a client that are objects of their own.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `jwt_configuration`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct JwtConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_in_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_encoded: Option<bool>,
}

/// `refresh_token`. What is absent stands in [`RefreshToken::filled`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct RefreshToken {
    pub rotation_type: Option<Rotation>,
    pub expiration_type: Option<Expiration>,
    pub leeway: Option<u32>,
    pub token_lifetime: Option<u32>,
    pub idle_token_lifetime: Option<u32>,
    pub infinite_token_lifetime: Option<bool>,
    pub infinite_idle_token_lifetime: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rotation {
    Rotating,
    NonRotating,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiration {
    Expiring,
    NonExpiring,
}

impl RefreshToken {
    /// Auth0's defaults for what is absent.
    pub fn filled(self) -> Self {
        let expiration = self.expiration_type.unwrap_or(Expiration::NonExpiring);
        let infinite = expiration == Expiration::NonExpiring;
        let lifetime = self.token_lifetime.unwrap_or(2_592_000);
        Self {
            rotation_type: self.rotation_type.or(Some(Rotation::NonRotating)),
            expiration_type: Some(expiration),
            leeway: self.leeway.or(Some(0)),
            token_lifetime: Some(lifetime),
            idle_token_lifetime: self
                .idle_token_lifetime
                .or_else(|| Some(lifetime.saturating_sub(1).clamp(1, 1_296_000))),
            infinite_token_lifetime: self.infinite_token_lifetime.or(Some(infinite)),
            infinite_idle_token_lifetime: self.infinite_idle_token_lifetime.or(Some(infinite)),
        }
    }
}

/// `mobile`. An empty text is as good as none.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Mobile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ios: Option<Ios>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub android: Option<Android>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Ios {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_bundle_identifier: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Android {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_package_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256_cert_fingerprints: Option<Vec<String>>,
}

/// `oidc_logout`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct OidcLogout {
    #[serde(default)]
    pub backchannel_logout_urls: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_initiators: Option<Initiators>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_metadata: Option<SessionMetadata>,
}

/// `mode` is `all` or `custom`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Initiators {
    pub mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected_initiators: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct SessionMetadata {
    #[serde(default)]
    pub include: bool,
}

/// `client_authentication_methods`. What stands beside `private_key_jwt` is not for us.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AuthenticationMethods {
    #[serde(default)]
    pub private_key_jwt: Option<PrivateKeyJwt>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct PrivateKeyJwt {
    #[serde(default)]
    pub credentials: Vec<CredentialName>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct CredentialName {
    pub id: String,
}

/// `POST /clients/{id}/credentials`.
#[derive(Clone, Debug, Deserialize)]
pub struct CredentialBody {
    pub credential_type: String,
    #[serde(default)]
    pub name: Option<String>,
    pub pem: String,
    #[serde(default)]
    pub alg: Option<String>,
    #[serde(default)]
    pub expires_at: Option<Value>,
}
