//! What a request carries, read strictly and once.

pub mod admin;
mod body;
pub mod browser;
pub mod caller;
mod cookies;
pub mod credentials;
pub mod import_form;
mod incoming;
mod languages;
pub mod managed;
mod person;
mod posted;
pub mod proxies;
pub mod text;
pub mod trace;
pub mod typed;
mod visit;

pub use body::{bytes_of_form, params_of};
pub use caller::forwarded_proto_is_https;
pub use incoming::Incoming;
pub use managed::{Asker, Managed, ManagedBody};
pub use person::Person;
pub use posted::Posted;
pub use visit::Visit;
