//! The screens of messages: Passwordless with its preview and its try, the providers, and attack protection.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::model::{Connection, Role, Strategy};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_testkit::{NATIVE, PHONE, Script, TestEngine};
use serde_json::{Value, json};
use support::{Answer, Browser, FORM, Form, TestServer, enter, enter_as};

const PASSWORDLESS: &str = "/dashboard/connections/passwordless";

async fn find(server: &TestServer, name: &str) -> Connection {
    server.t.engine.store.find_connection(name).await.unwrap().unwrap()
}

async fn panel(server: &TestServer, name: &str, tab: &str) -> String {
    format!("{PASSWORDLESS}/{}/{tab}", find(server, name).await.id)
}

fn has(answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(answer.text.contains(text), "{text}: {} {}", answer.status, answer.text);
    }
}

/// A form as a script sends it: with the token of a page, and another address.
async fn send_as_script(
    browser: &Browser<'_>,
    page: &Answer,
    from: &str,
    to: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let form = Form::of(page, from);
    let all: Vec<(&str, &str)> =
        std::iter::once(("token", form.token())).chain(fields.iter().copied()).collect();
    browser.post(to, &all).await
}

/// M-042
#[tokio::test]
async fn a_card_tells_what_was_sent_and_is_turned_off_and_on() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    has(
        &browser.get(PASSWORDLESS).await,
        &["No message in 24 hours", "Touch ID and passkeys", "Passkeys are for <code>login.example</code>"],
    );
    has(
        &browser.get(&format!("{PASSWORDLESS}/passkeys")).await,
        &[
            "0 people with 0 passkeys",
            "No connection has passkeys.",
            "/.well-known/apple-app-site-association",
            "No application names an app",
        ],
    );
    server.t.start(NATIVE, PHONE).await.unwrap();
    server.t.start_email(NATIVE, "ada@example.com").await.unwrap();
    let page = browser.get(PASSWORDLESS).await;
    has(&page, &["1 sent in 24 hours, none failed", "Sends codes", "data-health=\"good\"", "Turn off"]);

    let off = panel(&server, "sms", "off").await;
    let asked = browser.get(&off).await;
    has(&asked, &["Its settings and its users stay", "Turn off for all applications"]);
    let cards = browser.submit(&asked, &off, &[]).await;
    has(&cards, &["Saved.", "Turn on"]);
    assert!(find(&server, "sms").await.enabled_clients.is_empty());

    let path = panel(&server, "sms", "applications").await;
    let all = format!("{path}/all");
    let page = browser.get(&path).await;
    let saved = browser.submit(&page, &all, &[]).await;
    has(&saved, &["Saved."]);
    assert!(find(&server, "sms").await.enabled_clients.contains(&NATIVE.into()));
    let filtered = browser.get(&format!("{path}?q=NATIV")).await;
    has(&filtered, &["native", "are not shown, and not changed"]);
    assert!(!filtered.text.contains("<code class=\"quiet\">spa</code>"), "{}", filtered.text);
}

/// M-042
#[tokio::test]
async fn a_card_that_is_off_is_turned_on_by_one_press() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let off = panel(&server, "sms", "off").await;
    let cards = browser.submit(&browser.get(&off).await, &off, &[]).await;
    let on = browser.submit(&cards, &panel(&server, "sms", "on").await, &[]).await;
    has(&on, &["On for all applications."]);
    assert!(find(&server, "sms").await.enabled_clients.contains(&NATIVE.into()));
}

