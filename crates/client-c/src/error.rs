//! Failures, flat.

use std::ffi::c_char;

use latchkey_client::{Channel, Error, ErrorKind, Locale};

use crate::text::Shown;

/// What failed, as a program tells cases apart.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LkErrorKind {
    /// No answer from the server, or none that can be read.
    NoAnswer = 1,
    WrongCode = 2,
    CodeExpired = 3,
    /// The code died of wrong tries.
    NoTriesLeft = 4,
    /// Too many tries or messages; `retry_after` may say how long.
    TooMany = 5,
    BadPhoneNumber = 6,
    BadEmail = 7,
    /// The number cannot receive text messages.
    NumberWithoutTexts = 8,
    CountryNotAllowed = 9,
    /// The message could not be sent.
    NotSent = 10,
    SignUpClosed = 11,
    Blocked = 12,
    /// Whatever proved the person no longer does: sign in again.
    SignInAgain = 13,
    /// The caller, the person or the system put an end to it.
    Cancelled = 14,
    /// The app or its client is not set up for this, or called a function with something missing.
    Misconfigured = 15,
    /// The server failed.
    Server = 16,
    /// This device failed, or this library.
    Device = 17,
}

/// Why a call failed. Its texts live as long as it does.
#[repr(C)]
pub struct LkError {
    pub kind: LkErrorKind,
    /// The status of the server's answer; 0 where it gave none.
    pub status: i32,
    /// Seconds until another call may help; -1 where nobody says.
    pub retry_after: i64,
    /// Whether the server may have done something all the same: no answer came, or only that something failed (5xx).
    pub outcome_unknown: bool,
    /// The server's code (`invalid_grant`), or one of ours where it gave none. Never NULL.
    pub code: *const c_char,
    /// The server's own words, for developers. Holds no code, no token and no address. Never NULL.
    pub description: *const c_char,
    /// What a person reads, in the client's language. Never NULL.
    pub text: *const c_char,
}

/// A failure and the texts that it shows.
pub(crate) struct Failure {
    kind: LkErrorKind,
    status: i32,
    retry_after: i64,
    outcome_unknown: bool,
    code: Shown,
    description: Shown,
    text: Shown,
}

impl Failure {
    pub(crate) fn of(error: &Error, locale: Locale, channel: Channel) -> Self {
        Self {
            kind: kind(error.kind()),
            status: error.status().map_or(0, i32::from),
            retry_after: match error.kind() {
                ErrorKind::TooMany { seconds: Some(seconds) } => i64::from(seconds),
                _ => -1,
            },
            outcome_unknown: !error.had_no_effect(),
            code: Shown::new(error.code()),
            description: Shown::new(description(error)),
            text: Shown::new(error.human(locale, channel)),
        }
    }

    /// One that is ours: the call did not end by itself.
    pub(crate) fn ours(kind: LkErrorKind, code: &str, description: &str) -> Self {
        Self {
            kind,
            status: 0,
            retry_after: -1,
            outcome_unknown: kind == LkErrorKind::Cancelled,
            code: Shown::new(code),
            description: Shown::new(description),
            text: Shown::new(description),
        }
    }

    pub(crate) fn show(&self) -> LkError {
        LkError {
            kind: self.kind,
            status: self.status,
            retry_after: self.retry_after,
            outcome_unknown: self.outcome_unknown,
            code: self.code.pointer(),
            description: self.description.pointer(),
            text: self.text.pointer(),
        }
    }
}

/// The server's own words, where it had any.
fn description(error: &Error) -> String {
    match error {
        Error::Refused(refusal) if !refusal.description.is_empty() => refusal.description.clone(),
        _ => error.to_string(),
    }
}

fn kind(kind: ErrorKind) -> LkErrorKind {
    match kind {
        ErrorKind::NoAnswer => LkErrorKind::NoAnswer,
        ErrorKind::WrongCode => LkErrorKind::WrongCode,
        ErrorKind::CodeExpired => LkErrorKind::CodeExpired,
        ErrorKind::NoTriesLeft => LkErrorKind::NoTriesLeft,
        ErrorKind::TooMany { .. } => LkErrorKind::TooMany,
        ErrorKind::BadPhoneNumber => LkErrorKind::BadPhoneNumber,
        ErrorKind::BadEmail => LkErrorKind::BadEmail,
        ErrorKind::NumberWithoutTexts => LkErrorKind::NumberWithoutTexts,
        ErrorKind::CountryNotAllowed => LkErrorKind::CountryNotAllowed,
        ErrorKind::NotSent => LkErrorKind::NotSent,
        ErrorKind::SignUpClosed => LkErrorKind::SignUpClosed,
        ErrorKind::Blocked => LkErrorKind::Blocked,
        ErrorKind::SignInAgain => LkErrorKind::SignInAgain,
        ErrorKind::Cancelled => LkErrorKind::Cancelled,
        ErrorKind::Server => LkErrorKind::Server,
        ErrorKind::Device => LkErrorKind::Device,
        // The enum may grow: what is not known here is the app's to look into.
        _ => LkErrorKind::Misconfigured,
    }
}
