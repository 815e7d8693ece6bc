//! What can go wrong, for programs, for developers and for people.

use latchkey_words::{Locale, Words};

use crate::address::{BadAddress, Channel};
use crate::authenticator::AuthenticatorError;
use crate::browser::CallbackError;
use crate::host::NoRandomness;
use crate::id_token::IdTokenError;
use crate::refusal::{Refusal, Step};
use crate::storage::StorageError;
use crate::transport::TransportError;

/// Why a call failed. `Display` is for developers; [`human`](Self::human) is for people.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The server refused, and says why.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The server answered something that is not of the protocol. The text names what.
    #[error("the server's answer cannot be read: {0}")]
    BadAnswer(&'static str),
    /// Tokens came, but the `id_token` proves nothing. They are dropped.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// It is no address; nothing was sent.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// It is no code; nothing was sent.
    #[error("a code is 4 to 12 digits")]
    BadCode,
    /// The browser came back with something else than an authorization.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// The passkey, or the key of the device, was not used.
    #[error(transparent)]
    Authenticator(#[from] AuthenticatorError),
    /// Tokens could not be kept, or read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There is nothing to renew from: sign in again.
    #[error("not signed in")]
    NotSignedIn,
    /// The machine has no randomness to give.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// What failed, as a program tells cases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No answer from the server, or none that can be read.
    NoAnswer,
    /// It is not the code that was sent.
    WrongCode,
    /// It was, too long ago.
    CodeExpired,
    /// The code died of wrong tries.
    NoTriesLeft,
    /// Too many tries or messages; `seconds` until more may help, where the server says it.
    TooMany {
        /// Until another try.
        seconds: Option<u32>,
    },
    /// It is no phone number that exists.
    BadPhoneNumber,
    /// It is no email address.
    BadEmail,
    /// The number cannot receive text messages.
    NumberWithoutTexts,
    /// Nothing is sent to numbers of this country.
    CountryNotAllowed,
    /// The message could not be sent.
    NotSent,
    /// There is no account, and none can be made.
    SignUpClosed,
    /// The account is blocked.
    Blocked,
    /// Whatever proved the person no longer does: sign in again.
    SignInAgain,
    /// The person, or the system, put an end to it.
    Cancelled,
    /// The app or its client is not set up for this.
    Misconfigured,
    /// The server failed.
    Server,
    /// This device failed: storage, randomness.
    Device,
}

impl Error {
    /// The server's code (`invalid_grant`, `bad.phone_number`, …), or one of ours where the server said
    /// nothing: `network_unreachable`, `network_no_answer`, `bad_answer`, `bad_id_token`, `bad_address`,
    /// `bad_code`, `bad_callback`, `authenticator`, `storage`, `not_signed_in`, `no_randomness`.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Transport(TransportError::Unreachable(_)) => "network_unreachable",
            Self::Transport(TransportError::NoAnswer(_)) => "network_no_answer",
            Self::Refused(refusal) => &refusal.code,
            Self::BadAnswer(_) => "bad_answer",
            Self::IdToken(_) => "bad_id_token",
            Self::Address(_) => "bad_address",
            Self::BadCode => "bad_code",
            Self::Callback(CallbackError::Refused { code, .. }) => code,
            Self::Callback(_) => "bad_callback",
            Self::Authenticator(_) => "authenticator",
            Self::Storage(_) => "storage",
            Self::NotSignedIn => "not_signed_in",
            Self::NoRandomness(_) => "no_randomness",
        }
    }

    /// The status of the server's answer; `None` where there was none, or it was no refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// Which case it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Transport(_) | Self::BadAnswer(_) => ErrorKind::NoAnswer,
            Self::Refused(refusal) => refusal.kind(),
            Self::IdToken(_) => ErrorKind::Server,
            Self::Address(BadAddress::Phone) => ErrorKind::BadPhoneNumber,
            Self::Address(BadAddress::Email) => ErrorKind::BadEmail,
            Self::BadCode => ErrorKind::WrongCode,
            Self::Callback(error) => error.kind(),
            Self::Authenticator(AuthenticatorError::Cancelled) => ErrorKind::Cancelled,
            Self::NotSignedIn => ErrorKind::SignInAgain,
            Self::Authenticator(_) | Self::Storage(_) | Self::NoRandomness(_) => ErrorKind::Device,
        }
    }

    /// What a person reads: what happened and what to do, in their language. `channel` is how they were
    /// signing in.
    ///
    /// ```
    /// use latchkey_client::{Channel, Error, Locale, TransportError};
    ///
    /// let error = Error::from(TransportError::Unreachable("connection refused".into()));
    /// let text = error.human(Locale::En, Channel::Sms);
    /// assert_eq!(text, "The server does not answer. Check your internet connection and try again.");
    /// ```
    #[must_use]
    pub fn human(&self, locale: Locale, channel: Channel) -> String {
        let words = Words::of(locale);
        match self.kind() {
            ErrorKind::NoAnswer => words.error_no_answer(),
            ErrorKind::WrongCode => match channel {
                Channel::Sms => words.error_wrong_code_phone(),
                Channel::Email => words.error_wrong_code_email(),
            },
            ErrorKind::CodeExpired => words.error_code_expired(),
            ErrorKind::NoTriesLeft => words.error_no_tries_left(),
            ErrorKind::TooMany { seconds } => {
                words.error_too_many_attempts(seconds.unwrap_or(60).div_ceil(60).max(1))
            }
            ErrorKind::BadPhoneNumber => words.error_bad_phone(),
            ErrorKind::BadEmail => words.error_bad_email(),
            ErrorKind::NumberWithoutTexts => words.error_number_without_texts(),
            ErrorKind::CountryNotAllowed => words.error_country_not_allowed(),
            ErrorKind::NotSent => words.error_not_sent(),
            ErrorKind::SignUpClosed => words.error_sign_up_closed(),
            ErrorKind::Blocked => words.error_blocked(),
            ErrorKind::SignInAgain => words.error_page_expired(),
            ErrorKind::Misconfigured => words.error_no_way_in(),
            ErrorKind::Cancelled => words.error_no_passkey(),
            ErrorKind::Server | ErrorKind::Device => words.error_server(self.reference()),
        }
    }

    /// What support can find the failure by.
    fn reference(&self) -> &str {
        match self {
            Self::Refused(Refusal { request_id: Some(id), .. }) => id,
            _ => self.code(),
        }
    }

    /// Whether the server surely did not do what was asked: the call may be made again without any effect twice. It
    /// refused with a status below 500, then, or got nothing.
    #[must_use]
    pub fn had_no_effect(&self) -> bool {
        match self {
            Self::Transport(TransportError::NoAnswer(_))
            | Self::BadAnswer(_)
            | Self::IdToken(_)
            | Self::Storage(_) => false,
            // A 5xx may be a proxy's, whose server did its work, or of a server that failed half-way.
            Self::Refused(refusal) => refusal.status < 500,
            Self::Transport(TransportError::Unreachable(_))
            | Self::Address(_)
            | Self::BadCode
            | Self::Callback(_)
            | Self::Authenticator(_)
            | Self::NotSignedIn
            | Self::NoRandomness(_) => true,
        }
    }

    pub(crate) fn at(self, step: Step) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal { step, ..refusal }),
            other => other,
        }
    }
}
