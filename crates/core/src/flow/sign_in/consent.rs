//! What may the client have? Asked of clients that are not the operator's own (S-103), and where the
//! client itself wants it asked.

use latchkey_wire::{Secret, error as codes};

use super::{SignIn, SignInError, SignInPage};
use crate::engine::Engine;
use crate::flow::authorize::{Known, error_response};
use crate::flow::browser::Browser;
use crate::model::{AuthorizationResponse, User};

impl Engine {
    /// The page that asks, and who is asked.
    pub async fn consent_page(
        &self,
        token: &Secret,
        browser: &Browser,
    ) -> Result<(SignInPage, User), SignInError> {
        let page = self.sign_in_page(token, browser).await?;
        let known = self.known_for(&page.sign_in, browser).await?;
        Ok((page, known.user))
    }

    pub async fn consent(
        &self,
        token: &Secret,
        browser: &Browser,
        allow: bool,
    ) -> Result<AuthorizationResponse, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let known = self.known_for(&open.sign_in, browser).await?;
        if open.sign_in.authorization.device.is_some() {
            // That is for `decide_device` to answer.
            return Err(SignInError::Gone);
        }
        self.finish(&open).await?;
        let authorization = &open.sign_in.authorization;
        if !allow {
            if let Some(pushed) = authorization.pushed {
                self.use_pushed(pushed).await?;
            }
            let issuer = &self.settings.issuer;
            let text = "User did not authorize the request";
            return Ok(error_response(&authorization.target, issuer, codes::ACCESS_DENIED, text));
        }
        let response = self.respond(&open.client, authorization, &known.user, &known.session).await?;
        self.touch(known.session, &open.client).await?;
        Ok(response)
    }

    /// Invariant: whoever the page asked is who consents. If another session did, a person who changed
    /// in between would give away what the new one has.
    pub(super) async fn known_for(&self, sign_in: &SignIn, browser: &Browser) -> Result<Known, SignInError> {
        let known = self.known(browser).await?;
        let same = |known: &Known| sign_in.signed_in.as_deref() == Some(known.session.sid.as_str());
        known.filter(same).ok_or(SignInError::Gone)
    }
}
