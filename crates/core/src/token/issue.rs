//! The only place where tokens are made. A grant proves who signs in; this turns it into tokens.

use std::sync::Arc;

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::EncodingKey;
use latchkey_wire::profile::Claims;
use latchkey_wire::scope::OPENID;
use latchkey_wire::token::TokenResponse;
use latchkey_wire::{Scopes, Secret};
use serde_json::{Map, json};
use tokio::sync::oneshot;

use super::access::AccessGrant;
use super::api::Api;
use super::{claims, jwt, keys};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::operator::API;
use crate::model::{
    Client, ClientId, CredentialId, FamilyId, LogoutNotice, Proof, SigningAlgorithm, TokenDialect, User,
    machine_subject,
};

/// Seconds that a logout token lives (S-102).
const LOGOUT_LIFE: i64 = 120;
/// The claim that names what a token ends with: a chain of refresh tokens, a password or a device key.
pub const GRANT_ID: &str = "grant_id";
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Who signs in at which client, and what they were granted.
pub struct Authenticated<'a> {
    pub client: &'a Client,
    pub user: &'a User,
    pub scope: Scopes,
    pub audience: Option<&'a Api>,
    pub nonce: Option<&'a str>,
    pub auth_time: Timestamp,
    /// `None` where tokens are renewed from an earlier proof.
    pub proof: Option<Proof>,
    /// Of the kinds of proof that the client asked for, the one that it was.
    pub acr: Option<&'a str>,
    /// Through `/oauth/ro`: legacy claims, HS256 where the client asks for it.
    pub legacy: bool,
    /// The browser's session, where there is one.
    pub sid: Option<&'a str>,
    /// The chain that the tokens belong to: what revokes it revokes them.
    pub family: Option<&'a FamilyId>,
    /// The password or device key that it was, which the tokens end with.
    pub credential: Option<&'a CredentialId>,
}

/// What `/authorize` itself hands out.
pub struct Bound<'a> {
    pub access_token: bool,
    pub id_token: bool,
    /// Given out beside them.
    pub code: Option<&'a Secret>,
    /// Seconds that the access token lives at most.
    pub lifetime: u32,
}

/// Tokens that travel through the browser.
pub struct ImplicitTokens {
    pub access_token: Option<Secret>,
    pub id_token: Option<Secret>,
    pub expires_in: u32,
}

impl Engine {
    /// Access and id token for someone who proved who they are. `refresh_token` is passed through:
    /// it was stored together with the proof.
    pub async fn issue(
        &self,
        who: &Authenticated<'_>,
        refresh_token: Option<Secret>,
    ) -> Result<TokenResponse, Fault> {
        let (access_token, expires_in) = match who.audience {
            None => {
                let lifetime = self.settings.access_token_lifetime;
                (self.opaque_access_token(who, lifetime)?, lifetime)
            }
            Some(api) => (self.api_access_token(who, api, api.token_lifetime).await?, api.token_lifetime),
        };
        let id_token = if who.scope.contains(OPENID) { Some(self.id_token(who, &[]).await?) } else { None };
        Ok(TokenResponse {
            access_token,
            refresh_token,
            id_token,
            scope: Some(who.scope.clone()),
            expires_in: expires_in.into(),
            token_type: String::from("Bearer"),
            device_key: None,
            device_key_error: None,
        })
    }

    /// Tokens from `/authorize` itself: the id_token names the hashes of what travels beside it (OpenID
    /// Connect Core section 3.3.2.11).
    pub async fn issue_implicit(
        &self,
        who: &Authenticated<'_>,
        bound: Bound<'_>,
    ) -> Result<ImplicitTokens, Fault> {
        let lifetime = who.audience.map_or(bound.lifetime, |api| {
            api.implicit_lifetime.unwrap_or(bound.lifetime).min(api.token_lifetime)
        });
        let access_token = match (bound.access_token, who.audience) {
            (false, _) => None,
            (true, None) => Some(self.opaque_access_token(who, lifetime)?),
            (true, Some(api)) => Some(self.api_access_token(who, api, lifetime).await?),
        };
        let hash = |token: &Secret| left_half(who.client.jwt.alg, token);
        let mut hashes = Vec::new();
        hashes.extend(access_token.as_ref().map(|token| ("at_hash", hash(token))));
        hashes.extend(bound.code.map(|code| ("c_hash", hash(code))));
        let id_token = match bound.id_token {
            true => Some(self.id_token(who, &hashes).await?),
            false => None,
        };
        Ok(ImplicitTokens { access_token, id_token, expires_in: lifetime })
    }

