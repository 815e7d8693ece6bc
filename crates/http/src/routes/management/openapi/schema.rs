//! What a record is made of, in a table, and the JSON Schema of it: as it is answered, made and changed.

use serde_json::{Map, Value, json};

/// What a value is.
#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    /// RFC 3339, in UTC.
    Time,
    Url,
    Integer,
    Number,
    Flag,
    Object,
    Any,
    /// One of these words.
    Words(&'static [&'static str]),
    List(&'static Kind),
    /// Names of the operator's, and what each stands for.
    Map(&'static Kind),
    /// A schema by its name.
    Of(&'static str),
}

/// A property of a record.
pub struct Property {
    pub name: &'static str,
    kind: Kind,
    about: &'static str,
    /// It is in every answer, unless `fields` left it out.
    always: bool,
    /// Tools may write it.
    written: bool,
    /// A record cannot be made without it.
    needed: bool,
    /// It is in answers.
    shown: bool,
    /// Answers may have `null` there.
    nullable: bool,
}

const fn property(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { name, kind, about, always: false, written: false, needed: false, shown: true, nullable: false }
}

/// In every answer; the server's own.
pub const fn has(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { always: true, ..property(name, kind, about) }
}

/// In some answers; the server's own.
pub const fn shows(name: &'static str, kind: Kind, about: &'static str) -> Property {
    property(name, kind, about)
}

/// In answers once somebody wrote it.
pub const fn may(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { written: true, ..property(name, kind, about) }
}

/// In every answer, written or not.
pub const fn set(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { always: true, written: true, ..property(name, kind, about) }
}

/// In every answer, and in every body that makes a record.
pub const fn need(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { always: true, written: true, needed: true, ..property(name, kind, about) }
}

/// Written and never read back.
pub const fn hidden(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { written: true, shown: false, ..property(name, kind, about) }
}

impl Property {
    pub const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }

    pub const fn must(self) -> Self {
        Self { needed: true, ..self }
    }

    fn schema(&self, nullable: bool) -> Value {
        let mut schema = self.kind.schema();
        if nullable {
            schema = or_null(schema);
        }
        if let Some(object) = schema.as_object_mut().filter(|_| !self.about.is_empty()) {
            object.insert(String::from("description"), json!(self.about));
        }
        schema
    }
}

/// A record of the API.
pub struct Record {
    pub name: &'static str,
    about: &'static str,
    /// What tools write beside what is listed is kept and given back.
    open: bool,
    /// Bodies that make one, and bodies that change one.
    made: bool,
    changed: bool,
    properties: &'static [Property],
}

/// What is only read, or only one body.
pub const fn plain(name: &'static str, about: &'static str, properties: &'static [Property]) -> Record {
    Record { name, about, open: false, made: false, changed: false, properties }
}

/// What tools make and change.
pub const fn record(name: &'static str, about: &'static str, properties: &'static [Property]) -> Record {
    Record { name, about, open: false, made: true, changed: true, properties }
}

impl Record {
    pub const fn open(self) -> Self {
        Self { open: true, ..self }
    }

    pub const fn only_made(self) -> Self {
        Self { changed: false, ..self }
    }

    pub const fn only_changed(self) -> Self {
        Self { made: false, ..self }
    }

    /// Its schemas, by their names.
    pub fn put_into(&self, schemas: &mut Map<String, Value>) {
        let is_body = !self.made
            && !self.changed
            && self.properties.iter().all(|property| property.written && !property.always);
        schemas.insert(self.name.to_owned(), if is_body { self.body(false) } else { self.answer() });
        if self.made {
            schemas.insert(format!("{}Create", self.name), self.body(false));
        }
        if self.changed {
            schemas.insert(format!("{}Update", self.name), self.body(true));
        }
    }

    fn answer(&self) -> Value {
        let shown = || self.properties.iter().filter(|property| property.shown);
        let properties: Map<String, Value> =
            shown().map(|property| (property.name.to_owned(), property.schema(property.nullable))).collect();
        let always: Vec<&str> =
            shown().filter(|property| property.always).map(|property| property.name).collect();
        json!({ "type": "object", "description": self.about, "properties": properties, "required": always })
    }

    fn body(&self, change: bool) -> Value {
        let written = || self.properties.iter().filter(|property| property.written);
        let schema = |property: &Property| property.schema(change || property.nullable || !property.needed);
        let properties: Map<String, Value> =
            written().map(|property| (property.name.to_owned(), schema(property))).collect();
        let needed: Vec<&str> =
            written().filter(|property| property.needed).map(|property| property.name).collect();
        let about = match change {
            true => format!("{} What is absent stays; `null` takes away what was written.", self.about),
            false => self.about.to_owned(),
        };
        json!({
            "type": "object",
            "description": about,
            "properties": properties,
            "required": if change { Vec::new() } else { needed },
            "additionalProperties": self.open,
        })
    }
}

impl Kind {
    pub fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Time => json!({ "type": "string", "format": "date-time" }),
            Self::Url => json!({ "type": "string", "format": "uri-reference" }),
            Self::Integer => json!({ "type": "integer" }),
            Self::Number => json!({ "type": "number" }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Object => json!({ "type": "object" }),
            Self::Any => json!({}),
            Self::Words(words) => json!({ "type": "string", "enum": words }),
            Self::List(item) => json!({ "type": "array", "items": item.schema() }),
            Self::Map(value) => json!({ "type": "object", "additionalProperties": value.schema() }),
            Self::Of(name) => reference(name),
        }
    }
}

/// To a schema of the document.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn or_null(schema: Value) -> Value {
    let kind = schema.get("type").and_then(Value::as_str).map(str::to_owned);
    match (schema, kind) {
        // Nothing is said of what may be anything.
        (Value::Object(schema), None) if schema.is_empty() => Value::Object(schema),
        (Value::Object(mut schema), Some(kind)) if !schema.contains_key("enum") => {
            schema.insert(String::from("type"), json!([kind, "null"]));
            Value::Object(schema)
        }
        (schema, _) => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}
