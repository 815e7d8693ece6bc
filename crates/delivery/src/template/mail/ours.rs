//! The mail that is sent unless the operator wrote one: small, in the reader's language, and the same
//! in light and in dark.
//!
//! It sets no background and no text colour but the button's and the logo's, so that a program's own colours hold; no
//! tables and no pictures but the operator's logo; and all styles inline, since programs drop the others. The code always
//! stands there: a link can be eaten by a scanner or opened in the wrong browser, a code cannot.

use latchkey_core::branding::MailLook;
use latchkey_core::sender::{Mail, Variables};
use latchkey_wire::Secret;
use latchkey_words::{Words, negotiate, parse_accept_language};

use super::html::escape;

pub(super) fn word(variables: &Variables) -> Mail {
    let accepted = parse_accept_language(&variables.request_language);
    let preferred = accepted.iter().map(String::as_str).chain([variables.locale.as_str()]);
    let said = Said::new(Words::of(negotiate(preferred)), variables);
    Mail {
        from: None,
        subject: Secret::new(said.subject.clone()),
        text: Secret::new(said.text()),
        html: Some(Secret::new(said.html())),
    }
}

/// What the mail says, in its order.
struct Said<'a> {
    words: Words,
    subject: String,
    heading: String,
    link: Option<&'a str>,
    /// Before the code.
    lead: String,
    code: &'a str,
    lifetime: Option<String>,
    asked_from: Option<String>,
    footer: String,
    /// The address and the page of support.
    support: [Option<&'a str>; 2],
    look: &'a MailLook,
    /// What people call the operator.
    owner: &'a str,
}

impl<'a> Said<'a> {
    fn new(words: Words, variables: &'a Variables) -> Self {
        let app = match variables.application_name.as_str() {
            "" => variables.friendly_name.as_str(),
            name => name,
        };
        let code = variables.code.expose();
        let link = variables.link.as_ref().map(|link| link.expose());
        let lifetime = match (variables.minutes, link) {
            (0, _) => None,
            (minutes, Some(_)) => Some(words.mail_link_lifetime(minutes)),
            (minutes, None) => Some(words.mail_code_lifetime(minutes)),
        };
        Self {
            words,
            subject: match link {
                Some(_) => words.mail_link_subject(app),
                None => words.mail_code_subject(code, app),
            },
            heading: words.mail_heading(app),
            link,
            lead: if link.is_some() { words.mail_link_or_code() } else { words.mail_code_lead() },
            code,
            lifetime,
            asked_from: variables.device.as_deref().map(|device| asked_from(words, device)),
            footer: words.mail_footer(app),
            support: [variables.support_email.as_deref(), variables.support_url.as_deref()],
            look: &variables.look,
            owner: &variables.friendly_name,
        }
    }

    /// The lines below the code.
    fn notes(&self) -> impl Iterator<Item = String> {
        let last = [self.words.mail_not_you(), self.words.mail_keep_secret()];
        self.lifetime.iter().chain(&self.asked_from).cloned().chain(last)
    }

    fn text(&self) -> String {
        let mut parts = Vec::new();
        if let Some(link) = self.link {
            parts.extend([self.words.mail_link_lead(), link.to_owned()]);
        }
        parts.extend([self.lead.clone(), self.code.to_owned()]);
        parts.push(self.notes().collect::<Vec<_>>().join("\n"));
        self.frame().text(&parts)
    }

    fn html(&self) -> String {
        let link = self.link.map(|link| self.html_link(link)).unwrap_or_default();
        let notes: String = self.notes().map(|note| html_note(&note)).collect();
        let body = format!("{link}{}{notes}", html_code(&self.lead, self.code));
        self.frame().html(&body)
    }

    fn frame(&self) -> Frame<'_> {
        Frame {
            words: self.words,
            subject: &self.subject,
            heading: &self.heading,
            footer: &self.footer,
            support: self.support,
            look: self.look,
            owner: self.owner,
        }
    }

    fn html_link(&self, link: &str) -> String {
        format!(
            r##"<p style="margin:0 0 16px">{lead}</p>
<p style="margin:0 0 16px"><a href="{link}" style="display:block;padding:12px 16px;border-radius:8px;background:{fill};color:{ink};font-weight:bold;text-align:center;text-decoration:none">{button}</a></p>
<p style="margin:0 0 24px;font-size:13px">{copy}<br><a href="{link}" dir="ltr" style="word-break:break-all;overflow-wrap:anywhere">{link}</a></p>
"##,
            lead = escape(&self.words.mail_link_lead()),
            button = escape(&self.words.mail_link_button()),
            copy = escape(&self.words.mail_link_copy()),
            link = escape(link),
            fill = self.look.fill,
            ink = self.look.ink,
        )
    }
}

