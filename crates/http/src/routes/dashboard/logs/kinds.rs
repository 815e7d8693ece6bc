//! What entries of the log are about, as the filter groups them.

use latchkey_core::flow::manage::logs::describe;
use latchkey_core::model::EventKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Error,
    Warning,
    Success,
}

impl Group {
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Success];

    /// As the address of a page names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "errors",
            Self::Warning => "warnings",
            Self::Success => "success",
        }
    }

    /// As a list is called by it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Error => "Errors",
            Self::Warning => "Warnings",
            Self::Success => "Success",
        }
    }

    /// What one entry is.
    pub fn state(self) -> &'static str {
        match self {
            Self::Error => "Failed",
            Self::Warning => "Warning",
            Self::Success => "OK",
        }
    }

    /// Codes and names, by name.
    pub fn kinds(self) -> Vec<(&'static str, &'static str)> {
        let kinds = EventKind::ALL.iter().filter(|kind| of(**kind) == self);
        let mut kinds: Vec<_> = kinds.map(|kind| (kind.code(), describe(*kind))).collect();
        kinds.sort_by_key(|(_, name)| *name);
        kinds
    }
}

pub fn of(kind: EventKind) -> Group {
    use EventKind::*;
    match kind {
        SendFailed
        | SignInFailed
        | WrongUser
        | WrongCode
        | CodeReplayed
        | OtpExchangeFailed
        | PasskeyStartFailed
        | PasskeyExchangeFailed
        | MethodChangeFailed
        | CodeExchangeFailed
        | DeviceExchangeFailed
        | DeviceActivationFailed
        | RefreshExchangeFailed
        | RefreshReused
        | ClientCredentialsFailed
        | CrossOriginFailed
        | BackchannelLogoutFailed
        | DelegationFailed
        | SilentAuthFailed
        | CorsRefused
        | LogoutFailed
        | OperatorRefused
        | EmailChangeFailed
        | PhoneNumberChangeFailed
        | UsersImportFailed
        | SignUpFailed
        | LogStreamSuspended => Group::Error,
        SendWithheld | DeviceDeclined | CredentialsDropped | PasskeyCloned | PairBlocked | AddressBlocked
        | UserLimited | PhoneLimited | SendUnclear | CallDeprecated | CountryPaused | RateLimited
        | LogStreamFailing => Group::Warning,
        CodeSent
        | MailSent
        | SignedIn
        | SignedUp
        | OtpExchanged
        | PasskeyStarted
        | PasskeyExchanged
        | MethodChanged
        | CodeExchanged
        | DeviceExchanged
        | DeviceActivated
        | RefreshExchanged
        | RefreshRevoked
        | ClientCredentialsExchanged
        | CrossOriginProved
        | LoggedOut
        | BackchannelLogoutSucceeded
        | ConsentGiven
        | ConsentRevoked
        | DeviceKeyEnrolled
        | DeviceKeyRemoved
        | AccountChanged
        | AccountExported
        | AccountDeleted
        | UserDeleted
        | SilentlyAuthenticated
        | SecretsRead
        | DelegationSucceeded
        | OperatorActed
        | EmailChanged
        | PhoneNumberChanged
        | UserUnblocked
        | UsersImported
        | KeyRotated
        | KeyRevoked => Group::Success,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_one_group() {
        let all: usize = Group::ALL.iter().map(|group| group.kinds().len()).sum();
        assert_eq!(all, EventKind::ALL.len());
        assert_eq!(of(EventKind::SendFailed), Group::Error);
    }
}
