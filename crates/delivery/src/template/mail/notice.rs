//! Words a notice: what happened to an account, when, and what to do where it was somebody else.
//!
//! Invariant: it holds no link but that of support, so that nobody learns to press one when a mail is alarming.

use latchkey_core::notice::{NoticeKind, NoticeText, WordedNotice};
use latchkey_core::sender::Mail;
use latchkey_wire::Secret;
use latchkey_words::{Words, negotiate, parse_accept_language};

use super::ours::{Frame, asked_from, html_note};
use crate::template::plain;

pub(in crate::template) fn word(text: &NoticeText) -> WordedNotice {
    let text = plain::notice(text);
    let accepted = parse_accept_language(&text.language);
    let words = Words::of(negotiate(accepted.iter().map(String::as_str)));
    let heading = heading(words, text.kind, &text.app);
    let advice = match text.kind {
        NoticeKind::AccountDeleted => words.notice_not_you_deleted(),
        _ => words.notice_not_you(),
    };
    let name = text.name.as_deref().filter(|name| !name.is_empty()).map(|name| words.notice_name(name));
    let device = text.device.as_deref().map(|device| asked_from(words, device));
    let facts: Vec<String> = name.into_iter().chain([words.notice_time(&text.time)]).chain(device).collect();
    let advices = [words.notice_was_you(), advice.clone()];
    let footer = words.mail_footer(&text.app);
    let frame = Frame {
        words,
        subject: &heading,
        heading: &heading,
        footer: &footer,
        support: [text.support_email.as_deref(), text.support_url.as_deref()],
    };
    let parts = [facts.join("\n"), advices.join("\n")];
    let body: String = facts.iter().chain(&advices).map(|line| html_note(line)).collect();
    WordedNotice {
        mail: Mail {
            from: None,
            subject: Secret::new(heading.clone()),
            text: Secret::new(frame.text(&parts)),
            html: Some(Secret::new(frame.html(&body))),
        },
        text_message: Secret::new(format!("{heading}\n{advice}")),
    }
}

fn heading(words: Words, kind: NoticeKind, app: &str) -> String {
    match kind {
        NoticeKind::PasskeyAdded => words.notice_passkey_added(app),
        NoticeKind::PasskeyRemoved => words.notice_passkey_removed(app),
        NoticeKind::DeviceKeyAdded => words.notice_device_key_added(app),
        NoticeKind::DeviceKeyRemoved => words.notice_device_key_removed(app),
        NoticeKind::AddressAdded => words.notice_address_added(app),
        NoticeKind::AddressChanged => words.notice_address_changed(app),
        NoticeKind::AddressRemoved => words.notice_address_removed(app),
        NoticeKind::AccountDeleted => words.notice_account_deleted(app),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [NoticeKind; 8] = [
        NoticeKind::PasskeyAdded,
        NoticeKind::PasskeyRemoved,
        NoticeKind::DeviceKeyAdded,
        NoticeKind::DeviceKeyRemoved,
        NoticeKind::AddressAdded,
        NoticeKind::AddressChanged,
        NoticeKind::AddressRemoved,
        NoticeKind::AccountDeleted,
    ];

    fn text(kind: NoticeKind, language: &str) -> NoticeText {
        NoticeText {
            kind,
            name: Some(String::from("Ana’s phone https://evil.example/x <b>")),
            time: String::from("2026-11-24 12:00 UTC"),
            device: Some(String::from("Firefox on Linux")),
            app: String::from("Acme & Co"),
            language: language.to_owned(),
            support_email: Some(String::from("help@acme.example")),
            support_url: None,
        }
    }

    #[test]
    fn a_notice_says_what_when_with_what_and_what_to_do() {
        let worded = word(&text(NoticeKind::PasskeyAdded, "en"));
        let said = "A passkey was added to your account with Acme & Co\n\n\
            Name: Anas phone httpsevilexamplex b\nTime: 2026-11-24 12:00 UTC\nRequested from Firefox on Linux\n\n\
            If this was you, there is nothing to do.\nIf this wasn’t you, sign in, remove from your account what \
            you do not know, and sign out everywhere else.\n\n\
            -- \nSent by Acme & Co\nNeed help? help@acme.example\n";
        assert_eq!(worded.mail.text.expose(), said);
        assert_eq!(worded.mail.subject.expose(), "A passkey was added to your account with Acme & Co");
        let html = worded.mail.html.unwrap();
        assert!(
            html.expose().contains("Acme &amp; Co")
                && html.expose().contains("<html lang=\"en\" dir=\"ltr\">")
        );
    }

    #[test]
    fn no_notice_in_any_language_holds_a_link_or_a_code() {
        for locale in latchkey_words::Locale::ALL {
            for kind in KINDS {
                let worded = word(&text(kind, locale.tag()));
                let html = worded.mail.html.unwrap();
                let links: Vec<_> = html.expose().match_indices("href=").collect();
                assert_eq!(links.len(), 1, "only support: {locale} {kind:?}");
                assert!(html.expose().contains("mailto:help@acme.example"));
                assert!(!worded.text_message.expose().contains("://"), "{locale} {kind:?}");
                // Three parts, of which a phone makes one.
                assert!(worded.text_message.expose().chars().count() <= 300, "{locale} {kind:?}");
            }
        }
    }
}
