//! `POST /oauth/introspect` (RFC 7662): is this token good, and what for? Told to the client that it was
//! given to, and to nobody else (S-100).

use jsonwebtoken::{Algorithm, DecodingKey};
use latchkey_wire::introspection::{ActiveToken, IntrospectionResponse};
use latchkey_wire::profile::Claims;
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

use super::authenticate_client::{ClientAuthError, ClientCredentials};
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{Client, FamilyId, TokenHash, UserId, machine_subject, revoked_mark};
use crate::token::access::AccessGrant;
use crate::token::jwt;

#[derive(Debug, thiserror::Error)]
pub enum IntrospectError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A token that looks good, and the chains and credentials that it comes from.
struct Found {
    token: ActiveToken,
    families: Vec<FamilyId>,
}

impl Engine {
    pub async fn introspect(
        &self,
        credentials: &ClientCredentials,
        token: &Secret,
        caller: &Caller,
    ) -> Result<IntrospectionResponse, IntrospectError> {
        let who = self.authenticate_client(credentials, caller).await?;
        // Anybody can name a public client: it would be an oracle for found tokens (RFC 7662 section 4).
        if !who.proven {
            return Err(ClientAuthError::Required.into());
        }
        self.take_aside(&who.client).map_err(IntrospectError::TooManyRequests)?;
        let client = &*who.client;
        let found = match self.read_access(client, token.expose()) {
            Some(found) => Some(found),
            None => self.read_refresh(client, token).await?,
        };
        let Some(Found { token, families }) = found else { return Ok(IntrospectionResponse::INACTIVE) };
        Ok(match self.is_good(client, &token, &families).await? {
            true => IntrospectionResponse { active: true, token: Some(token) },
            false => IntrospectionResponse::INACTIVE,
        })
    }

    /// What it comes from was not revoked and still proves somebody, who may still sign in.
    async fn is_good(
        &self,
        client: &Client,
        token: &ActiveToken,
        families: &[FamilyId],
    ) -> Result<bool, Fault> {
        for family in families {
            if self.store.is_seen(&revoked_mark(family), self.now()).await? {
                return Ok(false);
            }
        }
        if token.sub == machine_subject(&client.id) {
            return Ok(true);
        }
        let user = self.store.find_user(&UserId::from(token.sub.as_str())).await?;
        // Its time never lies ahead: one of the second in which proofs ended may have been given after.
        let given_at = Timestamp(token.iat.unwrap_or_default()).plus(1);
        match user.filter(|user| !user.blocked && user.counts_proof_of(given_at)) {
            Some(user) => self.is_allowed_anything(client, &user.id).await,
            None => Ok(false),
        }
    }

    fn read_access(&self, client: &Client, token: &str) -> Option<Found> {
        if token.contains('.') {
            return self.read_signed(client, token);
        }
        let grant = AccessGrant::open(&self.vault, token, self.now())?;
        let families = grant.families();
        let token = ActiveToken {
            iss: self.settings.issuer.clone(),
            sub: grant.user.as_str().to_owned(),
            client_id: grant.client.as_str().to_owned(),
            aud: Some(json!(self.url("userinfo"))),
            scope: Some(grant.scope),
            token_type: Some(String::from("Bearer")),
            iat: Some(grant.issued_at.0),
            exp: Some(grant.expires_at.0),
        };
        (grant.client == client.id).then_some(Found { token, families })
    }

    /// An access token for an API. An id_token names no client that it was given to, but one that it is for.
    fn read_signed(&self, client: &Client, token: &str) -> Option<Found> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let check = |algorithm: Algorithm, key: &DecodingKey| {
            jwt::verify::<Claims>(token, algorithm, key, &self.settings.issuer, None)
        };
        let claims = self.keys.with_verifier(&kid, check)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        let given_to = text("azp").or_else(|| text("client_id"))?;
        let (iat, exp) = (number("iat"), number("exp")?);
        if given_to != client.id.as_str() || !jwt::is_current(iat, exp, self.now(), 0) {
            return None;
        }
        let token = ActiveToken {
            iss: self.settings.issuer.clone(),
            sub: text("sub")?.to_owned(),
            client_id: given_to.to_owned(),
            aud: claims.get("aud").cloned(),
            scope: text("scope").and_then(|scope| Scopes::of_any_length(scope).ok()),
            token_type: Some(String::from("Bearer")),
            iat,
            exp: Some(exp),
        };
        Some(Found { token, families: text("grant_id").map(FamilyId::from).into_iter().collect() })
    }

    async fn read_refresh(&self, client: &Client, token: &Secret) -> Result<Option<Found>, Fault> {
        let found = self.store.find_refresh_family(&TokenHash::of(token), self.now()).await?;
        let found = found.filter(|family| family.client == client.id);
        Ok(found.map(|family| {
            let ends = [family.expires_at, family.idle_expires_at];
            let token = ActiveToken {
                iss: self.settings.issuer.clone(),
                sub: family.user.as_str().to_owned(),
                client_id: family.client.as_str().to_owned(),
                aud: family.audience.map(|audience| json!(audience)),
                scope: Some(family.scope),
                token_type: None,
                iat: Some(family.created_at.0),
                exp: ends.into_iter().flatten().min().map(|end| end.0),
            };
            Found { token, families: vec![family.id] }
        }))
    }
}
