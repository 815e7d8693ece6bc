//! The parameters of a request, whichever way the body was written.
//!
//! Every POST of the protocol accepts JSON and forms alike (protocol 2.0), with `a[b]=c` for nested
//! form keys. Both become one [`Params`]. Reading is strict: one object, no key twice, no nesting
//! past 32 levels, valid UTF-8, nothing after the end.

use std::collections::BTreeMap;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::Secret;

/// Deepest nesting accepted in a JSON body.
pub const MAX_DEPTH: usize = 32;
/// Most members accepted in one body.
pub const MAX_MEMBERS: usize = 256;

/// Names and values of one request. Values of a form are strings, or objects for bracketed keys.
#[derive(Clone, Debug, Default)]
pub struct Params(BTreeMap<String, Value>);

/// Why a body is not a set of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    #[error("The request body is not valid JSON.")]
    Json,
    #[error("The request body must be a JSON object.")]
    NotAnObject,
    #[error("The request body is not a valid form.")]
    Form,
    #[error("A parameter is given more than once.")]
    Repeated,
    #[error("The request body has too many members or is nested too deeply.")]
    TooComplex,
}

/// A parameter has the wrong JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongType {
    /// The JSON type found: `number`, `array`, `object`, `boolean` or `null`.
    pub found: &'static str,
}

impl Params {
    pub fn from_json(body: &[u8]) -> Result<Self, ParamError> {
        match json_of(body)? {
            Value::Object(map) if map.len() > MAX_MEMBERS => Err(ParamError::TooComplex),
            Value::Object(map) => Ok(Self(map.into_iter().collect())),
            _ => Err(ParamError::NotAnObject),
        }
    }

    /// Reads `application/x-www-form-urlencoded` (also a query string).
    pub fn from_form(body: &[u8]) -> Result<Self, ParamError> {
        if std::str::from_utf8(body).is_err() {
            return Err(ParamError::Form);
        }
        let mut params = BTreeMap::new();
        for (count, (name, value)) in form_urlencoded::parse(body).enumerate() {
            if count >= MAX_MEMBERS {
                return Err(ParamError::TooComplex);
            }
            // The decoder replaces broken UTF-8 by U+FFFD: a request that carries one was damaged.
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                return Err(ParamError::Form);
            }
            insert_form_pair(&mut params, &name, value.into_owned())?;
        }
        Ok(Self(params))
    }

    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The text of a parameter; `None` when it is absent.
    pub fn text(&self, name: &str) -> Result<Option<&str>, WrongType> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(WrongType { found: type_name(other) }),
        }
    }

    /// As [`Params::text`], with JSON `null` and the empty string read as absent. Several SDKs send
    /// those for parameters that the caller left out.
    pub fn optional(&self, name: &str) -> Result<Option<&str>, WrongType> {
        match self.0.get(name) {
            Some(Value::Null) => Ok(None),
            _ => Ok(self.text(name)?.filter(|text| !text.is_empty())),
        }
    }

    /// A secret parameter; absent when empty.
    pub fn secret(&self, name: &str) -> Result<Option<Secret>, WrongType> {
        Ok(self.optional(name)?.map(Secret::new))
    }

    pub fn insert(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

/// One JSON value, read as strictly as [`Params::from_json`].
pub fn json_of(body: &[u8]) -> Result<Value, ParamError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer).map_err(json_fault)?;
    deserializer.end().map_err(|_| ParamError::Json)?;
    Ok(value)
}

/// The JSON type of a value, in the words of the protocol's error texts.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn insert_form_pair(
    params: &mut BTreeMap<String, Value>,
    name: &str,
    value: String,
) -> Result<(), ParamError> {
    let nested = name.strip_suffix(']').and_then(|rest| rest.split_once('['));
    let Some((outer, inner)) = nested else {
        return match params.insert(name.to_owned(), Value::String(value)) {
            None => Ok(()),
            Some(_) => Err(ParamError::Repeated),
        };
    };
    let slot = params.entry(outer.to_owned()).or_insert_with(|| Value::Object(Map::new()));
    match slot.as_object_mut() {
        Some(object) => match object.insert(inner.to_owned(), Value::String(value)) {
            None => Ok(()),
            Some(_) => Err(ParamError::Repeated),
        },
        None => Err(ParamError::Repeated),
    }
}

const REPEATED: &str = "latchkey: repeated key";
const TOO_DEEP: &str = "latchkey: too deep";

fn json_fault(error: serde_json::Error) -> ParamError {
    let text = error.to_string();
    if text.starts_with(REPEATED) {
        ParamError::Repeated
    } else if text.starts_with(TOO_DEEP) || text.starts_with("recursion limit") {
        ParamError::TooComplex
    } else {
        ParamError::Json
    }
}

/// Reads any JSON value, refusing repeated keys and deep nesting.
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(&self) -> Result<Strict, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(TOO_DEEP));
        }
        Ok(Strict { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.deeper()?)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(self.deeper()?)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom(REPEATED));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_form_bodies_read_alike() {
        let json = Params::from_json(br#"{"client_id":"a","authParams":{"scope":"openid"}}"#).unwrap();
        let form = Params::from_form(b"client_id=a&authParams%5Bscope%5D=openid").unwrap();
        assert_eq!(json.0, form.0);
    }

    #[test]
    fn a_key_given_twice_is_refused_in_both_forms() {
        assert_eq!(Params::from_json(br#"{"a":1,"a":2}"#).unwrap_err(), ParamError::Repeated);
        assert_eq!(Params::from_json(br#"{"o":{"a":1,"a":2}}"#).unwrap_err(), ParamError::Repeated);
        assert_eq!(Params::from_form(b"a=1&a=2").unwrap_err(), ParamError::Repeated);
        assert_eq!(Params::from_form(b"a[x]=1&a=2").unwrap_err(), ParamError::Repeated);
    }

    #[test]
    fn anything_but_one_object_is_refused() {
        for body in ["null", "[]", "\"x\"", "1"] {
            assert_eq!(Params::from_json(body.as_bytes()).unwrap_err(), ParamError::NotAnObject, "{body}");
        }
        for body in ["", "{", "{\"a\":1,}", "{'a':1}", "{} x", "\u{feff}{}"] {
            assert_eq!(Params::from_json(body.as_bytes()).unwrap_err(), ParamError::Json, "{body}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_exhausting_the_stack() {
        let deep = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
        assert_eq!(Params::from_json(deep.as_bytes()).unwrap_err(), ParamError::TooComplex);
    }

    #[test]
    fn broken_utf8_in_a_form_is_refused() {
        assert_eq!(Params::from_form(b"client_id=%ff%fe").unwrap_err(), ParamError::Form);
    }

    #[test]
    fn null_and_empty_text_read_as_absent_where_a_parameter_is_optional() {
        let params = Params::from_json(br#"{"a":null,"b":"","c":"x","d":1}"#).unwrap();
        assert_eq!(params.optional("a"), Ok(None));
        assert_eq!(params.optional("b"), Ok(None));
        assert_eq!(params.optional("c"), Ok(Some("x")));
        assert_eq!(params.optional("d"), Err(WrongType { found: "number" }));
    }
}
