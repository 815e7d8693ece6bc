//! What senders made of a message that somebody tried out, as pages show it.

use serde_json::Value;

use super::api::{list, text};

pub struct Attempt {
    pub sender: String,
    pub outcome: String,
    pub error: String,
    /// What the provider's answer was called and coded.
    pub facts: Vec<(&'static str, String)>,
    /// Its own words.
    pub lines: String,
}

/// Of an answer of the API with `attempts`.
pub fn attempts(shown: &Value) -> Vec<Attempt> {
    list(shown, "/attempts").iter().map(attempt).collect()
}

fn attempt(one: &Value) -> Attempt {
    let number = |name: &str| one.pointer(name).and_then(Value::as_i64).map(|number| number.to_string());
    let id = Some(text(one, "/provider/message_id").to_owned()).filter(|id| !id.is_empty());
    let facts = [
        ("HTTP status", number("/provider/status")),
        ("Message id", id),
        ("Error code", number("/provider/code")),
    ];
    let lines: Vec<&str> = list(one, "/provider/lines").iter().filter_map(Value::as_str).collect();
    Attempt {
        sender: word(text(one, "/sender")).to_owned(),
        outcome: text(one, "/outcome").replace('_', " "),
        error: text(one, "/error").to_owned(),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        lines: lines.join("\n"),
    }
}

fn word(sender: &str) -> &str {
    match sender {
        "twilio" => "Twilio",
        "sms_gateway" => "Your gateway",
        "smtp" => "The mail server",
        "http" => "Your endpoint",
        "inbox" => "The inbox of development",
        other => other,
    }
}
