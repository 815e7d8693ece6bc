//! Mails by SMTP: what leaves, over which connection, and what the answers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use latchkey_core::sender::{EmailMessage, SendError, Told};
use latchkey_delivery::{Delivery, DeliverySettings};
use serde_json::{Value, json};

use support::mail::*;
use support::smtp::*;
use support::*;

fn say(text: &str) -> Do {
    Do::Say(text.into())
}

/// The class of an error; nothing of it is ever told.
fn class(result: Result<(), SendError>) -> &'static str {
    let error = result.unwrap_err();
    let shown = format!("{error:?} {error} {}", error.provider().text);
    assert!(!error.provider().tell, "{shown}");
    for secret in [TO, CODE, PASSWORD, "canary"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    error.outcome()
}

/// The classes of one mail each, to a server that does what the script says.
async fn expect(wanted: &str, cases: impl IntoIterator<Item = (At, Do)>) {
    let server = MailServer::start(Tls::Upgraded).await;
    let (delivery, options) = (mailer(&server), with_login(smtp_options(&server, "starttls"), PASSWORD));
    for (at, act) in cases {
        server.script(at, [act.clone()]);
        assert_eq!(class(send_email(&delivery, &options).await), wanted, "{at:?} {act:?}");
    }
}

fn with_login(mut options: Value, password: &str) -> Value {
    options["smtp_user"] = json!(USER);
    options["smtp_pass"] = json!(password);
    options
}

#[tokio::test]
async fn a_mail_goes_to_one_recipient_over_verified_tls() {
    for (tls, security) in [(Tls::Upgraded, "starttls"), (Tls::AtOnce, "tls")] {
        let server = MailServer::start(tls).await;
        let options = with_login(smtp_options(&server, security), PASSWORD);
        send_email(&mailer(&server), &options).await.unwrap();
        let kept = server.only();
        assert_eq!(
            (kept.from.as_str(), kept.to, kept.secured),
            ("codes@acme.example", vec![TO.into()], true)
        );
        assert_eq!(kept.user.as_deref(), Some(USER));
        assert!(server.lines().contains(&String::from("EHLO login.example")), "{:?}", server.lines());
        assert_eq!(server.breaches(), [""; 0]);
    }
}

#[tokio::test]
async fn logging_in_works_with_login_where_there_is_no_plain() {
    let server = MailServer::start(Tls::AtOnce).await;
    server.script(At::Ehlo, [say("250-mail.test\r\n250 AUTH LOGIN")]);
    let options = with_login(smtp_options(&server, "tls"), PASSWORD);
    send_email(&mailer(&server), &options).await.unwrap();
    assert_eq!(server.only().user.as_deref(), Some(USER));
}

/// S-143
#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    for (tls, security) in [(Tls::Upgraded, "starttls"), (Tls::AtOnce, "tls")] {
        let server = MailServer::start(tls).await;
        let stranger = Delivery::new(settings(""), Arc::new(StoppedClock));
        let options = with_login(smtp_options(&server, security), PASSWORD);
        let sent = send_email(&stranger, &options).await;
        let reason = sent.as_ref().unwrap_err().provider().reason;
        assert_eq!(reason, Some("The mail server's certificate is not trusted"));
        assert_eq!(class(sent), "later", "{security}");
        assert!(server.kept().is_empty() && !server.lines().iter().any(|line| line.starts_with("AUTH")));
    }
}

/// S-143
#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let server = MailServer::start(Tls::AtOnce).await;
    let mut options = smtp_options(&server, "tls");
    options["smtp_host"] = json!("127.0.0.1");
    assert_eq!(class(send_email(&mailer(&server), &options).await), "later");
    assert!(server.kept().is_empty());
}

