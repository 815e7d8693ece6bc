//! The fields of the settings.

use crate::routes::dashboard::form::{Kind, Spec, spec};

pub struct Group {
    pub title: &'static str,
    pub about: &'static str,
    pub specs: &'static [Spec],
}

const COOKIE: &[(&str, &str)] =
    &[("persistent", "Until the session ends"), ("non-persistent", "Until the browser is closed")];
const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("es", "Spanish"),
    ("de", "German"),
    ("fr", "French"),
    ("pt", "Portuguese"),
    ("it", "Italian"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("ja", "Japanese"),
    ("zh-Hans", "Chinese (simplified)"),
    ("ar", "Arabic"),
    ("hi", "Hindi"),
];
/// Numbers with or without a fraction.
pub const HOURS: [&str; 2] = ["session_lifetime", "idle_session_lifetime"];

pub const GENERAL: &[Group] = &[
    Group {
        title: "Who you are",
        about: "",
        specs: &[
            spec("friendly_name", "Name", "As mails and pages name you.", Kind::Line, ""),
            spec(
                "support_email",
                "Support email",
                "Where people find help: below mails and on error pages.",
                Kind::Line,
                "",
            ),
            spec("support_url", "Support page", "", Kind::Line, ""),
            spec("picture_url", "Picture (URL)", "The logo, where Branding names none.", Kind::Line, ""),
        ],
    },
    Group {
        title: "Sessions",
        about: "How long a browser stays signed in.",
        specs: &[
            spec("session_lifetime", "Hours at most", "168 is a week.", Kind::Line, ""),
            spec("idle_session_lifetime", "Hours without being used", "At most as long.", Kind::Line, ""),
            spec("session_cookie.mode", "Browsers remember it", "", Kind::Choice(COOKIE), ""),
        ],
    },
    Group {
        title: "Where requests lead",
        about: "",
        specs: &[
            spec(
                "default_audience",
                "Default audience",
                "The identifier of the API for requests that name none.",
                Kind::Line,
                "",
            ),
            spec(
                "default_redirection_uri",
                "Default page",
                "Where people go on from an error that belongs to no application.",
                Kind::Line,
                "",
            ),
            spec(
                "allowed_logout_urls",
                "Allowed logout URLs",
                "One on each line, for sign-outs that name no application.",
                Kind::Lines,
                "",
            ),
        ],
    },
    Group {
        title: "Codes",
        about: "",
        specs: &[
            spec(
                "flags.enforce_client_authentication_on_passwordless_start",
                "Only applications with a secret may ask for codes",
                "Native apps and single pages, which have none, then sign in by the pages of this server.",
                Kind::Check,
                "",
            ),
            spec(
                "phone_consolidated_experience",
                "Text messages go by the phone provider of the tenant",
                "Whatever the connections say.",
                Kind::Check,
                "",
            ),
        ],
    },
    Group {
        title: "Passkeys",
        about: "A connection has them where its own settings say so.",
        specs: PASSKEYS,
    },
    Group {
        title: "Device keys",
        about: "A native app keeps a key on a phone, which a fingerprint or face unlocks, and signs people in by it.",
        specs: DEVICE_KEYS,
    },
    Group {
        title: "Account page",
        about: "At /account people see and change what is kept about them.",
        specs: &[
            spec("account.enabled", "People have a page of their account", "", Kind::Check, ""),
            spec(
                "account.allow_delete",
                "People may delete their account there",
                "After a fresh proof, and by typing their address.",
                Kind::Check,
                "",
            ),
            spec(
                "account.sms_notices",
                "People without an email address are told of changes by text message",
                "At most five a day. Mails cost nothing and are always sent.",
                Kind::Check,
                "",
            ),
        ],
    },
    Group {
        title: "Advanced",
        about: "Flags of the tenant. Others that tools write are kept for them, and do nothing here.",
        specs: &[
            spec(
                "flags.enable_client_connections",
                "A new application gets every connection",
                "Those that are there already stay as they are.",
                Kind::Check,
                "",
            ),
            spec(
                "flags.revoke_refresh_token_grant",
                "Whoever revokes a refresh token revokes all that its person gave the application",
                "Their other refresh tokens there, and what they allowed.",
                Kind::Check,
                "",
            ),
        ],
    },
    Group {
        title: "Kept for tools",
        about: "Tools that move a tenant read and write these. The pages of this server do not use them: \
                they speak every language that the reader's browser asks for.",
        specs: &[spec("enabled_locales", "Languages", "", Kind::Many(LANGUAGES), "")],
    },
];

/// Of the whole tenant.
pub const PASSKEYS: &[Spec] = &[
    spec(
        "passkeys.enabled",
        "People may sign up and in with passkeys",
        "Off, no connection has them.",
        Kind::Check,
        "",
    ),
    spec("passkeys.max_per_user", "Passkeys that one person may have", "1 to 100.", Kind::Number, ""),
    spec(
        "passkeys.offer_days",
        "Days until somebody who came by a code is asked again to add one",
        "0 to 365; 0 asks nobody.",
        Kind::Number,
        "",
    ),
    spec(
        "default_directory",
        "Default connection",
        "The name of the one that somebody new signs up on by a passkey, where an application has several with \
         passkeys and names none. Empty: a database connection comes first.",
        Kind::Line,
        "",
    ),
];

/// Of the whole tenant; those of Touch ID of 2014 are switched by grants.
pub const DEVICE_KEYS: &[Spec] = &[
    spec(
        "device_keys.enabled",
        "Phones may enrol keys and sign in by them",
        "At applications that have the grant type for it.",
        Kind::Check,
        "",
    ),
    spec(
        "device_keys.max_age_days",
        "Days after which a phone has to enrol a new key",
        "1 to 365. A lower number ends older keys at once.",
        Kind::Number,
        "",
    ),
];

const TYPES: &[(&str, &str)] =
    &[("self_managed_certs", "Certificates of yours"), ("auth0_managed_certs", "Certificates by the host")];

pub const NEW_DOMAIN: &[Spec] = &[
    spec("domain", "Domain", "Such as login.example.com.", Kind::Line, ""),
    spec("type", "Certificates", "", Kind::Choice(TYPES), ""),
    spec(
        "relying_party_identifier",
        "Domain of passkeys",
        "The domain or one above it, such as example.com. Empty: the domain.",
        Kind::Line,
        "",
    ),
];

pub const DOMAIN: &[Spec] = &[spec(
    "relying_party_identifier",
    "Domain of passkeys",
    "The domain or one above it, such as example.com. Empty: the domain.",
    Kind::Line,
    "",
)];
