//! `POST /oauth/par` (RFC 9126): a client hands its authorization request over itself, and the browser
//! carries only a name for it.
//!
//! The name is a handle. It opens pages for a minute, and is used up by the answer to the client: a page
//! that is loaded again before anybody has signed in must still be there (C-049).

use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::pushed::{PushedResponse, REQUEST_URI_PREFIX};
use latchkey_wire::{Secret, error as codes};
use serde::{Deserialize, Serialize};

use super::authenticate_client::{ClientAuthError, ClientCredentials};
use super::authorize::{Asked, RequestError, Unanswerable};
use super::browser::{read_body, write_body};
use super::sign_in;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{ClientId, Handle, HandleKind, TokenHash};
use crate::store::{HandleUse, UseHandle};
use crate::vault::Sealed;

/// Seconds that a pushed request opens pages (S-092).
const LIFE: u32 = 60;
/// What the parameters are sealed under: hints and tickets may be among them.
const CONTEXT: &str = "pushed-request";

#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// A pushed request cannot name another one.
    #[error("the request holds a request_uri")]
    RequestUri,
    #[error(transparent)]
    Unanswerable(Unanswerable),
    #[error("the request is refused: {error}")]
    Refused { error: &'static str, description: &'static str },
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<RequestError> for PushError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Unanswerable(why) => Self::Unanswerable(why),
            RequestError::Refused { error, description, .. } => Self::Refused { error, description },
            RequestError::Fault(fault) => Self::Fault(fault),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Body {
    client: ClientId,
    /// Opens no page from then on.
    until: Timestamp,
    request: Sealed,
}

/// A request that was pushed before.
pub(super) struct PushedRequest {
    pub id: TokenHash,
    pub request: AuthorizeRequest,
}

impl Engine {
    pub async fn push_authorization(
        &self,
        credentials: &ClientCredentials,
        mut request: AuthorizeRequest,
        caller: &Caller,
    ) -> Result<PushedResponse, PushError> {
        let who = self.authenticate_client(credentials, caller).await?;
        self.take_aside(&who.client).map_err(PushError::TooManyRequests)?;
        if request.request_uri.is_some() {
            return Err(PushError::RequestUri);
        }
        request.client_id = Some(who.client.id.as_str().to_owned());
        self.check_authorization(&request, Asked::Pushed).await?;

        let text = write_body(&request.pairs())?;
        let until = self.now().plus(LIFE.into());
        let body = Body {
            client: who.client.id.clone(),
            until,
            request: self.vault.seal(CONTEXT, text.as_bytes()).map_err(Fault::from)?,
        };
        let token = self.random.token();
        let handle = Handle {
            id: TokenHash::of(&token),
            kind: HandleKind::PushedRequest,
            body: write_body(&body)?,
            // The sign-in that it opened may take its time before it is answered.
            expires_at: until.plus(sign_in::LIFE),
            used_at: None,
        };
        self.store.insert_handle(handle).await.map_err(Fault::from)?;
        let request_uri = Secret::new(format!("{REQUEST_URI_PREFIX}{}", token.expose()));
        Ok(PushedResponse { request_uri, expires_in: LIFE.into() })
    }

    /// What `request_uri` stands for. `None` where it is no name of ours.
    ///
    /// Invariant: a client gets nothing for the name of another one's request, not even word of it (S-092).
    pub(super) async fn pushed_request(
        &self,
        request: &AuthorizeRequest,
    ) -> Result<Option<PushedRequest>, RequestError> {
        let token = request.request_uri.as_deref().and_then(|uri| uri.strip_prefix(REQUEST_URI_PREFIX));
        let Some(token) = token else { return Ok(None) };
        let unknown = RequestError::Unanswerable(Unanswerable::RequestUri);
        let once = |name| !request.repeated.contains(&name);
        if !once("request_uri") || !once("client_id") {
            return Err(unknown);
        }
        let id = TokenHash::of(&Secret::new(token));
        let Some(handle) = self.store.find_handle(&id, HandleKind::PushedRequest).await? else {
            return Err(unknown);
        };
        let body: Body = read_body(&handle.body)?;
        if request.client_id.as_deref() != Some(body.client.as_str()) {
            return Err(unknown);
        }
        let text = self.vault.open_text(CONTEXT, &body.request).map_err(Fault::from)?;
        let pushed = AuthorizeRequest::from_json(&read_body(text.expose())?);
        if !handle.is_live(self.now()) || self.now() >= body.until {
            // Its callback is the client's own, if it is sound still.
            let (_, authorization) = self.check_authorization(&pushed, Asked::Pushed).await?;
            return Err(RequestError::Refused {
                target: authorization.target,
                error: codes::INVALID_REQUEST_URI,
                description: "The request_uri has expired or was used before",
            });
        }
        Ok(Some(PushedRequest { id, request: pushed }))
    }

    /// The request is answered: true the first time.
    pub(super) async fn use_pushed(&self, id: TokenHash) -> Result<bool, Fault> {
        let act = UseHandle {
            id,
            kind: HandleKind::PushedRequest,
            now: self.now(),
            refresh: None,
            max_families: 0,
            events: Vec::new(),
        };
        Ok(matches!(self.store.use_handle(act).await?, HandleUse::First(_)))
    }
}
