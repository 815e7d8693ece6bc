//! What an `id_token` proves (OpenID Connect Core 1.0 section 3.1.3.7, protocol 5.3).

use jsonwebtoken::{Algorithm, Header};
use latchkey_wire::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use crate::client::{Client, Generation};
use crate::error::Error;
use crate::tokens::Tokens;

/// Seconds that the clocks of server and device may differ.
const LEEWAY: i64 = 60;

/// Why an `id_token` proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// There is none.
    #[error("there is no id_token")]
    Missing,
    /// It is no signed JWT, or lacks what one must say.
    #[error("the id_token is not a signed JWT")]
    Malformed,
    /// Its algorithm proves nothing here.
    #[error("the id_token is signed with an algorithm that proves nothing here")]
    Algorithm,
    /// It has an extension that is not understood.
    #[error("the id_token has an extension that must be understood and is not")]
    Critical,
    /// No published key signed it.
    #[error("the server publishes no key that signed the id_token")]
    UnknownKey,
    /// Its signature is wrong.
    #[error("the signature of the id_token is wrong")]
    Signature,
    /// Another server made it.
    #[error("the id_token is of another issuer")]
    Issuer,
    /// It names nobody.
    #[error("the id_token names nobody")]
    Subject,
    /// It is for another app.
    #[error("the id_token is for another app")]
    Audience,
    /// Its time is over.
    #[error("the id_token is over: is the clock of this device right?")]
    Expired,
    /// Its time has not come.
    #[error("the id_token is of the future: is the clock of this device right?")]
    IssuedInFuture,
    /// It belongs to another sign-in.
    #[error("the id_token belongs to another sign-in")]
    Nonce,
    /// The person proved who they are too long ago.
    #[error("the person proved who they are too long ago")]
    TooOld,
    /// It is about another person than before.
    #[error("the id_token is about another person than before")]
    OtherSubject,
}

/// What a sign-in asked for, that its `id_token` must answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected<'a> {
    /// There must be one.
    pub(crate) required: bool,
    pub(crate) nonce: Option<&'a str>,
    /// Seconds since the person proved who they are.
    pub(crate) max_age: Option<u32>,
}

/// How an `id_token` came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// In the server's own answer, over TLS.
    Directly,
    /// Through hands that may have made it.
    Somehow,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    iat: f64,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    auth_time: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn holds(&self, client_id: &str) -> bool {
        match self {
            Self::One(one) => one == client_id,
            Self::Several(several) => several.iter().any(|one| one == client_id),
        }
    }

    fn is_several(&self) -> bool {
        matches!(self, Self::Several(several) if several.len() > 1)
    }
}

impl Client {
    /// Tokens whose `id_token` holds, or an error: nothing is given out unproved.
    pub(crate) async fn prove(&self, tokens: Tokens, expected: &Expected<'_>) -> Result<Tokens, Error> {
        match &tokens.id_token {
            Some(token) => {
                self.prove_id_token(token, expected, Came::Directly).await?;
            }
            None if expected.required => return Err(IdTokenError::Missing.into()),
            None => {}
        }
        Ok(tokens)
    }

    /// Checks an `id_token`: its signature by the server's keys, who it is from and for, and its times. The claims.
    ///
    /// Wherever the token came from: one of the old pipeline is refused here, since a signature that needs the client's
    /// secret cannot be checked on a phone, and anybody could have made it.
    ///
    /// # Errors
    ///
    /// [`Error::IdToken`] says what does not hold; [`Error::Transport`] when the keys cannot be had.
    pub async fn verify_id_token(&self, token: &Secret) -> Result<Map<String, Value>, Error> {
        self.prove_id_token(token, &Expected::default(), Came::Somehow).await
    }

    pub(crate) async fn prove_id_token(
        &self,
        token: &Secret,
        expected: &Expected<'_>,
        came: Came,
    ) -> Result<Map<String, Value>, Error> {
        let token = token.expose();
        let header = jsonwebtoken::decode_header(token).map_err(|_| IdTokenError::Malformed)?;
        if self.must_be_signed(&header, came)? {
            self.prove_signature(token, &header).await?;
        }
        let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Value>(token)
            .map_err(|_| IdTokenError::Malformed)?;
        let checked = Claims::deserialize(&claims).map_err(|_| IdTokenError::Malformed)?;
        checked.hold(&self.0.issuer, self.client_id(), self.now(), expected)?;
        match claims {
            Value::Object(claims) => Ok(claims),
            _ => Err(IdTokenError::Malformed.into()),
        }
    }

    /// Invariant: what is not signed with a key that the server publishes proves nothing. The one exception are
    /// tokens of the old pipeline: they carry the client's secret, which no app on a phone can hold, and prove
    /// themselves by the connection that they came by (OpenID Connect Core section 3.1.3.7, 6): those that came any
    /// other way prove nothing.
    fn must_be_signed(&self, header: &Header, came: Came) -> Result<bool, IdTokenError> {
        if header.crit.is_some() {
            return Err(IdTokenError::Critical);
        }
        match header.alg {
            Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA => Ok(true),
            Algorithm::HS256 if self.generation() == Generation::Legacy && came == Came::Directly => {
                Ok(false)
            }
            _ => Err(IdTokenError::Algorithm),
        }
    }
}

impl Claims {
    fn hold(
        &self,
        issuer: &str,
        client: &str,
        now: i64,
        expected: &Expected<'_>,
    ) -> Result<(), IdTokenError> {
        if self.iss != issuer {
            return Err(IdTokenError::Issuer);
        }
        if self.sub.is_empty() {
            return Err(IdTokenError::Subject);
        }
        let party = self.azp.as_deref();
        let is_ours = match self.aud.is_several() {
            true => party == Some(client),
            false => party.is_none_or(|party| party == client),
        };
        if !self.aud.holds(client) || !is_ours {
            return Err(IdTokenError::Audience);
        }
        self.times_hold(now, expected)?;
        match (expected.nonce, &self.nonce) {
            (Some(sent), Some(came)) if bool::from(sent.as_bytes().ct_eq(came.as_bytes())) => Ok(()),
            (Some(_), _) => Err(IdTokenError::Nonce),
            (None, _) => Ok(()),
        }
    }

    fn times_hold(&self, now: i64, expected: &Expected<'_>) -> Result<(), IdTokenError> {
        if whole(self.exp) <= now.saturating_sub(LEEWAY) {
            return Err(IdTokenError::Expired);
        }
        if whole(self.iat) > now.saturating_add(LEEWAY) {
            return Err(IdTokenError::IssuedInFuture);
        }
        let Some(max_age) = expected.max_age else { return Ok(()) };
        let oldest = now.saturating_sub(i64::from(max_age)).saturating_sub(LEEWAY);
        match self.auth_time {
            Some(at) if whole(at) >= oldest => Ok(()),
            _ => Err(IdTokenError::TooOld),
        }
    }
}

/// A `NumericDate` in whole seconds (RFC 7519 section 2).
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of floats saturates, and fractions do not matter"
)]
fn whole(date: f64) -> i64 {
    date as i64
}

#[cfg(test)]
mod tests;
