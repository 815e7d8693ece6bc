//! Texts of the operator's on our pages (management API, section 2.22). Which page shows which text stands here, for the
//! pages and for the dashboard, where operators write them.
//!
//! Invariant: a text is text. Templates escape it, and what it is filled with is put in once and never read again.

use latchkey_core::branding::custom_text::CustomText;
use latchkey_words::Words;

use crate::app::App;

/// A page, or a form of one.
pub struct Screen {
    /// What operators call it.
    pub name: &'static str,
    /// Prompts with their screens as Auth0 names them; the first is where the dashboard writes.
    pub places: &'static [(&'static str, &'static str)],
    pub texts: &'static [Text],
}

/// A text of a page.
pub struct Text {
    pub key: &'static str,
    /// What operators call it.
    pub name: &'static str,
    /// Ours, as the dashboard shows it.
    pub ours: fn(Words) -> String,
}

const fn text(key: &'static str, name: &'static str, ours: fn(Words) -> String) -> Text {
    Text { key, name, ours }
}

const APP: &str = "${clientName}";
const ADDRESS: &str = "${username}";
/// What texts call who reads them.
const ADDRESSES: [&str; 3] = ["username", "email", "phoneNumber"];

pub const IDENTIFY: Screen = Screen {
    name: "Who are you?",
    places: &[("login-id", "login-id"), ("login", "login")],
    texts: &[
        text("title", "Heading", |words| words.identify_title()),
        text("description", "Below it", |words| words.identify_lead(APP)),
        text("buttonText", "Button", |words| words.identify_submit()),
    ],
};

pub const CODE_BY_SMS: Screen = Screen {
    name: "The code of a text message",
    places: &[("login-passwordless", "login-passwordless-sms-otp")],
    texts: CODE,
};

pub const CODE_BY_MAIL: Screen = Screen {
    name: "The code of a mail",
    places: &[("login-passwordless", "login-passwordless-email-code")],
    texts: CODE,
};

const CODE: &[Text] = &[
    text("title", "Heading", |words| words.code_title()),
    text("description", "Below it", |words| words.code_lead(6, ADDRESS)),
    text("placeholder", "Above the field", |words| words.code_label()),
    text("buttonText", "Button", |words| words.code_submit()),
    text("resendActionText", "Button for another code", |words| words.code_resend()),
];

pub const LINK: Screen = Screen {
    name: "The link of a mail",
    places: &[("login-passwordless", "login-passwordless-email-link")],
    texts: &[
        text("title", "Heading", |words| words.link_wait_title()),
        text("description", "Below it", |words| words.link_wait_lead(ADDRESS)),
        text("resendActionText", "Button for another mail", |words| words.code_resend()),
    ],
};

pub const NEW_PASSKEY: Screen = Screen {
    name: "A passkey is offered",
    places: &[("passkeys", "passkey-enrollment")],
    texts: &[
        text("title", "Heading", |words| words.new_passkey_title()),
        text("description", "Below it", |words| words.passkey_about()),
        text("createButtonText", "Button", |words| words.account_passkey_add()),
        text("continueButtonText", "Button to go on without", |words| words.new_passkey_later()),
    ],
};

/// As people come to them.
pub const SCREENS: [&Screen; 5] = [&IDENTIFY, &CODE_BY_SMS, &CODE_BY_MAIL, &LINK, &NEW_PASSKEY];

/// The texts of one page for one reader.
pub struct Custom<'a> {
    written: CustomText,
    words: Words,
    company: &'a str,
    client: &'a str,
    address: &'a str,
}

impl<'a> Custom<'a> {
    /// `address` is who reads it, where that is known.
    pub async fn of(app: &App, words: Words, screen: &Screen, values: Values<'a>) -> Self {
        let written = app.engine.custom_text(words.locale().tag(), screen.places).await;
        let Values { company, client, address } = values;
        Self { written, words, company, client, address }
    }

    /// The operator's text, or ours.
    pub fn or(&self, key: &str, ours: String) -> String {
        self.written.get(key).map_or(ours, |text| self.filled(text))
    }

    /// What the tab of the browser says, which is `heading` unless there is a text for it.
    pub fn tab(&self, heading: &str) -> String {
        self.or("pageTitle", heading.to_owned())
    }

    /// Ours does, and the operator's where it names the address.
    pub fn tells_address(&self, key: &str) -> bool {
        let names = |text: &str| ADDRESSES.iter().any(|name| text.contains(&format!("${{{name}}}")));
        self.written.get(key).is_none_or(names)
    }

    fn filled(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let named =
                after.split_once('}').and_then(|(name, after)| Some((self.value(name.trim())?, after)));
            match named {
                Some((value, after)) => {
                    filled.push_str(&self.words.inserted(value));
                    rest = after;
                }
                None => {
                    filled.push_str("${");
                    rest = after;
                }
            }
        }
        filled + rest
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        match name {
            "clientName" => Some(self.client),
            "companyName" => Some(self.company),
            name => ADDRESSES.contains(&name).then_some(self.address),
        }
    }
}

/// What a text may name.
pub struct Values<'a> {
    pub company: &'a str,
    pub client: &'a str,
    pub address: &'a str,
}

#[cfg(test)]
mod tests {
    use latchkey_words::Locale;

    use super::*;

    fn custom(locale: Locale) -> Custom<'static> {
        Custom {
            written: CustomText::default(),
            words: Words::of(locale),
            company: "Acme ${clientName}",
            client: "Shop",
            address: "+1 415 555 0100",
        }
    }

    #[test]
    fn a_text_is_filled_once_and_keeps_what_it_does_not_know() {
        let custom = custom(Locale::En);
        for (text, filled) in [
            ("Welcome to ${companyName}", "Welcome to Acme ${clientName}"),
            ("${ clientName }: ${username}.", "Shop: +1 415 555 0100."),
            ("${unknown} ${ $ {clientName} ${clientName", "${unknown} ${ $ {clientName} ${clientName"),
            ("", ""),
        ] {
            assert_eq!(custom.filled(text), filled);
        }
    }

    #[test]
    fn a_number_stays_whole_among_words_from_right_to_left() {
        let filled = custom(Locale::Ar).filled("أرسلنا ${username}");
        assert!(filled.contains("\u{2068}+1 415 555 0100\u{2069}"), "{filled:?}");
    }

    /// What the dashboard offers is where a page looks.
    #[test]
    fn every_text_has_a_place_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for screen in SCREENS {
            for text in screen.texts {
                assert!(seen.insert((screen.places[0], text.key)), "{} {}", screen.name, text.key);
                assert!(!(text.ours)(Words::of(Locale::De)).is_empty());
            }
        }
    }
}
