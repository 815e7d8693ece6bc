//! Which of our languages a person reads best.

use crate::locale::Locale;

/// Longest `Accept-Language` that is read, in bytes. Browsers send less than a hundred.
const MAX_HEADER_LEN: usize = 1024;
/// Most languages taken from a header.
const MAX_LANGUAGES: usize = 32;
/// Longest tag, in bytes: what RFC 5646 section 4.4.1 asks programs to hold.
const MAX_TAG_LEN: usize = 35;

/// The first language of these BCP 47 tags that we have, in the order of preference; else English.
///
/// Give it the words of `ui_locales`, then those of [`parse_accept_language`].
pub fn negotiate<'a>(preferences: impl IntoIterator<Item = &'a str>) -> Locale {
    preferences
        .into_iter()
        .filter(|tag| tag.len() <= MAX_TAG_LEN)
        .find_map(Locale::find)
        .unwrap_or(Locale::En)
}

/// The tags of an `Accept-Language` header (RFC 9110 section 12.5.4), best first.
///
/// Whatever is not a tag with a readable weight is left out, as are `*`, weight 0 and all after the
/// first 1024 bytes or 32 tags.
pub fn parse_accept_language(header: &str) -> Vec<String> {
    let mut weighed: Vec<(u16, &str)> = within(header, MAX_HEADER_LEN)
        .split(',')
        .filter_map(weighed)
        .filter(|(weight, _)| *weight > 0)
        .take(MAX_LANGUAGES)
        .collect();
    // Sorting is stable: languages of one weight keep the order they came in.
    weighed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighed.into_iter().map(|(_, tag)| tag.to_owned()).collect()
}

/// As many whole elements of the list as fit into this many bytes.
fn within(header: &str, length: usize) -> &str {
    if header.len() <= length {
        return header;
    }
    let cut = header.get(..header.floor_char_boundary(length)).unwrap_or_default();
    cut.rsplit_once(',').map_or("", |(whole, _)| whole)
}

fn weighed(element: &str) -> Option<(u16, &str)> {
    let mut parts = element.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| is_tag(tag))?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((weight.map_or(Some(1000), thousandths)?, tag))
}

fn is_tag(text: &str) -> bool {
    (1..=MAX_TAG_LEN).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A weight (RFC 9110 section 12.4.2): `0` to `1` with at most three decimals.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_header(header: &str) -> Locale {
        negotiate(parse_accept_language(header).iter().map(String::as_str))
    }

    #[test]
    fn the_heaviest_language_comes_first_and_equals_keep_their_order() {
        let tags = parse_accept_language("en;q=0.5, fr-CA , de;q=0.9,it;q=0.9, *;q=0.1");
        assert_eq!(tags, ["fr-CA", "de", "it", "en"]);
    }

    #[test]
    fn a_language_of_weight_zero_is_not_wanted() {
        assert_eq!(parse_accept_language("de;q=0, pl;q=0.000, nl;q=0.001"), ["nl"]);
    }

    #[test]
    fn rubbish_is_left_out_and_the_rest_is_read() {
        let header =
            "de;q=high, ;;, \u{202e}fr, es;q=1.5, it;q=0.1234, -, 1, pl;level=1;q=0.3, ja;q=, nl ; q=0.8";
        assert_eq!(parse_accept_language(header), ["nl", "pl"]);
    }

    #[test]
    fn a_header_without_end_is_read_to_the_bound_only() {
        assert_eq!(parse_accept_language(&"de,".repeat(100_000)).len(), MAX_LANGUAGES);
        assert!(parse_accept_language(&"x".repeat(100_000)).is_empty());
        let cut_within_a_tag = format!("{}pl,{}", "x;q=0,".repeat(170), "de-".repeat(20));
        assert_eq!(parse_accept_language(&cut_within_a_tag), ["pl"]);
    }

    #[test]
    fn the_first_language_that_we_have_wins() {
        assert_eq!(negotiate(["eo", "pt-BR", "de"]), Locale::Pt);
        assert_eq!(of_header("zh-TW,zh;q=0.9,en;q=0.8"), Locale::ZhHans);
        assert_eq!(of_header("zh-Hant-HK"), Locale::ZhHans);
        assert_eq!(of_header("en;q=0.4,ar-EG"), Locale::Ar);
    }

    #[test]
    fn nothing_known_is_english() {
        assert_eq!(negotiate([]), Locale::En);
        assert_eq!(of_header("*"), Locale::En);
        assert_eq!(of_header("eo, tlh;q=0.3"), Locale::En);
        assert_eq!(negotiate([format!("de{}", "-aa".repeat(1000)).as_str()]), Locale::En);
    }

    proptest! {
        #[test]
        fn any_header_gives_few_short_tags(header in any::<String>()) {
            let tags = parse_accept_language(&header);
            prop_assert!(tags.len() <= MAX_LANGUAGES && tags.iter().all(|tag| is_tag(tag)));
            negotiate(tags.iter().map(String::as_str));
            negotiate(header.split(' '));
        }

        #[test]
        fn any_list_of_tags_and_weights_is_read(header in "([a-zA-Z]{2}(-[a-zA-Z0-9]{1,8})?(; ?q=[01](\\.[0-9]{0,4})?)?,? ?){0,600}") {
            let tags = parse_accept_language(&header);
            prop_assert!(tags.len() <= MAX_LANGUAGES && tags.iter().all(|tag| is_tag(tag)));
        }
    }
}
