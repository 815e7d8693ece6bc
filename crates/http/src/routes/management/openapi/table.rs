//! A schema as people read it: its properties, a line each.

use serde_json::Value;

pub struct Table {
    pub about: Vec<Piece>,
    /// What is not listed is kept, too.
    pub is_open: bool,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub name: String,
    /// Such as `text or null`.
    pub kind: String,
    /// The schema behind it, where it has a name.
    pub schema: Option<String>,
    pub is_required: bool,
    pub about: Vec<Piece>,
}

/// Words, or what is code among them.
pub struct Piece {
    pub text: String,
    pub is_code: bool,
}

impl Table {
    pub(super) fn of(schema: &Value) -> Self {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|list| list.iter().any(|item| item == name));
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let row = |(name, property): (&String, &Value)| Row {
            name: name.clone(),
            kind: kind_of(property),
            schema: reference_in(property),
            is_required: is_required(name),
            about: pieces(property),
        };
        Self {
            about: pieces(schema),
            is_open: schema.get("additionalProperties") == Some(&Value::Bool(true)),
            rows: properties.map(row).collect(),
        }
    }
}

fn text(schema: &Value, name: &str) -> String {
    schema.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The description, whose code stands between backticks.
fn pieces(schema: &Value) -> Vec<Piece> {
    let about = text(schema, "description");
    let pieces = about.split('`').enumerate();
    let piece = |(at, text): (usize, &str)| Piece { text: text.to_owned(), is_code: at % 2 == 1 };
    pieces.map(piece).filter(|piece| !piece.text.is_empty()).collect()
}

fn kind_of(schema: &Value) -> String {
    if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
        return any.iter().map(kind_of).collect::<Vec<_>>().join(" or ");
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let words = words.iter().filter_map(Value::as_str).filter(|word| !word.is_empty());
        return words.collect::<Vec<_>>().join(", ");
    }
    let of_type = |name: &str| match (name, text(schema, "format").as_str()) {
        ("string", "date-time") => String::from("time"),
        ("string", _) => String::from("text"),
        ("array", _) => format!("list of {}", schema.get("items").map(kind_of).unwrap_or_default()),
        (name, _) => name.to_owned(),
    };
    match (schema.get("type"), reference_in(schema)) {
        (_, Some(name)) if schema.get("items").is_none() => name,
        (Some(Value::String(name)), _) => of_type(name),
        (Some(Value::Array(names)), _) => {
            names.iter().filter_map(Value::as_str).map(of_type).collect::<Vec<_>>().join(" or ")
        }
        _ => String::from("anything"),
    }
}

/// The name of the schema that it is, or that its items are.
fn reference_in(schema: &Value) -> Option<String> {
    let own = schema.get("$ref").or_else(|| schema.get("items")?.get("$ref"));
    own?.as_str()?.rsplit('/').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::table_of;

    #[test]
    fn a_schema_reads_as_lines_of_a_table() {
        let table = table_of("ConnectionCreate").unwrap();
        let kind = |name: &str| {
            let row = table.rows.iter().find(|row| row.name == name).unwrap();
            (row.kind.as_str(), row.is_required)
        };
        let id = table.rows.iter().find(|row| row.name == "id").unwrap();
        let codes: Vec<&str> =
            id.about.iter().filter(|piece| piece.is_code).map(|piece| piece.text.as_str()).collect();
        assert_eq!(codes, ["con_"]);
        assert_eq!(kind("strategy"), ("sms, email, auth0", true));
        assert_eq!(kind("enabled_clients"), ("list of text or null", false));
        assert_eq!(kind("is_domain_connection"), ("boolean or null", false));
        assert!(table.is_open && table_of("nothing").is_none());
        let user = table_of("User").unwrap();
        let identities = user.rows.iter().find(|row| row.name == "identities").unwrap();
        assert_eq!(
            (identities.kind.as_str(), identities.schema.as_deref()),
            ("list of Identity", Some("Identity"))
        );
    }
}
