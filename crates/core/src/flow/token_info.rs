//! `POST /tokeninfo`: the profile behind an id_token (protocol 2.13).

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey};
use latchkey_wire::profile::Claims;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{Client, ClientId, CredentialId, FamilyId, SigningAlgorithm, User, UserId, revoked_mark};
use crate::store::StoreError;
use crate::token::issue::GRANT_ID;
use crate::token::{claims, jwt};

#[derive(Debug, thiserror::Error)]
pub enum TokenInfoError {
    /// Expired, changed, not ours, or of a user who is gone or blocked.
    #[error("the token is not valid")]
    Invalid,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for TokenInfoError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A valid id_token of ours.
pub struct KnownIdToken {
    pub claims: Claims,
    pub client: Arc<Client>,
    pub user: User,
}

impl KnownIdToken {
    /// The password or device key that its user was proved by, where it was one.
    pub fn credential(&self) -> Option<CredentialId> {
        self.claims.get(GRANT_ID).and_then(Value::as_str).map(CredentialId::from)
    }

    /// When its user proved themselves.
    pub fn proved_at(&self) -> Timestamp {
        proved_at(&self.claims)
    }
}

/// When the person of an id_token proved themselves: a renewed token says so, any other one was given at that time.
pub(super) fn proved_at(claims: &Claims) -> Timestamp {
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    Timestamp(number("auth_time").or_else(|| number("iat")).unwrap_or_default())
}

/// What an id_token says as a hint.
pub(super) struct Hinted {
    pub subject: String,
    pub sid: Option<String>,
    pub client: Arc<Client>,
}

impl Engine {
    pub async fn token_info(&self, id_token: &str, ip: std::net::IpAddr) -> Result<Claims, TokenInfoError> {
        self.buckets
            .take(
                "tokeninfo",
                &limit::prefix(ip),
                self.settings.limits.tokeninfo_per_ip,
                self.clock.now_micros(),
            )
            .map_err(TokenInfoError::TooManyRequests)?;
        let known = self.read_id_token(id_token).await?.ok_or(TokenInfoError::Invalid)?;
        let settings = &self.settings;
        Ok(claims::legacy(&known.user, &settings.issuer, known.client.id.as_str(), &settings.tenant))
    }

    /// Checks an id_token of ours: signature by the key that it names, or by the secret of the
    /// client that it is for; issuer; life; that its user still may sign in, and that the password or device key
    /// which it came by is still there, as is what else proved them (S-148).
    pub async fn read_id_token(&self, token: &str) -> Result<Option<KnownIdToken>, Fault> {
        let Some((client, claims)) = self.verify_id_token(token).await? else { return Ok(None) };
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        let current = number("exp").is_some_and(|exp| jwt::is_current(number("iat"), exp, self.now(), 0));
        let Some(subject) = claims.get("sub").and_then(Value::as_str).filter(|_| current) else {
            return Ok(None);
        };
        let credential = claims.get(GRANT_ID).and_then(Value::as_str).map(FamilyId::from);
        if let Some(credential) = credential
            && self.store.is_seen(&revoked_mark(&credential), self.now()).await?
        {
            return Ok(None);
        }
        let user = self.store.find_user(&UserId::from(subject)).await?;
        let Some(user) = user.filter(|user| !user.blocked) else { return Ok(None) };
        let known = KnownIdToken { claims, client, user };
        Ok(Some(known).filter(|known| known.user.counts_proof_of(known.proved_at())))
    }

    /// The subject and session of an id_token of ours, however old: a hint (OpenID Connect Core section
    /// 3.1.2.1, RP-Initiated Logout section 2).
    pub(super) async fn hinted_subject(
        &self,
        token: &str,
        client: Option<&ClientId>,
    ) -> Result<Option<Hinted>, Fault> {
        let Some((audience, claims)) = self.verify_id_token(token).await? else { return Ok(None) };
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let fits = client.is_none_or(|id| *id == audience.id);
        Ok(text("sub").filter(|_| fits).map(|subject| Hinted { subject, sid: text("sid"), client: audience }))
    }

    async fn verify_id_token(&self, token: &str) -> Result<Option<(Arc<Client>, Claims)>, Fault> {
        let Ok(header) = jsonwebtoken::decode_header(token) else { return Ok(None) };
        // A logout token has the same issuer, audience and subject (RFC 8725 section 3.11).
        if header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Ok(None);
        }
        let issuer = &self.settings.issuer;
        if let Some(kid) = header.kid {
            let check = |algorithm: Algorithm, key: &DecodingKey| {
                jwt::verify::<Claims>(token, algorithm, key, issuer, None)
            };
            let Some(claims) = self.keys.with_verifier(&kid, check) else { return Ok(None) };
            // An access token has several audiences or an API's: it is no id_token.
            let Some(client) = self.audience_of(&claims).await? else { return Ok(None) };
            return Ok(Some((client, claims)));
        }
        // Invariant: what an unverified token says is used only to find the key that verifies it.
        let Ok(unverified) = jsonwebtoken::dangerous::insecure_decode::<Claims>(token) else {
            return Ok(None);
        };
        let Some(client) = self.audience_of(&unverified.claims).await? else { return Ok(None) };
        if client.jwt.alg != SigningAlgorithm::HS256 {
            return Ok(None);
        }
        let key = DecodingKey::from_secret(&self.hs256_key(&client)?);
        let claims = jwt::verify::<Claims>(token, Algorithm::HS256, &key, issuer, Some(client.id.as_str()));
        Ok(claims.map(|claims| (client, claims)))
    }

    async fn audience_of(&self, claims: &Claims) -> Result<Option<Arc<Client>>, Fault> {
        match claims.get("aud").and_then(Value::as_str) {
            Some(audience) => Ok(self.client(&ClientId::from(audience)).await?),
            None => Ok(None),
        }
    }
}
