//! What happens to a sign-in.

use super::effect::{CallId, SignedIn};
use crate::address::Channel;
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
    /// A code came by itself, as by an [`AppLink`](crate::AppLink): it is typed and submitted.
    Received(String),
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
    /// Of a sign-in.
    SignedIn(Box<SignedIn>),
    /// Of either.
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
