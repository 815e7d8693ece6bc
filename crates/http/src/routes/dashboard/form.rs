//! Forms that are made of what the API answers, and answers of what the API is sent: one list of fields says
//! where each stands. What has no field stays as it is.

use latchkey_wire::management::Query;
use serde_json::{Map, Value, json};

use super::api::Refused;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Line,
    Text,
    Number,
    Check,
    /// Never shown; empty keeps it.
    Secret,
    /// One of these: the value, and what people read.
    Choice(&'static [(&'static str, &'static str)]),
    /// Any of these, as a list.
    Many(&'static [(&'static str, &'static str)]),
    /// A list, an item on each line.
    Lines,
    /// An object, as JSON.
    Object,
}

#[derive(Debug)]
pub struct Spec {
    /// The path in the object, with dots; the name of the field, too.
    pub path: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub kind: Kind,
    /// The value of `provider` that the field is for; empty for all.
    pub only: &'static str,
}

pub const fn spec(
    path: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: Kind,
    only: &'static str,
) -> Spec {
    Spec { path, label, hint, kind, only }
}

/// A field with what stands in it, for `dashboard/fields.html`.
pub struct Field {
    pub spec: &'static Spec,
    pub value: String,
    /// What the API says of it.
    pub error: Option<String>,
}

impl Field {
    /// What it is typed into.
    pub fn widget(&self) -> &'static str {
        match self.spec.kind {
            Kind::Line | Kind::Text | Kind::Lines | Kind::Object => "text",
            Kind::Number => "number",
            Kind::Check => "check",
            Kind::Secret => "secret",
            Kind::Choice(_) => "choice",
            Kind::Many(_) => "many",
        }
    }

    /// Lines of text that it shows.
    pub fn rows(&self) -> u8 {
        match self.spec.kind {
            Kind::Text | Kind::Object => 5,
            Kind::Lines => 3,
            _ => 1,
        }
    }

    pub fn choices(&self) -> &'static [(&'static str, &'static str)] {
        match self.spec.kind {
            Kind::Choice(choices) | Kind::Many(choices) => choices,
            _ => &[],
        }
    }

    /// What `<option>` shows: also what was written elsewhere and is none of ours to offer.
    pub fn is_offered(&self) -> bool {
        self.value.is_empty() || self.choices().iter().any(|(value, _)| *value == self.value)
    }

    /// Of [`Kind::Many`].
    pub fn has(&self, choice: &str) -> bool {
        self.value.lines().any(|line| line == choice)
    }

    /// What is in the list and none of ours to offer. It stays.
    pub fn others(&self) -> Vec<&str> {
        let offered = |line: &&str| self.choices().iter().any(|(value, _)| value == line);
        self.value.lines().filter(|line| !offered(line)).collect()
    }

    pub fn described_by(&self) -> String {
        let hint = (!self.spec.hint.is_empty()).then(|| format!("{}-hint", self.spec.path));
        let error = self.error.is_some().then(|| format!("{}-error", self.spec.path));
        [error, hint].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The fields as the object has them.
pub fn shown(specs: &'static [Spec], object: &Value) -> Vec<Field> {
    specs.iter().map(|spec| Field { spec, value: spec.read(object), error: None }).collect()
}

/// The fields as they were typed, with what was wrong. `root`: where the object stands in the body that the API
/// refused, such as `options.`; empty where it is the body.
pub fn typed(specs: &'static [Spec], fields: &Query, root: &str, refused: &Refused) -> Vec<Field> {
    let field = |spec: &'static Spec| {
        let value = match spec.kind {
            // Typed again: a secret never comes back in a page.
            Kind::Secret => String::new(),
            Kind::Many(_) => fields.list(spec.path).join("\n"),
            _ => fields.text(spec.path).unwrap_or_default().to_owned(),
        };
        let error = spec.own_error(&value).or_else(|| about(refused, root, spec));
        Field { spec, value, error }
    };
    specs.iter().map(field).collect()
}

/// What stands above the form: the reason, or that a field has it.
pub fn summary(fields: &[Field], refused: &Refused) -> String {
    match fields.iter().any(|field| field.error.is_some()) {
        true => String::from("Nothing was saved: one of the fields below is not right."),
        false => refused.message.clone(),
    }
}

/// The reason, where the API names this field.
fn about(refused: &Refused, root: &str, spec: &Spec) -> Option<String> {
    let (property, reason) = refused.named()?;
    let own = property.strip_prefix(root)?.strip_prefix(spec.path)?;
    let is_it = own.is_empty() || own.starts_with('.') || own.starts_with('[');
    is_it.then(|| reason.to_owned())
}

