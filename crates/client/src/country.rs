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

    /// The number that was typed, which is one of this country unless it begins with `+` or `00`. It is taken for one that
    /// receives text messages.
    ///
    /// ```
    /// use latchkey_client::Country;
    ///
    /// let argentina = Country::find("AR").unwrap();
    /// for typed in ["011 15-2345-6789", "11 2345-6789", "9 11 2345 6789", "+54 9 11 2345-6789"] {
    ///     assert_eq!(argentina.number(typed)?.as_str(), "+5491123456789");
    /// }
    /// # Ok::<(), latchkey_client::BadAddress>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When it cannot be a number.
    pub fn number(self, typed: &str) -> Result<Address, BadAddress> {
        let plain = digits(typed).ok_or(BadAddress::Phone)?;
        if plain.starts_with('+') || plain.starts_with("00") {
            return Address::phone(&plain);
        }
        let dialled = self.trunk.split('|').filter(|prefix| !prefix.is_empty());
        let national = dialled
            .filter_map(|prefix| plain.strip_prefix(prefix))
            .find(|rest| !rest.is_empty())
            .unwrap_or(&plain);
        let national = match self.region {
            "AR" => argentine_mobile(national),
            _ => national.to_owned(),
        };
        Address::phone(&format!("+{}{national}", self.calling_code))
    }
}

/// Digits of an Argentine number: area code and subscriber.
const ARGENTINE_DIGITS: usize = 10;

/// A mobile number of Argentina has a 9 before its area code where it is dialled from abroad, and a 15 behind it at home;
/// many write neither. The area code has 2 digits, as 11 has, or 3, or 4: in one number, 15 can stand behind one of them only.
fn argentine_mobile(national: &str) -> String {
    let is_marked = matches!(national.len(), 11 | 13) && national.starts_with('9');
    let rest = if is_marked { national.get(1..).unwrap_or_default() } else { national };
    let places = if rest.starts_with("11") { 2..=2 } else { 3..=4 };
    let mut parts = places.filter_map(|place| rest.split_at_checked(place));
    let whole = match parts.find_map(|(area, behind)| Some((area, behind.strip_prefix("15")?))) {
        Some((area, subscriber)) if rest.len() == ARGENTINE_DIGITS + 2 => format!("{area}{subscriber}"),
        _ => rest.to_owned(),
    };
    match whole.len() {
        ARGENTINE_DIGITS => format!("9{whole}"),
        _ => national.to_owned(),
    }
}

#[cfg(test)]
mod tests;
