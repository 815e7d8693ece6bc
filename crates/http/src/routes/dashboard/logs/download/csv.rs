//! Comma-separated values (RFC 4180) that a spreadsheet takes for text.

use serde_json::Value;

use crate::routes::dashboard::api::text;

const COLUMNS: [&str; 17] = [
    "date",
    "type",
    "description",
    "connection",
    "client_id",
    "client_name",
    "ip",
    "user_id",
    "user_name",
    "log_id",
    "details",
    "client_ip",
    "user_agent",
    "auth0_client",
    "audience",
    "scope",
    "correlation_id",
];

pub fn head() -> String {
    row(COLUMNS)
}

pub fn line(entry: &Value) -> String {
    let value = |name: &&str| match *name {
        "details" | "auth0_client" => entry.get(*name).map(Value::to_string).unwrap_or_default(),
        "correlation_id" => text(entry, "/references/correlation_id").to_owned(),
        name => text(entry, &format!("/{name}")).to_owned(),
    };
    let values: Vec<String> = COLUMNS.iter().map(value).collect();
    row(values.iter().map(String::as_str))
}

pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// Invariant: no cell begins with a sign that makes a formula of it (S-129).
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// S-129
    #[test]
    fn no_cell_is_a_formula_and_quotes_are_doubled() {
        for (text, expected) in [
            ("=1+1", "\"'=1+1\""),
            ("+1***00", "\"'+1***00\""),
            ("-x", "\"'-x\""),
            ("@x", "\"'@x\""),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("a=b", "\"a=b\""),
            ("say \"hi\",\nyou", "\"say \"\"hi\"\",\nyou\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
        let line = line(&json!({"log_id": "1", "user_name": "+1***", "details": {"a": "=x"}}));
        assert_eq!(line.matches("\",\"").count(), COLUMNS.len() - 1, "{line}");
        assert!(line.contains("\"'+1***\"") && line.contains("\"{\"\"a\"\":\"\"=x\"\"}\""), "{line}");
        let line = super::line(&json!({"user_agent": "=cmd()", "references": {"correlation_id": "-1"}}));
        assert!(line.contains(",\"'=cmd()\",") && line.ends_with(",\"'-1\"\r\n"), "{line}");
    }
}
