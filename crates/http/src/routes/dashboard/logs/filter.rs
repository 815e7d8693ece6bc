//! Which part of the log is asked for: a query, a kind of entry, and days.

use latchkey_wire::management::Query;

use super::kinds::Group;
use crate::routes::dashboard::api::{Refused, phrase, segment};

/// Parameters of the page that say it.
pub const NAMES: &[&str] = &["q", "type", "from", "to"];

#[derive(Clone, Default)]
pub struct Filter {
    pub q: String,
    /// The word of a group, or the code of one kind.
    pub kind: String,
    /// Days of UTC.
    pub from: String,
    pub to: String,
    pub q_error: Option<String>,
    pub days_error: Option<String>,
}

impl Filter {
    pub fn of(query: &Query) -> Self {
        let text = |name: &str| query.text(name).unwrap_or_default().trim().to_owned();
        Self { q: text("q"), kind: text("type"), from: text("from"), to: text("to"), ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        [&self.q, &self.kind, &self.from, &self.to].iter().all(|part| part.is_empty())
    }

    /// As the API asks for it; `None` is everything.
    pub fn query(&self) -> Option<String> {
        self.query_and(None)
    }

    /// With one more condition.
    pub fn query_and(&self, more: Option<String>) -> Option<String> {
        let mut parts = Vec::new();
        if !self.q.is_empty() {
            parts.push(format!("({})", self.q));
        }
        if !self.kind.is_empty() {
            parts.push(self.kinds());
        }
        if !self.from.is_empty() || !self.to.is_empty() {
            parts.push(format!("date:[{} TO {}]", end(&self.from), end(&self.to)));
        }
        parts.extend(more);
        // A query alone is sent as it was typed, so that what is said of it fits.
        match (parts.len(), self.q.is_empty()) {
            (0, _) => None,
            (1, false) => Some(self.q.clone()),
            _ => Some(parts.join(" AND ")),
        }
    }

    fn kinds(&self) -> String {
        match Group::ALL.iter().find(|group| group.word() == self.kind) {
            Some(group) => {
                let codes: Vec<&str> = group.kinds().into_iter().map(|(code, _)| code).collect();
                format!("type:({})", codes.join(" OR "))
            }
            None => format!("type:{}", phrase(&self.kind)),
        }
    }

    /// Parameters of a link, each with `&` before it.
    pub fn kept(&self) -> String {
        let all = NAMES.iter().zip([&self.q, &self.kind, &self.from, &self.to]);
        all.filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("&{name}={}", segment(value)))
            .collect()
    }

    /// Keeps the reason, where the API refused the query: at the days, where it is about them.
    pub fn blame(&mut self, why: &Refused) -> bool {
        let Some(reason) = why.reason_of("q") else { return false };
        let of_days = reason.starts_with("date is a date") && !self.q.contains("date:");
        let place = if of_days { &mut self.days_error } else { &mut self.q_error };
        *place = Some(reason.to_owned());
        true
    }
}

fn end(day: &str) -> String {
    if day.is_empty() { String::from("*") } else { phrase(day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(query: &str) -> Option<String> {
        Filter::of(&Query::parse(query)).query()
    }

    /// M-043
    #[test]
    fn the_parts_of_a_filter_are_one_query() {
        assert_eq!(query("q=&type=&from=&to="), None);
        assert_eq!(query("q=a+OR+b").as_deref(), Some("a OR b"));
        assert_eq!(query("type=fp").as_deref(), Some("type:\"fp\""));
        assert_eq!(
            query("q=a+OR+b&type=fp&from=2026-01-01").as_deref(),
            Some("(a OR b) AND type:\"fp\" AND date:[\"2026-01-01\" TO *]")
        );
        let errors = query("type=errors").unwrap();
        assert!(errors.starts_with("type:(") && errors.contains("fp OR "), "{errors}");
        let all = Filter { q: String::from("a OR b"), ..Filter::default() };
        assert_eq!(all.query_and(Some(String::from("x:1"))).as_deref(), Some("(a OR b) AND x:1"));
        assert_eq!(all.kept(), "&q=a%20OR%20b");
    }
}
