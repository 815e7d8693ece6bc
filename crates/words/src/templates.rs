//! The texts of a page that puts its own values in: those of the embedded sign-in.
//!
//! A script knows no Fluent. It gets each text with the names of its arguments in braces, `{address}`,
//! and one text per plural category where the words agree with a number.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};

use crate::{Locale, Words};

/// A text to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Template {
    Text(String),
    /// By the names of CLDR's plural categories, those of `Intl.PluralRules`; `other` is among them.
    Forms(BTreeMap<&'static str, String>),
}

/// Numbers among which every category of whole numbers has one. Millions, a category of its own in some
/// languages, are left out: they read like `other`.
const NUMBERS: RangeInclusive<u32> = 0..=120;

/// Makes the list from one line per text; what stands in parentheses is as in `messages.rs`.
macro_rules! templates {
    ($($name:ident $(($argument:ident: $kind:ident))?;)+) => {
        impl Words {
            /// What the embedded sign-in shows, by name.
            pub fn embedded(self) -> Vec<(&'static str, Template)> {
                vec![$((stringify!($name), template!(self, $name $(, $argument: $kind)?))),+]
            }
        }
    };
}

macro_rules! template {
    ($words:ident, $name:ident) => {
        Template::Text($words.$name())
    };
    ($words:ident, $name:ident, $argument:ident: Ltr) => {
        Template::Text($words.$name(concat!("{", stringify!($argument), "}")))
    };
    ($words:ident, $name:ident, $argument:ident: Count) => {
        forms($words.locale(), concat!("{", stringify!($argument), "}"), |count| $words.$name(count))
    };
}

templates! {
    identify_title;
    identify_phone_label;
    identify_phone_hint;
    identify_email_label;
    identify_submit;
    identify_use_phone;
    identify_use_email;
    identify_use_passkey;
    identify_privacy;

    code_title;
    code_lead_careful(address: Ltr);
    code_label;
    code_submit;
    code_resend;
    code_resend_wait(seconds: Count);
    code_resent;
    code_change_phone;
    code_change_email;

    link_wait_title;
    link_wait_here(address: Ltr);
    link_wait_code;
    link_elsewhere_title;

    error_wrong_code_phone;
    error_wrong_code_email;
    error_code_expired;
    error_no_tries_left;
    error_too_many_attempts(minutes: Count);
    error_passkey;
    error_no_passkey;
    error_bad_phone;
    error_bad_email;
    error_number_without_texts;
    error_country_not_allowed;
    error_not_sent;
    error_no_answer;
    error_page_expired;
    error_cookies_needed;
    error_no_way_in;
    error_server(request_id: Ltr);
    error_sign_up_closed;
    error_blocked;
}

/// One text per category: that of the largest number of it, with the argument's name in its place.
fn forms(locale: Locale, argument: &str, text: impl Fn(u32) -> String) -> Template {
    let rules = rules(locale);
    let form = |count: u32| text(count).replacen(&count.to_string(), argument, 1);
    // In some languages, `other` is for fractions alone: nothing asks for it, but it is never missing.
    let mut forms = BTreeMap::from([("other", form(*NUMBERS.end()))]);
    forms.extend(NUMBERS.map(|count| (category(rules.as_ref(), count), form(count))));
    Template::Forms(forms)
}

/// The tests prove that every language has rules.
fn rules(locale: Locale) -> Option<PluralRules> {
    let language = locale.tag().split('-').next().unwrap_or_default();
    let mut known = PluralRules::get_locales(PluralRuleType::CARDINAL).into_iter();
    let known = known.find(|known| known.language.as_str() == language)?;
    PluralRules::create(known, PluralRuleType::CARDINAL).ok()
}

fn category(rules: Option<&PluralRules>, count: u32) -> &'static str {
    match rules.and_then(|rules| rules.select(count).ok()) {
        Some(PluralCategory::ZERO) => "zero",
        Some(PluralCategory::ONE) => "one",
        Some(PluralCategory::TWO) => "two",
        Some(PluralCategory::FEW) => "few",
        Some(PluralCategory::MANY) => "many",
        Some(PluralCategory::OTHER) | None => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(locale: Locale, name: &str) -> Template {
        let found = Words::of(locale).embedded().into_iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("no {name}")).1
    }

    fn filled(template: &Template, locale: Locale, argument: &str, count: u32) -> String {
        let Template::Forms(forms) = template else { panic!("{template:?} does not count") };
        forms[category(rules(locale).as_ref(), count)].replace(argument, &count.to_string())
    }

    #[test]
    fn a_script_that_counts_says_what_our_pages_say() {
        for locale in Locale::ALL {
            let (words, wait, blocked) =
                (Words::of(*locale), of(*locale, "code_resend_wait"), of(*locale, "error_too_many_attempts"));
            for count in 0..=2000 {
                assert_eq!(filled(&wait, *locale, "{seconds}", count), words.code_resend_wait(count));
                assert_eq!(
                    filled(&blocked, *locale, "{minutes}", count),
                    words.error_too_many_attempts(count)
                );
            }
        }
    }

    #[test]
    fn a_script_that_names_an_address_says_what_our_pages_say() {
        let (address, locales) = ("+1 415 555 0100", Locale::ALL);
        for locale in locales {
            let Template::Text(text) = of(*locale, "code_lead_careful") else { panic!("forms") };
            assert_eq!(text.replace("{address}", address), Words::of(*locale).code_lead_careful(address));
        }
    }

    #[test]
    fn every_language_has_rules_and_a_form_to_fall_back_on() {
        for locale in Locale::ALL {
            assert!(rules(*locale).is_some(), "{locale}");
            let Template::Forms(forms) = of(*locale, "code_resend_wait") else { panic!("no forms") };
            assert!(forms.contains_key("other"), "{locale}: {forms:?}");
        }
        assert_eq!(category(rules(Locale::Pl).as_ref(), 3), "few");
        assert_eq!(category(rules(Locale::Ar).as_ref(), 2), "two");
    }
}
