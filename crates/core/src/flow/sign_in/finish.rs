//! The end of a sign-in: a session in the browser, and the answer to the client.

use std::sync::Arc;

use super::{Entered, Open, SignIn, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::browser::{Browser, Proved};
use crate::model::{Authorization, Client, HandleKind, User};
use crate::store::{HandleUse, UseHandle};

/// What a proved person is let into.
pub(super) struct Entry {
    pub client: Arc<Client>,
    pub authorization: Authorization,
    /// Keep the session when the browser closes.
    pub remember: bool,
}

impl Engine {
    /// Ends a sign-in whose person was proved.
    pub(super) async fn enter(
        &self,
        open: Open,
        user: &User,
        proved: &Proved,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        self.finish(&open).await?;
        let SignIn { authorization, remember, .. } = open.sign_in;
        let entry = Entry { client: open.client, authorization, remember };
        self.admit(entry, user, proved, browser, caller).await
    }

    /// Opens the session of someone who was proved, and answers the client or asks for consent.
    pub(super) async fn admit(
        &self,
        entry: Entry,
        user: &User,
        proved: &Proved,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let Entry { client, authorization, remember } = entry;
        let (session, cookie) = self.open_session(user, proved, browser, caller, remember, &client).await?;
        if !client.first_party || authorization.prompt.consent {
            let sign_in = SignIn { signed_in: true, ..SignIn::new(authorization, browser) };
            let handle = self.begin_sign_in(sign_in).await?;
            return Ok(Entered::Consent { handle, session: cookie });
        }
        let response = self.respond(&client, &authorization, user, &session).await?;
        Ok(Entered::Respond { response, session: cookie })
    }

    /// The transaction is used up; only one call gets past here.
    pub(super) async fn finish(&self, open: &Open) -> Result<(), SignInError> {
        let used = self
            .store
            .use_handle(UseHandle {
                id: open.handle.id,
                kind: HandleKind::Transaction,
                now: self.now(),
                refresh: None,
                max_families: 0,
                events: Vec::new(),
            })
            .await?;
        match used {
            HandleUse::First(_) => Ok(()),
            HandleUse::Again(_) | HandleUse::Absent => Err(SignInError::Gone),
        }
    }
}
