//! The end of a sign-in: a session in the browser, and the answer to the client.

use super::{Entered, Open, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::browser::{Browser, Proved, write_body};
use crate::model::{HandleKind, User};
use crate::store::{HandleUse, UseHandle};

impl Engine {
    /// Opens the session of someone who was proved, and answers the client or asks for consent.
    pub(super) async fn enter(
        &self,
        mut open: Open,
        user: &User,
        proved: &Proved,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let asks = !open.client.first_party || open.sign_in.authorization.prompt.consent;
        if asks {
            open.sign_in.signed_in = true;
            open.sign_in.proved = None;
            open.handle.body = write_body(&open.sign_in)?;
            if !self.store.update_handle(&open.handle, self.now()).await? {
                return Err(SignInError::Gone);
            }
        } else {
            self.finish(&open).await?;
        }
        let remember = open.sign_in.remember;
        let (session, cookie) =
            self.open_session(user, proved, browser, caller, remember, &open.client).await?;
        if asks {
            return Ok(Entered::Consent { session: cookie });
        }
        let response = self.respond(&open.client, &open.sign_in.authorization, user, &session).await?;
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
