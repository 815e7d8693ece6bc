use latchkey_core::branding::MailLook;
use latchkey_core::branding::color::Color;

use super::*;

const LINK: &str = "https://login.example/link/4bb1c6?a=1&b=2";

fn variables(language: &str) -> Variables {
    Variables {
        code: Secret::new("482913"),
        email: Some(String::from("o'neil&co@example.com")),
        application_name: String::from("Söhne & Co"),
        request_language: language.to_owned(),
        locale: String::from("en"),
        send: "code",
        tenant: String::from("acme"),
        connection_name: String::from("email"),
        friendly_name: String::from("Acme"),
        support_email: Some(String::from("help@acme.example")),
        support_url: Some(String::from("https://acme.example/help?a=1&b=2")),
        minutes: 10,
        device: Some(String::from("Firefox on Linux")),
        ..Variables::default()
    }
}

fn with_link(language: &str) -> Variables {
    Variables { link: Some(Secret::new(LINK)), send: "link", ..variables(language) }
}

fn template(body: &str) -> MailTemplate {
    MailTemplate { body: Some(body.to_owned()), ..MailTemplate::default() }
}

fn macros(body: &str) -> MailTemplate {
    MailTemplate { syntax: Some(Syntax::MdWithMacros), ..template(body) }
}

fn word(template: &MailTemplate, variables: &Variables) -> Mail {
    super::word(&Templates::new(), template, variables).unwrap()
}

fn html(template: &MailTemplate, variables: &Variables) -> String {
    word(template, variables).html.unwrap().expose().to_owned()
}

fn check(template: &MailTemplate) -> Result<(), String> {
    super::check(&Templates::new(), template).map_err(|bad| bad.to_string())
}

/// What a mail of ours says, whole.
#[test]
fn our_mail_reads_well_in_english_and_in_arabic() {
    for (name, variables, text, html) in [
        (
            "en-code",
            variables("en"),
            include_str!("snapshots/en-code.txt"),
            include_str!("snapshots/en-code.html"),
        ),
        (
            "en-link",
            with_link("en"),
            include_str!("snapshots/en-link.txt"),
            include_str!("snapshots/en-link.html"),
        ),
        (
            "ar-link",
            with_link("ar"),
            include_str!("snapshots/ar-link.txt"),
            include_str!("snapshots/ar-link.html"),
        ),
    ] {
        let mail = word(&MailTemplate::default(), &variables);
        let head = format!("Subject: {}\n\n", mail.subject.expose());
        assert_eq!(head + mail.text.expose(), text, "{name}");
        assert_eq!(mail.html.unwrap().expose(), html, "{name}");
    }
}

#[test]
fn our_mail_is_in_the_best_language_of_the_header() {
    for (language, start) in [
        ("tlh, fr-CA;q=0.8, en;q=0.3", "482913 est"),
        ("", "482913 is your code"),
        ("tlh", "482913 is your code"),
        ("{{ code }}<script>", "482913 is your code"),
    ] {
        let subject = word(&MailTemplate::default(), &variables(language)).subject;
        assert!(
            subject.expose().replace(['\u{2068}', '\u{2069}', '\u{2066}'], "").starts_with(start),
            "{subject:?}"
        );
    }
    let by_locale = Variables { locale: String::from("de-AT"), ..variables("") };
    let mail = word(&MailTemplate::default(), &by_locale);
    assert!(mail.html.unwrap().expose().contains("<html lang=\"de\" dir=\"ltr\">"));
}

/// The code works where a link does not: opened by a scanner, or in another browser.
#[test]
fn every_language_has_code_and_link_in_both_parts() {
    for locale in latchkey_words::Locale::ALL {
        let mail = word(&MailTemplate::default(), &with_link(locale.tag()));
        let html = mail.html.unwrap();
        assert!(mail.text.expose().contains("482913") && mail.text.expose().contains(LINK), "{locale}");
        assert!(html.expose().contains(">482913</p>"), "{locale}");
        assert!(html.expose().contains("href=\"https://login.example/link/4bb1c6?a=1&amp;b=2\""), "{locale}");
        let dir = locale.direction().as_str();
        assert!(html.expose().contains(&format!("<html lang=\"{locale}\" dir=\"{dir}\">")), "{locale}");
        assert!(html.expose().contains("name=\"color-scheme\" content=\"light dark\""), "{locale}");
        assert!(!html.expose().contains("<table") && !html.expose().contains("<img"), "{locale}");
    }
}

