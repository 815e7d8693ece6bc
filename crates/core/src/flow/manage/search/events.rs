//! The fields of the log (section 2.18). What an event does not keep itself is looked up: names of clients,
//! and what connections are.

use super::users::as_written;
use super::{BadSearch, Query, Test, dates};
use crate::flow::manage::logs::describe;
use crate::model::{Client, Connection, EventKind};
use crate::store::{EventCondition, EventText, TextTest};

/// What events refer to.
#[derive(Debug, Default)]
pub struct Known {
    pub clients: Vec<Client>,
    pub connections: Vec<Connection>,
    /// Of this server.
    pub hostname: String,
    /// Of the tenant.
    pub tenant: String,
}

/// What a word without a field is looked for in.
const WHAT: [&str; 7] = ["client_name", "connection", "description", "ip", "log_id", "type", "user_name"];

/// A field that the log does not have fits nothing.
pub fn condition(query: &Query, known: &Known) -> Result<EventCondition, BadSearch> {
    let all = |parts: &[Query]| parts.iter().map(|part| condition(part, known)).collect::<Result<_, _>>();
    Ok(match query {
        Query::Everything => EventCondition::Everything,
        Query::And(parts) => EventCondition::All(all(parts)?),
        Query::Or(parts) => EventCondition::Any(all(parts)?),
        Query::Not(inner) => EventCondition::Not(Box::new(condition(inner, known)?)),
        Query::Exists(name) if name == "date" => EventCondition::Everything,
        Query::Exists(name) => text(name, &TextTest::Present, known),
        Query::Term { field: None, test } => {
            let test = as_written(test)?;
            EventCondition::Any(WHAT.iter().map(|name| text(name, &test, known)).collect())
        }
        Query::Term { field: Some(name), test } if name == "date" => date(test)?,
        Query::Term { field: Some(name), test } => text(name, &as_written(test)?, known),
    })
}

fn text(name: &str, test: &TextTest, known: &Known) -> EventCondition {
    let plain = |of| EventCondition::Text(of, test.clone());
    match name {
        "log_id" | "_id" => plain(EventText::Id),
        "client_id" => plain(EventText::Client),
        "connection" => plain(EventText::Connection),
        "user_id" => plain(EventText::User),
        "ip" => plain(EventText::Ip),
        "user_name" => plain(EventText::Address),
        "user_agent" => plain(EventText::UserAgent),
        // The older name of the code.
        "type" if *test == TextTest::Is(String::from("du")) => {
            one_of(EventText::Kind, [EventKind::UserDeleted.code()].into_iter())
        }
        "type" => plain(EventText::Kind),
        "description" => {
            let kinds = EventKind::ALL.iter().filter(|kind| fits(test, describe(**kind)));
            one_of(EventText::Kind, kinds.map(|kind| kind.code()))
        }
        "client_name" => {
            let clients = known.clients.iter().filter(|client| fits(test, &client.name));
            one_of(EventText::Client, clients.map(|client| client.id.as_str()))
        }
        "connection_id" => of_connections(known, |connection| fits(test, connection.id.as_str())),
        "strategy" => of_connections(known, |connection| fits(test, connection.strategy.as_str())),
        "strategy_type" if fits(test, "passwordless") => {
            EventCondition::Text(EventText::Connection, TextTest::Present)
        }
        "tenant_name" if fits(test, &known.tenant) => EventCondition::Everything,
        "hostname" if fits(test, &known.hostname) => EventCondition::Everything,
        _ => EventCondition::Nothing,
    }
}

fn of_connections(known: &Known, is: impl Fn(&Connection) -> bool) -> EventCondition {
    let found = known.connections.iter().filter(|connection| is(connection));
    one_of(EventText::Connection, found.map(|connection| connection.name.as_str()))
}

fn one_of<'a>(of: EventText, values: impl Iterator<Item = &'a str>) -> EventCondition {
    EventCondition::OneOf(of, values.map(str::to_owned).collect())
}

/// As the store compares.
fn fits(test: &TextTest, text: &str) -> bool {
    match test {
        TextTest::Present => true,
        TextTest::Is(whole) => text == whole,
        TextTest::StartsWith(part) => text.starts_with(part),
        TextTest::EndsWith(part) => text.ends_with(part),
        TextTest::Contains(part) => text.contains(part),
        TextTest::Between(low, high) => {
            let above = low.as_ref().is_none_or(|edge| {
                if edge.included { text >= edge.at.as_str() } else { text > edge.at.as_str() }
            });
            let below = high.as_ref().is_none_or(|edge| {
                if edge.included { text <= edge.at.as_str() } else { text < edge.at.as_str() }
            });
            above && below
        }
    }
}

/// A month, a day or a moment.
fn date(test: &Test) -> Result<EventCondition, BadSearch> {
    let read = |text: &str| dates::month(text).or_else(|| dates::moment(text));
    let (low, high) = dates::span("date", test, read, "2026-01, 2026-01-31 or 2026-01-31T08:00:00Z")?;
    Ok(EventCondition::At(low, high))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn read(text: &str) -> Result<EventCondition, String> {
        let known = Known { hostname: String::from("login.example"), ..Known::default() };
        parse(text).and_then(|query| condition(&query, &known)).map_err(|bad| bad.0)
    }

    /// M-032
    #[test]
    fn months_days_and_moments_are_spans_of_seconds() {
        const JANUARY: i64 = 1_767_225_600;
        let at = |low, high| Ok(EventCondition::At(low, high));
        assert_eq!(read("date:2026-01"), at(Some(JANUARY), Some(JANUARY + 31 * 86_400 - 1)));
        assert_eq!(read("date:[2026-01 TO 2026-02}"), at(Some(JANUARY), Some(JANUARY + 31 * 86_400 - 1)));
        assert_eq!(read("date:[2026-01-02 TO *]"), at(Some(JANUARY + 86_400), None));
        assert!(read("date:2026-13").is_err() && read("date:soon").is_err() && read("date:2026*").is_err());
    }

    /// M-032
    #[test]
    fn what_events_do_not_keep_is_looked_up() {
        assert_eq!(read("hostname:login.example"), Ok(EventCondition::Everything));
        assert_eq!(read("hostname:other"), Ok(EventCondition::Nothing));
        assert_eq!(read("organization_id:x"), Ok(EventCondition::Nothing));
        let sign_ins = EventCondition::OneOf(EventText::Kind, vec![String::from("s")]);
        assert_eq!(read("description:\"Success Login\""), Ok(sign_ins));
    }
}
