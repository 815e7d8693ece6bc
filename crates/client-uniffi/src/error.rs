//! What can go wrong: a kind to tell cases apart by, and the same facts for each.

use latchkey_client as core;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Failure {
    /// The server's code (`invalid_grant`, …), or one of the client's where the server said nothing.
    pub code: String,
    /// For developers: the server's own text, where it gave one. Holds no code and no token.
    pub detail: String,
    /// For the person: what happened and what to do, in the client's language.
    pub human: String,
    /// The status of the server's answer; nothing where there was none.
    pub status: Option<u16>,
    /// Seconds until another call may help, where the server says it.
    pub retry_after: Option<u32>,
    /// What the server's log knows the call by.
    pub request_id: Option<String>,
    /// Whether the server surely did nothing: the call may be made again without any effect twice. It refused with a
    /// status below 500, then, or got nothing.
    pub had_no_effect: bool,
}

/// A call failed. Each variant is a kind; `failure` has the facts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum LatchkeyError {
    /// No answer from the server, or none that can be read.
    #[error("{}", failure.detail)]
    NoAnswer { failure: Failure },
    #[error("{}", failure.detail)]
    WrongCode { failure: Failure },
    #[error("{}", failure.detail)]
    CodeExpired { failure: Failure },
    /// The code died of wrong tries.
    #[error("{}", failure.detail)]
    NoTriesLeft { failure: Failure },
    /// Too many tries or messages; `retry_after` says until when, where the server does.
    #[error("{}", failure.detail)]
    TooMany { failure: Failure },
    #[error("{}", failure.detail)]
    BadPhoneNumber { failure: Failure },
    #[error("{}", failure.detail)]
    BadEmail { failure: Failure },
    /// The number cannot receive text messages.
    #[error("{}", failure.detail)]
    NumberWithoutTexts { failure: Failure },
    #[error("{}", failure.detail)]
    CountryNotAllowed { failure: Failure },
    /// The message could not be sent.
    #[error("{}", failure.detail)]
    NotSent { failure: Failure },
    #[error("{}", failure.detail)]
    SignUpClosed { failure: Failure },
    #[error("{}", failure.detail)]
    Blocked { failure: Failure },
    /// Whatever proved the person no longer does.
    #[error("{}", failure.detail)]
    SignInAgain { failure: Failure },
    /// The person, or the system, put an end to it.
    #[error("{}", failure.detail)]
    Cancelled { failure: Failure },
    /// The app or its client is not set up for this.
    #[error("{}", failure.detail)]
    Misconfigured { failure: Failure },
    /// The server failed.
    #[error("{}", failure.detail)]
    Server { failure: Failure },
    /// This device failed: storage, randomness.
    #[error("{}", failure.detail)]
    Device { failure: Failure },
}

impl From<core::Error> for LatchkeyError {
    fn from(error: core::Error) -> Self {
        Self::said(&error, core::Locale::En, core::Channel::Sms)
    }
}

impl LatchkeyError {
    /// With the text for the person in their language, who signs in by this channel.
    pub(crate) fn said(error: &core::Error, locale: core::Locale, channel: core::Channel) -> Self {
        let refusal = match error {
            core::Error::Refused(refusal) => Some(refusal),
            _ => None,
        };
        let failure = Failure {
            code: error.code().to_owned(),
            detail: error.to_string(),
            human: error.human(locale, channel),
            status: error.status(),
            retry_after: refusal.and_then(|refusal| refusal.retry_after),
            request_id: refusal.and_then(|refusal| refusal.request_id.clone()),
            had_no_effect: error.had_no_effect(),
        };
        Self::of(error.kind(), failure)
    }

    /// The app asked for something that cannot be: nothing was sent.
    pub(crate) fn misconfigured(code: &str, detail: &str) -> Self {
        let (code, description) = (code.to_owned(), detail.to_owned());
        let error = core::Error::Callback(core::CallbackError::Refused { code, description });
        Self::from(error)
    }

    fn of(kind: core::ErrorKind, failure: Failure) -> Self {
        use core::ErrorKind as Kind;
        match kind {
            Kind::NoAnswer => Self::NoAnswer { failure },
            Kind::WrongCode => Self::WrongCode { failure },
            Kind::CodeExpired => Self::CodeExpired { failure },
            Kind::NoTriesLeft => Self::NoTriesLeft { failure },
            Kind::TooMany { .. } => Self::TooMany { failure },
            Kind::BadPhoneNumber => Self::BadPhoneNumber { failure },
            Kind::BadEmail => Self::BadEmail { failure },
            Kind::NumberWithoutTexts => Self::NumberWithoutTexts { failure },
            Kind::CountryNotAllowed => Self::CountryNotAllowed { failure },
            Kind::NotSent => Self::NotSent { failure },
            Kind::SignUpClosed => Self::SignUpClosed { failure },
            Kind::Blocked => Self::Blocked { failure },
            Kind::SignInAgain => Self::SignInAgain { failure },
            Kind::Cancelled => Self::Cancelled { failure },
            Kind::Misconfigured => Self::Misconfigured { failure },
            Kind::Device => Self::Device { failure },
            // A kind that is newer than these bindings: the server's, as far as they know.
            _ => Self::Server { failure },
        }
    }
}
