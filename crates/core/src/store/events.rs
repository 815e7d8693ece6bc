//! What the search of the log takes and gives.

use super::TextTest;
use crate::model::Event;
use crate::model::tally::Tally;

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
