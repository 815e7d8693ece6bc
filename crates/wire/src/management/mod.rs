//! The Management API, version 2: what operators' tools send and read. The spelling is Auth0's.

pub mod client;
pub mod connection;
pub mod device;
mod failure;
pub mod job;
pub mod operations;
mod paging;
mod query;
pub mod scope;
pub mod user;

pub use failure::{Attributes, Failure};
pub use paging::{Form, Paging, Part};
pub use query::{BadQuery, Query, Selection};
