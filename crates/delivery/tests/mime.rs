//! Mails as they arrive, read back by a parser that is not ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::sender::EmailMessage;
use latchkey_wire::Secret;
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use proptest::prelude::*;
use serde_json::{Value, json};

use support::mail::*;
use support::smtp::*;

/// Sends one mail by a server of its own; what arrived.
async fn arrived(mail: &EmailMessage, change: impl FnOnce(&mut Value)) -> Kept {
    let server = MailServer::start(Tls::Never).await;
    let mut options = smtp_options(&server, "none");
    change(&mut options);
    send_this(&mailer(&server), &options, mail).await.unwrap();
    assert_eq!(server.breaches(), [""; 0]);
    server.only()
}

fn header(mail: &ParsedMail<'_>, name: &str) -> String {
    let all = mail.headers.get_all_values(name);
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all[0].clone()
}

/// S-142
#[tokio::test]
async fn the_head_says_who_when_and_that_nobody_should_answer() {
    let kept = arrived(&mail(), |_| {}).await;
    let parsed = parse_mail(&kept.data).unwrap();
    for (name, value) in [
        ("From", "Acme, Inc. <codes@acme.example>"),
        ("To", TO),
        ("Subject", "482913 is your code"),
        ("Date", "Tue, 24 Nov 2026 19:04:05 +0000"),
        ("Message-ID", "<6b05dfa5c0ffee0123456789@login.example>"),
        ("MIME-Version", "1.0"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ] {
        assert_eq!(header(&parsed, name), value);
    }
    // One mailbox, not two: the comma is not there for those who read the header raw.
    assert!(String::from_utf8_lossy(&kept.data).starts_with("From: =?utf-8?b?QWNtZSwgSW5jLg==?= <codes"));
    let names: Vec<_> = parsed.headers.iter().map(|header| header.get_key()).collect();
    assert_eq!(names.len(), 9, "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with("List-") || name == "Bcc"), "{names:?}");
}

#[tokio::test]
async fn the_body_is_text_and_html_as_alternatives_in_utf_8() {
    let (text, html) = ("Ваш код: 482913\nرمزك", "<p dir=\"rtl\">رمزك <b>482913</b> — 例え</p>");
    let sent = EmailMessage {
        subject: Secret::new("Ваш код — 482913 — 例え"),
        text: Secret::new(text),
        html: Some(Secret::new(html)),
        ..mail()
    };
    let kept = arrived(&sent, |options| options["from"] = json!("Söhne & Co <codes@acme.example>")).await;
    assert!(kept.data.is_ascii());
    let parsed = parse_mail(&kept.data).unwrap();
    assert_eq!(header(&parsed, "Subject"), "Ваш код — 482913 — 例え");
    assert_eq!(header(&parsed, "From"), "Söhne & Co <codes@acme.example>");
    assert_eq!(parsed.ctype.mimetype, "multipart/alternative");
    let parts: Vec<_> = parsed
        .subparts
        .iter()
        .map(|part| (part.ctype.mimetype.as_str(), part.ctype.charset.as_str(), part.get_body().unwrap()))
        .map(|(kind, charset, body)| (kind, charset, body.replace("\r\n", "\n").trim_end().to_owned()))
        .collect();
    let expected = [("text/plain", "utf-8", text.to_owned()), ("text/html", "utf-8", html.to_owned())];
    assert_eq!(parts, expected);
}

#[tokio::test]
async fn a_mail_without_html_is_plain_text() {
    let kept = arrived(&EmailMessage { html: None, ..mail() }, |_| {}).await;
    let parsed = parse_mail(&kept.data).unwrap();
    assert_eq!((parsed.ctype.mimetype.as_str(), parsed.subparts.len()), ("text/plain", 0));
    assert_eq!(parsed.get_body().unwrap().trim_end(), "Your code: 482913");
}

/// S-140: one message arrives, with every character of its text.
#[tokio::test]
async fn lines_that_end_a_message_elsewhere_do_not_end_this_one() {
    for text in [
        "before\n.\nafter",
        "before\r\n.\r\nafter",
        "before\n.\r\nafter",
        "before\r.\r\nafter",
        "before\r.\rafter",
        "before\r\n.\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nafter",
        ".before\n..\n...\nafter",
        ".\n.\n.\nafter",
        "a very long line follows\n.after".repeat(200).as_str(),
        "dots at the fold ......................................................................\n.after",
    ] {
        let sent =
            EmailMessage { text: Secret::new(text), html: Some(Secret::new(format!("{text}\n."))), ..mail() };
        let kept = arrived(&sent, |_| {}).await;
        let parsed = parse_mail(&kept.data).unwrap();
        let wanted = text.replace("\r\n", "\n").replace('\r', "\n");
        for (part, wanted) in parsed.subparts.iter().zip([wanted.clone(), format!("{wanted}\n.")]) {
            assert_eq!(part.get_body().unwrap().replace("\r\n", "\n").trim_end(), wanted, "{text:?}");
        }
    }
}

/// RFC 5321 section 4.5.3.1.6: a line has 998 characters and its end.
#[tokio::test]
async fn a_line_of_any_length_arrives() {
    for length in [76, 77, 997, 998, 999, 1000, 1001, 5000] {
        let line = format!(".{}", "x".repeat(length - 1));
        let html = format!("<p>{line}</p>\n{line}\n");
        let sent =
            EmailMessage { text: Secret::new(line.clone()), html: Some(Secret::new(html.clone())), ..mail() };
        let kept = arrived(&sent, |_| {}).await;
        let parsed = parse_mail(&kept.data).unwrap();
        for (part, wanted) in parsed.subparts.iter().zip([&line, &html]) {
            assert_eq!(
                part.get_body().unwrap().replace("\r\n", "\n").trim_end(),
                wanted.trim_end(),
                "{length}"
            );
        }
    }
}

#[tokio::test]
async fn a_sender_with_the_longest_name_and_domain_is_one_mailbox() {
    let domain = [63, 63, 63].map(|length| "d".repeat(length)).join(".") + ".example";
    for name in
        ["Ж".repeat(128), "x".repeat(128), String::from("\\\"() .:;[]"), "🔑 ".repeat(60).trim_end().into()]
    {
        let from = format!("{name} <codes@{domain}>");
        let kept = arrived(&mail(), |options| options["from"] = json!(from)).await;
        let parsed = parse_mail(&kept.data).unwrap();
        let parsed = mailparse::addrparse_header(parsed.headers.get_first_header("From").unwrap()).unwrap();
        let mailparse::MailAddr::Single(only) = &parsed[0] else { panic!("{parsed:?}") };
        assert_eq!((parsed.len(), only.addr.as_str()), (1, format!("codes@{domain}").as_str()));
        assert_eq!(only.display_name.as_deref(), Some(name.as_str()));
    }
}

/// S-139
#[tokio::test]
async fn control_characters_do_not_travel() {
    let sent = EmailMessage {
        text: Secret::new("a\u{0}b\u{8}c\u{1b}[31md\u{7f}\ttab"),
        subject: Secret::new("a\u{0}b\tc"),
        ..mail()
    };
    let kept = arrived(&sent, |_| {}).await;
    let parsed = parse_mail(&kept.data).unwrap();
    assert_eq!(parsed.subparts[0].get_body().unwrap().trim_end(), "abc[31md\ttab");
    assert_eq!(header(&parsed, "Subject"), "a b c");
}

/// S-139, S-155
#[tokio::test]
async fn a_subject_with_lines_in_it_adds_no_header() {
    for subject in [
        "Code\r\nBcc: victim@example.com",
        "Code\nBcc: victim@example.com",
        "Code\rBcc: victim@example.com",
        "Код\r\n\r\n<h1>evil</h1>",
        &format!("{}\r\nBcc: victim@example.com", "long ".repeat(60)),
    ] {
        let kept = arrived(&EmailMessage { subject: Secret::new(subject), ..mail() }, |_| {}).await;
        let parsed = parse_mail(&kept.data).unwrap();
        assert_eq!(parsed.headers.get_all_values("Bcc"), [""; 0], "{subject:?}");
        assert_eq!((kept.to, parsed.subparts.len()), (vec![String::from(TO)], 2), "{subject:?}");
    }
}

///
#[tokio::test]
async fn a_mail_sent_twice_is_the_same_mail() {
    let (first, second) = (arrived(&mail(), |_| {}).await, arrived(&mail(), |_| {}).await);
    assert_eq!(first.data, second.data);
}

/// S-142: the signature is checked in the crate; here, that it is there and covers this body.
#[tokio::test]
async fn a_mail_is_signed_where_the_options_hold_a_key() {
    // The key of RFC 8463 appendix A.2.
    let key = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    let dkim = json!({ "domain": "acme.example", "selector": "codes", "private_key": key });
    let kept = arrived(&mail(), |options| options["dkim"] = dkim).await;
    let parsed = parse_mail(&kept.data).unwrap();
    let signature = header(&parsed, "DKIM-Signature");
    for tag in ["a=ed25519-sha256;", "d=acme.example;", "s=codes;", "t=1795547045;", "bh="] {
        assert!(signature.contains(tag), "{signature}");
    }
    let unsigned = arrived(&mail(), |_| {}).await;
    assert!(kept.data.ends_with(&unsigned.data));
}

/// Headers are folded at spaces, and readers of encoded ones differ in how many they keep.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// S-155: whatever is typed, accepted or not, there is one recipient or none, and no new header.
    #[test]
    fn anything_in_a_message_leads_to_one_recipient_at_most(
        to in "([a-z.+<>,;:\"@ \\r\\n()\\\\é]{0,30}@example\\.com)|(\\PC{0,40})",
        subject in "[ -~\\r\\né例]{0,300}",
        name in "[ -~é]{0,40}",
    ) {
        runtime().block_on(async {
            let server = MailServer::start(Tls::Never).await;
            let sent = EmailMessage {
                to: to.clone(),
                subject: Secret::new(subject),
                from: Some(format!("{name} <codes@acme.example>")),
                ..mail()
            };
            let options = smtp_options(&server, "none");
            let accepted = send_this(&mailer(&server), &options, &sent).await.is_ok();
            assert_eq!(server.kept().len(), usize::from(accepted));
            assert_eq!(server.breaches(), [""; 0]);
            for kept in server.kept() {
                assert_eq!(kept.to, std::slice::from_ref(&to));
                assert_eq!(kept.from, "codes@acme.example");
                let parsed = parse_mail(&kept.data).unwrap();
                assert_eq!(parsed.headers.len(), 9);
            }
        });
    }

    /// S-139: whatever a subject holds, it is one header with every letter of it.
    #[test]
    fn any_subject_is_one_header(subject in "[ -~\\r\\n\\té例🔑]{0,300}|(\\PC|\\r|\\n){0,80}") {
        // After an equals sign a question mark begins an encoded word.
        let subject = subject.replace('?', "!");
        runtime().block_on(async {
            let kept = arrived(&EmailMessage { subject: Secret::new(subject.clone()), ..mail() }, |_| {}).await;
            let parsed = parse_mail(&kept.data).unwrap();
            assert_eq!((kept.to, parsed.headers.len(), parsed.subparts.len()), (vec![TO.to_owned()], 9, 2));
            assert_eq!(letters(&header(&parsed, "Subject")), letters(&subject));
        });
    }
}
