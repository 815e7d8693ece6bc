//! Client authentication (protocol 2.0.3, RFC 6749 section 2.3, RFC 7523): nothing, a secret in the
//! body or by Basic, or a signed assertion.

use std::net::IpAddr;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey};
use latchkey_wire::Secret;
use serde::Deserialize;

use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{Client, ClientCredential, ClientId, TokenEndpointAuthMethod};
use crate::token::jwt;

/// Longest life of an assertion that is accepted, in seconds.
const MAX_ASSERTION_LIFE: i64 = 600;

/// Who a request says it comes from, and how it proves that.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    pub id: ClientId,
    pub proof: ClientProof,
}

#[derive(Clone, Debug)]
pub enum ClientProof {
    None,
    Secret(Secret),
    Assertion(Secret),
}

/// A client that a request comes from.
#[derive(Clone, Debug)]
pub struct ProvenClient {
    pub client: Arc<Client>,
    /// It proved its secret or key; false for public clients, which have nothing to prove.
    pub proven: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ClientAuthError {
    #[error("unknown client")]
    Unknown,
    /// A confidential client sent no proof.
    #[error("client authentication is required")]
    Required,
    #[error("client authentication failed")]
    Failed,
    #[error("too many failed client authentications")]
    TooManyFailures(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<crate::store::StoreError> for ClientAuthError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl ProvenClient {
    /// The end user's address: the caller's, or what a trusted server says it is (P-011, P-012).
    pub fn user_ip(&self, caller: &Caller) -> IpAddr {
        match caller.forwarded_for {
            Some(ip) if self.proven && self.client.trust_forwarded_for => ip,
            _ => caller.ip,
        }
    }
}

impl Engine {
    /// Finds the client and checks its proof. Public clients pass without one; one that they send
    /// all the same is checked.
    pub async fn authenticate_client(
        &self,
        credentials: &ClientCredentials,
        caller: &Caller,
    ) -> Result<ProvenClient, ClientAuthError> {
        self.note_arrival();
        let client = self.client(&credentials.id).await?.ok_or(ClientAuthError::Unknown)?;
        let key = format!("{}|{}", client.id, limit::prefix(caller.ip));
        let failures = self.settings.limits.client_auth_failures;
        let now = self.clock.now_micros();
        self.buckets.peek("client_auth", &key, failures, now).map_err(ClientAuthError::TooManyFailures)?;
        let good = match &credentials.proof {
            ClientProof::None if client.is_public() => {
                return Ok(ProvenClient { client, proven: false });
            }
            ClientProof::None => return Err(ClientAuthError::Required),
            ClientProof::Secret(secret) => self.secret_matches(&client, secret)?,
            ClientProof::Assertion(assertion) => self.assertion_holds(&client, assertion).await?,
        };
        if !good {
            let _ = self.buckets.take("client_auth", &key, failures, now);
            return Err(ClientAuthError::Failed);
        }
        Ok(ProvenClient { client, proven: true })
    }

    /// A permit for what a client does beside asking for tokens (RL-24).
    pub(super) fn take_aside(&self, client: &Client) -> Result<(), LimitState> {
        let (bucket, now) = (self.settings.limits.aside_per_client, self.clock.now_micros());
        self.buckets.take("aside", client.id.as_str(), bucket, now).map(drop)
    }

    fn secret_matches(&self, client: &Client, secret: &Secret) -> Result<bool, Fault> {
        let Some(sealed) = &client.secret else { return Ok(false) };
        if client.auth_method == TokenEndpointAuthMethod::PrivateKeyJwt {
            return Ok(false);
        }
        let stored = self.vault.open_text(&Client::secret_context(&client.id), sealed)?;
        Ok(stored.matches(secret.expose()))
    }

    /// RFC 7523 section 3: signed by a key of the client, `iss` = `sub` = the client, for us, short
    /// lived, never seen before.
    async fn assertion_holds(&self, client: &Client, assertion: &Secret) -> Result<bool, Fault> {
        let Some(claims) = self.read_assertion(client, assertion.expose()) else { return Ok(false) };
        let now = self.now();
        let short = claims.exp.saturating_sub(claims.iat.unwrap_or(now.0)) <= MAX_ASSERTION_LIFE;
        let fresh = jwt::is_current(claims.iat, claims.exp, now, 0);
        if claims.sub != client.id.as_str() || !short || !fresh {
            return Ok(false);
        }
        let Some(jti) = claims.jti.filter(|jti| !jti.is_empty() && jti.len() <= 256) else {
            return Ok(false);
        };
        let key = format!("assertion|{}|{jti}", client.id);
        Ok(self.store.insert_once(&key, Timestamp(claims.exp), now).await?)
    }

    fn read_assertion(&self, client: &Client, assertion: &str) -> Option<AssertionClaims> {
        let token_endpoint = self.url("oauth/token");
        let audiences = [self.settings.issuer.as_str(), token_endpoint.as_str()];
        let now = self.now();
        let lives = |key: &&ClientCredential| key.in_use && key.expires_at.is_none_or(|end| now < end);
        let managed = client.credentials.iter().filter(lives).map(|key| (&key.pem, key.alg.parse().ok()));
        client.assertion_keys.iter().map(|pem| (pem, None)).chain(managed).find_map(|(pem, registered)| {
            let (own, key) = public_key(pem)?;
            let algorithm = registered.unwrap_or(own);
            audiences
                .iter()
                .find_map(|aud| jwt::verify(assertion, algorithm, &key, client.id.as_str(), Some(aud)))
        })
    }
}

/// The key, and its algorithm where none was registered with it; never the token's. A private key is refused:
/// it would be kept in clear, and the library reads it as well.
pub(super) fn public_key(pem: &str) -> Option<(Algorithm, DecodingKey)> {
    let (_, labelled) = pem.split_once("-----BEGIN ")?;
    let (label, _) = labelled.split_once("-----")?;
    if !matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY") {
        return None;
    }
    let bytes = pem.as_bytes();
    if let Ok(key) = DecodingKey::from_rsa_pem(bytes) {
        return Some((Algorithm::RS256, key));
    }
    if let Ok(key) = DecodingKey::from_ec_pem(bytes) {
        return Some((Algorithm::ES256, key));
    }
    DecodingKey::from_ed_pem(bytes).ok().map(|key| (Algorithm::EdDSA, key))
}

#[derive(Deserialize)]
struct AssertionClaims {
    sub: String,
    exp: i64,
    iat: Option<i64>,
    jti: Option<String>,
}
