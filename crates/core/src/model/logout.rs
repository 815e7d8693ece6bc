//! The end of a session, and who is told of it (OpenID Connect Back-Channel Logout 1.0).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ClientId, Event, UserId};
use crate::clock::Timestamp;

/// How a client wants to be told. Auth0's `oidc_logout`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackchannelLogout {
    /// Where logout tokens go: none or one, as in Auth0.
    #[serde(default)]
    pub urls: Vec<String>,
    /// Which ends it is told of; `None` for all.
    #[serde(default)]
    pub initiators: Option<Vec<LogoutInitiator>>,
    /// Logout tokens say what is kept with the session. Nothing is yet.
    #[serde(default)]
    pub session_metadata: bool,
}

/// What ended a session, in Auth0's words. Some of them do not happen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogoutInitiator {
    /// The person signed out, here or by way of a client.
    RpLogout,
    IdpLogout,
    PasswordChanged,
    SessionExpired,
    /// An operator ended it, or somebody else signed in in its browser.
    SessionRevoked,
    AccountDeleted,
    EmailIdentifierChanged,
    MfaPhoneUnenrolled,
    /// The user was blocked.
    AccountDeactivated,
}

impl LogoutInitiator {
    pub const ALL: [Self; 9] = [
        Self::RpLogout,
        Self::IdpLogout,
        Self::PasswordChanged,
        Self::SessionExpired,
        Self::SessionRevoked,
        Self::AccountDeleted,
        Self::EmailIdentifierChanged,
        Self::MfaPhoneUnenrolled,
        Self::AccountDeactivated,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::RpLogout => "rp-logout",
            Self::IdpLogout => "idp-logout",
            Self::PasswordChanged => "password-changed",
            Self::SessionExpired => "session-expired",
            Self::SessionRevoked => "session-revoked",
            Self::AccountDeleted => "account-deleted",
            Self::EmailIdentifierChanged => "email-identifier-changed",
            Self::MfaPhoneUnenrolled => "mfa-phone-unenrolled",
            Self::AccountDeactivated => "account-deactivated",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|initiator| initiator.as_str() == text)
    }
}

impl BackchannelLogout {
    pub fn is_told_of(&self, initiator: LogoutInitiator) -> bool {
        let selected = self.initiators.as_ref().is_none_or(|chosen| chosen.contains(&initiator));
        !self.urls.is_empty() && selected
    }
}

/// How sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub initiator: LogoutInitiator,
    pub at: Timestamp,
}

/// What came of ending sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub sessions: u64,
    /// Clients that are to be told.
    pub notices: u64,
}

impl Ended {
    /// The events of an operator who ended sessions, with how many; none where there was none.
    pub fn told(self, events: &[Event]) -> Vec<Event> {
        let told = |event: &Event| {
            let mut event = event.clone();
            let after = event.detail.entry("after").or_insert_with(|| json!({}));
            if let Some(after) = after.as_object_mut() {
                after.insert(String::from("sessions"), json!(self.sessions));
            }
            event
        };
        if self.sessions == 0 { Vec::new() } else { events.iter().map(told).collect() }
    }
}

/// One client that is to be told of the end of one session. No secret: its token is made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutNotice {
    /// With the client, what names the notice.
    pub sid: String,
    pub client: ClientId,
    pub user: UserId,
    pub ending: Ending,
    /// Not before this time; also the end of a sender's lease.
    pub due_at: Timestamp,
    /// Tries so far, the one that may be under way included.
    pub tries: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_with_an_address_is_told_of_what_it_selected_or_of_everything() {
        let all = BackchannelLogout { urls: vec!["https://rp.example/".into()], ..Default::default() };
        let some = BackchannelLogout { initiators: Some(vec![LogoutInitiator::RpLogout]), ..all.clone() };
        assert!(LogoutInitiator::ALL.into_iter().all(|initiator| all.is_told_of(initiator)));
        assert!(some.is_told_of(LogoutInitiator::RpLogout));
        assert!(!some.is_told_of(LogoutInitiator::AccountDeleted));
        assert!(!BackchannelLogout::default().is_told_of(LogoutInitiator::RpLogout));
    }

    #[test]
    fn words_are_read_and_written_alike() {
        for initiator in LogoutInitiator::ALL {
            assert_eq!(LogoutInitiator::parse(initiator.as_str()), Some(initiator));
            assert_eq!(serde_json::to_value(initiator).unwrap(), initiator.as_str());
        }
    }
}
