//! The account page: what a person sees and changes of their own account, by the session of their browser
//! ([decision 27](../../../../../docs/decisions/0027-the-account-page.md)).
//!
//! Whoever is signed in may look. Whoever changes something has proved themselves within [`FRESH`] seconds
//! (S-061), and says which session the page was shown to: somebody else may have signed in since.

mod addresses;
mod apps;
mod client;
mod devices;
mod export;
mod history;
mod leave;
mod passkeys;
mod profile;
mod remove_address;
mod sessions;
mod undo;
mod view;
mod ways;

use serde_json::json;

use super::authorize::Known;
use super::browser::Browser;
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{ACCOUNT_CLIENT, Channel, Event, EventKind, User};
use crate::store::StoreError;

pub use addresses::{AddressAsked, NewAddress};
pub use apps::App;
pub use devices::OwnDevice;
pub use history::{SignInEntry, SignInWay};
pub use view::AccountView;

/// Seconds that a proof is fresh (S-061).
pub const FRESH: i64 = 300;
/// What is typed to delete an account that has no address.
const WORD: &str = "DELETE";

/// Why a page of the account does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// An operator switched the page, or this part of it, off.
    #[error("there is no such page")]
    Off,
    /// Nobody is signed in, or they are blocked by now.
    #[error("nobody is signed in")]
    SignedOut,
    /// The page was shown to another session.
    #[error("another session than the page was made for")]
    OtherSession,
    /// The last proof is older than [`FRESH`].
    #[error("this needs a fresh proof")]
    Stale,
    /// It is not there any more, or it was never theirs.
    #[error("there is none")]
    Gone,
    #[error("the name cannot be used")]
    Name,
    /// What was typed is no address, or none that the operator sends to.
    #[error("no such address can be used")]
    Address(Channel),
    /// Nothing sends to the address, or too much was sent already.
    #[error("no message can be sent")]
    NotSent,
    /// Too many passkeys or devices at once.
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error("the code to the new address is wrong")]
    AddressCode,
    /// What was to be typed was not.
    #[error("the account is deleted by typing the word")]
    NotConfirmed,
    /// What the authenticator answered does not hold, or comes too late, or the account has as many as it may.
    #[error("the passkey is refused")]
    Passkey,
    /// The last way into the account.
    #[error("this is the last way in")]
    LastWay,
    /// As that, and it is an address.
    #[error("this address is the last way in")]
    LastAddress,
    /// As that, and it is a device.
    #[error("this device is the last way in")]
    LastDevice,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What came with a form of the page.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    pub browser: &'a Browser,
    /// The `sid` of the session that the page was shown to.
    pub session: &'a str,
    pub caller: &'a Caller,
}

impl Engine {
    /// Who is signed in here.
    async fn account_person(&self, browser: &Browser) -> Result<Known, AccountError> {
        if !self.tenant().await?.account {
            return Err(AccountError::Off);
        }
        self.known(browser).await?.ok_or(AccountError::SignedOut)
    }

    /// Who is signed in here, and may change something.
    async fn proven(&self, act: Act<'_>) -> Result<Known, AccountError> {
        let known = self.asked_by(act).await?;
        match self.is_fresh(&known).await? {
            true => Ok(known),
            false => Err(AccountError::Stale),
        }
    }

    /// As [`Engine::proven`], for what changes none of their ways in.
    async fn proven_here(&self, act: Act<'_>) -> Result<Known, AccountError> {
        let known = self.asked_by(act).await?;
        match self.is_fresh_here(&known).await? {
            true => Ok(known),
            false => Err(AccountError::Stale),
        }
    }

    async fn asked_by(&self, act: Act<'_>) -> Result<Known, AccountError> {
        let known = self.account_person(act.browser).await?;
        match known.session.sid == act.session {
            true => Ok(known),
            false => Err(AccountError::OtherSession),
        }
    }

    /// They proved themselves lately, and by what their ways in may be changed by.
    pub(in crate::flow) async fn is_fresh(&self, Known { session, user }: &Known) -> Result<bool, Fault> {
        Ok(self.is_fresh_proof(session.auth_time)
            && self.is_whole_proof(user, session.proof.is_key()).await?)
    }

    /// They proved themselves lately, and by the best that a page of ours takes of them.
    async fn is_fresh_here(&self, Known { session, user }: &Known) -> Result<bool, Fault> {
        Ok(self.is_fresh_proof(session.auth_time)
            && self.is_best_proof_of_pages(user, session.proof.is_key()).await?)
    }

    /// A proof of the last [`FRESH`] seconds: one that ended others of its second counts from the next one on, and
    /// the clocks of two nodes may differ.
    pub(in crate::flow) fn is_fresh_proof(&self, at: Timestamp) -> bool {
        (-60..=FRESH).contains(&self.now().since(at))
    }

    /// What a form of the page did.
    fn act_event(&self, kind: EventKind, user: &User, word: &'static str, act: Act<'_>) -> Event {
        let mut event = self.account_event(kind, user, word);
        event.ip = Some(act.caller.ip.to_string());
        event
    }

    /// `act`: a word of a closed set.
    fn account_event(&self, kind: EventKind, user: &User, act: &'static str) -> Event {
        let mut event = self.event(kind, Some(&ACCOUNT_CLIENT.into()));
        event.user = Some(user.id.clone());
        if let Some(identity) = user.primary() {
            event.connection = Some(identity.connection.clone());
        }
        event.detail.insert(String::from("act"), json!(act));
        event
    }
}
