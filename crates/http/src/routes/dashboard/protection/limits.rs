//! The limits of messages that the server is configured with, in words.

use serde_json::Value;

use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::dashboard::api::{Api, Refused, list, number};
use crate::routes::dashboard::numbers::{counted, grouped};

pub struct Limit {
    pub name: &'static str,
    pub value: String,
}

pub async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<Vec<Limit>, Refused> {
    Ok(of(&Api::of(app, visit).get("/attack-protection/limits").await?))
}

fn of(found: &Value) -> Vec<Limit> {
    let per_day = |pointer: &str| match found.pointer(pointer).and_then(Value::as_u64) {
        Some(most) => format!("{} in 24 hours", grouped(most)),
        None => String::from("No limit"),
    };
    let gaps = list(found, "/address/gaps").iter().filter_map(Value::as_u64).map(length).collect::<Vec<_>>();
    let countries: Vec<&str> = list(found, "/countries").iter().filter_map(Value::as_str).collect();
    let limit = |name, value| Limit { name, value };
    vec![
        limit("To one number or mailbox", per_day("/address/per_day")),
        limit(
            "Pauses between them",
            if gaps.is_empty() { String::from("None") } else { gaps.join(", then ") },
        ),
        limit("To one mailbox by its other spellings, such as ana+shop@…", per_day("/mailbox/per_day")),
        limit("To one block of numbers (the first seven digits)", per_day("/number_block/per_day")),
        limit("To one country", per_day("/country/per_day")),
        limit("Text messages in all", per_day("/all/per_day")),
        limit("A country is paused", pause(found)),
        limit(
            "Countries that text messages may go to",
            match found.get("countries") {
                Some(Value::Array(_)) if countries.is_empty() => String::from("None"),
                Some(Value::Array(_)) => countries.join(", "),
                _ => String::from("All"),
            },
        ),
    ]
}

fn pause(found: &Value) -> String {
    let of = |name: &str| number(found, &format!("/country_conversion/{name}"));
    match found.pointer("/country_conversion/least").and_then(Value::as_u64) {
        Some(least) => format!(
            "For {}, when of {} messages in 24 hours fewer than {} % of the codes come back",
            length(of("pause")),
            grouped(least),
            of("percent")
        ),
        None => String::from("Never"),
    }
}

/// Seconds, as people say it.
fn length(seconds: u64) -> String {
    match seconds {
        0 => String::from("none"),
        _ if seconds.is_multiple_of(3600) => counted(seconds / 3600, "hour", "hours"),
        _ if seconds.is_multiple_of(60) => counted(seconds / 60, "minute", "minutes"),
        _ => counted(seconds, "second", "seconds"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// M-037
    #[test]
    fn limits_are_told_as_people_say_them() {
        let limits = of(&json!({
            "address": {"gaps": [60, 90, 7200], "per_day": 10}, "mailbox": {"per_day": 10}, "number_block": {"per_day": null},
            "country": {"per_day": 1500}, "country_conversion": {"least": 20, "percent": 30, "pause": 21600},
            "countries": ["DE", "US"],
        }));
        let values: Vec<&str> = limits.iter().map(|limit| limit.value.as_str()).collect();
        assert_eq!(
            values,
            [
                "10 in 24 hours",
                "1 minute, then 90 seconds, then 2 hours",
                "10 in 24 hours",
                "No limit",
                "1,500 in 24 hours",
                "No limit",
                "For 6 hours, when of 20 messages in 24 hours fewer than 30 % of the codes come back",
                "DE, US",
            ]
        );
        let none = of(&json!({"country_conversion": {"least": null}, "countries": null}));
        let (before, last) = (&none[6], &none[7]);
        assert_eq!((before.value.as_str(), last.value.as_str()), ("Never", "All"));
    }
}
