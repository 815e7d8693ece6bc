//! The grammar: what is read as what, what is refused, and that no text does harm.

use proptest::prelude::*;

use super::{Bound, Query, Test, parse};

fn is(field: &str, text: &str) -> Query {
    term(field, Test::Is { text: text.into(), quoted: false })
}

fn phrase(field: &str, text: &str) -> Query {
    term(field, Test::Is { text: text.into(), quoted: true })
}

fn term(field: &str, test: Test) -> Query {
    Query::Term { field: (!field.is_empty()).then(|| field.to_owned()), test }
}

fn like(field: &str, parts: &[&str]) -> Query {
    term(field, Test::Like(parts.iter().map(|part| (*part).to_owned()).collect()))
}

fn not(query: Query) -> Query {
    Query::Not(Box::new(query))
}

fn bound(text: &str, included: bool) -> Option<Bound> {
    Some(Bound { text: text.into(), included })
}

/// M-020
#[test]
fn every_element_of_the_language_is_read() {
    let range = |low, high| term("n", Test::Range(low, high));
    for (text, query) in [
        ("", Query::Everything),
        (" * ", Query::Everything),
        ("jane", is("", "jane")),
        ("name:jane", is("name", "jane")),
        ("name: jane", is("name", "jane")),
        ("name:\"jane \\\"j\\\" smith\"", phrase("name", "jane \"j\" smith")),
        ("phone_number:\\+15551112222", is("phone_number", "+15551112222")),
        ("phone_number:+15551112222", is("phone_number", "+15551112222")),
        ("a\\:b", is("", "a:b")),
        ("a\\ b", is("", "a b")),
        ("email:*@b.c", like("email", &["", "@b.c"])),
        ("name:jo*", like("name", &["jo", ""])),
        ("name:*oh*", like("name", &["", "oh", ""])),
        ("name:a***b", like("name", &["a", "b"])),
        ("name:*", Query::Exists("name".into())),
        ("_exists_:name", Query::Exists("name".into())),
        ("NOT _exists_:n", not(Query::Exists("n".into()))),
        ("-name:x", not(is("name", "x"))),
        ("!name:x", not(is("name", "x"))),
        ("+name:x", is("name", "x")),
        ("n:[1 TO *]", range(bound("1", true), None)),
        ("n:{1 TO 2]", range(bound("1", false), bound("2", true))),
        ("n:[* TO 2026-02-01T00:00:00Z}", range(None, bound("2026-02-01T00:00:00Z", false))),
        ("n:[\"a b\" TO c]", range(bound("a b", true), bound("c", true))),
        ("at:2026-01-01T00:00:00Z", is("at", "2026-01-01T00:00:00Z")),
        ("\\AND", is("", "AND")),
        ("\"OR\"", phrase("", "OR")),
        ("ORder", is("", "ORder")),
    ] {
        assert_eq!(parse(text), Ok(query), "{text}");
    }
}

/// M-020
#[test]
fn not_binds_before_and_and_and_before_or() {
    let (a, b, c) = (|| is("", "a"), || is("", "b"), || is("", "c"));
    for (text, query) in [
        ("a AND b OR c", Query::Or(vec![Query::And(vec![a(), b()]), c()])),
        ("a OR b AND c", Query::Or(vec![a(), Query::And(vec![b(), c()])])),
        ("a && b || c", Query::Or(vec![Query::And(vec![a(), b()]), c()])),
        ("(a OR b) AND c", Query::And(vec![Query::Or(vec![a(), b()]), c()])),
        ("NOT a AND b", Query::And(vec![not(a()), b()])),
        ("NOT (a AND b)", not(Query::And(vec![a(), b()]))),
        ("a OR NOT b", Query::Or(vec![a(), not(b())])),
        // Side by side: alternatives, but for what must not be.
        ("a b c", Query::Or(vec![a(), b(), c()])),
        ("a -b", Query::And(vec![a(), not(b())])),
        ("a NOT b c", Query::And(vec![Query::Or(vec![a(), c()]), not(b())])),
        ("-a -b", Query::And(vec![not(a()), not(b())])),
        ("f:(a OR \"b\")", Query::Or(vec![is("f", "a"), phrase("f", "b")])),
        ("f:(a AND g:b)", Query::And(vec![is("f", "a"), is("g", "b")])),
        ("f:(NOT a)", not(is("f", "a"))),
        ("((a))", a()),
    ] {
        assert_eq!(parse(text), Ok(query), "{text}");
    }
}

