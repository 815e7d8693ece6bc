//! The query of a request, and which fields of the answer it asks for.

use serde_json::{Map, Value};

/// Names and values in the order they came. A list comes as `a=1&a=2`, as `a[]=1`, or as `a[0]=1`, by tool.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(String, String)>);

/// A parameter that cannot be read. `Display` is the message of the API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Query validation error: '{reason}' on property {name}")]
pub struct BadQuery {
    pub name: String,
    pub reason: String,
}

impl Query {
    pub fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value; empty ones count as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether it was sent at all, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Every value of a list.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let same = |key: &str| key.split_once('[').map_or(key, |(outer, _)| outer) == name;
        self.0
            .iter()
            .filter(|(key, value)| same(key) && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, BadQuery> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(BadQuery { name: name.to_owned(), reason: String::from("Expected type boolean") }),
        }
    }

    pub fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, BadQuery> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let bad = |reason| Err(BadQuery { name: name.to_owned(), reason });
        match text.parse::<u32>() {
            Err(_) => bad(format!("Expected type integer but found {text:.20}")),
            Ok(number) if number < least => bad(format!("Value {number} is less than minimum {least}")),
            Ok(number) if number > most => bad(format!("Value {number} is greater than maximum {most}")),
            Ok(number) => Ok(Some(number)),
        }
    }
}

/// `fields` and `include_fields`: root names only, unknown ones are of no consequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    names: Vec<String>,
    leave_out: bool,
}

impl Selection {
    pub fn read(query: &Query) -> Result<Self, BadQuery> {
        let names = query.text("fields").unwrap_or_default().split(',').map(str::trim);
        let names = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Ok(Self { names, leave_out: query.flag("include_fields")? == Some(false) })
    }

    pub fn apply(&self, object: &mut Map<String, Value>) {
        if !self.names.is_empty() {
            object.retain(|name, _| self.names.contains(name) != self.leave_out);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// M-007
    #[test]
    fn lists_come_repeated_bracketed_or_numbered() {
        for query in [
            "strategy=sms&strategy=email",
            "strategy[]=sms&strategy[]=email",
            "strategy%5B0%5D=sms&strategy[1]=email",
        ] {
            assert_eq!(Query::parse(query).list("strategy"), ["sms", "email"], "{query}");
        }
    }

    /// M-007
    #[test]
    fn fields_are_taken_or_left_out_and_alone_the_switch_does_nothing() {
        let apply = |query: &str| {
            let Value::Object(mut object) = json!({"a": 1, "b": 2, "c": 3}) else { unreachable!() };
            Selection::read(&Query::parse(query)).unwrap().apply(&mut object);
            object.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(",")
        };
        assert_eq!(apply("fields=a,c,unknown&include_fields=true"), "a,c");
        assert_eq!(apply("fields=a,c&include_fields=false"), "b");
        assert_eq!(apply("include_fields=false"), "a,b,c");
        assert_eq!(apply(""), "a,b,c");
    }

    #[test]
    fn what_is_not_a_number_or_a_switch_is_named() {
        let query = Query::parse("per_page=x&page=101&include_totals=yes");
        let said = |bad: BadQuery| bad.to_string();
        assert_eq!(
            query.number("per_page", 0, 100).map_err(said).unwrap_err(),
            "Query validation error: 'Expected type integer but found x' on property per_page"
        );
        assert_eq!(
            query.number("page", 0, 100).map_err(said).unwrap_err(),
            "Query validation error: 'Value 101 is greater than maximum 100' on property page"
        );
        assert!(query.flag("include_totals").is_err());
    }
}
