//! A login ticket (protocol 2.7, F4): a person who was proved on a page of the client's own arrives here.

use std::sync::Arc;

use latchkey_wire::{Secret, error as codes};

use super::{Authorized, RequestError, consent_required, login_required};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::browser::{Arrival, Browser, read_body};
use crate::flow::co_authenticate::Ticket;
use crate::model::{Authorization, Client, HandleKind, TokenHash};
use crate::store::{HandleUse, UseHandle};

/// A ticket as a request brings it.
#[derive(Clone, Copy)]
pub(super) struct PresentedTicket<'a> {
    pub ticket: &'a str,
    pub co_verifier: Option<&'a str>,
}

impl Engine {
    /// Once, by the same client, and in the browser that was proved, by its cookie (P-102, S-194). Where the
    /// browser dropped that, what the client's pages in it were told does.
    ///
    /// Invariant: only the cookie lets a session into this browser. The verifier may have come from anywhere,
    /// as from somebody who wants a person signed in as themselves (S-041): it answers the client, whose
    /// `state` is its guard, and leaves the browser's session as it is.
    pub(super) async fn authorize_by_ticket(
        &self,
        presented: PresentedTicket<'_>,
        client: Arc<Client>,
        authorization: Authorization,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Authorized, RequestError> {
        let refused = |target| RequestError::Refused {
            target,
            error: codes::LOGIN_REQUIRED,
            description: "The login ticket is not valid",
        };
        let (id, now) = (TokenHash::of(&Secret::new(presented.ticket)), self.now());
        let found = self.store.find_handle(&id, HandleKind::LoginTicket).await?;
        let Some(handle) = found.filter(|handle| handle.is_live(now)) else {
            return Err(refused(authorization.target));
        };
        // One of the release before this one has no verifier: its holder proves the code again.
        let Ok(ticket) = read_body::<Ticket>(&handle.body) else {
            return Err(refused(authorization.target));
        };
        if ticket.proved.client != client.id {
            return Err(refused(authorization.target));
        }
        let vouched =
            presented.co_verifier.map(|text| TokenHash::of(&Secret::new(text)) == ticket.co_verifier);
        let here = browser.is(&ticket.proved.browser);
        if !here && vouched != Some(true) {
            return match verification_page(&client).filter(|_| vouched.is_none()) {
                Some(page) => {
                    Ok(Authorized::Verify { page, co_id: ticket.co_id, target: authorization.target })
                }
                None => Err(refused(authorization.target)),
            };
        }
        let asks = self.needs_consent(&client, &authorization, &ticket.proved.user).await?;
        // What must not ask, or has nobody here to ask, leaves the ticket for a request that may.
        if asks && (authorization.prompt.none || !here) {
            return Err(consent_required(authorization));
        }
        let used = self
            .store
            .use_handle(UseHandle {
                id,
                kind: HandleKind::LoginTicket,
                now,
                refresh: None,
                max_families: 0,
                events: Vec::new(),
            })
            .await?;
        let HandleUse::First(_) = used else { return Err(refused(authorization.target)) };
        let user = self.still_good(&ticket.proved).await?.filter(|user| !user.blocked);
        let Some(user) = user else { return Err(refused(authorization.target)) };
        if authorization.hinted.as_ref().is_some_and(|hinted| *hinted != user.id) {
            return Err(login_required(authorization));
        }
        let elsewhere = Browser { cookie: browser.cookie.clone(), session: None };
        let browser = if here { browser } else { &elsewhere };
        let proved = &ticket.proved;
        let arrival =
            Arrival { user: &user, client: &client, proved, browser, caller, remember: false, asks };
        let (session, cookie) = self.open_session(&arrival).await?;
        if asks {
            return self.ask_consent(authorization, browser, &session, Some(cookie)).await;
        }
        let response = self.respond(&client, &authorization, &user, &session).await?;
        Ok(Authorized::Respond { response, session: here.then_some(cookie) })
    }
}

/// Asked only while its origin is one of the client's.
fn verification_page(client: &Client) -> Option<url::Url> {
    let page = url::Url::parse(client.cross_origin_loc.as_deref()?).ok()?;
    client.allows_origin(&page.origin().ascii_serialization()).then_some(page)
}
