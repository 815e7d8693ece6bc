//! `GET|POST /authorize` (protocol 2.8): who is signed in here already is answered at once; everybody
//! else sees the pages of [`super::sign_in`].

mod request;
mod respond;
mod ticket;

use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::{Secret, error as codes};
use ticket::PresentedTicket;

use super::browser::{Browser, Proved};
use super::note::whence;
use super::sign_in::SignIn;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Authorization, AuthorizationResponse, Client, EventKind, Session, Target, User};
use crate::store::TouchSession;

pub use request::{Asked, RequestError, Unanswerable, error_response};
pub use respond::CodeGrant;

/// What follows an authorization request.
#[derive(Debug)]
pub enum Authorized {
    /// The answer goes to the client.
    Respond { response: AuthorizationResponse, session: Option<NewSession> },
    /// The pages take over. The handle stands in their URLs.
    SignIn { handle: Secret },
    /// Whether the ticket is this browser's only the client's own page can say: asked for `co_id`, it hands
    /// out what `co_verifier` of the same request must be.
    Verify { page: url::Url, co_id: String, target: Target },
    /// Signed in; the person is asked what the client may have.
    Consent { handle: Secret, session: Option<NewSession> },
}

/// A session that the browser is to keep.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub cookie: Secret,
    /// Seconds that the browser keeps it; `None` until it closes.
    pub keep: Option<i64>,
}

/// Someone who is signed in in this browser.
pub(super) struct Known {
    pub session: Session,
    pub user: User,
}

