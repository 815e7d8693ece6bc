//! What is wrong with the message of a connection, or could be better, in words for who writes it. Pure: it
//! looks at the options and at the message as a sample renders.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::channel::CodeOptions;
use crate::model::{SmsEncoding, SmsParts};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Saving is refused, or no message leaves.
    Error,
    /// Messages leave, and some people are worse off.
    Warning,
    Hint,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub level: Level,
    pub code: &'static str,
    pub message: String,
    /// The option that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
}

/// The sample that a message was rendered with.
pub(super) struct Sample<'a> {
    pub code: &'a str,
    pub link: Option<&'a str>,
    pub application: &'a str,
    pub tenant: &'a str,
    /// The host of the sign-in pages.
    pub host: &'a str,
}

#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub fn all(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.level as u8);
        self.0
    }

    pub fn error(&mut self, code: &'static str, property: &str, message: impl Into<String>) {
        self.put(Level::Error, code, property, message.into());
    }

    pub fn warning(&mut self, code: &'static str, property: &str, message: impl Into<String>) {
        self.put(Level::Warning, code, property, message.into());
    }

    pub fn hint(&mut self, code: &'static str, property: &str, message: impl Into<String>) {
        self.put(Level::Hint, code, property, message.into());
    }

    fn put(&mut self, level: Level, code: &'static str, property: &str, message: String) {
        let property = (!property.is_empty()).then(|| format!("options.{property}"));
        self.0.push(Finding { level, code, message, property });
    }

    pub fn unknown(&mut self, property: &str, names: Vec<String>) {
        for name in names {
            let message = format!("{name:.60} stands for nothing: it is no variable of messages.");
            self.warning("unknown_variable", property, message);
        }
    }

    /// How easily a code is guessed.
    pub fn about_codes(&mut self, options: &CodeOptions) {
        let (length, life) = (options.totp.length, options.totp.time_step);
        if length < 6 {
            let message = format!("Codes of {length} digits are easy to guess; 6 or more are not.");
            self.warning("short_code", "totp.length", message);
        }
        if life > 600 && length < 8 {
            let message = format!(
                "A code that works for {} minutes should have 8 digits, or work for 10 minutes at most.",
                life / 60
            );
            self.warning("long_life", "totp.time_step", message);
        }
        if !options.brute_force_protection {
            let message = "Nobody is stopped who guesses codes from one place.";
            self.warning("guessing", "brute_force_protection", message);
        }
        if options.auth0_oracles() {
            let message = "Answers tell strangers who has an account.";
            self.warning("tells_who", "latchkey.auth0_oracles", message);
        }
    }

    /// Whom a text message comes from.
    pub fn about_sms_source(&mut self, options: &Map<String, Value>) {
        let text = |name: &str| options.get(name).and_then(Value::as_str).unwrap_or_default();
        let (from, service) = (text("from"), text("messaging_service_sid"));
        match (from, service) {
            ("", "") => {
                self.error("no_source", "from", "Give a number or name to send from, or a Messaging Service.")
            }
            ("", service) if !is_sid(service, "MG") => {
                let message = "A Messaging Service SID is MG and 32 digits or letters a to f.";
                self.warning("messaging_service", "messaging_service_sid", message);
            }
            ("", _) => {}
            (from, "") => self.about_sender_id(from),
            _ => {
                let message = "The Messaging Service is used, and From is not: leave one of them empty.";
                self.warning("two_sources", "from", message);
            }
        }
        if !is_sid(text("twilio_sid"), "AC") {
            let message = "An Account SID of Twilio is AC and 32 digits or letters a to f.";
            self.warning("twilio_sid", "twilio_sid", message);
        }
    }

    fn about_sender_id(&mut self, from: &str) {
        let digits = from.strip_prefix('+').unwrap_or(from);
        let is_number = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty();
        let count = digits.len();
        match (is_number, from.starts_with('+')) {
            (true, true) if (8..=15).contains(&count) => {}
            (true, false) if (3..=8).contains(&count) => {}
            (true, _) => self.warning(
                "sender_id",
                "from",
                "Write the number with + and its country code, such as +15005550006; short numbers have 3 to 8 digits.",
            ),
            (false, _) => self.about_sender_name(from),
        }
    }

    fn about_sender_name(&mut self, from: &str) {
        let is_name = from.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
            && from.chars().any(|c| c.is_ascii_alphabetic())
            && from.len() <= 11;
        match is_name {
            true => self.hint(
                "sender_name",
                "from",
                "Some countries, the United States and Canada among them, take no names as senders.",
            ),
            false => self.warning(
                "sender_id",
                "from",
                "A name as sender has at most 11 letters, digits and spaces, and one letter at least.",
            ),
        }
    }

    pub fn about_sms(&mut self, text: &str, parts: &SmsParts, sample: &Sample<'_>) {
        self.about_name("template", text, sample);
        self.about_autofill(text, sample);
        if parts.encoding == SmsEncoding::Ucs2 {
            let which: Vec<String> = parts.beyond_gsm7.iter().take(8).map(|c| format!("“{c}”")).collect();
            let message =
                format!("{} makes every part shorter: 70 characters in place of 160.", which.join(", "));
            self.hint("ucs2", "template", message);
        }
        if parts.segments > 1 {
            let message = format!("The message travels, and is paid for, as {} messages.", parts.segments);
            self.warning("segments", "template", message);
        }
    }

    /// The last line by which browsers bind a code to a site (wicg.github.io/sms-one-time-codes).
    fn about_autofill(&mut self, text: &str, sample: &Sample<'_>) {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let is_bound = |line: &&&str| line.starts_with('@') && line.contains(" #");
        let Some(line) = lines.iter().find(is_bound) else {
            let message = format!(
                "Browsers fill in the code by themselves where the last line is “@{} #{}”. “Site for autofill” adds it.",
                sample.host, sample.code
            );
            return self.hint("autofill", "latchkey.otp_domain", message);
        };
        if lines.last() != Some(line) {
            let message = "The line that begins with @ must be the last one: browsers read no other.";
            return self.warning("autofill_not_last", "template", message);
        }
        let mut words = line.trim_start_matches('@').split(' ');
        let (site, code) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if url::Host::parse(site).is_err() || code.strip_prefix('#') != Some(sample.code) {
            let message = format!(
                "The last line must be “@{} #{}”, or browsers do not read it.",
                sample.host, sample.code
            );
            self.warning("autofill_wrong", "template", message);
        }
    }

    /// `html`: as the reader of a mail sees it, its text.
    pub fn about_mail(&mut self, text: &str, subject: &str, sample: &Sample<'_>) {
        self.about_name("email.subject", &format!("{subject}\n{text}"), sample);
        if let Some(link) = sample.link
            && !text.contains(link)
        {
            let message = "The link is not in the mail: write {{ link }} where it belongs.";
            self.warning("no_link", "email.body", message);
        }
        if subject.chars().count() > 70 {
            self.hint(
                "long_subject",
                "email.subject",
                "Phones cut a subject of more than about 40 to 70 characters.",
            );
        }
    }

    /// Messages that name nobody are easy to imitate.
    fn about_name(&mut self, property: &str, text: &str, sample: &Sample<'_>) {
        if !names(text, sample.application) && !names(text, sample.tenant) {
            let message = format!(
                "The message does not say whom it is from. People who read “{:.40}” in it fall less for false ones.",
                sample.application
            );
            self.hint("no_name", property, message);
        }
    }
}

