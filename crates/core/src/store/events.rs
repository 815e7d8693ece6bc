//! The log: what its searches take and give, and its verbs.

use async_trait::async_trait;

use super::{Page, StoreResult, TextTest};
use crate::clock::Timestamp;
use crate::model::tally::{CountKey, Tally};
use crate::model::{ClientId, Event, EventId, EventKind, UserId};

/// Which events, and which part of them.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSearch {
    pub condition: EventCondition,
    /// The oldest first.
    pub ascending: bool,
    /// Begin beyond the event of this id.
    pub after: Option<String>,
    pub start: u32,
    pub limit: u32,
    /// Count all that match.
    pub total: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundEvents {
    pub events: Vec<Event>,
    /// How many match, where it was asked.
    pub total: Option<u64>,
}

/// What events must be. Absent values fit nothing but a negation.
#[derive(Clone, Debug, PartialEq)]
pub enum EventCondition {
    Everything,
    Nothing,
    All(Vec<EventCondition>),
    Any(Vec<EventCondition>),
    Not(Box<EventCondition>),
    Text(EventText, TextTest),
    /// One of these, of which there may be many.
    OneOf(EventText, Vec<String>),
    /// Both seconds are in.
    At(Option<i64>, Option<i64>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventText {
    Id,
    Kind,
    Client,
    Connection,
    User,
    Ip,
    Address,
    UserAgent,
}

/// A slice of the log that was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRound {
    /// Where the count ended before, and where it ends with this slice: ids of events.
    pub after: String,
    pub until: String,
    pub tally: Tally,
}

/// Sign-ins and sign-ups of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// Days since 1970-01-01.
    pub day: i64,
    pub sign_ins: u64,
    pub sign_ups: u64,
}

/// Which events to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    pub kind: Option<EventKind>,
    pub user: Option<UserId>,
    pub client: Option<ClientId>,
}

#[async_trait]
pub trait EventStore {
    async fn insert_events(&self, events: Vec<Event>) -> StoreResult<()>;
    /// Newest first; `page.after` returns older ones.
    async fn list_events(&self, filter: &EventFilter, page: &Page) -> StoreResult<Vec<Event>>;
    async fn find_event(&self, id: &EventId) -> StoreResult<Option<Event>>;
    async fn search_events(&self, search: &EventSearch) -> StoreResult<FoundEvents>;
    /// Of these days and those between them, without the days on which nothing was counted.
    async fn count_days(&self, first: i64, last: i64) -> StoreResult<Vec<DayCount>>;
    /// How far the log is counted: the id of the last event that is, empty before the first.
    async fn find_count_end(&self) -> StoreResult<String>;
    /// Atomically: goes on from where the count ended, and adds. False, and nothing is added, when it ends
    /// elsewhere by now.
    async fn add_counts(&self, round: CountRound) -> StoreResult<bool>;
    /// What was counted of these days and those between them.
    async fn list_counts(&self, first: i64, last: i64) -> StoreResult<Vec<(CountKey, u64)>>;
    /// Deletes events from before `before`, at most `limit`. Links of events that are gone go from the beginning
    /// of the audit chain, but for the last of them, which the next one is checked by.
    async fn sweep_events(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
