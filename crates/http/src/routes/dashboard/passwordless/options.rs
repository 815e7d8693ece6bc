//! The fields of a connection's settings.

use crate::routes::dashboard::form::{Kind, Spec, spec};

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
