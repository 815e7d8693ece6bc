//! The search for users: which ids, in which order, how many in all, and then the users themselves.

use latchkey_core::model::{User, UserId};
use latchkey_core::store::{
    FoundUsers, StoreError, StoreResult, TextTest, UserColumn, UserFilter, UserNumber, UserSearch, UserSort,
    UserText, UserWindow,
};

use super::user_filter::{Statement, is_own_column, sort_column};
use super::users::{self, select_users};
use crate::tx::{Act, Tx, Value};

/// So many users are not sorted: going through the order of the list meets a page of them sooner.
const MANY: i64 = 5000;

impl Act for UserSearch {
    type Out = FoundUsers;

    fn is_long(&self) -> bool {
        true
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<FoundUsers> {
        let (limit, total) = match &self.window {
            UserWindow::Page { limit, total, .. } => (*limit, *total),
            UserWindow::After { limit, .. } => (*limit, false),
        };
        let mut ids = ids(tx, self).await?;
        let more = ids.len() > limit as usize;
        ids.truncate(limit as usize);
        let users = by_ids(tx, &ids).await?;
        let total = match total {
            true => Some(count(tx, self, &users, more).await?),
            false => None,
        };
        let next = users.last().filter(|_| more).map(|last| key(self.sort, last));
        Ok(FoundUsers { users, total, next })
    }
}

/// One more than asked for, where there is one.
async fn ids<T: Tx>(tx: &T, search: &UserSearch) -> StoreResult<Vec<UserId>> {
    let index = match T::ALONE && many_fit(tx, search).await? {
        true => index_of_order(search.sort.by),
        false => None,
    };
    let statement = listing(T::ALONE, search, index)?;
    tx.ask(&statement.text, statement.values, |row| row.next()).await
}

fn listing(sqlite: bool, search: &UserSearch, index: Option<&str>) -> StoreResult<Statement> {
    let mut statement = Statement::new(sqlite, "SELECT u.id FROM users u");
    statement.push(index.unwrap_or_default());
    statement.push(" WHERE ");
    statement.filter(&search.filter)?;
    let (limit, start) = match &search.window {
        UserWindow::Page { start, limit, .. } => (*limit, *start),
        UserWindow::After { key, limit } => {
            if let Some(key) = key {
                after(&mut statement, search.sort, key)?;
            }
            (*limit, 0)
        }
    };
    let (column, may_lack) = sort_column(search.sort.by);
    let order = match (search.sort.descending, may_lack) {
        (false, true) => format!(" ORDER BY {column} ASC NULLS FIRST, u.id ASC"),
        (true, true) => format!(" ORDER BY {column} DESC NULLS LAST, u.id DESC"),
        (false, false) => format!(" ORDER BY {column} ASC, u.id ASC"),
        (true, false) => format!(" ORDER BY {column} DESC, u.id DESC"),
    };
    statement.push(&order);
    statement.push(" LIMIT ");
    statement.bind(i64::from(limit).saturating_add(1));
    statement.push(" OFFSET ");
    statement.bind(i64::from(start));
    Ok(statement)
}

/// SQLite keeps no figures by which it could tell how many users fit: it would look up all whose names begin with
/// a letter, and sort them. Where so many fit, some are soon met in the order of the list.
async fn many_fit<T: Tx>(tx: &T, search: &UserSearch) -> StoreResult<bool> {
    let UserWindow::Page { limit, .. } = &search.window else { return Ok(false) };
    if *limit == 0 || index_of_order(search.sort.by).is_none() || !has_index(&search.filter, search.sort.by) {
        return Ok(false);
    }
    let mut statement = Statement::new(true, "SELECT count(*) FROM (SELECT 1 FROM users u WHERE ");
    statement.filter(&search.filter)?;
    statement.push(&format!(" LIMIT {MANY})"));
    let counted = tx.ask(&statement.text, statement.values, |row| row.next::<i64>()).await?;
    Ok(counted.first() == Some(&MANY))
}

/// Whether an index leads to those who fit, other than that of the order.
fn has_index(filter: &UserFilter, order: UserColumn) -> bool {
    match filter {
        UserFilter::All(parts) => parts.iter().any(|part| has_index(part, order)),
        UserFilter::Text(of, TextTest::Is(_) | TextTest::StartsWith(_) | TextTest::Between(..)) => {
            UserColumn::Text(*of) != order && is_own_column(*of)
        }
        UserFilter::Number(of, ..) => UserColumn::Number(*of) != order,
        _ => false,
    }
}

fn index_of_order(by: UserColumn) -> Option<&'static str> {
    Some(match by {
        UserColumn::Number(UserNumber::CreatedAt) => " INDEXED BY users_by_creation",
        UserColumn::Number(UserNumber::UpdatedAt) => " INDEXED BY users_by_update",
        UserColumn::Number(UserNumber::LastLogin) => " INDEXED BY users_by_login",
        UserColumn::Number(UserNumber::LoginsCount) => " INDEXED BY users_by_logins",
        UserColumn::Text(UserText::Email) => " INDEXED BY users_by_email",
        UserColumn::Text(UserText::Phone) => " INDEXED BY users_by_phone",
        UserColumn::Text(UserText::Name) => " INDEXED BY users_by_name",
        UserColumn::Text(UserText::Nickname) => " INDEXED BY users_by_nickname",
        UserColumn::Text(_) => return None,
    })
}

