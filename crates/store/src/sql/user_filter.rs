//! What users are searched by, as a condition in SQL. Every text of the search is a parameter.

use latchkey_core::store::{
    Edge, StoreResult, TextTest, UserColumn, UserFilter, UserFlag, UserMetadata, UserNumber, UserText,
};

use crate::tx::{Value, to_json};

/// A statement under way, and its parameters.
pub(super) struct Statement {
    pub text: String,
    pub values: Vec<Value>,
    sqlite: bool,
}

/// A column, and whether the database compares its texts byte by byte.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
    by_bytes: bool,
}

pub(super) const fn by_bytes(name: &'static str) -> Column {
    Column { name, by_bytes: true }
}

pub(super) const fn by_language(name: &'static str) -> Column {
    Column { name, by_bytes: false }
}

impl Statement {
    pub(super) fn new(sqlite: bool, text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new(), sqlite }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a parameter.
    pub(super) fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        let sign = if self.sqlite { '?' } else { '$' };
        self.text.push_str(&format!("{sign}{}", self.values.len()));
    }

    /// Adds the condition that a user `u` is in.
    pub(super) fn filter(&mut self, filter: &UserFilter) -> StoreResult<()> {
        match filter {
            UserFilter::Everybody => self.push("1 = 1"),
            UserFilter::Nobody => self.push("1 = 0"),
            UserFilter::All(parts) => self.joined(parts, " AND ", "1 = 1")?,
            UserFilter::Any(parts) => self.joined(parts, " OR ", "1 = 0")?,
            UserFilter::Not(inner) => {
                self.push("(");
                self.filter(inner)?;
                self.push(") IS NOT TRUE");
            }
            UserFilter::Text(of, test) => self.text(*of, test),
            UserFilter::Number(of, low, high) => self.number(number_column(*of), *low, *high),
            UserFilter::Has(UserNumber::LoginsCount) => self.push("u.logins_count > 0"),
            UserFilter::Has(of) => self.push(&format!("{} IS NOT NULL", number_column(*of))),
            UserFilter::Flag(flag, set) => self.flag(*flag, *set),
            UserFilter::Metadata(of, path, test) => self.metadata(*of, path, test)?,
        }
        Ok(())
    }

    fn joined(&mut self, parts: &[UserFilter], word: &str, none: &str) -> StoreResult<()> {
        if parts.is_empty() {
            self.push(none);
            return Ok(());
        }
        self.push("(");
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.push(word);
            }
            self.filter(part)?;
        }
        self.push(")");
        Ok(())
    }

    fn text(&mut self, of: UserText, test: &TextTest) {
        match (of, test) {
            (UserText::EmailDomain, test) => {
                let domain = match self.sqlite {
                    true => "substr(u.email, instr(u.email, '@') + 1)",
                    false => "substr(u.email, strpos(u.email, '@') + 1)",
                };
                self.test(by_language(domain), test);
            }
            (UserText::Connection, test) => self.with_identity(by_language("i.connection"), test),
            (UserText::Provider, test) => {
                self.with_identity(by_language("coalesce(i.strategy, i.channel)"), test);
            }
            (UserText::ProviderUserId, test) => {
                self.push("u.id IN (SELECT i.user_id FROM identities i WHERE ");
                self.test(by_language("i.provider_user_id"), test);
                self.push(")");
            }
            (UserText::Email, TextTest::EndsWith(end)) => {
                let beginning = TextTest::StartsWith(end.chars().rev().collect());
                self.test(by_bytes("u.email_backwards"), &beginning);
            }
            // No index answers these, but reading one takes less than reading the table.
            (of, TextTest::Contains(_) | TextTest::EndsWith(_)) if self.sqlite => {
                let column = text_column(of);
                let name = column.name.trim_start_matches("u.");
                self.push(&format!("u.id IN (SELECT id FROM users WHERE {name} IS NOT NULL AND "));
                self.test(Column { name, ..column }, test);
                self.push(")");
            }
            (of, test) => self.test(text_column(of), test),
        }
    }

    /// Many users fit: they are looked at one by one, in the order of the list.
    fn with_identity(&mut self, column: Column, test: &TextTest) {
        self.push("EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id AND ");
        self.test(column, test);
        self.push(")");
    }

    pub(super) fn test(&mut self, column: Column, test: &TextTest) {
        let Column { name, by_bytes } = column;
        match test {
            TextTest::Present => self.push(&format!("{name} IS NOT NULL")),
            TextTest::Is(whole) => {
                self.push(&format!("{name} = "));
                self.bind(whole);
            }
            TextTest::StartsWith(part) if by_bytes => {
                self.push(&format!("({name} >= "));
                self.bind(part);
                self.push(&format!(" AND {name} < "));
                self.bind(format!("{part}{}", char::MAX));
                self.push(")");
            }
            TextTest::StartsWith(part) => {
                self.push(&format!("substr({name}, 1, {}) = ", part.chars().count()));
                self.bind(part);
            }
            TextTest::EndsWith(part) => {
                let length = part.chars().count();
                self.push(&format!(
                    "(length({name}) >= {length} AND substr({name}, length({name}) - {length} + 1) = "
                ));
                self.bind(part);
                self.push(")");
            }
            TextTest::Contains(part) => {
                let find = if self.sqlite { "instr" } else { "strpos" };
                self.push(&format!("{find}({name}, "));
                self.bind(part);
                self.push(") > 0");
            }
            TextTest::Between(low, high) => self.between(column, low.as_ref(), high.as_ref()),
        }
    }

    fn between(&mut self, Column { name, by_bytes }: Column, low: Option<&Edge>, high: Option<&Edge>) {
        // SQLite compares by bytes whatever the column.
        let collation = if by_bytes || self.sqlite { "" } else { " COLLATE \"C\"" };
        self.push(&format!("({name} IS NOT NULL"));
        for (edge, below) in [(low, true), (high, false)] {
            let Some(edge) = edge else { continue };
            self.push(&format!(" AND {name}{collation} {} ", sign(edge, below)));
            self.bind(&edge.at);
        }
        self.push(")");
    }

    pub(super) fn number(&mut self, column: &str, low: Option<i64>, high: Option<i64>) {
        self.push(&format!("({column} IS NOT NULL"));
        for (end, sign) in [(low, ">="), (high, "<=")] {
            let Some(end) = end else { continue };
            self.push(&format!(" AND {column} {sign} "));
            self.bind(end);
        }
        self.push(")");
    }

    fn flag(&mut self, flag: UserFlag, set: bool) {
        let channel = match flag {
            UserFlag::Blocked => return self.push(if set { "u.blocked = 1" } else { "u.blocked = 0" }),
            UserFlag::BlockDecided => {
                return self.push(if set { "u.block_decided = 1" } else { "u.block_decided = 0" });
            }
            UserFlag::EmailVerified => "email",
            UserFlag::PhoneVerified => "sms",
        };
        let verified = if set { "IS NOT NULL" } else { "IS NULL" };
        self.push(&format!(
            "EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id AND i.position = 0 \
             AND i.channel = '{channel}' AND i.verified_at {verified})"
        ));
    }

    fn metadata(&mut self, of: UserMetadata, path: &[String], test: &TextTest) -> StoreResult<()> {
        let column = match of {
            UserMetadata::User => "u.user_metadata",
            UserMetadata::App => "u.app_metadata",
        };
        if self.sqlite {
            self.push(&format!("metadata_fits({column}, "));
            self.bind(to_json(&path)?);
            self.push(", ");
            self.bind(to_json(test)?);
            self.push(")");
            return Ok(());
        }
        // PostgreSQL reads no JSON that holds the character zero. After a backslash that stands for itself, its
        // name is a text like any other.
        let zero =
            format!("strpos({column}, '\\u0000') > 0 AND {column} ~ '(^|[^\\\\])(\\\\\\\\)*\\\\u0000'");
        self.push(&format!(
            "EXISTS (SELECT 1 FROM jsonb_path_query(CASE WHEN {zero} THEN NULL \
             ELSE {column}::jsonb END, CAST(CAST("
        ));
        let mut steps = String::from("$");
        for name in path {
            steps.push('.');
            steps.push_str(&to_json(name)?);
        }
        if *test != TextTest::Present {
            steps.push_str("[*]");
        }
        self.bind(steps);
        self.push(" AS TEXT) AS jsonpath)) AS q(v) WHERE ");
        self.value(test);
        self.push(")");
        Ok(())
    }

    /// The test of a value `q.v` of PostgreSQL.
    fn value(&mut self, test: &TextTest) {
        const TEXT: Column = by_language("(q.v #>> '{}')");
        match test {
            TextTest::Present => self.push("q.v NOT IN ('null'::jsonb, '[]'::jsonb, '{}'::jsonb)"),
            TextTest::Between(low, high) if TextTest::numbers(low.as_ref(), high.as_ref()).is_some() => {
                self.push("CASE WHEN jsonb_typeof(q.v) = 'number' THEN TRUE");
                for (edge, below) in [(low, true), (high, false)] {
                    let Some(edge) = edge else { continue };
                    self.push(&format!(" AND (q.v #>> '{{}}')::numeric {} CAST(CAST(", sign(edge, below)));
                    self.bind(&edge.at);
                    self.push(" AS TEXT) AS numeric)");
                }
                self.push(" ELSE FALSE END");
            }
            TextTest::Between(..) => {
                self.push("jsonb_typeof(q.v) = 'string' AND ");
                self.test(TEXT, test);
            }
            test => {
                self.push("jsonb_typeof(q.v) IN ('string', 'number', 'boolean') AND ");
                self.test(TEXT, test);
            }
        }
    }
}

