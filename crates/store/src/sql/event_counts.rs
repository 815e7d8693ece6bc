//! What the log comes to: added up a slice at a time, each event once.

use latchkey_core::model::tally::{CountKey, Counted, Tally};
use latchkey_core::store::{CountRound, StoreError, StoreResult};

use super::user_filter::Statement;
use crate::tx::{Act, Columns, Tx, queries, values};

queries! {
    BEGIN = "INSERT INTO meta (name, value) VALUES ('events_counted', '') ON CONFLICT (name) DO NOTHING";
    /// Of two nodes that counted the same slice one finds what it began with.
    MOVE = "UPDATE meta SET value = $1 WHERE name = 'events_counted' AND value = $2";
    FIND = "SELECT value FROM meta WHERE name = 'events_counted'";
    ADD = "INSERT INTO event_counts (day, what, connection, sender, country, counted) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (day, what, connection, sender, country) \
        DO UPDATE SET counted = event_counts.counted + excluded.counted";
    LIST = "SELECT day, what, connection, sender, country, counted FROM event_counts \
        WHERE day >= $1 AND day <= $2 ORDER BY day, what, connection, sender, country";
    FORGET = "DELETE FROM event_day_users WHERE (day, user_id) IN \
        (SELECT day, user_id FROM event_day_users WHERE day < $1 ORDER BY day, user_id LIMIT 5000)";
}

/// Users in one statement.
const CHUNK: usize = 250;

pub(super) struct FindEnd;
pub(super) struct List(pub i64, pub i64);

impl Act for FindEnd {
    type Out = String;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<String> {
        Ok(tx.first(&FIND, values![], |row| row.next::<String>()).await?.unwrap_or_default())
    }
}

impl Act for CountRound {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        if self.after.is_empty() {
            tx.change(&BEGIN, values![]).await?;
        }
        if tx.change(&MOVE, values![&self.until, &self.after]).await? == 0 {
            tx.abandon();
            return Ok(false);
        }
        let mut counts = self.tally.counts.clone();
        for (day, new) in count_active(tx, &self.tally).await? {
            let active = CountKey {
                day,
                what: Counted::ActiveUser,
                connection: String::new(),
                means: String::new(),
                country: String::new(),
            };
            *counts.entry(active).or_default() += new;
        }
        for (key, count) in &counts {
            let CountKey { day, what, connection, means, country } = key;
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            tx.later(&ADD, values![*day, what.word(), connection, means, country, count])?;
        }
        // The day before is kept: entries around midnight may come a moment late.
        if let Some((newest, _)) = self.tally.active.last() {
            tx.later(&FORGET, values![newest.saturating_sub(1)])?;
        }
        Ok(true)
    }
}

/// How many users of each day are new to it.
async fn count_active<T: Tx>(tx: &T, tally: &Tally) -> StoreResult<Vec<(i64, u64)>> {
    let active: Vec<_> = tally.active.iter().collect();
    let mut days: Vec<(i64, u64)> = Vec::new();
    for chunk in active.chunks(CHUNK) {
        let mut statement = Statement::new(T::ALONE, "INSERT INTO event_day_users (day, user_id) VALUES ");
        for (at, (day, user)) in chunk.iter().enumerate() {
            statement.push(if at == 0 { "(" } else { ", (" });
            statement.bind(*day);
            statement.push(", ");
            statement.bind(user);
            statement.push(")");
        }
        statement.push(" ON CONFLICT (day, user_id) DO NOTHING RETURNING day");
        for day in tx.ask(&statement.text, statement.values, |row| row.next::<i64>()).await? {
            match days.iter_mut().find(|(known, _)| *known == day) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => days.push((day, 1)),
            }
        }
    }
    Ok(days)
}

impl Act for List {
    type Out = Vec<(CountKey, u64)>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<(CountKey, u64)>> {
        tx.all(&LIST, values![self.0, self.1], read).await
    }
}

fn read(row: &mut Columns<'_>) -> StoreResult<(CountKey, u64)> {
    let day = row.next()?;
    let word: String = row.next()?;
    let unknown = || StoreError::Corrupt(String::from("something unknown is counted"));
    let key = CountKey {
        day,
        what: Counted::parse(&word).ok_or_else(unknown)?,
        connection: row.next()?,
        means: row.next()?,
        country: row.next()?,
    };
    Ok((key, u64::try_from(row.next::<i64>()?).unwrap_or(0)))
}
