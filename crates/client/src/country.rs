//! Countries and the codes that their phone numbers begin with.

mod rows;

use crate::address::{Address, BadAddress, digits};

/// A country, or part of one, whose phone numbers begin with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Country {
    region: &'static str,
    calling_code: u16,
    trunk: &'static str,
    name: &'static str,
}

impl Country {
    /// Every one of them, in the order of their English names.
    pub const ALL: &'static [Country] = rows::ROWS;

    /// By ISO 3166-1 alpha-2, in any case.
    ///
    /// ```
    /// use latchkey_client::Country;
    ///
    /// let country = Country::find("de").unwrap();
    /// assert_eq!((country.name(), country.calling_code(), country.flag().as_str()), ("Germany", 49, "🇩🇪"));
    /// assert_eq!(country.number("0151 23456789")?.as_str(), "+4915123456789");
    /// # Ok::<(), latchkey_client::BadAddress>(())
    /// ```
    #[must_use]
    pub fn find(region: &str) -> Option<Self> {
        Self::ALL.iter().find(|country| country.region.eq_ignore_ascii_case(region)).copied()
    }

    /// The country of a language tag with a region in it, such as `pt-BR` or `de_AT`: what a device is set to.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        tag.split(['-', '_', '.']).skip(1).filter(|part| part.len() == 2).find_map(Self::find)
    }

    /// The countries whose region, code or English name has what was typed: for the search of a picker.
    pub fn search(typed: &str) -> impl Iterator<Item = Self> {
        let wanted = typed.trim().trim_start_matches('+').to_lowercase();
        Self::ALL.iter().copied().filter(move |country| {
            country.name.to_lowercase().contains(&wanted)
                || country.region.eq_ignore_ascii_case(&wanted)
                || country.calling_code.to_string().starts_with(&wanted)
        })
    }

    /// ISO 3166-1 alpha-2, upper case: by it, systems have the name in every language.
    #[must_use]
    pub fn region(self) -> &'static str {
        self.region
    }

    /// Without the plus.
    #[must_use]
    pub fn calling_code(self) -> u16 {
        self.calling_code
    }

    /// In English.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The flag, as two regional indicators.
    #[must_use]
    pub fn flag(self) -> String {
        let indicator = |letter: char| {
            let place = u32::from(letter).saturating_sub(u32::from('A'));
            char::from_u32(place.saturating_add(0x1_F1E6))
        };
        self.region.chars().filter_map(indicator).collect()
    }

    /// The number that was typed, which is one of this country unless it begins with `+` or `00`.
    ///
    /// # Errors
    ///
    /// When it cannot be a number.
    pub fn number(self, typed: &str) -> Result<Address, BadAddress> {
        let plain = digits(typed).ok_or(BadAddress::Phone)?;
        if plain.starts_with('+') || plain.starts_with("00") {
            return Address::phone(&plain);
        }
        let national = plain.strip_prefix(self.trunk).filter(|rest| !rest.is_empty()).unwrap_or(&plain);
        Address::phone(&format!("+{}{national}", self.calling_code))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

    use super::*;

    #[test]
    fn the_countries_and_codes_are_those_of_the_numbering_plans() {
        let ours: BTreeSet<(String, i32)> =
            Country::ALL.iter().map(|c| (c.region.to_owned(), i32::from(c.calling_code))).collect();
        let theirs: BTreeSet<(String, i32)> = PHONE_NUMBER_UTIL
            .get_supported_regions()
            .map(|region| {
                (region.to_string(), PHONE_NUMBER_UTIL.get_country_code_for_region(region).unwrap())
            })
            .collect();
        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), Country::ALL.len());
    }

    #[test]
    fn a_mobile_number_is_understood_as_people_of_its_country_write_it() {
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            let example =
                PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, PhoneNumberType::Mobile);
            // Within Argentina, mobile numbers are dialled with another digit in another place.
            let (Ok(number), false) = (example, region.to_string() == "AR") else { continue };
            let shown = |format| PHONE_NUMBER_UTIL.format(&number, format).into_owned();
            let country = Country::find(&region.to_string()).unwrap();
            for format in [PhoneNumberFormat::National, PhoneNumberFormat::International] {
                let typed = shown(format);
                let understood = country.number(&typed).unwrap();
                assert_eq!(understood.as_str(), shown(PhoneNumberFormat::E164), "{region}: {typed}");
            }
        }
    }

    #[test]
    fn a_country_is_found_by_code_tag_and_name() {
        assert_eq!(Country::of_tag("pt_BR.UTF-8"), Country::find("BR"));
        assert_eq!(Country::of_tag("zh-Hans-CN"), Country::find("CN"));
        assert_eq!((Country::of_tag("de"), Country::of_tag("C.UTF-8")), (None, None));
        assert!(Country::search("germ").any(|c| c.region == "DE"));
        assert!(Country::search("+49").all(|c| c.region == "DE"));
        assert_eq!(Country::search("").count(), Country::ALL.len());
    }

    proptest! {
        #[test]
        fn whatever_is_typed_in_a_country_is_a_number_or_none(index in 0..Country::ALL.len(), typed in ".*") {
            let _ = Country::ALL[index].number(&typed);
        }
    }
}