/// M-020
#[test]
fn what_cannot_be_read_is_refused_with_a_reason() {
    for (text, reason) in [
        ("(a", "A parenthesis is not closed"),
        ("a)", "Unexpected )"),
        ("()", "A term is expected"),
        ("\"a", "A quotation mark is not closed"),
        ("n:[1 TO 2", "A range is not closed"),
        ("n:[1 2]", "A range is [low TO high]"),
        ("n:[ TO 2]", "A range is [low TO high]"),
        ("a AND", "AND stands where a term is expected"),
        ("a AND ", "A term is expected"),
        ("OR b", "OR stands where a term is expected"),
        ("a OR OR b", "OR stands where a term is expected"),
        ("name:", "A term is expected"),
        ("na*me:x", "The name of a field has no wildcards"),
        (":x", "The name of a field has no wildcards"),
        ("_exists_:", "_exists_ takes the name of a field"),
        ("jo?n", "The wildcard ? is not supported"),
        ("john~2", "~ is not supported; escape it to search for it"),
        ("a\\", "The query ends with a backslash"),
        ("a{b", "{ must be escaped within a word"),
        ("a\u{0}b", "The query holds a control character"),
    ] {
        let refused = parse(text).expect_err(text);
        assert_eq!(refused.to_string(), reason, "{text}");
    }
    for text in ["(".repeat(4_000), "-".repeat(4_000), "a".repeat(5_000), "f:(".repeat(1_000)] {
        assert!(parse(&text).is_err());
    }
}

/// M-020
#[test]
fn a_query_has_a_hundred_terms_at_most() {
    for term in ["a ", "f:a OR ", "NOT _exists_:f AND ", "\"a\" ", "n:[1 TO 2] ", "* "] {
        let of = |terms: usize| format!("{}a", term.repeat(terms - 1));
        assert!(parse(&of(100)).is_ok(), "{term}");
        let refused = parse(&of(101)).expect_err(term);
        assert_eq!(refused.to_string(), "At most 100 terms", "{term}");
    }
}

fn any_test() -> impl Strategy<Value = Test> {
    let end = || prop::option::of((any_text(), any::<bool>()));
    let end = move || end().prop_map(|end| end.map(|(text, included)| Bound { text, included }));
    prop_oneof![
        (any_text(), any::<bool>()).prop_map(|(text, quoted)| Test::Is { text, quoted }),
        (any_text(), any_text()).prop_map(|(a, b)| Test::Like(vec![a, b])),
        any_text().prop_map(|text| Test::Like(vec![text, String::new()])),
        any_text().prop_map(|text| Test::Like(vec![String::new(), text, String::new()])),
        (end(), end()).prop_map(|(low, high)| Test::Range(low, high)),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,6}", "(AND|OR|NOT|TO)", "[ -~]{1,8}", "[^\\p{C}]{1,5}"]
}

fn any_query() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![
        Just(Query::Everything),
        any_text().prop_map(Query::Exists),
        (prop::option::of("[a-z_.]{1,8}|[ -~]{1,6}"), any_test()).prop_map(|(field, test)| {
            // A name of the language is no field.
            let field = field.filter(|field| field != "_exists_");
            Query::Term { field, test }
        }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Query::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Query::Or),
            inner.prop_map(|query| Query::Not(Box::new(query))),
        ]
    })
}

proptest! {
    /// M-020
    #[test]
    fn no_text_does_harm(text in "\\PC{0,80}|[-+!&|(){}\\[\\]^\"~*?:\\\\/ANDORTO ab]{0,60}") {
        let _ = parse(&text);
    }

    /// M-020
    #[test]
    fn what_was_read_is_read_again(query in any_query()) {
        let text = query.to_string();
        prop_assert_eq!(parse(&text).map_err(|bad| format!("{text}: {bad}")), Ok(query));
    }
}
