//! Dates in queries, as the seconds that they span.

use time::format_description::well_known::{Iso8601, Rfc3339};

use super::{BadSearch, Test, bad};

const DAY: i64 = 86_400;

/// A first and a last second.
pub type Seconds = (i64, i64);

/// The first and the last second that a test of a date allows, as far as there are any. A day without a time
/// is the whole of it: `{day TO` begins after it, `TO day]` ends with it.
pub fn span(
    name: &str,
    test: &Test,
    read: impl Fn(&str) -> Option<Seconds>,
    examples: &str,
) -> Result<(Option<i64>, Option<i64>), BadSearch> {
    let read = |text: &str| match read(text) {
        Some(seconds) => Ok(seconds),
        None => bad(format!("{name} is a date, such as {examples}")),
    };
    match test {
        Test::Is { text, .. } => {
            let (first, last) = read(text)?;
            Ok((Some(first), Some(last)))
        }
        Test::Range(low, high) => {
            let low = low.as_ref().map(|low| Ok((read(&low.text)?, low.included))).transpose()?;
            let high = high.as_ref().map(|high| Ok((read(&high.text)?, high.included))).transpose()?;
            Ok((
                low.map(|((first, last), included)| if included { first } else { last.saturating_add(1) }),
                high.map(|((first, last), included)| if included { last } else { first.saturating_sub(1) }),
            ))
        }
        Test::Like(_) => bad(format!("Wildcards are not supported on {name}")),
    }
}

/// A day, or a moment.
pub fn moment(text: &str) -> Option<Seconds> {
    if !text.contains('T')
        && let Ok(day) = time::Date::parse(text, &Iso8601::DATE)
    {
        let first = day.midnight().assume_utc().unix_timestamp();
        return Some((first, first.saturating_add(DAY - 1)));
    }
    if let Ok(at) = time::OffsetDateTime::parse(text, &Rfc3339) {
        return Some((at.unix_timestamp(), at.unix_timestamp()));
    }
    // Without an offset it is UTC.
    let at = time::PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME).ok()?.assume_utc().unix_timestamp();
    Some((at, at))
}

pub fn month(text: &str) -> Option<Seconds> {
    let (year, month) = text.split_once('-').filter(|(_, month)| !month.contains('-'))?;
    let begins = |year: i32, month: u8| {
        let month = time::Month::try_from(month).ok()?;
        Some(time::Date::from_calendar_date(year, month, 1).ok()?.midnight().assume_utc().unix_timestamp())
    };
    let (year, month): (i32, u8) = (year.parse().ok()?, month.parse().ok()?);
    let next =
        if month == 12 { begins(year.checked_add(1)?, 1)? } else { begins(year, month.checked_add(1)?)? };
    Some((begins(year, month)?, next.saturating_sub(1)))
}
