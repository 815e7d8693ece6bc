//! What holds for every answer.

mod cors;
mod managed;
mod observe;
mod pace;

pub use cors::{credentialed, listed, open};
pub use managed::{managed, managed_or_password};
pub use observe::observe;
pub use pace::paced;

/// Put into the extensions of requests that came over TLS by the listener that decrypted them.
#[derive(Clone, Copy, Debug)]
pub struct OverTls;
