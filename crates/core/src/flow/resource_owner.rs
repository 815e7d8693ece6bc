//! `POST /oauth/ro`: the sign-in of the SDKs before OpenID Connect (protocol 2.10).

use latchkey_wire::Scopes;
use latchkey_wire::legacy::{ResourceOwnerRequest, ResourceOwnerResponse};
use latchkey_wire::scope::{OFFLINE_ACCESS, OPENID};

use super::authenticate_client::{ClientAuthError, ClientCredentials, ClientProof, ProvenClient};
use super::redeem::{Presented, RedeemError, Redemption};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Client, EventKind, RefreshFamily, RefreshKind, Strategy};
use crate::store::StoreError;
use crate::token::issue::Authenticated;

#[derive(Debug, thiserror::Error)]
pub enum LegacyError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// The client is OIDC-conformant: this pipeline is not for it.
    #[error("OIDC conformant clients cannot use the legacy endpoints")]
    OidcConformant,
    /// The client does not have the legacy grants.
    #[error("the legacy endpoints are off for the client")]
    Disabled,
    #[error("the connection was not found")]
    ConnectionUnknown,
    #[error("the connection was disabled")]
    ConnectionDisabled,
    #[error("specified strategy does not support requested operation")]
    ConnectionStrategy,
    #[error(transparent)]
    Code(#[from] RedeemError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for LegacyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Engine {
    pub async fn resource_owner(
        &self,
        credentials: &ClientCredentials,
        request: ResourceOwnerRequest,
        caller: &Caller,
    ) -> Result<ResourceOwnerResponse, LegacyError> {
        let who = self.legacy_client(credentials, caller).await?;
        let client = &*who.client;
        let connection = self.connection(&request.connection).await?.ok_or(LegacyError::ConnectionUnknown)?;
        if !connection.is_enabled_for(&client.id) {
            return Err(LegacyError::ConnectionDisabled);
        }
        if connection.strategy == Strategy::Database {
            return Err(LegacyError::ConnectionStrategy);
        }
        let scope = request.scope.unwrap_or_else(|| Scopes::from_iter([String::from(OPENID)]));
        let refresh = self.device_family(client, &connection.name, &scope, request.device.as_deref());
        let family = refresh.as_ref().map(|family| family.id.clone());
        let signed_in = self
            .redeem(Redemption {
                client,
                connection: &connection,
                username: &request.username,
                presented: Presented::Code(&request.password),
                ip: who.user_ip(caller),
                refresh,

                on_success: EventKind::SignedIn,
                on_failure: EventKind::WrongCode,
            })
            .await?;
        let authenticated = Authenticated {
            client,
            user: &signed_in.user,
            scope,
            audience: None,
            nonce: request.nonce.as_deref(),
            auth_time: self.now(),
            proof: Some(signed_in.proof),
            acr: None,
            legacy: true,
            sid: None,
            family: family.as_ref(),
        };
        let tokens = self.issue(&authenticated, signed_in.refresh_token).await?;
        Ok(ResourceOwnerResponse {
            id_token: tokens.id_token,
            access_token: tokens.access_token,
            // Lower case, as recorded in 2015.
            token_type: String::from("bearer"),
            refresh_token: tokens.refresh_token,
            state: request.state,
        })
    }

    /// The client of a legacy request. Its SDKs send no secret even where the client has one, so
    /// none is asked for; one that is sent must be right.
    pub(super) async fn legacy_client(
        &self,
        credentials: &ClientCredentials,
        caller: &Caller,
    ) -> Result<ProvenClient, LegacyError> {
        let who = match credentials.proof {
            ClientProof::None => {
                let client = self.client(&credentials.id).await?.ok_or(ClientAuthError::Unknown)?;
                ProvenClient { client, proven: false }
            }
            _ => self.authenticate_client(credentials, caller).await?,
        };
        if who.client.oidc_conformant {
            return Err(LegacyError::OidcConformant);
        }
        if !who.client.allows_legacy() {
            return Err(LegacyError::Disabled);
        }
        Ok(who)
    }

    /// A device's refresh token: only with a device name, never expiring, for `/delegation` only
    /// (protocol 5.5).
    fn device_family(
        &self,
        client: &Client,
        connection: &str,
        scope: &Scopes,
        device: Option<&str>,
    ) -> Option<RefreshFamily> {
        let device = device.filter(|_| scope.contains(OFFLINE_ACCESS))?;
        let family = self.new_family(client, connection, scope, None);
        Some(RefreshFamily {
            kind: RefreshKind::Device,
            device: Some(device.to_owned()),
            expires_at: None,
            idle_expires_at: None,
            ..family
        })
    }
}
