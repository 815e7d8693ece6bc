//! The end of a sign-in: a session in the browser, and the answer to the client.

use super::{Entered, Open, SignIn, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::browser::{Browser, Proved};
use crate::model::User;

impl Engine {
    /// Opens the session of someone who was proved, and answers the client or asks for consent.
    pub(super) async fn enter(
        &self,
        open: Open,
        user: &User,
        proved: &Proved,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Entered, SignInError> {
        let asks = !open.client.first_party || open.sign_in.authorization.prompt.consent;
        if asks {
            let signed_in = |sign_in: &mut SignIn| {
                sign_in.signed_in = true;
                sign_in.proved = None;
                true
            };
            self.change_sign_in(&open.id, signed_in).await?;
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
}
