//! What the log comes to, by the day. Pure: events go in, numbers come out, and the store adds them up.
//!
//! The numbers outlive the entries of the log, and hold no address.

use std::collections::{BTreeMap, BTreeSet};

use super::{Event, EventKind, UserId};

/// The detail of an event that says what a code came by.
pub const FACTOR: &str = "factor";
/// The sender of codes that are never sent: those of test numbers.
pub const NOBODY: &str = "nobody";

macro_rules! counted {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Counted {
            $($(#[$doc])* $name,)*
        }

        impl Counted {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As stored.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|counted| counted.word() == word)
            }
        }
    };
}

counted! {
    /// A code or a link came back.
    SignIn = "sign_in";
    SignUp = "sign_up";
    FailedSignIn = "failed_sign_in";
    /// Users who signed in or whose application went on for them, each once a day.
    ActiveUser = "active_user";
    /// A message was handed to a sender.
    Sent = "sent";
    /// One of those certainly did not leave.
    Unsent = "unsent";
}

/// What is counted together. Texts are empty where the event does not say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountKey {
    /// Days since 1970-01-01.
    pub day: i64,
    pub what: Counted,
    pub connection: String,
    /// Of a message who sent it, of a sign-in what it was by, a word of `factor`.
    pub means: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: BTreeMap<CountKey, u64>,
    /// Who was active on which day. The store knows who was counted already.
    pub active: BTreeSet<(i64, UserId)>,
}

impl Tally {
    pub fn of(events: &[Event]) -> Self {
        let mut tally = Self::default();
        for event in events {
            tally.add(event);
        }
        tally
    }

    fn add(&mut self, event: &Event) {
        let day = event.at.0.div_euclid(86_400);
        if let (Some(user), true) = (&event.user, is_active(event.kind)) {
            self.active.insert((day, user.clone()));
        }
        let Some(what) = counted(event.kind) else { return };
        let text = |name: &str| event.detail.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        let is_message = matches!(what, Counted::Sent | Counted::Unsent);
        if is_message && text("sender") == NOBODY {
            return;
        }
        let key = CountKey {
            day,
            what,
            connection: event.connection.clone().unwrap_or_default(),
            means: match what {
                Counted::Sent | Counted::Unsent => text("sender").to_owned(),
                Counted::SignIn => factor(event).to_owned(),
                _ => String::new(),
            },
            country: text("country").to_owned(),
        };
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(1);
    }
}

/// What somebody signed in by: `passkey`, `device_key`, `password`, or what the event says: `sms`, `email` or `link`.
/// Empty where it does not say, as before it was kept.
fn factor(event: &Event) -> &str {
    let detail = |name: &str| event.detail.get(name).and_then(|value| value.as_str());
    match detail("by") {
        Some(by @ ("device_key" | "password")) => by,
        _ if detail("passkey").is_some() => "passkey",
        _ if detail("device_key").is_some() => "device_key",
        _ => detail(FACTOR).unwrap_or_default(),
    }
}

fn counted(kind: EventKind) -> Option<Counted> {
    Some(match kind {
        EventKind::SignedIn
        | EventKind::OtpExchanged
        | EventKind::PasskeyExchanged
        | EventKind::CrossOriginProved => Counted::SignIn,
        EventKind::SignedUp => Counted::SignUp,
        EventKind::SignInFailed
        | EventKind::WrongUser
        | EventKind::WrongCode
        | EventKind::OtpExchangeFailed
        | EventKind::PasskeyExchangeFailed
        | EventKind::CrossOriginFailed => Counted::FailedSignIn,
        EventKind::CodeSent | EventKind::MailSent => Counted::Sent,
        EventKind::SendFailed => Counted::Unsent,
        _ => return None,
    })
}

fn is_active(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::SignedIn
            | EventKind::OtpExchanged
            | EventKind::PasskeyExchanged
            | EventKind::CrossOriginProved
            | EventKind::SignedUp
            | EventKind::CodeExchanged
            | EventKind::DeviceExchanged
            | EventKind::RefreshExchanged
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::Timestamp;
    use crate::model::EventId;

    fn event(kind: EventKind, at: i64, user: Option<&str>, detail: serde_json::Value) -> Event {
        Event {
            id: EventId::new(format!("{at:024x}")),
            at: Timestamp(at),
            kind,
            client: None,
            connection: Some(String::from("sms")),
            user: user.map(UserId::new),
            ip: None,
            address: None,
            detail: detail.as_object().unwrap().clone(),
            request: None,
            notices: Vec::new(),
        }
    }

    #[test]
    fn events_are_counted_by_day_connection_sender_and_country() {
        let tally = Tally::of(&[
            event(EventKind::CodeSent, 5, None, json!({"sender": "twilio", "country": "US"})),
            event(EventKind::CodeSent, 6, None, json!({"sender": "twilio", "country": "US"})),
            event(EventKind::CodeSent, 7, None, json!({"sender": NOBODY, "country": "US"})),
            event(EventKind::SendFailed, 8, None, json!({"sender": "twilio", "country": "US"})),
            event(EventKind::SignedIn, 9, Some("sms|1"), json!({"country": "US", "factor": "sms"})),
            event(EventKind::SignedIn, 9, Some("sms|1"), json!({"passkey": "passkey|dev_1"})),
            event(EventKind::SignedIn, 9, Some("sms|1"), json!({"by": "device_key", "device_key": "dcr_1"})),
            event(EventKind::SignedIn, 9, Some("sms|1"), json!({"by": "password"})),
            event(EventKind::OtpExchanged, 86_400, Some("sms|1"), json!({})),
            event(EventKind::OperatorActed, 10, None, json!({})),
        ]);
        let key = |day, what, means: &str, country: &str| CountKey {
            day,
            what,
            connection: String::from("sms"),
            means: means.to_owned(),
            country: country.to_owned(),
        };
        let expected = BTreeMap::from([
            (key(0, Counted::Sent, "twilio", "US"), 2),
            (key(0, Counted::Unsent, "twilio", "US"), 1),
            (key(0, Counted::SignIn, "sms", "US"), 1),
            (key(0, Counted::SignIn, "passkey", ""), 1),
            (key(0, Counted::SignIn, "device_key", ""), 1),
            (key(0, Counted::SignIn, "password", ""), 1),
            (key(1, Counted::SignIn, "", ""), 1),
        ]);
        assert_eq!(tally.counts, expected);
    }

    #[test]
    fn a_user_is_active_once_a_day() {
        let tally = Tally::of(&[
            event(EventKind::SignedIn, 1, Some("sms|1"), json!({})),
            event(EventKind::RefreshExchanged, 2, Some("sms|1"), json!({})),
            event(EventKind::RefreshExchanged, 86_401, Some("sms|1"), json!({})),
            event(EventKind::WrongCode, 3, Some("sms|2"), json!({})),
        ]);
        let active: Vec<(i64, &str)> = tally.active.iter().map(|(day, user)| (*day, user.as_str())).collect();
        assert_eq!(active, [(0, "sms|1"), (1, "sms|1")]);
    }

    #[test]
    fn what_is_counted_is_read_back() {
        assert!(Counted::ALL.iter().all(|counted| Counted::parse(counted.word()) == Some(*counted)));
        assert_eq!(Counted::parse("other"), None);
    }
}
