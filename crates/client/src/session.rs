//! Somebody who is signed in: tokens that are kept, and renewed before they end.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::Shared;
use latchkey_wire::Secret;
use serde_json::Value;

use crate::client::{Client, Generation};
use crate::error::Error;
use crate::id_token::IdTokenError;
use crate::storage::Storage;
use crate::tokens::Tokens;
use crate::transport::BoxFuture;

/// Seconds that an access token should still work when it is handed out.
pub const MARGIN: u32 = 60;

type Renewal = Shared<BoxFuture<'static, Result<Tokens, Error>>>;

/// Keeps one person signed in. Cheap to clone; clones share their work.
///
/// However many ask for tokens at once, one request renews them: a refresh token that is used twice ends the
/// sign-in. A caller that is cancelled does not cancel the renewal: whoever asks next goes on with it, and no
/// rotated token is lost.
#[derive(Clone)]
pub struct Session {
    client: Client,
    storage: Arc<dyn Storage>,
    renewal: Arc<Mutex<Option<Renewal>>>,
}

impl Session {
    /// Somebody's session, with nothing kept yet or what the storage holds.
    #[must_use]
    pub fn new(client: Client, storage: Arc<dyn Storage>) -> Self {
        Self { client, storage, renewal: Arc::default() }
    }

    /// The client that it renews by.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Keeps what a sign-in gave, in place of whatever is there.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`].
    pub async fn keep(&self, tokens: &Tokens) -> Result<(), Error> {
        self.settle().await;
        Ok(self.storage.save(tokens.clone()).await?)
    }

    /// Whether there are tokens. They may be over.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`].
    pub async fn is_signed_in(&self) -> Result<bool, Error> {
        Ok(self.storage.load().await?.is_some())
    }

    /// Tokens whose access token works for [`MARGIN`] seconds at least: the ones that are kept, or new ones.
    ///
    /// # Errors
    ///
    /// [`Error::NotSignedIn`] where there is nothing to renew from. When the server refuses to renew, the tokens are
    /// forgotten, and the error is of kind [`SignInAgain`](crate::ErrorKind::SignInAgain). Any other error leaves
    /// everything as it was.
    pub async fn tokens(&self) -> Result<Tokens, Error> {
        self.tokens_for(MARGIN).await
    }

    /// As [`tokens`](Self::tokens), for so many seconds.
    ///
    /// # Errors
    ///
    /// As [`tokens`](Self::tokens).
    pub async fn tokens_for(&self, seconds: u32) -> Result<Tokens, Error> {
        let kept = self.storage.load().await?.ok_or(Error::NotSignedIn)?;
        match kept.lasts(seconds, self.client.now()) {
            true => Ok(kept),
            false => self.renew(Some(seconds)).await,
        }
    }

    /// New tokens, whether the old ones are over or not.
    ///
    /// # Errors
    ///
    /// As [`tokens`](Self::tokens).
    pub async fn renewed(&self) -> Result<Tokens, Error> {
        self.renew(None).await
    }

    /// Ends the refresh token at the server, and forgets everything here, also when the server could not be told: that
    /// is what the error says then.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`] when the tokens are still here; others when the refresh token may still work.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.settle().await;
        let kept = self.storage.load().await;
        self.storage.clear().await?;
        match kept?.and_then(|tokens| tokens.refresh_token) {
            Some(token) => self.client.revoke(&token).await,
            None => Ok(()),
        }
    }

    /// Lets a renewal end first: it would bring back the tokens that are to go.
    async fn settle(&self) {
        let running = self.renewal.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(running) = running {
            let _ = running.await;
        }
    }

    async fn renew(&self, seconds: Option<u32>) -> Result<Tokens, Error> {
        let renewal = {
            let mut slot = self.renewal.lock().unwrap_or_else(PoisonError::into_inner);
            match slot.as_ref() {
                Some(running) if running.peek().is_none() => running.clone(),
                _ => {
                    let (client, storage) = (self.client.clone(), Arc::clone(&self.storage));
                    let work: BoxFuture<'static, _> = Box::pin(renew(client, storage, seconds));
                    slot.insert(work.shared()).clone()
                }
            }
        };
        renewal.await
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Reads what is kept anew: another renewal, perhaps of another process, may just have ended.
async fn renew(client: Client, storage: Arc<dyn Storage>, seconds: Option<u32>) -> Result<Tokens, Error> {
    let kept = storage.load().await?.ok_or(Error::NotSignedIn)?;
    if seconds.is_some_and(|seconds| kept.lasts(seconds, client.now())) {
        return Ok(kept);
    }
    let refresh_token = kept.refresh_token.clone().ok_or(Error::NotSignedIn)?;
    let fresh = match exchange(&client, &kept, &refresh_token).await {
        Err(error) if error.kind() == crate::ErrorKind::SignInAgain => {
            storage.clear().await?;
            return Err(error);
        }
        done => done?,
    };
    storage.save(fresh.clone()).await?;
    Ok(fresh)
}

async fn exchange(client: &Client, kept: &Tokens, refresh_token: &Secret) -> Result<Tokens, Error> {
    if client.generation() == Generation::Legacy {
        let delegated = client.delegate_refresh_token(refresh_token).await?;
        return Ok(Tokens {
            id_token: Some(delegated.id_token),
            expires_at: delegated.expires_at,
            ..kept.clone()
        });
    }
    let mut fresh = client.refresh(refresh_token, None).await?;
    // OpenID Connect Core section 12.2: an id_token that comes later is about the same person.
    if let (Some(before), Some(now)) = (&kept.id_token, &fresh.id_token)
        && subject(before) != subject(now)
    {
        return Err(IdTokenError::OtherSubject.into());
    }
    if fresh.id_token.is_none() {
        fresh.id_token.clone_from(&kept.id_token);
    }
    Ok(fresh)
}

/// Both were proved when they came.
fn subject(token: &Secret) -> Option<String> {
    let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Value>(token.expose()).ok()?;
    claims.get("sub").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests;
