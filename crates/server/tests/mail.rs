//! Mails by Debian's own mail server, Exim: over TLS, with a login, past greylisting and dead servers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use rcgen::{KeyPair, PKCS_ED25519, PKCS_RSA_SHA256, PublicKeyData};
use serde_json::{Value, json};
use support::exim::{Exim, GREY, NOBODY, PASSWORD, USER, wait};
use support::{OTP_GRANT, Running, free_port, latchkey, post, text};

const TO: &str = "person@example.com";
const SUBJECT: &str = "{{ code }} – Ihr Schlüssel, ваш ключ, 鍵";
/// A start waits so long for its senders.
const DEADLINE: Duration = Duration::from_secs(5);

/// A folder with a configuration, and the server that runs in it.
struct Latchkey {
    folder: tempfile::TempDir,
    server: Running,
}

impl Latchkey {
    /// Trusts the authority of the mail server; has a client and these connections.
    fn start(exim: &Exim, connections: &[(&str, Value)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"https://login.example\"\n[store]\nurl = \"sqlite:latchkey.db\"\n[limits]\nenabled = false\n[delivery]\nallow_private_targets = [\"127.0.0.0/8\"]\nextra_roots = \"{}\"\n",
            exim.ca_file().display()
        );
        std::fs::write(folder.path().join("latchkey.toml"), config).unwrap();
        run(folder.path(), &["clients", "create", "app", "--type", "native"]);
        for (name, options) in connections {
            let options: Vec<String> = (options.as_object().unwrap().iter())
                .flat_map(|(key, value)| [String::from("--option"), format!("{key}={}", plain(value))])
                .collect();
            let mut arguments = vec!["connections", "create", name, "--strategy", "email", "--client", "app"];
            arguments.extend(options.iter().map(String::as_str));
            run(folder.path(), &arguments);
        }
        let clock = exim.clock_file().display().to_string();
        let server = Running::serve_with(folder.path(), port, &["--clock-file", &clock]);
        Self { folder, server }
    }

    /// Asks for a code; the answer, and how long it took.
    #[expect(clippy::disallowed_methods, reason = "a person waits by the machine's clock")]
    fn ask(&self, connection: &str, email: &str) -> (u16, Value, Duration) {
        let body = json!({"client_id": "app", "connection": connection, "email": email, "send": "code"});
        let begun = Instant::now();
        let (status, answer) = post(self.server.port, "/passwordless/start", &body).unwrap();
        (status, answer, begun.elapsed())
    }

    /// Asks for a code and gets 200.
    fn start_sign_in(&self, connection: &str) -> Duration {
        let (status, answer, took) = self.ask(connection, TO);
        assert_eq!((status, &answer["email"]), (200, &json!(TO)), "{answer}");
        took
    }

