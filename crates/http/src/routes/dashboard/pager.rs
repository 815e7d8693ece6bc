//! The part of a list that a page shows, and the ways to the other parts.

use latchkey_wire::management::Query;
use serde_json::Value;

use super::api::segment;

/// Items on a page.
pub const PER_PAGE: u64 = 50;

pub struct Pager {
    /// The number of the first item that is shown, from 1; 0 where the list is empty.
    pub first: u64,
    pub last: u64,
    pub total: u64,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Pager {
    /// Of an answer with totals. `kept`: parameters of the page that its other parts have, too.
    pub fn of(path: &str, query: &Query, kept: &[&str], answer: &Value) -> Self {
        let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
        let (start, length, total) = (number("start"), number("length"), number("total"));
        let page = page_of(query);
        let href = |page: u64| {
            let kept = kept.iter().filter_map(|name| Some((*name, query.text(name)?)));
            let kept: String = kept.map(|(name, value)| format!("&{name}={}", segment(value))).collect();
            format!("{path}?page={page}{kept}")
        };
        Self {
            first: if length == 0 { 0 } else { start + 1 },
            last: start + length,
            total,
            before: page.checked_sub(1).map(href),
            after: (start + length < total).then(|| href(page + 1)),
        }
    }

    pub fn is_needed(&self) -> bool {
        self.before.is_some() || self.after.is_some()
    }
}

/// The page that is asked for, from 0.
pub fn page_of(query: &Query) -> u64 {
    query.text("page").and_then(|page| page.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_leads_to_its_neighbours_with_what_was_asked() {
        let query = Query::parse("page=1&q=a%26b&sort=&other=1");
        let pager =
            Pager::of("/list", &query, &["q", "sort"], &json!({"start": 50, "length": 50, "total": 101}));
        assert_eq!((pager.first, pager.last, pager.total), (51, 100, 101));
        assert_eq!(pager.before.as_deref(), Some("/list?page=0&q=a%26b"));
        assert_eq!(pager.after.as_deref(), Some("/list?page=2&q=a%26b"));
        let only = Pager::of("/list", &Query::default(), &[], &json!({"start": 0, "length": 0, "total": 0}));
        assert!(!only.is_needed() && only.first == 0);
    }
}
