//! By what people signed in, and what that saved, of an answer of `/stats/activity`.

use serde_json::Value;

use super::report::{number, percent};
use crate::routes::dashboard::api::text;
use crate::routes::dashboard::numbers::{counted, grouped};

/// What people signed in by.
pub struct Factor {
    pub name: String,
    pub logins: String,
    /// Of a hundred sign-ins.
    pub share: String,
    pub bar: u64,
}

/// The most first.
pub fn factors(all: &[Value]) -> Vec<Factor> {
    let sum = all.iter().fold(0, |sum: u64, one| sum.saturating_add(number(Some(one), "logins")));
    let factor = |one: &Value| {
        let logins = number(Some(one), "logins");
        let percent = percent(logins, sum);
        let share = if percent == 0 { String::from("under 1%") } else { format!("{percent}%") };
        Factor { name: named(text(one, "/factor")), logins: grouped(logins), share, bar: percent }
    };
    all.iter().map(factor).collect()
}

fn named(factor: &str) -> String {
    let name = match factor {
        "sms" => "Code by SMS",
        "email" => "Code by email",
        "link" => "Link in an email",
        "passkey" => "Passkey",
        "device_key" => "Key of a device",
        "password" => "Password of an app of 2014",
        "unknown" => "Not noted at the time",
        other => other,
    };
    name.to_owned()
}

/// What passkeys and keys of devices made needless, in words; empty where nothing.
pub fn saved(found: &Value) -> String {
    let saved = found.get("saved");
    let messages = number(saved, "messages");
    if messages == 0 {
        return String::new();
    }
    let words = counted(messages, "message was not needed", "messages were not needed");
    let money =
        saved.and_then(|saved| saved.get("total")).and_then(Value::as_f64).filter(|total| *total > 0.0);
    let currency = saved.map_or("", |saved| text(saved, "/currency"));
    match money {
        Some(total) => format!("{words}: about {total:.2} {currency} saved"),
        None => words,
    }
}
