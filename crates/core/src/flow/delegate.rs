//! `POST /delegation`: a new id_token from an old one or from a device's refresh token (protocol
//! 2.12).

use std::net::IpAddr;

use latchkey_wire::legacy::{DelegationRequest, DelegationResponse, DelegationSource};
use latchkey_wire::profile::Claims;
use latchkey_wire::scope::OPENID;
use latchkey_wire::{Scopes, Secret};
use serde_json::json;

use super::authenticate_client::ClientCredentials;
use super::resource_owner::LegacyError;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{Client, CredentialId, EventKind, RefreshKind, TokenHash, User};
use crate::store::StoreError;
use crate::token::claims;
use crate::token::issue::GRANT_ID;

#[derive(Debug, thiserror::Error)]
pub enum DelegationError {
    #[error(transparent)]
    Legacy(#[from] LegacyError),
    /// Only the caller's own client can be the target.
    #[error("the target client is not allowed")]
    TargetNotAllowed,
    #[error("api_type must be app or auth0")]
    ApiTypeUnknown,
    #[error("the id_token is not valid for this client")]
    IdTokenRefused,
    #[error("the refresh token is not valid for this client")]
    RefreshTokenRefused,
    #[error("the user is blocked")]
    UserBlocked,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl DelegationError {
    /// For the log; `None` of what has an entry of its own, and of faults.
    fn word(&self) -> Option<&'static str> {
        match self {
            Self::TargetNotAllowed => Some("target"),
            Self::ApiTypeUnknown => Some("api_type"),
            Self::IdTokenRefused => Some("id_token"),
            Self::RefreshTokenRefused => Some("refresh_token"),
            Self::UserBlocked => Some("user is blocked"),
            Self::TooManyRequests(_) => Some("too many requests"),
            Self::Legacy(_) | Self::Fault(_) => None,
        }
    }
}

impl From<StoreError> for DelegationError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Claims of an old token that a new one gets afresh.
const RENEWED: [&str; 9] = ["iss", "sub", "aud", "iat", "exp", "nonce", "azp", "auth_time", GRANT_ID];

/// How the person of an old token was proved. A new token says so: it proves nobody anew, and ends with the
/// password or device key that the old one came by (P-168).
struct Proved {
    at: Timestamp,
    credential: Option<CredentialId>,
}

impl Proved {
    fn tell(self, claims: &mut Claims) {
        claims.insert("auth_time".into(), json!(self.at));
        if let Some(credential) = self.credential {
            claims.insert(GRANT_ID.into(), json!(credential));
        }
    }
}

impl Engine {
    pub async fn delegate(
        &self,
        credentials: &ClientCredentials,
        request: DelegationRequest,
        caller: &Caller,
    ) -> Result<DelegationResponse, DelegationError> {
        let who = self.legacy_client(credentials, caller, "delegation").await?;
        let ip = who.user_ip(caller);
        let delegated = self.delegate_to(&who.client, request, ip).await;
        if let Err(error) = &delegated
            && let Some(why) = error.word()
        {
            let about = format!("{why}|{}", limit::prefix(ip));
            self.note_seldom(EventKind::DelegationFailed, Some(&who.client.id), &about, |event| {
                event.ip = Some(ip.to_string());
                event.because(why);
            });
        }
        delegated
    }

    async fn delegate_to(
        &self,
        client: &Client,
        request: DelegationRequest,
        ip: IpAddr,
    ) -> Result<DelegationResponse, DelegationError> {
        if request.target.as_deref().is_some_and(|target| target != client.id.as_str()) {
            return Err(DelegationError::TargetNotAllowed);
        }
        if !matches!(request.api_type.as_deref(), None | Some("app" | "auth0")) {
            return Err(DelegationError::ApiTypeUnknown);
        }
        let (user, old, proof) = match &request.source {
            DelegationSource::IdToken(token) => self.user_of_id_token(client, token).await?,
            DelegationSource::RefreshToken(token) => self.user_of_device_token(client, token).await?,
        };
        self.take_delegation_permit(&user, ip)?;
        let issuer = &self.settings.issuer;
        let mut claims = match &request.scope {
            Some(scope) if !scope.contains("passthrough") => claims::by_legacy_scope(&user, scope, issuer),
            _ => old,
        };
        proof.tell(&mut claims);
        let id_token = self.sign_id_token(client, claims, &user).await?;
        let mut event = self.event(EventKind::DelegationSucceeded, Some(&client.id));
        event.user = Some(user.id);
        event.ip = Some(ip.to_string());
        self.store.insert_events(vec![event]).await?;
        Ok(DelegationResponse {
            token_type: String::from("Bearer"),
            expires_in: client.jwt.lifetime.into(),
            id_token,
        })
    }

    /// The user and the claims to repeat of an unexpired id_token of this client.
    async fn user_of_id_token(
        &self,
        client: &Client,
        token: &Secret,
    ) -> Result<(User, Claims, Proved), DelegationError> {
        let known = self.read_id_token(token.expose()).await?.ok_or(DelegationError::IdTokenRefused)?;
        if known.client.id != client.id {
            return Err(DelegationError::IdTokenRefused);
        }
        let proof = Proved { at: known.proved_at(), credential: known.credential() };
        let mut claims = known.claims;
        claims.retain(|name, _| !RENEWED.contains(&name.as_str()));
        Ok((known.user, claims, proof))
    }

    /// Tokens from `/oauth/token` are not accepted here, as those from `/oauth/ro` are not there.
    async fn user_of_device_token(
        &self,
        client: &Client,
        token: &Secret,
    ) -> Result<(User, Claims, Proved), DelegationError> {
        let hash = TokenHash::of(token);
        let family = self
            .store
            .find_refresh_family(&hash, self.now())
            .await?
            .filter(|family| family.kind == RefreshKind::Device && family.client == client.id)
            .ok_or(DelegationError::RefreshTokenRefused)?;
        let user = self.store.find_user(&family.user).await?.ok_or(DelegationError::RefreshTokenRefused)?;
        if user.blocked {
            return Err(DelegationError::UserBlocked);
        }
        if !user.counts_proof_of(family.auth_time) {
            return Err(DelegationError::RefreshTokenRefused);
        }
        let scope: Scopes = family.scope.filtered(|word| word != OPENID);
        let claims = claims::by_legacy_scope(&user, &scope, &self.settings.issuer);
        Ok((user, claims, Proved { at: family.auth_time, credential: family.credential }))
    }

    fn take_delegation_permit(&self, user: &User, ip: IpAddr) -> Result<(), DelegationError> {
        let key = format!("{}|{}", user.id, limit::prefix(ip));
        self.buckets
            .take("delegation", &key, self.settings.limits.delegation_per_user, self.clock.now_micros())
            .map(|_| ())
            .map_err(DelegationError::TooManyRequests)
    }
}