/// Adds the condition that a user comes after the one that `key` names.
fn after(statement: &mut Statement, sort: UserSort, key: &str) -> StoreResult<()> {
    let (column, may_lack) = sort_column(sort.by);
    let (value, id) = read_key(sort, key)?;
    let sign = if sort.descending { '<' } else { '>' };
    statement.push(" AND (");
    match value {
        Some(value) => {
            statement.push(&format!("({column}, u.id) {sign} ("));
            statement.bind(value);
            statement.push(", ");
            statement.bind(id);
            statement.push(")");
            if sort.descending && may_lack {
                statement.push(&format!(" OR {column} IS NULL"));
            }
        }
        None => {
            statement.push(&format!("({column} IS NULL AND u.id {sign} "));
            statement.bind(id);
            statement.push(")");
            if !sort.descending {
                statement.push(&format!(" OR {column} IS NOT NULL"));
            }
        }
    }
    statement.push(")");
    Ok(())
}

/// What names a user in the order of a search: `=` and a value, or nothing, then their id.
fn key(sort: UserSort, user: &User) -> String {
    let value = match sort.by {
        UserColumn::Number(UserNumber::CreatedAt) => Some(user.created_at.0.to_string()),
        UserColumn::Number(UserNumber::UpdatedAt) => Some(user.updated_at.0.to_string()),
        UserColumn::Number(UserNumber::LastLogin) => user.last_login.map(|at| at.0.to_string()),
        UserColumn::Number(UserNumber::LoginsCount) => Some(user.logins_count.to_string()),
        UserColumn::Text(of) => users::searched_text(user, of),
    };
    let value = value.map(|value| format!("={value}")).unwrap_or_default();
    format!("{value}\n{}", user.id)
}

fn read_key(sort: UserSort, key: &str) -> StoreResult<(Option<Value>, String)> {
    let unknown = || StoreError::Conflict("checkpoint");
    let (value, id) = key.rsplit_once('\n').ok_or_else(unknown)?;
    if id.contains('\0') || value.contains('\0') {
        return Err(unknown());
    }
    let value = match (value.strip_prefix('='), sort.by) {
        (None, _) => None,
        (Some(text), UserColumn::Number(_)) => Some(Value::Int(text.parse().map_err(|_| unknown())?)),
        (Some(text), UserColumn::Text(_)) => Some(Value::Text(text.to_owned())),
    };
    Ok((value, id.to_owned()))
}

