//! A line of the audit log, with the log codes that operators know from Auth0 (protocol 4.6).

use latchkey_wire::Scopes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ClientId, EventId, Notice, UserId};
use crate::clock::Timestamp;
use crate::trace::RequestTrace;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub at: Timestamp,
    pub kind: EventKind,
    pub client: Option<ClientId>,
    pub connection: Option<String>,
    pub user: Option<UserId>,
    pub ip: Option<String>,
    /// Masked, never in full.
    pub address: Option<String>,
    /// Words from a closed set and numbers only: no code, token or full address.
    #[serde(default)]
    pub detail: Map<String, Value>,
    /// The request that it came by; `None` of what happened behind all requests.
    #[serde(default)]
    pub request: Option<Box<RequestTrace>>,
    /// Messages to its people, which go into the outbox as the event goes into the log. No log has them.
    #[serde(skip)]
    pub notices: Vec<Notice>,
}

impl Event {
    /// The tokens that it is about.
    pub(crate) fn asks(&mut self, audience: Option<&str>, scope: &Scopes) {
        let request = self.request.take().map(|request| *request).unwrap_or_default();
        self.request = Some(Box::new(request.asking(audience, Some(scope))));
    }

    /// Beside what it says already.
    pub fn with_detail(mut self, detail: Map<String, Value>) -> Self {
        self.detail.extend(detail);
        self
    }
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl EventKind {
            pub const ALL: &[EventKind] = &[$(Self::$name,)*];

            /// The log code, as stored and shown.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }
        }
    };
}

event_kinds! {
    /// A code was sent by text message.
    CodeSent = "cs";
    /// A code or a link was sent by mail.
    MailSent = "cls";
    /// A message could not be sent.
    SendFailed = "fn";
    /// Whether a message was sent is not known, or its sender put it off; the outbox goes on.
    SendUnclear = "wn";
    /// A start was answered without a message (blocked user, closed sign-up).
    SendWithheld = "wcs";
    SignedIn = "s";
    SignInFailed = "f";
    /// A password for an address that nobody signed up with.
    WrongUser = "fu";
    WrongCode = "fp";
    /// A used code was presented again.
    CodeReplayed = "otp_replay";
    SignedUp = "ss";
    OtpExchanged = "sepotpft";
    OtpExchangeFailed = "fepotpft";
    CodeExchanged = "seacft";
    CodeExchangeFailed = "feacft";
    DeviceExchanged = "sede";
    DeviceExchangeFailed = "fede";
    DeviceActivated = "device_activated";
    DeviceActivationFailed = "fdeac";
    DeviceDeclined = "fdecc";
    /// The key of a device can sign its user in from now on.
    DeviceKeyEnrolled = "device_key_enrolled";
    DeviceKeyRemoved = "device_key_removed";
    /// Whoever signed up by password had not proved the address; somebody else has: password and keys are gone.
    CredentialsDropped = "credentials_dropped";
    SignUpFailed = "fs";
    RefreshExchanged = "sertft";
    RefreshExchangeFailed = "fertft";
    RefreshReused = "ferrt";
    RefreshRevoked = "srrt";
    ClientCredentialsExchanged = "seccft";
    ClientCredentialsFailed = "feccft";
    /// Somebody may sign up or sign in with a passkey now.
    PasskeyStarted = "passkey_challenge_started";
    PasskeyStartFailed = "passkey_challenge_failed";
    /// A passkey was traded for tokens.
    PasskeyExchanged = "sepkft";
    PasskeyExchangeFailed = "fepkft";
    /// The counter of a passkey did not grow: there may be two of its authenticator.
    PasskeyCloned = "passkey_cloned";
    /// A user made a passkey, or took one away.
    MethodChanged = "my_account_authentication_method_succeeded";
    MethodChangeFailed = "my_account_authentication_method_failed";
    /// Too many failures on an account, or from one IP on it.
    PairBlocked = "limit_wc";
    /// Too many failures from one IP, whatever the account.
    AddressBlocked = "limit_mu";
    /// Too many sign-ins of one user from one IP, right or wrong.
    UserLimited = "limit_sul";
    /// Too many text messages to one number.
    PhoneLimited = "limit_phone";
    /// A client asked without a page, and somebody was signed in.
    SilentlyAuthenticated = "ssa";
    SilentAuthFailed = "fsa";
    CrossOriginProved = "scoa";
    CrossOriginFailed = "fcoa";
    /// A page called that may not.
    CorsRefused = "fco";
    LoggedOut = "slo";
    /// A sign-out was to go on to an address that is not registered: nothing happened.
    LogoutFailed = "flo";
    /// A client took its logout token.
    BackchannelLogoutSucceeded = "oidc_backchannel_logout_succeeded";
    /// A client never took its logout token: no further try is made.
    BackchannelLogoutFailed = "oidc_backchannel_logout_failed";
    /// A person allowed a client something.
    ConsentGiven = "consent_given";
    ConsentRevoked = "consent_revoked";
    /// A person changed what they are called, on their account page.
    AccountChanged = "account_changed";
    /// A person took a copy of what is kept about them.
    AccountExported = "account_exported";
    /// A person deleted their account.
    AccountDeleted = "account_deleted";
    /// Messages to a country go unanswered: none is sent for a while.
    CountryPaused = "country_paused";
    RateLimited = "api_limit";
    DelegationSucceeded = "sd";
    DelegationFailed = "fd";
    /// A call that is there for programs of years ago: once a day for each client.
    CallDeprecated = "depnote";
    UserDeleted = "sdu";
    /// A call of the Management API was refused.
    OperatorRefused = "fapi";
    /// Secrets were read by the Management API.
    SecretsRead = "mgmt_api_read";
    /// An operator changed something.
    OperatorActed = "sapi";
    EmailChanged = "sce";
    EmailChangeFailed = "fce";
    PhoneNumberChanged = "scpn";
    PhoneNumberChangeFailed = "fcpn";
    /// An operator forgave failed codes.
    UserUnblocked = "ublkdu";
    /// A file of users was worked to its end.
    UsersImported = "sui";
    /// A file of users could not be read, or took too long.
    UsersImportFailed = "fui";
    KeyRotated = "key_rotated";
    KeyRevoked = "key_revoked";
    /// Several attempts to deliver a log stream came to nothing; more follow.
    LogStreamFailing = "log_stream_failing";
    /// A log stream failed for so long that no further attempt is made.
    LogStreamSuspended = "log_stream_suspended";
}
