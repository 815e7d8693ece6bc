//! What the answers and failures of a mail server mean (security.md section 4, the sender state
//! machine). Nothing of it is told to who asked for the mail: that a mailbox refuses says who exists
//! (S-007). Nothing of the server's words is kept: they may quote the address.

use std::ops::RangeInclusive;

use latchkey_core::sender::{ProviderError, SendError};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use tokio::time::error::Elapsed;

use super::super::mime::Unfit;
use crate::answer::explained;

/// How far a call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Up to the greeting and `STARTTLS`.
    Connect,
    LogIn,
    Sender,
    Recipient,
    Data,
    /// The content left, perhaps whole.
    Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Reply(Reply),
    /// The guard refused the address: nothing was connected to.
    Denied,
    /// The server lacks what we insist on: TLS, or a way to log in.
    Lacking,
    TimedOut,
    /// The server's certificate is not one to trust, or is not for its name.
    Untrusted,
    /// No connection, a broken one, or no SMTP.
    Broken,
}

/// An answer, and the subject and detail of its enhanced status code (RFC 3463), where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    code: u16,
    status: Option<(u16, u16)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    step: Step,
    cause: Cause,
}

impl Failed {
    pub fn new(step: Step, cause: Cause) -> Self {
        Self { step, cause }
    }

    pub fn of(step: Step, error: &Error) -> Self {
        let cause = match error.status() {
            Some(code) => Cause::Reply(Reply { code: code.into(), status: status(error) }),
            None if error.is_client() => Cause::Lacking,
            None if error.is_timeout() => Cause::TimedOut,
            None if is_untrusted(error) => Cause::Untrusted,
            None => Cause::Broken,
        };
        Self { step, cause }
    }

    /// The code of the server's answer.
    pub fn code(&self) -> Option<i64> {
        match self.cause {
            Cause::Reply(reply) => Some(reply.code.into()),
            _ => None,
        }
    }

    /// The server closed the connection, or says that it does.
    pub fn is_closed(&self) -> bool {
        match self.cause {
            Cause::Reply(reply) => reply.code == 421,
            cause => cause == Cause::Broken,
        }
    }
}

/// The library wraps what its TLS says into an input error, and that once more.
fn is_untrusted(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = inner.and_then(|inner| inner.downcast_ref()).or_else(|| error.downcast_ref());
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The numbers after the class in `5.1.1 No such user`.
fn status(error: &Error) -> Option<(u16, u16)> {
    let text = std::error::Error::source(error)?.to_string();
    let (code, _) = text.split_once([' ', '\n']).unwrap_or((&text, ""));
    let mut numbers = code.split('.').map(str::parse::<u16>);
    match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
        (Some(Ok(2..=5)), Some(Ok(subject)), Some(Ok(detail)), None) => Some((subject, detail)),
        _ => None,
    }
}

/// Whether the answer is one of those that go on.
pub(super) fn refused(
    step: Step,
    answer: Result<Response, Error>,
    good: RangeInclusive<u16>,
) -> Result<(), Failed> {
    match answer {
        Ok(response) if good.contains(&response.code().into()) => Ok(()),
        Ok(_) => Err(Failed::new(step, Cause::Broken)),
        Err(error) => Err(Failed::of(step, &error)),
    }
}

/// As [`refused`], once the content has left.
pub(super) fn content(answer: Result<Result<Response, Error>, Elapsed>) -> Result<(), Failed> {
    match answer {
        Ok(answer) => refused(Step::Content, answer, 250..=259),
        Err(_) => Err(Failed::new(Step::Content, Cause::TimedOut)),
    }
}

impl From<Failed> for SendError {
    fn from(failed: Failed) -> Self {
        let say = |reason| explained(reason, None);
        match (failed.cause, failed.step) {
            (Cause::Reply(reply), step) => reply.class(step)(reply.error(step)),
            (Cause::Denied, _) => {
                Self::Misconfigured(say("The mail server's address leads to no address that may be called"))
            }
            (Cause::Lacking, Step::LogIn) => {
                Self::Misconfigured(say("The mail server offers no way to log in"))
            }
            (Cause::Lacking, _) => Self::Misconfigured(say("The mail server does not offer TLS")),
            (Cause::TimedOut, Step::Content) => {
                Self::Unclear(say("The mail server did not answer after the mail was handed over"))
            }
            (Cause::Broken, Step::Content) => {
                Self::Unclear(say("The mail server broke the connection after the mail was handed over"))
            }
            (Cause::Untrusted, _) => Self::Later(say("The mail server's certificate is not trusted")),
            (Cause::TimedOut, _) => Self::Later(say("The mail server did not answer in time")),
            (Cause::Broken, Step::Connect) => Self::Later(say("The mail server could not be reached")),
            (Cause::Broken, _) => Self::Later(say("The mail server broke the connection")),
        }
    }
}

impl Reply {
    fn class(self, step: Step) -> fn(ProviderError) -> SendError {
        match (self.code, step) {
            (..500, _) => SendError::Later,
            (_, Step::Recipient | Step::Content) if self.is_about_nobody() => SendError::NoSuchAddress,
            (_, Step::Recipient | Step::Content) if self.is_about_recipient(step) => SendError::BadAddress,
            _ => SendError::Misconfigured,
        }
    }

    /// There is no such mailbox, by a status code that says nothing else: no such mailbox, system or
    /// syntax, moved, takes no mail, disabled (RFC 3463, RFC 7505). A bare 550 may also be about us.
    fn is_about_nobody(self) -> bool {
        matches!(self.status, Some((1, 1 | 2 | 3 | 6 | 10) | (2, 1)))
    }

    /// The mailbox is at fault, rather than our right to write to it (RFC 3463: 1 is addressing, 2 the
    /// mailbox; 1.7 and 1.8 are about the sender's). Without that code, what the recipient's own step is
    /// refused with.
    fn is_about_recipient(self, step: Step) -> bool {
        match (self.status, step) {
            (Some((1, 7 | 8)), _) => false,
            (Some((subject, _)), _) => matches!(subject, 1 | 2),
            (None, Step::Recipient) => (550..=559).contains(&self.code),
            (None, _) => false,
        }
    }

    fn error(self, step: Step) -> ProviderError {
        let reason = match step {
            Step::Connect => "The mail server refused the connection",
            Step::LogIn => "The mail server refused the login",
            Step::Sender => "The mail server refused the sender",
            Step::Recipient => "The mail server refused the recipient",
            Step::Data | Step::Content => "The mail server refused the mail",
        };
        explained(reason, Some(self.code.into()))
    }
}

/// The mail itself cannot be made.
pub(super) fn unfit() -> SendError {
    SendError::Misconfigured(explained("The sender of the mail is not a mailbox", None))
}

impl From<Unfit> for SendError {
    fn from(unfit_for: Unfit) -> Self {
        match unfit_for {
            Unfit::Sender => unfit(),
            Unfit::Recipient => Self::BadAddress(explained("The recipient is not an address", None)),
        }
    }
}
