//! What happens to a sign-in.

use super::effect::{CallId, SignedIn};
use crate::address::Channel;
use crate::browser::BrowserSignIn;
use crate::country::Country;
use crate::error::Error;

/// Something that a person, the time or the server did.
#[derive(Clone)]
pub enum Event {
    /// The field for the phone number or email address has this text now.
    Identifier(String),
    /// The country of the number was chosen.
    Country(Country),
    /// A phone number in place of an email address, or the other way round.
    Channel(Channel),
    /// The field for the code has this text now.
    Code(String),
    /// A code came by itself, as by an [`AppLink`](crate::AppLink): it is typed and submitted. It may come at any time:
    /// while something is on its way it waits for the end of that, and where nobody asked for it here, as in an app that
    /// was ended meanwhile or on another device, until it is said whose it is.
    Received(String),
    /// The system handed this URL to the app. Where it is not what the browser of a link came back to, nothing happens:
    /// look whether it is an [`AppLink`](crate::AppLink).
    Opened(String),
    /// The main button, or return.
    Submit,
    /// "Send a new code".
    Resend,
    /// "I already have a code".
    HaveCode,
    /// "Change number". While something is on its way, this cancels it.
    Change,
    /// The screen was closed.
    Close,
    /// The time of an [`Effect::Tick`](super::Effect::Tick) is there.
    Tick,
    /// A call ended.
    Answered {
        /// Which one.
        call: CallId,
        /// How.
        outcome: Outcome,
    },
}

/// How a call ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Of a start.
    Sent,
    /// Of a start with a link that ends in a browser.
    LinkSent(Box<BrowserSignIn>),
    /// Of a sign-in.
    SignedIn(Box<SignedIn>),
    /// Of any of them.
    Failed(Error),
}

impl std::fmt::Debug for Event {
    /// Without anything that was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Identifier(_) => "Identifier",
            Self::Country(_) => "Country",
            Self::Channel(_) => "Channel",
            Self::Code(_) => "Code",
            Self::Received(_) => "Received",
            Self::Opened(_) => "Opened",
            Self::Submit => "Submit",
            Self::Resend => "Resend",
            Self::HaveCode => "HaveCode",
            Self::Change => "Change",
            Self::Close => "Close",
            Self::Tick => "Tick",
            Self::Answered { call, outcome } => {
                return f.debug_struct("Answered").field("call", call).field("outcome", outcome).finish();
            }
        };
        f.write_str(name)
    }
}
