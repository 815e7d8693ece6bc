//! What a sign-in wants done.

use latchkey_wire::Secret;

use crate::browser::{Authorize, BrowserSignIn};
use crate::code::CodeSignIn;
use crate::profile::Profile;
use crate::start::Start;
use crate::tokens::Tokens;

/// Names a call until it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallId(pub u64);

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Proved, and not kept anywhere yet.
    pub tokens: Tokens,
    /// Where it was asked for.
    pub profile: Option<Profile>,
}

/// Something for the front end to do, in the order given.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Call [`start_passwordless`](crate::Client::start_passwordless); answer with the call's id.
    Start {
        /// For [`Event::Answered`](super::Event::Answered).
        call: CallId,
        /// What to send.
        start: Start,
    },
    /// Call [`start_link`](crate::Client::start_link); answer with the call's id.
    StartLink {
        /// For [`Event::Answered`](super::Event::Answered).
        call: CallId,
        /// What to send.
        start: Start,
        /// Where the browser that opens it comes back to, and with what.
        authorize: Authorize,
    },
    /// Call [`sign_in_with_code`](crate::Client::sign_in_with_code); answer with the call's id.
    SignIn {
        /// For [`Event::Answered`](super::Event::Answered).
        call: CallId,
        /// The code.
        sign_in: CodeSignIn,
        /// Get the profile, too.
        profile: bool,
    },
    /// Call [`finish_browser_sign_in`](crate::Client::finish_browser_sign_in); answer with the call's id.
    FinishLink {
        /// For [`Event::Answered`](super::Event::Answered).
        call: CallId,
        /// What the link was asked for with.
        pending: BrowserSignIn,
        /// Where the browser came back to.
        callback: Secret,
        /// Get the profile, too.
        profile: bool,
    },
    /// Nobody waits for this call any more.
    Cancel(CallId),
    /// Send [`Event::Tick`](super::Event::Tick) at this time: the view changes with it.
    Tick {
        /// Seconds since 1970.
        at: i64,
    },
    /// The end: take the tokens.
    Finished(Box<SignedIn>),
    /// The end without tokens.
    Closed,
}

impl Effect {
    /// The call that this is, which [`Client::perform`](crate::Client::perform) makes; `None` for what the front end does
    /// itself.
    #[must_use]
    pub fn call(&self) -> Option<CallId> {
        match self {
            Self::Start { call, .. }
            | Self::StartLink { call, .. }
            | Self::SignIn { call, .. }
            | Self::FinishLink { call, .. } => Some(*call),
            Self::Cancel(_) | Self::Tick { .. } | Self::Finished(_) | Self::Closed => None,
        }
    }
}