/// S-143
#[tokio::test]
async fn a_server_that_does_not_offer_starttls_gets_neither_login_nor_mail() {
    for tls in [Tls::Never, Tls::Upgraded] {
        let server = MailServer::start(tls).await;
        server.script(At::Upgrade, [say("502 5.5.1 not today")]);
        let options = with_login(smtp_options(&server, "starttls"), PASSWORD);
        assert_eq!(class(send_email(&mailer(&server), &options).await), "misconfigured");
        let lines = server.lines();
        assert!(!lines.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{lines:?}");
    }
}

/// S-143: what a third party adds in the clear is not taken for the answers of the server.
#[tokio::test]
async fn answers_slipped_in_before_tls_break_the_connection() {
    let slipped =
        "220 go ahead\r\n250-mail.test\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 OK\r\n250 OK\r\n354 go";
    let server = MailServer::start(Tls::Upgraded).await;
    server.script(At::Upgrade, [say(slipped)]);
    let options = with_login(smtp_options(&server, "starttls"), PASSWORD);
    assert_eq!(class(send_email(&mailer(&server), &options).await), "later");
    assert!(server.kept().is_empty());
}

/// S-134, S-143
#[tokio::test]
async fn without_tls_only_listed_networks_are_spoken_to() {
    let server = MailServer::start(Tls::Never).await;
    let options = smtp_options(&server, "none");
    send_email(&mailer(&server), &options).await.unwrap();
    assert!(!server.only().secured);

    let nobody = Delivery::new(DeliverySettings::default(), Arc::new(StoppedClock));
    assert_eq!(build_email(&nobody, &options).err().unwrap().option, "smtp_host");
    let public = json!({ "provider": "smtp", "smtp_host": "8.8.8.8", "from": "codes@acme.example" });
    build_email(&mailer(&server), &public).unwrap();
    let mut in_the_clear = public;
    in_the_clear["smtp_security"] = json!("none");
    assert_eq!(build_email(&mailer(&server), &in_the_clear).err().unwrap().option, "smtp_host");
    let elsewhere = DeliverySettings {
        allow_private_targets: vec!["10.0.0.0/8".parse().unwrap()],
        ..DeliverySettings::default()
    };
    let elsewhere = Delivery::new(elsewhere, Arc::new(StoppedClock));
    assert_eq!(class(send_email(&elsewhere, &options).await), "misconfigured");
    assert_eq!(server.connections(), 1);
}

/// certainly not sent, and worth waiting for.
#[tokio::test]
async fn what_is_refused_for_now_may_be_tried_later() {
    let cases = [
        (At::Greeting, say("421 4.3.2 too busy")),
        (At::Greeting, say("hello, I am no mail server")),
        (At::Greeting, Do::Cut),
        (At::Greeting, Do::Hang),
        (At::Ehlo, Do::Cut),
        (At::Upgrade, say("454 4.7.0 not now")),
        (At::Auth, say("454 4.7.0 not now")),
        (At::Auth, Do::Cut),
        (At::Mail, say("450 4.7.1 greylisted canary")),
        (At::Mail, Do::Hang),
        (At::Rcpt, say("451 4.7.1 <person@example.com>: greylisted")),
        (At::Rcpt, say("450 4.2.0 canary")),
        (At::Rcpt, say("452 4.2.2 mailbox full")),
        (At::Rcpt, Do::Cut),
        (At::Rcpt, Do::Hang),
        (At::Data, say("451 4.3.0 not now")),
        (At::Data, Do::Cut),
        (At::Content, say("451 4.3.0 not now")),
    ];
    expect("later", cases).await;
    let mut options = smtp_options(&MailServer::start(Tls::Upgraded).await, "starttls");
    options["smtp_port"] = json!(closed_port().await);
    assert_eq!(class(send_email(&mailer(&MailServer::start(Tls::Never).await), &options).await), "later");
}

/// S-147
#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_told_by_its_status_code() {
    let cases = [
        (At::Rcpt, "550 5.1.1 <person@example.com>: no such user"),
        (At::Rcpt, "550-5.1.1 no such user\r\n550 5.1.1 see canary.example"),
        (At::Rcpt, "550 5.1.1"),
        (At::Rcpt, "550 5.1.2 no such domain"),
        (At::Rcpt, "501 5.1.3 bad address"),
        (At::Rcpt, "551 5.1.6 moved"),
        (At::Rcpt, "556 5.1.10 takes no mail"),
        (At::Rcpt, "550 5.2.1 disabled"),
        (At::Content, "550 5.1.1 no such user"),
    ];
    expect("no_such_address", cases.map(|(at, reply)| (at, say(reply)))).await;
}

