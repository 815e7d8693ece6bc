//! `POST /oauth/ro`: the sign-in of the SDKs before OpenID Connect (protocol 2.10), by a code, by the password of
//! Touch ID, or by a key that was enrolled with it.

use latchkey_wire::legacy::{
    BadLegacyRequest, DeviceAssertionRequest, LegacyRequest, ResourceOwnerRequest, ResourceOwnerResponse,
};
use latchkey_wire::scope::{OFFLINE_ACCESS, OPENID};
use latchkey_wire::{Scopes, Secret};

use super::authenticate_client::{ClientAuthError, ClientCredentials, ClientProof, ProvenClient};
use super::redeem::{Presented, RedeemError, Redemption, SignedIn};
use super::touch_id::{ByCredential, DeviceKeyError, DeviceProof, PasswordError, PasswordProof};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    Client, CredentialId, EventKind, FamilyId, Proof, RefreshFamily, RefreshKind, Strategy, User,
};
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
    /// The client does not have the grant of Touch ID.
    #[error("the client may not send JWTs of devices")]
    GrantNotAllowed,
    /// Only now it is known that a code was to be sent.
    #[error(transparent)]
    Request(#[from] BadLegacyRequest),
    #[error(transparent)]
    Code(#[from] RedeemError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    DeviceKey(#[from] DeviceKeyError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for LegacyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Who a legacy request signed in, and what beside them goes into the tokens.
struct Entered {
    user: User,
    refresh_token: Option<Secret>,
    proof: Option<Proof>,
    credential: Option<CredentialId>,
}

impl From<ByCredential> for Entered {
    fn from(by: ByCredential) -> Self {
        let ByCredential { user, credential, refresh_token } = by;
        Self { user, refresh_token, proof: None, credential: Some(credential) }
    }
}

/// What tokens are asked for, whatever the grant.
struct Asked {
    scope: Scopes,
    nonce: Option<String>,
    state: Option<String>,
}

impl Engine {
    /// `POST /oauth/ro`: a code or a password, or a JWT that the key of a device signed.
    pub async fn legacy_sign_in(
        &self,
        credentials: &ClientCredentials,
        request: LegacyRequest,
        caller: &Caller,
    ) -> Result<ResourceOwnerResponse, LegacyError> {
        let (grant, result) = match request {
            LegacyRequest::ResourceOwner(request) => {
                ("legacy_password", self.resource_owner(credentials, request, caller).await)
            }
            LegacyRequest::Device(request) => {
                ("legacy_jwt_bearer", self.device_assertion(credentials, request, caller).await)
            }
        };
        let outcome = if result.is_ok() { "ok" } else { "refused" };
        metrics::counter!("latchkey_tokens_total", "grant" => grant, "outcome" => outcome).increment(1);
        result
    }

    pub async fn resource_owner(
        &self,
        credentials: &ClientCredentials,
        request: ResourceOwnerRequest,
        caller: &Caller,
    ) -> Result<ResourceOwnerResponse, LegacyError> {
        let who = self.legacy_client(credentials, caller, "oauth/ro").await?;
        let client = &*who.client;
        let connection = self.connection(&request.connection).await?.ok_or(LegacyError::ConnectionUnknown)?;
        if !connection.is_enabled_for(&client.id) {
            return Err(LegacyError::ConnectionDisabled);
        }
        let by_password = connection.strategy == Strategy::Database;
        if by_password && !client.allows_touch_id() {
            return Err(LegacyError::ConnectionStrategy);
        }
        let scope = request.scope.clone().unwrap_or_else(|| Scopes::from_iter([String::from(OPENID)]));
        let refresh = self.device_family(client, &connection.name, &scope, request.device.as_deref());
        let family = refresh.as_ref().map(|family| family.id.clone());
        let entered = match by_password {
            true => self
                .by_password(PasswordProof {
                    client: Some(&client.id),
                    connection: &connection,
                    username: &request.username,
                    password: &request.password,
                    ip: who.user_ip(caller),
                    counts: true,
                    refresh,
                })
                .await?
                .into(),
            false => {
                let code = request.code()?;
                let signed_in = self
                    .redeem(Redemption {
                        client,
                        connection: &connection,
                        username: &request.username,
                        presented: Presented::Code(&code),
                        ip: who.user_ip(caller),
                        refresh,
                        on_success: EventKind::SignedIn,
                        on_failure: EventKind::WrongCode,
                    })
                    .await?;
                let SignedIn { user, refresh_token, proof } = signed_in;
                Entered { user, refresh_token, proof: Some(proof), credential: None }
            }
        };
        let asked = Asked { scope, nonce: request.nonce, state: request.state };
        self.legacy_tokens(client, entered, family.as_ref(), asked).await
    }

    async fn device_assertion(
        &self,
        credentials: &ClientCredentials,
        request: DeviceAssertionRequest,
        caller: &Caller,
    ) -> Result<ResourceOwnerResponse, LegacyError> {
        let who = self.legacy_client(credentials, caller, "oauth/ro").await?;
        let client = &*who.client;
        if !client.allows_touch_id() {
            return Err(LegacyError::GrantNotAllowed);
        }
        let connection = self.touch_id_connection(client, &request.connection).await?;
        let scope = request.scope.clone().unwrap_or_else(|| Scopes::from_iter([String::from(OPENID)]));
        let refresh = self.device_family(client, &connection.name, &scope, Some(&request.device));
        let family = refresh.as_ref().map(|family| family.id.clone());
        let ip = who.user_ip(caller);
        let proof = DeviceProof { client, connection: &connection, request: &request, ip, refresh };
        let entered = self.by_device_key(proof).await?.into();
        let asked = Asked { scope, nonce: request.nonce, state: request.state };
        self.legacy_tokens(client, entered, family.as_ref(), asked).await
    }

    async fn legacy_tokens(
        &self,
        client: &Client,
        entered: Entered,
        family: Option<&FamilyId>,
        asked: Asked,
    ) -> Result<ResourceOwnerResponse, LegacyError> {
        let authenticated = Authenticated {
            client,
            user: &entered.user,
            scope: asked.scope,
            audience: None,
            nonce: asked.nonce.as_deref(),
            auth_time: entered.user.proved_at(self.now()),
            proof: entered.proof,
            acr: None,
            legacy: true,
            sid: None,
            family,
            credential: entered.credential.as_ref(),
        };
        let tokens = self.issue(&authenticated, entered.refresh_token).await?;
        Ok(ResourceOwnerResponse {
            id_token: tokens.id_token,
            access_token: tokens.access_token,
            // Lower case, as recorded in 2015.
            token_type: String::from("bearer"),
            refresh_token: tokens.refresh_token,
            state: asked.state,
        })
    }

    /// The client of a legacy request. Its SDKs send no secret even where the client has one, so
    /// none is asked for; one that is sent must be right.
    pub(super) async fn legacy_client(
        &self,
        credentials: &ClientCredentials,
        caller: &Caller,
        feature: &'static str,
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
        self.note_deprecated(&who.client.id, feature);
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
