//! What the verbs about users take and give: a search, a change, a link.

use serde::{Deserialize, Serialize};

use super::WaysIn;
use crate::model::{Event, LedgerKey, TokenHash, User};

/// One change of one user.
#[derive(Clone, Debug)]
pub struct ChangeUser {
    /// As it was when the change was decided.
    pub seen: User,
    pub user: User,
    /// Made of an identity that `user` has no more.
    pub apart: Option<User>,
    pub ends: ChangeEnds,
    /// That credentials are dropped is written where they are.
    pub events: Vec<Event>,
}

/// A person takes an address of theirs away.
#[derive(Clone, Debug)]
pub struct RemoveIdentity {
    pub change: ChangeUser,
    /// What still leads to the account then.
    pub ways: WaysIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityRemoved {
    Changed(Changed),
    /// Nothing else leads to the account; nothing happened.
    LastWay,
}

/// What ends with a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChangeEnds {
    /// What the identities say, before and after: whatever was given without a proof of an address that is new or proved.
    #[default]
    ByIdentities,
    /// Sessions but this one, in which its person proved both who they are and what is new.
    OtherSessions(TokenHash),
    /// Whatever was given to anybody.
    Everything,
}

/// Two users become one.
#[derive(Clone, Debug)]
pub struct LinkUsers {
    /// As they were when the link was decided.
    pub primary: User,
    pub secondary: User,
    /// The primary with the identities of both.
    pub linked: User,
    /// Of the secondary's addresses, in the order of keys.
    pub ledgers: Vec<LedgerKey>,
    /// As those of [`ChangeUser`].
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Done,
    /// Somebody else changed them since; nothing happened.
    Overtaken,
    /// There is none; nothing happened.
    Gone,
}

/// Which users, in which order, and which part of them.
#[derive(Clone, Debug, PartialEq)]
pub struct UserSearch {
    pub filter: UserFilter,
    pub sort: UserSort,
    pub window: UserWindow,
}

/// Users of equal rank are in the order of ids; those without a value come before all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserSort {
    pub by: UserColumn,
    pub descending: bool,
}

/// What users are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserColumn {
    Text(UserText),
    Number(UserNumber),
}

impl Default for UserSort {
    fn default() -> Self {
        Self { by: UserColumn::Number(UserNumber::CreatedAt), descending: false }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserWindow {
    Page {
        start: u32,
        limit: u32,
        /// Count all that match.
        total: bool,
    },
    /// What comes after the user that `next` of the part before named.
    After { key: Option<String>, limit: u32 },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundUsers {
    pub users: Vec<User>,
    /// How many match, where it was asked.
    pub total: Option<u64>,
    /// Names the last of them, where more follow.
    pub next: Option<String>,
}

/// What users must be. Absent values fit nothing but a negation.
#[derive(Clone, Debug, PartialEq)]
pub enum UserFilter {
    Everybody,
    Nobody,
    All(Vec<UserFilter>),
    Any(Vec<UserFilter>),
    Not(Box<UserFilter>),
    Text(UserText, TextTest),
    /// Both ends are in.
    Number(UserNumber, Option<i64>, Option<i64>),
    /// They signed in at least once, where it is about that.
    Has(UserNumber),
    Flag(UserFlag, bool),
    /// A path of names through objects; lists on the way are looked into. Numbers and truths are compared
    /// as they are written. Null and what is empty are not present.
    Metadata(UserMetadata, Vec<String>, TextTest),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserText {
    Id,
    /// In small letters, like the names.
    Email,
    /// What stands after the sign @ of it.
    EmailDomain,
    Phone,
    Name,
    Nickname,
    GivenName,
    FamilyName,
    Username,
    LastIp,
    /// Of any identity, like the two after it.
    Connection,
    Provider,
    ProviderUserId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserNumber {
    CreatedAt,
    UpdatedAt,
    LastLogin,
    LoginsCount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserFlag {
    Blocked,
    /// An operator said whether they are blocked.
    BlockDecided,
    EmailVerified,
    PhoneVerified,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserMetadata {
    User,
    App,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextTest {
    Present,
    Is(String),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    /// Of metadata: by number, where both ends are numbers.
    Between(Option<Edge>, Option<Edge>),
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    pub at: String,
    pub included: bool,
}

/// An end of a range of numbers, and whether it is in.
type Numeric = Option<(f64, bool)>;

impl TextTest {
    /// The ends of a range as numbers, where they all are.
    pub fn numbers(low: Option<&Edge>, high: Option<&Edge>) -> Option<(Numeric, Numeric)> {
        let number = |edge: Option<&Edge>| match edge {
            None => Some(None),
            Some(edge) => {
                let plain = edge.at.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
                let at = edge.at.parse::<f64>().ok().filter(|at| plain && at.is_finite())?;
                Some(Some((at, edge.included)))
            }
        };
        Some((number(low)?, number(high)?))
    }
}
