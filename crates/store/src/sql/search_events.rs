//! The search of the log, and what is counted of it by the day.

use latchkey_core::model::EventKind;
use latchkey_core::store::{
    DayCount, EventCondition, EventSearch, EventText, FoundEvents, StoreResult, TextTest,
};

use super::events::{COLUMNS, read};
use super::user_filter::{Column, Statement, by_bytes, by_language};
use crate::tx::{Act, Tx, queries, values};

queries! {
    /// Ids begin with their seconds, so that a stretch of time is a stretch of the key.
    DAYS = "SELECT at / 86400, kind, count(*) FROM events \
        WHERE id >= $1 AND id < $2 AND (kind = $3 OR kind = $4 OR kind = $5 OR kind = $6 \
        OR kind = $7) GROUP BY at / 86400, kind";
}

pub(super) struct CountDays(pub i64, pub i64);

impl Act for EventSearch {
    type Out = FoundEvents;

    /// What goes on from an entry by the index, as streams and the count do, reads no more than it returns.
    fn is_long(&self) -> bool {
        let is_one_user = |part: &EventCondition| matches!(part, EventCondition::Text(EventText::User, TextTest::Is(user)) if !user.is_empty());
        let by_index = match &self.condition {
            EventCondition::Everything => true,
            // Ids are in the order of time: going up from the oldest, all are in until the end.
            EventCondition::At(None, _) => self.ascending,
            // What people are shown of themselves waits for no operator's search.
            EventCondition::All(parts) => parts.iter().any(is_one_user),
            _ => false,
        };
        self.total || self.start > 0 || !by_index
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<FoundEvents> {
        let text = format!("SELECT {COLUMNS} FROM events e WHERE ");
        let mut statement = Statement::new(T::ALONE, &text);
        condition(&mut statement, &self.condition);
        if let Some(after) = &self.after {
            statement.push(if self.ascending { " AND e.id > " } else { " AND e.id < " });
            statement.bind(after);
        }
        statement.push(if self.ascending {
            " ORDER BY e.id ASC LIMIT "
        } else {
            " ORDER BY e.id DESC LIMIT "
        });
        statement.bind(i64::from(self.limit));
        statement.push(" OFFSET ");
        statement.bind(i64::from(self.start));
        let events = tx.ask(&statement.text, statement.values, read).await?;
        let total = match self.total {
            true => Some(count(tx, &self.condition).await?),
            false => None,
        };
        Ok(FoundEvents { events, total })
    }
}

async fn count<T: Tx>(tx: &T, of: &EventCondition) -> StoreResult<u64> {
    let mut statement = Statement::new(T::ALONE, "SELECT count(*) FROM events e WHERE ");
    condition(&mut statement, of);
    let counted = tx.ask(&statement.text, statement.values, |row| row.next::<i64>()).await?;
    Ok(counted.first().and_then(|count| u64::try_from(*count).ok()).unwrap_or(0))
}

/// Adds the condition that an event `e` fits.
fn condition(statement: &mut Statement, of: &EventCondition) {
    match of {
        EventCondition::Everything => statement.push("1 = 1"),
        EventCondition::Nothing => statement.push("1 = 0"),
        EventCondition::All(parts) => joined(statement, parts, " AND ", "1 = 1"),
        EventCondition::Any(parts) => joined(statement, parts, " OR ", "1 = 0"),
        EventCondition::Not(inner) => {
            statement.push("(");
            condition(statement, inner);
            statement.push(") IS NOT TRUE");
        }
        EventCondition::Text(of, test) => statement.test(column(*of), test),
        EventCondition::OneOf(_, values) if values.is_empty() => statement.push("1 = 0"),
        EventCondition::OneOf(of, values) => {
            statement.push(column(*of).name);
            for (at, value) in values.iter().enumerate() {
                statement.push(if at == 0 { " IN (" } else { ", " });
                statement.bind(value);
            }
            statement.push(")");
        }
        EventCondition::At(low, high) => statement.number("e.at", *low, *high),
    }
}

fn joined(statement: &mut Statement, parts: &[EventCondition], word: &str, none: &str) {
    if parts.is_empty() {
        return statement.push(none);
    }
    statement.push("(");
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            statement.push(word);
        }
        condition(statement, part);
    }
    statement.push(")");
}

