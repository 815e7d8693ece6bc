//! Errors of the hosted pages, in words for people. Where an outcome would tell who has an account the
//! rules answer as if all were well: nothing here can give it away.

use http::{HeaderMap, StatusCode, header};
use latchkey_core::Fault;
use latchkey_core::flow::authorize::Unanswerable;
use latchkey_core::flow::device::ActivateError;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::sign_in::SignInError;
use latchkey_core::flow::start_passwordless::StartPasswordlessError;
use latchkey_core::limit::LimitState;
use latchkey_core::model::{BadPhoneNumber, Channel};
use latchkey_words::Words;

/// Minutes told of a block whose true length would tell whom the address belongs to.
const BLOCKED: u32 = 60;
/// Longest wait for a new code that is told in seconds.
const SECONDS: u32 = 120;

/// What went wrong.
pub enum PageError {
    /// Beside the field: the person tries again.
    Beside(Told),
    /// In place of the page.
    Instead(Told),
    /// No code was asked for yet: back to the first page.
    NothingSent,
    /// Signed in already.
    Done,
    Fault(Fault),
}

pub struct Told {
    pub status: StatusCode,
    pub text: String,
    /// Seconds.
    pub retry_after: Option<u32>,
}

impl Told {
    fn new(status: StatusCode, text: String) -> Self {
        Self { status, text, retry_after: None }
    }

    fn bad(text: String) -> PageError {
        PageError::Beside(Self::new(StatusCode::BAD_REQUEST, text))
    }

    fn instead(status: StatusCode, text: String) -> PageError {
        PageError::Instead(Self::new(status, text))
    }

    pub fn put_retry_after(&self, headers: &mut HeaderMap) {
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
    }
}

/// `cookies`: the browser sends us some.
pub fn sign_in(error: SignInError, words: Words, cookies: bool) -> PageError {
    match error {
        SignInError::Gone => Told::instead(StatusCode::GONE, words.error_page_expired()),
        SignInError::Done => PageError::Done,
        SignInError::OtherBrowser if cookies => {
            Told::instead(StatusCode::FORBIDDEN, words.error_page_expired())
        }
        SignInError::OtherBrowser => Told::instead(StatusCode::FORBIDDEN, words.error_cookies_needed()),
        SignInError::NothingSent => PageError::NothingSent,
        SignInError::Passkey => Told::bad(words.error_passkey()),
        SignInError::Name => Told::bad(words.account_error_name()),
        SignInError::Start(error) => start(error, words),
        SignInError::Code(error) => redeem(error, words),
        SignInError::Fault(fault) => PageError::Fault(fault),
    }
}

fn start(error: StartPasswordlessError, words: Words) -> PageError {
    use StartPasswordlessError as E;
    match error {
        E::PhoneNumberMissing
        | E::PhoneNumberRejected(BadPhoneNumber::Pattern | BadPhoneNumber::NotAssigned) => {
            Told::bad(words.error_bad_phone())
        }
        E::PhoneNumberRejected(BadPhoneNumber::NotMobile) => Told::bad(words.error_number_without_texts()),
        E::PhoneNumberRejected(BadPhoneNumber::CountryNotAllowed) => {
            Told::bad(words.error_country_not_allowed())
        }
        E::EmailMissing | E::EmailRejected { .. } => Told::bad(words.error_bad_email()),
        E::SenderRefused { .. } | E::NoSender => Told::bad(words.error_not_sent()),
        E::TooManyRequests(limit) if limit.retry_after <= SECONDS => {
            let wait = limit.retry_after.max(1);
            too_many(wait, words.code_resend_wait(wait))
        }
        E::TooManyRequests(limit) => too_many_for(&limit, words),
        E::SignupClosed => Told::instead(StatusCode::FORBIDDEN, words.error_sign_up_closed()),
        E::UserBlocked => Told::instead(StatusCode::FORBIDDEN, words.error_blocked()),
        E::Client(_)
        | E::ClientCannotSignIn
        | E::OriginNotAllowed
        | E::ConnectionUnknown
        | E::ConnectionStrategy
        | E::ConnectionDisabled
        | E::AuthParams { .. } => no_way_in(words),
        E::Fault(fault) => PageError::Fault(fault),
    }
}

/// The app has no connection that people could sign in through.
pub fn no_way_in(words: Words) -> PageError {
    Told::instead(StatusCode::FORBIDDEN, words.error_no_way_in())
}

fn redeem(error: RedeemError, words: Words) -> PageError {
    match error {
        RedeemError::Wrong { channel: Channel::Sms } => Told::bad(words.error_wrong_code_phone()),
        RedeemError::Wrong { channel: Channel::Email } => Told::bad(words.error_wrong_code_email()),
        RedeemError::Expired => Told::bad(words.error_code_expired()),
        RedeemError::NoTriesLeft => Told::bad(words.error_no_tries_left()),
        RedeemError::UserBlocked => Told::instead(StatusCode::FORBIDDEN, words.error_blocked()),
        RedeemError::Weaker => PageError::Beside(Told::new(StatusCode::FORBIDDEN, words.error_stronger())),
        RedeemError::TooManyAttempts => too_many(BLOCKED * 60, words.error_too_many_attempts(BLOCKED)),
        RedeemError::TooManyFailures(limit) => too_many_for(&limit, words),
        RedeemError::Fault(fault) => PageError::Fault(fault),
    }
}

/// Over a limit that stands before the rules.
pub fn too_many_for(limit: &LimitState, words: Words) -> PageError {
    let wait = limit.retry_after.max(1);
    too_many(wait, words.error_too_many_attempts(wait.div_ceil(60)))
}

fn too_many(seconds: u32, text: String) -> PageError {
    let status = StatusCode::TOO_MANY_REQUESTS;
    PageError::Beside(Told { status, text, retry_after: Some(seconds) })
}

/// `/activate`.
pub fn activate(error: ActivateError, words: Words) -> PageError {
    match error {
        ActivateError::Unknown => Told::bad(words.error_wrong_user_code()),
        ActivateError::TooManyTries { seconds } => {
            let seconds = seconds.max(1);
            too_many(seconds, words.error_too_many_attempts(seconds.div_ceil(60)))
        }
        ActivateError::TooManyRequests(limit) => too_many_for(&limit, words),
        ActivateError::Fault(fault) => PageError::Fault(fault),
    }
}

/// Nothing was typed.
pub fn no_user_code(words: Words) -> Told {
    Told::new(StatusCode::BAD_REQUEST, words.error_wrong_user_code())
}

/// A request at `/authorize` whose client cannot be answered.
pub fn unanswerable(why: Unanswerable, words: Words) -> String {
    match why {
        Unanswerable::Unreadable | Unanswerable::UnknownClient => words.error_unknown_app(),
        Unanswerable::RedirectUri | Unanswerable::WebOrigin => words.error_bad_redirect(),
        Unanswerable::RequestUri => words.error_page_expired(),
    }
}