#[tokio::test]
async fn a_mailbox_that_takes_no_mail_now_is_final_for_this_mail() {
    let cases = [
        (At::Rcpt, "550 no such user"),
        (At::Rcpt, "551 moved"),
        (At::Rcpt, "550 5.1.0 not today"),
        (At::Rcpt, "552 5.2.2 mailbox full"),
        (At::Rcpt, "550 5.2.3 message too long for the mailbox"),
        (At::Content, "552 5.2.2 mailbox full"),
    ];
    expect("bad_address", cases.map(|(at, reply)| (at, say(reply)))).await;
}

#[tokio::test]
async fn what_lies_in_the_set_up_is_told_from_what_lies_in_the_address() {
    let cases = [
        (At::Greeting, "554 5.7.1 blocked"),
        (At::Ehlo, "550 5.7.1 not you"),
        (At::Auth, "535 5.7.8 wrong"),
        (At::Mail, "530 5.7.0 authentication required"),
        (At::Mail, "550 5.7.1 not your sender"),
        (At::Mail, "553 5.1.8 bad sender"),
        (At::Rcpt, "554 5.7.1 relay access denied"),
        (At::Rcpt, "530 authentication required"),
        (At::Rcpt, "503 5.5.1 out of step"),
        (At::Rcpt, "550 5.1.7 bad sender"),
        (At::Rcpt, "550 5.1.8 the sender's domain is not there"),
        (At::Data, "554 5.5.1 no valid recipients"),
        (At::Content, "554 5.7.1 spam"),
        (At::Content, "552 too large"),
    ];
    expect("misconfigured", cases.map(|(at, reply)| (at, say(reply)))).await;
    let server = MailServer::start(Tls::Upgraded).await;
    let options = with_login(smtp_options(&server, "starttls"), "wrong");
    assert_eq!(class(send_email(&mailer(&server), &options).await), "misconfigured");
    server.script(At::Ehlo, [say("250-mail.test\r\n250 STARTTLS"), say("250 mail.test")]);
    let options = with_login(smtp_options(&server, "starttls"), PASSWORD);
    assert_eq!(class(send_email(&mailer(&server), &options).await), "misconfigured");
}

///
#[tokio::test]
async fn no_answer_after_the_final_dot_is_perhaps_sent() {
    let acts = [Do::Cut, Do::Hang, say("354 more?"), say("rubbish")];
    expect("unclear", acts.map(|act| (At::Content, act))).await;
}

/// S-140: a server that is not in step would take the lines of a mail for commands.
#[tokio::test]
async fn no_content_is_sent_before_the_server_waits_for_it() {
    for (at, reply) in [(At::Mail, "354 go"), (At::Rcpt, "354 go"), (At::Data, "250 OK")] {
        let server = MailServer::start(Tls::Upgraded).await;
        server.script(at, [say(reply)]);
        let sent = send_email(&mailer(&server), &smtp_options(&server, "starttls")).await;
        assert_eq!(class(sent), "later", "{at:?}");
        assert!(!server.lines().iter().any(|line| line.starts_with("From:")), "{:?}", server.lines());
    }
}

#[tokio::test]
async fn one_connection_carries_many_mails_and_a_closed_one_is_replaced() {
    let server = MailServer::start(Tls::Upgraded).await;
    let (delivery, options) = (mailer(&server), smtp_options(&server, "starttls"));
    for _ in 0..3 {
        send_email(&delivery, &options).await.unwrap();
    }
    assert_eq!((server.kept().len(), server.connections()), (3, 1));
    // It says so, or it just closes, at any step before the content.
    for at in [At::Mail, At::Rcpt, At::Data] {
        for act in [say("421 4.4.2 idle for too long"), Do::Cut] {
            server.script(at, [act]);
            send_email(&delivery, &options).await.unwrap();
        }
    }
    let by: Vec<_> = server.kept().iter().map(|kept| kept.connection).collect();
    assert_eq!((by, server.breaches()), (vec![1, 1, 1, 2, 3, 4, 5, 6, 7], Vec::new()));
}

/// once the content has left on it, a closed connection is no reason to send the mail again.
#[tokio::test]
async fn a_reused_connection_that_breaks_after_the_content_is_perhaps_sent() {
    let server = MailServer::start(Tls::Upgraded).await;
    let (delivery, options) = (mailer(&server), smtp_options(&server, "starttls"));
    send_email(&delivery, &options).await.unwrap();
    server.script(At::Content, [Do::Cut]);
    assert_eq!(class(send_email(&delivery, &options).await), "unclear");
    assert_eq!((server.kept().len(), server.connections()), (2, 1));
}

