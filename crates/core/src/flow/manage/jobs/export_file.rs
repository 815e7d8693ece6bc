//! The file that an export writes, part by part.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use latchkey_wire::management::job::ExportFormat;
use serde_json::{Map, Value};

use crate::model::ExportWork;

/// Properties that are no value of a table.
pub(super) const NESTED: [&str; 3] = ["user_metadata", "app_metadata", "identities"];

/// The columns of a table for which none were named.
const COLUMNS: [&str; 18] = [
    "user_id",
    "email",
    "email_verified",
    "phone_number",
    "phone_verified",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "blocked",
    "created_at",
    "updated_at",
    "last_login",
    "last_ip",
    "logins_count",
    "identities[0].provider",
    "identities[0].connection",
];

/// A part is a gzip file by itself, and so are all of them together (RFC 1952 section 2.2).
pub(super) fn part(
    work: &ExportWork,
    users: impl Iterator<Item = Map<String, Value>>,
    is_first: bool,
    is_last: bool,
) -> Vec<u8> {
    let mut text = String::new();
    let fields = fields(work);
    if is_first {
        match work.format {
            ExportFormat::JsonArray => text.push('['),
            ExportFormat::Csv => head(&mut text, &fields),
            ExportFormat::Json => {}
        }
    }
    for (at, user) in users.enumerate() {
        match work.format {
            ExportFormat::Csv => row(&mut text, &fields, user),
            ExportFormat::Json => {
                text.push_str(&object(&fields, user).to_string());
                text.push('\n');
            }
            ExportFormat::JsonArray => {
                text.push_str(if is_first && at == 0 { "\n" } else { ",\n" });
                text.push_str(&object(&fields, user).to_string());
            }
        }
    }
    if is_last && work.format == ExportFormat::JsonArray {
        text.push_str("\n]\n");
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    // Into memory: it does not fail.
    let _ = packer.write_all(text.as_bytes());
    packer.finish().unwrap_or_default()
}

/// Where each value stands, and what it is called in the file.
fn fields(work: &ExportWork) -> Vec<(Path, &str)> {
    if work.fields.is_empty() && work.format == ExportFormat::Csv {
        return COLUMNS.iter().filter_map(|name| Some((Path::parse(name)?, *name))).collect();
    }
    let field = |(name, as_name)| Some((Path::parse(name)?, as_name));
    let named = work.fields.iter().map(|field| {
        let name = field.name.as_str();
        (name, field.export_as.as_deref().unwrap_or(name))
    });
    named.filter_map(field).collect()
}

fn object(fields: &[(Path, &str)], user: Map<String, Value>) -> Value {
    let user = Value::Object(user);
    if fields.is_empty() {
        return user;
    }
    let chosen = fields.iter().filter_map(|(path, name)| Some(((*name).to_owned(), path.of(&user)?.clone())));
    Value::Object(chosen.collect())
}

fn head(text: &mut String, fields: &[(Path, &str)]) {
    let names: Vec<String> = fields
        .iter()
        .map(|(_, name)| {
            let begins_formula = name.starts_with(['=', '+', '-', '@']);
            quoted(if begins_formula { "'" } else { "" }, name)
        })
        .collect();
    text.push_str(&names.join(","));
    text.push_str("\r\n");
}

fn row(text: &mut String, fields: &[(Path, &str)], user: Map<String, Value>) {
    let user = Value::Object(user);
    let cells: Vec<String> = fields.iter().map(|(path, _)| cell(path.of(&user))).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// Every text begins with an apostrophe, as in Auth0's files: a spreadsheet takes none for a formula.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::Bool(truth)) => truth.to_string(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => quoted("'", text),
        Some(nested) => quoted("'", &nested.to_string()),
    }
}

fn quoted(before: &str, text: &str) -> String {
    format!("\"{before}{}\"", text.replace('"', "\"\""))
}

/// `identities[0].connection`
pub(super) struct Path(Vec<Segment>);

enum Segment {
    Name(String),
    At(usize),
}

impl Path {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut segments = Vec::new();
        for part in text.split('.') {
            let (name, mut rest) = part.find('[').map_or((part, ""), |at| part.split_at(at));
            if name.is_empty() {
                return None;
            }
            segments.push(Segment::Name(name.to_owned()));
            while let Some(inner) = rest.strip_prefix('[') {
                let (number, after) = inner.split_once(']')?;
                let is_plain = number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit());
                segments.push(Segment::At(number.parse().ok().filter(|_| is_plain)?));
                rest = after;
            }
            if !rest.is_empty() {
                return None;
            }
        }
        Some(Self(segments))
    }

    fn of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, segment| match segment {
            Segment::Name(name) => value.get(name),
            Segment::At(at) => value.get(at),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// M-035
    #[test]
    fn no_cell_of_a_table_is_a_formula_and_none_breaks_out() {
        for (value, text) in [
            (json!("=1+1"), "\"'=1+1\""),
            (json!("a\"b,c\r\nd"), "\"'a\"\"b,c\r\nd\""),
            (json!(7), "7"),
            (json!(true), "true"),
            (json!(null), ""),
            (json!(["="]), "\"'[\"\"=\"\"]\""),
        ] {
            assert_eq!(cell(Some(&value)), text);
        }
        assert_eq!(cell(None), "");
        let mut head_row = String::new();
        head(&mut head_row, &[(Path::parse("a").unwrap(), "=x"), (Path::parse("a").unwrap(), "b")]);
        assert_eq!(head_row, "\"'=x\",\"b\"\r\n");
    }

    /// M-035
    #[test]
    fn a_path_goes_through_objects_and_lists() {
        let user = json!({"identities": [{"connection": "sms"}], "user_metadata": {"a": {"b": [1, [2]]}}});
        let of = |path: &str| Path::parse(path).unwrap().of(&user).cloned();
        assert_eq!(of("identities[0].connection"), Some(json!("sms")));
        assert_eq!(of("user_metadata.a.b[1][0]"), Some(json!(2)));
        assert_eq!(of("identities[1].connection"), None);
        assert_eq!(of("none.at.all"), None);
        for path in ["", ".", "a..b", "a[", "a[]", "a[x]", "a[0]b", "[0]", "a[99999]", "a[+1]"] {
            assert!(Path::parse(path).is_none(), "{path}");
        }
    }
}
