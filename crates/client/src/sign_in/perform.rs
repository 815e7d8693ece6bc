//! The effects that are calls, done by the client.

use super::effect::{Effect, SignedIn};
use super::event::{Event, Outcome};
use crate::client::Client;
use crate::error::Error;
use crate::profile::Profile;
use crate::tokens::Tokens;

impl Client {
    /// Does an effect that is a call, and gives the event that answers it; `None` for the others, which are the
    /// front end's. Drop the future when [`Effect::Cancel`] names its call.
    pub async fn perform(&self, effect: Effect) -> Option<Event> {
        let (call, outcome) = match effect {
            Effect::Start { call, start } => {
                (call, self.start_passwordless(&start).await.map(|()| Outcome::Sent))
            }
            Effect::StartLink { call, start, authorize } => {
                let sent = self.start_link(&start, &authorize).await;
                (call, sent.map(|pending| Outcome::LinkSent(Box::new(pending))))
            }
            Effect::SignIn { call, sign_in, profile } => {
                let tokens = self.sign_in_with_code(&sign_in).await;
                (call, self.for_screen(tokens, profile).await)
            }
            Effect::FinishLink { call, pending, callback, profile } => {
                let tokens = self.finish_browser_sign_in(&pending, callback.expose()).await;
                (call, self.for_screen(tokens, profile).await)
            }
            Effect::Cancel(_) | Effect::Tick { .. } | Effect::Finished(_) | Effect::Closed => return None,
        };
        Some(Event::Answered { call, outcome: outcome.unwrap_or_else(Outcome::Failed) })
    }

    /// The code is used up once there are tokens: a profile that cannot be had does not throw them away, what the
    /// `id_token` says stands in for it.
    async fn for_screen(&self, tokens: Result<Tokens, Error>, profile: bool) -> Result<Outcome, Error> {
        let tokens = tokens?;
        let profile = match profile {
            false => None,
            true => match self.profile(&tokens).await {
                Ok(profile) => Some(profile),
                Err(_) => tokens.id_token.as_ref().and_then(Profile::of_id_token),
            },
        };
        Ok(Outcome::SignedIn(Box::new(SignedIn { tokens, profile })))
    }
}
