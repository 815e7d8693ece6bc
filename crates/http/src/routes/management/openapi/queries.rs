//! What the reads of the API are asked with beside a path.

use super::schema::Kind::{Flag, Integer, Text};
use super::shape::{FIELDS, Parameter};

pub const SEARCH: &[Parameter] = &[
    ("q", Text, "A search: `email:\"a@example.com\" AND logins_count:[1 TO *]`."),
    ("search_engine", Text, "`v3`, whatever it says."),
    ("sort", Text, "`field:1` upwards or `field:-1` downwards."),
    ("connection", Text, "Users of one connection."),
    ("primary_order", Flag, "Kept for tools."),
    FIELDS[0],
    FIELDS[1],
];
pub const LOG_SEARCH: &[Parameter] = &[
    ("q", Text, "A search: `type:f AND ip:\"192.0.2.1\"`."),
    ("search", Text, "The same by its other name."),
    ("sort", Text, "`date:1` or `date:-1`."),
    FIELDS[0],
    FIELDS[1],
];
pub const CONNECTIONS: &[Parameter] =
    &[("strategy", Text, "One or more."), ("name", Text, ""), FIELDS[0], FIELDS[1]];
pub const CLIENTS: &[Parameter] = &[
    ("client_id", Text, ""),
    ("q", Text, "A part of the name or of the id."),
    ("app_type", Text, "With commas between them."),
    ("is_first_party", Flag, ""),
    ("is_global", Flag, "The client that stands for all."),
    FIELDS[0],
    FIELDS[1],
];
pub const OF_GRANTS: &[Parameter] = &[
    ("audience", Text, ""),
    ("client_id", Text, ""),
    ("subject_type", Text, ""),
    ("allow_any_organization", Flag, "Kept for tools."),
    ("default_for", Text, "Kept for tools."),
];
pub const OF_KEYS: &[Parameter] =
    &[("user_id", Text, ""), ("client_id", Text, ""), ("type", Text, ""), FIELDS[0], FIELDS[1]];
pub const OF_CONSENTS: &[Parameter] =
    &[("user_id", Text, ""), ("client_id", Text, ""), ("audience", Text, "")];
pub const OF_USER: &[Parameter] = &[("user_id", Text, "")];
pub const IDENTIFIER: &[Parameter] = &[
    ("identifier", Text, "An email address or a phone number."),
    ("consider_brute_force_enablement", Flag, ""),
];
pub const DAYS: [Parameter; 2] =
    [("from", Text, "A day of UTC, such as 20261124."), ("to", Text, "A day of UTC, which is included.")];
pub const ADDRESS: [Parameter; 2] = [("email", Text, ""), ("phone_number", Text, "E.164.")];
pub const CHECKPOINT: [Parameter; 2] =
    [("take", Integer, "At most 100."), ("from", Text, "Where the part before ended: its `next`.")];
pub const DISABLED: &[Parameter] = &[("disabled", Flag, "Those that are on, or off.")];

pub const OF_CLIENT: &[Parameter] = &[("strategy", Text, "One or more."), CHECKPOINT[0], CHECKPOINT[1]];
pub const BY_EMAIL: &[Parameter] = &[ADDRESS[0], FIELDS[0], FIELDS[1]];
pub const BY_PHONE: &[Parameter] = &[ADDRESS[1], FIELDS[0], FIELDS[1]];
pub const OF_TOKENS: &[Parameter] =
    &[("user_id", Text, ""), ("client_id", Text, ""), CHECKPOINT[0], CHECKPOINT[1]];
pub const OF_ACTIVITY: &[Parameter] = &[("days", Integer, "Up to today."), DAYS[0], DAYS[1]];