/// The users of these ids, in their order; who is gone meanwhile is left out.
async fn by_ids<T: Tx>(tx: &T, ids: &[UserId]) -> StoreResult<Vec<User>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = select_users!("FROM users u LEFT JOIN identities i ON i.user_id = u.id WHERE u.id IN (");
    let mut statement = Statement::new(T::ALONE, text);
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            statement.push(", ");
        }
        statement.bind(id);
    }
    statement.push(") ORDER BY u.id, i.position");
    let found = users::fold(tx.ask(&statement.text, statement.values, users::read).await?);
    let mut found: std::collections::HashMap<UserId, User> =
        found.into_iter().map(|user| (user.id.clone(), user)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// How many match. A part that is the last one says so itself.
async fn count<T: Tx>(tx: &T, search: &UserSearch, users: &[User], more: bool) -> StoreResult<u64> {
    if let UserWindow::Page { start, limit, .. } = &search.window
        && !more
        && *limit > 0
        && (*start == 0 || !users.is_empty())
    {
        return Ok(u64::from(*start).saturating_add(users.len() as u64));
    }
    let statement = counting(T::ALONE, &search.filter)?;
    let counted = tx.ask(&statement.text, statement.values, |row| row.next::<i64>()).await?;
    Ok(counted.first().and_then(|count| u64::try_from(*count).ok()).unwrap_or(0))
}

/// How many users there are at all is kept; others are counted by what needs the fewest pages.
fn counting(sqlite: bool, filter: &UserFilter) -> StoreResult<Statement> {
    match filter {
        UserFilter::Everybody => Ok(Statement::new(sqlite, users::count_of_all())),
        UserFilter::All(parts) if matches!(parts.as_slice(), [_, UserFilter::Everybody]) => parts
            .first()
            .map_or_else(|| counting(sqlite, &UserFilter::Everybody), |one| counting(sqlite, one)),
        UserFilter::Text(UserText::Connection, TextTest::Is(name)) => {
            let text = "SELECT count(*) FROM (SELECT DISTINCT user_id FROM identities WHERE connection = ";
            let mut statement = Statement::new(sqlite, text);
            statement.bind(name);
            statement.push(") AS s");
            Ok(statement)
        }
        filter => {
            let mut statement = Statement::new(sqlite, "SELECT count(*) FROM users u WHERE ");
            statement.filter(filter)?;
            Ok(statement)
        }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::Timestamp;
    use latchkey_core::model::{Address, Channel};

    use super::*;
    use crate::StoreOptions;
    use crate::sqlite::{Place, Sqlite};
    use crate::tx::Engine;

    struct Plan(UserSearch, Option<&'static str>);

    impl Act for Plan {
        type Out = String;

        async fn run<T: Tx>(&self, tx: &T) -> StoreResult<String> {
            let statement = listing(true, &self.0, self.1)?;
            let text = format!("EXPLAIN QUERY PLAN {}", statement.text);
            let read = |row: &mut crate::tx::Columns<'_>| {
                for _ in 0..3 {
                    row.next::<i64>()?;
                }
                row.next::<String>()
            };
            Ok(tx.ask(&text, statement.values, read).await?.join("; "))
        }
    }

    fn alike(sort: UserSort) -> UserSearch {
        let filter = UserFilter::Text(UserText::GivenName, TextTest::StartsWith(String::from("a")));
        let window = UserWindow::Page { start: 0, limit: 50, total: false };
        UserSearch { filter, sort, window }
    }

    #[tokio::test]
    async fn where_many_fit_nobody_is_sorted() {
        let engine = Sqlite::open(&Place::Memory, &StoreOptions::default()).unwrap();
        let columns =
            [UserNumber::CreatedAt, UserNumber::UpdatedAt, UserNumber::LastLogin, UserNumber::LoginsCount]
                .map(UserColumn::Number)
                .into_iter()
                .chain(
                    [UserText::Email, UserText::Phone, UserText::Name, UserText::Nickname]
                        .map(UserColumn::Text),
                );
        for by in columns {
            for descending in [false, true] {
                let search = alike(UserSort { by, descending });
                assert!(has_index(&search.filter, by));
                let plan = engine.read(Plan(search.clone(), index_of_order(by))).await.unwrap();
                assert!(!plan.contains("TEMP B-TREE"), "{by:?}: {plan}");
                let usual = engine.read(Plan(search, None)).await.unwrap();
                assert!(usual.contains("users_by_given_name"), "{by:?}: {usual}");
            }
        }
    }

    struct Fits(UserSearch);

    impl Act for Fits {
        type Out = bool;

        async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
            many_fit(tx, &self.0).await
        }
    }

    struct Add(std::ops::Range<i64>);

    impl Act for Add {
        type Out = ();

        async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
            for n in self.0.clone() {
                let (address, at) = (Address::from_canonical(format!("{n}@example.com")), Timestamp(n));
                let mut user = User::first_seen("email", Channel::Email, address, &format!("{n:05}"), at);
                user.attributes.insert(String::from("given_name"), "Ana".into());
                assert!(users::insert(tx, &user).await?);
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn many_who_fit_are_listed_in_their_order() {
        let engine = Sqlite::open(&Place::Memory, &StoreOptions::default()).unwrap();
        let sort = UserSort { by: UserColumn::Number(UserNumber::CreatedAt), descending: true };
        engine.write(Add(1..MANY)).await.unwrap();
        assert!(!engine.read(Fits(alike(sort))).await.unwrap());
        engine.write(Add(MANY..MANY + 1)).await.unwrap();
        assert!(engine.read(Fits(alike(sort))).await.unwrap());

        let found = engine.read(alike(sort)).await.unwrap();

        let made: Vec<i64> = found.users.iter().map(|user| user.created_at.0).collect();
        assert_eq!(made, (MANY - 49..=MANY).rev().collect::<Vec<_>>());
    }
}
