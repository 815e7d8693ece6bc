//! What both engines offer to the acts in [`crate::sql`]: one transaction of statements.
//!
//! An act is written once, as an `async` function over a [`Tx`]. PostgreSQL answers over the network and
//! pipelines what is joined; SQLite has every answer at once, so that the same function never waits.

use std::future::Future;
use std::sync::OnceLock;

use latchkey_core::model::{ClientId, ConnectionId, EventId, FamilyId, JobId, KeyId, UserId};
use latchkey_core::store::{StoreError, StoreResult};
use latchkey_core::vault::Sealed;
use latchkey_core::{Timestamp, model};

/// One statement for both engines, with `$1`, `$2`, … as its parameters.
pub(crate) struct Query {
    pub text: &'static str,
    sqlite: OnceLock<String>,
}

impl Query {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, sqlite: OnceLock::new() }
    }

    /// With `?1`, `?2`, …: to SQLite `$1` would be a name, numbered as it comes.
    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| self.text.replace('$', "?"))
    }
}

/// Declares the statements of a file, and `QUERIES`, the list of them all.
macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* static $name: $crate::tx::Query = $crate::tx::Query::new($text);)*
        #[allow(dead_code)]
        #[cfg(test)]
        pub(crate) static QUERIES: &[&$crate::tx::Query] = &[$(&$name),*];
    };
}
pub(crate) use queries;

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::tx::Value::from($value)),*] };
}
pub(crate) use values;

macro_rules! value_from {
    ($($kind:ty, $from:ident => $value:expr;)*) => {
        $(impl From<$kind> for Value {
            fn from($from: $kind) -> Self {
                $value
            }
        })*
    };
}

value_from! {
    i64, int => Self::Int(int);
    u32, int => Self::Int(int.into());
    bool, truth => Self::Int(truth.into());
    Timestamp, at => Self::Int(at.0);
    &str, text => Self::Text(text.to_owned());
    String, text => Self::Text(text);
    &String, text => Self::Text(text.clone());
    &[u8], bytes => Self::Bytes(bytes.to_vec());
    Vec<u8>, bytes => Self::Bytes(bytes);
    &Sealed, sealed => Self::Bytes(sealed.0.clone());
    model::CodeHash, hash => Self::Bytes(hash.0.to_vec());
    model::TokenHash, hash => Self::Bytes(hash.0.to_vec());
    model::ChainHash, hash => Self::Bytes(hash.0.to_vec());
    model::LedgerKey, key => Self::Bytes(key.0.to_vec());
    &model::Address, address => Self::Text(address.as_str().to_owned());
    &ClientId, id => Self::Text(id.as_str().to_owned());
    &ConnectionId, id => Self::Text(id.as_str().to_owned());
    &model::ConsentId, id => Self::Text(id.as_str().to_owned());
    &model::CredentialId, id => Self::Text(id.as_str().to_owned());
    &EventId, id => Self::Text(id.as_str().to_owned());
    &FamilyId, id => Self::Text(id.as_str().to_owned());
    &JobId, id => Self::Text(id.as_str().to_owned());
    &KeyId, id => Self::Text(id.as_str().to_owned());
    &model::PasskeyId, id => Self::Text(id.as_str().to_owned());
    &UserId, id => Self::Text(id.as_str().to_owned());
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer, column by column.
pub(crate) trait Row {
    fn int(&self, at: usize) -> StoreResult<Option<i64>>;
    fn text(&self, at: usize) -> StoreResult<Option<String>>;
    fn bytes(&self, at: usize) -> StoreResult<Option<Vec<u8>>>;
}

/// Makes a record out of a row.
pub(crate) type Read<R> = fn(&mut Columns<'_>) -> StoreResult<R>;

/// Reads the columns of a row from left to right.
pub(crate) struct Columns<'a> {
    row: &'a dyn Row,
    at: usize,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(row: &'a dyn Row) -> Self {
        Self { row, at: 0 }
    }

    pub(crate) fn next<T: Column>(&mut self) -> StoreResult<T> {
        let at = self.at;
        self.next_opt()?.ok_or_else(|| damaged(at))
    }

    pub(crate) fn next_opt<T: Column>(&mut self) -> StoreResult<Option<T>> {
        let value = T::read(self.row, self.at)?;
        self.at += 1;
        Ok(value)
    }

    /// A column that holds JSON.
    pub(crate) fn next_json<T: serde::de::DeserializeOwned>(&mut self) -> StoreResult<T> {
        let text: String = self.next()?;
        from_json(&text)
    }

    /// A column that may hold JSON.
    pub(crate) fn next_json_opt<T: serde::de::DeserializeOwned>(&mut self) -> StoreResult<Option<T>> {
        let text: Option<String> = self.next_opt()?;
        text.as_deref().map(from_json).transpose()
    }
}

fn damaged(at: usize) -> StoreError {
    StoreError::Corrupt(format!("column {at} has no value or a wrong one"))
}

pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> StoreResult<T> {
    // The error of serde_json may quote the text: only the place is told.
    serde_json::from_str(text)
        .map_err(|error| StoreError::Corrupt(format!("JSON breaks at column {}", error.column())))
}

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt(String::from("a record is no JSON")))
}