impl Engine {
    pub async fn authorize(
        &self,
        request: &AuthorizeRequest,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Authorized, RequestError> {
        // Our page adds it to whatever was asked, so that it stands beside a pushed request.
        let co_verifier = request.co_verifier.as_deref();
        let pushed = self.pushed_request(request).await?;
        let (request, asked) = match &pushed {
            // What else stands beside the name counts for nothing (RFC 9101 section 6.3).
            Some(pushed) => (&pushed.request, Asked::Pushed),
            None => (request, Asked::Here),
        };
        let (client, mut authorization) = self.check_authorization(request, asked).await?;
        authorization.pushed = pushed.as_ref().map(|pushed| pushed.id);
        if let Some(ticket) = &request.login_ticket {
            let presented = PresentedTicket { ticket, co_verifier };
            return self.authorize_by_ticket(presented, client, authorization, browser, caller).await;
        }
        let known = self.known(browser).await?;
        let fitting = known.filter(|known| {
            let fresh = authorization
                .max_age
                .is_none_or(|most| most > 0 && self.now().since(known.session.auth_time) <= most);
            fresh && authorization.hinted.as_ref().is_none_or(|hinted| *hinted == known.user.id)
        });
        let fitting = match fitting {
            Some(known) if self.is_refused_session(&client.id, &known).await? => None,
            fitting => fitting,
        };
        let Some(known) = fitting else {
            return self.ask(authorization, browser).await;
        };
        let prompt = authorization.prompt;
        // A passwordless connection by name asks for a fresh code whoever is signed in (P-108).
        let afresh = prompt.login || prompt.select_account || authorization.connection.is_some();
        if afresh && !prompt.none {
            return self.ask(authorization, browser).await;
        }
        if self.needs_consent(&client, &authorization, &known.user.id).await? {
            return self.ask_consent(authorization, browser, &known.session, None).await;
        }
        let response = self.respond(&client, &authorization, &known.user, &known.session).await?;
        if prompt.none {
            self.silently_authenticated(&authorization, &known).await?;
        }
        self.touch(known.session, &client).await?;
        Ok(Authorized::Respond { response, session: None })
    }

    /// Shows the pages, unless the client forbade it.
    async fn ask(&self, authorization: Authorization, browser: &Browser) -> Result<Authorized, RequestError> {
        if authorization.prompt.none {
            return Err(self.silent_refusal(authorization, login_required));
        }
        let handle = self.begin_sign_in(SignIn::new(authorization, browser)).await?;
        Ok(Authorized::SignIn { handle })
    }

    async fn ask_consent(
        &self,
        authorization: Authorization,
        browser: &Browser,
        session: &Session,
        cookie: Option<NewSession>,
    ) -> Result<Authorized, RequestError> {
        if authorization.prompt.none {
            return Err(self.silent_refusal(authorization, consent_required));
        }
        let signed_in = Some(session.sid.clone());
        let sign_in = SignIn { signed_in, ..SignIn::new(authorization, browser) };
        let handle = self.begin_sign_in(sign_in).await?;
        Ok(Authorized::Consent { handle, session: cookie })
    }

    async fn silently_authenticated(&self, asked: &Authorization, known: &Known) -> Result<(), Fault> {
        let mut event = self.event(EventKind::SilentlyAuthenticated, Some(&asked.client));
        event.user = Some(known.user.id.clone());
        event.connection = Some(known.session.connection.clone());
        event.asks(asked.audience.as_deref(), &asked.scope);
        Ok(self.store.insert_events(vec![event]).await?)
    }

    /// Apps ask again and again whether somebody has signed in by now.
    fn silent_refusal(
        &self,
        asked: Authorization,
        refusal: impl FnOnce(Authorization) -> RequestError,
    ) -> RequestError {
        let (client, audience, scope) = (asked.client.clone(), asked.audience.clone(), asked.scope.clone());
        let refused = refusal(asked);
        if let RequestError::Refused { error, .. } = &refused {
            let about = format!("{error}|{}", whence());
            self.note_seldom(EventKind::SilentAuthFailed, Some(&client), &about, |event| {
                event.because(error);
                event.asks(audience.as_deref(), &scope);
            });
        }
        refused
    }

    /// The user of a proof that became no session yet, while its way in still is open (S-029).
    pub(super) async fn still_good(&self, proved: &Proved) -> Result<Option<User>, Fault> {
        let connection = self.connection(&proved.connection).await?;
        match connection.is_some_and(|connection| connection.is_enabled_for(&proved.client)) {
            true => {
                let user = self.store.find_user(&proved.user).await?;
                Ok(user.filter(|user| user.counts_proof_of(proved.at)))
            }
            false => Ok(None),
        }
    }

    /// Who is signed in in this browser, if the session and its user still are good.
    pub(super) async fn known(&self, browser: &Browser) -> Result<Option<Known>, Fault> {
        let Some(session) = self.live_session(browser).await? else { return Ok(None) };
        let user = self.store.find_user(&session.user).await?;
        let user = user.filter(|user| !user.blocked && user.counts_proof_of(session.auth_time));
        Ok(user.map(|user| Known { session, user }))
    }

    /// The session was used: its idle deadline moves, and the client is remembered for the sign-out.
    pub(super) async fn touch(&self, session: Session, client: &Client) -> Result<(), Fault> {
        let now = self.now();
        let known = session.clients.contains(&client.id);
        if known && now.since(session.last_seen_at) < TOUCH_AFTER {
            return Ok(());
        }
        let touch = TouchSession {
            id: session.id,
            client: client.id.clone(),
            now,
            idle_expires_at: now.plus(self.tenant().await?.session_idle_lifetime.into()),
        };
        self.store.touch_session(touch).await?;
        Ok(())
    }
}

fn login_required(authorization: Authorization) -> RequestError {
    RequestError::Refused {
        target: authorization.target,
        error: codes::LOGIN_REQUIRED,
        description: "Login required",
    }
}

fn consent_required(authorization: Authorization) -> RequestError {
    RequestError::Refused {
        target: authorization.target,
        error: codes::CONSENT_REQUIRED,
        description: "Consent required",
    }
}

/// Seconds between two writes of a session that is in use.
const TOUCH_AFTER: i64 = 300;
