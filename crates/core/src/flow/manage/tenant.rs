//! The settings of the tenant (section 2.17): one record, there from the start, of which tools write the
//! parts that they know. What the rules read of it is [`crate::tenant::TenantSettings`].

use serde_json::{Map, Value, json};
use url::Url;

use super::documents::merge;
use super::prices::are_prices;
use super::rules::{ANYTHING, FLAG, OBJECT, Rule, check, is_line, is_list, is_page, is_text};
use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Document, DocumentKind, EmailAddress};
use crate::settings::Settings;

const KIND: DocumentKind = DocumentKind::Tenant;
/// Hours, each with a twin in minutes that only tools write.
const LIFETIMES: [&str; 4] = [
    "session_lifetime",
    "idle_session_lifetime",
    "ephemeral_session_lifetime",
    "idle_ephemeral_session_lifetime",
];
/// A year.
const MAX_HOURS: f64 = 8_760.0;
/// What the server says of itself.
const FIXED: [&str; 2] = ["sandbox_versions_available", "legacy_sandbox_version"];

impl Engine {
    /// What was written, over what holds until then.
    pub async fn read_tenant(&self) -> Result<Map<String, Value>, Fault> {
        let document = self.store.find_document_by_name(KIND, KIND.word()).await?;
        Ok(self.whole_tenant(document.as_ref()))
    }

    pub async fn update_tenant(
        &self,
        operator: &Operator,
        given: Map<String, Value>,
    ) -> Result<Map<String, Value>, ManageError> {
        let given = in_hours(given)?;
        check(&given, rule)?;
        let change = |document: &mut Document| {
            let mut given = given.clone();
            let flags = given.remove("flags");
            merge(&mut document.body, given);
            put_flags(&mut document.body, flags);
            check_lifetimes(&document.body, &self.settings)
        };
        let changed = self.put_one(operator, (KIND, KIND.word()), &[], change).await?;
        Ok(self.whole_tenant(Some(&changed)))
    }

    fn whole_tenant(&self, document: Option<&Document>) -> Map<String, Value> {
        let hours = |seconds: u32| hours_of(f64::from(seconds) / 60.0);
        let off = json!({"enabled": false, "html": ""});
        let defaults = [
            ("enabled_locales", json!(["en"])),
            ("default_audience", json!("")),
            ("default_directory", json!("")),
            ("allowed_logout_urls", json!([])),
            ("session_lifetime", hours(self.settings.session_lifetime)),
            ("idle_session_lifetime", hours(self.settings.session_idle_lifetime)),
            ("ephemeral_session_lifetime", json!(72)),
            ("idle_ephemeral_session_lifetime", json!(24)),
            ("session_cookie", json!({"mode": "persistent"})),
            ("phone_consolidated_experience", json!(false)),
            ("passkeys", json!({"enabled": true, "max_per_user": 10, "offer_days": 30})),
            ("device_keys", json!({"enabled": true, "max_age_days": 365})),
            ("account", json!({"enabled": true, "allow_delete": true, "sms_notices": true})),
            ("sandbox_version", json!("22")),
            ("sandbox_versions_available", json!(["22"])),
            ("change_password", off.clone()),
            ("guardian_mfa_page", off),
            ("flags", json!({})),
        ];
        let mut whole = Map::from_iter(defaults.map(|(name, value)| (name.to_owned(), value)));
        let written = document.map(|document| document.body.clone()).unwrap_or_default();
        let says_idle = written.contains_key("idle_session_lifetime");
        for (name, value) in written {
            match (whole.get_mut(&name).filter(|_| PARTLY.contains(&name.as_str())), value) {
                // What was left out of it holds as if it had never been written.
                (Some(Value::Object(known)), Value::Object(parts)) => known.extend(parts),
                (_, value) => drop(whole.insert(name, value)),
            }
        }
        if !says_idle {
            bound_idle(&mut whole);
        }
        whole
    }
}

/// Settings of several parts.
const PARTLY: [&str; 3] = ["passkeys", "device_keys", "account"];

/// As [`crate::tenant::TenantSettings`] has it: nobody is idle for longer than a session lives.
fn bound_idle(whole: &mut Map<String, Value>) {
    let hours = |name: &str| whole.get(name).and_then(Value::as_f64);
    if hours("session_lifetime") < hours("idle_session_lifetime")
        && let Some(lifetime) = whole.get("session_lifetime").cloned()
    {
        whole.insert(String::from("idle_session_lifetime"), lifetime);
    }
}

/// Takes the twins in minutes away for what they mean; they win where both are there, but for a `null`.
fn in_hours(mut given: Map<String, Value>) -> Result<Map<String, Value>, ManageError> {
    for name in LIFETIMES {
        let twin = format!("{name}_in_minutes");
        let hours = match given.remove(&twin) {
            None => continue,
            Some(Value::Null) if given.contains_key(name) => continue,
            Some(Value::Null) => Value::Null,
            Some(minutes) => match minutes.as_u64() {
                Some(minutes @ 1..=525_600) => hours_of(minutes as f64),
                _ => return Err(ManageError::invalid(twin, "Must be 1 to 525600 minutes")),
            },
        };
        given.insert(name.to_owned(), hours);
    }
    for name in FIXED {
        given.remove(name);
    }
    Ok(given)
}