/// M-042
#[tokio::test]
async fn passkeys_are_switched_for_the_tenant_and_for_each_connection() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = format!("{PASSWORDLESS}/passkeys");
    let email = find(&server, "email").await.id.to_string();
    let page = browser.get(&path).await;
    let wrong = browser.save(&page, &path, &[("passkeys.max_per_user", "1000")]).await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["passkeys.max_per_user-error", "Must be 1 to 100.", "value=\"1000\""]);
    assert!(!wrong.text.contains("passkeys.offer_days-error"), "{}", wrong.text);
    let fields =
        [("passkeys.max_per_user", "3"), ("passkeys.offer_days", "0"), ("connection", email.as_str())];
    has(&browser.save(&page, &path, &fields).await, &["Saved.", "They are on for <strong>email</strong>"]);
    let tenant = server.t.engine.tenant().await.unwrap();
    assert_eq!((tenant.max_passkeys, tenant.passkey_offer_days, tenant.passkeys), (3, 0, true));
    let settings = panel(&server, "email", "settings").await;
    has(&browser.get(&settings).await, &["name=\"authentication_methods.passkey.enabled\""]);
    assert_eq!(
        find(&server, "email").await.options["authentication_methods"],
        json!({"passkey": {"enabled": true}})
    );

    let off = format!("{path}/off");
    let asked = browser.get(&off).await;
    let cards = browser.submit(&asked, &off, &[]).await;
    has(&cards, &["What people have stays", "Turn on<span class=\"unseen\"> passkeys"]);
    let settings = browser.get("/dashboard/settings").await;
    has(&settings, &["name=\"passkeys.max_per_user\"", "value=\"3\""]);
    let on = browser.submit(&cards, &format!("{path}/on"), &[]).await;
    has(&on, &["Saved.", "Turn off<span class=\"unseen\"> passkeys"]);
}

/// M-042
#[tokio::test]
async fn the_message_is_shown_beside_its_form_saved_or_not() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = panel(&server, "sms", "settings").await;
    let page = browser.get(&path).await;
    has(&page, &["Your verification code is: 482913", "33 characters in GSM-7, 1 message", "preview-told"]);
    let typed = [
        ("provider", "twilio"),
        ("template", "@@password@@ <b> ł"),
        ("totp.length", "4"),
        ("preview.language", "de"),
        ("preview.client", NATIVE),
    ];
    let to = panel(&server, "sms", "preview").await;
    let shown = send_as_script(&browser, &page, &path, &to, &typed).await;
    assert_eq!(shown.status, 200);
    has(
        &shown,
        &["4829 &#60;b&#62; ł", "UCS-2", "Codes of 4 digits are easy to guess", "value=\"de\" selected"],
    );
    has(&shown, &[">@@password@@ &#60;b&#62; ł</textarea>"]);
    let data = panel(&server, "sms", "preview.json").await;
    let data = send_as_script(&browser, &page, &path, &data, &typed).await.json();
    assert_eq!(
        (&data["text"], &data["size"]),
        (&json!("4829 <b> ł"), &json!("10 characters in UCS-2, 1 message"))
    );
    assert!(find(&server, "sms").await.options.is_empty());
}

/// M-042, S-138
#[tokio::test]
async fn a_mail_stands_in_a_frame_that_may_do_nothing() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = panel(&server, "email", "settings").await;
    let page = browser.get(&path).await;
    has(&page, &["482913 for", "sandbox", "https://login.example/link/sample"]);
    assert!(page.header("content-security-policy").contains("frame-src 'self'"));
    let mail = panel(&server, "email", "mail").await;
    let mail = send_as_script(&browser, &page, &path, &mail, &[("provider", "tenant")]).await;
    let policy = mail.header("content-security-policy");
    assert!(
        mail.status == 200 && policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("script-src"), "{policy}");
}

/// M-042
#[tokio::test]
async fn the_message_is_reset_and_a_connection_deleted_by_its_name() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let options = json!({"provider": "inbox", "template": "Acme @@password@@", "syntax": "md_with_macros"});
    server.t.add_connection("sms-two", Strategy::Sms, options).await;
    let path = panel(&server, "sms-two", "settings").await;
    let page = browser.get(&path).await;
    let reset = browser.submit(&page, &panel(&server, "sms-two", "reset").await, &[]).await;
    has(&reset, &["ours is sent", "Undo", "Your verification code is: 482913"]);
    assert_eq!(Value::Object(find(&server, "sms-two").await.options), json!({"provider": "inbox"}));
    let undo = panel(&server, "sms-two", "reset/undo").await;
    let back = browser.save(&reset, &undo, &[]).await;
    has(&back, &["it is as before", ">Acme @@password@@</textarea>"]);
    assert_eq!(find(&server, "sms-two").await.options["syntax"], "md_with_macros");
    let reset = browser.submit(&back, &panel(&server, "sms-two", "reset").await, &[]).await;

    let delete = panel(&server, "sms-two", "delete").await;
    let wrong = browser.submit(&reset, &delete, &[("name", "sms")]).await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["Nothing was deleted", "Type sms-two to delete it."]);
    let gone = browser.submit(&wrong, &delete, &[("name", "sms-two")]).await;
    has(&gone, &["Deleted."]);
    assert!(server.t.engine.store.find_connection("sms-two").await.unwrap().is_none());
}

