//! The fields of a connection's settings.

use crate::routes::dashboard::form::{Kind, Spec, spec};

const SMS_PROVIDERS: &[(&str, &str)] = &[
    ("twilio", "Twilio"),
    ("sms_gateway", "A gateway of yours"),
    ("tenant", "The phone provider of all connections"),
];
const EMAIL_PROVIDERS: &[(&str, &str)] = &[
    ("smtp", "A mail server (SMTP)"),
    ("http", "An endpoint of yours"),
    ("tenant", "The email provider of all connections"),
];
const SOURCES: &[(&str, &str)] = &[("from", "A number or name"), ("service", "A Messaging Service")];
const SYNTAXES: &[(&str, &str)] = &[("md_with_macros", "Markdown with @@macros@@"), ("liquid", "Liquid")];
const MAIL_SYNTAXES: &[(&str, &str)] =
    &[("liquid", "Liquid"), ("md_with_macros", "Markdown with @@macros@@")];
const SECURITY: &[(&str, &str)] =
    &[("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "None (listed networks only)")];

const KEEP: &str = "Leave it empty to keep the one that is stored.";
const LENGTH: Spec = spec(
    "totp.length",
    "Digits of a code",
    "4 to 10; 6 unless set. Fewer are easy to guess.",
    Kind::Number,
    "",
);
/// Of `totp.time_step`, which the options have in seconds.
const UNIT: Spec = spec(
    "time_unit",
    "Unit of how long a code works",
    "",
    Kind::Choice(&[("seconds", "Seconds"), ("minutes", "Minutes")]),
    "",
);
const GUESSING: Spec = spec("brute_force_protection", "Stop those who guess codes", "", Kind::Check, "");
const CLOSED: Spec = spec(
    "disable_signup",
    "Only for people who have an account already",
    "Others get the same answers and no message, so that nobody learns who has one.",
    Kind::Check,
    "",
);

const PASSKEYS: Spec = spec(
    "authentication_methods.passkey.enabled",
    "People may sign up and in with passkeys, too",
    "Who came by a code is asked whether to add one.",
    Kind::Check,
    "",
);
const BESIDE_PASSKEYS: Spec = spec(
    "latchkey.codes_beside_passkeys",
    "A code of somebody who has a passkey or a device key",
    "Whoever takes a number over can ask for its codes.",
    Kind::Choice(&[
        ("", "Signs in as ever"),
        ("weaker", "Signs in, and tokens tell that it is weaker (acr 0)"),
        ("refused", "Is refused: they sign in by what they have"),
    ]),
    "",
);

pub const SMS: &[Spec] = &[
    spec("provider", "Provider", "", Kind::Choice(SMS_PROVIDERS), ""),
    spec(
        "twilio_sid",
        "Twilio Account SID",
        "Begins with AC; in the console of Twilio.",
        Kind::Line,
        "twilio",
    ),
    spec("twilio_token", "Twilio Auth Token", KEEP, Kind::Secret, "twilio"),
    spec("source", "SMS source", "", Kind::Choice(SOURCES), "twilio"),
    spec(
        "from",
        "From",
        "A number of yours such as +15005550006, or up to 11 letters.",
        Kind::Line,
        "twilio",
    ),
    spec("messaging_service_sid", "Messaging Service SID", "Begins with MG.", Kind::Line, "twilio"),
    spec("gateway_url", "Gateway URL", "Called with POST and JSON.", Kind::Line, "sms_gateway"),
    spec(
        "gateway_authentication.method",
        "How calls prove themselves",
        "By what stands below; with all of it empty, not at all.",
        Kind::Choice(&[("bearer", "A bearer token (HS256)")]),
        "sms_gateway",
    ),
    spec(
        "gateway_authentication.audience",
        "Audience of its token",
        "With it, each call carries a token signed by HS256. Empty: no token.",
        Kind::Line,
        "sms_gateway",
    ),
    spec("gateway_authentication.subject", "Subject of its token", "", Kind::Line, "sms_gateway"),
    spec("gateway_authentication.secret", "Secret that signs it", KEEP, Kind::Secret, "sms_gateway"),
    spec(
        "gateway_authentication.secret_base64_encoded",
        "The secret is base64url",
        "",
        Kind::Check,
        "sms_gateway",
    ),
    spec("forward_req_info", "Send the address and browser of who asks", "", Kind::Check, "sms_gateway"),
    spec("syntax", "Syntax of the message", "", Kind::Choice(SYNTAXES), ""),
    spec(
        "template",
        "Message",
        "@@password@@ is the code, in Liquid {{ code }}. Name your application, so that people know whom it is from.",
        Kind::Text,
        "",
    ),
    spec(
        "latchkey.otp_domain",
        "Site for autofill",
        "Such as example.com: adds the last line by which browsers there fill in the code.",
        Kind::Line,
        "",
    ),
    spec(
        "latchkey.countries",
        "Countries that messages may go to",
        "Two letters each, one on a line, such as US. Empty: as the server is configured.",
        Kind::Lines,
        "",
    ),
    LENGTH,
    spec(
        "totp.time_step",
        "How long a code works",
        "30 seconds to an hour; 3 minutes unless set.",
        Kind::Number,
        "",
    ),
    UNIT,
    GUESSING,
    CLOSED,
    PASSKEYS,
    BESIDE_PASSKEYS,
];

pub const EMAIL: &[Spec] = &[
    spec("provider", "Provider", "", Kind::Choice(EMAIL_PROVIDERS), ""),
    spec("smtp_host", "Mail server", "", Kind::Line, "smtp"),
    spec("smtp_port", "Port", "587, or 465 with TLS.", Kind::Number, "smtp"),
    spec("smtp_security", "Security", "", Kind::Choice(SECURITY), "smtp"),
    spec("smtp_user", "User", "", Kind::Line, "smtp"),
    spec("smtp_pass", "Password", KEEP, Kind::Secret, "smtp"),
    spec("http_url", "URL", "Called with POST and JSON.", Kind::Line, "http"),
    spec(
        "http_authentication.audience",
        "Audience of its token",
        "With it, each call carries a token signed by HS256. Empty: no token.",
        Kind::Line,
        "http",
    ),
    spec("http_authentication.subject", "Subject of its token", "", Kind::Line, "http"),
    spec("http_authentication.secret", "Secret that signs it", KEEP, Kind::Secret, "http"),
    spec("http_authentication.secret_base64_encoded", "The secret is base64url", "", Kind::Check, "http"),
    spec(
        "from",
        "Usual sender",
        "Where “From” below is empty, such as codes@example.com.",
        Kind::Line,
        "smtp",
    ),
    spec("email.from", "From", "Such as {{ application.name }} <codes@example.com>.", Kind::Line, ""),
    spec("email.subject", "Subject", "Empty: our own, in the language of the reader.", Kind::Line, ""),
    spec("email.syntax", "Syntax", "", Kind::Choice(MAIL_SYNTAXES), ""),
    spec(
        "email.body",
        "Body",
        "HTML with {{ code }} and {{ link }}; empty sends our own, in the language of the reader.",
        Kind::Text,
        "",
    ),
    spec(
        "authParams",
        "Authentication parameters",
        "What links ask for at sign-in: name=value, one on a line, such as scope=openid email.",
        Kind::Lines,
        "",
    ),
    LENGTH,
    spec(
        "totp.time_step",
        "How long a code works",
        "30 seconds to an hour; 10 minutes unless set.",
        Kind::Number,
        "",
    ),
    UNIT,
    GUESSING,
    CLOSED,
    PASSKEYS,
    BESIDE_PASSKEYS,
];

pub fn of(strategy: &str) -> &'static [Spec] {
    if strategy == "email" { EMAIL } else { SMS }
}
