//! The fields of users: which there are, and what their values may be (section 1.8).

use super::{BadSearch, Bound, Query, Test, bad, dates};
use crate::store::{
    Edge, TextTest, UserColumn, UserFilter, UserFlag, UserMetadata, UserNumber, UserSort, UserText,
};

/// Literal characters after a leading wildcard.
const LEAST: usize = 3;

/// What a word without a field is looked for in.
const WHO: [UserText; 7] = [
    UserText::Name,
    UserText::Email,
    UserText::Nickname,
    UserText::GivenName,
    UserText::FamilyName,
    UserText::Phone,
    UserText::Id,
];

enum Field {
    Text(UserText),
    EmailDomain,
    Number(UserNumber),
    Date(UserNumber),
    Flag(UserFlag),
    IsSocial,
    Metadata(UserMetadata, Vec<String>),
    Unknown,
}

/// A field that users do not have fits nobody, as in Auth0.
pub fn filter(query: &Query) -> Result<UserFilter, BadSearch> {
    Ok(match query {
        Query::Everything => UserFilter::Everybody,
        Query::And(parts) => UserFilter::All(parts.iter().map(filter).collect::<Result<_, _>>()?),
        Query::Or(parts) => UserFilter::Any(parts.iter().map(filter).collect::<Result<_, _>>()?),
        Query::Not(inner) => UserFilter::Not(Box::new(filter(inner)?)),
        Query::Exists(name) => exists(&field(name)),
        Query::Term { field: None, test } => {
            let any = WHO.iter().map(|of| Ok(UserFilter::Text(*of, text_test(*of, test)?)));
            UserFilter::Any(any.collect::<Result<_, BadSearch>>()?)
        }
        Query::Term { field: Some(name), test } => term(&field(name), name, test)?,
    })
}

/// `field:1` or `field:-1`.
pub fn sort(text: &str) -> Result<UserSort, BadSearch> {
    let Some((name, way)) = text.rsplit_once(':') else { return bad("Expected field:1 or field:-1") };
    let descending = match way {
        "1" => false,
        "-1" => true,
        _ => return bad("Expected field:1 or field:-1"),
    };
    let by = match field(name) {
        Field::Number(of) | Field::Date(of) => UserColumn::Number(of),
        Field::Text(
            of @ (UserText::Id
            | UserText::Email
            | UserText::Phone
            | UserText::Name
            | UserText::Nickname
            | UserText::GivenName
            | UserText::FamilyName
            | UserText::Username),
        ) => UserColumn::Text(of),
        _ => return bad(format!("Users are not sorted by {name:.40}")),
    };
    Ok(UserSort { by, descending })
}

fn field(name: &str) -> Field {
    match name {
        "user_id" => Field::Text(UserText::Id),
        "email" => Field::Text(UserText::Email),
        "email.domain" => Field::EmailDomain,
        "phone_number" => Field::Text(UserText::Phone),
        "name" => Field::Text(UserText::Name),
        "nickname" => Field::Text(UserText::Nickname),
        "given_name" => Field::Text(UserText::GivenName),
        "family_name" => Field::Text(UserText::FamilyName),
        "username" => Field::Text(UserText::Username),
        "last_ip" => Field::Text(UserText::LastIp),
        "identities.connection" => Field::Text(UserText::Connection),
        "identities.provider" => Field::Text(UserText::Provider),
        "identities.user_id" => Field::Text(UserText::ProviderUserId),
        "identities.isSocial" => Field::IsSocial,
        "logins_count" => Field::Number(UserNumber::LoginsCount),
        "created_at" => Field::Date(UserNumber::CreatedAt),
        "updated_at" => Field::Date(UserNumber::UpdatedAt),
        "last_login" => Field::Date(UserNumber::LastLogin),
        "blocked" => Field::Flag(UserFlag::Blocked),
        "email_verified" => Field::Flag(UserFlag::EmailVerified),
        "phone_verified" => Field::Flag(UserFlag::PhoneVerified),
        other => match other.split_once('.') {
            Some(("app_metadata", path)) => Field::Metadata(UserMetadata::App, steps(path)),
            Some(("user_metadata", path)) => Field::Metadata(UserMetadata::User, steps(path)),
            _ => Field::Unknown,
        },
    }
}

