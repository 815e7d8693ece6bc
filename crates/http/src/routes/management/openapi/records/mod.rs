//! The records of the API, a file for each part of it.

mod applications;
mod connections;
mod logs;
mod messages;
mod people;
mod tenant;

use super::schema::Record;

/// Every record.
pub fn all() -> impl Iterator<Item = &'static Record> {
    [
        connections::RECORDS,
        applications::RECORDS,
        people::RECORDS,
        messages::RECORDS,
        logs::RECORDS,
        tenant::RECORDS,
    ]
    .into_iter()
    .flatten()
}
