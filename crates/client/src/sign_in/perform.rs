//! The effects that are calls, done by the client.

use super::effect::{Effect, SignedIn};
use super::event::{Event, Outcome};
use crate::client::Client;
use crate::code::CodeSignIn;
use crate::error::Error;
use crate::profile::Profile;

impl Client {
    /// Does an effect that is a call, and gives the event that answers it; `None` for the others, which are the
    /// front end's. Drop the future when [`Effect::Cancel`] names its call.
    pub async fn perform(&self, effect: Effect) -> Option<Event> {
        let (call, outcome) = match effect {
            Effect::Start { call, start } => {
                (call, self.start_passwordless(&start).await.map(|()| Outcome::Sent))
            }
            Effect::SignIn { call, sign_in, profile } => {
                let done = self.sign_in_for_screen(&sign_in, profile).await;
                (call, done.map(|signed_in| Outcome::SignedIn(Box::new(signed_in))))
            }
            Effect::Cancel(_) | Effect::Tick { .. } | Effect::Finished(_) | Effect::Closed => return None,
        };
        Some(Event::Answered { call, outcome: outcome.unwrap_or_else(Outcome::Failed) })
    }

    /// The code is used up once there are tokens: a profile that cannot be had does not throw them away, what the
    /// `id_token` says stands in for it.
    async fn sign_in_for_screen(&self, sign_in: &CodeSignIn, profile: bool) -> Result<SignedIn, Error> {
        let tokens = self.sign_in_with_code(sign_in).await?;
        let profile = match profile {
            false => None,
            true => match self.profile(&tokens).await {
                Ok(profile) => Some(profile),
                Err(_) => tokens.id_token.as_ref().and_then(Profile::of_id_token),
            },
        };
        Ok(SignedIn { tokens, profile })
    }
}