fn column(of: EventText) -> Column {
    match of {
        EventText::Id => by_bytes("e.id"),
        EventText::Kind => by_language("e.kind"),
        EventText::Client => by_language("e.client"),
        EventText::Connection => by_language("e.connection"),
        EventText::User => by_language("e.user_id"),
        EventText::Ip => by_language("e.ip"),
        EventText::Address => by_language("e.address"),
        EventText::UserAgent => by_language("e.user_agent"),
    }
}

impl Act for CountDays {
    type Out = Vec<DayCount>;

    fn is_long(&self) -> bool {
        true
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<DayCount>> {
        let Self(first, last) = self;
        let id = |day: i64| {
            let seconds =
                u32::try_from(day.saturating_mul(86_400)).unwrap_or(if day < 0 { 0 } else { u32::MAX });
            format!("{seconds:08x}")
        };
        // On the pages, by an app that asked for the code or the passkey itself, and from a page of the app's own.
        let [page, app, passkey, cross_origin] = [
            EventKind::SignedIn,
            EventKind::OtpExchanged,
            EventKind::PasskeyExchanged,
            EventKind::CrossOriginProved,
        ]
        .map(EventKind::code);
        let sign_up = EventKind::SignedUp.code();
        let between =
            values![id(*first), id(last.saturating_add(1)), page, app, passkey, cross_origin, sign_up];
        let counted = tx
            .all(&DAYS, between, |row| Ok((row.next::<i64>()?, row.next::<String>()?, row.next::<i64>()?)))
            .await?;
        let mut days = std::collections::BTreeMap::new();
        for (day, kind, count) in counted {
            let entry = days.entry(day).or_insert(DayCount { day, sign_ins: 0, sign_ups: 0 });
            let count = u64::try_from(count).unwrap_or(0);
            let counted = if kind == sign_up { &mut entry.sign_ups } else { &mut entry.sign_ins };
            *counted = counted.saturating_add(count);
        }
        Ok(days.into_values().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::user_filter::tests::{is_bound, tests};
    use super::*;

    /// S-127
    #[test]
    fn what_entries_are_searched_for_is_a_parameter() {
        let texts = [
            EventText::Id,
            EventText::Kind,
            EventText::Client,
            EventText::Connection,
            EventText::User,
            EventText::Ip,
            EventText::Address,
            EventText::UserAgent,
        ];
        for of in texts {
            let one_of = EventCondition::OneOf(of, vec![String::from("canary'), (1")]);
            let tested = tests().into_iter().map(|test| EventCondition::Text(of, test));
            for fits in tested.chain([one_of]) {
                for sqlite in [true, false] {
                    let mut statement = Statement::new(sqlite, "SELECT 1 FROM events e WHERE ");
                    condition(&mut statement, &EventCondition::Not(Box::new(fits.clone())));
                    is_bound(&statement, &format!("{fits:?}"));
                }
            }
        }
    }

    /// S-126: neither streams nor the count of the log wait for searches.
    #[test]
    fn who_goes_on_by_the_index_needs_no_turn() {
        let search = |condition| EventSearch {
            condition,
            ascending: true,
            after: Some(String::from("69")),
            start: 0,
            limit: 100,
            total: false,
        };
        let settled = || search(EventCondition::At(None, Some(1)));
        assert!(!settled().is_long() && !search(EventCondition::Everything).is_long());
        let of_one = EventCondition::Text(EventText::User, TextTest::Is(String::from("sms|1")));
        assert!(!search(EventCondition::All(vec![EventCondition::Everything, of_one])).is_long());
        for long in [
            EventSearch { total: true, ..settled() },
            EventSearch { start: 1, ..settled() },
            EventSearch { ascending: false, ..settled() },
            search(EventCondition::At(Some(1), None)),
            search(EventCondition::All(vec![EventCondition::Everything])),
        ] {
            assert!(long.is_long(), "{long:?}");
        }
    }
}
