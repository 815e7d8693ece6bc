//! The load: closed loops over keep-alive connections, on one thread.

pub mod client;
pub mod latency;
pub mod refreshes;
pub mod same;
pub mod sign_ins;
mod window;

pub use window::Measured;

use std::future::Future;

use anyhow::Result;

/// Runs a load on a runtime of its own.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work)
}