/// A type that one column holds.
pub(crate) trait Column: Sized {
    fn read(row: &dyn Row, at: usize) -> StoreResult<Option<Self>>;
}

macro_rules! columns {
    ($($kind:ty, $read:ident, $from:ident => $value:expr;)*) => {
        $(impl Column for $kind {
            fn read(row: &dyn Row, at: usize) -> StoreResult<Option<Self>> {
                Ok(row.$read(at)?.map(|$from| $value))
            }
        })*
    };
}

columns! {
    i64, int, int => int;
    bool, int, int => int != 0;
    Timestamp, int, int => Timestamp(int);
    String, text, text => text;
    Vec<u8>, bytes, bytes => bytes;
    Sealed, bytes, bytes => Sealed(bytes);
    model::Address, text, text => model::Address::from_canonical(text);
    ClientId, text, text => ClientId::new(text);
    model::ConsentId, text, text => model::ConsentId::new(text);
    model::CredentialId, text, text => model::CredentialId::new(text);
    EventId, text, text => EventId::new(text);
    FamilyId, text, text => FamilyId::new(text);
    KeyId, text, text => KeyId::new(text);
    model::PasskeyId, text, text => model::PasskeyId::new(text);
    UserId, text, text => UserId::new(text);
}

impl<const N: usize> Column for [u8; N] {
    fn read(row: &dyn Row, at: usize) -> StoreResult<Option<Self>> {
        let bytes = row.bytes(at)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| damaged(at))).transpose()
    }
}

/// A transaction, or for a read a moment that nothing else changes. Its statements run in the order in
/// which they are first polled.
pub(crate) trait Tx: Sync {
    /// Nobody else writes while this transaction runs: a row that was read needs no lock.
    const ALONE: bool;

    fn all<R: Send>(
        &self,
        query: &'static Query,
        values: Vec<Value>,
        read: Read<R>,
    ) -> impl Future<Output = StoreResult<Vec<R>>> + Send;

    /// The first row of the answer.
    fn first<R: Send>(
        &self,
        query: &'static Query,
        values: Vec<Value>,
        read: Read<R>,
    ) -> impl Future<Output = StoreResult<Option<R>>> + Send {
        let rows = self.all(query, values, read);
        async { Ok(rows.await?.into_iter().next()) }
    }

    /// The rows of a statement that was made for this question. What the question names are parameters of
    /// it like those of any other.
    fn ask<R: Send>(
        &self,
        text: &str,
        values: Vec<Value>,
        read: Read<R>,
    ) -> impl Future<Output = StoreResult<Vec<R>>> + Send;

    /// How many rows the statement changed.
    fn change(
        &self,
        query: &'static Query,
        values: Vec<Value>,
    ) -> impl Future<Output = StoreResult<u64>> + Send;

    /// Runs the statement with the commit, after everything else and in the order of these calls: its
    /// outcome is not asked for.
    fn later(&self, query: &'static Query, values: Vec<Value>) -> StoreResult<()>;

    /// Ends the transaction without a trace, although the act succeeds.
    fn abandon(&self);
}

/// One verb of the store: a unit that happens whole or not at all. It may run more than once before it
/// happens.
pub(crate) trait Act: Send + Sync + 'static {
    type Out: Send + 'static;
    /// On disk before it is answered, even where durability is relaxed: what is used up must not come
    /// back.
    const FORCED: bool = false;
    /// Of the background: where it writes, it lets others go first, for a moment. PostgreSQL may answer it before it
    /// is on disk: what is committed later is on disk after it, and if the database dies before, it never happened.
    const PATIENT: bool = false;

    /// Whether it may look at every row of a large table: then no thread that serves requests waits for it, and
    /// others of its kind leave connections to the rest.
    fn is_long(&self) -> bool {
        false
    }

    fn run<T: Tx>(&self, tx: &T) -> impl Future<Output = StoreResult<Self::Out>> + Send;
}

/// An engine: runs acts.
pub(crate) trait Engine: Send + Sync + 'static {
    /// The act changes nothing and is one statement.
    fn read<A: Act>(&self, act: A) -> impl Future<Output = StoreResult<A::Out>> + Send;
    /// Returns once the act is durable.
    fn write<A: Act>(&self, act: A) -> impl Future<Output = StoreResult<A::Out>> + Send;
    fn close(&self) -> impl Future<Output = ()> + Send;
}
