//! What an operation is asked with and what it answers: the types of the tables in `shapes`.

use serde_json::{Map, Value, json};

use super::schema::{Kind, reference};

/// Parameters of a query: name, kind and what it does.
pub type Parameter = (&'static str, Kind, &'static str);

#[derive(Clone, Copy)]
pub enum Body {
    None,
    /// A schema by its name.
    One(&'static str),
    /// Whether it is sent or not does not matter.
    Ignored,
    Many(&'static str),
    Of(Kind),
    /// `multipart/form-data`: a file with users.
    Users,
}

#[derive(Clone, Copy)]
pub enum Answer {
    Nothing,
    One(&'static str),
    /// An array, and never an envelope.
    Array(&'static str),
    /// An array, or an object with `include_totals` or `from`, where it has this name.
    List(&'static str, &'static str),
    /// An array, or one of the other.
    ArrayOr(&'static str, &'static str),
    Of(Kind),
}

pub struct Shape {
    /// `GET /clients`.
    pub operation: &'static str,
    pub status: u16,
    pub body: Body,
    pub answer: Answer,
    pub query: &'static [Parameter],
    /// 204 where there is nothing.
    pub may_be_empty: bool,
}

const fn shape(operation: &'static str, status: u16, body: Body, answer: Answer) -> Shape {
    Shape { operation, status, body, answer, query: &[], may_be_empty: false }
}

pub const fn gets(operation: &'static str, answer: Answer) -> Shape {
    shape(operation, 200, Body::None, answer)
}

/// Makes something.
pub const fn makes(operation: &'static str, body: Body, answer: Answer) -> Shape {
    shape(operation, 201, body, answer)
}

/// Changes something, or tells of it.
pub const fn does(operation: &'static str, body: Body, answer: Answer) -> Shape {
    shape(operation, 200, body, answer)
}

/// It is done, and there is nothing to say.
pub const fn ends(operation: &'static str) -> Shape {
    shape(operation, 204, Body::None, Answer::Nothing)
}

impl Shape {
    pub const fn with(self, query: &'static [Parameter]) -> Self {
        Self { query, ..self }
    }

    /// The schemas of its body and of its answer.
    pub fn names(&self) -> (Option<&'static str>, Option<&'static str>) {
        let taken = match self.body {
            Body::One(name) | Body::Many(name) => Some(name),
            Body::None | Body::Ignored | Body::Of(_) | Body::Users => None,
        };
        let given = match self.answer {
            Answer::One(name) | Answer::Array(name) | Answer::List(_, name) | Answer::ArrayOr(name, _) => {
                Some(name)
            }
            Answer::Nothing | Answer::Of(_) => None,
        };
        (taken, given)
    }

    /// What is there already refuses it.
    pub fn makes(&self) -> bool {
        self.operation.starts_with("POST ") && !matches!(self.body, Body::None | Body::Ignored)
    }

    pub const fn or_nothing(self) -> Self {
        Self { may_be_empty: true, ..self }
    }

    pub const fn answers(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub const fn takes(self, body: Body) -> Self {
        Self { body, ..self }
    }

    /// Parameters of the query, those of pages included.
    pub fn parameters(&self) -> Vec<Value> {
        let pages = if matches!(self.answer, Answer::List(..)) { PAGES } else { &[] };
        let described = |(name, kind, about): &Parameter| json!({ "name": name, "in": "query", "description": about, "schema": kind.schema() });
        self.query.iter().chain(pages).map(described).collect()
    }

    pub fn request_body(&self) -> Option<Value> {
        let json_of = |schema: Value| json!({ "application/json": { "schema": schema } });
        let content = match self.body {
            Body::None => return None,
            Body::Ignored => return Some(json!({ "required": false, "content": json_of(json!({})) })),
            Body::One(name) => json_of(reference(name)),
            Body::Many(name) => json_of(json!({ "type": "array", "items": reference(name) })),
            Body::Of(kind) => json_of(kind.schema()),
            Body::Users => json!({ "multipart/form-data": { "schema": users() } }),
        };
        Some(json!({ "required": true, "content": content }))
    }

    /// The answers where all went well, under their statuses.
    pub fn responses(&self) -> impl Iterator<Item = (String, Value)> {
        let nothing = (String::from("204"), json!({ "description": "There is nothing." }));
        std::iter::once(self.response()).chain(self.may_be_empty.then_some(nothing))
    }

    fn response(&self) -> (String, Value) {
        let content = |schema: Value| json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } });
        let response = match self.answer {
            Answer::Nothing => json!({ "description": "Done." }),
            Answer::One(name) => content(reference(name)),
            Answer::Array(name) => content(json!({ "type": "array", "items": reference(name) })),
            Answer::ArrayOr(item, other) => {
                let items = json!({ "type": "array", "items": reference(item) });
                content(json!({ "oneOf": [items, reference(other)] }))
            }
            Answer::List(key, name) => content(list(key, name)),
            Answer::Of(kind) => content(kind.schema()),
        };
        (self.status.to_string(), response)
    }
}

/// An array; an envelope of pages; or one that leads to the next part.
fn list(key: &str, name: &str) -> Value {
    let items = json!({ "type": "array", "items": reference(name) });
    let mut properties = Map::from_iter(
        ["start", "limit", "length", "total"].map(|name| (name.to_owned(), json!({ "type": "integer" }))),
    );
    properties.insert(String::from("next"), json!({ "type": "string" }));
    properties.insert(key.to_owned(), items.clone());
    json!({ "oneOf": [items, { "type": "object", "required": [key], "properties": properties }] })
}

/// The form of an import.
fn users() -> Value {
    json!({
        "type": "object",
        "required": ["users", "connection_id"],
        "properties": {
            "users": { "type": "string", "format": "binary",
                "description": "A JSON array of users or one on each line, packed by gzip or not; 50 MB unless set." },
            "connection_id": { "type": "string", "description": "Where they belong." },
            "upsert": { "type": "boolean", "description": "Users who are there already are changed." },
            "external_id": { "type": "string", "description": "Your name of the job." },
            "send_completion_email": { "type": "boolean", "description": "Kept for tools; no mail is sent." },
        },
    })
}

/// Of a list that has pages.
const PAGES: &[Parameter] = &[
    ("page", Kind::Integer, "The page, from 0."),
    ("per_page", Kind::Integer, "Items on a page; at most 100."),
    ("include_totals", Kind::Flag, "The answer is an object that also says how many there are."),
    ("take", Kind::Integer, "Items after `from`; at most 100. Wins over pages."),
    ("from", Kind::Text, "Where the part before ended: its `next`."),
];

/// Of what can be shown in part.
pub const FIELDS: [Parameter; 2] = [
    ("fields", Kind::Text, "Names of properties, with commas between them."),
    ("include_fields", Kind::Flag, "`false`: all but these."),
];
