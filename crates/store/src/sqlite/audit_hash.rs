//! What SQLite cannot do with bytes: the hash of a link. PostgreSQL has a function of that name in its schema.

use latchkey_core::model::ChainHash;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, Result};

/// `audit_hash(previous, content)`.
pub(super) fn register(db: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("audit_hash", 2, flags, |asked| {
        let (previous, content) = (asked.get_raw(0).as_blob()?, asked.get_raw(1).as_blob()?);
        Ok(ChainHash::of_link(previous, content).0.to_vec())
    })
}
