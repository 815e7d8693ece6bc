//! What a screen shows: every text in the person's language, and what can be done.

use latchkey_words::{Direction, Locale, Words};

use super::{Calling, SignIn};
use crate::address::{self, Channel};
use crate::country::Country;

/// Which screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Who is it?
    Identify,
    /// Which code came?
    Code,
    /// Signed in.
    Done,
    /// Closed before.
    Closed,
}

/// A screen, ready to be shown. Texts are plain.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Which one.
    pub screen: Screen,
    /// The language of the texts.
    pub locale: Locale,
    /// Which way it is written.
    pub direction: Direction,
    /// The heading.
    pub title: String,
    /// Below the heading.
    pub lead: Option<String>,
    /// What is typed.
    pub field: Field,
    /// Beside a phone number.
    pub country: Option<CountryField>,
    /// The main button.
    pub submit: Button,
    /// Below the main button, in small type.
    pub note: Option<String>,
    /// Something is on its way: nothing but [`Event::Change`](super::Event::Change) and
    /// [`Event::Close`](super::Event::Close) does anything.
    pub busy: bool,
    /// What went wrong, and what to do. A screen reader says it at once.
    pub error: Option<String>,
    /// What went well. A screen reader says it when it is idle.
    pub notice: Option<String>,
    /// "Send a new code".
    pub resend: Option<Resend>,
    /// "I already have a code".
    pub have_code: Option<Button>,
    /// "Change number".
    pub change: Option<Button>,
    /// The other way to sign in, and its text.
    pub switch: Option<(Channel, Button)>,
    /// The text of a button that closes the screen.
    pub close: String,
}

/// A field.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// Which keyboard, and what systems may fill in.
    pub kind: FieldKind,
    /// Beside it.
    pub label: String,
    /// How to fill it in.
    pub hint: Option<String>,
    /// As it was typed.
    pub value: String,
}

impl std::fmt::Debug for Field {
    /// Without what was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field").field("kind", &self.kind).field("label", &self.label).finish_non_exhaustive()
    }
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A phone number.
    Phone,
    /// An email address.
    Email,
    /// A code that systems read from messages by themselves.
    Code,
}

/// The country of a phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryField {
    /// Beside it.
    pub label: String,
    /// In the field of a search among all.
    pub search: String,
    /// `None` while none was chosen: the number is typed with its code.
    pub country: Option<Country>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Whether pressing it does something.
    pub enabled: bool,
}

/// A button with a countdown in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resend {
    /// What it says, the seconds included.
    pub button: Button,
    /// Until it is enabled; 0 when it is.
    pub seconds: u32,
}

impl SignIn {
    /// The screen at this time, in seconds since 1970.
    #[must_use]
    pub fn view(&self, now: i64) -> View {
        let words = Words::of(self.settings.locale);
        match self.screen {
            Screen::Code => self.code_view(words, now),
            Screen::Done => View { title: words.link_elsewhere_title(), ..self.frame(words) },
            Screen::Identify | Screen::Closed => self.identify_view(words),
        }
    }

    /// What all screens have.
    fn frame(&self, words: Words) -> View {
        let locale = words.locale();
        let channel = self.address.as_ref().map_or(self.channel, crate::Address::channel);
        View {
            screen: self.screen,
            locale,
            direction: locale.direction(),
            title: String::new(),
            lead: None,
            field: Field {
                kind: FieldKind::Code,
                label: words.code_label(),
                hint: None,
                value: String::new(),
            },
            country: None,
            submit: Button { label: words.code_submit(), enabled: false },
            note: None,
            busy: self.call.is_some(),
            error: self.error.as_ref().map(|error| error.human(locale, channel)),
            notice: None,
            resend: None,
            have_code: None,
            change: None,
            switch: None,
            close: words.identify_close(),
        }
    }

    fn identify_view(&self, words: Words) -> View {
        let idle = self.call.is_none();
        let (kind, label, hint) = match (self.channel, self.country) {
            (Channel::Sms, None) => {
                (FieldKind::Phone, words.identify_phone_label(), Some(words.identify_phone_hint()))
            }
            (Channel::Sms, Some(_)) => (FieldKind::Phone, words.identify_phone_label(), None),
            (Channel::Email, _) => (FieldKind::Email, words.identify_email_label(), None),
        };
        let typed = !self.identifier.trim().is_empty();
        let country = (self.channel == Channel::Sms).then(|| CountryField {
            label: words.identify_country_label(),
            search: words.identify_country_search(),
            country: self.country,
        });
        let other = self.settings.channels.iter().copied().find(|channel| *channel != self.channel);
        let switch = other.map(|channel| {
            let label = match channel {
                Channel::Sms => words.identify_use_phone(),
                Channel::Email => words.identify_use_email(),
            };
            (channel, Button { label, enabled: idle })
        });
        // Whose link is it? Nothing is sent to find out.
        let has_link = self.waits_for_address();
        let lead = match has_link {
            true => Some(words.identify_link_lead()),
            false => self.settings.app.as_deref().map(|app| words.identify_lead(app)),
        };
        let have_code = Button { label: words.identify_have_code(), enabled: idle && typed };
        View {
            title: words.identify_title(),
            lead,
            field: Field { kind, label, hint, value: self.identifier.clone() },
            country,
            submit: Button { label: words.identify_submit(), enabled: idle && typed },
            note: (!has_link).then(|| words.identify_privacy()),
            have_code: (!has_link).then_some(have_code),
            switch,
            ..self.frame(words)
        }
    }

    fn code_view(&self, words: Words, now: i64) -> View {
        let idle = self.call.is_none();
        let shown = self.address.as_ref().map_or("", crate::Address::as_str);
        let channel = self.address.as_ref().map_or(self.channel, crate::Address::channel);
        let (title, lead) = match self.settings.comes_back(channel) {
            true => (words.link_wait_title(), words.link_wait_app(shown)),
            false => (words.code_title(), words.code_lead_careful(shown)),
        };
        let change = match channel {
            Channel::Sms => words.code_change_phone(),
            Channel::Email => words.code_change_email(),
        };
        View {
            title,
            lead: Some(lead),
            field: Field {
                kind: FieldKind::Code,
                label: words.code_label(),
                hint: None,
                value: self.code.clone(),
            },
            submit: Button {
                label: words.code_submit(),
                enabled: idle && address::code(&self.code).is_some(),
            },
            notice: self.resent.then(|| words.code_resent()),
            resend: Some(self.resend_view(words, now)),
            // While checking, too: it cancels.
            change: Some(Button { label: change, enabled: true }),
            ..self.frame(words)
        }
    }

    fn resend_view(&self, words: Words, now: i64) -> Resend {
        let seconds = self.address.as_ref().map_or(0, |address| self.sent.seconds_left(address, now));
        let label = match seconds {
            0 => words.code_resend(),
            seconds => words.code_resend_wait(seconds),
        };
        Resend { button: Button { label, enabled: seconds == 0 && self.call.is_none() }, seconds }
    }

    /// A message is being sent: what a spinner may say.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        matches!(&self.call, Some(call) if matches!(call.what, Calling::Start(_)))
    }
}
