use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};

use super::*;
use crate::locale::Direction;

/// Texts that are rightly the same as in English.
const SAME_AS_ENGLISH: &[(&str, &str)] =
    &[("code_label", "de"), ("code_label", "fr"), ("code_label", "nl"), ("page_title_error", "es")];

/// What the AST of a message says: its variables, and its selectors with the variants' names.
#[derive(Default)]
struct Shape {
    variables: BTreeSet<String>,
    selectors: Vec<(String, BTreeSet<String>, String)>,
}

#[test]
fn every_file_holds_messages_and_comments_only() {
    for locale in Locale::ALL {
        let mut seen = BTreeSet::new();
        for entry in read(*locale).entries() {
            match entry {
                Entry::Message(message) => {
                    assert!(message.attributes.is_empty(), "{locale}: {} has attributes", message.id.name);
                    assert!(seen.insert(message.id.name), "{locale}: {} stands twice", message.id.name);
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                other => panic!("{locale}: {other:?}"),
            }
        }
    }
}

#[test]
fn every_language_has_every_message_with_exactly_its_variables() {
    for locale in Locale::ALL {
        let mut written = shapes(*locale);
        for (message, arguments) in DECLARED {
            let shape = written.remove(*message).unwrap_or_else(|| panic!("{locale}: {message} is missing"));
            let declared: BTreeSet<String> = arguments.iter().map(|(name, _)| (*name).to_owned()).collect();
            assert_eq!(shape.variables, declared, "{locale}: {message}");
        }
        assert!(written.is_empty(), "{locale}: nothing uses {:?}", written.keys());
    }
}

#[test]
fn every_selector_has_the_plural_categories_of_its_language() {
    for locale in Locale::ALL {
        let (shapes, needed) = (shapes(*locale), categories(*locale));
        for (message, arguments) in DECLARED {
            let shape = &shapes[*message];
            for (variable, variants, default) in &shape.selectors {
                assert_eq!((variants, default.as_str()), (&needed, "other"), "{locale}: {message}");
                assert!(
                    arguments.iter().any(|(name, argument)| name == variable && is_number(argument)),
                    "{locale}: {message} selects by ${variable}, which is no number"
                );
            }
            for (name, _) in arguments.iter().filter(|(_, argument)| matches!(argument, Argument::Count(_))) {
                let selects = shape.selectors.iter().any(|(variable, ..)| variable == name);
                assert!(selects || needed.len() == 1, "{locale}: {message} has one form for every ${name}");
            }
        }
    }
}

#[test]
fn the_rules_of_plurals_are_those_of_cldr() {
    let of = |locale| categories(locale).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(of(Locale::Ar), "few many one other two zero");
    assert_eq!(of(Locale::Pl), "few many one other");
    assert_eq!(of(Locale::De), "one other");
    assert_eq!(of(Locale::Ja), "other");
    assert_eq!(of(Locale::ZhHans), "other");
}

#[test]
fn every_message_is_written_without_a_fallback() {
    for locale in Locale::ALL {
        for (message, arguments) in DECLARED {
            for count in (0..=130).chain([1000, 86_400, u32::MAX]) {
                let text = written(*locale, message, arguments, count);
                assert!(!text.is_empty() && !text.contains(['{', '}', '$']), "{locale}: {message}: {text}");
                assert_eq!(text, text.trim(), "{locale}: {message}");
                if arguments.iter().all(|(_, argument)| !is_number(argument)) {
                    break;
                }
            }
        }
    }
}

#[test]
fn every_form_of_a_message_shows_its_arguments() {
    for locale in Locale::ALL {
        for (message, arguments) in DECLARED {
            for count in [0, 1, 2, 3, 6, 11, 100] {
                let text = written(*locale, message, arguments, count);
                for (name, argument) in *arguments {
                    let shown = match argument {
                        // One and two may be words, as in "a minute".
                        Argument::Count(_) | Argument::Number(_) if count == 1 || count == 2 => continue,
                        Argument::Count(_) | Argument::Number(_) => count.to_string(),
                        Argument::Text(shown) | Argument::Ltr(shown) => (*shown).to_owned(),
                    };
                    assert!(text.contains(&shown), "{locale}: {message} does not show ${name}: {text}");
                }
            }
        }
    }
}

#[test]
fn no_text_holds_html_or_typewriter_signs() {
    for locale in Locale::ALL {
        for (message, arguments) in DECLARED {
            let text = written(*locale, message, arguments, 6);
            assert!(!text.contains(['<', '>', '&', '\'', '"', '\n', '\t']), "{locale}: {message}: {text}");
            assert!(!text.contains("  ") && !text.contains("..."), "{locale}: {message}: {text}");
        }
    }
}

#[test]
fn every_text_is_translated() {
    for locale in Locale::ALL.iter().filter(|locale| **locale != Locale::En) {
        for (message, arguments) in DECLARED {
            let expected = SAME_AS_ENGLISH.contains(&(message, locale.tag()));
            let same = (0..3).all(|count| {
                written(*locale, message, arguments, count) == written(Locale::En, message, arguments, count)
            });
            assert_eq!(same, expected, "{locale}: {message}");
        }
    }
}

#[test]
fn signs_in_french_are_not_parted_from_their_words() {
    for (message, arguments) in DECLARED {
        let text = written(Locale::Fr, message, arguments, 6);
        assert!(![" :", " ?", " !", " ;", "« "].iter().any(|parted| text.contains(parted)), "{text}");
    }
}

#[test]
fn a_phone_number_is_not_broken_over_lines() {
    for locale in Locale::ALL {
        let words = Words::of(*locale);
        for text in [words.identify_phone_hint(), words.error_bad_phone()] {
            assert!(text.contains("+1\u{a0}415\u{a0}555\u{a0}0100"), "{text} in {locale}");
        }
    }
}

#[test]
fn a_phone_number_among_arabic_words_stays_left_to_right() {
    let words = Words::of(Locale::Ar);
    let number = "\u{2066}+1\u{a0}415\u{a0}555\u{a0}0100\u{2069}";
    assert!(words.code_lead_careful("+1\u{a0}415\u{a0}555\u{a0}0100").contains(number));
    assert!(words.identify_phone_hint().contains(number));
    assert!(words.error_bad_phone().contains(number));
    assert!(words.error_bad_email().contains("\u{2066}name@example.com\u{2069}"));
    assert!(words.mail_code_subject("482913", "Acme").starts_with("482913 "));
}

#[test]
fn texts_from_left_to_right_hold_no_marks() {
    for locale in Locale::ALL.iter().filter(|locale| locale.direction() == Direction::Ltr) {
        for (message, arguments) in DECLARED {
            let text = written(*locale, message, arguments, 6);
            assert!(!text.contains(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}']), "{locale}: {message}");
        }
    }
}

#[test]
fn counts_agree_with_their_words() {
    assert_eq!(Words::of(Locale::En).unit_minutes(1), "1 minute");
    assert_eq!(Words::of(Locale::En).unit_minutes(10), "10 minutes");
    assert_eq!(Words::of(Locale::Fr).unit_hours(0), "0 heure");
    let polish = [1, 2, 5, 12, 22, 25].map(|minutes| Words::of(Locale::Pl).unit_minutes(minutes));
    assert_eq!(polish, ["1 minuta", "2 minuty", "5 minut", "12 minut", "22 minuty", "25 minut"]);
    let arabic = [1, 2, 3, 11, 100].map(|minutes| Words::of(Locale::Ar).unit_minutes(minutes));
    assert_eq!(arabic, ["دقيقة واحدة", "دقيقتان", "3 دقائق", "11 دقيقة", "100 دقيقة"]);
}

#[test]
fn a_scope_that_nobody_knows_is_named() {
    let words = Words::of(Locale::En);
    assert_eq!(words.consent_scope("email"), words.consent_scope_email());
    assert!(words.consent_scope("read:invoices").contains("read:invoices"));
}

/// The text with every number being `count`; panics if Fluent had to fall back anywhere.
fn written(
    locale: Locale,
    message: &str,
    arguments: &[(&'static str, Argument<'static>)],
    count: u32,
) -> String {
    let mut values = FluentArgs::new();
    for (name, argument) in arguments {
        let argument = if is_number(argument) { Argument::Number(count) } else { *argument };
        values.set(*name, argument.value(locale.direction()));
    }
    let mut errors = Vec::new();
    let text = bundle::format(locale.bundle(), message, &values, &mut errors);
    assert!(errors.is_empty(), "{locale}: {message}: {errors:?}");
    text.unwrap_or_else(|| panic!("{locale}: {message} is missing"))
}

fn is_number(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::Count(_) | Argument::Number(_))
}

/// The categories of whole numbers. `other` is always among them: Fluent must have a default. That of
/// millions, which some languages have, is left out, since no text counts so far.
fn categories(locale: Locale) -> BTreeSet<String> {
    let language = locale.tag().split('-').next().unwrap();
    let mut known = PluralRules::get_locales(PluralRuleType::CARDINAL).into_iter();
    let known = known.find(|known| known.language.as_str() == language).unwrap();
    let rules = PluralRules::create(known, PluralRuleType::CARDINAL).unwrap();
    let whole = (0..10_000_u32).map(|count| match rules.select(count).unwrap() {
        PluralCategory::ZERO => "zero",
        PluralCategory::ONE => "one",
        PluralCategory::TWO => "two",
        PluralCategory::FEW => "few",
        PluralCategory::MANY => "many",
        PluralCategory::OTHER => "other",
    });
    whole.chain(["other"]).map(String::from).collect()
}

fn read(locale: Locale) -> FluentResource {
    let resource = FluentResource::try_new(locale.source().to_owned());
    resource.unwrap_or_else(|(_, errors)| panic!("{locale}.ftl cannot be read: {errors:?}"))
}

fn shapes(locale: Locale) -> BTreeMap<String, Shape> {
    let mut shapes = BTreeMap::new();
    for entry in read(locale).entries() {
        if let Entry::Message(message) = entry {
            let mut shape = Shape::default();
            let pattern = message.value.as_ref().unwrap_or_else(|| panic!("{} is empty", message.id.name));
            read_pattern(pattern, &mut shape);
            shapes.insert(message.id.name.to_owned(), shape);
        }
    }
    shapes
}

fn read_pattern(pattern: &Pattern<&str>, shape: &mut Shape) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                read_inline(inline, shape)
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                let InlineExpression::VariableReference { id } = selector else {
                    panic!("{selector:?} is no variable");
                };
                read_inline(selector, shape);
                let names = variants.iter().map(name).collect();
                let default = variants.iter().find(|variant| variant.default).map(name).unwrap();
                shape.selectors.push((id.name.to_owned(), names, default));
                for variant in variants {
                    read_pattern(&variant.value, shape);
                }
            }
        }
    }
}

fn read_inline(inline: &InlineExpression<&str>, shape: &mut Shape) {
    match inline {
        InlineExpression::VariableReference { id } => {
            shape.variables.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { .. } => {}
        other => panic!("{other:?} is neither a variable nor a literal"),
    }
}

fn name(variant: &Variant<&str>) -> String {
    match variant.key {
        VariantKey::Identifier { name } => name.to_owned(),
        VariantKey::NumberLiteral { value } => value.to_owned(),
    }
}
