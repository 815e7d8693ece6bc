//! Text to [`Query`], by descent. Length, depth and the number of terms are bounded, so that no text costs
//! much.
//!
//! Terms side by side are alternatives, as in Lucene; a `-term` or `NOT term` among them must not be.

use super::{BadSearch, Bound, Query, Test, bad};

const MAX_LENGTH: usize = 4_096;
const MAX_DEPTH: u32 = 24;
const MAX_TERMS: u32 = 100;

pub fn parse(text: &str) -> Result<Query, BadSearch> {
    if text.len() > MAX_LENGTH {
        return bad("The query is too long");
    }
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return bad("The query holds a control character");
    }
    let mut parser = Parser { rest: text, depth: 0, terms: 0 };
    parser.skip_spaces();
    if parser.rest.is_empty() {
        return Ok(Query::Everything);
    }
    let query = parser.alternatives(None)?;
    match parser.rest.chars().next() {
        None => Ok(query),
        Some(c) => bad(format!("Unexpected {c}")),
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: u32,
    terms: u32,
}

/// A word as it was written: literal characters, and wildcards.
#[derive(Default)]
struct Word {
    /// What stands between the wildcards.
    parts: Vec<String>,
    /// No character was escaped.
    plain: bool,
}

impl<'a> Parser<'a> {
    /// `a OR b`, `a b`, `a -b`.
    fn alternatives(&mut self, field: Option<&str>) -> Result<Query, BadSearch> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return bad("The query is nested too deeply");
        }
        let mut wanted = Vec::new();
        let mut unwanted = Vec::new();
        let mut by_word = false;
        loop {
            let clause = self.conjunction(field)?;
            let next_by_word = self.take_word("OR") || self.take("||");
            match clause {
                clause @ Query::Not(_) if !by_word && !next_by_word => unwanted.push(clause),
                clause => wanted.push(clause),
            }
            by_word = next_by_word;
            self.skip_spaces();
            if !by_word && (self.rest.is_empty() || self.rest.starts_with(')')) {
                break;
            }
        }
        self.depth -= 1;
        if wanted.is_empty() {
            return Ok(join(unwanted, Query::And));
        }
        if unwanted.is_empty() {
            return Ok(join(wanted, Query::Or));
        }
        unwanted.insert(0, join(wanted, Query::Or));
        Ok(Query::And(unwanted))
    }

    fn conjunction(&mut self, field: Option<&str>) -> Result<Query, BadSearch> {
        let mut parts = vec![self.clause(field)?];
        while self.take_word("AND") || self.take("&&") {
            parts.push(self.clause(field)?);
        }
        Ok(join(parts, Query::And))
    }

    fn clause(&mut self, field: Option<&str>) -> Result<Query, BadSearch> {
        self.skip_spaces();
        if self.take_word("NOT") || self.take("!") || self.take("-") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return bad("The query is nested too deeply");
            }
            let inner = self.clause(field)?;
            self.depth -= 1;
            return Ok(Query::Not(Box::new(inner)));
        }
        self.take("+");
        if self.take("(") {
            let inner = self.alternatives(field)?;
            return self.closed(inner);
        }
        if self.rest.starts_with(['"', '[', '{']) {
            return self.value(field);
        }
        let start = self.rest;
        let word = self.word(true)?;
        if !self.rest.starts_with(':') {
            self.rest = start;
            return self.value(field);
        }
        self.of_field(word)
    }

    /// What follows the name of a field.
    fn of_field(&mut self, word: Word) -> Result<Query, BadSearch> {
        let name = match <[String; 1]>::try_from(word.parts) {
            Ok([name]) if !name.is_empty() => name,
            _ => return bad("The name of a field has no wildcards"),
        };
        self.take(":");
        self.skip_spaces();
        if name == "_exists_" && word.plain {
            self.count_term()?;
            let word = self.word(false)?;
            return match <[String; 1]>::try_from(word.parts) {
                Ok([name]) if !name.is_empty() => Ok(Query::Exists(name)),
                _ => bad("_exists_ takes the name of a field"),
            };
        }
        if self.take("(") {
            let inner = self.alternatives(Some(&name))?;
            return self.closed(inner);
        }
        self.value(Some(&name))
    }

    fn closed(&mut self, inner: Query) -> Result<Query, BadSearch> {
        self.skip_spaces();
        if self.take(")") { Ok(inner) } else { bad("A parenthesis is not closed") }
    }

    fn count_term(&mut self) -> Result<(), BadSearch> {
        self.terms += 1;
        if self.terms > MAX_TERMS { bad(format!("At most {MAX_TERMS} terms")) } else { Ok(()) }
    }

    /// A phrase, a range, or a word.
    fn value(&mut self, field: Option<&str>) -> Result<Query, BadSearch> {
        self.count_term()?;
        let field = field.map(str::to_owned);
        if self.rest.starts_with('"') {
            let text = self.phrase()?;
            return Ok(Query::Term { field, test: Test::Is { text, quoted: true } });
        }
        if self.rest.starts_with(['[', '{']) {
            let test = self.range()?;
            return Ok(Query::Term { field, test });
        }
        let Word { parts, plain } = self.word(false)?;
        match parts.as_slice() {
            [text] if plain && matches!(text.as_str(), "AND" | "OR" | "NOT") => {
                bad(format!("{text} stands where a term is expected"))
            }
            [text] if text.is_empty() => bad("A term is expected"),
            [text] => Ok(Query::Term { field, test: Test::Is { text: text.clone(), quoted: false } }),
            parts if parts.iter().all(String::is_empty) => Ok(match field {
                Some(field) => Query::Exists(field),
                None => Query::Everything,
            }),
            _ => Ok(Query::Term { field, test: Test::Like(parts) }),
        }
    }

    /// Up to a space, a parenthesis or, where a field may be named, a colon.
    fn word(&mut self, may_name: bool) -> Result<Word, BadSearch> {
        let (mut parts, mut plain) = (vec![String::new()], true);
        let mut chars = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            let literal = match c {
                '\\' => match chars.next() {
                    Some((_, escaped)) => {
                        plain = false;
                        escaped
                    }
                    None => return bad("The query ends with a backslash"),
                },
                '*' => {
                    // Several side by side are one.
                    if parts.len() == 1 || parts.last().is_some_and(|part| !part.is_empty()) {
                        parts.push(String::new());
                    }
                    continue;
                }
                '?' => return bad("The wildcard ? is not supported"),
                '~' | '^' => return bad(format!("{c} is not supported; escape it to search for it")),
                '"' | '[' | ']' | '{' | '}' => return bad(format!("{c} must be escaped within a word")),
                ':' if !may_name => ':',
                c if c.is_whitespace() || matches!(c, '(' | ')' | ':') => {
                    end = at;
                    break;
                }
                c => c,
            };
            if let Some(part) = parts.last_mut() {
                part.push(literal);
            }
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(Word { parts, plain })
    }

    fn phrase(&mut self) -> Result<String, BadSearch> {
        self.take("\"");
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(text);
                }
                '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                c => text.push(c),
            }
        }
        bad("A quotation mark is not closed")
    }

    /// `[low TO high]`, with `{` and `}` where an end is out.
    fn range(&mut self) -> Result<Test, BadSearch> {
        let low_included = self.take("[");
        if !low_included {
            self.take("{");
        }
        let low = self.end()?;
        if !self.take_word("TO") {
            return bad("A range is [low TO high]");
        }
        let high = self.end()?;
        self.skip_spaces();
        let high_included = self.take("]");
        if !high_included && !self.take("}") {
            return bad("A range is not closed");
        }
        let bound = |end: Option<String>, included| end.map(|text| Bound { text, included });
        Ok(Test::Range(bound(low, low_included), bound(high, high_included)))
    }

    /// An end of a range; `*` is none.
    fn end(&mut self) -> Result<Option<String>, BadSearch> {
        self.skip_spaces();
        if self.rest.starts_with('"') {
            return self.phrase().map(Some);
        }
        let mut text = String::new();
        let mut escaped = false;
        let mut chars = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    escaped = true;
                    text.extend(chars.next().map(|(_, literal)| literal));
                }
                c if c.is_whitespace() || matches!(c, ']' | '}' | '[' | '{' | '(' | ')' | '"') => {
                    end = at;
                    break;
                }
                c => text.push(c),
            }
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        match text.as_str() {
            "" => bad("A range lacks an end; * is an open one"),
            "*" if !escaped => Ok(None),
            _ => Ok(Some(text)),
        }
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: &str) -> bool {
        self.skip_spaces();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A word of the language, which something else follows.
    fn take_word(&mut self, word: &str) -> bool {
        self.skip_spaces();
        match self.rest.strip_prefix(word) {
            Some(rest) if rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '(' | '"')) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

fn join(mut parts: Vec<Query>, kind: fn(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(last) if parts.is_empty() => last,
        Some(last) => {
            parts.push(last);
            kind(parts)
        }
        None => Query::Everything,
    }
}
