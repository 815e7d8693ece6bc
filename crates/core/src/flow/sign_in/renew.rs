//! A new mail in the place of a link that works no more.

use latchkey_wire::Secret;

use super::link::waits_for;
use super::{LinkBody, Open, SignIn, SignInError, Typed, Way};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::browser::Browser;
use crate::model::Channel;

/// Who waits for the new mail.
#[derive(Debug)]
pub enum Renewed {
    /// This browser does, on the page of this sign-in.
    Here {
        handle: Secret,
    },
    Elsewhere,
}

impl Engine {
    /// Writes to the very address that the link went to, within its limits. For the browser that waits, or
    /// else for this one, which then waits itself.
    pub async fn renew_link(
        &self,
        token: &Secret,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Renewed, SignInError> {
        let found = self.find_link(token).await?.ok_or(SignInError::Gone)?;
        // Whoever corrected the address meanwhile does not wait for this one any more.
        let waiting = match found.body.transaction {
            Some(id) => {
                let sign_in = self.find_sign_in(&id).await?;
                sign_in.filter(|sign_in| waits_for(sign_in, &found.body)).map(|sign_in| (id, sign_in))
            }
            None => None,
        };
        let LinkBody { connection, address, authorization, .. } = found.body;
        let way = Way { connection, channel: Channel::Email };
        let remember = match waiting {
            Some((id, sign_in)) if !browser.is(&sign_in.browser) => {
                let typed = Typed::again(&sign_in);
                let open = Open { id, sign_in, client: found.client };
                self.send(&open, &way, address.as_str(), typed, caller).await?;
                return Ok(Renewed::Elsewhere);
            }
            waiting => waiting.is_some_and(|(_, sign_in)| sign_in.remember),
        };
        let sign_in = SignIn { remember, ..SignIn::new(authorization, browser) };
        let handle = self.begin_sign_in(sign_in).await?;
        let open = self.open_sign_in(&handle, browser).await?;
        self.send(&open, &way, address.as_str(), Typed::again(&open.sign_in), caller).await?;
        Ok(Renewed::Here { handle })
    }
}
