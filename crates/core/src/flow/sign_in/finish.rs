//! The end of a sign-in: a session in the browser, and the answer to the client.

use super::{Entered, Open, SignIn, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::authorize::asks_consent;
use crate::flow::browser::{Arrival, Browser, Proved};
use crate::model::User;

impl Engine {
    /// Opens the session of someone who was proved, and answers the client or asks for consent.
    pub(super) async fn enter(
        &self,
        open: &Open,
        user: &User,
        proved: &Proved,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let remember = open.sign_in.remember;
        let arrival = Arrival { user, client: &open.client, proved, browser, caller, remember };
        let (session, cookie) = self.draft_session(&arrival);
        let authorization = &open.sign_in.authorization;
        if asks_consent(&open.client, authorization) {
            let signed_in = |sign_in: &mut SignIn| {
                sign_in.signed_in = Some(session.sid.clone());
                sign_in.proved = None;
                true
            };
            self.change_sign_in(&open.id, signed_in).await?;
            self.keep_session(&session, browser).await?;
            return Ok(Entered::Consent { session: cookie });
        }
        self.finish(open).await?;
        self.keep_session(&session, browser).await?;
        let response = self.respond(&open.client, authorization, user, &session).await?;
        Ok(Entered::Respond { response, session: cookie })
    }
}
