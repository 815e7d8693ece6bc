//! `GET|POST /authorize` (protocol 2.8): who is signed in here already is answered at once; everybody
//! else sees the pages of [`super::sign_in`].

mod request;
mod respond;

use std::sync::Arc;

use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::{Secret, error as codes};

use super::browser::{Arrival, Browser, Proved};
use super::sign_in::SignIn;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    Authorization, AuthorizationResponse, Client, HandleKind, Session, TokenHash, User, UserId,
};
use crate::store::{HandleUse, TouchSession, UseHandle};

pub(super) use request::still_stands;
pub use request::{Asked, RequestError, Unanswerable, error_response};
pub use respond::CodeGrant;

/// What follows an authorization request.
#[derive(Debug)]
pub enum Authorized {
    /// The answer goes to the client.
    Respond { response: AuthorizationResponse, session: Option<NewSession> },
    /// The pages take over. The handle stands in their URLs.
    SignIn { handle: Secret },
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
        let (client, authorization) = self.check_authorization(request, Asked::Here).await?;
        if let Some(ticket) = &request.login_ticket {
            return self.authorize_by_ticket(ticket, client, authorization, browser, caller).await;
        }
        let known = self.known(browser).await?;
        let fitting = known.filter(|known| {
            let fresh = authorization
                .max_age
                .is_none_or(|most| most > 0 && self.now().since(known.session.auth_time) <= most);
            fresh && authorization.hinted.as_ref().is_none_or(|hinted| *hinted == known.user.id)
        });
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
        self.touch(known.session, &client).await?;
        Ok(Authorized::Respond { response, session: None })
    }

    /// Shows the pages, unless the client forbade it.
    async fn ask(&self, authorization: Authorization, browser: &Browser) -> Result<Authorized, RequestError> {
        if authorization.prompt.none {
            return Err(login_required(authorization));
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
            return Err(consent_required(authorization));
        }
        let signed_in = Some(session.sid.clone());
        let sign_in = SignIn { signed_in, ..SignIn::new(authorization, browser) };
        let handle = self.begin_sign_in(sign_in).await?;
        Ok(Authorized::Consent { handle, session: cookie })
    }

    /// From `/co/authenticate`: once, by the same client, in the same browser (P-102).
    async fn authorize_by_ticket(
        &self,
        ticket: &str,
        client: Arc<Client>,
        authorization: Authorization,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Authorized, RequestError> {
        let refused = |target| RequestError::Refused {
            target,
            error: codes::ACCESS_DENIED,
            description: "The login ticket is not valid",
        };
        let id = TokenHash::of(&Secret::new(ticket));
        // What must not ask leaves the ticket for a request that may.
        if authorization.prompt.none
            && let Some(holder) = self.holder_of_ticket(&id).await?
            && self.needs_consent(&client, &authorization, &holder).await?
        {
            return Err(consent_required(authorization));
        }
        let used = self
            .store
            .use_handle(UseHandle {
                id,
                kind: HandleKind::LoginTicket,
                now: self.now(),
                refresh: None,
                max_families: 0,
                events: Vec::new(),
            })
            .await?;
        let HandleUse::First(handle) = used else { return Err(refused(authorization.target)) };
        let proved: Proved = super::browser::read_body(&handle.body)?;
        let fits = proved.client == client.id && browser.is(&proved.browser);
        let user = self.still_good(&proved).await?.filter(|user| fits && !user.blocked);
        let Some(user) = user else { return Err(refused(authorization.target)) };
        if authorization.hinted.as_ref().is_some_and(|hinted| *hinted != user.id) {
            return Err(login_required(authorization));
        }
        let asks = self.needs_consent(&client, &authorization, &user.id).await?;
        let arrival =
            Arrival { user: &user, client: &client, proved: &proved, browser, caller, remember: false, asks };
        let (session, cookie) = self.open_session(&arrival).await?;
        if asks {
            return self.ask_consent(authorization, browser, &session, Some(cookie)).await;
        }
        let response = self.respond(&client, &authorization, &user, &session).await?;
        Ok(Authorized::Respond { response, session: Some(cookie) })
    }

    async fn holder_of_ticket(&self, id: &TokenHash) -> Result<Option<UserId>, Fault> {
        let found = self.store.find_handle(id, HandleKind::LoginTicket).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else { return Ok(None) };
        Ok(Some(super::browser::read_body::<Proved>(&handle.body)?.user))
    }

    /// The user of a proof that became no session yet, while its way in still is open (S-029).
    pub(super) async fn still_good(&self, proved: &Proved) -> Result<Option<User>, Fault> {
        let connection = self.connection(&proved.connection).await?;
        match connection.is_some_and(|connection| connection.is_enabled_for(&proved.client)) {
            true => Ok(self.store.find_user(&proved.user).await?),
            false => Ok(None),
        }
    }

    /// Who is signed in in this browser, if the session and its user still are good.
    pub(super) async fn known(&self, browser: &Browser) -> Result<Option<Known>, Fault> {
        let Some(session) = self.live_session(browser).await? else { return Ok(None) };
        let user = self.store.find_user(&session.user).await?;
        Ok(user.filter(|user| !user.blocked).map(|user| Known { session, user }))
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
            idle_expires_at: now.plus(self.settings.session_idle_lifetime.into()),
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