/// A whole number where it is one: tools in Go are strict.
fn hours_of(minutes: f64) -> Value {
    let hours = minutes / 60.0;
    match hours.fract() == 0.0 {
        true => json!(hours as u64),
        false => json!(hours),
    }
}

/// Flags are written one by one, and `null` takes one away.
fn put_flags(body: &mut Map<String, Value>, given: Option<Value>) {
    match given {
        None => {}
        Some(Value::Object(flags)) => {
            let mut all = match body.remove("flags") {
                Some(Value::Object(all)) => all,
                _ => Map::new(),
            };
            merge(&mut all, flags);
            body.insert(String::from("flags"), Value::Object(all));
        }
        Some(_) => {
            body.remove("flags");
        }
    }
}

/// The rule of a part; what tools alone read may be anything.
fn rule(name: &str) -> Rule {
    match name {
        "friendly_name" => (|value| is_text(value, is_line), "Must be a text of one line"),
        "support_email" => (
            |value| is_text(value, |text| text.is_empty() || EmailAddress::parse(text).is_ok()),
            "Must be an email address",
        ),
        "picture_url" | "support_url" | "default_redirection_uri" => {
            (|value| is_text(value, is_page), "Must be the URL of a page")
        }
        "default_audience" | "default_directory" => (
            |value| is_text(value, |text| text.chars().count() <= 600),
            "Must be a text of at most 600 characters",
        ),
        "sandbox_version" => {
            (|value| is_text(value, |text| text.len() <= 8), "Must be a text of at most 8 characters")
        }
        "allowed_logout_urls" => (|value| is_list(value, is_target), "Must be a list of URLs"),
        "enabled_locales" => {
            (|value| is_list(value, |text| (2..=16).contains(&text.len())), "Must be a list of languages")
        }
        "session_cookie" => (is_cookie, "The mode must be persistent or non-persistent"),
        "message_prices" => (are_prices, "Must hold a currency and prices by country, such as 0.05"),
        "passkeys" => {
            (are_passkeys, "Must hold enabled, a boolean, max_per_user, 1 to 100, and offer_days, 0 to 365")
        }
        "device_keys" => (are_device_keys, "Must hold enabled, a boolean, and max_age_days, 1 to 365"),
        "account" => (is_account, "Must hold enabled, allow_delete and sms_notices, booleans"),
        "flags" => (is_flags, "Must be an object of booleans"),
        "phone_consolidated_experience" => FLAG,
        "change_password" | "guardian_mfa_page" | "error_page" => OBJECT,
        name if LIFETIMES.contains(&name) => (is_lifetime, "Must be a minute to 8760 hours"),
        _ => ANYTHING,
    }
}

fn is_cookie(value: &Value) -> bool {
    matches!(value.get("mode").and_then(Value::as_str), Some("persistent" | "non-persistent"))
}

fn are_passkeys(value: &Value) -> bool {
    value.as_object().is_some_and(|parts| {
        parts.iter().all(|(name, part)| match name.as_str() {
            "enabled" => part.is_boolean(),
            "max_per_user" => part.as_u64().is_some_and(|most| (1..=100).contains(&most)),
            "offer_days" => part.as_u64().is_some_and(|days| days <= 365),
            _ => false,
        })
    })
}

fn are_device_keys(value: &Value) -> bool {
    value.as_object().is_some_and(|parts| {
        parts.iter().all(|(name, part)| match name.as_str() {
            "enabled" => part.is_boolean(),
            "max_age_days" => part.as_u64().is_some_and(|days| (1..=365).contains(&days)),
            _ => false,
        })
    })
}

fn is_account(value: &Value) -> bool {
    value.as_object().is_some_and(|parts| {
        let is_known = |name: &str| matches!(name, "enabled" | "allow_delete" | "sms_notices");
        parts.iter().all(|(name, part)| is_known(name) && part.is_boolean())
    })
}

fn is_flags(value: &Value) -> bool {
    value.as_object().is_some_and(|flags| flags.values().all(|flag| flag.is_boolean() || flag.is_null()))
}

fn is_lifetime(value: &Value) -> bool {
    value.as_f64().is_some_and(|hours| (1.0 / 60.0..=MAX_HOURS).contains(&hours))
}

/// Nobody stays signed in longer without being there than with.
fn check_lifetimes(body: &Map<String, Value>, settings: &Settings) -> Result<(), ManageError> {
    let hours = |name: &str| body.get(name).and_then(Value::as_f64);
    let whole = hours("session_lifetime").unwrap_or(f64::from(settings.session_lifetime) / 3600.0);
    match hours("idle_session_lifetime").is_none_or(|idle| idle <= whole) {
        true => Ok(()),
        false => Err(ManageError::invalid("idle_session_lifetime", "Must be at most session_lifetime")),
    }
}

/// Where browsers may be sent.
fn is_target(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        url.fragment().is_none() && !matches!(url.scheme(), "javascript" | "data" | "vbscript")
    })
}