fn steps(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

fn exists(field: &Field) -> UserFilter {
    match field {
        Field::Text(of) => UserFilter::Text(*of, TextTest::Present),
        Field::EmailDomain | Field::Flag(UserFlag::EmailVerified) => {
            UserFilter::Text(UserText::Email, TextTest::Present)
        }
        Field::Flag(UserFlag::PhoneVerified) => UserFilter::Text(UserText::Phone, TextTest::Present),
        Field::Flag(UserFlag::Blocked) => UserFilter::Any(vec![
            UserFilter::Flag(UserFlag::Blocked, true),
            UserFilter::Flag(UserFlag::BlockDecided, true),
        ]),
        Field::Flag(flag) => UserFilter::Flag(*flag, true),
        Field::Number(of) | Field::Date(of) => UserFilter::Has(*of),
        Field::IsSocial => UserFilter::Everybody,
        Field::Metadata(of, path) => UserFilter::Metadata(*of, path.clone(), TextTest::Present),
        Field::Unknown => UserFilter::Nobody,
    }
}

fn term(field: &Field, name: &str, test: &Test) -> Result<UserFilter, BadSearch> {
    match field {
        Field::Text(of) => Ok(UserFilter::Text(*of, text_test(*of, test)?)),
        Field::EmailDomain => domain(test),
        Field::Number(of) => number(*of, name, test),
        Field::Date(of) => date(*of, name, test),
        Field::Flag(flag) => Ok(UserFilter::Flag(*flag, truth(name, test)?)),
        Field::IsSocial => Ok(match truth(name, test)? {
            true => UserFilter::Nobody,
            false => UserFilter::Everybody,
        }),
        Field::Metadata(UserMetadata::User, _) if !matches!(test, Test::Is { .. }) => {
            bad("Wildcards and ranges are not supported on user_metadata")
        }
        Field::Metadata(of, path) => Ok(UserFilter::Metadata(*of, path.clone(), as_written(test)?)),
        Field::Unknown => Ok(UserFilter::Nobody),
    }
}

/// Names and email addresses are the same in capitals and in small letters.
fn text_test(of: UserText, test: &Test) -> Result<TextTest, BadSearch> {
    let small = matches!(
        of,
        UserText::Email
            | UserText::Name
            | UserText::Nickname
            | UserText::GivenName
            | UserText::FamilyName
            | UserText::Username
    );
    let test = as_written(test)?;
    if !small {
        return Ok(test);
    }
    let edge = |edge: Edge| Edge { at: edge.at.to_lowercase(), ..edge };
    Ok(match test {
        TextTest::Present => TextTest::Present,
        TextTest::Is(text) => TextTest::Is(text.to_lowercase()),
        TextTest::StartsWith(text) => TextTest::StartsWith(text.to_lowercase()),
        TextTest::EndsWith(text) => TextTest::EndsWith(text.to_lowercase()),
        TextTest::Contains(text) => TextTest::Contains(text.to_lowercase()),
        TextTest::Between(low, high) => TextTest::Between(low.map(edge), high.map(edge)),
    })
}

pub(super) fn as_written(test: &Test) -> Result<TextTest, BadSearch> {
    let edge = |bound: &Option<Bound>| {
        bound.as_ref().map(|bound| Edge { at: bound.text.clone(), included: bound.included })
    };
    match test {
        Test::Is { text, .. } => Ok(TextTest::Is(text.clone())),
        Test::Range(low, high) => Ok(TextTest::Between(edge(low), edge(high))),
        Test::Like(parts) => {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let long = |part: &str| part.chars().count() >= LEAST;
            match parts.as_slice() {
                [start, ""] => Ok(TextTest::StartsWith((*start).to_owned())),
                ["", end] if long(end) => Ok(TextTest::EndsWith((*end).to_owned())),
                ["", part, ""] if long(part) => Ok(TextTest::Contains((*part).to_owned())),
                ["", ..] => bad("After a leading wildcard at least 3 characters are needed"),
                _ => bad("A wildcard stands at the beginning or the end of a word"),
            }
        }
    }
}

/// By the whole address where that does: it has an index for ends.
fn domain(test: &Test) -> Result<UserFilter, BadSearch> {
    let by_address = |test| Ok(UserFilter::Text(UserText::Email, test));
    match text_test(UserText::Email, test)? {
        TextTest::Is(domain) => by_address(TextTest::EndsWith(format!("@{domain}"))),
        TextTest::StartsWith(start) => by_address(TextTest::Contains(format!("@{start}"))),
        TextTest::EndsWith(end) if !end.contains('@') => by_address(TextTest::EndsWith(end)),
        TextTest::Between(..) => bad("Ranges are not supported on email.domain"),
        other => Ok(UserFilter::Text(UserText::EmailDomain, other)),
    }
}

fn truth(name: &str, test: &Test) -> Result<bool, BadSearch> {
    match test {
        Test::Is { text, .. } if text == "true" => Ok(true),
        Test::Is { text, .. } if text == "false" => Ok(false),
        _ => bad(format!("{name} is true or false")),
    }
}

fn number(of: UserNumber, name: &str, test: &Test) -> Result<UserFilter, BadSearch> {
    let read = |text: &str| match text.parse::<i64>() {
        Ok(number) => Ok(number),
        Err(_) => bad(format!("{name} is a whole number")),
    };
    let (low, high) = match test {
        Test::Is { text, .. } => (Some(read(text)?), Some(read(text)?)),
        Test::Range(low, high) => {
            let low = low.as_ref().map(|low| Ok((read(&low.text)?, low.included))).transpose()?;
            let high = high.as_ref().map(|high| Ok((read(&high.text)?, high.included))).transpose()?;
            (
                low.map(|(at, included)| at.saturating_add(i64::from(!included))),
                high.map(|(at, included)| at.saturating_sub(i64::from(!included))),
            )
        }
        Test::Like(_) => return bad(format!("Wildcards are not supported on {name}")),
    };
    Ok(UserFilter::Number(of, low, high))
}

fn date(of: UserNumber, name: &str, test: &Test) -> Result<UserFilter, BadSearch> {
    let (low, high) = dates::span(name, test, dates::moment, "2026-01-31 or 2026-01-31T08:00:00Z")?;
    Ok(UserFilter::Number(of, low, high))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn read(text: &str) -> Result<UserFilter, String> {
        parse(text).and_then(|query| filter(&query)).map_err(|bad| bad.0)
    }

    fn number(of: UserNumber, low: Option<i64>, high: Option<i64>) -> Result<UserFilter, String> {
        Ok(UserFilter::Number(of, low, high))
    }

    const DAY: i64 = 86_400;

    /// M-020
    #[test]
    fn dates_are_days_or_moments() {
        use UserNumber::{CreatedAt, LastLogin};
        // 2026-01-01T00:00:00Z
        const DAY_ONE: i64 = 1_767_225_600;
        assert_eq!(read("created_at:2026-01-01"), number(CreatedAt, Some(DAY_ONE), Some(DAY_ONE + DAY - 1)));
        assert_eq!(read("last_login:[2026-01-01 TO *]"), number(LastLogin, Some(DAY_ONE), None));
        assert_eq!(
            read("created_at:{2026-01-01 TO 2026-02-01]"),
            number(CreatedAt, Some(DAY_ONE + DAY), Some(DAY_ONE + 32 * DAY - 1))
        );
        for noon in ["2026-01-01T13:00:00+01:00", "2026-01-01T12:00:00.250Z", "2026-01-01T12:00:00"] {
            let at = Some(DAY_ONE + DAY / 2);
            assert_eq!(read(&format!("created_at:[{noon} TO {noon}]")), number(CreatedAt, at, at), "{noon}");
        }
        for text in ["created_at:soon", "created_at:2026-13-01", "created_at:2026*", "last_login:[a TO b]"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    /// M-020
    #[test]
    fn values_that_a_field_cannot_have_are_refused() {
        for (text, reason) in [
            ("logins_count:many", "logins_count is a whole number"),
            ("blocked:yes", "blocked is true or false"),
            ("blocked:[a TO b]", "blocked is true or false"),
            ("user_metadata.a:b*", "Wildcards and ranges are not supported on user_metadata"),
            ("name:*oh", "After a leading wildcard at least 3 characters are needed"),
            ("name:j*n", "A wildcard stands at the beginning or the end of a word"),
        ] {
            assert_eq!(read(text), Err(reason.to_owned()), "{text}");
        }
        assert_eq!(read("shoe_size:[1 TO 2]"), Ok(UserFilter::Nobody));
        assert_eq!(read("identities.isSocial:false"), Ok(UserFilter::Everybody));
    }

    /// M-020
    #[test]
    fn one_field_is_sorted_by() {
        let by = |by, descending| Ok(UserSort { by, descending });
        assert_eq!(sort("last_login:-1"), by(UserColumn::Number(UserNumber::LastLogin), true));
        assert_eq!(sort("email:1"), by(UserColumn::Text(UserText::Email), false));
        for text in ["email", "email:2", "app_metadata.plan:1", "identities.connection:1", ":1", ""] {
            assert!(sort(text).is_err(), "{text}");
        }
    }
}
