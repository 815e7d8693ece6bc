//! The protection against attacks (section 2.21), one record for each part. [`crate::protection`] reads those
//! that have an effect: failures of an account and floods from an address.

use serde_json::{Map, Value, json};

use super::documents::merge;
use super::rules::{ANYTHING, FLAG, Rule, check, is_list, is_text};
use super::{ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::Bucket;
use crate::model::{Document, DocumentKind};
use crate::protection::{BRUTE_FORCE, SUSPICIOUS_IP, network};

const KIND: DocumentKind = DocumentKind::AttackProtection;
/// There are no passwords here that could leak: kept for tools.
pub const BREACHED: &str = "breached-password-detection";
pub const PHONE_PROVIDER: &str = "phone-provider-protection";
const MAX_BURST: u32 = 1_000_000;
const STAGES: [&str; 3] = ["pre-login", "pre-user-registration", "pre-custom-token-exchange"];

impl Engine {
    /// What was written, over what holds until then.
    pub async fn read_protection(&self, part: &str) -> Result<Map<String, Value>, Fault> {
        let found = self.store.find_document_by_name(KIND, part).await?;
        Ok(self.whole_protection(part, found.map(|document| document.body).unwrap_or_default()))
    }

    pub async fn update_protection(
        &self,
        operator: &Operator,
        part: &str,
        given: Map<String, Value>,
    ) -> Result<Map<String, Value>, ManageError> {
        check(&given, rule_of(part))?;
        let change = |document: &mut Document| {
            let mut given = given.clone();
            let stages = given.remove("stage");
            merge(&mut document.body, given);
            put_stages(&mut document.body, stages);
            Ok(())
        };
        let changed = self.put_one(operator, (KIND, part), &[], change).await?;
        Ok(self.whole_protection(part, changed.body))
    }

    /// What holds of messages, from the configuration: numbers of 24 hours, and `null` where there is no limit.
    pub fn message_limits(&self) -> Value {
        let limits = &self.settings.limits;
        let number = |most: u32| if most == u32::MAX { Value::Null } else { json!(most) };
        let judged = limits.country_conversion;
        json!({
            "address": {"gaps": limits.address_sends.gaps, "per_day": number(limits.address_sends.per_day)},
            "mailbox": {"per_day": number(limits.mailbox_sends_per_day)},
            "number_block": {"per_day": number(limits.number_block_sends_per_day)},
            "country": {"per_day": number(limits.country_sends_per_day)},
            "all": {"per_day": number(limits.sends_per_day)},
            "country_conversion": {
                "least": number(judged.least), "percent": judged.percent, "pause": judged.pause,
            },
            "countries": self.settings.sms_countries,
        })
    }

    fn whole_protection(&self, part: &str, written: Map<String, Value>) -> Map<String, Value> {
        let limits = &self.settings.limits;
        let defaults = match part {
            BRUTE_FORCE => json!({
                "enabled": true, "shields": ["block", "user_notification"], "mode": "count_per_identifier_and_ip",
                "allowlist": [], "max_attempts": limits.pair_tries.consecutive.min(100),
            }),
            SUSPICIOUS_IP => json!({
                "enabled": true, "shields": ["admin_notification", "block"], "allowlist": [],
                "stage": {
                    "pre-login": stage(limits.failures_per_ip),
                    "pre-user-registration": stage(limits.start_per_ip),
                    "pre-custom-token-exchange": {"max_attempts": 10, "rate": 600_000},
                },
            }),
            BREACHED => json!({
                "enabled": false, "shields": [], "admin_notification_frequency": [], "method": "standard",
            }),
            _ => json!({"type": "default"}),
        };
        let mut whole = defaults.as_object().cloned().unwrap_or_default();
        let mut written = written;
        put_stages(&mut whole, written.remove("stage"));
        whole.extend(written);
        whole
    }
}

/// As the limit of the configuration reads here, where it may be off.
fn stage(bucket: Bucket) -> Value {
    json!({"max_attempts": bucket.burst.clamp(1, MAX_BURST), "rate": (bucket.period_micros / 1_000).max(1)})
}

/// Stages are written one by one, and what they hold, too.
fn put_stages(body: &mut Map<String, Value>, given: Option<Value>) {
    let Some(Value::Object(given)) = given else { return };
    let mut all = match body.remove("stage") {
        Some(Value::Object(all)) => all,
        _ => Map::new(),
    };
    for (name, value) in given {
        match (all.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(parts)) => merge(known, parts),
            (_, value) => {
                all.insert(name, value);
            }
        }
    }
    body.insert(String::from("stage"), Value::Object(all));
}

fn rule_of(part: &str) -> fn(&str) -> Rule {
    match part {
        BRUTE_FORCE => guessing,
        SUSPICIOUS_IP => floods,
        BREACHED => breaches,
        _ => phone,
    }
}

const ALLOWLIST: Rule =
    (|value| is_list(value, |text| network(text).is_some()), "Must be a list of addresses and networks");

fn guessing(name: &str) -> Rule {
    match name {
        "enabled" => FLAG,
        "shields" => (
            |value| is_list(value, |text| matches!(text, "block" | "user_notification")),
            "Must be block, user_notification or both",
        ),
        "mode" => (
            |value| {
                is_text(value, |text| matches!(text, "count_per_identifier_and_ip" | "count_per_identifier"))
            },
            "Must be count_per_identifier_and_ip or count_per_identifier",
        ),
        "allowlist" => ALLOWLIST,
        "max_attempts" => (|value| is_number(value, 100), "Must be 1 to 100"),
        _ => ANYTHING,
    }
}

fn floods(name: &str) -> Rule {
    match name {
        "enabled" => FLAG,
        "shields" => (
            |value| is_list(value, |text| matches!(text, "block" | "admin_notification")),
            "Must be block, admin_notification or both",
        ),
        "allowlist" => ALLOWLIST,
        "stage" => (are_stages, "Must hold max_attempts and rate for each stage"),
        _ => ANYTHING,
    }
}

fn breaches(name: &str) -> Rule {
    match name {
        "enabled" => FLAG,
        "shields" | "admin_notification_frequency" => {
            (|value| is_list(value, |text| text.len() <= 64), "Must be a list of texts")
        }
        "method" => (
            |value| is_text(value, |text| matches!(text, "standard" | "enhanced")),
            "Must be standard or enhanced",
        ),
        _ => ANYTHING,
    }
}

fn phone(name: &str) -> Rule {
    match name {
        "type" => (
            |value| is_text(value, |text| matches!(text, "default" | "exponential")),
            "Must be default or exponential",
        ),
        _ => ANYTHING,
    }
}

fn is_number(value: &Value, most: u64) -> bool {
    value.as_u64().is_some_and(|number| (1..=most).contains(&number))
}

fn are_stages(value: &Value) -> bool {
    let is_part = |(name, number): (&String, &Value)| match name.as_str() {
        "max_attempts" => is_number(number, MAX_BURST.into()),
        "rate" => is_number(number, 86_400_000),
        _ => false,
    };
    let is_stage = |(name, stage): (&String, &Value)| {
        STAGES.contains(&name.as_str()) && stage.as_object().is_some_and(|parts| parts.iter().all(is_part))
    };
    value.as_object().is_some_and(|stages| stages.iter().all(is_stage))
}
