//! [`Query`] to text that reads back as the same.

use std::fmt::{Display, Formatter, Result, Write};

use super::{Bound, Query, Test};

/// What has a meaning in a query, wherever it stands.
const SIGNS: &str = "+-&|!(){}[]^\"~*?:\\/";

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Everything => f.write_char('*'),
            Self::And(parts) => joined(f, parts, " AND "),
            Self::Or(parts) => joined(f, parts, " OR "),
            Self::Not(inner) => write!(f, "(NOT {inner})"),
            Self::Exists(field) => {
                f.write_str("_exists_:")?;
                escaped(f, field)
            }
            Self::Term { field, test } => {
                if let Some(field) = field {
                    escaped(f, field)?;
                    f.write_char(':')?;
                }
                write!(f, "{test}")
            }
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Is { text, quoted: true } => phrase(f, text),
            Self::Is { text, quoted: false } => escaped(f, text),
            Self::Like(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        f.write_char('*')?;
                    }
                    escaped(f, part)?;
                }
                Ok(())
            }
            Self::Range(low, high) => {
                let is_in = |bound: &Option<Bound>| bound.as_ref().is_none_or(|bound| bound.included);
                f.write_char(if is_in(low) { '[' } else { '{' })?;
                end(f, low.as_ref())?;
                f.write_str(" TO ")?;
                end(f, high.as_ref())?;
                f.write_char(if is_in(high) { ']' } else { '}' })
            }
        }
    }
}

fn joined(f: &mut Formatter<'_>, parts: &[Query], word: &str) -> Result {
    f.write_char('(')?;
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        write!(f, "{part}")?;
    }
    f.write_char(')')
}

fn end(f: &mut Formatter<'_>, bound: Option<&Bound>) -> Result {
    match bound {
        None => f.write_char('*'),
        Some(bound) => phrase(f, &bound.text),
    }
}

fn phrase(f: &mut Formatter<'_>, text: &str) -> Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

fn escaped(f: &mut Formatter<'_>, text: &str) -> Result {
    let is_word = matches!(text, "AND" | "OR" | "NOT" | "TO");
    for (at, c) in text.chars().enumerate() {
        if SIGNS.contains(c) || c.is_whitespace() || at == 0 && is_word {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    Ok(())
}
