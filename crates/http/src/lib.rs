//! The HTTP face of Latchkey, by axum.
//!
//! One endpoint is one file under `routes`; what a request carries is read in `extract`; every error
//! of the rules becomes status and body in `error`, and nowhere else; what holds for all answers
//! (ids, headers, panics, figures) is in `layers`. No rule lives here, and no store or sender is
//! known.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod answer;
mod app;
mod error;
mod extract;
mod layers;
mod page;
mod routes;
mod serve;

pub use app::{AppState, MetricsText};
pub use extract::proxies::{BadNetwork, TrustedProxies};
pub use layers::OverTls;
pub use serve::{Console, Server};