fn sign(edge: &Edge, below: bool) -> &'static str {
    match (below, edge.included) {
        (true, true) => ">=",
        (true, false) => ">",
        (false, true) => "<=",
        (false, false) => "<",
    }
}

/// The column of a user `u`, and whether it may be empty.
pub(super) fn sort_column(by: UserColumn) -> (&'static str, bool) {
    match by {
        UserColumn::Number(of) => (number_column(of), of == UserNumber::LastLogin),
        UserColumn::Text(of) => (text_column(of).name, of != UserText::Id),
    }
}

fn number_column(of: UserNumber) -> &'static str {
    match of {
        UserNumber::CreatedAt => "u.created_at",
        UserNumber::UpdatedAt => "u.updated_at",
        UserNumber::LastLogin => "u.last_login",
        UserNumber::LoginsCount => "u.logins_count",
    }
}

/// Whether it stands in a column of the user, which has an index.
pub(super) fn is_own_column(of: UserText) -> bool {
    text_column(of).by_bytes && of != UserText::Id
}

fn text_column(of: UserText) -> Column {
    match of {
        UserText::Id => by_bytes("u.id"),
        UserText::Email => by_bytes("u.email"),
        UserText::Phone => by_bytes("u.phone"),
        UserText::Name => by_bytes("u.name"),
        UserText::Nickname => by_bytes("u.nickname"),
        UserText::GivenName => by_bytes("u.given_name"),
        UserText::FamilyName => by_bytes("u.family_name"),
        UserText::Username => by_bytes("u.username"),
        // Of the identities there may be several: nobody is sorted by them.
        UserText::LastIp
        | UserText::EmailDomain
        | UserText::Connection
        | UserText::Provider
        | UserText::ProviderUserId => by_language("u.last_ip"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const CANARY: &str = "canary' OR \"1\" = $1 --";

    pub(in crate::sql) fn tests() -> [TextTest; 5] {
        let text = String::from(CANARY);
        let edge = Edge { at: text.clone(), included: true };
        [
            TextTest::Is(text.clone()),
            TextTest::StartsWith(text.clone()),
            TextTest::EndsWith(text.clone()),
            TextTest::Contains(text),
            TextTest::Between(Some(edge.clone()), Some(edge)),
        ]
    }

    /// What was searched for is among the parameters, and nowhere else.
    pub(in crate::sql) fn is_bound(statement: &Statement, what: &str) {
        assert!(
            !statement.text.contains("canary") && !statement.text.contains("yranac"),
            "{}",
            statement.text
        );
        let values = format!("{:?}", statement.values);
        assert!(values.contains("canary") || values.contains("yranac"), "{what}: {values}");
    }

    /// S-127
    #[test]
    fn what_users_are_searched_for_is_a_parameter() {
        let texts = [
            UserText::Id,
            UserText::Email,
            UserText::EmailDomain,
            UserText::Phone,
            UserText::Name,
            UserText::Nickname,
            UserText::GivenName,
            UserText::FamilyName,
            UserText::Username,
            UserText::LastIp,
            UserText::Connection,
            UserText::Provider,
            UserText::ProviderUserId,
        ];
        for test in tests() {
            let mut filters: Vec<UserFilter> =
                texts.iter().map(|of| UserFilter::Text(*of, test.clone())).collect();
            for of in [UserMetadata::App, UserMetadata::User] {
                let path = vec![String::from("a"), String::from(CANARY)];
                filters.push(UserFilter::Metadata(of, path, test.clone()));
            }
            for filter in filters {
                for sqlite in [true, false] {
                    let mut statement = Statement::new(sqlite, "SELECT 1 FROM users u WHERE ");
                    statement.filter(&UserFilter::Not(Box::new(filter.clone()))).unwrap();
                    is_bound(&statement, &format!("{filter:?}"));
                }
            }
        }
    }
}