/// M-042, M-041
#[tokio::test]
async fn a_try_shows_the_answer_of_the_provider_and_then_what_the_tokens_say() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = panel(&server, "sms", "try").await;
    let page = browser.get(&path).await;
    let wrong = browser.submit(&page, &path, &[("to", "12"), ("client_id", NATIVE)]).await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["value=\"12\"", "aria-invalid", "Write the number with + and its country code."]);
    let error = ProviderError {
        text: "Not a number (Code: 21211)".into(),
        code: Some(21211),
        tell: true,
        reason: None,
    };
    server.t.senders.script([Script::Fail(SendError::BadAddress(error))]);
    let failed = browser.submit(&wrong, &path, &[("to", PHONE), ("client_id", NATIVE)]).await;
    has(&failed, &["Not sent.", "Not a number (Code: 21211)"]);
    let sent = browser.submit(&failed, &path, &[("to", PHONE), ("client_id", NATIVE)]).await;
    has(&sent, &["The provider took the message.", "SM1", "Your verification code is: ••••••"]);
    let code = server.t.code();
    assert!(!sent.text.contains(&code));

    let verify = format!("{path}/verify");
    let wrong = browser.submit(&sent, &verify, &[("code", "000000")]).await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["This is not the code that was sent last."]);
    let right = browser.submit(&wrong, &verify, &[("code", &code)]).await;
    has(&right, &["The code is right", "phone_number", "would be made at a sign-in; none was made"]);
    assert!(!right.text.contains("eyJ"));
}

/// M-042, S-113
#[tokio::test]
async fn a_viewer_reads_and_tries_nothing() {
    let server = TestServer::new().await;
    enter(&server).await;
    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await;
    let (settings, try_out) = (panel(&server, "sms", "settings").await, panel(&server, "sms", "try").await);
    let page = viewer.get(&settings).await;
    has(&page, &["<fieldset disabled>", "Your verification code is"]);
    assert!(!page.text.contains("Delete this connection") && !page.text.contains(">Save<"));
    let page = viewer.get(&try_out).await;
    let refused = viewer.submit(&page, &try_out, &[("to", PHONE), ("client_id", NATIVE)]).await;
    assert_eq!(refused.status, 403);
    assert!(server.t.senders.sent().is_empty());
    for path in ["/dashboard/email", "/dashboard/phone", "/dashboard/protection"] {
        let page = viewer.get(path).await;
        assert!(page.status == 200 && page.text.contains("<fieldset disabled>"), "{path} {}", page.text);
    }
    let bare = viewer.request(Method::POST, &try_out, &[("content-type", FORM)], b"to=1").await;
    assert_eq!(bare.status, 403);
}

/// M-042
#[tokio::test]
async fn a_viewer_sees_the_message_that_is_stored_though_their_browser_sends_no_field() {
    let server = TestServer::new().await;
    let options = json!({"provider": "inbox", "template": "Acme @@password@@", "syntax": "md_with_macros"});
    server.t.add_connection("sms-two", Strategy::Sms, options).await;
    enter(&server).await;
    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await;
    let chosen = [("preview.language", "de"), ("preview.client", NATIVE)];
    let path = panel(&server, "sms-two", "settings").await;
    let page = viewer.get(&path).await;
    let data = panel(&server, "sms-two", "preview.json").await;
    let data = send_as_script(&viewer, &page, &path, &data, &chosen).await.json();
    assert_eq!(data["text"], "Acme 482913");
    let again = panel(&server, "sms-two", "preview").await;
    let again = send_as_script(&viewer, &page, &path, &again, &chosen).await;
    has(&again, &["Acme 482913", ">Acme @@password@@</textarea>"]);
}

