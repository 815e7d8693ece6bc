//! What is typed to find users, as a query of the API (section 1.8 of the management contract).

use latchkey_wire::management::Query;

use crate::routes::dashboard::api::{Refused, phrase};

/// The value, what people read, and what to type.
pub const MODES: &[(&str, &str, &str)] = &[
    ("user", "User", "Part of a name, a nickname, an address, a number or an id."),
    ("email", "Email", "The beginning of an address, or @example.com for all of a domain."),
    ("phone", "Phone number", "The beginning with +, or any digits of it. Spaces and dashes do not matter."),
    ("connection", "Connection", "The name of a connection, such as sms."),
    ("logins", "Login count", "5, >5, <5, or 5 to 10."),
    ("last_login", "Last login", "2026-01-31, >2026-01-31, 2026-01-01 to 2026-01-31, or never."),
    ("id", "User ID", "The whole id, such as sms|5f7c8ec7c33c6c004bbafe82."),
    (
        "lucene",
        "Lucene (advanced)",
        "A query: name:jo* AND blocked:true, email_verified:false, app_metadata.plan:\"pro\", \
         created_at:[2026-01-01 TO *], NOT _exists_:last_login.",
    ),
];

/// Literal characters that a wildcard in front asks for.
const LEAST: usize = 3;

pub struct Search {
    by: String,
    pub text: String,
    /// What the API says of it.
    pub error: Option<String>,
}

impl Search {
    pub fn of(query: &Query) -> Self {
        let text = query.text("q").unwrap_or_default().trim().to_owned();
        Self { by: query.text("by").unwrap_or("user").to_owned(), text, error: None }
    }

    pub fn modes(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        MODES
    }

    pub fn is_by(&self, mode: &str) -> bool {
        self.by == mode
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Keeps the reason, where the API refused the query.
    pub fn blame(&mut self, refused: &Refused) -> bool {
        self.error = refused.reason_of("q").map(str::to_owned);
        self.error.is_some()
    }

    /// `None`: everybody.
    pub fn query(&self) -> Option<String> {
        let text = self.text.as_str();
        (!text.is_empty()).then(|| match self.by.as_str() {
            "lucene" => text.to_owned(),
            "email" => email(text),
            "phone" => phone(text),
            "connection" => format!("identities.connection:{}", phrase(text)),
            "logins" => span("logins_count", text),
            "last_login" if text.eq_ignore_ascii_case("never") => String::from("NOT _exists_:last_login"),
            "last_login" => span("last_login", text),
            "id" => format!("user_id:{}", phrase(text)),
            _ => part(text),
        })
    }
}

fn email(text: &str) -> String {
    match text.split_once('@') {
        Some(("", domain)) => format!("email.domain:{}", phrase(domain)),
        Some(_) => format!("email:{}*", word(text)),
        None => format!("email:{}", part(text)),
    }
}

fn phone(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '.' | '/');
    let number: String = text.chars().filter(kept).collect();
    let number = number.strip_prefix("00").map_or_else(|| number.clone(), |rest| format!("+{rest}"));
    match number.starts_with('+') {
        true => format!("phone_number:{}*", word(&number)),
        false => format!("phone_number:{}", part(&number)),
    }
}

/// `5`, `>5`, `<=5`, `5 to 10`. Ranges of the language are left as they are.
fn span(field: &str, text: &str) -> String {
    let open = |text: &str| phrase(text.trim());
    if text.starts_with(['[', '{']) {
        return format!("{field}:{text}");
    }
    for (sign, before, after) in [(">=", "[", " TO *]"), (">", "{", " TO *]")] {
        if let Some(rest) = text.strip_prefix(sign) {
            return format!("{field}:{before}{}{after}", open(rest));
        }
    }
    for (sign, after) in [("<=", "]"), ("<", "}")] {
        if let Some(rest) = text.strip_prefix(sign) {
            return format!("{field}:[* TO {}{after}", open(rest));
        }
    }
    match text.split_once(" to ") {
        Some((low, high)) => format!("{field}:[{} TO {}]", open(low), open(high)),
        None => format!("{field}:{}", phrase(text)),
    }
}

/// Anywhere in the value, as far as the language can.
fn part(text: &str) -> String {
    let before = if text.chars().count() >= LEAST { "*" } else { "" };
    format!("{before}{}*", word(text))
}

/// Every sign of it is meant.
fn word(text: &str) -> String {
    let mut word = String::new();
    for c in text.chars() {
        if !c.is_alphanumeric() {
            word.push('\\');
        }
        word.push(c);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(by: &str, text: &str) -> String {
        Search { by: by.to_owned(), text: text.to_owned(), error: None }.query().unwrap_or_default()
    }

    /// M-043
    #[test]
    fn each_mode_asks_for_what_was_typed() {
        for (by, text, expected) in [
            ("user", "", ""),
            ("user", "jo", "jo*"),
            ("user", "Ann Lee", "*Ann\\ Lee*"),
            ("user", "a* OR b:c", "*a\\*\\ OR\\ b\\:c*"),
            ("other", "ann", "*ann*"),
            ("email", "@example.com", "email.domain:\"example.com\""),
            ("email", "ann@ex", "email:ann\\@ex*"),
            ("email", "ann", "email:*ann*"),
            ("phone", "+1 (415) 555-01", "phone_number:\\+141555501*"),
            ("phone", "001415", "phone_number:\\+1415*"),
            ("phone", "555 01", "phone_number:*55501*"),
            ("connection", "my \"sms\"", "identities.connection:\"my \\\"sms\\\"\""),
            ("logins", "5", "logins_count:\"5\""),
            ("logins", "> 5", "logins_count:{\"5\" TO *]"),
            ("logins", ">=5", "logins_count:[\"5\" TO *]"),
            ("logins", "<5", "logins_count:[* TO \"5\"}"),
            ("logins", "5 to 10", "logins_count:[\"5\" TO \"10\"]"),
            ("logins", "[1 TO *]", "logins_count:[1 TO *]"),
            ("last_login", "never", "NOT _exists_:last_login"),
            ("last_login", "<=2026-01-31", "last_login:[* TO \"2026-01-31\"]"),
            ("id", "sms|a\\b", "user_id:\"sms|a\\\\b\""),
            ("lucene", "name:jo* AND blocked:true", "name:jo* AND blocked:true"),
        ] {
            assert_eq!(query(by, text), expected, "{by} {text}");
        }
    }
}
