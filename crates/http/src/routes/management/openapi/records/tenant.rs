//! The tenant: its settings, domains, keys, protection, and files that move one here.

use super::super::schema::Kind::{Any, Flag, Integer, List, Map, Number, Object, Text, Time, Url, Words};
use super::super::schema::{Record, has, hidden, may, need, plain, record, set, shows};

pub const RECORDS: &[Record] = &[
    record(
        "TenantSettings",
        "What holds for the whole tenant. Whatever else tools write is kept and given back.",
        &[
            may("friendly_name", Text, "As mails and pages name the operator."),
            may("picture_url", Url, "The logo, where branding names none."),
            may("support_email", Text, ""),
            may("support_url", Url, ""),
            set("default_audience", Text, "The API of requests that name none."),
            set("default_directory", Text, "The connection of sign-ups that name none."),
            may("default_redirection_uri", Url, ""),
            set("allowed_logout_urls", List(&Text), ""),
            set("enabled_locales", List(&Text), "Kept for tools."),
            set("session_lifetime", Number, "Hours."),
            set("idle_session_lifetime", Number, "Hours."),
            hidden("session_lifetime_in_minutes", Number, "Instead of hours."),
            hidden("idle_session_lifetime_in_minutes", Number, "Instead of hours."),
            set("session_cookie", Object, "`mode`: `persistent` or `non-persistent`."),
            set("passkeys", Object, "`enabled`, `max_per_user` and `offer_days`."),
            set("device_keys", Object, "`enabled` and `max_age_days`."),
            set("account", Object, "`enabled`, `allow_delete` and `sms_notices`."),
            set("phone_consolidated_experience", Flag, "Texts go by the phone provider of the tenant."),
            may("message_prices", Object, "For the figures of cost."),
            set("flags", Map(&Any), "Merged. Those with an effect are in the dashboard."),
        ],
    )
    .open()
    .only_changed(),
    record(
        "CustomDomain",
        "A domain of the operator's.",
        &[
            has("custom_domain_id", Text, "Begins with `cd_`."),
            need("domain", Text, "Cannot be changed."),
            need("type", Words(&["auth0_managed_certs", "self_managed_certs"]), "Cannot be changed."),
            may("primary", Flag, ""),
            has("is_default", Flag, ""),
            has("status", Words(&["pending_verification", "ready"]), ""),
            has("verification", Object, ""),
            may("verification_method", Text, ""),
            may("tls_policy", Text, "Kept for tools."),
            may("custom_client_ip_header", Text, "Kept for tools."),
            may("domain_metadata", Map(&Any), ""),
            may("relying_party_identifier", Text, "Of passkeys: the domain or one above it."),
        ],
    ),
    plain("DefaultDomain", "", &[has("domain", Text, "")]),
    plain("DefaultDomainUpdate", "", &[may("domain", Text, "").must()]),
    plain(
        "SigningKey",
        "A key that signs tokens.",
        &[
            has("kid", Text, ""),
            has("alg", Text, ""),
            has("current", Flag, "It signs now."),
            has("next", Flag, "It signs after the next rotation."),
            has("previous", Flag, "Its tokens are good."),
            has("revoked", Flag, "Its tokens are refused."),
            shows("cert", Text, "PEM."),
            shows("pkcs7", Text, "PEM."),
            shows("fingerprint", Text, ""),
            shows("thumbprint", Text, ""),
            shows("current_since", Time, ""),
            shows("current_until", Time, ""),
            shows("revoked_at", Time, ""),
        ],
    ),
    plain("RotatedKey", "", &[has("kid", Text, ""), shows("cert", Text, "PEM.")]),
    record(
        "BruteForceProtection",
        "Wrong codes on one address.",
        &[
            set("enabled", Flag, ""),
            set("shields", List(&Text), "`block` and `user_notification`."),
            set("mode", Words(&["count_per_identifier_and_ip", "count_per_identifier"]), ""),
            set("allowlist", List(&Text), "IP addresses and CIDR ranges."),
            set("max_attempts", Integer, "1 to 100."),
        ],
    )
    .only_changed(),
    record(
        "SuspiciousIpThrottling",
        "Wrong codes and starts from one IP address.",
        &[
            set("enabled", Flag, ""),
            set("shields", List(&Text), "`block` and `admin_notification`."),
            set("allowlist", List(&Text), "IP addresses and CIDR ranges."),
            set("stage", Object, "`max_attempts`, and `rate`: milliseconds until one comes back."),
        ],
    )
    .only_changed(),
    record(
        "BreachedPasswordDetection",
        "Kept for tools: there are no passwords.",
        &[
            set("enabled", Flag, ""),
            set("shields", List(&Text), ""),
            set("admin_notification_frequency", List(&Text), ""),
            set("method", Text, ""),
        ],
    )
    .open()
    .only_changed(),
    record(
        "PhoneProviderProtection",
        "",
        &[set("type", Words(&["default", "exponential"]), "Kept for tools.")],
    )
    .only_changed(),
    plain(
        "MessageLimits",
        "Messages in 24 hours, from the configuration; `null` where there is no limit.",
        &[
            has("address", Object, ""),
            has("mailbox", Object, "By its other spellings."),
            has("number_block", Object, "The first seven digits."),
            has("country", Object, ""),
            has("all", Object, ""),
            has("country_conversion", Object, "When a country is paused."),
            has("countries", List(&Text), "ISO 3166-1 alpha-2; `null` for all.").or_null(),
        ],
    ),
    plain(
        "DryRun",
        "What a file of an Auth0 tenant would come to here.",
        &[
            has("imported", List(&Any), ""),
            has("ignored", List(&Any), ""),
            has("warnings", List(&Any), ""),
            has("included_only", List(&Text), "For the configuration of the tool."),
            has("tenant", Object, "The file that the tool imports to its end."),
        ],
    ),
    plain(
        "PasskeyDomain",
        "The domain of passkeys, and where it works.",
        &[
            has("enabled", Flag, ""),
            has("relying_party_identifier", Text, ""),
            has("served_here", Flag, ""),
            has("related_origins", List(&Any), ""),
            has("connections", List(&Any), ""),
            has("apps", List(&Any), ""),
            has("files", List(&Any), ""),
            has("findings", List(&Any), ""),
            has("left_behind", List(&Any), ""),
        ],
    ),
];
