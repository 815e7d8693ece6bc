//! The fields of a connection's settings, and where each stands in its options: a form and the options are
//! made of each other, and what has no field stays as it is.

use latchkey_wire::management::Query;
use serde_json::{Map, Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Line,
    Text,
    Number,
    Check,
    /// Never shown; empty keeps it.
    Secret,
    Choice(&'static [(&'static str, &'static str)]),
}

pub struct Spec {
    /// The path in the options, with dots; the name of the field, too.
    pub path: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub kind: Kind,
    /// The value of `provider` that the field is for; empty for all.
    pub only: &'static str,
}

const fn spec(
    path: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: Kind,
    only: &'static str,
) -> Spec {
    Spec { path, label, hint, kind, only }
}

const SMS_PROVIDERS: &[(&str, &str)] = &[("twilio", "Twilio"), ("sms_gateway", "A gateway of yours")];
const EMAIL_PROVIDERS: &[(&str, &str)] =
    &[("smtp", "A mail server (SMTP)"), ("http", "An endpoint of yours")];
const SYNTAXES: &[(&str, &str)] = &[("md_with_macros", "Markdown with @@macros@@"), ("liquid", "Liquid")];
const SECURITY: &[(&str, &str)] =
    &[("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "None (listed networks only)")];

pub const SMS: &[Spec] = &[
    spec("provider", "Provider", "", Kind::Choice(SMS_PROVIDERS), ""),
    spec(
        "twilio_sid",
        "Twilio Account SID",
        "Begins with AC; in the console of Twilio.",
        Kind::Line,
        "twilio",
    ),
    spec(
        "twilio_token",
        "Twilio Auth Token",
        "Leave it empty to keep the one that is stored.",
        Kind::Secret,
        "twilio",
    ),
    spec(
        "from",
        "From",
        "A number of yours such as +15005550006, or up to 11 letters.",
        Kind::Line,
        "twilio",
    ),
    spec(
        "messaging_service_sid",
        "Messaging Service SID",
        "In place of From: begins with MG.",
        Kind::Line,
        "twilio",
    ),
    spec("gateway_url", "Gateway URL", "Called with POST and JSON.", Kind::Line, "sms_gateway"),
    spec("forward_req_info", "Send the address and browser of who asks", "", Kind::Check, "sms_gateway"),
    spec("syntax", "Syntax of the message", "", Kind::Choice(SYNTAXES), ""),
    spec(
        "template",
        "Message",
        "@@password@@ is the code. Name your application, so that people know whom it is from.",
        Kind::Text,
        "",
    ),
    spec(
        "totp.length",
        "Digits of a code",
        "4 to 10; 6 unless set. Fewer are easy to guess.",
        Kind::Number,
        "",
    ),
    spec("totp.time_step", "Seconds that a code works", "30 to 3600; 180 unless set.", Kind::Number, ""),
    spec("brute_force_protection", "Stop those who guess codes", "", Kind::Check, ""),
    spec("disable_signup", "Only for people who have an account already", "", Kind::Check, ""),
];

pub const EMAIL: &[Spec] = &[
    spec("provider", "Provider", "", Kind::Choice(EMAIL_PROVIDERS), ""),
    spec("smtp_host", "Mail server", "", Kind::Line, "smtp"),
    spec("smtp_port", "Port", "587, or 465 with TLS.", Kind::Number, "smtp"),
    spec("smtp_security", "Security", "", Kind::Choice(SECURITY), "smtp"),
    spec("smtp_user", "User", "", Kind::Line, "smtp"),
    spec("smtp_pass", "Password", "Leave it empty to keep the one that is stored.", Kind::Secret, "smtp"),
    spec("http_url", "URL", "Called with POST and JSON.", Kind::Line, "http"),
    spec("email.from", "From", "Such as {{ application.name }} <codes@example.com>.", Kind::Line, ""),
    spec("email.subject", "Subject", "", Kind::Line, ""),
    spec(
        "email.body",
        "Body",
        "HTML with Liquid; empty sends our own, in the language of the reader.",
        Kind::Text,
        "",
    ),
    spec(
        "totp.length",
        "Digits of a code",
        "4 to 10; 6 unless set. Fewer are easy to guess.",
        Kind::Number,
        "",
    ),
    spec("totp.time_step", "Seconds that a code works", "30 to 3600; 600 unless set.", Kind::Number, ""),
    spec("brute_force_protection", "Stop those who guess codes", "", Kind::Check, ""),
    spec("disable_signup", "Only for people who have an account already", "", Kind::Check, ""),
];

pub fn of(strategy: &str) -> &'static [Spec] {
    if strategy == "email" { EMAIL } else { SMS }
}

impl Spec {
    /// The value of a connection as a field shows it.
    pub fn read(&self, connection: &Value) -> String {
        match connection.pointer(&self.pointer()) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(true)) => String::from("on"),
            None if self.path == "brute_force_protection" => String::from("on"),
            _ => String::new(),
        }
    }

    fn pointer(&self) -> String {
        format!("/options/{}", self.path.replace('.', "/"))
    }

    /// The value as the options have it; `None` leaves it out. A number that is none stays text, which the
    /// API refuses by name.
    fn written(&self, fields: &Query) -> Option<Value> {
        let text = fields.text(self.path).map(str::trim).filter(|text| !text.is_empty());
        match self.kind {
            Kind::Check => Some(json!(text.is_some())),
            Kind::Number => {
                text.map(|text| text.parse::<u32>().map_or_else(|_| json!(text), |number| json!(number)))
            }
            Kind::Line | Kind::Text | Kind::Secret | Kind::Choice(_) => text.map(|text| json!(text)),
        }
    }
}

/// The options of a connection with what the form says.
pub fn merged(specs: &[Spec], connection: &Value, fields: &Query) -> Value {
    let mut merged = connection.get("options").and_then(Value::as_object).cloned().unwrap_or_default();
    for spec in specs {
        match spec.path.split_once('.') {
            None => put(&mut merged, spec.path, spec.written(fields)),
            Some((parent, name)) => {
                let kept = merged.remove(parent);
                let mut inner = kept.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
                put(&mut inner, name, spec.written(fields));
                if !inner.is_empty() {
                    merged.insert(parent.to_owned(), Value::Object(inner));
                }
            }
        }
    }
    Value::Object(merged)
}

fn put(object: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => object.insert(name.to_owned(), value),
        None => object.remove(name),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_changes_its_fields_and_leaves_the_rest() {
        let options = json!({
            "provider": "twilio", "twilio_sid": "AC1", "from": "+1", "totp": {"length": 6, "new": 1},
            "latchkey": {"countries": ["US"]}, "messaging_service_sid": "MG1",
        });
        let fields = Query::parse(
            "provider=twilio&twilio_sid=AC2&from=&totp.time_step=300&template=%40&disable_signup=on",
        );
        assert_eq!(
            merged(SMS, &json!({ "options": options }), &fields),
            json!({
                "provider": "twilio", "twilio_sid": "AC2", "totp": {"time_step": 300, "new": 1},
                "latchkey": {"countries": ["US"]}, "template": "@", "forward_req_info": false,
                "brute_force_protection": false, "disable_signup": true,
            })
        );
    }

    #[test]
    fn a_secret_that_is_left_empty_is_not_written() {
        let merged = |query: &str| merged(SMS, &json!({}), &Query::parse(query));
        assert_eq!(merged("twilio_token=").get("twilio_token"), None);
        assert_eq!(merged("twilio_token=x")["twilio_token"], "x");
    }
}
