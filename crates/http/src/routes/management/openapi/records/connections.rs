//! Connections, their preview and their try.

use super::super::schema::Kind::{Any, Flag, Integer, List, Map, Object, Of, Text, Words};
use super::super::schema::{Record, has, hidden, may, need, plain, record, set, shows};

pub const RECORDS: &[Record] = &[
    record(
        "Connection",
        "A way for people to sign in: by SMS, by email, or by the database of a tenant that moved in.",
        &[
            set("id", Text, "Begins with `con_`. Tools that move a tenant bring it along."),
            need("name", Text, "`sms` and `email` are those of the 2014 Lock."),
            need("strategy", Words(&["sms", "email", "auth0"]), "Cannot be changed."),
            may("display_name", Text, "What people read."),
            set(
                "options",
                Object,
                "By strategy: sender, message, code, limits. Secrets are shown to who deploys only.",
            ),
            set("enabled_clients", List(&Text), "Ids of the applications that it is on for."),
            set("is_domain_connection", Flag, "Kept for tools."),
            may("realms", List(&Text), "Its name."),
            may("metadata", Map(&Any), "Names and texts of yours."),
            may("enabled", Flag, "Kept for tools."),
        ],
    )
    .open(),
    plain(
        "ConnectionSummary",
        "A connection as its applications know it.",
        &[
            has("id", Text, ""),
            has("name", Text, ""),
            has("strategy", Text, ""),
            shows("display_name", Text, ""),
        ],
    ),
    plain("ConnectionDeleted", "When it was.", &[has("deleted_at", Text, "RFC 3339, in UTC.")]),
    plain(
        "ConnectionClients",
        "The applications of a connection.",
        &[
            has("clients", List(&Of("ClientRef")), ""),
            shows("next", Text, "Where the next part begins; absent at the end."),
        ],
    ),
    plain("ClientRef", "An application by its id.", &[has("client_id", Text, "")]),
    plain(
        "ClientSwitch",
        "On or off for an application.",
        &[may("client_id", Text, "").must(), may("status", Flag, "On or off.").must()],
    ),
    plain(
        "PreviewRequest",
        "What the message is worded for.",
        &[
            may("client_id", Text, "The application; one of the connection's where absent."),
            may("language", Text, "The languages of the reader, as `Accept-Language` has them."),
            may("send", Words(&["", "code", "link"]), "Mails only."),
            may("options", Object, "Options that are not saved yet, in place of the connection's."),
        ],
    ),
    plain(
        "Preview",
        "The message, and what is wrong with it.",
        &[
            has("channel", Words(&["sms", "email"]), ""),
            has("application", Text, ""),
            has("language", Text, ""),
            has("findings", List(&Object), "`level` is `error`, `warning` or `hint`."),
            shows("text", Text, ""),
            shows("subject", Text, "").or_null(),
            shows("from", Text, "").or_null(),
            shows("html", Text, "").or_null(),
            shows("characters", Integer, "Of a text message."),
            shows("encoding", Text, "`GSM-7` or `UCS-2`."),
            shows("units", Integer, "Of the encoding."),
            shows("segments", Integer, "Messages that it costs."),
            shows("left", Integer, "Units that still fit into the last of them."),
        ],
    ),
    plain(
        "TryRequest",
        "To whom a try goes.",
        &[
            may("to", Text, "A number in E.164, or an email address.").must(),
            may("client_id", Text, "For which application."),
            may("send", Words(&["code", "link"]), "Mails only."),
        ],
    ),
    plain(
        "Try",
        "What became of it, with what each provider said.",
        &[
            has("outcome", Words(&["sent", "unclear", "not_sent"]), ""),
            has("attempts", List(&Object), "A sender each, in the order they were asked."),
            shows("message", Object, "As it was worded, without its code."),
            shows("code_length", Integer, "Digits."),
            shows("expires_in", Integer, "Seconds that the code lives."),
            shows("send", Text, ""),
        ],
    ),
    plain(
        "TryCode",
        "The code of a try.",
        &[
            may("to", Text, "").must(),
            hidden("code", Text, "As it was received.").must(),
            may("client_id", Text, ""),
            may("create_user", Flag, "Make the user, as a sign-in would; otherwise nothing is kept."),
        ],
    ),
    plain(
        "TryTokens",
        "The tokens that a sign-in would give, decoded and without their signatures.",
        &[
            has("access_token", Object, ""),
            has("id_token", Object, ""),
            has("scope", Text, ""),
            has("token_type", Text, ""),
            has("expires_in", Integer, "Seconds."),
            has("user", Object, ""),
        ],
    ),
];
