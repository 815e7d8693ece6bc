//! Phone numbers that can take a text message.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use super::Address;

/// A number that can take an SMS, in E.164, with its region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber {
    e164: String,
    /// ISO 3166-1 alpha-2, `001` for numbers of no country.
    region: String,
}

/// Why a number is refused before any money is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPhoneNumber {
    #[error(r"String does not match pattern: ^\+[0-9]{{1,15}}$")]
    Pattern,
    #[error("The phone number is not valid")]
    NotAssigned,
    #[error("The phone number cannot receive SMS messages")]
    NotMobile,
    #[error("Messages to this country are not allowed")]
    CountryNotAllowed,
}

impl PhoneNumber {
    /// Reads `+` and 1 to 15 ASCII digits, then asks the numbering plans whether such a number can
    /// exist and can be texted: premium, shared-cost, toll-free, satellite and short numbers cannot.
    pub fn parse(text: &str) -> Result<Self, BadPhoneNumber> {
        let text = text.trim_matches(' ');
        let digits = text.strip_prefix('+').ok_or(BadPhoneNumber::Pattern)?;
        if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadPhoneNumber::Pattern);
        }
        let unknown = BadPhoneNumber::NotAssigned;
        let number = PHONE_NUMBER_UTIL.parse(text, None).map_err(|_| unknown)?;
        if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
            return Err(unknown);
        }
        match PHONE_NUMBER_UTIL.get_number_type(&number) {
            PhoneNumberType::Mobile
            | PhoneNumberType::FixedLineOrMobile
            | PhoneNumberType::FixedLine
            | PhoneNumberType::PersonalNumber
            | PhoneNumberType::VoIP => {}
            _ => return Err(BadPhoneNumber::NotMobile),
        }
        // Numbers of no country are satellite and other global networks.
        let region = PHONE_NUMBER_UTIL
            .get_region_for_number(&number)
            .map(|region| region.to_string())
            .ok_or(BadPhoneNumber::NotMobile)?;
        if region == "001" {
            return Err(BadPhoneNumber::NotMobile);
        }
        let e164 = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
        Ok(Self { e164, region })
    }

    pub fn e164(&self) -> &str {
        &self.e164
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    pub fn address(&self) -> Address {
        Address::from_canonical(self.e164.clone())
    }
}

/// A canonical address as people write it: a phone number in groups that stay on one line, an email address
/// as it is.
pub fn shown_address(canonical: &str) -> String {
    match PHONE_NUMBER_UTIL.parse(canonical, None) {
        Ok(number) if canonical.starts_with('+') => {
            PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::International).replace([' ', '-'], "\u{a0}")
        }
        _ => canonical.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_people_have_are_accepted_in_e164() {
        for (text, region) in [
            ("+14155550100", "US"),
            ("+393331234567", "IT"),
            ("+390612345678", "IT"),
            ("+2250712345678", "CI"),
            ("+447400123456", "GB"),
            (" +14155550100 ", "US"),
        ] {
            let number = PhoneNumber::parse(text).unwrap();
            assert_eq!((number.e164(), number.region()), (text.trim(), region));
        }
    }

    #[test]
    fn numbers_are_shown_in_groups() {
        assert_eq!(shown_address("+14155550100"), "+1\u{a0}415\u{a0}555\u{a0}0100");
        assert_eq!(shown_address("+447400123456"), "+44\u{a0}7400\u{a0}123456");
        assert_eq!(shown_address("user@example.com"), "user@example.com");
    }

    #[test]
    fn text_that_is_not_plus_and_digits_breaks_the_pattern() {
        for text in [
            "4155550100",
            "+1 415 555 0100",
            "+",
            "+1234567890123456",
            "++14155550100",
            "+14155550100\n",
            "+１４１５５５５０１００",
            "tel:+14155550100",
            "",
            "0014155550100",
        ] {
            assert_eq!(PhoneNumber::parse(text), Err(BadPhoneNumber::Pattern), "{text:?}");
        }
        assert_eq!(BadPhoneNumber::Pattern.to_string(), r"String does not match pattern: ^\+[0-9]{1,15}$");
    }

    #[test]
    fn numbers_that_cost_or_do_not_exist_are_refused() {
        for text in [
            "+0123456789",
            "+1",
            "+12",
            "+999999999999999",
            "+882161234567",
            "+881612345678",
            "+9790000000",
            "+979123456789",
            "+19005550100",
            "+448712345678",
            "+18005550100",
            "+870773111632",
        ] {
            assert!(PhoneNumber::parse(text).is_err(), "{text}");
        }
    }
}