/// a silent server is given up while there is time for the next one; the last one gets longer.
#[tokio::test(start_paused = true)]
async fn a_silent_server_is_waited_for_as_long_as_nobody_else_is_there() {
    let server = MailServer::start(Tls::Never).await;
    server.script(At::Greeting, [Do::Hang, Do::Hang]);
    let settings = DeliverySettings { timeout: Duration::from_secs(30), ..settings("") };
    let delivery = Delivery::new(settings, Arc::new(StoppedClock));
    let mut options = smtp_options(&server, "none");
    options["smtp_host"] = json!("127.0.0.1");
    options["latchkey"] = json!({ "senders": [options.clone()] });
    let senders = build_email(&delivery, &options).unwrap();
    for (sender, seconds) in senders.iter().zip([3, 8]) {
        let begun = tokio::time::Instant::now();
        assert_eq!(class(sender.send(&mail()).await), "later");
        assert_eq!(begun.elapsed().as_secs(), seconds);
    }
}

#[tokio::test]
async fn a_connection_that_failed_is_not_used_again() {
    let server = MailServer::start(Tls::Upgraded).await;
    let (delivery, options) = (mailer(&server), smtp_options(&server, "starttls"));
    server.script(At::Rcpt, [say("450 4.2.0 later")]);
    assert_eq!(class(send_email(&delivery, &options).await), "later");
    send_email(&delivery, &options).await.unwrap();
    assert_eq!((server.only().connection, server.breaches()), (2, Vec::new()));
}

#[tokio::test]
async fn there_are_eight_connections_at_most() {
    let server = MailServer::start(Tls::Never).await;
    server.script(At::Content, (0..20).map(|_| Do::Hang));
    let settings = DeliverySettings { timeout: Duration::from_secs(60), ..settings("") };
    let delivery = Delivery::new(settings, Arc::new(StoppedClock));
    let senders = build_email(&delivery, &smtp_options(&server, "none")).unwrap();
    for _ in 0..20 {
        let senders = senders.clone();
        tokio::spawn(async move { senders[0].send(&mail()).await });
    }
    while server.kept().len() < 8 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.connections(), 8);
}