    fn sign_in(&self, connection: &str, code: &str) -> u16 {
        let body = json!({"grant_type": OTP_GRANT, "client_id": "app", "username": TO, "otp": code,
            "realm": connection, "scope": "openid"});
        post(self.server.port, "/oauth/token", &body).unwrap().0
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    /// Why senders did not take mails, as the log has it: the sender's place, the class, the code and the
    /// words.
    fn reasons(&self) -> Vec<(u64, String, Option<u64>, String)> {
        let lines = self.log();
        let lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let fields = lines.map(|line| if line["fields"].is_object() { line["fields"].clone() } else { line });
        let told = fields.filter(|fields| fields["message"] == "a sender did not take a message");
        let word = |fields: &Value, name: &str| fields[name].as_str().unwrap_or_default().to_owned();
        told.map(|fields| {
            let place = fields["place"].as_u64().unwrap();
            (place, word(&fields, "outcome"), fields["code"].as_u64(), word(&fields, "reason"))
        })
        .collect()
    }
}

fn run(folder: &Path, arguments: &[&str]) {
    let output = latchkey(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A sender by the port of a mail server.
fn sender(port: u16, security: &str, password: &str) -> Value {
    json!({"provider": "smtp", "smtp_host": "localhost", "smtp_port": port, "smtp_security": security,
        "smtp_user": USER, "smtp_pass": password, "from": "Söhne & \"Co\", Inc. <codes@acme.example>"})
}

/// One after the other.
fn senders(first: Value, second: Value) -> Value {
    with(first, "latchkey.senders", json!([second]))
}

fn with(mut options: Value, option: &str, value: Value) -> Value {
    options[option] = value;
    options
}

fn header(mail: &ParsedMail<'_>, name: &str) -> String {
    let all = mail.headers.get_all_values(name);
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all[0].clone()
}

/// The code that the subject begins with.
fn code_of(mail: &[u8]) -> String {
    header(&parse_mail(mail).unwrap(), "Subject").split(' ').next().unwrap().to_owned()
}

/// S-143
#[test]
fn a_real_mail_server_takes_the_mail_over_tls_with_a_login() {
    let exim = Exim::start("");
    let ways = [
        ("plain", sender(exim.ports.usual, "starttls", PASSWORD), "A=plain:mailer"),
        ("tls", sender(exim.ports.tls, "tls", PASSWORD), "A=plain:mailer"),
        ("login", sender(exim.ports.login, "starttls", PASSWORD), "A=login:mailer"),
    ];
    let connections =
        ways.clone().map(|(name, options, _)| (name, with(options, "email.subject", json!(SUBJECT))));
    let latchkey = Latchkey::start(&exim, &connections);
    for (n, (name, _, login)) in ways.iter().enumerate() {
        latchkey.start_sign_in(name);
        let bytes = exim.wait_for_mails(n + 1);
        let received = exim.wait_for_log(login);
        assert!(received.contains("P=esmtpsa X=TLS1.3"), "{received}");
        let mail = parse_mail(&bytes).unwrap();
        let code = code_of(&bytes);
        for (name, value) in [
            ("Return-path", "<codes@acme.example>"),
            ("Envelope-to", TO),
            ("From", "Söhne & \"Co\", Inc. <codes@acme.example>"),
            ("To", TO),
            ("Subject", &SUBJECT.replace("{{ code }}", &code)),
            ("Auto-Submitted", "auto-generated"),
        ] {
            assert_eq!(header(&mail, name), value);
        }
        let id = header(&mail, "Message-ID");
        assert!(id.starts_with('<') && id.ends_with("@login.example>"), "{id}");
        assert!(
            header(&mail, "Received").contains("from [127.0.0.1] (helo=login.example)"),
            "{}",
            header(&mail, "Received")
        );
        let dated = mailparse::dateparse(&header(&mail, "Date")).unwrap();
        let received = mailparse::dateparse(header(&mail, "Received").rsplit("; ").next().unwrap()).unwrap();
        assert!((received - dated).abs() < 60, "{dated} {received}");
        assert_eq!(mail.subparts.len(), 2);
        for part in &mail.subparts {
            assert!(part.get_body().unwrap().contains(&code), "{}", part.ctype.mimetype);
        }
        assert_eq!(latchkey.sign_in(name, &code), 200);
    }
    assert_eq!(latchkey.reasons(), []);
    assert!(!latchkey.log().contains("canary"));
}

/// S-143, R-022
#[test]
fn a_mail_server_that_cannot_be_used_is_named_and_the_next_one_takes_the_mail() {
    let exim = Exim::start("");
    let good = || sender(exim.ports.usual, "starttls", PASSWORD);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_port = silent.local_addr().unwrap().port();
    let elsewhere = with(good(), "smtp_host", json!("127.0.0.1"));
    let untrusted = (None, "later", "The mail server's certificate is not trusted");
    let ways = [
        (
            "wrong-password",
            sender(exim.ports.usual, "starttls", "wrong"),
            (Some(535), "misconfigured", "The mail server refused the login"),
        ),
        ("stranger", sender(exim.ports.stranger, "starttls", PASSWORD), untrusted),
        ("other-name", elsewhere, untrusted),
        (
            "no-tls",
            sender(exim.ports.bare, "starttls", PASSWORD),
            (None, "misconfigured", "The mail server does not offer TLS"),
        ),
        (
            "not-yet-tls",
            sender(exim.ports.usual, "tls", PASSWORD),
            (None, "later", "The mail server could not be reached"),
        ),
        (
            "closed",
            sender(free_port(), "starttls", PASSWORD),
            (None, "later", "The mail server could not be reached"),
        ),
        (
            "silent",
            sender(silent_port, "starttls", PASSWORD),
            (None, "later", "The mail server did not answer in time"),
        ),
        (
            "silent-tls",
            sender(silent_port, "tls", PASSWORD),
            (None, "later", "The mail server did not answer in time"),
        ),
    ];
    let connections = ways.clone().map(|(name, bad, _)| (name, senders(bad, good())));
    let latchkey = Latchkey::start(&exim, &connections);
    let mut expected = Vec::new();
    for (n, (name, _, (code, class, reason))) in ways.into_iter().enumerate() {
        let took = latchkey.start_sign_in(name);
        assert!(took < DEADLINE, "{name}: {took:?}");
        let mail = exim.wait_for_mails(n + 1);
        expected.push((1, String::from(class), code, String::from(reason)));
        assert_eq!(latchkey.reasons(), expected, "{name}");
        assert_eq!(latchkey.sign_in(name, &code_of(&mail)), 200);
    }
    let log = exim.log();
    assert!(!latchkey.log().contains("canary") && !log.contains("canary"), "{log}");
}

/// S-007, S-147: neither a login that fails nor a mailbox that is not there shows in the answer, the first
/// time or later. A mailbox that is not there is asked for once, until the operator says otherwise.
#[test]
fn what_a_mail_server_refuses_is_the_operators_to_know() {
    let exim = Exim::start("");
    let connections = [
        ("good", sender(exim.ports.usual, "starttls", PASSWORD)),
        ("bad", sender(exim.ports.usual, "starttls", "wrong")),
    ];
    let latchkey = Latchkey::start(&exim, &connections);
    let starts = [("good", TO), ("good", NOBODY), ("good", NOBODY), ("bad", NOBODY), ("bad", TO)];
    let answers = starts.map(|(connection, email)| {
        let (status, mut answer, _) = latchkey.ask(connection, email);
        assert_eq!(answer["email"].take(), email);
        answer["_id"].take();
        (status, answer)
    });
    assert!(answers[0].0 == 200 && answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    exim.wait_for_mails(1);
    let asked = || exim.log().matches("There is nobody of that name").count();
    assert_eq!(asked(), 1);
    let Latchkey { folder, mut server } = latchkey;
    server.signal("TERM");
    server.child.wait().unwrap();
    let refused = |on, code, reason: &str| format!("fn {on} {code} {reason}");
    let mut wanted = [
        String::from("cls good - -"),
        String::from("cls good - -"),
        refused("good", 550, "The mail server refused the recipient"),
        String::from("wcs good - suppressed"),
        String::from("wcs bad - suppressed"),
        String::from("cls bad - -"),
        refused("bad", 535, "The mail server refused the login"),
    ];
    wanted.sort();
    assert_eq!(events(folder.path()), wanted);

    run(folder.path(), &["users", "unblock", NOBODY]);
    let server = Running::serve(folder.path(), server.port);
    let latchkey = Latchkey { folder, server };
    assert_eq!(latchkey.ask("good", NOBODY).0, 200);
    assert_eq!(asked(), 2);
}

/// Kind, connection, code and reason of each event about a start, sorted.
fn events(folder: &Path) -> Vec<String> {
    let output = latchkey(folder, &["logs", "list", "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let events: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let word = |value: &Value| if value.is_null() { String::from("-") } else { plain(value) };
    let shape = |event: &Value| {
        let detail = &event["details"];
        let parts = [&event["type"], &event["connection"], &detail["provider_code"], &detail["reason"]];
        parts.map(word).join(" ")
    };
    let mut shown: Vec<String> =
        events.iter().filter(|event| event["connection"].is_string()).map(shape).collect();
    shown.sort();
    shown
}

///
#[test]
fn a_mail_server_that_greylists_gets_the_mail_in_time() {
    let exim = Exim::start("");
    let latchkey = Latchkey::start(&exim, &[("email", sender(exim.ports.grey, "starttls", PASSWORD))]);
    let put_off = |times: usize| {
        let log = wait(|| Some(exim.log()).filter(|log| log.matches("Greylisted").count() >= times));
        assert_eq!(log.unwrap_or_default().matches("Greylisted").count(), times, "{}", exim.log());
        assert!(exim.mails().is_empty());
    };
    latchkey.start_sign_in("email");
    put_off(1);
    exim.be_ahead(31);
    put_off(2);
    const { assert!(GREY > 31 && GREY < 91) };
    exim.be_ahead(91);
    let mail = exim.wait_for_mails(1);
    assert_eq!(latchkey.sign_in("email", &code_of(&mail)), 200);
}

/// A connection that waits to be used again is not there any more when it is: one mail each, all the same.
#[test]
fn a_mail_server_that_closes_connections_gets_each_mail_once() {
    for (settings, sign) in [
        ("smtp_accept_max_per_connection = 1", "too many messages in one connection"),
        ("smtp_receive_timeout = 1s", "SMTP command timeout"),
    ] {
        let exim = Exim::start(settings);
        let latchkey = Latchkey::start(&exim, &[("email", sender(exim.ports.usual, "starttls", PASSWORD))]);
        for n in 1..=3 {
            latchkey.start_sign_in("email");
            let mail = exim.wait_for_mails(n);
            assert_eq!(latchkey.sign_in("email", &code_of(&mail)), 200);
            if settings.contains("timeout") {
                wait(|| (exim.log().matches(sign).count() >= n).then_some(())).unwrap();
            }
        }
        assert!(exim.log().contains(sign), "{}", exim.log());
        assert_eq!(latchkey.reasons(), []);
    }
}

/// S-140: without any extension of the protocol, a mail in any language arrives as it was written.
#[test]
fn a_mail_server_of_the_old_days_gets_every_character() {
    let settings = "accept_8bitmime = no\nsmtputf8_advertise_hosts =\npipelining_advertise_hosts =\nchunking_advertise_hosts =\npipelining_connect_advertise_hosts =";
    let exim = Exim::start(settings);
    let long = "x".repeat(3000);
    let body = format!("<p>{{{{ code }}}}</p>\n.\n..dots\n<p>{long}</p>\n<p>鍵 ключ</p>\n.\n<p>end</p>");
    let domain = [63, 63, 63].map(|length| "d".repeat(length)).join(".") + ".example";
    let options = sender(exim.ports.usual, "starttls", PASSWORD);
    let options = with(options, "email.body", json!(body));
    let options = with(options, "email.subject", json!(format!("{{{{ code }}}} {} ключ", "word".repeat(50))));
    let options = with(options, "from", json!(format!("{} <codes@{domain}>", "Ж".repeat(120))));
    let latchkey = Latchkey::start(&exim, &[("email", options)]);
    latchkey.start_sign_in("email");
    let bytes = exim.wait_for_mails(1);
    assert!(bytes.is_ascii());
    let mail = parse_mail(&bytes).unwrap();
    let code = code_of(&bytes);
    assert_eq!(header(&mail, "Subject"), format!("{code} {} ключ", "word".repeat(50)));
    assert_eq!(header(&mail, "From"), format!("{} <codes@{domain}>", "Ж".repeat(120)));
    assert_eq!(header(&mail, "Return-path"), format!("<codes@{domain}>"));
    let html = mail.subparts[1].get_body().unwrap().replace("\r\n", "\n");
    assert_eq!(html.trim_end(), body.replace("{{ code }}", &code));
}

/// S-142: checked by a verifier that is not ours (Debian's `python3-dkim`).
#[test]
fn a_signed_mail_is_verified_by_who_receives_it() {
    let exim = Exim::start("");
    let ways = [("ed25519", &PKCS_ED25519), ("rsa", &PKCS_RSA_SHA256)].map(|(name, algorithm)| {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let public = match name {
            "rsa" => key.subject_public_key_info(),
            _ => key.der_bytes().to_vec(),
        };
        let record = format!("v=DKIM1; k={name}; p={}", BASE64.encode(&public));
        let dkim = json!({"domain": "acme.example", "selector": "codes", "private_key": key.serialize_pem()});
        let options = with(sender(exim.ports.usual, "starttls", PASSWORD), "dkim", dkim);
        (name, with(options, "email.subject", json!(SUBJECT)), record)
    });
    let connections = ways.clone().map(|(name, options, _)| (name, options));
    let latchkey = Latchkey::start(&exim, &connections);
    for (n, (name, _, record)) in ways.iter().enumerate() {
        latchkey.start_sign_in(name);
        let mail = exim.wait_for_mails(n + 1);
        assert!(verifies(&mail, record), "{name}: {}", text(&mail));
        let changed = text(&mail).replacen("Subject: ", "Subject: Re: ", 1);
        assert!(!verifies(changed.as_bytes(), record), "{name}");
    }
}

fn verifies(mail: &[u8], record: &str) -> bool {
    let program = "import dkim, sys\n\
        name, record = b'codes._domainkey.acme.example.', sys.argv[1].encode()\n\
        dns = lambda asked, timeout=5: record if asked == name else None\n\
        print(dkim.verify(sys.stdin.buffer.read(), dnsfunc=dns))";
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", program, record])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(mail).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "python3-dkim is missing; cargo xtask test installs it");
    text(&output.stdout).trim() == "True"
}