/// A word of the name is enough.
fn names(text: &str, name: &str) -> bool {
    let text = text.to_lowercase();
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    (!name.is_empty() && text.contains(&name)) || words.any(|word| text.contains(word))
}

fn is_sid(text: &str, prefix: &str) -> bool {
    let rest = text.strip_prefix(prefix).unwrap_or_default();
    rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample<'a>() -> Sample<'a> {
        Sample {
            code: "482913",
            link: Some("https://login.example/link/x"),
            application: "Acme Shop",
            tenant: "acme",
            host: "login.example",
        }
    }

    fn codes(look: impl FnOnce(&mut Findings)) -> Vec<&'static str> {
        let mut findings = Findings::default();
        look(&mut findings);
        findings.all().iter().map(|finding| finding.code).collect()
    }

    fn sms(text: &str) -> Vec<&'static str> {
        codes(|findings| findings.about_sms(text, &SmsParts::of(text), &sample()))
    }

    /// M-042
    #[test]
    fn a_text_message_is_told_what_it_lacks() {
        assert!(sms("482913 is your Acme code.\n\n@login.example #482913").is_empty());
        assert_eq!(sms("Your code is 482913"), ["no_name", "autofill"]);
        for (text, code) in [
            ("Acme: 482913\n@login.example #482913\nBye", "autofill_not_last"),
            ("Acme: 482913\n@login.example #000000", "autofill_wrong"),
            ("Acme: 482913\n@log in #482913", "autofill_wrong"),
            ("Acme: 482913 ł\n@login.example #482913", "ucs2"),
        ] {
            assert_eq!(sms(text), [code], "{text}");
        }
        let long = format!("Acme: 482913 {}\n@login.example #482913", "a".repeat(160));
        assert_eq!(sms(&long), ["segments"]);
    }

    /// M-042
    #[test]
    fn whom_a_text_message_comes_from_is_a_number_a_name_or_a_service() {
        let source = |from: &str, service: &str| {
            let sid = format!("AC{}", "0".repeat(32));
            let options = json!({"twilio_sid": sid, "from": from, "messaging_service_sid": service});
            codes(|findings| findings.about_sms_source(options.as_object().unwrap()))
        };
        let service = format!("MG{}", "a".repeat(32));
        for (from, by, expected) in [
            ("+15005550006", "", vec![]),
            ("12345", "", vec![]),
            ("", service.as_str(), vec![]),
            ("Acme", "", vec!["sender_name"]),
            ("", "", vec!["no_source"]),
            ("+15005550006", service.as_str(), vec!["two_sources"]),
            ("", "MG1", vec!["messaging_service"]),
            ("15005550006", "", vec!["sender_id"]),
            ("Acme and Sons", "", vec!["sender_id"]),
            ("Söhne", "", vec!["sender_id"]),
        ] {
            assert_eq!(source(from, by), expected, "{from} {by}");
        }
    }

    /// M-042
    #[test]
    fn a_mail_is_told_where_its_link_or_its_name_is_missing() {
        let mail = |text: &str| codes(|findings| findings.about_mail(text, "Your code", &sample()));
        assert!(mail("Acme https://login.example/link/x").is_empty());
        assert_eq!(mail("Your code"), ["no_link", "no_name"]);
    }
}
