//! The forms that lists come in: bare, by page with or without totals, by checkpoint.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::query::{BadQuery, Query};

const DEFAULT: u32 = 50;
const MOST: u32 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A JSON array.
    Array,
    /// `{start, limit, length, total, <key>: […]}`.
    Totals,
    /// `{<key>: […], next}`.
    Checkpoint,
}

/// Which part of a list is asked for, and in which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    pub form: Form,
    /// Items before the part, unless the form is [`Form::Checkpoint`].
    pub start: u32,
    pub limit: u32,
    /// The key of the last item of the part before.
    pub after: Option<String>,
}

impl Paging {
    /// `take` and `from` win over `include_totals`, which some SDKs send beside them (M-005).
    pub fn read(query: &Query) -> Result<Self, BadQuery> {
        let take = query.number("take", 1, MOST)?;
        let per_page = query.number("per_page", 0, MOST)?.unwrap_or(DEFAULT);
        let page = query.number("page", 0, 1_000_000)?.unwrap_or(0);
        let totals = query.flag("include_totals")? == Some(true);
        let after = match query.text("from") {
            None => None,
            Some(text) => Some(cursor(text).ok_or_else(|| BadQuery {
                name: String::from("from"),
                reason: String::from("Unknown checkpoint"),
            })?),
        };
        if take.is_some() || after.is_some() {
            return Ok(Self { form: Form::Checkpoint, start: 0, limit: take.unwrap_or(DEFAULT), after });
        }
        let form = if totals { Form::Totals } else { Form::Array };
        Ok(Self { form, start: page.saturating_mul(per_page), limit: per_page, after: None })
    }

    /// Cuts the part out of a whole list, which is in the order of its keys.
    pub fn cut<T>(&self, all: Vec<T>, key: impl Fn(&T) -> String) -> Part<T> {
        let total = all.len();
        let (start, limit) = (self.start as usize, self.limit as usize);
        let mut rest: Vec<T> = match &self.after {
            Some(after) => all.into_iter().filter(|item| key(item) > *after).collect(),
            None => all.into_iter().skip(start).collect(),
        };
        let more = rest.len() > limit;
        rest.truncate(limit);
        let next = rest.last().filter(|_| more).map(key);
        Part { items: rest, total, next }
    }

    /// The list as the form has it.
    pub fn answer(&self, name: &str, part: Part<Value>) -> Value {
        let Part { items, total, next } = part;
        match self.form {
            Form::Array => Value::Array(items),
            Form::Totals => json!({
                "start": self.start, "limit": self.limit, "length": items.len(), "total": total, name: items,
            }),
            Form::Checkpoint => {
                let mut object = Map::from_iter([(name.to_owned(), Value::Array(items))]);
                if let Some(next) = next {
                    object.insert(String::from("next"), BASE64URL_NOPAD.encode(next.as_bytes()).into());
                }
                Value::Object(object)
            }
        }
    }
}

fn cursor(text: &str) -> Option<String> {
    String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: usize,
    /// The key of the last item, where more follow.
    pub next: Option<String>,
}

impl<T> Part<T> {
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Part<U> {
        Part { items: self.items.into_iter().map(change).collect(), total: self.total, next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(query: &str) -> Value {
        let paging = Paging::read(&Query::parse(query)).unwrap();
        let part = paging.cut((0..7).collect(), |number: &i32| number.to_string());
        paging.answer("things", part.map(|number| json!(number)))
    }

    /// M-005, M-006
    #[test]
    fn take_wins_over_totals_and_totals_over_a_bare_array() {
        assert_eq!(list(""), json!([0, 1, 2, 3, 4, 5, 6]));
        assert_eq!(list("page=1&per_page=3"), json!([3, 4, 5]));
        assert_eq!(
            list("page=1&per_page=5&include_totals=true"),
            json!({"start": 5, "limit": 5, "length": 2, "total": 7, "things": [5, 6]})
        );
        assert_eq!(
            list("page=9&include_totals=true"),
            json!({"start": 450, "limit": 50, "length": 0, "total": 7, "things": []})
        );
        let first = list("take=4&include_totals=true");
        assert_eq!(first["things"], json!([0, 1, 2, 3]));
        let rest = list(&format!("take=4&from={}", first["next"].as_str().unwrap()));
        assert_eq!(rest, json!({"things": [4, 5, 6]}));
        assert_eq!(list("take=7"), json!({"things": [0, 1, 2, 3, 4, 5, 6]}));
    }

    /// M-005, S-126
    #[test]
    fn a_page_holds_a_hundred_at_most() {
        for query in ["per_page=101", "take=101", "take=0", "page=-1", "from=!"] {
            assert!(Paging::read(&Query::parse(query)).is_err(), "{query}");
        }
        assert!(Paging::read(&Query::parse("per_page=100&page=0")).is_ok());
    }
}
