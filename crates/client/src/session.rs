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

type Done = Shared<BoxFuture<'static, Result<Option<Tokens>, Error>>>;

/// Something that changes what is kept.
#[derive(Clone)]
struct Act {
    renews: bool,
    done: Done,
}

/// Keeps one person signed in. Cheap to clone; clones share their work.
///
/// However many ask for tokens at once, one request renews them: a refresh token that is used twice ends the
/// sign-in. A caller that is cancelled does not cancel the renewal: whoever asks next goes on with it, and no
/// rotated token is lost.
///
/// Whatever changes what is kept is done in the order in which it was asked for, as far as this session and its clones
/// go: no renewal brings back what somebody signed out of, or puts old tokens in the place of a new sign-in's. What
/// [`keep`](Self::keep) and [`sign_out`](Self::sign_out) do to it is not undone by cancelling them, either: whatever the
/// session does next goes on with it. Until then, what is kept is what it was: await them.
#[derive(Clone)]
pub struct Session {
    client: Client,
    storage: Arc<dyn Storage>,
    /// Each act waits for the one before, so that the last one stands for all.
    last: Arc<Mutex<Option<Act>>>,
}

impl Session {
    /// Somebody's session, with nothing kept yet or what the storage holds.
    #[must_use]
    pub fn new(client: Client, storage: Arc<dyn Storage>) -> Self {
        Self { client, storage, last: Arc::default() }
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
        let (storage, tokens) = (Arc::clone(&self.storage), tokens.clone());
        let save = async move { Ok(storage.save(tokens).await.map(|()| None)?) };
        self.then(false, save).await.map(drop)
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
        let storage = Arc::clone(&self.storage);
        let forget = async move {
            let kept = storage.load().await;
            storage.clear().await?;
            Ok(kept?)
        };
        match self.then(false, forget).await?.and_then(|tokens| tokens.refresh_token) {
            Some(token) => self.client.revoke(&token).await,
            None => Ok(()),
        }
    }

    async fn renew(&self, seconds: Option<u32>) -> Result<Tokens, Error> {
        let (client, storage) = (self.client.clone(), Arc::clone(&self.storage));
        let renewed = async move { renew(client, storage, seconds).await.map(Some) };
        self.then(true, renewed).await?.ok_or(Error::NotSignedIn)
    }

    /// Does this after what is being done. A renewal that follows a renewal is that one. Who waits drives what comes
    /// before, too: its caller may have left.
    fn then(
        &self,
        renews: bool,
        work: impl Future<Output = Result<Option<Tokens>, Error>> + Send + 'static,
    ) -> Done {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.as_ref().filter(|act| act.done.peek().is_none()).cloned();
        if let Some(running) = before.as_ref().filter(|running| renews && running.renews) {
            return running.done.clone();
        }
        let work: BoxFuture<'static, _> = Box::pin(async move {
            if let Some(before) = before {
                let _ = before.done.await;
            }
            work.await
        });
        let done = work.shared();
        *last = Some(Act { renews, done: done.clone() });
        done
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
