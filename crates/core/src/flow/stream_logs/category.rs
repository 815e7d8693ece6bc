//! The categories that log streams are filtered by (section 2.19).

use crate::model::EventKind;

/// Every category that a filter may name. Of some of them nothing happens here.
pub const CATEGORIES: [&str; 20] = [
    "auth.login.success",
    "auth.login.fail",
    "auth.login.notification",
    "auth.logout.success",
    "auth.logout.fail",
    "auth.signup.success",
    "auth.signup.fail",
    "auth.silent_auth.success",
    "auth.silent_auth.fail",
    "auth.token_exchange.success",
    "auth.token_exchange.fail",
    "management.success",
    "management.fail",
    "user.success",
    "user.fail",
    "user.notification",
    "system.notification",
    "scim.event",
    "actions",
    "other",
];

pub fn category(kind: EventKind) -> &'static str {
    match kind {
        EventKind::SignedIn | EventKind::CrossOriginProved | EventKind::DeviceActivated => {
            "auth.login.success"
        }
        EventKind::SilentlyAuthenticated => "auth.silent_auth.success",
        EventKind::SilentAuthFailed => "auth.silent_auth.fail",
        EventKind::SignInFailed
        | EventKind::WrongUser
        | EventKind::WrongCode
        | EventKind::CodeReplayed
        | EventKind::CrossOriginFailed
        | EventKind::CorsRefused
        | EventKind::DeviceActivationFailed
        | EventKind::DeviceDeclined => "auth.login.fail",
        EventKind::CodeSent
        | EventKind::MailSent
        | EventKind::SendFailed
        | EventKind::SendUnclear
        | EventKind::SendWithheld
        | EventKind::PasskeyStarted
        | EventKind::PasskeyStartFailed
        | EventKind::PasskeyCloned => "auth.login.notification",
        EventKind::LoggedOut | EventKind::BackchannelLogoutSucceeded => "auth.logout.success",
        EventKind::BackchannelLogoutFailed | EventKind::LogoutFailed => "auth.logout.fail",
        EventKind::SignedUp => "auth.signup.success",
        EventKind::SignUpFailed => "auth.signup.fail",
        EventKind::OtpExchanged
        | EventKind::PasskeyExchanged
        | EventKind::CodeExchanged
        | EventKind::DeviceExchanged
        | EventKind::RefreshExchanged
        | EventKind::RefreshRevoked
        | EventKind::ClientCredentialsExchanged
        | EventKind::DelegationSucceeded => "auth.token_exchange.success",
        EventKind::OtpExchangeFailed
        | EventKind::PasskeyExchangeFailed
        | EventKind::CodeExchangeFailed
        | EventKind::DeviceExchangeFailed
        | EventKind::RefreshExchangeFailed
        | EventKind::RefreshReused
        | EventKind::ClientCredentialsFailed
        | EventKind::DelegationFailed => "auth.token_exchange.fail",
        EventKind::OperatorActed | EventKind::SecretsRead | EventKind::UsersImported => "management.success",
        EventKind::OperatorRefused | EventKind::UsersImportFailed => "management.fail",
        EventKind::MethodChanged
        | EventKind::EmailChanged
        | EventKind::PhoneNumberChanged
        | EventKind::ConsentGiven
        | EventKind::DeviceKeyEnrolled
        | EventKind::DeviceKeyRemoved
        | EventKind::ConsentRevoked
        | EventKind::AccountChanged
        | EventKind::AccountExported
        | EventKind::AccountDeleted
        | EventKind::UserDeleted => "user.success",
        EventKind::MethodChangeFailed | EventKind::EmailChangeFailed | EventKind::PhoneNumberChangeFailed => {
            "user.fail"
        }
        EventKind::PairBlocked
        | EventKind::AddressBlocked
        | EventKind::UserLimited
        | EventKind::PhoneLimited
        | EventKind::UserUnblocked
        | EventKind::CredentialsDropped => "user.notification",
        EventKind::CountryPaused
        | EventKind::RateLimited
        | EventKind::CallDeprecated
        | EventKind::KeyRotated
        | EventKind::KeyRevoked
        | EventKind::LogStreamFailing
        | EventKind::LogStreamSuspended => "system.notification",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MS-001
    #[test]
    fn every_event_has_a_category_that_a_filter_may_name() {
        for kind in EventKind::ALL {
            assert!(CATEGORIES.contains(&category(*kind)), "{kind:?}");
        }
    }
}