impl Spec {
    /// The value of an object as a field shows it.
    fn read(&self, object: &Value) -> String {
        let found = object.pointer(&format!("/{}", self.path.replace('.', "/")));
        match (self.kind, found) {
            (Kind::Secret, _) => String::new(),
            (Kind::Object, Some(value @ Value::Object(_))) => {
                serde_json::to_string_pretty(value).unwrap_or_default()
            }
            (_, Some(Value::String(text))) => text.clone(),
            (_, Some(Value::Number(number))) => number.to_string(),
            (_, Some(Value::Bool(true))) => String::from("on"),
            (_, Some(Value::Array(items))) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
            }
            (_, None) if self.path == "brute_force_protection" => String::from("on"),
            _ => String::new(),
        }
    }

    /// What is wrong with it before the API is asked.
    fn own_error(&self, value: &str) -> Option<String> {
        let value = value.trim();
        match self.kind {
            Kind::Number if !value.is_empty() && value.parse::<u32>().is_err() => {
                Some(String::from("Must be a whole number."))
            }
            Kind::Object if !value.is_empty() => match serde_json::from_str::<Map<String, Value>>(value) {
                Ok(_) => None,
                Err(bad) => Some(format!("Must be an object in JSON: {bad}.")),
            },
            _ => None,
        }
    }

    /// The value as the object has it; `None` leaves it out. A number that is none stays text, which the API
    /// refuses by name; so does an object.
    fn written(&self, fields: &Query) -> Option<Value> {
        let text = fields.text(self.path).map(str::trim).filter(|text| !text.is_empty());
        match self.kind {
            Kind::Check => Some(json!(text.is_some())),
            Kind::Number => {
                text.map(|text| text.parse::<u32>().map_or_else(|_| json!(text), |number| json!(number)))
            }
            Kind::Many(_) => Some(json!(fields.list(self.path))),
            Kind::Lines => {
                let lines = text.unwrap_or_default().lines().map(str::trim);
                Some(json!(lines.filter(|line| !line.is_empty()).collect::<Vec<_>>()))
            }
            Kind::Object => text.map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text))),
            Kind::Line | Kind::Text | Kind::Secret | Kind::Choice(_) => text.map(|text| json!(text)),
        }
    }
}

/// The object with what the form says.
pub fn merged(specs: &[Spec], object: &Value, fields: &Query) -> Map<String, Value> {
    let mut merged = object.as_object().cloned().unwrap_or_default();
    for spec in specs {
        put(&mut merged, spec.path, spec.written(fields));
    }
    merged
}

/// What a PATCH says that leaves what is absent: every field of the form, `null` where it was emptied. Secrets that
/// were left empty are absent.
pub fn patch(specs: &[Spec], fields: &Query) -> Map<String, Value> {
    let mut patch = Map::new();
    for spec in specs {
        let written = spec.written(fields);
        if written.is_none() && spec.kind == Kind::Secret {
            continue;
        }
        put(&mut patch, spec.path, Some(written.unwrap_or(Value::Null)));
    }
    patch
}

/// Puts it at a path with dots, or takes it away, and with it what then holds nothing.
pub fn put(object: &mut Map<String, Value>, path: &str, value: Option<Value>) {
    let Some((parent, rest)) = path.split_once('.') else {
        match value {
            Some(value) => object.insert(path.to_owned(), value),
            None => object.remove(path),
        };
        return;
    };
    let mut inner = match object.remove(parent) {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    put(&mut inner, rest, value);
    if !inner.is_empty() {
        object.insert(parent.to_owned(), Value::Object(inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECS: &[Spec] = &[
        spec("sid", "", "", Kind::Line, ""),
        spec("token", "", "", Kind::Secret, ""),
        spec("totp.time_step", "", "", Kind::Number, ""),
        spec("methods.passkey.enabled", "", "", Kind::Check, ""),
        spec("disable", "", "", Kind::Check, ""),
        spec("urls", "", "", Kind::Lines, ""),
        spec("grants", "", "", Kind::Many(&[("a", "A"), ("b", "B")]), ""),
        spec("metadata", "", "", Kind::Object, ""),
    ];

    #[test]
    fn a_form_changes_its_fields_and_leaves_the_rest() {
        let object = json!({"sid": "AC1", "totp": {"length": 6, "new": 1}, "other": {"countries": ["US"]},
            "methods": {"passkey": {"enabled": true, "new": 1}}});
        let fields = Query::parse(
            "sid=AC2&totp.time_step=300&disable=on&urls=x%0D%0A%20%0D%0Ay&grants=a&grants=b&metadata=%7B%22k%22%3A1%7D",
        );
        assert_eq!(
            Value::Object(merged(SPECS, &object, &fields)),
            json!({
                "sid": "AC2", "totp": {"length": 6, "time_step": 300, "new": 1}, "other": {"countries": ["US"]},
                "disable": true, "urls": ["x", "y"], "grants": ["a", "b"], "metadata": {"k": 1},
                "methods": {"passkey": {"enabled": false, "new": 1}},
            })
        );
    }

    #[test]
    fn a_secret_that_is_left_empty_is_not_written() {
        let merged = |query: &str| Value::Object(merged(SPECS, &json!({}), &Query::parse(query)));
        assert_eq!(merged("token=").get("token"), None);
        assert_eq!(merged("token=x")["token"], "x");
        let patch = Value::Object(patch(SPECS, &Query::parse("sid=&token=")));
        assert_eq!((&patch["sid"], patch.get("token"), &patch["urls"]), (&Value::Null, None, &json!([])));
    }

    #[test]
    fn what_the_api_refuses_stands_at_its_field() {
        let refused = Refused {
            status: http::StatusCode::BAD_REQUEST,
            code: String::from("invalid_body"),
            message: String::from("Payload validation error: 'Too short' on property options.totp.time_step"),
        };
        let fields =
            typed(SPECS, &Query::parse("totp.time_step=1&token=secret&metadata=%7B"), "options.", &refused);
        let error = |path: &str| fields.iter().find(|field| field.spec.path == path).unwrap().error.clone();
        assert_eq!(error("totp.time_step").unwrap(), "Too short");
        assert!(error("metadata").unwrap().starts_with("Must be an object in JSON"));
        assert_eq!(error("sid"), None);
        assert!(fields.iter().all(|field| field.value != "secret"));
    }
}