/// M-029, MS-007
#[tokio::test]
async fn the_email_provider_is_set_up_tried_and_removed() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = "/dashboard/email";
    let page = browser.get(path).await;
    has(&page, &["There is none yet", "welcome_email", "Not written"]);
    let fields = [
        ("name", "smtp"),
        ("enabled", "on"),
        ("default_from_address", "codes@acme.example"),
        ("credentials.smtp_host", "mail.acme.example"),
        ("credentials.smtp_port", "2525"),
        ("settings.smtp_security", "tls"),
        ("credentials.smtp_user", "mailer"),
        ("credentials.smtp_pass", "canary-pass"),
    ];
    let wrong = browser.submit(&page, path, &fields[..3]).await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["credentials.smtp_host-error"]);
    let saved = browser.submit(&wrong, path, &fields).await;
    has(&saved, &["Saved.", "mail.acme.example", "value=\"2525\"", "value=\"tls\" selected"]);
    assert!(!saved.text.contains("canary"), "{}", saved.text);
    // What is left empty keeps the password.
    let again = browser.submit(&saved, path, &fields[..7]).await;
    has(&again, &["Saved."]);
    let sent = browser.submit(&again, "/dashboard/email/try", &[("to", "ada@example.com")]).await;
    has(&sent, &["The mail server took the mail."]);
    assert_eq!(server.t.senders.options()["smtp_pass"], "canary-pass");
    let wrong = browser.submit(&sent, "/dashboard/email/try", &[("to", "ada")]).await;
    has(&wrong, &["Type an address such as you@example.com."]);
    let kept = browser.submit(&wrong, "/dashboard/email/remove", &[("confirm", "yes")]).await;
    has(&kept, &["Nothing was removed"]);
    let page = browser.get(path).await;
    has(
        &browser.submit(&page, "/dashboard/email/remove", &[("confirm", "remove")]).await,
        &["There is none yet"],
    );
}

/// M-030: a secret goes to no other server than the one it was given for, and there is a field to give it again in.
#[tokio::test]
async fn a_gateway_of_all_connections_moves_with_its_secret_alone() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = "/dashboard/phone";
    let fields = |url: &'static str| {
        [
            ("name", "custom"),
            ("configuration.delivery_methods", "text"),
            ("configuration.default_from", "Acme"),
            ("configuration.gateway_url", url),
        ]
    };
    let secret = ("credentials.gateway_secret", "canary");
    let page = browser.get(path).await;
    let first = [&fields("https://g.example/")[..], &[secret]].concat();
    let saved = browser.submit(&page, path, &first).await;
    has(&saved, &["Saved.", "https://g.example/"]);
    assert!(!saved.text.contains("canary"));
    let refused = browser.submit(&saved, path, &fields("https://h.example/")).await;
    assert_eq!(refused.status, 400);
    has(&refused, &["Must be given again, since it would go to another server"]);
    let moved = [&fields("https://h.example/")[..], &[secret]].concat();
    has(&browser.submit(&refused, path, &moved).await, &["Saved.", "https://h.example/"]);
}

