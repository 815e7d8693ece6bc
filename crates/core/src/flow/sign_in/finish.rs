//! The end of a sign-in: a session in the browser, and the answer to the client.

use latchkey_wire::error as codes;

use super::offer::Arrived;
use super::{Entered, Open, SignIn, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::authorize::error_response;
use crate::flow::browser::{Arrival, Browser, Proved};
use crate::model::{Authorization, Client, User};

/// What a proved person is let into.
#[derive(Clone, Copy)]
pub(in crate::flow) struct Entry<'a> {
    pub client: &'a Client,
    pub authorization: &'a Authorization,
    /// Keep the session when the browser closes.
    pub remember: bool,
    /// The browser said that it can make passkeys.
    pub makes_passkeys: bool,
}

impl Engine {
    /// Ends a sign-in whose person was proved. Of any number of calls one gets past the end of it.
    pub(super) async fn enter(
        &self,
        open: &Open,
        user: &User,
        proved: &Proved,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        self.finish(open).await?;
        let SignIn { authorization, remember, makes_passkeys, .. } = &open.sign_in;
        let entry = Entry {
            client: &open.client,
            authorization,
            remember: *remember,
            makes_passkeys: *makes_passkeys,
        };
        self.admit(entry, user, proved, browser, caller).await
    }

    /// Opens the session of someone who was proved, and answers the client or asks them first.
    ///
    /// Invariant: where the client said whom it knows, nobody else gets in (OpenID Connect Core section
    /// 3.1.2.1). Otherwise an app would go on in one person's account with another one's tokens.
    pub(in crate::flow) async fn admit(
        &self,
        entry: Entry<'_>,
        user: &User,
        proved: &Proved,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let Entry { client, authorization, remember, .. } = entry;
        if authorization.hinted.as_ref().is_some_and(|hinted| *hinted != user.id) {
            let (issuer, text) = (&self.settings.issuer, "The user of the id_token_hint did not sign in");
            let response = error_response(&authorization.target, issuer, codes::LOGIN_REQUIRED, text);
            return Ok(Entered::Refused { response });
        }
        let asks = self.needs_consent(client, authorization, &user.id).await?;
        let arrival = Arrival { user, client, proved, browser, caller, remember, asks };
        let (session, cookie) = self.open_session(&arrival).await?;
        let arrived = Arrived { user, proof: proved.proof, browser };
        if self.asks_for_passkey(&entry, arrived).await? {
            let signed_in = Some(session.sid.clone());
            let sign_in = SignIn { signed_in, offers: true, ..SignIn::new(authorization.clone(), browser) };
            let handle = self.begin_sign_in(sign_in).await?;
            return Ok(Entered::Offer { handle, session: cookie });
        }
        if asks {
            let signed_in = Some(session.sid.clone());
            let sign_in = SignIn { signed_in, ..SignIn::new(authorization.clone(), browser) };
            let handle = self.begin_sign_in(sign_in).await?;
            return Ok(Entered::Consent { handle, session: cookie });
        }
        let response = self.respond(client, authorization, user, &session).await?;
        Ok(Entered::Respond { response, session: cookie })
    }
}
