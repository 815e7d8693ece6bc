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
        .map(|region| (region.to_string(), PHONE_NUMBER_UTIL.get_country_code_for_region(region).unwrap()))
        .collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), Country::ALL.len());
}

#[test]
fn a_mobile_number_is_understood_as_people_of_its_country_write_it() {
    for region in PHONE_NUMBER_UTIL.get_supported_regions() {
        let example =
            PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, PhoneNumberType::Mobile);
        let Ok(number) = example else { continue };
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
fn what_may_be_dialled_before_a_number_is_what_the_numbering_plans_say() {
    for country in Country::ALL {
        let region = PHONE_NUMBER_UTIL.get_supported_regions().find(|r| r.to_string() == country.region);
        let example = PHONE_NUMBER_UTIL
            .get_example_number_for_type_and_region(region.unwrap(), PhoneNumberType::Mobile);
        let Ok(number) = example else { continue };
        let whole = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
        let national = &whole[1 + country.calling_code.to_string().len()..];
        for prefix in ["0", "1", "8", "80"] {
            let dialled = format!("{prefix}{national}");
            let theirs = PHONE_NUMBER_UTIL.parse(&dialled, region).ok();
            let theirs =
                theirs.map(|number| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned());
            if theirs.as_ref() == Some(&whole) {
                assert_eq!(country.number(&dialled).unwrap().as_str(), whole, "{}", country.region);
            }
        }
    }
}

#[test]
fn numbers_are_understood_as_people_of_these_countries_write_them() {
    for (region, typed, whole) in [
        ("AR", "+54 9 11 2345-6789", "+5491123456789"),
        ("AR", "0221 15 412-3456", "+5492214123456"),
        ("AR", "02966 15 412345", "+5492966412345"),
        ("AR", "221 412-3456", "+5492214123456"),
        ("MX", "55 1234 5678", "+525512345678"),
        ("MX", "+52 55 1234 5678", "+525512345678"),
        ("IT", "333 123 4567", "+393331234567"),
        ("IT", "06 1234 5678", "+390612345678"),
        ("CI", "07 12 34 56 78", "+2250712345678"),
        ("BR", "(11) 96123-4567", "+5511961234567"),
        ("BR", "011 96123-4567", "+5511961234567"),
        ("BY", "8 029 491-19-11", "+375294911911"),
        ("BY", "029 491-19-11", "+375294911911"),
        ("LB", "03 123 456", "+9613123456"),
    ] {
        let understood = Country::find(region).unwrap().number(typed).unwrap();
        assert_eq!(understood.as_str(), whole, "{region}: {typed}");
        let theirs = PHONE_NUMBER_UTIL.parse(whole, None).unwrap();
        assert!(PHONE_NUMBER_UTIL.is_valid_number(&theirs), "{whole}");
    }
}

/// Every area code, and numbers with digits that look like marks of a mobile.
#[test]
fn argentine_mobiles_are_understood_with_and_without_their_marks() {
    let argentina = Country::find("AR").unwrap();
    let mut areas = 0;
    for area in std::iter::once(11).chain(200..400).chain(2000..4000).map(|area| area.to_string()) {
        let mut is_area = false;
        for subscriber in ["41234567", "51515151", "61511515", "41515915", "71154567"] {
            let national = format!("{area}{}", &subscriber[..10 - area.len()]);
            let whole = format!("+549{national}");
            let number = PHONE_NUMBER_UTIL.parse(&whole, None).unwrap();
            if PHONE_NUMBER_UTIL.get_number_type(&number) != PhoneNumberType::Mobile {
                continue;
            }
            let at_home = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::National).into_owned();
            // Four digits are an area code where the library writes them as one.
            if !at_home.starts_with(&format!("0{area} 15")) {
                continue;
            }
            is_area = true;
            for typed in
                [&at_home, &at_home[1..], &national, &format!("0{national}"), &format!("9{national}")]
            {
                assert_eq!(argentina.number(typed).unwrap().as_str(), whole, "{typed}");
            }
        }
        areas += usize::from(is_area);
    }
    assert!(areas > 250, "{areas} area codes");
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
