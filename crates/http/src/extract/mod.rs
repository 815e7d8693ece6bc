//! What a request carries, read strictly and once.

mod body;
pub mod browser;
mod caller;
pub mod credentials;
mod incoming;
pub mod proxies;
pub mod text;

pub use body::params_of;
pub use caller::forwarded_proto_is_https;
pub use incoming::Incoming;
