//! A line of the audit log, with the log codes that operators know from Auth0 (protocol 4.6).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ClientId, EventId, OutboxRow, UserId};
use crate::clock::Timestamp;

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
    /// A message to its person, which goes into the outbox as the event goes into the log. No log has it.
    #[serde(skip)]
    pub notice: Option<Box<OutboxRow>>,
}

impl Event {
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
    /// A code was sent.
    CodeSent = "cs";
    /// A message could not be sent.
    SendFailed = "fcs";
    /// A start was answered without a message (blocked user, closed sign-up).
    SendWithheld = "wcs";
    SignedIn = "s";
    SignInFailed = "f";
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
    PairBlocked = "limit_wc";
    AddressBlocked = "limit_mu";
    CrossOriginProved = "scoa";
    CrossOriginFailed = "fcoa";
    LoggedOut = "slo";
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
    DelegationSucceeded = "sdu";
    DelegationFailed = "fdu";
    ClientAuthFailed = "fapi";
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