/// S-138, S-141
#[test]
fn our_mail_holds_no_markup_but_its_own() {
    let evil = String::from("<a href=\"https://evil.example/\">{{ code }}</a>\r\nBcc: x");
    let variables = Variables {
        application_name: evil.clone(),
        device: Some(evil.clone()),
        friendly_name: evil.clone(),
        tenant: evil,
        // Only the operator sets these, to an address and a page: they are links of ours.
        support_email: None,
        support_url: None,
        ..variables("en")
    };
    let mail = word(&MailTemplate::default(), &variables);
    assert!(!mail.subject.expose().chars().any(char::is_control), "{:?}", mail.subject.expose());
    let html = mail.html.unwrap();
    assert!(!html.expose().contains("<a ") && !html.expose().contains("evil.example"), "{}", html.expose());
}

/// P-195: protocol 6.3.
#[test]
fn a_body_sees_every_variable_escaped() {
    let all = "{{ code }}|{{ link }}|{{ application.name }}|{{ user.email }}|{{ tenant }}|{{ friendly_name }}|\
        {{ support_email }}|{{ support_url }}|{{ connection.name }}|{{ send }}|{{ locale }}|\
        {{ request_language }}|{{ operation }}|{{ organization.name }}|{{ phone_number }}";
    let expected = "482913|https://login.example/link/4bb1c6?a=1&amp;b=2|Söhne &amp; Co|\
        o&#39;neil&amp;co@example.com|acme|Acme|help@acme.example|https://acme.example/help?a=1&amp;b=2|email|\
        link|en|de-AT,de;q=0.9|||";
    assert_eq!(html(&template(all), &with_link("de-AT,de;q=0.9")), expected);
}

/// S-138
#[test]
fn values_bring_no_markup_into_a_body_however_they_are_printed() {
    let body = "{{ user.email }}|{{ user.email | escape }}|{{ user.email | escape_once }}|\
        {% assign x = user.email | append: application.name %}{{ x | escape }}";
    let evil = Variables {
        email: Some(String::from("\"><script>@example.com")),
        application_name: String::from("A & B"),
        ..variables("en")
    };
    let email = "&quot;&gt;&lt;script&gt;@example.com";
    assert_eq!(html(&template(body), &evil), format!("{email}|{email}|{email}|{email}A &amp; B"));
    let body = macros("<p>@@application.name@@</p>");
    assert_eq!(html(&body, &evil), "<p>A &amp; B</p>");
}

#[test]
fn the_text_of_a_custom_body_is_made_from_its_html() {
    let body = "<html><head><style>p{}</style><title>x</title></head><body><h1>{{ application.name }}</h1>\
        <table><tr><td><p>Your code is <b>{{ code }}</b>.</p></td></tr></table>\
        <p><a href=\"{{ link }}\">Sign in</a></p><script>x</script></body></html>";
    let text = word(&template(body), &with_link("en")).text;
    let expected = format!("# Söhne & Co\n\nYour code is 482913.\n\n[Sign in][1]\n\n[1]: {LINK}\n");
    assert_eq!(text.expose(), expected);
}

#[test]
fn links_and_codes_are_not_broken_over_lines() {
    let link = format!("https://login.example/{}", "x".repeat(1500));
    let variables = Variables { link: Some(Secret::new(link.as_str())), ..with_link("en") };
    let body = "<p>{{ link }} or <a href='{{ link }}'>here</a> {{ 'word ' | append: code }}</p>";
    let text = word(&template(body), &variables).text;
    assert_eq!(text.expose().matches(&link).count(), 2, "{}", text.expose());
}

#[test]
fn markdown_of_old_tenants_becomes_html_and_values_do_not_become_markdown() {
    let body =
        macros("# Hello\n\nYour code is **@@code@@** for @@application.name@@.\n\n[Sign in](@@link@@)\n");
    let variables = Variables { application_name: String::from("a_b_c_d"), ..with_link("en") };
    let expected = "<h1>Hello</h1>\n<p>Your code is <strong>482913</strong> for a_b_c_d.</p>\n\
        <p><a href=\"https://login.example/link/4bb1c6?a=1&amp;b=2\">Sign in</a></p>\n";
    assert_eq!(html(&body, &variables), expected);
    assert_eq!(check(&body), Ok(()));
    let page = macros("\n<table>\n\n    <tr><td>@@code@@</td></tr>\n</table>");
    assert_eq!(html(&page, &variables), "\n<table>\n\n    <tr><td>482913</td></tr>\n</table>");
}

