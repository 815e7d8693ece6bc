//! The groups of an application's settings that few people need.

use latchkey_wire::token;

use super::groups::Group;
use crate::routes::dashboard::form::{Kind, spec};

const ALGORITHMS: &[(&str, &str)] = &[
    ("RS256", "RS256"),
    ("ES256", "ES256"),
    ("EdDSA", "EdDSA"),
    ("HS256", "HS256, with the client secret (older servers)"),
];
const GRANTS: &[(&str, &str)] = &[
    (token::PASSWORDLESS_OTP, "Passwordless: a code for tokens"),
    (token::WEBAUTHN, "Passkey: what an authenticator signs for tokens"),
    (token::JWT_BEARER, "Device key: what a phone signs for tokens"),
    (token::AUTHORIZATION_CODE, "Authorization code"),
    (token::REFRESH_TOKEN, "Refresh token"),
    (token::CLIENT_CREDENTIALS, "Client credentials: for itself"),
    (token::DEVICE_CODE, "Device code: without a keyboard"),
    (token::IMPLICIT, "Implicit: tokens in the address (auth0.js, Lock)"),
    (token::LEGACY_RO, "Older apps: /oauth/ro (Lock.iOS 1.x)"),
    (token::LEGACY_RO_JWT_BEARER, "Older apps: Touch ID"),
    (token::LEGACY_DELEGATION, "Older apps: /delegation"),
];

pub const ADVANCED: &[Group] = &[
    Group {
        word: "grants",
        title: "Grant types",
        about: "The ways in which it may ask for tokens.",
        root: "",
        advanced: true,
        specs: &[spec("grant_types", "Grant types", "", Kind::Many(GRANTS), "")],
    },
    Group {
        word: "oauth",
        title: "OAuth",
        about: "",
        root: "",
        advanced: true,
        specs: &[
            spec(
                "jwt_configuration.alg",
                "Signature of ID tokens",
                "RS256 unless its library says otherwise.",
                Kind::Choice(ALGORITHMS),
                "",
            ),
            spec("is_first_party", "It is yours: people are not asked for consent", "", Kind::Check, ""),
            spec(
                "oidc_conformant",
                "OIDC conformant: the endpoints for older apps are closed to it",
                "",
                Kind::Check,
                "",
            ),
            spec(
                "cross_origin_authentication",
                "Its own pages may sign people in (widget, auth0.js, Lock)",
                "",
                Kind::Check,
                "",
            ),
            spec(
                "cross_origin_loc",
                "Verification page",
                "Vouches for a sign-in where a browser drops cookies of other sites. An https address on one of its origins.",
                Kind::Line,
                "",
            ),
            spec(
                "allowed_clients",
                "Allowed applications",
                "Client IDs, one on each line. Kept for tools: nobody gets tokens for another application here.",
                Kind::Lines,
                "",
            ),
            spec(
                "require_pushed_authorization_requests",
                "Its requests must be pushed first (/oauth/par)",
                "",
                Kind::Check,
                "",
            ),
            spec(
                "is_token_endpoint_ip_header_trusted",
                "Believe its auth0-forwarded-for header, once it has proved its secret",
                "",
                Kind::Check,
                "",
            ),
            spec(
                "oidc_logout.backchannel_logout_urls",
                "Back-channel logout URL",
                "Told when a session ends. One at most.",
                Kind::Lines,
                "",
            ),
        ],
    },
    Group {
        word: "devices",
        title: "Device settings",
        about: "So that links open the app. Native applications only.",
        root: "mobile.",
        advanced: true,
        specs: &[
            spec("ios.team_id", "Apple team ID", "Ten letters and digits.", Kind::Line, ""),
            spec(
                "ios.app_bundle_identifier",
                "iOS bundle identifier",
                "Such as com.example.app.",
                Kind::Line,
                "",
            ),
            spec("android.app_package_name", "Android package", "Such as com.example.app.", Kind::Line, ""),
            spec(
                "android.sha256_cert_fingerprints",
                "SHA-256 fingerprints of Android certificates",
                "One on each line, as AB:CD:…",
                Kind::Lines,
                "",
            ),
        ],
    },
    Group {
        word: "metadata",
        title: "Metadata",
        about: "",
        root: "",
        advanced: true,
        specs: &[spec(
            "client_metadata",
            "Metadata",
            "A JSON object such as {\"team\": \"payments\"}: at most 10 texts of at most 255 characters.",
            Kind::Object,
            "",
        )],
    },
];
