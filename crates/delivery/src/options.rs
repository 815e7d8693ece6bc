//! Reads the options of a sender, and names the one that is wrong.

use latchkey_core::sender::BadOption;
use serde_json::{Map, Value};

/// Longest text of an option, in bytes.
const MAX_TEXT: usize = 2048;

/// Longest text of an option of several lines, in bytes. An RSA key of 8192 bits has 6.4 KB.
const MAX_LINES: usize = 16 * 1024;

pub(crate) struct Options<'a> {
    map: &'a Map<String, Value>,
    /// Where `map` lies within the connection's options, with the final dot.
    path: String,
    /// Another sender is asked where this one does not take a message.
    pub followed: bool,
}

impl<'a> Options<'a> {
    pub fn new(map: &'a Map<String, Value>, path: impl Into<String>) -> Self {
        Self { map, path: path.into(), followed: false }
    }

    pub fn bad(&self, option: &str, reason: impl Into<String>) -> BadOption {
        BadOption { option: format!("{}{option}", self.path), reason: reason.into() }
    }

    /// Absent, null and empty are the same.
    pub fn text(&self, option: &str) -> Result<Option<&'a str>, BadOption> {
        match self.map.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text.len() > MAX_TEXT => Err(self.bad(option, "is too long")),
            Some(Value::String(text)) if text.chars().any(char::is_control) => {
                Err(self.bad(option, "must not hold control characters"))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.bad(option, "must be a string")),
        }
    }

    /// Text of several lines, such as a key.
    pub fn lines(&self, option: &str) -> Result<Option<&'a str>, BadOption> {
        match self.map.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text.len() > MAX_LINES => Err(self.bad(option, "is too long")),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.bad(option, "must be a string")),
        }
    }

    /// A whole number; text of digits is one too.
    pub fn number(&self, option: &str) -> Result<Option<u16>, BadOption> {
        let number = match self.map.get(option) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Number(number)) => number.as_u64().and_then(|number| u16::try_from(number).ok()),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        number.filter(|number| *number > 0).map(Some).ok_or_else(|| self.bad(option, "must be 1 to 65535"))
    }

    pub fn required(&self, option: &str) -> Result<&'a str, BadOption> {
        self.text(option)?.ok_or_else(|| self.bad(option, "is required"))
    }

    /// True, false, and the same as text: documents show the one, types the other (P-193).
    pub fn flag(&self, option: &str) -> Result<bool, BadOption> {
        match self.map.get(option) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" || text.is_empty() => Ok(false),
            Some(_) => Err(self.bad(option, "must be true or false")),
        }
    }

    pub fn object(&self, option: &str) -> Result<Option<Options<'a>>, BadOption> {
        match self.map.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Options::new(map, format!("{}{option}.", self.path)))),
            Some(_) => Err(self.bad(option, "must be an object")),
        }
    }

    /// The entries of `latchkey.senders`.
    pub fn further_senders(&self) -> Result<Vec<Options<'a>>, BadOption> {
        let Some(ours) = self.object("latchkey")? else { return Ok(Vec::new()) };
        let list = match ours.map.get("senders") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(ours.bad("senders", "must be an array")),
        };
        let entries = list.iter().enumerate().map(|(at, entry)| match entry {
            Value::Object(map) => Ok(Options::new(map, format!("latchkey.senders.{at}."))),
            _ => Err(ours.bad("senders", "must hold objects")),
        });
        entries.collect()
    }
}
