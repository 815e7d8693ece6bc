//! The query language of lists: Lucene's, as Auth0 has it (section 1.8). Which fields there are is for who
//! reads a [`Query`] to say.

pub mod dates;
pub mod events;
mod parse;
mod shown;
#[cfg(test)]
mod tests;
pub mod users;

use crate::flow::manage::ManageError;
use latchkey_wire::management::BadQuery;

pub use parse::parse;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    Everything,
    /// At least two of them, like those of `Or`.
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    /// Without a field: of any that says who or what it is.
    Term {
        field: Option<String>,
        test: Test,
    },
    Exists(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    Is {
        text: String,
        /// A phrase: never a number or a truth.
        quoted: bool,
    },
    /// What stands before, between and after the wildcards: at least two parts, only the first and the
    /// last of which may be empty, and not all.
    Like(Vec<String>),
    Range(Option<Bound>, Option<Bound>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub text: String,
    pub included: bool,
}

/// Why a text is no query: for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSearch(pub String);

impl BadSearch {
    /// As the answer names the parameter.
    pub fn of(self, name: &str) -> ManageError {
        ManageError::BadQuery(BadQuery { name: name.to_owned(), reason: self.0 })
    }
}

fn bad<T>(reason: impl Into<String>) -> Result<T, BadSearch> {
    Err(BadSearch(reason.into()))
}
