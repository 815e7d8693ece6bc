//! New tokens without the person (protocol 2.9.3, 2.12), and the end of tokens (2.11).

use latchkey_wire::Secret;
use latchkey_wire::token::{JWT_BEARER, REFRESH_TOKEN};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::{self, Client};
use crate::error::Error;
use crate::id_token::{Came, Expected};
use crate::refusal::Step;
use crate::tokens::{Seconds, Tokens};
use crate::transport::TransportError;

#[derive(Serialize)]
struct RefreshBody<'a> {
    grant_type: &'a str,
    client_id: &'a str,
    refresh_token: &'a Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

/// What the old pipeline gives for a refresh token or an `id_token` that still works: another `id_token`.
#[derive(Clone, Debug)]
pub struct Delegated {
    /// Proved, like any other.
    pub id_token: Secret,
    /// Seconds since 1970.
    pub expires_at: Option<i64>,
}

#[derive(Deserialize)]
struct DelegationAnswer {
    id_token: Secret,
    #[serde(default)]
    expires_in: Option<Seconds>,
}

impl Client {
    /// New tokens for a refresh token. Where the server rotates them, the answer has a new one, and the old
    /// one is over: keep the answer before anything else is done with it. Otherwise the answer holds the same
    /// refresh token again, so that it can be kept as it is.
    ///
    /// Two calls with one token at a time can end a sign-in: [`Session`](crate::Session) makes one of
    /// them. Where no answer came, the call is made once more. The server may have rotated the token and its
    /// answer been lost; as nobody used the new one, the old one still works.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the token is over, of kind
    /// [`SignInAgain`](crate::ErrorKind::SignInAgain).
    pub async fn refresh(&self, refresh_token: &Secret, scope: Option<&str>) -> Result<Tokens, Error> {
        self.know_keys().await?;
        let body =
            RefreshBody { grant_type: REFRESH_TOKEN, client_id: self.client_id(), refresh_token, scope };
        let asked = self.now();
        let response = match self.post("/oauth/token", Step::Tokens, &body).await {
            Err(Error::Transport(TransportError::NoAnswer(_))) => {
                self.post("/oauth/token", Step::Tokens, &body).await?
            }
            done => done?,
        };
        let mut tokens = Tokens::read(&response, asked)?;
        tokens.refresh_token.get_or_insert_with(|| refresh_token.clone());
        self.prove(tokens, &Expected::default()).await
    }

    /// Another `id_token` for a refresh token of the old pipeline.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the token is over, or the server has no old pipeline.
    pub async fn delegate_refresh_token(&self, refresh_token: &Secret) -> Result<Delegated, Error> {
        self.delegate(&json!({
            "client_id": self.client_id(),
            "grant_type": JWT_BEARER,
            "refresh_token": refresh_token,
            "api_type": "app",
        }))
        .await
    }

    /// Another `id_token` for one of the old pipeline that still works.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the token is over, or the server has no old pipeline.
    pub async fn delegate_id_token(&self, id_token: &Secret) -> Result<Delegated, Error> {
        self.delegate(&json!({
            "client_id": self.client_id(),
            "grant_type": JWT_BEARER,
            "id_token": id_token,
            "api_type": "app",
        }))
        .await
    }

    async fn delegate(&self, body: &serde_json::Value) -> Result<Delegated, Error> {
        let asked = self.now();
        let response = self.post("/delegation", Step::Tokens, body).await?;
        let answer: DelegationAnswer = client::json(&response, "the delegation")?;
        self.prove_id_token(&answer.id_token, &Expected::default(), Came::Directly).await?;
        let expires_at = answer.expires_in.map(|Seconds(seconds)| asked.saturating_add(seconds));
        Ok(Delegated { id_token: answer.id_token, expires_at })
    }

    /// Ends a refresh token, and with it whatever the server says it gave. A token that is over already is
    /// ended, too; so where no answer came, the call is made once more.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] and [`Error::Transport`]: the token may still work.
    pub async fn revoke(&self, refresh_token: &Secret) -> Result<(), Error> {
        let body = json!({ "client_id": self.client_id(), "token": refresh_token });
        match self.post("/oauth/revoke", Step::Other, &body).await {
            Err(Error::Transport(TransportError::NoAnswer(_))) => {
                self.post("/oauth/revoke", Step::Other, &body).await.map(drop)
            }
            done => done.map(drop),
        }
    }
}
