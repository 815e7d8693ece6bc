//! Showing records: as JSON for programs, as aligned columns for people.

use std::io::{ErrorKind, Write};

use anyhow::{Context, Result};
use serde_json::Value;

/// Properties that are shown once at most: to who makes them.
const SECRETS: [&str; 11] = [
    "client_secret",
    "signing_secret",
    "secret",
    "twilio_token",
    "auth_token",
    "api_key",
    "smtp_pass",
    "private_key",
    "encryption_key",
    "httpAuthorization",
    "httpCustomHeaders",
];

pub fn json(value: &Value) -> Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// A reader that has seen enough, such as `head`, is no failure.
pub fn line(text: &str) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

/// Takes out what is secret, wherever it stands. A change that does not name it leaves it as it is, so that what is
/// shown can be changed and sent back.
pub fn hide_secrets(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|name, inner| !is_secret(name, inner));
            // What operators keep beside a record is theirs to name.
            let ours = object.iter_mut().filter(|(name, _)| !name.ends_with("metadata"));
            ours.for_each(|(_, inner)| hide_secrets(inner));
        }
        Value::Array(list) => list.iter_mut().for_each(hide_secrets),
        _ => {}
    }
}

pub fn is_secret(name: &str, value: &Value) -> bool {
    SECRETS.contains(&name) && !value.is_boolean()
}

/// Records of the API: their JSON, or the columns that stand at these pointers.
pub fn records(all: &[Value], columns: &[(&str, &str)], none: &str, as_json: bool) -> Result<()> {
    if as_json {
        return json(&Value::Array(all.to_vec()));
    }
    let heads: Vec<&str> = columns.iter().map(|(head, _)| *head).collect();
    let row = |record: &Value| columns.iter().map(|(_, at)| cell(record.pointer(at))).collect();
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    print(&heads, &rows, none)
}

/// As people read it, on one line.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => super::jobs::plain(text),
        Some(Value::Bool(true)) => String::from("yes"),
        Some(Value::Bool(false)) => String::from("no"),
        Some(Value::Array(list)) if list.iter().any(|item| !item.is_string()) => list.len().to_string(),
        Some(Value::Array(list)) => list.iter().map(|item| cell(Some(item))).collect::<Vec<_>>().join(", "),
        Some(Value::Object(object)) => object.keys().cloned().collect::<Vec<_>>().join(", "),
        Some(number) => number.to_string(),
    }
}

/// Rows under a head; says so when there are none.
pub fn table<const N: usize>(head: [&str; N], rows: &[[String; N]], none: &str) -> Result<()> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.to_vec()).collect();
    print(&head, &rows, none)
}

fn print(head: &[&str], rows: &[Vec<String>], none: &str) -> Result<()> {
    if rows.is_empty() {
        return line(none);
    }
    let mut widths: Vec<usize> = head.iter().map(|word| word.len()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let head: Vec<String> = head.iter().map(|word| (*word).to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        line(cells.join("  ").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_taken_out_wherever_they_stand() {
        let mut shown = json!({"options": {"twilio_token": "t", "senders": [{"smtp_pass": "p", "from": "x"}]}, "id": 1,
                "app_metadata": {"secret": "santa"}});
        hide_secrets(&mut shown);
        let left =
            json!({"options": {"senders": [{"from": "x"}]}, "id": 1, "app_metadata": {"secret": "santa"}});
        assert_eq!(shown, left);
    }

    #[test]
    fn cells_are_one_line() {
        for (value, wanted) in [
            (json!("a\nb"), "a\u{fffd}b"),
            (json!(true), "yes"),
            (json!(["a", "b"]), "a, b"),
            (json!([{}, {}]), "2"),
            (json!(7), "7"),
            (json!(null), ""),
        ] {
            assert_eq!(cell(Some(&value)), wanted);
        }
    }
}
