//! Values that a template is tried with before it is saved.

use latchkey_core::sender::{TemplateError, Variables};
use latchkey_wire::Secret;

use super::error;
use super::liquid::{Output, inside_tags};

/// Languages tried beside those that the template names itself.
const LANGUAGES: &[&str] = &["", "en-US,en;q=0.9", "de", "es", "fr-CA,fr;q=0.9", "ja", "pt-BR", "zh-Hant"];

/// Words of the template that are tried as languages, and how long they may be.
const MAX_QUOTED: usize = 32;
const MAX_QUOTED_LEN: usize = 35;

/// A code that no template holds by chance.
const CODE: &str = "8305296147";
const LINK: &str = "https://localhost/sample-4bb1c6";

/// One set for each language and way of sending. Templates branch on languages by comparing with
/// quoted text, so each quoted text in their tags is tried as a language too.
pub(super) fn samples(template: &str, output: Output) -> Vec<Variables> {
    let languages = LANGUAGES.iter().copied().chain(quoted(template));
    let both = |language| ["code", "link"].map(|send| sample(language, send, output));
    languages.flat_map(both).collect()
}

/// The code is in the text; or, where a link was asked for, the link.
pub(super) fn says_enough(text: &str, variables: &Variables) -> bool {
    text.contains(CODE) || (variables.send == "link" && text.contains(LINK))
}

pub(super) fn says_too_little(variables: &Variables) -> TemplateError {
    error(format!(
        "the message holds no code when request_language is {:?} and send is {:?}",
        variables.request_language, variables.send
    ))
}

fn sample(language: &str, send: &'static str, output: Output) -> Variables {
    // Only mails have these.
    let of_mail = |text: &str| (output == Output::Html).then(|| text.to_owned());
    Variables {
        email: of_mail("sample@example.com"),
        support_email: of_mail("support@example.com"),
        support_url: of_mail("https://example.com/support"),
        code: Secret::new(CODE),
        link: (send == "link").then(|| Secret::new(LINK)),
        phone_number: Some(String::from("+14155550100")),
        application_name: String::from("Sample Application & Söhne, Inc."),
        request_language: language.to_owned(),
        locale: language
            .split(&[',', ';'][..])
            .next()
            .filter(|tag| !tag.is_empty())
            .unwrap_or("en")
            .to_owned(),
        send,
        tenant: String::from("sample"),
        connection_name: String::from("sms"),
        operation: None,
        friendly_name: String::from("sample"),
        minutes: 3,
        ..Variables::default()
    }
}

fn quoted(template: &str) -> impl Iterator<Item = &str> {
    let in_one = |inside| {
        let single = str::split(inside, '\'').skip(1);
        single.chain(str::split(inside, '"').skip(1))
    };
    let short = |text: &&str| !text.is_empty() && text.len() <= MAX_QUOTED_LEN;
    inside_tags(template).flat_map(in_one).filter(short).take(MAX_QUOTED)
}