/// S-139, S-155
#[test]
fn the_head_is_one_mailbox_and_one_line_whatever_the_names_are() {
    let template = MailTemplate {
        from: Some("{{ application.name }} <root@acme.example>".into()),
        subject: Some("{{ code }} for\r\n{{ application.name }}\n".into()),
        ..MailTemplate::default()
    };
    for (name, from) in [
        ("Acme, Inc. (EU)", "Acme, Inc. (EU) <root@acme.example>"),
        ("A <evil@example.com>, B", "A evilexamplecom, B <root@acme.example>"),
        ("A\r\nBcc: evil@example.com", "ABcc evilexamplecom <root@acme.example>"),
        ("", "<root@acme.example>"),
    ] {
        let variables = Variables { application_name: name.into(), ..variables("en") };
        let mail = word(&template, &variables);
        assert_eq!(mail.from.as_deref(), Some(from));
        assert!(mail.subject.expose().starts_with("482913 for") && !mail.subject.expose().contains('\n'));
    }
    assert_eq!(check(&template), Ok(()));
}

#[test]
fn what_a_template_leaves_out_is_worded_by_us() {
    let only_subject =
        MailTemplate { subject: Some("Welcome to {{ application.name }}".into()), ..Default::default() };
    let mail = word(&only_subject, &variables("en"));
    assert_eq!(mail.subject.expose(), "Welcome to Söhne & Co");
    assert!(mail.from.is_none() && mail.html.unwrap().expose().contains(">482913</p>"));
    let empty_subject =
        MailTemplate { subject: Some("{% if false %}x{% endif %}".into()), ..Default::default() };
    assert!(word(&empty_subject, &variables("en")).subject.expose().contains("482913"));
    let long =
        MailTemplate { subject: Some("x".repeat(250) + "{{ application.name }}"), ..Default::default() };
    assert_eq!(word(&long, &variables("en")).subject.expose().chars().count(), 255);
}

/// Protocol 3.3
#[test]
fn a_sender_at_auth0_switches_custom_templates_off() {
    for from in ["root@auth0.com", "{{ application.name }} <no-reply@mail.auth0.com>"] {
        let template = MailTemplate {
            from: Some(from.into()),
            subject: Some("custom".into()),
            ..template("custom {{ code }}")
        };
        assert_eq!(check(&template), Ok(()));
        let mail = word(&template, &variables("en"));
        assert!(mail.from.is_none() && !mail.subject.expose().contains("custom"));
        assert!(!mail.html.unwrap().expose().contains("custom"));
    }
}

/// S-138, B-MG: refused when saved, with the option's name.
#[test]
fn templates_that_could_not_be_sent_are_refused() {
    let from = |from: &str| MailTemplate { from: Some(from.into()), ..template("{{ code }}") };
    let subject = |subject: &str| MailTemplate { subject: Some(subject.into()), ..template("{{ code }}") };
    for (bad, option) in [
        (from("nobody"), "email.from"),
        (from("{{ application.name }}"), "email.from"),
        (from("a@acme.example, b@acme.example"), "email.from"),
        (from("{{ code"), "email.from"),
        (from("{% if request_language contains 'da' %}x{% else %}a@acme.example{% endif %}"), "email.from"),
        (subject("{{ code"), "email.subject"),
        (subject(&"x".repeat(300)), "email.subject"),
        (subject(&"x".repeat(5000)), "email.subject"),
        (template("{{ code"), "email.body"),
        (template("Hello"), "email.body"),
        (template("{{ link }}"), "email.body"),
        (template("{% if send == 'link' %}{{ link }}{% endif %}"), "email.body"),
        (template("{% if request_language contains 'da' %}x{% else %}{{ code }}{% endif %}"), "email.body"),
        (template("<p title=\"{{ code }}\">Hello</p>"), "email.body"),
        (template("<!-- {{ code }} --><p>Hello</p>"), "email.body"),
        (template("<style>.x{content:'{{ code }}'}</style>"), "email.body"),
        (template(&format!("{{{{ code }}}}{}", "x".repeat(256 * 1024))), "email.body"),
        (template(&format!("{{{{ code }}}}{}", "<div>".repeat(4000))), "email.body"),
        (macros("Your code: {{ code }}"), "email.body"),
    ] {
        let refused = check(&bad).unwrap_err();
        assert!(refused.starts_with(&format!("options.{option}: ")), "{refused}");
    }
}

