//! The groups of an application's settings.

use super::advanced::ADVANCED;
use crate::routes::dashboard::form::{Kind, Spec, spec};

pub struct Group {
    /// Part of ids and addresses.
    pub word: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub specs: &'static [Spec],
    /// The object of the client that the fields stand in, with a dot; empty where it is the client.
    pub root: &'static str,
    /// Folded: few people need it.
    pub advanced: bool,
}

/// In the order of the page.
pub fn groups() -> impl Iterator<Item = &'static Group> {
    BASICS.iter().chain(ADVANCED)
}

const APP_TYPES: &[(&str, &str)] = &[
    ("", "None"),
    ("native", "Native"),
    ("spa", "Single-page application"),
    ("regular_web", "Regular web application"),
    ("non_interactive", "Machine to machine"),
];
const METHODS: &[(&str, &str)] = &[
    ("none", "Nothing: it cannot keep a secret"),
    ("client_secret_post", "Its secret, in the body"),
    ("client_secret_basic", "Its secret, by HTTP Basic"),
];
const ROTATION: &[(&str, &str)] =
    &[("rotating", "Each use gives a new one"), ("non-rotating", "It stays the same")];
pub const METHOD: &str = "token_endpoint_auth_method";

const BASICS: &[Group] = &[
    Group {
        word: "basics",
        title: "Basics",
        about: "",
        root: "",
        advanced: false,
        specs: &[
            spec("name", "Name", "People read it when they sign in.", Kind::Line, ""),
            spec("description", "Description", "At most 140 characters.", Kind::Line, ""),
            spec("logo_uri", "Logo", "The address of an image.", Kind::Line, ""),
            spec("app_type", "Type", "", Kind::Choice(APP_TYPES), ""),
            spec(METHOD, "How it proves itself", "When it asks for tokens.", Kind::Choice(METHODS), ""),
        ],
    },
    Group {
        word: "addresses",
        title: "Addresses",
        about: "One on each line. They are compared letter by letter.",
        root: "",
        advanced: false,
        specs: &[
            spec(
                "callbacks",
                "Allowed callback URLs",
                "Where people come back to after they signed in.",
                Kind::Lines,
                "",
            ),
            spec(
                "allowed_logout_urls",
                "Allowed logout URLs",
                "Where people may go after they signed out.",
                Kind::Lines,
                "",
            ),
            spec(
                "web_origins",
                "Allowed web origins",
                "Origins of pages that sign in by themselves or renew silently, such as https://app.example.com.",
                Kind::Lines,
                "",
            ),
            spec(
                "allowed_origins",
                "Allowed origins (CORS)",
                "Other origins whose scripts may call this server. Those of the callbacks may already.",
                Kind::Lines,
                "",
            ),
            spec(
                "initiate_login_uri",
                "Login URL",
                "An https address of the application that begins a sign-in.",
                Kind::Line,
                "",
            ),
        ],
    },
    Group {
        word: "tokens",
        title: "Tokens",
        about: "",
        root: "",
        advanced: false,
        specs: &[
            spec(
                "jwt_configuration.lifetime_in_seconds",
                "Seconds that an ID token lives",
                "60 to 2592000; 36000 is ten hours.",
                Kind::Number,
                "",
            ),
            spec("refresh_token.rotation_type", "Refresh tokens", "", Kind::Choice(ROTATION), ""),
            spec(
                "refresh_token.leeway",
                "Seconds of overlap",
                "How long the one before still works. 30 spares people whose connection broke.",
                Kind::Number,
                "",
            ),
            spec(
                "refresh_token.token_lifetime",
                "Seconds until it ends",
                "Whatever happens; 2592000 is 30 days.",
                Kind::Number,
                "",
            ),
            spec(
                "refresh_token.infinite_token_lifetime",
                "It never ends (only where it stays the same)",
                "",
                Kind::Check,
                "",
            ),
            spec(
                "refresh_token.idle_token_lifetime",
                "Seconds until it ends unused",
                "Fewer than the ones above; 1296000 is 15 days.",
                Kind::Number,
                "",
            ),
            spec(
                "refresh_token.infinite_idle_token_lifetime",
                "It does not end while unused",
                "",
                Kind::Check,
                "",
            ),
        ],
    },
];
