//! Words a notice: what happened to an account, when, and what to do where it was somebody else.
//!
//! Invariant: it holds no link but that of support and the one that undoes what happened; none signs in.

use latchkey_core::notice::{NoticeKind, NoticeText, WordedNotice};
use latchkey_core::sender::Mail;
use latchkey_wire::Secret;
use latchkey_words::{Words, negotiate, parse_accept_language};

use super::ours::{Frame, asked_from, html_code, html_link, html_note};
use crate::template::plain;

pub(in crate::template) fn word(text: &NoticeText) -> WordedNotice {
    let text = plain::notice(text);
    let accepted = parse_accept_language(&text.language);
    let words = Words::of(negotiate(accepted.iter().map(String::as_str)));
    let said = Said::of(words, &text);
    let footer = words.mail_footer(&text.app);
    let frame = Frame {
        words,
        subject: &said.subject,
        heading: &said.heading,
        footer: &footer,
        support: [text.support_email.as_deref(), text.support_url.as_deref()],
        look: &text.look,
        owner: &text.app,
    };
    let mut parts = Vec::new();
    let mut body = String::new();
    if let Some(code) = &text.code {
        parts.extend([words.address_code_lead(), code.expose().to_owned()]);
        body.push_str(&html_code(&words.address_code_lead(), code.expose()));
    }
    parts.extend(said.groups.iter().map(|group| group.join("\n")));
    said.groups.iter().flatten().for_each(|line| body.push_str(&html_note(line)));
    let mut short = vec![said.subject.clone()];
    match &text.undo {
        Some(undo) => {
            parts.push(format!("{}\n{}", words.notice_undo(), undo.expose()));
            body.push_str(&html_link(&words.notice_undo(), undo.expose()));
            short.extend([words.notice_undo(), undo.expose().to_owned()]);
        }
        None => short.extend(said.groups.last().and_then(|group| group.last()).cloned()),
    }
    WordedNotice {
        mail: Mail {
            from: None,
            subject: Secret::new(said.subject.clone()),
            text: Secret::new(frame.text(&parts)),
            html: Some(Secret::new(frame.html(&body))),
        },
        text_message: Secret::new(short.join("\n")),
    }
}

/// What a notice says, but for its link and its code.
struct Said {
    subject: String,
    heading: String,
    /// Lines that belong together.
    groups: Vec<Vec<String>>,
}

impl Said {
    fn of(words: Words, text: &NoticeText) -> Self {
        let heading = heading(words, text.kind, &text.app);
        let code = text.code.as_ref().map(Secret::expose);
        let subject =
            code.map_or_else(|| heading.clone(), |code| words.address_code_subject(code, &text.app));
        let groups = match text.kind {
            NoticeKind::AddressCode => vec![vec![words.address_code_not_you()]],
            NoticeKind::AddressTaken => vec![vec![words.address_taken_text()]],
            NoticeKind::CodesRefused => {
                vec![vec![words.notice_time(&text.time)], vec![words.notice_codes_refused_text()]]
            }
            kind => vec![facts(words, text), advice(words, kind)],
        };
        Self { subject, heading, groups }
    }
}

/// What it was, when, and with what.
fn facts(words: Words, text: &NoticeText) -> Vec<String> {
    let name = text.name.as_deref().filter(|name| !name.is_empty()).map(|name| words.notice_name(name));
    let device = text.device.as_deref().map(|device| asked_from(words, device));
    name.into_iter().chain([words.notice_time(&text.time)]).chain(device).collect()
}

fn advice(words: Words, kind: NoticeKind) -> Vec<String> {
    let last = match kind {
        NoticeKind::AccountDeleted => words.notice_not_you_deleted(),
        _ => words.notice_not_you(),
    };
    vec![words.notice_was_you(), last]
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
        NoticeKind::AccountLinked => words.notice_account_linked(app),
        NoticeKind::AccountDeleted => words.notice_account_deleted(app),
        NoticeKind::CodesRefused => words.notice_codes_refused(app),
        NoticeKind::AddressCode => words.address_code_heading(app),
        NoticeKind::AddressTaken => words.address_taken_heading(app),
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::branding::MailLook;

    use super::*;

    const KINDS: [NoticeKind; 11] = [
        NoticeKind::CodesRefused,
        NoticeKind::PasskeyAdded,
        NoticeKind::PasskeyRemoved,
        NoticeKind::DeviceKeyAdded,
        NoticeKind::DeviceKeyRemoved,
        NoticeKind::AddressAdded,
        NoticeKind::AddressChanged,
        NoticeKind::AddressRemoved,
        NoticeKind::AccountLinked,
        NoticeKind::AccountDeleted,
        NoticeKind::AddressTaken,
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
            code: None,
            undo: None,
            look: MailLook::default(),
        }
    }

    #[test]
    fn a_code_to_a_new_address_stands_alone_and_what_can_be_undone_has_a_link() {
        let code = Some(Secret::new("48291307"));
        let asked = word(&NoticeText { code, ..text(NoticeKind::AddressCode, "en") });
        let said = "Confirm this address for Acme & Co\n\nEnter this code on your account page:\n\n48291307\n\n\
            If this wasn’t you, ignore this message, and never tell anyone the code.\n\n-- \n";
        assert!(asked.mail.text.expose().starts_with(said), "{}", asked.mail.text.expose());
        assert_eq!(
            asked.mail.subject.expose(),
            "48291307 is your code to confirm this address for Acme & Co"
        );
        assert!(asked.mail.html.unwrap().expose().contains(">48291307</p>"));
        assert!(asked.text_message.expose().starts_with("48291307 is your code"));
        let undo = Some(Secret::new("https://login.example/account/undo/x?a&b"));
        let changed = word(&NoticeText { undo, ..text(NoticeKind::AddressChanged, "en") });
        let link = "for 72 hours. Open this page:\nhttps://login.example/account/undo/x";
        assert!(changed.mail.text.expose().contains(link), "{}", changed.mail.text.expose());
        let link = "href=\"https://login.example/account/undo/x?a&amp;b\"";
        assert!(changed.mail.html.unwrap().expose().contains(link));
        assert!(changed.text_message.expose().ends_with("\nhttps://login.example/account/undo/x?a&b"));
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
