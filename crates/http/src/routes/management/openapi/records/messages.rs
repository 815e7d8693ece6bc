//! Who sends messages, and with which words.

use super::super::schema::Kind::{Flag, Integer, List, Object, Of, Text, Time, Words};
use super::super::schema::{Record, has, hidden, may, need, plain, record, set, shows};

pub const RECORDS: &[Record] = &[
    record(
        "EmailProvider",
        "Who sends the mails of connections that name no server of their own.",
        &[
            need("name", Text, "`smtp`, or a name of Auth0's."),
            set("enabled", Flag, ""),
            may("default_from_address", Text, ""),
            may("credentials", Object, "By provider. Secrets are never read back.").must(),
            may("settings", Object, ""),
        ],
    )
    .open(),
    plain(
        "TryTo",
        "To whom a try goes.",
        &[
            may("to", Text, "An email address, or a number in E.164.").must(),
            may("delivery_method", Words(&["text", "voice"]), "`voice` is refused."),
        ],
    ),
    plain(
        "ProviderTry",
        "What became of it, with what the provider said.",
        &[
            has("outcome", Words(&["sent", "unclear", "not_sent"]), ""),
            has("attempts", List(&Object), ""),
            shows("code", Integer, "As Auth0 has it."),
            shows("message", Text, "As Auth0 has it."),
        ],
    ),
    record(
        "EmailTemplate",
        "The words of a mail.",
        &[
            need("template", Text, "Its name."),
            may("body", Text, "HTML, in Liquid."),
            may("from", Text, ""),
            may("subject", Text, ""),
            may("syntax", Text, "`liquid`."),
            may("enabled", Flag, ""),
            may("resultUrl", Text, "Kept for tools."),
            may("urlLifetimeInSeconds", Integer, "Kept for tools."),
            may("includeEmailInRedirect", Flag, "Kept for tools."),
        ],
    ),
    record(
        "PhoneProvider",
        "Who sends text messages of connections that name no sender of their own. There is one at most.",
        &[
            has("id", Text, "Begins with `pro_`."),
            has("tenant", Text, ""),
            has("channel", Text, "`phone`."),
            need("name", Words(&["twilio", "custom"]), "`custom` is a gateway of the operator's."),
            set("disabled", Flag, ""),
            set("configuration", Object, "By provider."),
            hidden("credentials", Object, "Secrets, which are never read back.").must(),
            has("created_at", Time, ""),
            has("updated_at", Time, ""),
        ],
    ),
    plain("PhoneProviders", "", &[has("providers", List(&Of("PhoneProvider")), "")]),
    record(
        "PhoneTemplate",
        "The words of a text message.",
        &[
            shows("id", Text, "Begins with `tem_`; absent where the words are ours."),
            may("tenant", Text, ""),
            may("channel", Text, "`phone`."),
            need("type", Text, "Cannot be changed."),
            set("disabled", Flag, ""),
            may("customizable", Flag, "Kept for tools."),
            set("content", Object, "`body.text`, and `from`."),
            shows("created_at", Time, ""),
            shows("updated_at", Time, ""),
        ],
    ),
    plain("PhoneTemplates", "", &[has("templates", List(&Of("PhoneTemplate")), "")]),
    record(
        "Branding",
        "How pages and mails look.",
        &[
            may("logo_url", Text, "An image; mails show it over TLS only."),
            may("favicon_url", Text, ""),
            may(
                "colors",
                Object,
                "`primary`, such as `#0059d6`, and `page_background`: a colour or a linear gradient.",
            ),
            may("font", Object, "`url` of a font file."),
        ],
    )
    .open()
    .only_changed(),
    record(
        "Prompts",
        "Kept for tools.",
        &[
            set("universal_login_experience", Words(&["new", "classic"]), ""),
            set("identifier_first", Flag, ""),
            set("webauthn_platform_first_factor", Flag, ""),
        ],
    )
    .open()
    .only_changed(),
];
