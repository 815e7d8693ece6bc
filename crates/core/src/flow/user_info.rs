//! `/userinfo`: the claims that an access token's scopes allow (OpenID Connect Core section 5.3).

use jsonwebtoken::{Algorithm, DecodingKey};
use latchkey_wire::Scopes;
use latchkey_wire::profile::Claims;
use latchkey_wire::scope::OPENID;
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{ClientId, FamilyId, UserId, revoked_mark};
use crate::store::StoreError;
use crate::token::access::AccessGrant;
use crate::token::{claims, jwt};

#[derive(Debug, thiserror::Error)]
pub enum UserInfoError {
    /// Expired, changed, not ours, not for this endpoint, of a user who is gone or blocked, or of a client
    /// that is gone or whose consent was revoked.
    #[error("the token is not valid")]
    Invalid,
    /// The token was given without `openid`.
    #[error("the token lacks the scope openid")]
    InsufficientScope,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for UserInfoError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What an access token, of either form, gives access to here.
struct Access {
    user: UserId,
    client: String,
    scope: Scopes,
    legacy: bool,
    /// When it was given, at most.
    given_at: Timestamp,
    /// What it ends with.
    families: Vec<FamilyId>,
}

impl Engine {
    pub async fn user_info(&self, access_token: &str) -> Result<Claims, UserInfoError> {
        let access = self.read_access_token(access_token).ok_or(UserInfoError::Invalid)?;
        if !access.scope.contains(OPENID) {
            return Err(UserInfoError::InsufficientScope);
        }
        for family in &access.families {
            if self.store.is_seen(&revoked_mark(family), self.now()).await? {
                return Err(UserInfoError::Invalid);
            }
        }
        self.buckets
            .take(
                "userinfo",
                access.user.as_str(),
                self.settings.limits.userinfo_per_user,
                self.clock.now_micros(),
            )
            .map_err(UserInfoError::TooManyRequests)?;
        // What was given to a client ends with it.
        let client = self.client(&ClientId::from(access.client.as_str())).await?;
        let client = client.ok_or(UserInfoError::Invalid)?;
        let user = self
            .store
            .find_user(&access.user)
            .await?
            .filter(|user| !user.blocked && user.counts_proof_of(access.given_at))
            .ok_or(UserInfoError::Invalid)?;
        if !access.legacy && !self.is_allowed_anything(&client, &user.id).await? {
            return Err(UserInfoError::Invalid);
        }
        let settings = &self.settings;
        let mut profile = if access.legacy {
            claims::legacy(&user, &settings.issuer, &access.client, &settings.tenant)
        } else {
            claims::by_scope(&user, &access.scope, &settings.issuer)
        };
        profile.insert("sub".into(), json!(user.id));
        Ok(profile)
    }

    fn read_access_token(&self, token: &str) -> Option<Access> {
        if !token.contains('.') {
            let grant = AccessGrant::open(&self.vault, token, self.now())?;
            return Some(Access {
                families: grant.families(),
                user: grant.user,
                client: grant.client.as_str().to_owned(),
                scope: grant.scope,
                legacy: grant.legacy,
                given_at: grant.issued_at,
            });
        }
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let here = self.url("userinfo");
        let check = |algorithm: Algorithm, key: &DecodingKey| {
            jwt::verify::<Claims>(token, algorithm, key, &self.settings.issuer, Some(&here))
        };
        let claims = self.keys.with_verifier(&kid, check)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        if !jwt::is_current(number("iat"), number("exp")?, self.now(), 0) {
            return None;
        }
        Some(Access {
            user: UserId::from(text("sub")?),
            client: text("azp").or_else(|| text("client_id"))?.to_owned(),
            scope: Scopes::parse(text("scope")?).ok()?,
            legacy: false,
            // Its time is told to whoever reads it, and never lies ahead.
            given_at: Timestamp(number("iat").unwrap_or_default()).plus(1),
            families: text("grant_id").map(FamilyId::from).into_iter().collect(),
        })
    }
}