/// S-155: nothing in a message adds a recipient.
#[tokio::test]
async fn an_address_with_more_in_it_is_not_written_to() {
    let server = MailServer::start(Tls::Upgraded).await;
    let (delivery, options) = (mailer(&server), smtp_options(&server, "starttls"));
    for to in [
        "a@example.com,b@example.com",
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "<a@example.com>",
        "A <a@example.com>",
        "",
    ] {
        let sent = send_this(&delivery, &options, &EmailMessage { to: to.into(), ..mail() }).await;
        assert_eq!(class(sent), "bad_address", "{to:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_mail_with_its_own_sender_leaves_as_that_one() {
    let server = MailServer::start(Tls::Upgraded).await;
    let (delivery, options) = (mailer(&server), smtp_options(&server, "starttls"));
    let from = Some(String::from("Shop <shop@acme.example>"));
    send_this(&delivery, &options, &EmailMessage { from, ..mail() }).await.unwrap();
    assert_eq!(server.only().from, "shop@acme.example");
    for from in ["nobody", "a@acme.example, b@acme.example", "a@acme.example\r\nBcc: b@acme.example"] {
        let sent = send_this(&delivery, &options, &EmailMessage { from: Some(from.into()), ..mail() }).await;
        assert_eq!(class(sent), "misconfigured", "{from:?}");
    }
    assert_eq!(server.kept().len(), 1);
}

#[tokio::test]
async fn options_that_make_no_mail_server_are_named() {
    let delivery = Delivery::new(settings(""), Arc::new(StoppedClock));
    let good = || {
        json!({ "provider": "smtp", "smtp_host": "mail.example.com", "from": "codes@acme.example",
            "smtp_user": USER, "smtp_pass": PASSWORD })
    };
    let with = |option: &str, value: Value| {
        let mut options = good();
        options[option] = value;
        options
    };
    build_email(&delivery, &good()).unwrap();
    build_email(&delivery, &with("smtp_port", json!("2525"))).unwrap();
    for (options, option) in [
        (json!({}), "provider"),
        (with("provider", json!("twilio")), "provider"),
        (with("provider", json!("inbox")), "provider"),
        (with("smtp_host", Value::Null), "smtp_host"),
        (with("smtp_host", json!("mail.example.com:25")), "smtp_host"),
        (with("smtp_host", json!("https://mail.example.com")), "smtp_host"),
        (with("smtp_host", json!("10.0.0.1")), "smtp_host"),
        (with("smtp_host", json!("169.254.169.254")), "smtp_host"),
        (with("smtp_port", json!(0)), "smtp_port"),
        (with("smtp_port", json!(65536)), "smtp_port"),
        (with("smtp_port", json!("smtp")), "smtp_port"),
        (with("smtp_port", json!(22)), "smtp_port"),
        (with("smtp_port", json!(80)), "smtp_port"),
        (with("smtp_security", json!("opportunistic")), "smtp_security"),
        (with("smtp_pass", Value::Null), "smtp_pass"),
        (with("smtp_pass", json!("a\r\nb")), "smtp_pass"),
        (with("from", Value::Null), "from"),
        (with("from", json!("Acme")), "from"),
        (with("from", json!("a@acme.example, b@acme.example")), "from"),
        (with("dkim", json!("yes")), "dkim"),
        (with("dkim", json!({ "domain": "acme.example", "selector": "s" })), "dkim.private_key"),
        (with("latchkey", json!({ "senders": [{ "provider": "smtp" }] })), "latchkey.senders.0.smtp_host"),
    ] {
        let bad = build_email(&delivery, &options).err().unwrap();
        assert_eq!(bad.option, option, "{options}");
        assert!(!bad.to_string().contains(PASSWORD), "{bad}");
    }
    let closed = Delivery::new(DeliverySettings::default(), Arc::new(StoppedClock));
    for host in ["localhost", "127.0.0.1", "[::1]", "mail.internal", "2130706433"] {
        let bad = build_email(&closed, &with("smtp_host", json!(host))).err().unwrap();
        assert_eq!(bad.option, "smtp_host", "{host}");
    }
}

/// M-042, S-144: what an operator reads who tries the server.
#[tokio::test]
async fn a_try_tells_the_dialogue_without_the_login_and_the_mail() {
    let server = MailServer::start(Tls::Upgraded).await;
    let options = with_login(smtp_options(&server, "starttls"), PASSWORD);
    let delivery = mailer(&server);
    let try_out = async || {
        let senders = build_email(&delivery, &options).unwrap();
        let mut told = Told::default();
        let sent = senders[0].try_out(&mail(), &mut told).await;
        (sent, told)
    };
    let (sent, told) = try_out().await;
    assert!(sent.is_ok() && server.kept().len() == 1, "{:?}", told.lines);
    let all = told.lines.join("\n");
    for line in ["> EHLO login.example", "> STARTTLS", "> AUTH …", "< 235", "> MAIL FROM:", "> DATA", "< 354"]
    {
        assert!(all.contains(line), "{line}: {all}");
    }
    server.script(At::Rcpt, [say(&format!("550-5.1.1 no {PASSWORD}\r\n550 5.1.1 such user"))]);
    let (sent, told) = try_out().await;
    assert_eq!((sent.unwrap_err().outcome(), told.code), ("no_such_address", Some(550)));
    assert!(told.lines.last().unwrap().starts_with("< 550 5.1.1 no …"), "{:?}", told.lines);
    server.script(At::Auth, [say("535 5.7.8 wrong")]);
    let (_, told) = try_out().await;
    assert_eq!(told.lines.last().unwrap(), "< 535 5.7.8 wrong");
    server.script(At::Mail, [Do::Hang]);
    let (sent, told) = try_out().await;
    assert_eq!(sent.unwrap_err().outcome(), "later");
    assert!(told.lines.last().unwrap().starts_with("> MAIL FROM:"), "{:?}", told.lines);
    for secret in [PASSWORD, CODE] {
        assert!(!all.contains(secret) && !format!("{:?}", told.lines).contains(secret), "{all}");
    }
}