/// A code in large type, below its lead.
pub(super) fn html_code(lead: &str, code: &str) -> String {
    format!(
        r##"<p style="margin:0 0 8px">{lead}</p>
<p dir="ltr" style="margin:0 0 24px;padding:12px 8px;border:1px solid #808080;border-radius:8px;text-align:center;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:30px;line-height:1.2;font-weight:bold;letter-spacing:3px">{code}</p>
"##,
        lead = escape(lead),
        code = escape(code),
    )
}

/// A link as it is, below its lead.
pub(super) fn html_link(lead: &str, link: &str) -> String {
    let (lead, link) = (escape(lead), escape(link));
    format!(
        r##"<p style="margin:0 0 24px;font-size:14px">{lead}<br><a href="{link}" dir="ltr" style="word-break:break-all;overflow-wrap:anywhere">{link}</a></p>
"##
    )
}

/// A line below the others.
pub(super) fn html_note(note: &str) -> String {
    format!("<p style=\"margin:0 0 8px;font-size:14px\">{}</p>\n", escape(note))
}

/// What is alike in every mail of ours: what stands above and below.
pub(super) struct Frame<'a> {
    pub words: Words,
    pub subject: &'a str,
    pub heading: &'a str,
    pub footer: &'a str,
    /// The address and the page of support.
    pub support: [Option<&'a str>; 2],
    pub look: &'a MailLook,
    /// What people call the operator: what the logo says.
    pub owner: &'a str,
}

impl Frame<'_> {
    pub fn text(&self, parts: &[String]) -> String {
        let end = format!("-- \n{}{}", self.footer, self.help("\n", str::to_owned, str::to_owned));
        let all = [&[self.heading.to_owned()], parts, &[end]].concat();
        all.join("\n\n") + "\n"
    }

    pub fn html(&self, body: &str) -> String {
        let locale = self.words.locale();
        format!(
            r##"<!doctype html>
<html lang="{lang}" dir="{dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
</head>
<body style="margin:0;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:440px;margin:0 auto">
{logo}<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{heading}</h1>
{body}<p style="margin:24px 0 0;padding:12px 0 0;border-top:1px solid #808080;font-size:13px">{footer}{help}</p>
</div>
</body>
</html>
"##,
            lang = locale.tag(),
            dir = locale.direction().as_str(),
            subject = escape(self.subject),
            heading = escape(self.heading),
            footer = escape(self.footer),
            help = self.help("<br>", escape, html_support),
            logo = self.logo(),
        )
    }

    /// On a white ground, since it was made for one, and programs may show mails in dark.
    fn logo(&self) -> String {
        let Some(logo) = &self.look.logo else { return String::new() };
        format!(
            r##"<p style="margin:0 0 24px"><img src="{}" alt="{}" height="48" style="display:inline-block;height:48px;width:auto;max-width:224px;padding:4px 8px;border-radius:8px;background:#ffffff;color:#16191f"></p>
"##,
            escape(logo),
            escape(self.owner),
        )
    }

    /// Where support is found, after `before`; nothing where there is none.
    fn help(&self, before: &str, say: fn(&str) -> String, show: fn(&str) -> String) -> String {
        let known: Vec<String> = self.support.iter().flatten().map(|address| show(address)).collect();
        match known.is_empty() {
            true => String::new(),
            false => format!("{before}{} {}", say(&self.words.support_label()), known.join(" ")),
        }
    }
}

fn html_support(address: &str) -> String {
    let scheme = if address.contains("://") { "" } else { "mailto:" };
    let address = escape(address);
    format!(r##"<a href="{scheme}{address}" dir="ltr">{address}</a>"##)
}

/// The device's two words in the reader's language, where there are two.
pub(super) fn asked_from(words: Words, device: &str) -> String {
    match device.split_once(" on ") {
        Some((browser, system)) => words.mail_asked_from(&words.device_named(browser, system)),
        None => words.mail_asked_from(device),
    }
}