    fn opaque_access_token(&self, who: &Authenticated<'_>, lifetime: u32) -> Result<Secret, Fault> {
        let now = self.now();
        let grant = AccessGrant {
            user: who.user.id.clone(),
            client: who.client.id.clone(),
            scope: who.scope.clone(),
            issued_at: who.auth_time.max(now),
            expires_at: now.plus(lifetime.into()),
            legacy: who.legacy,
            family: who.family.cloned(),
            credential: who.credential.cloned(),
        };
        grant.seal(&self.vault)
    }

    async fn api_access_token(
        &self,
        who: &Authenticated<'_>,
        api: &Api,
        lifetime: u32,
    ) -> Result<Secret, Fault> {
        let now = self.now();
        let mut claims = Map::new();
        claims.insert("iss".into(), json!(self.settings.issuer));
        claims.insert("sub".into(), json!(who.user.id));
        let audience = if who.scope.contains(OPENID) {
            json!([api.audience, self.url("userinfo")])
        } else {
            json!(api.audience)
        };
        claims.insert("aud".into(), audience);
        claims.insert("iat".into(), json!(now));
        claims.insert("exp".into(), json!(now.plus(lifetime.into())));
        claims.insert("scope".into(), json!(who.scope));
        claims.insert("azp".into(), json!(who.client.id));
        if api.audience == self.url(API) {
            // What people may do there depends on when and how they proved themselves (RFC 9068 section 2.2.1).
            claims.insert("auth_time".into(), json!(who.auth_time));
            if let Some(proof) = who.proof {
                claims.insert("amr".into(), json!(proof.amr()));
            }
        }
        // A chain ends with the credential that it came by; without one, the token names the credential itself.
        if let Some(family) = who.family {
            claims.insert(GRANT_ID.into(), json!(family));
        } else if let Some(credential) = who.credential {
            claims.insert(GRANT_ID.into(), json!(credential));
        }
        self.sign_access_token(api, &who.client.id, claims).await
    }

    /// In the shape that the API wants.
    async fn sign_access_token(
        &self,
        api: &Api,
        client: &ClientId,
        mut claims: Claims,
    ) -> Result<Secret, Fault> {
        match api.dialect {
            TokenDialect::AccessToken => self.sign_with("JWT", SigningAlgorithm::RS256, claims).await,
            TokenDialect::Rfc9068Profile => {
                claims.remove("azp");
                claims.remove("gty");
                claims.insert("client_id".into(), json!(client));
                claims.insert("jti".into(), json!(self.new_id()));
                self.sign_with("at+jwt", SigningAlgorithm::RS256, claims).await
            }
        }
    }

    /// The access token of a client that acts for itself.
    pub async fn machine_access_token(
        &self,
        client: &Client,
        api: &Api,
        scope: &Scopes,
    ) -> Result<Secret, Fault> {
        let now = self.now();
        let mut claims = Map::new();
        claims.insert("iss".into(), json!(self.settings.issuer));
        claims.insert("sub".into(), json!(machine_subject(&client.id)));
        claims.insert("aud".into(), json!(api.audience));
        claims.insert("iat".into(), json!(now));
        claims.insert("exp".into(), json!(now.plus(api.token_lifetime.into())));
        if !scope.is_empty() {
            claims.insert("scope".into(), json!(scope));
        }
        claims.insert("azp".into(), json!(client.id));
        claims.insert("gty".into(), json!("client-credentials"));
        self.sign_access_token(api, &client.id, claims).await
    }

