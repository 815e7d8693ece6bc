//! What SQLite cannot ask of JSON: whether the values at a path fit a test. PostgreSQL has paths of its own.

use latchkey_core::store::{Edge, TextTest};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, Error, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// `metadata_fits(body, path, test)`: path and test are JSON, too.
pub(super) fn register(db: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("metadata_fits", 3, flags, |asked| {
        let body: Value = parsed(&asked.get::<String>(0)?)?;
        let path = kept::<Vec<String>>(asked, 1)?;
        let test = kept::<TextTest>(asked, 2)?;
        Ok(fits(&body, &path, &test))
    })
}

/// Read once for a whole statement.
fn kept<T: DeserializeOwned + Send + Sync + 'static>(
    asked: &Context<'_>,
    at: i32,
) -> Result<std::sync::Arc<T>> {
    asked.get_or_create_aux(at, |value| -> Result<T> { parsed(value.as_str()?) })
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T> {
    // The error of serde_json may quote the text.
    serde_json::from_str(text).map_err(|_| Error::UserFunctionError("no JSON".into()))
}

fn fits(body: &Value, path: &[String], test: &TextTest) -> bool {
    let mut found = vec![body];
    for name in path {
        found = found.into_iter().flat_map(unwrapped).filter_map(|value| value.get(name)).collect();
    }
    match test {
        TextTest::Present => found.into_iter().any(is_present),
        test => found.into_iter().flat_map(unwrapped).any(|value| is(value, test)),
    }
}

/// The items of a list, or the value itself.
fn unwrapped(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

fn is(value: &Value, test: &TextTest) -> bool {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return false,
    };
    match test {
        TextTest::Present => true,
        TextTest::Is(whole) => text == *whole,
        TextTest::StartsWith(part) => text.starts_with(part.as_str()),
        TextTest::EndsWith(part) => text.ends_with(part.as_str()),
        TextTest::Contains(part) => text.contains(part.as_str()),
        TextTest::Between(low, high) => match TextTest::numbers(low.as_ref(), high.as_ref()) {
            Some((low, high)) => value.as_f64().is_some_and(|number| is_between(&number, low, high)),
            None => {
                let end = |edge: &Edge| (edge.at.clone(), edge.included);
                value.is_string() && is_between(&text, low.as_ref().map(end), high.as_ref().map(end))
            }
        },
    }
}

fn is_between<T: PartialOrd>(value: &T, low: Option<(T, bool)>, high: Option<(T, bool)>) -> bool {
    low.is_none_or(|(at, included)| *value > at || included && *value == at)
        && high.is_none_or(|(at, included)| *value < at || included && *value == at)
}