#[test]
fn bodies_as_people_write_them_are_accepted() {
    let by_language = "{% if request_language contains 'dk' %}Kode{% elsif request_language contains 'de' %}Dein \
        Code{% else %}Code{% endif %}: {{ code }}{% if send == 'link' %} <a href='{{ link }}'>x</a>{% endif %}";
    assert_eq!(check(&template(by_language)), Ok(()));
    assert_eq!(check(&template("<a href=\"{{ link }}\">Sign in</a> or {{ code }}")), Ok(()));
    assert_eq!(
        check(&template("{% if send == 'link' %}<a href='{{ link }}'>x</a>{% else %}{{ code }}{% endif %}")),
        Ok(())
    );
    assert_eq!(check(&macros("@@password@@")), Ok(()));
    assert_eq!(check(&MailTemplate::default()), Ok(()));
    // Words like these are counted in tags only; and a whole page fits into one captured value.
    let styled = "<p style=\"color: red; border: 1px\">or and</p>[x]".repeat(1000);
    let captured = format!("{{% capture page %}}{styled}{{{{ code }}}}{{% endcapture %}}{{{{ page }}}}");
    assert_eq!(check(&template(&captured)), Ok(()));
}

/// S-138: what a body may compute is bounded as a text message's is.
#[test]
fn bombs_in_bodies_are_refused_before_they_go_off() {
    let doubling = "{% assign a = a | append: a %}".repeat(60);
    for (what, bomb) in [
        ("range", String::from("{% for i in (1..9999999999) %}x{% endfor %}")),
        ("doubling", format!("{{% assign a = 'xxxxxxxx' %}}{doubling}")),
        ("output", format!("{{% for i in (1..99) %}}{}{{% endfor %}}", "x".repeat(10_000))),
        ("hidden chain", format!("{{% if code == \"%}}\" {} %}}x{{% endif %}}", "or code ".repeat(1000))),
        ("hidden brackets", format!("{{{{ \"}}}}\" {} }}}}", "a[".repeat(1000))),
        ("deep", "{% if code %}".repeat(500)),
    ] {
        let refused = check(&template(&format!("{bomb}{{{{ code }}}}"))).unwrap_err();
        let bounds = ["longer than", "more than", "computes too much"];
        assert!(bounds.iter().any(|bound| refused.contains(bound)), "{what}: {refused:.100}");
    }
}

/// S-144
#[test]
fn errors_of_mails_quote_no_value() {
    let bad = template("{{ code | times: user.email }}");
    let refused = super::word(&Templates::new(), &bad, &variables("en")).err().unwrap().to_string();
    assert!(!refused.contains("482913") && !refused.contains("example.com"), "{refused}");
}

/// MS-003, S-111
#[test]
fn a_mail_shows_the_logo_and_the_colour_of_the_operator() {
    let plain = ours::word(&with_link("en"));
    let plain = plain.html.unwrap().expose().to_owned();
    assert!(!plain.contains("<img") && plain.contains("background:#1d4ed8;color:#ffffff"), "{plain}");
    let look = MailLook {
        logo: Some(String::from("https://cdn.example/l.svg?\"><script>")),
        fill: Color::read("#ffdd00").unwrap(),
        ink: Color::BLACK,
    };
    let mail = ours::word(&Variables { look, ..with_link("en") });
    let html = mail.html.unwrap();
    let html = html.expose();
    let image = "<img src=\"https://cdn.example/l.svg?&quot;&gt;&lt;script&gt;\" alt=\"Acme\"";
    assert!(html.contains(image) && html.contains("background:#ffdd00;color:#000000"), "{html}");
    assert!(!mail.text.expose().contains("cdn.example"));
}