/// M-030, MS-007
#[tokio::test]
async fn the_phone_provider_is_set_up_tried_and_worded() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let path = "/dashboard/phone";
    let page = browser.get(path).await;
    has(&page, &["There is none yet", "otp_verify", "Our words"]);
    let fields = [
        ("name", "twilio"),
        ("configuration.sid", "AC1"),
        ("configuration.delivery_methods", "text"),
        ("credentials.auth_token", "canary-token"),
        ("configuration.default_from", "+15005550006"),
    ];
    let wrong = browser.submit(&page, path, &fields[..4]).await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["give a number or name to send from"]);
    let saved = browser.submit(&wrong, path, &fields).await;
    has(&saved, &["Saved.", "AC1"]);
    assert!(!saved.text.contains("canary"));
    let without: Vec<_> =
        fields.iter().copied().filter(|(name, _)| *name != "credentials.auth_token").collect();
    let again = browser.submit(&saved, path, &without).await;
    has(&again, &["Saved."]);
    let sent = browser.submit(&again, "/dashboard/phone/try", &[("to", PHONE)]).await;
    has(&sent, &["The provider took the message. Its id there: SM1"]);
    assert_eq!(server.t.senders.options()["twilio_token"], "canary-token");
    has(
        &browser.submit(&sent, "/dashboard/phone/try", &[("to", "1")]).await,
        &["Type a number that takes text"],
    );

    let text = "/dashboard/phone/templates/otp_verify";
    let page = browser.get(text).await;
    let wrong = browser.submit(&page, text, &[("text", "no placeholder")]).await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["text-error", "no placeholder"]);
    let saved = browser.submit(&wrong, text, &[("text", "Acme @@password@@")]).await;
    has(&saved, &["Saved.", "Acme @@password@@"]);
    let reset = browser.submit(&saved, &format!("{text}/reset"), &[]).await;
    has(&reset, &["ours is sent", "Undo", "Your verification code is: {{ code }}"]);
    let back = browser.save(&reset, text, &[]).await;
    has(&back, &["Saved.", "Acme @@password@@"]);
    assert_eq!(browser.get("/dashboard/phone/templates/none").await.status, 404);
    let page = browser.get(path).await;
    has(
        &browser.submit(&page, "/dashboard/phone/remove", &[("confirm", "remove")]).await,
        &["There is none yet"],
    );
}

/// M-037, MS-007
#[tokio::test]
async fn protection_is_tuned_part_by_part_and_who_is_held_is_released() {
    let server = TestServer::over(
        TestEngine::with(|settings| settings.limits.management_per_client.burst = 1000).await,
    );
    let browser = enter(&server).await;
    let path = "/dashboard/protection";
    let page = browser.get(path).await;
    has(
        &page,
        &["Guessed codes", "Floods from an address", "latchkey.toml", "10 in 24 hours", "500 in 24 hours"],
    );
    has(&page, &["IP addresses that are held", "Accounts that were held in the last 24 hours"]);
    let guessing = "/dashboard/protection/brute-force-protection";
    let wrong = browser
        .submit(
            &page,
            guessing,
            &[("enabled", "on"), ("max_attempts", "0"), ("mode", "count_per_identifier_and_ip")],
        )
        .await;
    assert_eq!(wrong.status, 400);
    has(&wrong, &["guessing-max_attempts-error", "Must be 1 to 100"]);
    let fields = [
        ("enabled", "on"),
        ("max_attempts", "2"),
        ("mode", "count_per_identifier_and_ip"),
        ("shields", "block"),
        ("allowlist", "198.51.100.0/24"),
    ];
    has(&browser.submit(&wrong, guessing, &fields).await, &["Saved.", "198.51.100.0/24"]);
    let floods = "/dashboard/protection/suspicious-ip-throttling";
    let fields = [
        ("enabled", "on"),
        ("shields", "block"),
        ("pre-login.max_attempts", "3"),
        ("pre-login.rate", "60000"),
    ];
    has(&browser.submit(&browser.get(path).await, floods, &fields).await, &["Saved.", "value=\"60000\""]);

    server.t.start(NATIVE, PHONE).await.unwrap();
    for _ in 0..2 {
        server.t.redeem(NATIVE, PHONE, &server.t.wrong_code(), "openid").await.unwrap_err();
    }
    let number = "%2B14155550100";
    let held = browser.get(&format!("{path}?who={number}")).await;
    has(&held, &["Held", "192.0.2.1", "Release", "aria-label=\"Accounts that were held\""]);
    let released = browser.submit(&held, "/dashboard/protection/release", &[]).await;
    has(&released, &["is not held"]);
    for (who, text) in
        [("192.0.2.9", "is not held"), ("sms|x", "Nobody is known"), ("<b>", "Nobody is known")]
    {
        let page = browser
            .get(&format!(
                "{path}?who={}",
                form_urlencoded::byte_serialize(who.as_bytes()).collect::<String>()
            ))
            .await;
        has(&page, &[text]);
        assert!(!page.text.contains("<b>"), "{}", page.text);
    }
    assert_eq!(browser.post("/dashboard/protection/none", &[]).await.status, 403);
}