    async fn id_token(
        &self,
        who: &Authenticated<'_>,
        hashes: &[(&'static str, String)],
    ) -> Result<Secret, Fault> {
        let issuer = &self.settings.issuer;
        let mut claims = if who.legacy {
            claims::by_legacy_scope(who.user, &who.scope, issuer)
        } else {
            claims::by_scope(who.user, &who.scope, issuer)
        };
        if !who.legacy {
            claims.insert("auth_time".into(), json!(who.auth_time));
            if let Some(proof) = who.proof {
                claims.insert("amr".into(), json!(proof.amr()));
            }
            if let Some(acr) = who.acr.or(who.proof.and_then(Proof::told_acr)) {
                claims.insert("acr".into(), json!(acr));
            }
        } else {
            if who.auth_time > self.now() {
                // What it was given for counts, though it ended all other proofs of its second.
                claims.insert("auth_time".into(), json!(who.auth_time));
            }
            if let Some(acr) = who.proof.and_then(Proof::told_acr) {
                claims.insert("acr".into(), json!(acr));
            }
        }
        if let Some(credential) = who.credential {
            claims.insert(GRANT_ID.into(), json!(credential));
        }
        if let Some(sid) = who.sid {
            claims.insert("sid".into(), json!(sid));
        }
        for (name, hash) in hashes {
            claims.insert((*name).to_owned(), json!(hash));
        }
        if let Some(nonce) = who.nonce {
            claims.insert("nonce".into(), json!(nonce));
        }
        self.sign_id_token(who.client, claims, who.user).await
    }

    /// Adds the registered claims and signs as the client wants it.
    pub async fn sign_id_token(
        &self,
        client: &Client,
        mut claims: Claims,
        user: &User,
    ) -> Result<Secret, Fault> {
        let now = self.now();
        claims.insert("iss".into(), json!(self.settings.issuer));
        claims.insert("sub".into(), json!(user.id));
        claims.insert("aud".into(), json!(client.id));
        claims.insert("iat".into(), json!(now));
        claims.insert("exp".into(), json!(now.plus(client.jwt.lifetime.into())));
        self.sign_for(client, "JWT", claims).await
    }

    /// Tells a client of the end of a session (OpenID Connect Back-Channel Logout section 2.4).
    pub async fn logout_token(&self, client: &Client, notice: &LogoutNotice) -> Result<Secret, Fault> {
        let now = self.now();
        let mut claims = Map::new();
        claims.insert("iss".into(), json!(self.settings.issuer));
        claims.insert("sub".into(), json!(notice.user));
        claims.insert("aud".into(), json!(client.id));
        claims.insert("iat".into(), json!(now));
        claims.insert("exp".into(), json!(now.plus(LOGOUT_LIFE)));
        claims.insert("jti".into(), json!(self.new_id()));
        claims.insert("sid".into(), json!(notice.sid));
        claims.insert("events".into(), json!({ LOGOUT_EVENT: {} }));
        self.sign_for(client, "logout+jwt", claims).await
    }

    /// As the client wants its tokens signed.
    async fn sign_for(&self, client: &Client, typ: &'static str, claims: Claims) -> Result<Secret, Fault> {
        match client.jwt.alg {
            SigningAlgorithm::HS256 => {
                let key = EncodingKey::from_secret(&self.hs256_key(client)?);
                let algorithm = keys::algorithm(SigningAlgorithm::HS256);
                Ok(Secret::new(jwt::sign_as(typ, algorithm, None, &key, &claims)?))
            }
            alg => self.sign_with(typ, alg, claims).await,
        }
    }

    /// The bytes that key a client's HS256 tokens: its secret, decoded when it is marked so.
    pub fn hs256_key(&self, client: &Client) -> Result<zeroize::Zeroizing<Vec<u8>>, Fault> {
        let fault = || Fault::Signing(format!("client {} has no usable secret for HS256", client.id));
        let sealed = client.secret.as_ref().ok_or_else(fault)?;
        let secret = self.vault.open_text(&Client::secret_context(&client.id), sealed)?;
        if !client.jwt.secret_encoded {
            return Ok(secret.expose().as_bytes().to_vec().into());
        }
        let text = secret.expose().trim_end_matches('=');
        BASE64URL_NOPAD.decode(text.as_bytes()).map(Into::into).map_err(|_| fault())
    }

    /// Signs with the current key of `alg`. RSA, which takes as long as dozens of the others, is
    /// done on the compute threads, so that short requests do not queue behind it.
    async fn sign_with(
        &self,
        typ: &'static str,
        alg: SigningAlgorithm,
        claims: Claims,
    ) -> Result<Secret, Fault> {
        if self.keys.signer(alg).is_err() {
            // Another node may have made the first keys of this algorithm a moment ago.
            self.refresh_keys().await?;
        }
        let signer = match self.keys.signer(alg) {
            Ok(signer) => signer,
            // Another node saved the first client that wants it a moment ago.
            Err(_) => {
                self.ensure_keys(alg).await?;
                self.keys.signer(alg)?
            }
        };
        let algorithm = keys::algorithm(alg);
        if alg != SigningAlgorithm::RS256 {
            return Ok(Secret::new(jwt::sign_as(
                typ,
                algorithm,
                Some(signer.kid.as_str()),
                &signer.key,
                &claims,
            )?));
        }
        let (done, signed) = oneshot::channel();
        let key = Arc::clone(&signer.key);
        self.runtime.compute(Box::new(move || {
            // Nobody waits any more when the request was dropped.
            let _ = done.send(jwt::sign_as(typ, algorithm, Some(signer.kid.as_str()), &key, &claims));
        }));
        let token = signed.await.map_err(|_| Fault::Signing(String::from("the signing pool is gone")))??;
        Ok(Secret::new(token))
    }
}

/// The left half of a token's hash, by the hash of the signature's algorithm.
fn left_half(alg: SigningAlgorithm, token: &Secret) -> String {
    let algorithm = match alg {
        SigningAlgorithm::EdDSA => &digest::SHA512,
        SigningAlgorithm::RS256 | SigningAlgorithm::ES256 | SigningAlgorithm::HS256 => &digest::SHA256,
    };
    let hash = digest::digest(algorithm, token.expose().as_bytes());
    let half = hash.as_ref().len() / 2;
    BASE64URL_NOPAD.encode(hash.as_ref().split_at(half).0)
}
